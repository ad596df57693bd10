"""The pieces of a line by what became of them: how many are where, and some of them moved on."""

from collections.abc import Callable, Iterable

from adapters.walmart.sandbox.seed.heads import Pieces
from adapters.walmart.sandbox.seed.plans import Part

Test = Callable[[Part], bool]
Change = Callable[[Part], Part]


def of_status(*words: str) -> Test:
    """Return what tells pieces of some statuses."""
    return lambda part: part.status in words


def becoming(part: Part) -> Change:
    """Return what makes any piece one of this part."""
    return lambda _: part


def count_of(pieces: Pieces, wanted: Test) -> int:
    """Return how many pieces are like that."""
    return sum(count for part, count in pieces if wanted(part))


def moved(pieces: Pieces, wanted: Test, count: int, change: Change) -> Pieces:
    """Return the pieces after so many of the wanted ones changed; there must be that many."""
    rest: Pieces = []
    changed: Pieces = []
    for part, own in pieces:
        taken = min(own, count) if wanted(part) else 0
        count -= taken
        rest.append((part, own - taken))
        changed.append((change(part), taken))
    return _merged([*rest, *changed])


def _merged(pieces: Iterable[tuple[Part, int]]) -> Pieces:
    merged: list[tuple[Part, int]] = []
    for part, count in pieces:
        place = next((place for place, (known, _) in enumerate(merged) if known == part), None)
        if place is not None:
            merged[place] = (part, merged[place][1] + count)
        elif count:
            merged.append((part, count))
    return merged
