"""The order book as heads: when each order came, who bought what, what became of it, and the documents that say so.

Ids of orders, lines and documents count up in the order in which they were made, as the platform's do.
"""

from dataclasses import dataclass, field
from random import Random
from typing import Any

from adapters.magento.sandbox.seed.facts import HOUR, Facts
from adapters.magento.sandbox.seed.stories import BY_NAME, RECENT, REPLACEMENT, STORIES, Story
from adapters.magento.sandbox.seed.wares import UNSHIPPED

DAY = 24 * HOUR
LONG_ORDER, LONG_LINES = 4, 200
LONE_GUEST = 0
# One second in which an import touched more orders than fit on a usual page.
MASS_EDITED = 150
GUESTS = 1_000_000
ONLINE = 8  # every eighth order is paid by a card

Buy = tuple[int, int]


@dataclass(slots=True)
class Document:
    """An invoice, shipment or credit memo: pieces by the place of the order's line; `part` counts an order's shipments.

    `tracks` holds when each parcel's number came in, `labels` what is written on it where it was given, None where it was taken back.
    Cents are of the base currency: `adjustment` is paid back besides lines, `deduction` kept back; `freight` tells that all of the
    shipping fee is in it, `fee` how much of it where that was said. `invoice` is what is paid back, `source` where a shipment left from.
    """

    id: int
    order: int
    created: int
    updated: int
    pieces: dict[int, int]
    part: int = 0
    tracks: tuple[int, ...] = ()
    adjustment: int = 0
    freight: bool = False
    increment: str = ""
    fee: int | None = None
    deduction: int = 0
    invoice: int = 0
    online: bool = False
    source: str = ""
    labels: dict[int, dict[str, Any] | None] = field(default_factory=dict)
    notes: list[dict[str, Any]] = field(default_factory=list)
    changes: dict[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class Plan:
    """One order: `buys` are (ware, quantity), `first_item` the id of its first line, `buyer` a customer's number or a guest's.

    `given_up` are the pieces that were cancelled, by place, where the story does not say it; `notes` what was written to its history.
    """

    id: int
    created: int
    updated: int
    story: Story
    buys: tuple[Buy, ...]
    buyer: int
    view: int
    first_item: int
    increment: str
    discount: int = 0
    coupon: str = ""
    parent: int = 0
    child: int = 0
    invoices: list[Document] = field(default_factory=list)
    shipments: list[Document] = field(default_factory=list)
    memos: list[Document] = field(default_factory=list)
    given_up: dict[int, int] | None = None
    notes: list[dict[str, Any]] = field(default_factory=list)
    changes: dict[str, Any] = field(default_factory=dict)

    @property
    def guest(self) -> bool:
        """Whether the buyer has no account."""
        return self.buyer >= GUESTS

    @property
    def ordered(self) -> dict[int, int]:
        """How many pieces were bought, by place."""
        return {place: quantity for place, (_, quantity) in enumerate(self.buys)}

    @property
    def cancelled(self) -> dict[int, int]:
        """How many pieces were cancelled, by place."""
        if self.given_up is None:
            return self.ordered if self.story.cancelled else {}
        return self.given_up

    @property
    def online(self) -> bool:
        """Whether it was paid by a card, which alone can be given back through its gateway."""
        return self.id % ONLINE == ONLINE - 1


def make_plans(facts: Facts) -> list[Plan]:
    """Return all orders of the seed, oldest first."""
    draw = Random(f"{facts.name}/orders")
    goods = [ware.id for ware in facts.sold if ware.type not in UNSHIPPED]
    airs = [ware.id for ware in facts.sold if ware.type in UNSHIPPED]
    plans: list[Plan] = []
    counts: dict[int, int] = {}
    item = 1
    for place, created in enumerate(_times(facts, draw)):
        before = plans[-1] if plans else None
        edited = before is not None and before.story.name == "replaced"
        story = REPLACEMENT if edited else _story(facts, draw, place)
        if story.name == "virtual" and not airs:
            story = BY_NAME["paid"]
        buys = before.buys if edited and before else _buys(draw, place, airs if story.name == "virtual" else goods, airs)
        view = before.view if edited and before else _view(facts, draw, place)
        plan = Plan(place + 1, created, created, story, buys, _buyer(facts, draw, place), view, item, "")
        if edited and before:
            plan.parent, before.child, plan.buyer, plan.increment = before.id, plan.id, before.buyer, f"{before.increment}-1"
        else:
            counts[view] = counts.get(view, 0) + 1
            plan.increment = increment_of(view, counts[view])
        if place % 6 == 2:
            plan.discount, plan.coupon = 1000, "TRAIL10"
        item += sum(facts.width(ware) for ware, _ in buys)
        _write_documents(facts, plan)
        plans.append(plan)
    _edit_many_at_once(facts, plans)
    number_documents(plans)
    return plans


def increment_of(view: int, number: int) -> str:
    """Return the number people see; every store view counts for itself."""
    return f"{view if view > 1 else 0}{number:08d}" if view > 1 else f"{number:09d}"


def new_plan(facts: Facts, order_id: int, first_item: int, created: int) -> Plan:
    """Return an order that comes in now: one piece for a guest, not yet paid."""
    sold = [ware.id for ware in facts.sold if ware.type == "simple"]
    return Plan(
        order_id,
        created,
        created,
        BY_NAME["placed"],
        ((sold[order_id % len(sold)], 1),),
        GUESTS + order_id,
        1,
        first_item,
        f"{order_id:09d}",
    )


def number_documents(plans: list[Plan]) -> None:
    """Give every document its id and its number, each kind in the order of time."""
    for kind in ("invoices", "shipments", "memos"):
        for number, document in enumerate(sorted((one for plan in plans for one in getattr(plan, kind)), key=lambda one: one.created), 1):
            document.id, document.increment = number, f"{number:09d}"


def _times(facts: Facts, draw: Random) -> list[int]:
    last = facts.until - 12 * HOUR
    times = sorted(draw.randrange(facts.since, last) for _ in range(facts.profile.orders))
    for place in range(1, len(times)):
        if place in {6, 7, 8} or draw.random() < 0.01:
            times[place] = times[place - 1]
    if len(times) > 100:
        times[-1] = last
    return times


def _story(facts: Facts, draw: Random, place: int) -> Story:
    if not facts.profile.drawn:
        return STORIES[place % len(STORIES)]
    if place >= facts.profile.orders - facts.profile.orders // 40:
        return draw.choice(RECENT)
    return draw.choices(STORIES, facts.shares)[0]


def _buys(draw: Random, place: int, goods: list[int], airs: list[int]) -> tuple[Buy, ...]:
    if place == LONG_ORDER:
        return tuple((goods[turn % len(goods)], turn % 3 + 1) for turn in range(LONG_LINES))
    count = draw.choice((1, 1, 1, 2, 2, 3, 5))
    buys = [(draw.choice(goods), draw.choice((1, 1, 1, 2, 3))) for _ in range(count)]
    if airs and place % 23 == 5:
        buys.append((draw.choice(airs), 1))
    return tuple(buys)


def _view(facts: Facts, draw: Random, place: int) -> int:
    views = facts.profile.views
    return views[place % 5 % len(views)].id if place % 5 == 1 or draw.random() < 0.05 else views[0].id


def _buyer(facts: Facts, draw: Random, place: int) -> int:
    customers = facts.profile.customers
    guest = place == LONE_GUEST or not customers or draw.random() < 0.25
    return GUESTS + place % 997 if guest else 1 + draw.randrange(customers)


def _write_documents(facts: Facts, plan: Plan) -> None:
    """Write what the story says was invoiced, sent and paid back, and when the order was last touched."""
    story, every = plan.story, {place: quantity for place, (_, quantity) in enumerate(plan.buys)}
    sent = {place: quantity for place, quantity in every.items() if facts.wares[plan.buys[place][0]].type not in UNSHIPPED}
    if story.invoiced:
        plan.invoices.append(_document(facts, plan, HOUR, every))
    if story.shipped:
        _write_shipments(facts, plan, sent)
    if story.refunded:
        memo = _document(facts, plan, 12 * DAY, {})
        if story.refunded == "money":
            memo.adjustment = 250
        else:
            memo.pieces = every if story.refunded == "all" else {0: every[0]}
            memo.freight = story.refunded == "all"
        plan.memos.append(memo)
    documents = (*plan.invoices, *plan.shipments, *plan.memos)
    # A number that comes in late touches neither the order nor its shipment.
    touched = 0 if story.name in {"placed", "replacement"} else 3 * HOUR
    plan.updated = max([min(plan.created + touched, facts.until), *(one.created for one in documents)])


def _write_shipments(facts: Facts, plan: Plan, sent: dict[int, int]) -> None:
    shipped = plan.story.shipped
    places = list(sent)
    half = max(1, len(places) // 2)
    first = {place: sent[place] for place in places[:half]}
    second = {place: sent[place] for place in places[half:]}
    if not second and sent[places[0]] > 1:
        first, second = {places[0]: 1}, {places[0]: sent[places[0]] - 1}
    if shipped in {"all", "parcels"} or not second:
        count = 3 if shipped == "parcels" else 1
        plan.shipments.append(_document(facts, plan, DAY, sent, parcels=count))
    elif shipped == "half":
        plan.shipments.append(_document(facts, plan, DAY, first))
    else:
        plan.shipments.append(_document(facts, plan, DAY, first))
        plan.shipments.append(_document(facts, plan, 2 * DAY, second, parcels=2))
    for part, shipment in enumerate(plan.shipments):
        shipment.part = part
    if plan.story.late:
        last = plan.shipments[-1]
        last.tracks = (*last.tracks, min(last.created + 3 * DAY, facts.until))


def _document(facts: Facts, plan: Plan, delay: int, pieces: dict[int, int], parcels: int = 1) -> Document:
    at = min(plan.created + delay, facts.until - HOUR)
    return Document(0, plan.id, at, at, pieces, tracks=(at + 1,) * parcels)


def _edit_many_at_once(facts: Facts, plans: list[Plan]) -> None:
    """Ties in the time of change: a whole page of them in a shop with a history, a handful in a small one."""
    done = [plan for plan in plans if plan.story.name == "done"]
    chosen = done[len(done) // 2 :][:MASS_EDITED] if facts.profile.drawn else done
    second = max((plan.updated for plan in chosen), default=0) + DAY
    for plan in chosen:
        plan.updated = min(second, facts.until)
