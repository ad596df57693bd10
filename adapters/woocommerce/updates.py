"""Absolute changes of rows, many at once: fields get values, so that doing it twice does no harm, and a look tells whether it was done."""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from adapters.kit.failures import PlatformError
from adapters.kit.writing import Done, Job, Journal, Looked, NotDone, Performed
from adapters.woocommerce.refusals import gone
from adapters.woocommerce.sending import Change, Sent, Verb, send
from adapters.woocommerce.shop import Found, Shop, unwritten
from adapters.woocommerce.values import NUMBER, Json, number, rows, text
from schema.errors import Category

Rows = Mapping[str, Found | PlatformError]
_REFUSED = frozenset({Category.VALIDATION, Category.CONFLICT})  # what can't be put into words was never sent
# What the platform is known to drop or bend without a word: the echo must have it.
CHECKED = frozenset({"status", "regular_price", "sale_price", "stock_quantity"})


@dataclass(frozen=True, slots=True)
class Item:
    """One command on its way: the key id it names, the command, and the row as it is, where that was read."""

    key: str
    command: Any
    row: Json | None = None


@dataclass(frozen=True, slots=True)
class Subject:
    """How the entities of one kind are changed.

    `read` gives rows by key ids. `place` says which collection a key id is in, and its id there, or raises. `words` turns commands into
    the platform's fields, a result each; with `final` False it is only asked what they would be. `needs_row` says whether a command can't
    be put into words without the row as it is. `told` gives what to tell of a row. `alone` says which commands keep out of a batch.
    """

    operation: str
    key: Callable[[Any], str]
    read: Callable[[Iterable[str], str], Awaitable[Rows]]
    place: Callable[[str], tuple[str, str]]
    words: Callable[[Sequence[Item], bool], Awaitable[Sequence[Json | PlatformError]]]
    needs_row: Callable[[Any], bool]
    told: Callable[[Any, Json], Mapping[str, Any]]
    alone: Callable[[Any], bool] = lambda _: False


@dataclass(frozen=True, slots=True)
class _Worded:
    """One command in the platform's words."""

    item: Item
    body: Json


class Updates:
    """Changes entities of one kind."""

    def __init__(self, shop: Shop, subject: Subject) -> None:
        self._shop = shop
        self._subject = subject

    async def perform(self, jobs: Sequence[Job], journal: Journal) -> Sequence[Performed]:
        """Change each entity."""
        subject = self._subject
        worded = await self._worded(await self._items(jobs, subject.needs_row, f"{subject.operation}Rows"), final=True)
        ready = [each for each in worded if isinstance(each, _Worded)]
        changes = [Change(*subject.place(each.item.key), each.body, subject.alone(each.item.command)) for each in ready]
        answers = iter(await send(self._shop, subject.operation, Verb.UPDATE, changes))
        return [each if isinstance(each, PlatformError) else self._done(each, next(answers)) for each in worded]

    async def seen(self, jobs: Sequence[Job]) -> Sequence[Looked]:
        """Say of each entity whether it has what was asked for."""
        items = await self._items(jobs, lambda _: True, f"{self._subject.operation}Look")
        return [self._looked(each) for each in await self._worded(items, final=False)]

    async def _items(self, jobs: Sequence[Job], needs_row: Callable[[Any], bool], operation: str) -> list[Item | PlatformError]:
        """Return the commands with the rows they need, in their order."""
        needed = [self._subject.key(job.command) for job in jobs if needs_row(job.command)]
        found = await unwritten(self._subject.read(needed, operation)) if needed else {}
        return [self._item(job.command, found, read=needs_row(job.command)) for job in jobs]

    def _item(self, command: Any, found: Rows, *, read: bool) -> Item | PlatformError:
        key = self._subject.key(command)
        try:
            self._subject.place(key)
        except PlatformError as error:
            return error
        if not read:
            return Item(key, command)
        row = found.get(key)
        return Item(key, command, row.row) if isinstance(row, Found) else row or gone()

    async def _worded(self, items: Sequence[Item | PlatformError], *, final: bool) -> list[_Worded | PlatformError]:
        there = [item for item in items if isinstance(item, Item)]
        try:
            made = iter(await self._subject.words(there, final) if there else ())
        except PlatformError as error:
            return [item if isinstance(item, PlatformError) else error for item in items]
        return [item if isinstance(item, PlatformError) else _together(item, next(made)) for item in items]

    def _done(self, each: _Worded, answer: Sent) -> Performed:
        if isinstance(answer, PlatformError):
            return answer
        lost = [name for name in CHECKED & each.body.keys() if not holds(answer, {name: each.body[name]})]
        if lost:
            names = ", ".join(sorted(lost))
            message = f"The store answered with another value of {names}: one of its settings or plugins decides about it."
            return PlatformError(Category.CONFLICT, message, code="NOT_KEPT")
        item, told = each.item, self._subject.told
        return Done(before=None if item.row is None else told(item.command, item.row), after=told(item.command, answer))

    def _looked(self, each: _Worded | PlatformError) -> Looked:
        if isinstance(each, PlatformError):
            return NotDone() if each.category in _REFUSED else each
        row = each.item.row or {}
        return Done(after=self._subject.told(each.item.command, row)) if holds(row, each.body) else NotDone()


def holds(row: Json, body: Json) -> bool:
    """Say whether a row has what a change would write; numbers are compared as numbers, lists of entities by their ids."""
    return all(_same(row.get(name), value) for name, value in body.items())


def _same(found: Any, wanted: Any) -> bool:
    if isinstance(wanted, dict):
        return isinstance(found, dict) and holds(found, wanted)
    if isinstance(wanted, list):
        return _same_list(rows(found), rows(wanted)) if rows(wanted) or not wanted else found == wanted
    if isinstance(wanted, str) and NUMBER.fullmatch(wanted):
        return number(found) == number(wanted)
    return found == wanted if isinstance(wanted, (bool, int)) else text(found) == text(wanted)


def _same_list(found: Sequence[Json], wanted: Sequence[Json]) -> bool:
    """Entities are named by their id; what has none, e.g. an attribute of its own, stands in its place and has what is wanted."""
    if all(each.keys() == {"id"} for each in wanted):
        return {each.get("id") for each in found} == {each["id"] for each in wanted}
    return len(found) >= len(wanted) and all(any(holds(one, each) for one in found) for each in wanted)


def _together(item: Item, body: Json | PlatformError) -> _Worded | PlatformError:
    return body if isinstance(body, PlatformError) else _Worded(item, body)
