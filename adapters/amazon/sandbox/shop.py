"""One seller's account: its settings, its rows and its clock. Full rows are made when they are asked for, and a while remembered."""

from bisect import insort
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from adapters.amazon.sandbox.deeds import Deeds, deeds_of
from adapters.amazon.sandbox.jobs import Jobs
from adapters.amazon.sandbox.limits import Plans
from adapters.amazon.sandbox.markets import MARKETS, Market
from adapters.amazon.sandbox.seed.facts import Facts, offers_of
from adapters.amazon.sandbox.seed.order_rows import order_row
from adapters.amazon.sandbox.seed.orders import OrderHead, order_heads
from adapters.amazon.sandbox.seed.profiles import PROFILES, Profile
from adapters.amazon.sandbox.seed.refunds import Transaction, transactions_of
from adapters.amazon.sandbox.seed.wares import Ware, make_wares
from adapters.amazon.sandbox.tokens import Door
from adapters.kit.sandbox import SandboxStore

Row = dict[str, Any]
OPTIONS = (
    *("marketplaces", "generous", "speed", "rates", "roles", "discount_sign"),
    *("lag_seconds", "report_seconds", "write_seconds", "feed_seconds"),
)
ROLES = ("listing", "orders", "shipping", "tax", "finance")
REMEMBERED = 2048
Remember = Callable[[str, str, Any, str], None]


@dataclass(slots=True)
class Document:
    """What was, or is to be, uploaded for a feed, or what came of one; `body` is None until it is there. `packed` says that it is gzip."""

    content_type: str
    made: int
    body: bytes | None = None
    packed: bool = False


@dataclass(slots=True)
class Feed:
    """One feed; `ended` is empty until it is DONE, CANCELLED or FATAL, and `result` the document that tells what came of it, if any."""

    type: str
    markets: list[str]
    document: str
    asked: int
    operation: str
    ended: str = ""
    result: str = ""


@dataclass(slots=True)
class Shop:
    """A store that serves; `lag` is how many milliseconds pass until a list shows a change, `reports` those that were asked for.

    `write_time` is how long an accepted change of a listing takes to be made, `feed_time` how long a feed takes. `deeds` has the orders
    that were written to; `effect` remembers a change: what, of which entity, to what value, by which operation.
    """

    facts: Facts
    door: Door
    plans: Plans
    now: Callable[[], datetime]
    roles: frozenset[str]
    lag: int
    report_time: int
    write_time: int
    feed_time: int
    jobs: Jobs
    effect: Remember
    wares: dict[str, Ware]
    orders: dict[str, OrderHead]
    last_place: int
    reports: dict[str, Row] = field(default_factory=dict)
    feeds: dict[str, Feed] = field(default_factory=dict)
    documents: dict[str, Document] = field(default_factory=dict)
    deeds: dict[str, Deeds] = field(default_factory=dict)
    submissions: int = 0
    sorted_ids: list[str] = field(default_factory=list)
    _rows: OrderedDict[str, Row] = field(default_factory=OrderedDict)
    _transactions: list[Transaction] | None = None

    def instant(self) -> int:
        """Return the present, in milliseconds."""
        return int(self.now().timestamp() * 1000)

    def order(self, order_id: str) -> Row:
        """Return the full row of an order: not to be changed."""
        if order_id in self._rows:
            self._rows.move_to_end(order_id)
        else:
            self._rows[order_id] = order_row(self.facts, self.orders[order_id], self.deeds.get(order_id))
            if len(self._rows) > REMEMBERED:
                self._rows.popitem(last=False)
        return self._rows[order_id]

    def transactions(self) -> list[Transaction]:
        """Return all money that moved, oldest first."""
        if self._transactions is None:
            moved = [one for order_id in self.orders for one in self.moved(order_id)]
            self._transactions = sorted(moved, key=lambda one: (one.posted, one.order, one.number))
        return self._transactions

    def moved(self, order_id: str) -> list[Transaction]:
        """Return the money that moved for one order, oldest first; none for an order that is not here."""
        if order_id in self.deeds:
            return self.deeds[order_id].moved
        return transactions_of(self.orders[order_id]) if order_id in self.orders else []

    def deed(self, order_id: str) -> Deeds:
        """Return what was written to an order, to be written on; the caller ends with `wrote`."""
        if order_id not in self.deeds:
            self.deeds[order_id] = deeds_of(self.facts, self.orders[order_id])
        return self.deeds[order_id]

    def wrote(self, order_id: str, status: str) -> None:
        """Let an order have changed now, into this status."""
        head = self.orders[order_id]
        head.status, head.updated = status, self.instant()
        self.forget(order_id)

    def add_order(self, head: OrderHead) -> None:
        """Add an order."""
        self.orders[head.id] = head
        self.last_place = max(self.last_place, head.place)
        insort(self.sorted_ids, head.id)
        self.forget(head.id)

    def remove_order(self, order_id: str) -> None:
        """Remove an order for good."""
        del self.orders[order_id]
        self.sorted_ids.remove(order_id)
        self.deeds.pop(order_id, None)
        self.forget(order_id)

    def remove_ware(self, sku: str) -> None:
        """Remove a listing for good, and from its family: a parent leaves its children alone."""
        ware = self.wares.pop(sku)
        if ware.parent in self.wares:
            self.wares[ware.parent].children.remove(sku)
        for child in ware.children:
            self.wares[child].parent = ""

    def forget(self, order_id: str) -> None:
        """Make an order's row, and what follows from it, anew."""
        self._rows.pop(order_id, None)
        self._transactions = None


def open_shop(store: SandboxStore, now: Callable[[], datetime], effect: Remember) -> Shop:
    """Build a store. ValueError for an unknown profile, size, option or marketplace."""
    profile, markets = _profile(store), _markets(store)
    wares = make_wares(store.name, profile)
    facts = Facts(
        store.name,
        store.title,
        store.credentials["seller_id"],
        profile,
        markets,
        offers_of(wares.values(), markets),
        int(store.options.get("discount_sign", -1)),
    )
    heads = order_heads(facts)
    return Shop(
        facts=facts,
        door=Door(store.credentials, now),
        plans=Plans(store.options, now),
        now=now,
        roles=frozenset(store.options.get("roles", ROLES)),
        lag=_milliseconds(store, "lag_seconds", 120),
        report_time=_milliseconds(store, "report_seconds", 20),
        write_time=_milliseconds(store, "write_seconds", 0.3),
        feed_time=_milliseconds(store, "feed_seconds", 0.3),
        jobs=Jobs(lambda: int(now().timestamp() * 1000)),
        effect=effect,
        wares=wares,
        orders={head.id: head for head in heads},
        last_place=len(heads) - 1,
        sorted_ids=sorted(head.id for head in heads),
    )


def _milliseconds(store: SandboxStore, option: str, usual: float) -> int:
    return int(store.options.get(option, usual) * 1000)


def _profile(store: SandboxStore) -> Profile:
    if store.profile not in PROFILES:
        raise ValueError(f"store {store.name}: profile {store.profile!r} is none of {', '.join(PROFILES)}")
    unknown = [key for key in store.options if key not in OPTIONS] + [key for key in store.sizes if key not in Profile.SIZES]
    unknown += [role for role in store.options.get("roles", ()) if role not in ROLES]
    if unknown:
        known = f"options {', '.join(OPTIONS)}; sizes {', '.join(Profile.SIZES)}; roles {', '.join(ROLES)}"
        raise ValueError(f"store {store.name}: {', '.join(unknown)} is unknown; {known}")
    return PROFILES[store.profile].resized(store.sizes)


def _markets(store: SandboxStore) -> tuple[Market, ...]:
    chosen = tuple(store.options.get("marketplaces") or PROFILES[store.profile].marketplaces)
    if any(name not in MARKETS for name in chosen) or len({MARKETS[name].region for name in chosen}) != 1:
        raise ValueError(f"store {store.name}: {', '.join(chosen)} must be marketplaces of one region")
    return tuple(MARKETS[name] for name in chosen)
