"""Reads the stores file: which stores there are, where their secrets are, and which API keys may see what.

All mistakes are told at once, each with its place in the file and what to do. A secret that can't be fetched is no mistake of the file:
that store is kept with its `problem`, so that the gateway starts and lists say why it has no rows.
"""

import logging
import ssl
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from adapters.kit.registry import platforms
from adapters.kit.stores import StoreConfig
from gateway.auth import ApiKey, is_loopback
from gateway.credentials import CredentialError, fetch
from gateway.stores_rows import EVERY_TENANT, KeyRow, Mistake, Read, StoreRow, read_rows
from resolvers.principal import Principal, Role

LOG = logging.getLogger(__name__)

TABLES = ("stores", "keys")


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a stores file says."""

    stores: tuple[StoreConfig, ...]
    keys: tuple[ApiKey, ...]


class StoresFileError(Exception):
    """The stores file can't be used; the text has a line for each mistake and repeats no value that may be a secret."""

    def __init__(self, path: Path, mistakes: Iterable[Mistake]) -> None:
        super().__init__("\n".join(f"{path}: {mistake}" for mistake in mistakes))


def load(path: Path, environment: Mapping[str, str]) -> Loaded:
    """Read a stores file and fetch the secrets it points at; raises StoresFileError."""
    table = _parse(path)
    mistakes = [Mistake(name, f"is not known here: the tables are {' and '.join(TABLES)}.") for name in table if name not in TABLES]
    stores = read_rows(StoreRow, "stores", table.get("stores", []), mistakes)
    keys = read_rows(KeyRow, "keys", table.get("keys", []), mistakes)
    if not table.get("stores"):
        mistakes.append(Mistake("stores", "is missing: write a [[stores]] table for each store."))
    mistakes += [mistake for read in stores for mistake in _store_mistakes(read, path.parent)]
    owners = {read.values["id"]: read.values.get("tenant") for read in stores if "id" in read.values}
    mistakes += [mistake for read in keys for mistake in _key_mistakes(read, owners)]
    mistakes += [*_repeated("id", stores), *_repeated("sha256", keys)]
    if mistakes:
        raise StoresFileError(path, mistakes)
    return Loaded(
        tuple(_store(read.row, path.parent, environment) for read in stores if read.row),
        tuple(_key(read.row) for read in keys if read.row),
    )


def _parse(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        mistake = "there is no such file: write it, or name another with --stores. `cartograph demo` runs without one."
    except OSError as error:
        mistake = f"can't be read ({error.strerror})."
    except UnicodeDecodeError:
        mistake = "is not written in UTF-8."
    except tomllib.TOMLDecodeError as error:
        # Its words quote at most one character of the file.
        mistake = f"is not TOML: {error}."
    raise StoresFileError(path, [Mistake("", mistake)])


def _store_mistakes(read: Read[StoreRow], folder: Path) -> Iterator[Mistake]:
    name, credentials, ca_file = (read.values.get(key) for key in ("platform", "credentials", "ca_file"))
    platform = platforms().get(name or "")
    if name and platform is None:
        yield Mistake(f"{read.place}.platform", f"is none of the platforms here: {', '.join(platforms())}.")
    if platform and credentials is not None and set(credentials) not in platform.manifest.credentials:
        wanted = ", or ".join(" and ".join(sorted(names)) for names in platform.manifest.credentials)
        yield Mistake(f"{read.place}.credentials", f"has to have exactly what {platform.manifest.title} takes: {wanted}.")
    if ca_file and (problem := _certificate_problem(_beside(folder, ca_file))):
        yield Mistake(f"{read.place}.ca_file", problem)


def _certificate_problem(path: Path) -> str | None:
    if not path.is_file():
        return f"there is no file {path}."
    try:
        ssl.create_default_context(cafile=path)
    except OSError:  # what ssl raises is one, too
        return f"{path} can't be read, or has no certificates in PEM form."
    return None


def _key_mistakes(read: Read[KeyRow], owners: Mapping[str, str | None]) -> Iterator[Mistake]:
    tenants, stores = (read.values.get(key) or () for key in ("tenants", "stores"))
    everybody = EVERY_TENANT in tenants
    for index, tenant in enumerate(tenants):
        if not everybody and tenant not in owners.values():
            yield Mistake(f"{read.place}.tenants[{index}]", f"names the tenant {tenant!r}, which no store belongs to.")
    for index, store in enumerate(stores):
        if store not in owners:
            yield Mistake(f"{read.place}.stores[{index}]", f"names the store {store!r}, which this file does not have.")
        elif tenants and not everybody and owners[store] not in tenants:
            yield Mistake(f"{read.place}.stores[{index}]", f"names the store {store!r}, which belongs to none of the key's tenants.")


def _repeated(name: str, rows: Sequence[Read[Any]]) -> Iterator[Mistake]:
    first: dict[str, str] = {}
    for read in rows:
        value = read.values.get(name)
        if value in first:
            yield Mistake(f"{read.place}.{name}", f"is the same as that of {first[value]}: each needs its own.")
        elif value is not None:
            first[value] = read.place


def _store(row: StoreRow, folder: Path, environment: Mapping[str, str]) -> StoreConfig:
    credentials: dict[str, str] = {}
    problems = []
    for name, reference in row.credentials.items():
        try:
            credentials[name] = fetch(reference, folder, environment)
        except CredentialError as error:
            problems.append(f"The store's credential {name} can't be had: {error}.")
    problem = " ".join(problems) or None
    if problem:
        LOG.warning("%s", problem, extra={"store": row.id, "tenant": row.tenant})
    if row.url.startswith("http:") and not is_loopback(row.host):
        LOG.warning("Store %s is spoken to over http: its keys and data can be read on the way", row.id, extra={"store": row.id})
    return StoreConfig(
        name=row.id,
        tenant=row.tenant,
        platform=row.platform,
        url=row.url,
        credentials={} if problem else credentials,
        ca_file=_beside(folder, row.ca_file) if row.ca_file else None,
        concurrency=row.concurrency,
        problem=problem,
    )


def _beside(folder: Path, name: str) -> Path:
    return (folder / name).resolve()


def _key(row: KeyRow) -> ApiKey:
    tenants = None if row.all_tenants else frozenset(row.tenants)
    stores = None if row.stores is None else frozenset(row.stores)
    return ApiKey(row.sha256, Principal(row.name, tenants, frozenset(Role(role) for role in row.roles), stores))
