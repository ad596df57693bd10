"""Makes canonical values what JSON has, and the other way round: straight code, written once a type from its fields.

An object becomes the list of its fields' values in their order, in which an amount of money has two places. Extras stand beside a name
that is made from their type and its fields, so that those of another release are not taken for this one's. What JSON has by itself, and
what orjson writes by itself, is passed on as it is. Nothing is checked: only what the same code packed is to be unpacked.
"""

import dataclasses
import types
import typing
import zlib
from collections.abc import Callable, Iterator
from datetime import datetime
from decimal import Decimal
from enum import Enum
from functools import cache
from typing import Any, get_type_hints

from schema.canonical import Canonical
from schema.extras import Extras
from schema.money import AMOUNTS, Money

Change = Callable[[Any], Any]
Names = dict[str, Any]  # what the text of a function refers to


@dataclasses.dataclass(frozen=True, slots=True)
class Packing:
    """How values of a type are packed and unpacked; what was packed otherwise is unpacked to nonsense, or raises one of `UNLIKE`."""

    pack: Change
    unpack: Change


UNLIKE = (ArithmeticError, AttributeError, KeyError, TypeError, ValueError)


@cache
def packing(shape: Any) -> Packing:
    """Return the packing of a canonical type; that of an interface of extras is for all that implement it."""
    if shape is Money:
        return Packing(lambda money: [str(money.amount), money.currency_code], lambda packed: AMOUNTS[packed[0], packed[1]])
    if Extras in shape.__bases__:
        return Packing(_pack_extras, _unpack_extras(shape))
    return Packing(_packer(shape), _unpacker(shape))


def described(shape: type) -> Any:
    """Return what how values of a type are packed depends on: its fields in their order, and those of the types they name."""
    hints = get_type_hints(shape)
    return [shape.__name__, [[name, str(hint), [described(each) for each in _named(hint)]] for name, hint in hints.items()]]


def _packer(shape: type) -> Change:
    names: Names = {}
    places: list[str] = []
    for name, hint in _fields(shape).items():
        inner, nullable = _bare(hint)
        if inner is Money:
            places += [_unless_none("str(v.amount)", f"(v := o.{name})"), _unless_none("v.currency_code", "v")]
        elif nullable and _packed(inner, "v", names) != "v":
            places.append(_unless_none(_packed(inner, "v", names), f"(v := o.{name})"))
        else:
            places.append(_packed(inner, f"o.{name}", names))
    return _function(f"def change(o):\n return [{', '.join(places)}]", names)


def _unpacker(shape: type) -> Change:
    names: Names = {"new": object.__new__, "cls": shape, "amounts": AMOUNTS}
    places: list[str] = []
    lines: list[str] = []
    for name, hint in _fields(shape).items():
        inner, nullable = _bare(hint)
        if inner is Money:
            places += [name, f"{name}_currency"]
            found, nullable = f"amounts[{name}, {name}_currency]", True
        else:
            places.append(name)
            found = _unpacked(inner, name, names)
        lines.append(f" o.{name} = {_unless_none(found, name) if nullable and found != name else found}")
    return _function("\n".join(["def change(packed):", f" {', '.join(places)}, = packed", " o = new(cls)", *lines, " return o"]), names)


def _packed(hint: Any, value: str, names: Names) -> str:
    """Return the expression for a packed value that is not None."""
    if typing.get_origin(hint) is list:
        return _of_each(_packed, hint, value, names)
    if hint is Decimal:
        return f"str({value})"
    if _is(hint, Enum):
        return f"{value}._name_"
    if _is(hint, Canonical):
        return f"{_name(packing(hint).pack, names)}({value})"
    return value


def _unpacked(hint: Any, value: str, names: Names) -> str:
    """Return the expression for what was packed and is not None."""
    if typing.get_origin(hint) is list:
        return _of_each(_unpacked, hint, value, names)
    if hint is Decimal:
        return f"{_name(Decimal, names)}({value})"
    if hint is datetime:
        return f"{_name(datetime.fromisoformat, names)}({value})"
    if _is(hint, Enum):
        return f"{_name(dict(hint.__members__), names)}[{value}]"
    if _is(hint, Canonical):
        return f"{_name(packing(hint).unpack, names)}({value})"
    return value


def _of_each(change: Callable[[Any, str, Names], str], hint: Any, value: str, names: Names) -> str:
    """Return the expression for a list; an empty one is passed on."""
    inner, nullable = _bare(typing.get_args(hint)[0])
    found = change(inner, "each", names)
    if found == "each":
        return value
    return f"({value} and [{_unless_none(found, 'each') if nullable else found} for each in {value}])"


def _unless_none(found: str, value: str) -> str:
    return f"None if {value} is None else {found}"


def _name(value: Any, names: Names) -> str:
    """Return the name of a value, a new one if it has none."""
    name = next((name for name, each in names.items() if each is value), f"n{len(names)}")
    names[name] = value
    return name


def _function(text: str, names: Names) -> Change:
    exec(text, names)  # noqa: S102 (the text is made of the names of our own fields)
    made: Change = names["change"]
    return made


def _pack_extras(value: Any) -> list[Any]:
    shape: Any = type(value)
    return [_lasting_name(shape), packing(shape).pack(value)]


def _unpack_extras(interface: Any) -> Change:
    known: dict[str, Change] = {}

    def unpack(packed: Any) -> Any:
        name, fields = packed
        if name not in known:
            known.update({_lasting_name(each): packing(each).unpack for each in interface.__subclasses__()})
        return known[name](fields)

    return unpack


@cache
def _lasting_name(shape: Any) -> str:
    return f"{shape.__name__} {zlib.crc32(repr(described(shape)).encode()):08x}"


def _fields(shape: type) -> dict[str, Any]:
    """Return the hints of the stored fields; fields with a resolver hold nothing."""
    hints = get_type_hints(shape)
    return {field.name: hints[field.name] for field in dataclasses.fields(shape) if field.init}


def _bare(hint: Any) -> tuple[Any, bool]:
    """Return a hint without its None, and whether it had one."""
    if typing.get_origin(hint) in {typing.Union, types.UnionType}:
        (inner,) = (each for each in typing.get_args(hint) if each is not types.NoneType)
        return inner, True
    return hint, False


def _is(hint: Any, shape: type) -> bool:
    return isinstance(hint, type) and issubclass(hint, shape)


def _named(hint: Any) -> Iterator[type]:
    """Yield the canonical types that a hint names."""
    if _is(hint, Canonical):
        yield hint
    for each in typing.get_args(hint):
        yield from _named(each)
