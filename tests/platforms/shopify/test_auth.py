"""How Shopify is spoken to: every way it says no, from bodies as it sends them, and tokens that are got and renewed."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from adapters.kit.budget import Budget
from adapters.kit.calls import calling
from adapters.kit.clock import SystemClock
from adapters.kit.failures import PlatformError, classify
from adapters.kit.http import Answer, Request
from adapters.kit.port import ListQuery, Ordering
from adapters.kit.sandbox import Running, SandboxStore, serving
from adapters.kit.session import Session
from adapters.kit.stores import StoreConfig
from adapters.shopify import PLATFORM
from adapters.shopify.auth import judge
from adapters.shopify.manifest import ERRORS
from adapters.shopify.sandbox import SANDBOX
from schema.errors import Category
from schema.keys import Kind
from tests.support.shared import shared
from tests.support.world import World

NEWEST = ListQuery(Ordering("created_at", descending=True), 20)


def answer(body: Any, status: int = 200, **headers: str) -> Answer:
    return Answer(status, {name.replace("_", "-"): value for name, value in headers.items()}, body, json.dumps(body), 0.1)


def failing(code: str, **extensions: Any) -> dict[str, Any]:
    return {"errors": [{"message": code, "extensions": {"code": code, **extensions}}]}


@pytest.mark.parametrize(
    ("body", "status", "category"),
    [
        ({"errors": "[API] Invalid API key or access token (unrecognized login or wrong password)"}, 401, Category.AUTH),
        ({"errors": "[API] Invalid API key or access token (unrecognized login or wrong password)"}, 200, Category.AUTH),
        ({"errors": "Unavailable Shop"}, 402, Category.AUTH),
        ({"errors": "Non-expiring access tokens are no longer accepted"}, 403, Category.AUTH),
        ({"errors": "Locked"}, 423, Category.AUTH),
        ({"errors": "Not Found"}, 404, Category.VALIDATION),
        (None, 301, Category.AUTH),
        (None, 429, Category.QUOTA),
        (None, 430, Category.QUOTA),
        (None, 500, Category.TRANSIENT),
        (None, 502, Category.TRANSIENT),
        (None, 520, Category.TRANSIENT),
        (None, 200, Category.TRANSIENT),
        ([1], 200, Category.TRANSIENT),
        (failing("THROTTLED"), 200, Category.QUOTA),
        (failing("MAX_COST_EXCEEDED"), 200, Category.VALIDATION),
        (failing("INTERNAL_SERVER_ERROR", requestId="x"), 200, Category.TRANSIENT),
        (failing("SHOP_INACTIVE"), 200, Category.AUTH),
        (failing("SOMETHING_NEW"), 200, Category.VALIDATION),
        ({**failing("ACCESS_DENIED"), "data": {"orders": None}}, 200, Category.AUTH),
        (
            {"data": {"orders": {"nodes": []}}, "extensions": {"search": [{"warnings": [{"code": "invalid_field"}]}]}},
            200,
            Category.VALIDATION,
        ),
    ],
)
def test_every_way_of_saying_no_has_its_category(body: Any, status: int, category: Category) -> None:
    judgement = judge(answer(body, status))

    assert judgement.code is not None
    assert category is classify(ERRORS, status, judgement.code)[0]


def test_a_withheld_field_below_the_root_does_not_spoil_the_answer() -> None:
    errors = [{"message": "no", "path": ["orders", "nodes", 0, "customer"], "extensions": {"code": "ACCESS_DENIED"}}]

    assert judge(answer({"data": {"orders": {"nodes": [{"customer": None}]}}, "errors": errors})).code is None


def test_a_throttled_answer_tells_how_long_to_wait() -> None:
    cost = {"requestedQueryCost": 98, "throttleStatus": {"maximumAvailable": 2000.0, "currentlyAvailable": 48, "restoreRate": 25.0}}
    judgement = judge(answer({**failing("THROTTLED"), "extensions": {"cost": cost}}))

    assert ("THROTTLED", 2.0) == (judgement.code, judgement.retry_after)
    assert (48, 2000, 25) == (judgement.report.available, judgement.report.points, judgement.report.refill)


def test_the_recorded_error_bodies_are_all_understood() -> None:
    cases = json.loads(shared("shopify", "examples", "synthetic", "errors.json").read_text())
    refused = {
        name: case for name, case in cases.items() if isinstance(case.get("body", case), dict) and case.get("body", case).get("errors")
    }
    passed = [name for name, case in refused.items() if judge(answer(case.get("body", case), case.get("status", 200))).code is None]

    assert ["access_denied_field"] == passed  # one field below the root is null, the rest stands


@contextlib.asynccontextmanager
async def shop(world: World, **changes: Any) -> AsyncIterator[tuple[Session, Running]]:
    """Serve one store of the standard plan and open a session to it, with credentials and options as the test wants them."""
    model = SANDBOX.stores[0]
    secrets = {"client_id": "client-1", "client_secret": "secret-1", **model.credentials}
    served = SandboxStore("tight", "Tight", "small", secrets, options=changes.get("options", {}))
    async with serving(SANDBOX, (served,)) as running:
        config = StoreConfig("tight", "acme", "shopify", f"{running.url}/tight", changes.get("credentials", secrets))
        config = replace(config, credentials={name: secrets.get(name, value) for name, value in config.credentials.items()})
        clock = SystemClock()
        budget = Budget(world.fast, f"acme/tight-{running.url}", PLATFORM.manifest.limits, clock)
        yield Session(config, PLATFORM.manifest, PLATFORM.dialect, world.wire, budget, clock), running


async def test_a_burst_beyond_the_bucket_is_slowed_down_and_never_throttled(world: World) -> None:
    """30 reads of all orders reserve more than the bucket of the standard plan holds."""
    async with shop(world) as (session, running):
        page = PLATFORM.connect(session).kinds[Kind.ORDER].page
        assert page is not None
        with calling() as tally:
            await asyncio.gather(*(page(replace(NEWEST, size=200)) for _ in range(30)))

        assert [200] * 30 == [call.status for call in running.control.calls]
        assert 30 == tally.calls
        assert sum(call.cost for call in running.control.calls) > 2000


async def test_a_token_is_got_once_however_many_ask(world: World) -> None:
    async with shop(world, credentials={"client_id": "", "client_secret": ""}) as (session, running):
        page = PLATFORM.connect(session).kinds[Kind.ORDER].page
        assert page is not None
        await asyncio.gather(*(page(NEWEST) for _ in range(5)))

        assert 1 == [call.operation for call in running.control.calls].count("access_token")


async def test_a_refused_token_is_renewed_once(world: World) -> None:
    async with shop(world, credentials={"client_id": "", "client_secret": ""}) as (session, running):
        page = PLATFORM.connect(session).kinds[Kind.ORDER].page
        assert page is not None
        await page(NEWEST)
        running.control.offset += timedelta(days=2)  # the token's day is over at the store

        assert (await page(NEWEST)).rows
        assert 2 == [call.operation for call in running.control.calls].count("access_token")


async def test_a_wrong_secret_is_an_auth_failure_that_repeats_no_secret(world: World) -> None:
    async with shop(world, credentials={"client_id": "", "client_secret": ""}) as (session, _):
        wrong = replace(session.store, credentials={"client_id": "client-1", "client_secret": "guessed-wrong"})
        session.store = wrong
        with pytest.raises(PlatformError) as caught:
            await session.send(Request("POST", "/admin/api/2026-10/graphql.json", "Shop", json={"query": "{ shop { name } }"}))

        assert Category.AUTH is caught.value.category
        assert "guessed-wrong" not in caught.value.message


async def test_a_missing_scope_is_told_as_auth(world: World) -> None:
    async with shop(world, options={"scopes": ["read_products"]}) as (session, _):
        page = PLATFORM.connect(session).kinds[Kind.ORDER].page
        assert page is not None
        with pytest.raises(PlatformError) as caught:
            await page(NEWEST)

        assert (Category.AUTH, "ACCESS_DENIED") == (caught.value.category, caught.value.code)
