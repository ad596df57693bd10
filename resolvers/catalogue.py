"""Platforms and stores in the words of the schema, and the table of what each platform can do."""

from functools import cache

import strawberry

from adapters.kit.manifest import Manifest
from adapters.kit.registry import platforms
from adapters.kit.stores import StoreConfig
from adapters.kit.writing import Repeat
from schema.keys import camel
from schema.stores import Capability, Operation, Platform, Store, WriteCapability

SORT_NAMES = {
    "created_at": "CREATED_AT",
    "updated_at": "UPDATED_AT",
    "order_created_at": "ORDER_CREATED_AT",
    "order_updated_at": "ORDER_UPDATED_AT",
    "sequence": "ID",
    "name": "NAME",
}


@cache
def platform_type(name: str) -> Platform:
    """Return a platform as the API shows it."""
    manifest = platforms()[name].manifest
    return Platform(
        id=strawberry.ID(manifest.name),
        name=manifest.title,
        api_version=manifest.api_version,
        capabilities=_capabilities(manifest),
        writes=_writes(manifest),
    )


def store_type(store: StoreConfig) -> Store:
    """Return a store as the API shows it; the same object each time."""
    return _store_type(store.name, store.tenant, store.platform, store.url)


@cache
def _store_type(name: str, tenant: str, platform: str, url: str) -> Store:
    return Store(name=name, tenant=tenant, platform=platform_type(platform), url=url)


def _capabilities(manifest: Manifest) -> list[Capability]:
    return [
        Capability(
            kind=kind.value,
            operations=[*([Operation.GET] if facts.get else []), *([Operation.LIST] if facts.sorts else [])],
            sorts=[f"{SORT_NAMES[field]}_{way}" for field in facts.sorts for way in ("DESC", "ASC")],
            filters=sorted(facts.filters),
            note=facts.note,
        )
        for kind, facts in sorted(manifest.kinds.items())
    ]


def _writes(manifest: Manifest) -> list[WriteCapability]:
    return [
        WriteCapability(
            operation=operation,
            fields=[camel(name) for name in sorted(facts.fields)] if facts.fields is not None else None,
            batch=facts.batch,
            asynchronous=facts.asynchronous,
            repeatable=facts.repeat is not Repeat.NEVER,
            note=facts.note,
        )
        for operation, facts in sorted(manifest.writes.items(), key=lambda row: row[0].name)
    ]
