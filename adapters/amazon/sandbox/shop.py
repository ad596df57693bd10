"""One seller's account: its settings, its rows and its clock. Full rows are made when they are asked for, and a while remembered."""

from bisect import insort
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

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
OPTIONS = ("marketplaces", "generous", "speed", "rates", "roles", "lag_seconds", "discount_sign", "report_seconds")
ROLES = ("listing", "orders", "shipping", "tax", "finance")
REMEMBERED = 2048


@dataclass(slots=True)
class Shop:
    """A store that serves; `lag` is how many milliseconds pass until a list shows a change, `reports` those that were asked for."""

    facts: Facts
    door: Door
    plans: Plans
    now: Callable[[], datetime]
    roles: frozenset[str]
    lag: int
    report_time: int
    wares: dict[str, Ware]
    orders: dict[str, OrderHead]
    last_place: int
    reports: dict[str, Row] = field(default_factory=dict)
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
            self._rows[order_id] = order_row(self.facts, self.orders[order_id])
            if len(self._rows) > REMEMBERED:
                self._rows.popitem(last=False)
        return self._rows[order_id]

    def transactions(self) -> list[Transaction]:
        """Return all money that moved, oldest first."""
        if self._transactions is None:
            moved = [one for head in self.orders.values() for one in transactions_of(head)]
            self._transactions = sorted(moved, key=lambda one: (one.posted, one.order, one.number))
        return self._transactions

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
        self.forget(order_id)

    def forget(self, order_id: str) -> None:
        """Make an order's row, and what follows from it, anew."""
        self._rows.pop(order_id, None)
        self._transactions = None


def open_shop(store: SandboxStore, now: Callable[[], datetime]) -> Shop:
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
        lag=int(store.options.get("lag_seconds", 120) * 1000),
        report_time=int(store.options.get("report_seconds", 20) * 1000),
        wares=wares,
        orders={head.id: head for head in heads},
        last_place=len(heads) - 1,
        sorted_ids=sorted(head.id for head in heads),
    )


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
