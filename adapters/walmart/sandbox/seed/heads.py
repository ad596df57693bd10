"""Light facts of every order and return, made at the start: what lists filter by, and what full rows are built from."""

from dataclasses import dataclass

from adapters.walmart.sandbox.seed.plans import OPEN_WORDS, PLANS, Plan, divide

OVERDUE_AFTER = 4 * 86_400  # the platform cancels what is not shipped by then, counted from the promised day
SELLER, WFS, THIRD_PARTY = "SellerFulfilled", "WFSFulfilled", "3PLFulfilled"
NODE_TYPES = (SELLER, WFS, THIRD_PARTY)


@dataclass(slots=True)
class OrderHead:
    """One purchase order: times are whole seconds since 1970 UTC, `lines` the (SKU, pieces) pairs, `shopper` the customer order id.

    `replaces` is the customer order id a replacement was sent for; `email` replaces the relay address where it is set.
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
        shown = (divide(self.plan, turn, quantity, overdue=self.overdue) for turn, (_, quantity) in enumerate(self.lines))
        return {part.status for parts in shown for part, _ in parts}

    def line_number(self, turn: int) -> int:
        """Return the number of a line: not always contiguous, and not always from 1 on."""
        return turn * 2 + 4 if self.place % 4 == 3 else turn + 1


@dataclass(slots=True)
class ReturnHead:
    """One return: `lines` are the turns of the order's lines it covers, all pieces of each; `status` how far it is."""

    place: int
    id: str
    order: str
    lines: tuple[int, ...]
    created: int
    modified: int
    status: str
