"""The rows of the stores file: what each key of a row takes, and the sentence for each mistake in one."""

import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Generic, NamedTuple, TypeVar
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from pydantic_core import ErrorDetails

from gateway.credentials import is_reference
from resolvers.principal import Role

NAME = r"^[a-z0-9][a-z0-9-]{0,62}$"
EVERY_TENANT = "*"

_NAME = 'a short name of small letters, digits and dashes, e.g. "north"'
_REFERENCE = "env:NAME or file:PATH, which say where the secret is; the secret itself does not belong into this file"


class Mistake(NamedTuple):
    """One mistake: its place in the file, e.g. `stores[1].url`, and what to do."""

    place: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.place}: {self.remedy}" if self.place else self.remedy


def _url(text: str) -> str:
    parts = urlsplit(text)
    plain = parts.username is None and parts.password is None and not parts.query and not parts.fragment
    if parts.scheme not in {"http", "https"} or not parts.hostname or not plain or not text.isprintable() or " " in text:
        raise ValueError
    _ = parts.port  # raises ValueError when it is none
    return text.rstrip("/")


def _credential(value: object) -> object:
    if not is_reference(value):
        raise ValueError
    return value


def _tenants(names: list[str]) -> list[str]:
    if EVERY_TENANT in names and len(names) > 1:
        raise ValueError
    return names


Name = Annotated[str, Field(pattern=NAME)]


class Row(BaseModel):
    """A row; each key's description completes the sentence "<place>: has to be …"."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class StoreRow(Row):
    """A row of [[stores]]."""

    id: Name = Field(description=_NAME)
    tenant: Name = Field(description=_NAME)
    platform: str = Field(description="the name of a platform; `cartograph platforms` shows them")
    url: Annotated[str, AfterValidator(_url)] = Field(
        description="the store's address, e.g. https://north.example.com, without a user, a question mark or a hash"
    )
    credentials: dict[str, Annotated[str, BeforeValidator(_credential)]] = Field(
        description='a table, e.g. { access_token = "env:NORTH_TOKEN" }, each value as ' + _REFERENCE
    )
    ca_file: str | None = Field(None, min_length=1, description="the path of a file with certificates, seen from the stores file")
    concurrency: int | None = Field(None, ge=1, le=64, description="a whole number from 1 to 64")

    @property
    def host(self) -> str:
        """Return the host the store is at."""
        return urlsplit(self.url).hostname or ""


class KeyRow(Row):
    """A row of [[keys]]."""

    name: str = Field(pattern=r"^[\w .@-]{1,64}$", description="a name for the logs, of at most 64 letters, digits, blanks and dashes")
    sha256: Annotated[str, BeforeValidator(lambda text: text.lower() if isinstance(text, str) else text)] = Field(
        pattern=r"^[0-9a-f]{64}$",
        description="the key's SHA-256 in 64 hex digits, as `cartograph keys new` prints it; never the key itself",
    )
    tenants: Annotated[list[Name | Annotated[str, Field(pattern=r"^\*$")]], AfterValidator(_tenants)] = Field(
        min_length=1, description='a list of tenants, e.g. ["acme"], or ["*"] for all of them'
    )
    roles: list[Annotated[str, AfterValidator(lambda word: Role(word).value)]] = Field(
        ["read"], min_length=1, description=f"a list of {', '.join(Role)}"
    )
    stores: list[Name] | None = Field(None, min_length=1, description='a list of stores, e.g. ["north"]; leave it out for all stores')

    @property
    def all_tenants(self) -> bool:
        """Say whether the key is for all tenants."""
        return EVERY_TENANT in self.tenants


R = TypeVar("R", bound=Row)


@dataclass(frozen=True, slots=True)
class Read(Generic[R]):
    """A row as it was read: the values that are well formed, and the row itself when all are."""

    place: str
    values: Mapping[str, Any]
    row: R | None


def read_rows(row: type[R], table: str, found: Any, mistakes: list[Mistake]) -> list[Read[R]]:
    """Return the rows of a table; add a mistake for whatever is not well formed."""
    if not isinstance(found, list):
        mistakes.append(Mistake(table, f"has to be written as [[{table}]], once for each row."))
        return []
    read: list[Read[R]] = []
    for index, values in enumerate(found):
        place = f"{table}[{index}]"
        try:
            made = row.model_validate(values)
        except ValidationError as error:
            mistakes += dict.fromkeys(_mistake(row, place, detail) for detail in error.errors())
            wrong = {detail["loc"][0] for detail in error.errors() if detail["loc"]}
            right = {name: value for name, value in values.items() if name not in wrong} if isinstance(values, dict) else {}
            read.append(Read(place, right, None))
        else:
            read.append(Read(place, made.model_dump(), made))
    return read


def _mistake(row: type[Row], place: str, detail: ErrorDetails) -> Mistake:
    if not detail["loc"]:
        return Mistake(place, "has to be a table.")
    name, *inside = (str(part) for part in detail["loc"])
    field = row.model_fields.get(name)
    if field is None:
        near = difflib.get_close_matches(name, row.model_fields, 1)
        hint = f"did you mean {near[0]}?" if near else f"known are {', '.join(row.model_fields)}."
        return Mistake(f"{place}.{name}", f"is not known here: {hint}")
    if detail["type"] == "missing":
        return Mistake(f"{place}.{name}", f"is missing: it has to be {field.description}.")
    if name == "credentials" and inside:
        return Mistake(f"{place}.{name}.{inside[0]}", f"has to be {_REFERENCE}.")
    return Mistake(f"{place}.{name}", f"has to be {field.description}.")
