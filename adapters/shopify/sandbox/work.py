"""Fulfillment orders: what is still to be sent of an order from one location, as mutations change it."""

from dataclasses import dataclass, field

OPEN_STATES = {"OPEN", "IN_PROGRESS"}


@dataclass(slots=True)
class WorkLine:
    """One line of a fulfillment order; `at` is the position of the order's line."""

    number: int
    at: int
    total: int
    remaining: int


@dataclass(slots=True)
class Work:
    """One fulfillment order; `place` is the index of its location, times in epoch seconds."""

    number: int
    place: int
    status: str
    created: int
    updated: int
    request: str = "UNSUBMITTED"
    lines: list[WorkLine] = field(default_factory=list)

    @property
    def remaining(self) -> int:
        """Units still to be sent."""
        return sum(line.remaining for line in self.lines)

    def take(self, at: int, units: int, moment: int) -> int:
        """Take units of an order's line off what is to be sent; returns how many were there to take."""
        taken = 0
        for line in self.lines:
            if line.at == at:
                part = min(line.remaining, units - taken)
                line.remaining -= part
                taken += part
        if taken:
            self.updated = moment
            self.status = "IN_PROGRESS" if self.remaining and self.status in OPEN_STATES else self.status if self.remaining else "CLOSED"
        return taken
