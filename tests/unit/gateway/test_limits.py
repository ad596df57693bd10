"""How large a query may be, and that finding out takes no time."""

import time
from typing import Any

import pytest
from graphql import get_introspection_query

from gateway.limits import MOST_ALIASES, MOST_DEPTH


def nested(depth: int) -> str:
    return "{ " + "knot { " * (depth - 1) + "name" + " }" * depth


def aliased(count: int) -> str:
    return "{ " + " ".join(f"a{index}: who" for index in range(count)) + " }"


async def answer(client: Any, query: str) -> Any:
    return (await client().post("/graphql", json={"query": query})).json()


@pytest.mark.parametrize("query", [nested(MOST_DEPTH), aliased(MOST_ALIASES), get_introspection_query(), "{ __typename }"])
async def test_a_query_within_the_limits_is_answered(client: Any, query: str) -> None:
    assert "errors" not in await answer(client, query)


@pytest.mark.parametrize(
    ("query", "word"),
    [
        (nested(MOST_DEPTH + 1), "deep"),
        (aliased(MOST_ALIASES + 1), "aliases"),
        (f"{{ ...a }} fragment a on Query {nested(MOST_DEPTH + 1)}", "deep"),
        (f"{{ ...a ...b }} fragment a on Query {aliased(30)} fragment b on Query {{ ... on Query {aliased(30)} }}", "aliases"),
        ("{ " + "who " * 6000 + "}", "token"),
    ],
)
async def test_a_query_beyond_a_limit_is_refused(client: Any, query: str, word: str) -> None:
    (error,) = (await answer(client, query))["errors"]

    assert word in error["message"]
    assert error["extensions"]["code"] in {"GRAPHQL_VALIDATION_FAILED", "GRAPHQL_PARSE_FAILED"}


async def test_fragments_that_use_each_other_twice_are_counted_at_once(client: Any) -> None:
    fragments = "".join(f"fragment f{index} on Query {{ ...f{index + 1} ...f{index + 1} }} " for index in range(60))
    began = time.perf_counter()

    found = await answer(client, "{ ...f0 } " + fragments + "fragment f60 on Query { a: who }")

    assert "aliases" in found["errors"][0]["message"]
    assert time.perf_counter() - began < 5


@pytest.mark.parametrize(
    "query",
    [
        "{ ...a } fragment a on Query { ...b } fragment b on Query { ...a }",
        "{ ...a } fragment a on Query { ...a }",
        "{ ...f0 } " + "".join(f"fragment f{index} on Query {{ ...f{index + 1} }} " for index in range(600)),
        "{ a" + "(x: [" * 700,
        "{ who(a: " + "[" * 400 + "]" * 400 + ") }",
        "query(" + "$a: Int = {a: " * 300 + ") { who }",
        "{ who " + "@a " * 1500 + "}",
    ],
    ids=["circle", "itself", "chain", "open lists", "lists", "objects", "directives"],
)
async def test_a_hostile_query_is_the_callers_mistake(client: Any, query: str) -> None:
    errors = (await answer(client, query))["errors"]

    assert {"GRAPHQL_VALIDATION_FAILED", "GRAPHQL_PARSE_FAILED"} >= {error["extensions"]["code"] for error in errors}
