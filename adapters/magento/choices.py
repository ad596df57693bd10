"""What variants can differ by: the store's attributes with a list of values. Options are named in commands as buyers see them; the platform
wants the numbers of attribute and value.
"""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from adapters.magento.catalogue import Catalogue
from adapters.magento.refusals import invalid
from adapters.magento.search import Condition, Search
from adapters.magento.shop import Shop
from adapters.magento.values import Json, part, rows, text, whole
from schema.commands import SelectedOptionFields

SECONDS = 300.0
SELECT = (Condition("frontend_input", "eq", "select"),)

_NO_ATTRIBUTE = "The store has no attribute {name!r} with a list of values; its owner has to make it and put it into the attribute set."
_NO_VALUE = "The store's attribute {name!r} has no value {value!r}; its owner has to add it."
_NOT_CHOSEN = "The product's variants differ by {name!r}: give each a value for it."
_TWICE = "A variant chooses {name!r} twice."


@dataclass(frozen=True, slots=True)
class Choice:
    """One attribute: its number, its code, the names it goes by, and the numbers of its values by their words in lower case."""

    id: str
    code: str
    names: frozenset[str]
    values: Mapping[str, str]


class Choices:
    """The choices of one shop."""

    def __init__(self, shop: Shop, catalogue: Catalogue) -> None:
        self._shop = shop
        self._catalogue = catalogue

    async def known(self) -> list[Choice]:
        """Return all choices there are; raises PlatformError."""
        return await self._shop.session.remember("choices", self._read, SECONDS)

    async def of(self, product: Json) -> list[Choice]:
        """Return what the variants of a configurable product differ by; raises PlatformError."""
        options = rows(part(product, "extension_attributes").get("configurable_product_options"))
        named = {key: text(each.get("label")) for each in sorted(options, key=_position) if (key := text(each.get("attribute_id")))}
        found = await asyncio.gather(*(self._catalogue.attribute(key) for key in named))
        return [
            Choice(key, each.code or "", _folded((label, each.label, each.code)), _by_word(each.words))
            for (key, label), each in zip(named.items(), found, strict=True)
        ]

    async def _read(self) -> list[Choice]:
        found = await self._shop.walk("products/attributes", "Attributes", Search((SELECT,), orders=(("attribute_id", False),)))
        return [choice for each in found if (choice := _choice(each.row)) is not None]


def choose(choices: Sequence[Choice], selected: Iterable[SelectedOptionFields]) -> dict[str, str]:
    """Return the number of the chosen value for each attribute's code, in the order of the choices; raises PlatformError."""
    given: dict[str, str] = {}
    for one in selected:
        choice = named(choices, one["name"])
        if choice.code in given:
            raise invalid(_TWICE.format(name=one["name"][:60]), "OPTION_TWICE")
        number = choice.values.get(one["value"].casefold())
        if number is None:
            raise invalid(_NO_VALUE.format(name=one["name"][:60], value=one["value"][:60]), "VALUE_UNKNOWN")
        given[choice.code] = number
    return {choice.code: given[choice.code] for choice in choices if choice.code in given}


def choose_all(choices: Sequence[Choice], selected: Iterable[SelectedOptionFields]) -> dict[str, str]:
    """Return a value for each choice; raises PlatformError when one is missing."""
    given = choose(choices, selected)
    missing = next((choice for choice in choices if choice.code not in given), None)
    if missing is not None:
        raise invalid(_NOT_CHOSEN.format(name=missing.code), "OPTION_MISSING")
    return given


def named(choices: Sequence[Choice], name: str) -> Choice:
    """Return the choice of a name: one's code before another's label. Raises PlatformError."""
    wanted = name.casefold()
    for choice in sorted(choices, key=lambda each: each.code.casefold() != wanted):
        if wanted in choice.names:
            return choice
    raise invalid(_NO_ATTRIBUTE.format(name=name[:60]), "OPTION_UNKNOWN")


def _choice(row: Json) -> Choice | None:
    key, code = text(row.get("attribute_id")), text(row.get("attribute_code"))
    if key is None or code is None:
        return None
    words = {
        number: label for each in rows(row.get("options")) if (number := text(each.get("value"))) and (label := text(each.get("label")))
    }
    return Choice(key, code, _folded((text(row.get("default_frontend_label")), code)), _by_word(words))


def _by_word(words: Mapping[str, str]) -> dict[str, str]:
    return {label.casefold(): number for number, label in words.items()}


def _folded(names: Iterable[str | None]) -> frozenset[str]:
    return frozenset(each.casefold() for each in names if each)


def _position(option: Json) -> int:
    return whole(option.get("position")) or 0
