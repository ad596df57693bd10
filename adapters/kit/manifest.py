"""The shapes of a platform's declarative part: everything about it that a table can say."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from adapters.kit.failures import Rule
from adapters.kit.writing import WriteFacts
from schema.commands import WriteOperation
from schema.keys import Kind


@dataclass(frozen=True, slots=True)
class Limits:
    """What a store of the platform may be asked; shared by all processes (see `adapters.kit.budget`).

    `points` and `refill` describe a bucket of cost points and its points a second (0 = no such bucket); `ceiling` is the most one
    request may cost. `concurrency` is how many requests may be under way at first, `most` how far that may grow while answers come
    within `slow` seconds.
    """

    points: float = 0
    refill: float = 0
    ceiling: float = 0
    concurrency: int = 4
    most: int = 8
    slow: float = 2.0


@dataclass(frozen=True, slots=True)
class KindFacts:
    """One row of the capability table.

    `sorts` are the fields a list can be ordered by (empty = there is no list), `filters` the filters the platform answers itself.
    """

    get: bool = True
    sorts: tuple[str, ...] = ()
    filters: frozenset[str] = frozenset()
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Manifest:
    """A platform's facts.

    `credentials` are the sets of keys of which a store's `credentials` table must have exactly one; `page` is the most rows of a list
    page, `batch` the most ids of one call.

    `buckets` are budgets of single operations, beside the store's own. `hosts` are other addresses of the platform, by what they are for;
    they serve the stores whose url begins with one of `official`. Any other store, e.g. of a sandbox, has everything at its own address.

    `writes` are the operations the platform has; `writers` is how many calls that write may be under way for one store.
    """

    name: str
    title: str
    api_version: str
    credentials: tuple[frozenset[str], ...]
    limits: Limits
    errors: tuple[Rule, ...]
    kinds: Mapping[Kind, KindFacts]
    page: int
    batch: int
    buckets: Mapping[str, Limits] = field(default_factory=dict)
    official: tuple[str, ...] = ()
    hosts: Mapping[str, str] = field(default_factory=dict)
    writes: Mapping[WriteOperation, WriteFacts] = field(default_factory=dict)
    writers: int = 4
