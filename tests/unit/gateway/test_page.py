"""GraphiQL's page, and the examples in it."""

import json
from typing import Any

import pytest
from graphql import OperationDefinitionNode, parse, validate

from gateway import graphiql
from gateway.graphiql import EXAMPLES, PageError, page
from resolvers.api import make_schema


def test_the_examples_stand_in_the_page() -> None:
    html = page(None)

    start = html.index("const EXAMPLE_QUERY = ") + len("const EXAMPLE_QUERY = ")
    shown, _ = json.JSONDecoder().raw_decode(html[start:])
    assert EXAMPLES == shown
    assert "Welcome to GraphiQL" not in html
    assert "<title>Cartograph</title>" in html


def test_a_key_to_show_stands_in_its_header() -> None:
    assert "Bearer cgk_shown" in page("cgk_shown")
    assert "Bearer" not in page(None)


def test_nothing_in_a_key_can_end_the_script() -> None:
    assert "</script><b>" not in page("</script><b>")


@pytest.mark.parametrize("constant", ["_TITLE", "_LOADING", "_QUERY_START", "_QUERY_END", "_HEADERS"])
def test_another_page_than_expected_is_noticed_at_once(monkeypatch: pytest.MonkeyPatch, constant: str) -> None:
    monkeypatch.setattr(graphiql, constant, "not in the page")

    with pytest.raises(PageError):
        page("cgk_shown")


async def test_only_a_browser_gets_the_page(client: Any) -> None:
    opened = client()
    browser = await opened.get("/graphql", headers={"accept": "text/html,*/*;q=0.8"})
    query = await opened.get("/graphql", params={"query": "{ who }"}, headers={"accept": "text/html"})

    assert "Cartograph" in browser.text
    assert {"data": {"who": "local"}} == query.json()


async def test_with_keys_the_page_shows_where_to_put_one(client: Any) -> None:
    response = await client(keys=True).get("/graphql", headers={"accept": "text/html"})

    assert "Bearer \\u003cyour key>" in response.text


def test_each_example_is_valid() -> None:
    document = parse(EXAMPLES)

    assert [] == validate(make_schema()._schema, document)
    assert all(isinstance(each, OperationDefinitionNode) and each.name for each in document.definitions)
