"""The way in to eBay: a token of the consent, its renewal, refusals and what they mean, and the quotas of a day."""

import csv
import json
from datetime import timedelta
from typing import Any

import pytest

from adapters.ebay.auth import code_of, judge
from adapters.ebay.manifest import CALLS, ERRORS, MANIFEST, ORDERS_BUCKET
from adapters.kit.failures import PlatformError, classify
from adapters.kit.http import Answer
from adapters.kit.port import ListQuery, Ordering
from schema.errors import Category
from schema.keys import Kind
from tests.platforms.ebay.conftest import KEYS, Serve, Served
from tests.support.shared import shared


def answer(status: int, body: Any = None, text: str = "", **headers: str) -> Answer:
    return Answer(status, {name.replace("_", "-"): value for name, value in headers.items()}, body, text, 0.1)


async def read(shop: Served, kind: Kind = Kind.ORDER) -> list[Any]:
    found = shop.readers.kinds[kind].page
    assert found is not None
    by = "created_at" if kind is Kind.ORDER else "sequence"
    return list((await found(ListQuery(Ordering(by, descending=True), 5))).rows)  # type: ignore[arg-type]


async def refused(shop: Served, kind: Kind = Kind.ORDER) -> PlatformError:
    with pytest.raises(PlatformError) as caught:
        await read(shop, kind)
    return caught.value


async def test_a_token_is_got_once_however_much_is_read(shop: Served) -> None:
    await read(shop)
    await read(shop, Kind.LOCATION)

    assert [200] == shop.tokens()


async def test_a_token_is_shared_by_all_processes(serve: Serve) -> None:
    shop = await serve()
    await read(shop)
    await read(await serve(beside=shop))

    assert [200] == shop.tokens()


async def test_a_token_is_renewed_ahead_of_its_end(shop: Served) -> None:
    await read(shop)
    shop.advance(0.9 * 7200)
    await read(shop)

    assert [200, 200] == shop.tokens()
    assert 401 not in [call.status for call in shop.running.control.calls]


async def test_a_token_that_is_refused_early_is_got_anew(shop: Served) -> None:
    await read(shop)
    shop.running.control.calls.clear()
    shop.running.control.offset = timedelta(seconds=7300)  # the platform's clock alone
    rows = await read(shop)

    assert rows
    assert [200] == shop.tokens()


async def test_a_consent_that_was_taken_back_needs_a_new_one(shop: Served) -> None:
    await read(shop)
    shop.row("touch", "credentials", revoked=True)
    error = await refused(shop)

    assert (Category.AUTH, "invalid_grant") == (error.category, error.code)
    assert "consent" in error.message


@pytest.mark.parametrize(
    ("wrong", "code"),
    [({"refresh_token": "v^1.1#foreign"}, "invalid_grant"), ({"client_secret": "wrong"}, "invalid_client")],
)
async def test_wrong_credentials_say_which_are_wrong(serve: Serve, wrong: dict[str, str], code: str) -> None:
    shop = await serve(keys={**KEYS, **wrong})
    error = await refused(shop)

    assert (Category.AUTH, code) == (error.category, error.code)
    assert "v^1.1#" not in error.message


async def test_a_scope_that_is_missing_is_told(serve: Serve) -> None:
    shop = await serve(scopes=["sell.fulfillment"])
    error = await refused(shop, Kind.LOCATION)

    assert (Category.AUTH, "1100") == (error.category, error.code)
    assert "scope" in error.message


async def test_calls_that_are_used_up_come_back_at_the_platforms_reset(serve: Serve) -> None:
    shop = await serve(quotas={"sell.fulfillment.order": 1})
    await read(shop)
    errors = [await refused(shop) for _ in range(4)]

    assert {Category.QUOTA} == {error.category for error in errors}
    assert all(error.retry_after is not None and 60 < error.retry_after <= 86_401 for error in errors)
    assert 1 == len([call for call in shop.running.control.calls if call.status == 429])


async def test_a_used_up_resource_leaves_the_others_alone(serve: Serve) -> None:
    shop = await serve(quotas={"sell.fulfillment.order": 1})
    await read(shop)
    await refused(shop)

    assert await read(shop, Kind.LOCATION)


async def test_after_the_reset_the_platform_is_asked_again(serve: Serve) -> None:
    shop = await serve(quotas={"sell.fulfillment.order": 1})
    await read(shop)
    error = await refused(shop)
    assert error.retry_after is not None
    shop.advance(error.retry_after + 1)

    assert await read(shop)


def test_every_example_of_a_refusal_has_its_category() -> None:
    expected = {
        "error_400_offer_exists": Category.CONFLICT,
        "error_400_validation": Category.VALIDATION,
        "error_401_invalid_token": Category.AUTH,
        "error_403_scope": Category.AUTH,
        "error_429_rate_limit": Category.QUOTA,
        "error_500_concurrent": Category.TRANSIENT,
        "oauth_error_invalid_client": Category.AUTH,
        "oauth_error_invalid_grant": Category.AUTH,
    }
    found = {}
    for name in expected:
        example = json.loads(shared("ebay", "examples", f"{name}.json").read_text())
        status = example["_http"]["status"]
        judged = judge(answer(status, example["body"]))
        assert judged.code is not None
        found[name] = classify(ERRORS, status, judged.code)[0]

    assert expected == found


def test_every_documented_code_is_in_the_table() -> None:
    with shared("ebay", "spec", "error-codes.tsv").open(encoding="utf-8") as file:
        codes = [row for row in csv.DictReader(file, delimiter="\t") if "20" not in row["http"].split("/")[0]]
    known = [row for row in codes if any(rule.code is not None and rule.fits(0, row["errorId"]) for rule in ERRORS)]
    ours = {row["errorId"]: classify(ERRORS, int(row["http"].split("/")[0]), row["errorId"])[0] for row in codes}

    assert [] == [row["errorId"] for row in codes if row not in known]
    assert [] == [row["errorId"] for row in codes if row["http"] == "500" and ours[row["errorId"]] is not Category.TRANSIENT]
    assert [] == [
        row["errorId"] for row in codes if row["http"] == "409" and ours[row["errorId"]] not in {Category.CONFLICT, Category.AUTH}
    ]


def test_what_is_no_json_is_no_answer() -> None:
    assert "NOT_JSON" == judge(answer(200, text="<html>")).code
    assert [None] * 3 == [judge(answer(status)).code for status in (200, 201, 204)]  # many writes answer nothing
    assert "MOVED" == judge(answer(302)).code
    assert "UNKNOWN" == code_of({"errors": []})
    assert judge(answer(207, {"responses": []})).code is None


def test_a_refusal_for_haste_holds_a_resource_for_a_minute_or_as_long_as_is_said() -> None:
    assert (60.0, 60.0) == (judge(answer(429, {})).retry_after, judge(answer(429, {})).report.hold)
    assert judge(answer(429, {}, retry_after="7")).retry_after == pytest.approx(7)


def test_a_day_never_has_more_calls_than_the_platform_allows() -> None:
    for name, calls in CALLS.items():
        limits = MANIFEST.buckets.get(name, MANIFEST.limits)
        assert limits.points + limits.refill * 86_400 == pytest.approx(calls)
    assert 100_000 == CALLS[ORDERS_BUCKET]
