"""The warm workloads: what is asked, the same text of every server, and how it is seen that all servers answer the same.

Nothing is fetched from a platform while they run. What servers may keep beside rows decides what a figure means, so there are three of
the same page. `page` lets who asks the same at the same time share an answer. `distinct` gives each request other variables, so that each
is executed: `first` goes through 31 to 50, and `maxAge`, any value of which takes what is kept, comes again after 1,800 requests. `mixed`
does that with four selections in turn, so that what was written of a row for the last request does not serve the next. Page caches are
filled by asking for each `first` once.
"""

import itertools
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tests.perf.load import Served
from tests.perf.servers import MAX_AGE

Variables = list[dict[str, Any]]

SHOPS = 'platforms: ["shopify", "woocommerce"]'
ORDER = """__typename id number createdAt updatedAt status platformStatus paymentStatus fulfilmentStatus tags
  totals { subtotal { amount currencyCode } shipping { amount currencyCode } tax { amount currencyCode } total { amount currencyCode } }
  billingAddress { firstName lastName address1 city postalCode countryCode }
  shippingAddress { firstName lastName address1 city postalCode countryCode }
  lines { platformId sku title quantity unitPrice { amount currencyCode } total { amount currencyCode } }
  store { name platform { name } } sync { observedAt source }"""
BELOW = "pageInfo { hasNextPage endCursor } sources { state calls }"
PAGE = f"{{ orders(first: 50, {SHOPS}) {{ nodes {{ {ORDER} }} {BELOW} }} }}"
CHOSEN, *OTHERS = (
    f"query($first: Int, $maxAge: Int) {{ orders(first: $first, maxAge: $maxAge, {SHOPS}) {{ nodes {{ {nodes} }} {BELOW} }} }}"
    for nodes in (ORDER, f"updatedAt {ORDER}", f"platformId {ORDER}", f"currencyCode note {ORDER}")
)
LOOKUP = f"query($ids: [ID!]!) {{ nodes(ids: $ids) {{ ... on Order {{ {ORDER} }} }} }}"
ROW = """id number createdAt updatedAt status paymentStatus fulfilmentStatus currencyCode
  totals { subtotal { amount } tax { amount } total { amount } } shippingAddress { city countryCode } store { name }"""
PLACES = ("one", "two", "three", "four")
_PAGES = " ".join(f"{name}: orders(first: 250, after: ${name}, maxAge: $maxAge, {SHOPS}) {{ nodes {{ {ROW} }} }}" for name in PLACES)
THOUSAND = f"query($maxAge: Int {' '.join(f'${name}: String' for name in PLACES)}) {{ {_PAGES} }}"
WALK = f"query($after: String) {{ orders(first: 250, after: $after, {SHOPS}) {{ nodes {{ id }} pageInfo {{ endCursor }} }} }}"

IDS = 20
FIRSTS = range(31, 51)
AGES = range(MAX_AGE // 2, MAX_AGE)


@dataclass(frozen=True, slots=True)
class Workload:
    """A name, a title for people, the queries, which take turns, and how to make their variables; the first ones are compared."""

    name: str
    title: str
    queries: tuple[str, ...]
    variables: Callable[[Served], Awaitable[Variables]]
    compared: int = 1


async def _none(served: Served) -> Variables:
    return [{}]


async def _distinct(served: Served) -> Variables:
    """Return as many different variables as there are; the first ones have each `first` once."""
    return [{"first": first, "maxAge": age} for age, first in zip(reversed(AGES), itertools.cycle(FIRSTS), strict=False)]


async def _lookups(served: Served) -> Variables:
    """Return the ids of twenty orders at a time, out of a page."""
    rows = (await served.ask(CHOSEN, first=50))["data"]["orders"]["nodes"]
    ids = [row["id"] for row in rows]
    return [{"ids": (ids + ids)[begin : begin + IDS]} for begin in range(len(ids))]


async def _thousand(served: Served) -> Variables:
    """Return the places of four pages, which are told by the server itself."""
    places: list[str | None] = [None]
    while len(places) < len(PLACES):
        page = (await served.ask(WALK, after=places[-1]))["data"]["orders"]
        places.append(page["pageInfo"]["endCursor"])
    own = dict(zip(PLACES, places, strict=True))
    return [{**own, "maxAge": age} for age in reversed(AGES)]


WORKLOADS = (
    Workload("page", "50 orders of four stores, with lines and addresses, asked again and again", (PAGE,), _none),
    Workload("distinct", "the same with other variables in each request, 31 to 50 orders", (CHOSEN,), _distinct, len(FIRSTS)),
    Workload("mixed", "the same by four selections in turn", (CHOSEN, *OTHERS), _distinct, len(FIRSTS)),
    Workload("lookup", "20 orders by their ids, other ones in each request", (LOOKUP,), _lookups, 50),
    Workload("thousand", "1,000 orders in one request, for analytics, other variables in each", (THOUSAND,), _thousand),
)


async def answers(served: Served, workload: Workload) -> list[Any]:
    """Return what a server answers to the variables that are compared, without what may differ. Asking also makes it warm."""
    for _ in range(2):  # the second time everything comes from what is kept
        pairs = zip(itertools.cycle(workload.queries), (await workload.variables(served))[: workload.compared], strict=False)
        found = [await served.ask(query, **variables) for query, variables in pairs]
    return [_comparable(each) for each in found]


def differences(one: Any, other: Any, path: str = "") -> Iterator[str]:
    """Yield the places at which two answers differ."""
    if isinstance(one, dict) and isinstance(other, dict):
        for name in {**one, **other}:
            yield from differences(one.get(name), other.get(name), f"{path}.{name}")
    elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        for place, (mine, yours) in enumerate(zip(one, other, strict=True)):
            yield from differences(mine, yours, f"{path}[{place}]")
    elif one != other:
        yield f"{path}: {str(one)[:60]} != {str(other)[:60]}"


def _comparable(answer: Mapping[str, Any]) -> Any:
    """Take out of an answer when rows were observed, and cursors, which each server writes in its own way."""
    if "errors" in answer:
        raise RuntimeError(f"a server answers with errors: {str(answer['errors'])[:300]}")
    return _without(answer, {"observedAt", "endCursor"})


def _without(value: Any, names: set[str]) -> Any:
    if isinstance(value, dict):
        return {name: _without(each, names) for name, each in value.items() if name not in names}
    return [_without(each, names) for each in value] if isinstance(value, list) else value
