"""The documents the adapter sends: valid by the official description, and priced as the platform prices them."""

import gzip
import importlib.util
from functools import cache
from typing import Any

import pytest
from graphql import GraphQLSchema, build_schema, parse, validate

from adapters.shopify.manifest import MANIFEST
from adapters.shopify.operations import Document, operations, page_factor
from tests.support.shared import shared

VERSIONS = ("2026-10", "2026-07")
DOCUMENTS = pytest.mark.parametrize("document", operations().values(), ids=operations())


@cache
def official(version: str) -> GraphQLSchema:
    return build_schema(gzip.decompress(shared("shopify", "spec", f"admin_{version}.nodoc.graphql.gz").read_bytes()).decode())


@pytest.mark.parametrize("version", VERSIONS)
def test_every_document_is_valid_by_the_official_schema(version: str) -> None:
    found = {name: [error.message for error in validate(official(version), parse(each.text))] for name, each in operations().items()}

    assert {name: [] for name in operations()} == found


@DOCUMENTS
@pytest.mark.parametrize("size", [1, 50, 250])
def test_the_cost_of_a_document_is_what_the_rule_recorded_from_real_stores_says(document: Document, size: int) -> None:
    oracle = _oracle()
    expected = oracle.Cost(official("2026-10"), parse(document.text), {"first": size}).operation(document.operation)

    assert expected == document.cost({"first": size})


@DOCUMENTS
def test_no_document_asks_for_more_than_one_request_may_cost(document: Document) -> None:
    assert document.cost({"first": MANIFEST.page}) <= MANIFEST.limits.ceiling


def test_the_page_factor_is_the_recorded_one() -> None:
    assert {1: 1, 2: 1, 3: 2, 5: 3, 10: 4, 20: 5, 25: 6, 50: 7, 100: 9, 200: 10, 250: 11} == {
        size: page_factor(size) for size in (1, 2, 3, 5, 10, 20, 25, 50, 100, 200, 250)
    }


@cache
def _oracle() -> Any:
    """Load the cost rule that lies beside the official schema: a second opinion none of our code wrote."""
    spec = importlib.util.spec_from_file_location("check_documents", shared("shopify", "spec", "check_documents.py"))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
