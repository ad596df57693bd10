"""Reads the platform's search syntax (`field:value`, comparators, quotes, AND, OR, NOT, brackets) as forgivingly as the platform does.

Nothing is ever refused here: a stray bracket is skipped, a dangling OR ignored. An unquoted value ends at the next colon, which is how
unquoted times fall apart: `updated_at:>=2026-11-23T10:00:00Z` reads as that field with `2026-11-23T10`, and a field `00` with `00Z`.
"""

import re
from dataclasses import dataclass
from typing import Any

NAMES = {">=": "gte", "<=": "lte", ">": "gt", "<": "lt"}
_COMPARATOR = re.compile(r">=|<=|>|<|=")
_WORD = re.compile(r"[^\s:()\"']+")
_VALUE = re.compile(r"[^\s:)]+")
_QUOTED = re.compile(r"\"((?:\\.|[^\"\\])*)\"|'((?:\\.|[^'\\])*)'")
_SPACE = re.compile(r"[\s:]*")


@dataclass(frozen=True, slots=True)
class Term:
    """One condition; `field` is None for words without a field, `comparator` is "" for equality."""

    field: str | None
    comparator: str
    value: str
    quoted: bool

    def parsed(self) -> dict[str, Any]:
        """Write the term as warnings show it."""
        if self.comparator:
            return {"field": self.field, "range": {NAMES[self.comparator]: self.value}}
        return {"field": self.field or "default", "match_all": self.value}


@dataclass(frozen=True, slots=True)
class Joined:
    """Conditions joined by "and" or "or", or one turned round by "not"."""

    how: str
    parts: "tuple[Tree, ...]"

    def parsed(self) -> dict[str, Any]:
        """Write the group as warnings show it."""
        shown = [part.parsed() for part in self.parts]
        return {self.how: shown[0] if self.how == "not" else shown}


Tree = Term | Joined


def read(text: str) -> Tree | None:
    """Read a query; None when it says nothing."""
    return _Reader(text).alternatives()


class _Reader:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0

    def alternatives(self) -> Tree | None:
        found = [self.sequence()]
        while self._word("OR"):
            found.append(self.sequence())
        return _join("or", found)

    def sequence(self) -> Tree | None:
        found: list[Tree | None] = []
        while not self._ends():
            if not self._word("AND"):
                found.append(self.single())
        return _join("and", found)

    def single(self) -> Tree | None:
        if self._word("NOT") or self._sign("-"):
            inner = self.single()
            return Joined("not", (inner,)) if inner else None
        if self._sign("("):
            group = self.alternatives()
            self._sign(")")
            return group
        return self.term()

    def term(self) -> Tree | None:
        quoted = self._take(_QUOTED)
        if quoted:
            return Term(None, "", _unescape(quoted), True)
        word = self._take(_WORD)
        if word is None:
            self.at += 1
            return None
        text = word.group()
        if not self.text.startswith(":", self.at):
            return Term(None, "", text, False)
        self.at += 1
        comparator = self._take(_COMPARATOR)
        shown = comparator.group() if comparator and comparator.group() != "=" else ""
        quoted = self._take(_QUOTED)
        if quoted:
            return Term(text, shown, _unescape(quoted), True)
        value = self._take(_VALUE)
        return Term(text, shown, value.group() if value else "", False)

    def _ends(self) -> bool:
        self._skip()
        if self.at >= len(self.text) or self.text[self.at] == ")":
            return True
        return bool(re.match(r"OR\b", self.text[self.at :]))

    def _word(self, word: str) -> bool:
        self._skip()
        if re.match(rf"{word}(?=[\s(]|$)", self.text[self.at :]) is None:
            return False
        self.at += len(word)
        return True

    def _sign(self, sign: str) -> bool:
        self._skip()
        if not self.text.startswith(sign, self.at):
            return False
        self.at += 1
        return True

    def _skip(self) -> None:
        found = _SPACE.match(self.text, self.at)
        self.at = found.end() if found else self.at

    def _take(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        found = pattern.match(self.text, self.at)
        if found:
            self.at = found.end()
        return found


def _join(how: str, parts: list[Tree | None]) -> Tree | None:
    kept = tuple(part for part in parts if part is not None)
    if not kept:
        return None
    return kept[0] if len(kept) == 1 else Joined(how, kept)


def _unescape(quoted: re.Match[str]) -> str:
    text: str = quoted.group(1) if quoted.group(1) is not None else quoted.group(2)
    return re.sub(r"\\(.)", r"\1", text)
