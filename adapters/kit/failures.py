"""What can go wrong between us and a platform, and the table that tells it from the platform's answer.

Every failure is a `PlatformError` with one of five categories (`schema.errors.Category`):

TRANSIENT    the same call may succeed soon
QUOTA        we asked too much: wait until the budget refills
AUTH         the store must be reconnected by its owner
VALIDATION   the call can never succeed as it is
CONFLICT     the platform's state says no: read again, then decide

A platform's manifest has a tuple of `Rule`; the first that fits an answer gives the category. What no rule knows falls to a safe
category by its HTTP status (`BY_STATUS`).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from schema.errors import Category


class PlatformError(Exception):
    """A platform could not do what it was asked; `message` is for the caller and holds nothing secret or personal.

    `code` is the platform's own word, `retry_after` the seconds until the same call makes sense, where that is known. `sent` says whether
    the platform may have seen the request; a failure that is TRANSIENT and sent leaves open whether a write was made.
    """

    def __init__(self, category: Category, message: str, *, code: str = "", retry_after: float | None = None, sent: bool = True) -> None:
        super().__init__(message)
        self.category = category
        self.message = message
        self.code = code
        self.retry_after = retry_after
        self.sent = sent

    @property
    def uncertain(self) -> bool:
        """Say whether a write that failed so may have been made all the same."""
        return self.sent and self.category is Category.TRANSIENT


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of a platform's error table; what is None fits everything. `remedy` is the sentence for the caller."""

    category: Category
    status: int | None = None
    code: str | None = None
    remedy: str = ""

    def fits(self, status: int, code: str) -> bool:
        """Say whether this row speaks of such an answer; a code ending in `*` fits all that begin so."""
        if self.status not in {None, status}:
            return False
        if self.code is not None and self.code.endswith("*"):
            return code.startswith(self.code[:-1])
        return self.code in {None, code}


BY_STATUS: tuple[tuple[range, Category], ...] = (
    (range(300, 400), Category.AUTH),
    (range(401, 404), Category.AUTH),
    (range(408, 409), Category.TRANSIENT),
    (range(409, 410), Category.CONFLICT),
    (range(429, 430), Category.QUOTA),
    (range(400, 500), Category.VALIDATION),
    (range(500, 600), Category.TRANSIENT),
)

REMEDY: dict[Category, str] = {
    Category.TRANSIENT: "The platform could not answer just now; the same request may succeed soon.",
    Category.QUOTA: "The platform's limit is used up; ask again later, or ask for less at once.",
    Category.AUTH: "The platform refuses the store's credentials; its owner has to reconnect it.",
    Category.VALIDATION: "The platform can't answer this request.",
    Category.CONFLICT: "The platform's present state does not allow this; read again.",
}


def classify(rules: Sequence[Rule], status: int, code: str) -> tuple[Category, str]:
    """Return the category of an answer and the sentence for the caller."""
    for rule in rules:
        if rule.fits(status, code):
            return rule.category, rule.remedy or REMEDY[rule.category]
    category = next((found for statuses, found in BY_STATUS if status in statuses), Category.TRANSIENT)
    return category, REMEDY[category]
