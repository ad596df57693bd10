"""What an answer means: a platform's own table first, then its HTTP status."""

import pytest

from adapters.kit.failures import REMEDY, Rule, classify
from schema.errors import Category

C = Category


@pytest.mark.parametrize(
    ("status", "category"),
    [
        *((status, C.AUTH) for status in (301, 302, 307, 399, 401, 402, 403)),
        *((status, C.VALIDATION) for status in (400, 404, 405, 410, 413, 422, 428, 431, 499)),
        *((status, C.TRANSIENT) for status in (408, 500, 502, 503, 504, 530, 599)),
        (409, C.CONFLICT),
        (429, C.QUOTA),
        *((status, C.TRANSIENT) for status in (100, 200, 204, 299, 600, 999, 0)),
    ],
)
def test_an_answer_no_rule_knows_falls_to_the_category_of_its_status(status: int, category: Category) -> None:
    assert (category, REMEDY[category]) == classify((), status, "whatever")


def test_the_first_rule_that_fits_wins() -> None:
    rules = (Rule(C.CONFLICT, status=400, code="A"), Rule(C.QUOTA, code="A"), Rule(C.AUTH, status=400), Rule(C.VALIDATION, code="A"))

    assert [C.CONFLICT, C.QUOTA, C.AUTH, C.TRANSIENT] == [
        classify(rules, status, code)[0] for status, code in ((400, "A"), (500, "A"), (400, "B"), (500, "B"))
    ]


def test_a_rule_s_own_remedy_is_told_instead_of_the_category_s() -> None:
    assert (C.AUTH, "Log in.") == classify((Rule(C.AUTH, remedy="Log in."),), 200, "")


@pytest.mark.parametrize(("code", "fits"), [("woo_x", True), ("woo_", True), ("wo", False), ("", False), ("x_woo_", False)])
def test_a_code_with_a_star_fits_all_that_begin_so(code: str, fits: bool) -> None:
    assert fits == Rule(C.AUTH, code="woo_*").fits(200, code)


def test_an_empty_code_is_a_code() -> None:
    assert [True, False] == [Rule(C.AUTH, code="").fits(200, code) for code in ("", "x")]


@pytest.mark.parametrize("category", Category)
def test_every_category_has_a_sentence_for_the_caller(category: Category) -> None:
    assert REMEDY[category].endswith(".")
