"""Writes Shopify's search syntax. Values are always quoted: an unquoted time is misread, and what is misread returns everything."""

import math
from collections.abc import Iterable
from datetime import UTC, datetime

from adapters.kit.port import Filter, ListQuery, Span
from adapters.shopify.manifest import SEARCH_WORDS

ORDERED_BY = {"created_at": "created", "updated_at": "updated", "order_created_at": "created", "order_updated_at": "updated"}


def search(query: ListQuery, fields: dict[str, str], *, also: Iterable[str] = ()) -> str:
    """Return the search text for a list.

    `fields` names the platform's field for each canonical one this list can search by; what it lacks is left to the core. The start of the
    query becomes a bound on the field it is ordered by.
    """
    wanted = query.filter
    terms = [*also]
    for name, value in (("updated", wanted.updated), ("created", wanted.created)):
        if value is not None and name in fields:
            terms += span(fields[name], value)
    ordered_by = fields.get(ORDERED_BY.get(query.ordering.by, query.ordering.by))
    if query.start is not None and ordered_by is not None:
        terms.append(_bound(ordered_by, query.start, descending=query.ordering.descending))
    terms += _values(wanted, fields)
    if wanted.text and "text" in fields:
        terms += [quoted(word) for word in wanted.text.split()]
    return " AND ".join(terms)


def span(field: str, value: Span) -> list[str]:
    """Return the terms for a span of time. The upper one takes in its second: `<` is known to skip more than it says."""
    terms = []
    if value.start is not None:
        terms.append(f"{field}:>={_time(value.start)}")
    if value.end is not None:
        terms.append(f"{field}:<={_time(value.end)}")
    return terms


def any_of(field: str, values: Iterable[str]) -> str:
    """Return a term that holds when the field has one of the values, exactly."""
    return "(" + " OR ".join(f"{field}:{quoted(value)}" for value in values) + ")"


def quoted(value: str) -> str:
    """Return a value as one quoted word."""
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"


def number(gid: str) -> str:
    """Return the number at the end of a plain global id."""
    return gid.rsplit("/", 1)[-1]


def _values(wanted: Filter, fields: dict[str, str]) -> list[str]:
    terms = []
    for statuses in (wanted.statuses, wanted.payment_statuses):
        words = [SEARCH_WORDS.get(status) for status in statuses or ()]
        if words and all(words) and "statuses" in fields:
            terms.append("(" + " OR ".join(str(word) for word in words) + ")")
    if wanted.numbers and "numbers" in fields:
        terms.append(any_of(fields["numbers"], wanted.numbers))
    if wanted.skus and "skus" in fields:
        terms.append(any_of(fields["skus"], wanted.skus))
    if wanted.email and "email" in fields:
        terms.append(f"{fields['email']}:{quoted(wanted.email)}")
    for name, gid in (("customer", wanted.customer), ("product", wanted.product)):
        if gid and name in fields:
            terms.append(f"{fields[name]}:{number(gid)}")
    return terms


def _bound(field: str, start: object, *, descending: bool) -> str:
    if isinstance(start, datetime):
        up = math.ceil(start.timestamp()) if descending else math.floor(start.timestamp())
        return f"{field}:{'<=' if descending else '>='}{_time(datetime.fromtimestamp(up, UTC))}"
    return f"{field}:{'<=' if descending else '>='}{start}"


def _time(value: datetime) -> str:
    return quoted(value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"))
