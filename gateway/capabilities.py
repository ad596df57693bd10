"""Shows what the platforms can do, from their manifests: a row for each kind and each write, a column for each platform."""

from rich.console import Console
from rich.table import Table

from adapters.kit.manifest import KindFacts
from adapters.kit.registry import platforms
from adapters.kit.writing import WriteFacts
from resolvers.catalogue import SORT_NAMES
from schema.commands import OPERATIONS, WriteOperation
from schema.keys import Kind, camel

WIDTH = 160
NO = "-"


def print_platforms(console: Console) -> None:
    """Print the table, and the notes below it."""
    manifests = [platform.manifest for platform in platforms().values()]
    table = Table("kind", "operation", *(f"{manifest.title}\n{manifest.name}, API {manifest.api_version}" for manifest in manifests))
    for kind in Kind:
        facts = [manifest.kinds.get(kind) for manifest in manifests]
        table.add_row(kind.value, "get", *(("yes" if fact and fact.get else NO) for fact in facts))
        table.add_row("", "list", *map(_sorts, facts), end_section=True)
    for operation in WriteOperation:
        written = [manifest.writes.get(operation) for manifest in manifests]
        table.add_row(OPERATIONS[operation].kind.value, _words(operation), *map(_written, written))
    console.print(table)
    for manifest in manifests:
        for kind, fact in manifest.kinds.items():
            if fact.note:
                console.print(f"{manifest.title}, {kind.value}: {fact.note}", highlight=False, soft_wrap=True)
        for operation, written_fact in manifest.writes.items():
            if written_fact.note:
                console.print(f"{manifest.title}, {_words(operation)}: {written_fact.note}", highlight=False, soft_wrap=True)


def markdown() -> str:
    """Return the same as a table for the README: a row for each kind and each write, a column for each platform."""
    manifests = [platform.manifest for platform in platforms().values()]
    rows = [["", *(f"{manifest.title} ({manifest.api_version})" for manifest in manifests)], ["---"] * (len(manifests) + 1)]
    rows += [[kind.value, *(_cell(manifest.kinds.get(kind)) for manifest in manifests)] for kind in Kind]
    rows += [[f"`{_words(each)}`", *(_written(manifest.writes.get(each)) for manifest in manifests)] for each in WriteOperation]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _words(operation: WriteOperation) -> str:
    """Return the name of an operation's mutation."""
    return camel(operation.name.lower())


def _written(fact: WriteFacts | None) -> str:
    """Say whether a platform takes a write, and whether it does it later than it answers."""
    if fact is None:
        return NO
    return "later" if fact.asynchronous else "yes"


def _cell(fact: KindFacts | None) -> str:
    if fact is None:
        return "-"
    words = ["by id"] if fact.get else []
    if fact.sorts:
        words.append("list by " + ", ".join(SORT_NAMES[field] for field in fact.sorts))
    return "; ".join(words)


def _sorts(fact: KindFacts | None) -> str:
    return "by " + ", ".join(fact.sorts) if fact and fact.sorts else NO
