"""How lists are answered, whatever they are of."""

from collections.abc import Callable, Sequence
from typing import Any

from adapters.magento.sandbox.calls import Answer, Call
from adapters.magento.sandbox.criteria import Criteria, criteria_of
from adapters.magento.sandbox.errors import ApiError, internal_error, refusal
from adapters.magento.sandbox.lists import found, page, read_row, search
from adapters.magento.sandbox.site import Site
from adapters.magento.sandbox.table import H, Row, Table

BROKEN = "broken"


def list_heads(site: Site, call: Call, table: Table[H], show: Callable[[H], Row], *, repeats: bool = True) -> Answer:
    """Answer a search in a table; `repeats` tells that the kind shows its last page again in shops that do so."""
    criteria = criteria_of(call.asked.pairs, site.settings)
    names = [one.field for group in criteria.groups for one in group] + [field for field, _ in criteria.orders]
    if not all(table.has(name) for name in names):
        raise masked(site)
    heads = search(table, criteria)
    shown = page(heads, criteria, repeat_last=repeats and site.settings.repeat_last_page)
    # One row that cannot be shown fails the whole page.
    if any(BROKEN in head.changes for head in shown):
        raise masked(site)
    return _answer(call, [show(head) for head in shown], criteria, len(heads))


def list_rows(
    site: Site, call: Call, rows: Sequence[Row], fields: tuple[str, ...], key: Callable[[Row], Any], *, required: bool = True
) -> Answer:
    """Answer a search in plain rows, which have these fields."""
    criteria = criteria_of(call.asked.pairs, site.settings, required=required)
    names = [one.field for group in criteria.groups for one in group] + [field for field, _ in criteria.orders]
    if not set(names) <= set(fields):
        raise masked(site)
    kept = found(rows, criteria, read_row, key)
    return _answer(call, list(page(kept, criteria, repeat_last=site.settings.repeat_last_page)), criteria, len(kept))


def one_row(site: Site, call: Call, table: Table[H], missing: str = "entity") -> Row:
    """Return the row whose number is in the path. ApiError 404 when there is none."""
    head = table.heads.get(call.number())
    if head is None:
        raise refusal(missing, **({"fieldName": "customerId", "fieldValue": call.number()} if missing == "customer" else {}))
    if BROKEN in head.changes:
        raise masked(site)
    return table.row(head.id)


def masked(site: Site) -> ApiError:
    """Return the answer to something unforeseen, with a report of its own."""
    site.errors += 1
    return internal_error(site.errors)


def _answer(call: Call, items: list[Row], criteria: Criteria, total: int) -> Answer:
    # With a selection of fields an empty list comes as null.
    empty_as_null = not items and "fields" in call.query
    return Answer({"items": None if empty_as_null else items, "search_criteria": criteria.echo(), "total_count": total})
