"""Light facts of every order and return, made at the start: what lists filter by, and what full rows are built from."""

from dataclasses import dataclass, field
from typing import Any

from adapters.walmart.sandbox.seed.plans import AUTO_CANCELLED, OPEN_WORDS, PLANS, Part, Plan, divide

OVERDUE_AFTER = 4 * 86_400  # the platform cancels what is not shipped by then, counted from the promised day
SELLER, WFS, THIRD_PARTY = "SellerFulfilled", "WFSFulfilled", "3PLFulfilled"
NODE_TYPES = (SELLER, WFS, THIRD_PARTY)

Pieces = list[tuple[Part, int]]


@dataclass(slots=True)
class LineState:
    """What became of a line since its order was written to: its pieces, when they last changed (in ms), what was paid back."""

    pieces: Pieces
    dated: int
    refund: dict[str, Any] | None = None
    seller_number: str = ""


@dataclass(slots=True)
class OrderHead:
    """One purchase order: times are whole seconds since 1970 UTC, `lines` the (SKU, pieces) pairs, `shopper` the customer order id.

    `replaces` is the customer order id a replacement was sent for; `email` replaces the relay address where it is set. `states` has an
    entry for each line from the first write on; until then the plan says all. `prices` are those of its lines, where the time it was
    made does not tell them.
    """

    place: int
    id: str
    shopper: str
    created: int
    modified: int
    ship_by: int
    node_type: str
    lines: tuple[tuple[str, int], ...]
    plan_name: str
    buyer: int
    guest: bool = False
    program: str = ""
    method: str = "Value"
    replaces: str = ""
    email: str = ""
    overdue: bool = False
    states: list[LineState] = field(default_factory=list)
    prices: tuple[int, ...] = ()

    @property
    def plan(self) -> Plan:
        """What became of it."""
        return PLANS[self.plan_name]

    @property
    def open(self) -> bool:
        """Whether pieces of it wait to be shipped."""
        return not self.overdue and any(word in OPEN_WORDS for word in self.words())

    def words(self) -> set[str]:
        """Return the status words its lines show."""
        return {part.status for turn in range(len(self.lines)) for part, _ in self.divided(turn)}

    def divided(self, turn: int) -> Pieces:
        """Return the pieces of a line by what became of them. The platform cancels what an overdue order still had to ship."""
        pieces = self.states[turn].pieces if self.states else divide(self.plan, turn, self.lines[turn][1])
        return [(AUTO_CANCELLED if self.overdue and part.status in OPEN_WORDS else part, count) for part, count in pieces]

    def expire(self, deadline: int) -> None:
        """Cancel what was not shipped in time, as the platform does by itself."""
        self.overdue, self.modified = True, max(deadline, self.modified)
        for turn, state in enumerate(self.states):
            pieces = self.divided(turn)
            if pieces != state.pieces:
                state.pieces, state.dated = pieces, deadline * 1000

    def line_number(self, turn: int) -> int:
        """Return the number of a line: not always contiguous, and not always from 1 on."""
        return turn * 2 + 4 if self.place % 4 == 3 else turn + 1


@dataclass(slots=True)
class ReturnHead:
    """One return: `lines` are the turns of the order's lines it covers, all pieces of each; `status` how far it is.

    `refunded` counts the pieces of each line that the seller paid back through this return.
    """

    place: int
    id: str
    order: str
    lines: tuple[int, ...]
    created: int
    modified: int
    status: str
    refunded: dict[int, int] = field(default_factory=dict)
