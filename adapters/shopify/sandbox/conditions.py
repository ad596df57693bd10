"""Turns a search into a test on heads, and says what of it was ignored: the platform fails open, with a warning as its only trace.

What bounds a time or an id on the way is reported too, so that a list sorted by that very key need not be walked from its start.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from adapters.shopify.sandbox.search import Joined, Term, Tree, read

Test = Callable[[Any], bool]
Range = tuple[float, float]

INFINITY = float("inf")
DAY = 86_400
INVALID_FIELD = "Invalid search field for this query."
_TIME = re.compile(r"(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?)?(Z|[+-]\d\d:?\d\d)?)?")
_DAMAGED = re.compile(r"(\d{4}-\d\d-\d\d)T\d\d$")
_TOKENS = re.compile(r"[\w@.+#/&-]+")


@dataclass(frozen=True, slots=True)
class Filter:
    """One searchable field: how to read it off a head, and how to compare.

    Kinds: "time" and "day" (epoch seconds; a day filter sees whole days of the shop only), "number", "id", "exact" (text as a whole),
    "text" (its words), "tags", "words" (`words` maps each accepted value to the head's values it stands for), "flag". `sort` names the
    sort key that orders by the same value.
    """

    kind: str
    get: Callable[[Any], Any]
    words: Mapping[str, frozenset[Any]] = field(default_factory=dict)
    sort: str = ""
    negated: bool = False


@dataclass(slots=True)
class Search:
    """A compiled query. `test` is None when every row passes; `bounds` holds inclusive ranges by sort key."""

    test: Test | None = None
    bounds: dict[str, Range] = field(default_factory=dict)
    warnings: list[dict[str, str]] = field(default_factory=list)
    parsed: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Fields:
    """What can be searched at one place: filters by name, and the text that words without a field are sought in."""

    filters: Mapping[str, Filter]
    text: Callable[[Any], str]
    offset_minutes: int = 0


def compile_search(query: str | None, fields: Fields) -> Search:
    """Read a query and turn it into a test."""
    tree = read(query) if query else None
    made = Search()
    if tree is not None:
        made.parsed = tree.parsed()
        made.test = _compile(tree, fields, made)
        for term in tree.parts if isinstance(tree, Joined) and tree.how == "and" else (tree,):
            if isinstance(term, Term):
                _bound(term, fields, made)
    return made


def _compile(tree: Tree, fields: Fields, made: Search) -> Test | None:
    if isinstance(tree, Term):
        return _test(tree, fields, made)
    tests = [test for test in (_compile(part, fields, made) for part in tree.parts) if test]
    if not tests:
        return None
    if tree.how == "not":
        return lambda head: not tests[0](head)
    if tree.how == "or":
        return lambda head: any(test(head) for test in tests)
    return lambda head: all(test(head) for test in tests)


def _test(term: Term, fields: Fields, made: Search) -> Test | None:
    if term.field is None:
        return _words_in(fields.text, term)
    known = fields.filters.get(term.field.lower())
    if known is None:
        made.warnings.append({"field": term.field, "message": INVALID_FIELD, "code": "invalid_field"})
        return None
    if not term.value:
        made.warnings.append({"field": term.field, "message": "Missing value for this field.", "code": "missing_named_field"})
        return None
    if term.value == "*" and not term.quoted:
        return lambda head: known.get(head) not in {None, "", ()}
    values = [term.value] if term.quoted else [part for part in term.value.split(",") if part]
    tests = [_single(known, term, value, fields) for value in values]
    for value, test in zip(values, tests, strict=True):
        if test is None:
            made.warnings.append({"field": term.field, "message": f"Input `{value}` is not an accepted value.", "code": "invalid_value"})
    kept = [test for test in tests if test]
    if len(kept) < 2:
        return kept[0] if kept else None
    return lambda head: any(test(head) for test in kept)


def _single(known: Filter, term: Term, value: str, fields: Fields) -> Test | None:
    get = known.get
    if known.kind in {"time", "day", "number", "id"}:
        bounds = _range(known, term, value, fields)
        if bounds is None:
            return None
        low, high = bounds
        return lambda head: (found := get(head)) is not None and low <= found <= high
    if known.kind in {"words", "flag"}:
        accepted = known.words.get(value.lower())
        return None if accepted is None else lambda head: get(head) in accepted
    if known.kind == "text":
        return _words_in(lambda head: get(head) or "", Term(None, "", value, term.quoted))
    return _equal(known, value, term)


def _equal(known: Filter, value: str, term: Term) -> Test:
    wanted, prefix, get = value.lower(), not term.quoted and value.endswith("*"), known.get
    wanted = wanted[:-1] if prefix else wanted

    def fits(found: str | None) -> bool:
        return found is not None and (found.lower().startswith(wanted) if prefix else found.lower() == wanted)

    if known.kind == "tags":
        return lambda head: any(map(fits, get(head))) is not known.negated
    return lambda head: fits(get(head))


def _words_in(text: Callable[[Any], str], term: Term) -> Test:
    wanted = term.value.lower()
    prefix = not term.quoted and wanted.endswith("*")
    parts = _TOKENS.findall(wanted.rstrip("*"))
    if term.quoted:
        phrase = f" {' '.join(parts)} "
        return lambda head: phrase in f" {' '.join(_TOKENS.findall(text(head).lower()))} "

    def test(head: Any) -> bool:
        words = _TOKENS.findall(text(head).lower())
        return all(any(word.startswith(part) if prefix else word == part for word in words) for part in parts)

    return test


def _bound(term: Term, fields: Fields, made: Search) -> None:
    known = fields.filters.get((term.field or "").lower())
    if known is None or not known.sort or ("," in term.value and not term.quoted):
        return
    found = _range(known, term, term.value, fields)
    if found:
        low, high = made.bounds.get(known.sort, (-INFINITY, INFINITY))
        made.bounds[known.sort] = (max(low, found[0]), min(high, found[1]))


def _range(known: Filter, term: Term, value: str, fields: Fields) -> Range | None:
    """Return the inclusive range a term allows, None for a value that cannot be read."""
    if known.kind in {"number", "id"}:
        number = _number(value)
        return None if number is None else _compare(term.comparator, number, number, step=1 if known.kind == "id" else 1e-9)
    moment = _moment(value, term, fields.offset_minutes)
    if moment is None:
        return None
    first, last = moment
    if known.kind == "day":
        shift = fields.offset_minutes * 60
        first = (first + shift) // DAY * DAY - shift
        last = first + DAY - 1
        return _compare(term.comparator, first, last, step=1)
    return _compare(term.comparator, first, first if term.comparator else last, step=1)


def _compare(comparator: str, first: float, last: float, *, step: float) -> Range:
    return {
        "": (first, last),
        ">=": (first, INFINITY),
        ">": (last + step, INFINITY),
        "<": (-INFINITY, first - step),
        "<=": (-INFINITY, last),
    }[comparator]


def _moment(value: str, term: Term, offset_minutes: int) -> Range | None:
    """Read a time as its first and last second; a bare date is a day of the shop, as is what is left of an unquoted time."""
    damaged = None if term.quoted else _DAMAGED.fullmatch(value)
    found = _TIME.fullmatch(damaged.group(1) if damaged else value)
    if found is None:
        return None
    date, clock, zone = found.groups()
    try:
        moment = datetime.fromisoformat(f"{date}T{clock or '00:00:00'}{zone or ''}")
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC) - timedelta(minutes=offset_minutes)
    first = int(moment.timestamp())
    return first, first if clock else first + DAY - 1


def _number(value: str) -> float | None:
    try:
        return float(value.rsplit("/", 1)[-1])
    except ValueError:
        return None
