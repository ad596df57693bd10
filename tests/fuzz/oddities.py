"""A schema of everything that graphql-core allows and ours lacks: kinds told by dictionaries, scalars that refuse, enums of odd values.

It is written with graphql-core's own types, so nothing of it can be compiled: what is left alone has to stay as it was.
"""

from collections.abc import Mapping
from typing import Any

from graphql import (
    GraphQLAbstractType,
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLEnumValue,
    GraphQLField,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInt,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLScalarType,
    GraphQLSchema,
    GraphQLString,
    GraphQLUnionType,
    Undefined,
)

from tests.fuzz.roots import Info, later, now, rooted, shape, soon
from tests.fuzz.values import Later

ROOTS = (
    "Cat", "Cat!", "[Cat!]!", "[Named]", "[[Pet!]]!", "Pet", "Thing!", "[Thing]", "Aged", "Grid!", "Chain", "[Chain!]", "Mood", "[Mood!]!",
    "[[Strict]]", "Strict!", "Vague", "[Vague!]", "Stone", "Named!",
)  # fmt: skip


def oddities() -> GraphQLSchema:
    """Return the schema."""
    types = _leaves()
    for made in (_named, _cat, _unions, _shapes):
        types |= made(types)
    schema = GraphQLSchema(query=GraphQLObjectType("Nothing", {"no": GraphQLField(GraphQLInt)}), types=types.values())
    arguments = {
        "mood": GraphQLArgument(types["Mood"], default_value="odd"),
        "choice": GraphQLArgument(types["Choice"]),
        "strict": GraphQLArgument(GraphQLList(types["Strict"]), out_name="severe"),
    }
    shapes = {f"f{number}": shape(schema, text) for number, text in enumerate(ROOTS)}
    return GraphQLSchema(
        query=rooted("Query", shapes, arguments),
        mutation=rooted("Mutation", {name: shapes[name] for name in ("f0", "f3", "f11", "f15")}, arguments),
        types=types.values(),
    )


def _leaves() -> dict[str, Any]:
    mood = {
        "HAPPY": GraphQLEnumValue(1, description="The same as TRUE to a dictionary."),
        "TRUE": GraphQLEnumValue(True),
        "TORN": GraphQLEnumValue([1, 2]),
        "NONE": GraphQLEnumValue(None),
        "TEXT": GraphQLEnumValue("HAPPY", deprecation_reason="It misleads."),
    }
    choice = {"a": GraphQLInputField(GraphQLInt), "b": GraphQLInputField(GraphQLString)}
    return {
        "Mood": GraphQLEnumType("Mood", mood),
        "Strict": GraphQLScalarType("Strict", coerce_output_value=_strict),
        "Vague": GraphQLScalarType("Vague", coerce_output_value=_vague),
        "Choice": GraphQLInputObjectType("Choice", choice, is_one_of=True),
    }


def _named(types: Mapping[str, Any]) -> dict[str, Any]:
    named = GraphQLInterfaceType("Named", {"name": GraphQLField(GraphQLNonNull(GraphQLString))})
    aged_fields = {**named.fields, "age": GraphQLField(GraphQLInt, deprecation_reason="Nobody is told.")}
    aged = GraphQLInterfaceType("Aged", aged_fields, interfaces=[named], resolve_type=_kind)
    return {"Named": named, "Aged": aged}


def _cat(types: Mapping[str, Any]) -> dict[str, Any]:
    named, aged = types["Named"], types["Aged"]
    cat = GraphQLObjectType(
        "Cat",
        lambda: {
            **aged.fields,
            "lives": GraphQLField(GraphQLNonNull(GraphQLInt), resolve=now),
            "mood": GraphQLField(types["Mood"], args={"of": GraphQLArgument(types["Mood"])}, resolve=later),
            "strict": GraphQLField(GraphQLNonNull(types["Strict"])),
            "vague": GraphQLField(types["Vague"]),
            "friends": GraphQLField(GraphQLList(GraphQLNonNull(aged)), resolve=soon),
            "kittens": GraphQLField(GraphQLNonNull(GraphQLList(GraphQLList(cat)))),
        },
        interfaces=[named, aged],
    )
    dog = GraphQLObjectType(
        "Dog",
        lambda: {**aged.fields, "cat": GraphQLField(cat), "mood": GraphQLField(types["Mood"]), "toys": GraphQLField(GraphQLList(dog))},
        interfaces=[named, aged],
        is_type_of=_dog,
    )
    stone = GraphQLObjectType("Stone", {**named.fields, "weight": GraphQLField(GraphQLInt)}, interfaces=[named], is_type_of=_stone)
    return {"Cat": cat, "Dog": dog, "Stone": stone}


def _unions(types: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "Pet": GraphQLUnionType("Pet", [types["Cat"], types["Dog"]], resolve_type=_kind),
        "Thing": GraphQLUnionType("Thing", [types["Stone"], types["Dog"], types["Cat"]]),
    }


def _shapes(types: Mapping[str, Any]) -> dict[str, Any]:
    some = GraphQLList(GraphQLNonNull(GraphQLInt))
    grid = {
        "cells": GraphQLField(GraphQLNonNull(GraphQLList(GraphQLNonNull(some)))),
        "cube": GraphQLField(GraphQLList(GraphQLList(GraphQLList(GraphQLNonNull(types["Mood"]))))),
        "pets": GraphQLField(GraphQLList(GraphQLList(types["Pet"])), resolve=later),
    }
    chain = GraphQLObjectType(
        "Chain",
        lambda: {
            "next": GraphQLField(GraphQLNonNull(chain)),
            "end": GraphQLField(GraphQLNonNull(GraphQLInt), resolve=soon),
            "maybe": GraphQLField(chain),
            "name": GraphQLField(GraphQLNonNull(types["Strict"])),
        },
    )
    return {"Grid": GraphQLObjectType("Grid", grid), "Chain": chain}


def _strict(value: Any) -> str:
    if not isinstance(value, str):
        raise OverflowError(f"{type(value).__name__} is not allowed")
    return value.upper()


def _vague(value: Any) -> Any:
    return {"": None, "a": Undefined, 7: "seven"}.get(value, value) if isinstance(value, str | int) else value


def _member(value: Any, name: str) -> Any:
    return value.get(name) if isinstance(value, Mapping) else getattr(value, name, None)


def _kind(value: Any, info: Info, _: GraphQLAbstractType) -> Any:
    """Tell a kind now or later, by what the value says of itself; a value that says an error raises it."""
    kind = _member(value, "kind")
    if isinstance(kind, Exception):
        raise kind
    if _member(value, "name") == "a":
        return Later(info.context, f"kind:{'.'.join(map(str, info.path.as_list()))}", kind)
    return kind


def _dog(value: Any, info: Info) -> Any:
    found = _member(value, "kind") == "Dog"
    if _member(value, "name") == "12":
        return Later(info.context, f"dog:{'.'.join(map(str, info.path.as_list()))}", found)
    return found


def _stone(value: Any, _: Info) -> bool:
    if _member(value, "name") == "true":
        raise PermissionError("stones are not asked")
    return bool(_member(value, "kind") == "Stone")
