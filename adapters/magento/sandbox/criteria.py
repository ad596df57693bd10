"""What a list is asked for: the bracketed search of the query, in either spelling.

`searchCriteria[filter_groups][0][filters][0][field]` and `searchCriteria[filterGroups]...` mean the same. Groups are joined by AND, the
filters of a group by OR.
"""

import re
from dataclasses import dataclass, field
from typing import Any

from adapters.magento.sandbox.calls import Pairs
from adapters.magento.sandbox.errors import refusal
from adapters.magento.sandbox.settings import Settings

ROOT = re.compile(r"^(?:searchCriteria|search_criteria)(?=\[|$)")
PART = re.compile(r"\[([^\]]*)\]")
SNAKE = {"filterGroups": "filter_groups", "conditionType": "condition_type", "sortOrders": "sort_orders"}
SIZES = {"pageSize": "page_size", "currentPage": "current_page"}
DIRECTIONS = ("ASC", "DESC")


@dataclass(frozen=True, slots=True)
class Filter:
    """One condition on one field."""

    field: str
    value: str
    condition: str = "eq"


@dataclass(frozen=True, slots=True)
class Criteria:
    """One search: `groups` of filters, `orders` as (field, direction), and a page; a `page_size` of 0 asks for everything."""

    groups: tuple[tuple[Filter, ...], ...] = ()
    orders: tuple[tuple[str, str], ...] = ()
    page_size: int = 0
    current_page: int = 1
    sizes: dict[str, int] = field(default_factory=dict)

    def echo(self) -> dict[str, Any]:
        """Return the `search_criteria` of an answer: what was asked for, no more."""
        groups = [{"filters": [_told(one) for one in group]} for group in self.groups]
        orders = [{"field": name, "direction": direction} for name, direction in self.orders]
        return {"filter_groups": groups, **({"sort_orders": orders} if orders else {}), **self.sizes}


def criteria_of(pairs: Pairs, settings: Settings, *, required: bool = True) -> Criteria:
    """Read the search of a query. ApiError 400 when it is missing, or a number, direction or page size is not taken."""
    searched = [(ROOT.sub("", name), value) for name, value in pairs if ROOT.match(name)]
    if required and not searched:
        raise refusal("required", fieldName="searchCriteria")
    groups: dict[str, dict[str, dict[str, str]]] = {}
    orders: dict[str, dict[str, str]] = {}
    sizes: dict[str, int] = {}
    for rest, value in searched:
        path = [SNAKE.get(part, SIZES.get(part, part)) for part in PART.findall(rest)]
        if len(path) == 5 and path[0] == "filter_groups" and path[2] == "filters":
            groups.setdefault(path[1], {}).setdefault(path[3], {})[path[4]] = value
        elif len(path) == 3 and path[0] == "sort_orders":
            orders.setdefault(path[1], {})[path[2]] = value
        elif len(path) == 1 and path[0] in SIZES.values():
            sizes[path[0]] = _whole(value)
    return Criteria(
        groups=tuple(tuple(_filter(one) for one in group.values()) for group in groups.values()),
        orders=tuple(_order(one) for one in orders.values()),
        page_size=_page_size(sizes, settings),
        current_page=max(1, sizes.get("current_page", 1)),
        sizes=sizes,
    )


def _told(one: Filter) -> dict[str, str]:
    return {"field": one.field, "value": one.value, "condition_type": one.condition}


def _filter(given: dict[str, str]) -> Filter:
    for name in ("field", "value"):
        if name not in given and not (name == "value" and given.get("condition_type") in {"null", "notnull"}):
            raise refusal("required", fieldName=name)
    return Filter(given["field"], given.get("value", ""), given.get("condition_type", "eq"))


def _order(given: dict[str, str]) -> tuple[str, str]:
    if "field" not in given:
        raise refusal("required", fieldName="field")
    direction = given.get("direction", "DESC").upper()
    if direction not in DIRECTIONS:
        raise refusal("direction", *DIRECTIONS)
    return given["field"], direction


def _whole(value: str) -> int:
    if not re.fullmatch(r"-?\d+", value):
        raise refusal("type", value=value, type="int")
    return int(value)


def _page_size(sizes: dict[str, int], settings: Settings) -> int:
    wanted = max(0, sizes.get("page_size", settings.default_page_size))
    if settings.max_page_size and wanted > settings.max_page_size:
        raise refusal("page size", max=settings.max_page_size)
    return wanted
