"""One store: its settings, its rows, its door, its budgets, the cursors it gave and the feeds it took."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial
from heapq import heapify, heappop, heappush

from adapters.kit.sandbox import Control, SandboxStore
from adapters.walmart.sandbox.budgets import Budgets
from adapters.walmart.sandbox.cursors import Cursors
from adapters.walmart.sandbox.door import Door
from adapters.walmart.sandbox.feed import Feed
from adapters.walmart.sandbox.jobs import Jobs
from adapters.walmart.sandbox.seed.catalogue import Item, make_items
from adapters.walmart.sandbox.seed.heads import OVERDUE_AFTER, SELLER, OrderHead, ReturnHead
from adapters.walmart.sandbox.seed.history import order_heads, return_heads
from adapters.walmart.sandbox.seed.plans import OPEN_WORDS
from adapters.walmart.sandbox.seed.profiles import Profile
from adapters.walmart.sandbox.settings import Settings, profile_of, settings_of


@dataclass(slots=True)
class Seller:
    """A store that serves. `orders`, `returns`, `items` and `feeds` are by id; `due` is a heap of when open orders are cancelled.

    `record` remembers a change that was made: what, whose id, its value and the operation.
    """

    settings: Settings
    profile: Profile
    door: Door
    budgets: Budgets
    items: dict[str, Item]
    orders: dict[str, OrderHead]
    returns: dict[str, ReturnHead]
    order_cursors: Cursors[dict[str, str]]
    return_cursors: Cursors[dict[str, str]]
    item_cursors: Cursors[list[Item]]
    stock_cursors: Cursors[int]
    jobs: Jobs
    record: Callable[[str, str, object, str], None]
    feeds: dict[str, Feed] = field(default_factory=dict)
    due: list[tuple[int, str]] = field(default_factory=list)
    returned: dict[str, dict[int, str]] = field(default_factory=dict)
    last_place: int = 0

    def advance(self, now: int) -> None:
        """Cancel what was not shipped four days after it was promised, as the platform does by itself."""
        while self.due and self.due[0][0] <= now:
            deadline, order_id = heappop(self.due)
            head = self.orders.get(order_id)
            if head and head.open and head.ship_by + OVERDUE_AFTER == deadline:
                head.expire(deadline)

    def watch(self, head: OrderHead) -> None:
        """Remember an order that is cancelled unless it is shipped in time."""
        if head.open and head.node_type == SELLER:
            heappush(self.due, (head.ship_by + OVERDUE_AFTER, head.id))

    def enter(self, head: ReturnHead) -> None:
        """Add a return, which shows on the lines of its order from then on."""
        self.returns[head.id] = head
        self.returned.setdefault(head.order, {}).update(dict.fromkeys(head.lines, head.id))

    def listed(self) -> list[Item]:
        """Return the items that are on the platform."""
        return [item for item in self.items.values() if not item.gone]

    def reserved(self) -> dict[str, int]:
        """Return how many pieces of each SKU the seller still has to ship."""
        counts: dict[str, int] = {}
        for head in self.orders.values():
            if head.node_type == SELLER and head.open:
                for turn, (sku, _) in enumerate(head.lines):
                    waiting = (count for part, count in head.divided(turn) if part.status in OPEN_WORDS)
                    counts[sku] = counts.get(sku, 0) + sum(waiting)
        return counts


def open_seller(store: SandboxStore, control: Control) -> Seller:
    """Build a store from its seed. ValueError for a profile, size or option it does not know."""
    now = control.now
    profile, settings = profile_of(store), settings_of(store, now())
    items = make_items(store.name, profile, settings.until)
    orders = order_heads(store.name, profile, items, settings.until)
    returns = return_heads(store.name, orders, settings.until)
    seller = Seller(
        settings=settings,
        profile=profile,
        door=Door(settings, store.credentials, now),
        budgets=Budgets(now, generous=settings.generous),
        items=items,
        orders={head.id: head for head in orders},
        returns={},
        order_cursors=Cursors(now, settings.order_cursor_seconds),
        return_cursors=Cursors(now, settings.order_cursor_seconds),
        item_cursors=Cursors(now, settings.item_cursor_seconds),
        stock_cursors=Cursors(now, settings.item_cursor_seconds),
        jobs=Jobs(now),
        record=partial(control.effect, store.name),
        last_place=len(orders) - 1,
    )
    for back in returns:
        seller.enter(back)
    seller.due = [(head.ship_by + OVERDUE_AFTER, head.id) for head in orders if head.open and head.node_type == SELLER]
    heapify(seller.due)
    seller.advance(settings.until)
    _cover(items.values(), seller.reserved())
    return seller


def _cover(items: Iterable[Item], reserved: dict[str, int]) -> None:
    """Nothing was sold that was not there: the default node's input covers what waits to be shipped."""
    for item in items:
        if item.inputs:
            node = next(iter(item.inputs))
            item.inputs[node] = max(item.inputs[node], reserved.get(item.sku, 0))
