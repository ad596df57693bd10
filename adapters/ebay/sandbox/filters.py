"""The platform's filter language: `name:[from..to]` for spans, `name:{a|b}` for words, several with commas between them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from adapters.ebay.sandbox.dates import DAY, YEAR, instant_of
from adapters.ebay.sandbox.errors import refusal

SPAN, WORDS = "[]", "{}"
ONE = re.compile(r"\s*(?P<name>\w+):(?:\[(?P<span>[^\]]*)\]|\{(?P<words>[^}]*)\})\s*(?:,|$)")
# The platform takes these two sets of words and no others.
OPEN, SENT = frozenset({"NOT_STARTED", "IN_PROGRESS"}), frozenset({"FULFILLED", "IN_PROGRESS"})
USUAL_SPAN = 90 * DAY
HISTORY = 2 * YEAR + DAY  # two years, one of them perhaps a leap year
FILTER_KINDS = {"creationdate": SPAN, "lastmodifieddate": SPAN, "orderfulfillmentstatus": WORDS}


@dataclass(frozen=True, slots=True)
class OrderFilter:
    """What orders are asked for: a span of their creation or of their last change, and states of shipping (none: all)."""

    by_change: bool
    first: int
    last: int
    states: frozenset[str]


def order_filter(text: str, now: int) -> OrderFilter:
    """Read the filter of the order list.

    Without a date it means the orders of the last 90 days; with both, the date of creation counts alone. Raises the list's own errors.
    """
    wanted = parse(text, FILTER_KINDS)
    states = _states(wanted.get("orderfulfillmentstatus"))
    spans = {name: order_span(wanted[name], now) for name in ("creationdate", "lastmodifieddate") if name in wanted}
    if "creationdate" in spans:
        return OrderFilter(False, *spans["creationdate"], states)
    if "lastmodifieddate" in spans:
        return OrderFilter(True, *spans["lastmodifieddate"], states)
    return OrderFilter(False, now - USUAL_SPAN, now, states)


def parse(text: str, kinds: Mapping[str, str]) -> dict[str, str]:
    """Split a filter into its criteria: the inside of the brackets by name. Raises the errors of the order list."""
    found: dict[str, str] = {}
    place = 0
    while place < len(text):
        match = ONE.match(text, place)
        if match is None:
            name, _, value = text[place:].partition(":")
            known = name.strip() in kinds
            raise refusal(30800, fieldvalue=value, fieldname=name.strip()) if known else refusal(30700, fieldname=name)
        name = match["name"]
        if name not in kinds:
            raise refusal(30700, fieldname=name)
        inside = match["span"] if kinds[name] == SPAN else match["words"]
        if inside is None:
            raise refusal(30800, fieldvalue=match[0], fieldname=name)
        found[name] = inside
        place = match.end()
    return found


def span_of(text: str, now: int) -> tuple[int | None, int]:
    """Read `from..to`; either may be left out. ValueError for what is no span."""
    first, dots, last = text.partition("..")
    if not dots:
        raise ValueError(f"{text!r} is no span")
    return instant_of(first) if first else None, instant_of(last) if last else now


def order_span(text: str, now: int) -> tuple[int, int]:
    """Read a span of the order list and check it as the platform does."""
    try:
        first, last = span_of(text, now)
    except ValueError:
        raise refusal(30810) from None
    if first is None:
        raise refusal(30820)
    if first > now or last > now:
        raise refusal(30850)
    if first > last:
        raise refusal(30840)
    if last - first > HISTORY:
        raise refusal(30830, allowedTime=2)
    return first, last


def _states(words: str | None) -> frozenset[str]:
    if words is None:
        return frozenset()
    states = frozenset(words.split("|"))
    if states not in {OPEN, SENT}:
        raise refusal(30800, fieldvalue=words, fieldname="orderfulfillmentstatus")
    return states
