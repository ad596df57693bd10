"""What happens to an order once it is there: parcels leave, money goes back, somebody wants to cancel. The seeds tell it, and writes do."""

from dataclasses import dataclass

REQUESTED, COMPLETED, REJECTED = "REQUESTED", "COMPLETED", "REJECTED"


@dataclass(frozen=True, slots=True)
class Parcel:
    """One package: `tracking` is "" where none was given; `units` maps the place of a line to how many of it are inside."""

    id: str
    tracking: str
    carrier: str
    shipped: int
    units: dict[int, int]


@dataclass(frozen=True, slots=True)
class Refund:
    """One refund; `lines` maps the place of a line to its share, empty when the sum is one of the whole order."""

    id: str
    reference: str
    status: str
    at: int
    cents: int
    lines: dict[int, int]


@dataclass(frozen=True, slots=True)
class Case:
    """One wish to cancel: who made it and why, the state in which the order shows it, and the two words of the older interface.

    `closed` is None while it is open, `reason` "" where none was given. `answered` means that the seller agreed and money is on its way.
    """

    id: str
    initiator: str
    reason: str
    asked: int
    state: str
    words: tuple[str, str]
    closed: int | None = None
    paid: bool = True
    answered: bool = False
