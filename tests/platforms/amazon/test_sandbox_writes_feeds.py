"""What the local Amazon promises of feeds: their documents, their states, and listings changed in bulk."""

import gzip
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest

from adapters.amazon.sandbox import description
from adapters.kit.sandbox import Fault
from tests.platforms.amazon.sandbox_seller import CA, DE, SELLER, US, store
from tests.platforms.amazon.test_sandbox_writes import CHILD, FIRST, PATH, Desk, desk, lantern, price, stock, text
from tests.support.shared import shared

FEEDS, DOCUMENTS = "feeds/2021-06-30/feeds", "feeds/2021-06-30/documents"
LISTINGS_FEED = "JSON_LISTINGS_FEED"
JSON = "application/json; charset=UTF-8"
Row = dict[str, Any]


async def upload(there: Desk, body: bytes, content_type: str = JSON) -> str:
    """Hand a document in, and return its id."""
    made = (await there.send("POST", DOCUMENTS, {"contentType": content_type})).json()
    async with httpx.AsyncClient() as stranger:
        answer = await stranger.put(made["url"], content=body, headers={"Content-Type": content_type})
    assert 200 == answer.status_code, answer.text
    return str(made["feedDocumentId"])


async def submit(there: Desk, kind: str, document: str, *markets: str) -> httpx.Response:
    """Create a feed."""
    return await there.send("POST", FEEDS, {"feedType": kind, "marketplaceIds": markets or [US], "inputFeedDocumentId": document})


async def feed(there: Desk, kind: str, body: bytes, content_type: str = JSON, *markets: str) -> str:
    """Hand a feed in, and return its id."""
    answer = await submit(there, kind, await upload(there, body, content_type), *markets)
    assert 202 == answer.status_code, answer.text
    return str(answer.json()["feedId"])


async def result(there: Desk, feed_id: str) -> bytes:
    """Return what came of a feed."""
    document = await there.get(f"{DOCUMENTS}/{(await there.get(f'{FEEDS}/{feed_id}'))['resultFeedDocumentId']}")
    async with httpx.AsyncClient() as stranger:
        answer = await stranger.get(document["url"])
    assert 200 == answer.status_code, answer.text
    return gzip.decompress(answer.content) if document.get("compressionAlgorithm") else answer.content


def listings(*messages: Row, **header: Any) -> bytes:
    """Return a document of changes, numbered from one."""
    numbered = [{"messageId": number, **message} for number, message in enumerate(messages, 1)]
    return orjson.dumps({"header": {"sellerId": SELLER, "version": "2.0", **header}, "messages": numbered})


def patch(sku: str, *patches: Row) -> Row:
    """Return a message that patches a listing."""
    return {"sku": sku, "operationType": "PATCH", "productType": "PRODUCT", "patches": list(patches)}


async def test_a_feed_waits_is_worked_on_and_takes_effect_at_its_end() -> None:
    states, effects = [], []
    async with desk() as there:
        feed_id = await feed(there, LISTINGS_FEED, listings(patch(FIRST, stock(5)), patch(CHILD, price(7.5))))
        for seconds in (0, 30, 90):
            await there.advance(seconds)
            states.append(await there.get(f"{FEEDS}/{feed_id}"))
            effects.append(len(there.effects()))
        listing = await there.listing(FIRST)

    assert ["IN_QUEUE", "IN_PROGRESS", "DONE"] == [row["processingStatus"] for row in states]
    assert [0, 0, 2] == effects
    assert [("stock.set", FIRST, 5), ("price.set", CHILD, "7.50")] == there.effects()
    assert 5 == listing["fulfillmentAvailability"][0]["quantity"]
    assert ["resultFeedDocumentId" in row for row in states] == [False, False, True]
    assert {f"POST /{FEEDS}"} == {each.operation for each in there.done()}
    assert 1 == len({each.request for each in there.done()})


async def test_messages_fail_alone_and_a_done_feed_says_which() -> None:
    new = {"sku": "TIN-1", "operationType": "UPDATE", "productType": "LANTERN", "requirements": "LISTING", "attributes": lantern()}
    messages = (
        new,
        patch(FIRST, stock(-1)),
        {
            "sku": FIRST,
            "operationType": "PARTIAL_UPDATE",
            "productType": "PRODUCT",
            "attributes": {"brand": text("brand", "Other")["value"]},
        },
        {"sku": CHILD, "operationType": "DELETE"},
        {"sku": CHILD, "operationType": "POLISH"},
        patch("NOBODY", stock(1)),
        {**patch(FIRST, stock(1)), "messageId": 1},
        {**patch(FIRST, stock(1)), "productType": "UNICORN"},
    )
    async with desk() as there:
        feed_id = await feed(there, LISTINGS_FEED, listings(*messages))
        await there.advance(120)
        report = orjson.loads(await result(there, feed_id))

    assert ["product.create", "product.update", "variant.delete"] == [what for what, _, _ in there.effects()]
    assert {"errors": 4, "warnings": 0, "messagesProcessed": 8, "messagesAccepted": 4, "messagesInvalid": 4} == report["summary"]
    assert [(2, "4000001"), (5, "BAD_REQUEST"), (1, "BAD_REQUEST"), (8, "BAD_REQUEST")] == [
        (issue["messageId"], issue["code"]) for issue in report["issues"]
    ]
    assert {"sellerId": SELLER, "version": "2.0", "feedId": feed_id} == report["header"]


async def test_a_report_brings_the_listings_that_were_asked_for() -> None:
    asked = {"includedData": ["summaries", "issues", "fulfillmentAvailability"], "apiVersion": "2021-08-01"}
    async with desk() as there:
        feed_id = await feed(there, LISTINGS_FEED, listings(patch(FIRST, stock(5)), report=asked))
        await there.advance(120)
        report = orjson.loads(await result(there, feed_id))

    assert [{"fulfillmentChannelCode": "DEFAULT", "quantity": 5}] == report["items"][0]["fulfillmentAvailability"]
    assert 1 == report["summary"]["itemSummary"]["items"]


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"[]",
        b'{"messages": []}',
        listings(),
        listings(patch(FIRST, stock(1)), sellerId="A0OTHER"),
        listings(patch(FIRST, stock(1)), version="1.0"),
        listings(patch(FIRST, stock(1)), report={"includedData": ["everything"], "apiVersion": "2021-08-01"}),
    ],
)
async def test_a_document_that_is_no_feed_of_the_seller_is_fatal(body: bytes) -> None:
    async with desk() as there:
        feed_id = await feed(there, LISTINGS_FEED, body)
        await there.advance(120)
        state = (await there.get(f"{FEEDS}/{feed_id}"))["processingStatus"]
        report = orjson.loads(await result(there, feed_id))

    assert ("FATAL", 1, []) == (state, report["summary"]["errors"], there.effects())


@pytest.mark.parametrize("kind", ["POST_PRODUCT_DATA", "POST_INVENTORY_AVAILABILITY_DATA", "POST_PRODUCT_PRICING_DATA"])
async def test_retired_feeds_are_taken_and_end_fatal(kind: str) -> None:
    async with desk() as there:
        feed_id = await feed(there, kind, b"<AmazonEnvelope/>", "text/xml; charset=UTF-8")
        await there.advance(120)
        state = await there.get(f"{FEEDS}/{feed_id}")

    assert ("FATAL", False) == (state["processingStatus"], "resultFeedDocumentId" in state)


async def test_a_feed_without_a_document_is_refused_and_one_of_an_empty_document_is_fatal() -> None:
    async with desk() as there:
        empty = (await there.send("POST", DOCUMENTS, {"contentType": JSON})).json()["feedDocumentId"]
        answers = [await submit(there, LISTINGS_FEED, document) for document in ("unknown", empty)]
        await there.advance(120)
        state = await there.get(f"{FEEDS}/{answers[1].json()['feedId']}")

    assert ([400, 202], "FATAL") == ([answer.status_code for answer in answers], state["processingStatus"])


async def test_only_a_feed_that_waits_can_be_cancelled() -> None:
    async with desk() as there:
        waiting, running = [await feed(there, LISTINGS_FEED, listings(patch(sku, stock(5)))) for sku in (FIRST, CHILD)]
        answers = [await there.send("DELETE", f"{FEEDS}/{waiting}")]
        await there.advance(30)
        answers += [await there.send("DELETE", f"{FEEDS}/{running}"), await there.send("DELETE", f"{FEEDS}/1")]
        await there.advance(90)
        states = [(await there.get(f"{FEEDS}/{feed_id}"))["processingStatus"] for feed_id in (waiting, running)]

    assert ([200, 400, 404], b"") == ([answer.status_code for answer in answers], answers[0].content)
    assert (["CANCELLED", "DONE"], [("stock.set", CHILD, 5)]) == (states, there.effects())


async def test_feeds_are_listed_newest_first_and_paged() -> None:
    async with desk() as there:
        made = [await feed(there, LISTINGS_FEED, listings(patch(FIRST, stock(number)))) for number in range(3)]
        other = await feed(there, "POST_PRODUCT_DATA", b"x")
        await there.advance(120)
        page = await there.get(FEEDS, feedTypes=LISTINGS_FEED, pageSize=2)
        rest = await there.get(FEEDS, nextToken=page["nextToken"])
        fatal = await there.get(FEEDS, feedTypes=f"{LISTINGS_FEED},POST_PRODUCT_DATA", processingStatuses="FATAL", marketplaceIds=US)
        refused = [
            (await there.send("GET", FEEDS, **params)).status_code for params in ({}, {"nextToken": page["nextToken"], "pageSize": 2})
        ]

    assert [made[2], made[1], made[0]] == [row["feedId"] for row in [*page["feeds"], *rest["feeds"]]]
    assert ([other], [400, 400], False) == ([row["feedId"] for row in fatal["feeds"]], refused, "nextToken" in rest)


@pytest.mark.parametrize(
    ("options", "kind", "markets", "status"),
    [
        ({}, "POST_UNICORNS", [US], 400),
        ({}, LISTINGS_FEED, [DE], 403),
        ({}, LISTINGS_FEED, [], 400),
        ({"roles": ["orders"]}, LISTINGS_FEED, [US], 403),
        ({"roles": ["listing"]}, "POST_PAYMENT_ADJUSTMENT_DATA", [US], 403),
        ({"roles": ["shipping"]}, "POST_PAYMENT_ADJUSTMENT_DATA", [US, CA], 202),
    ],
)
async def test_a_feed_needs_a_kind_a_marketplace_and_a_role(options: Row, kind: str, markets: list[str], status: int) -> None:
    shared("amazon", "spec", "models")
    async with desk(**options) as there:
        body = {"feedType": kind, "marketplaceIds": markets, "inputFeedDocumentId": await upload(there, b"{}")}

        assert status == (await there.send("POST", FEEDS, body)).status_code


async def test_feeds_of_listings_have_a_plan_of_their_own() -> None:
    async with desk(store(generous=False)) as there:
        document = await upload(there, listings(patch(FIRST, stock(1))))
        answers = [await submit(there, LISTINGS_FEED, document) for _ in range(6)]
        other = await submit(there, "POST_PRODUCT_DATA", document)
        await there.advance(60)
        answers.append(await submit(there, LISTINGS_FEED, document))

    assert [202] * 5 + [429, 202] == [answer.status_code for answer in answers]
    assert (202, "0.0083") == (other.status_code, other.headers["x-amzn-ratelimit-limit"])


@pytest.mark.parametrize(
    ("method", "headers", "seconds", "code"),
    [
        ("PUT", {"Content-Type": "text/plain"}, 0, "SignatureDoesNotMatch"),
        ("PUT", {"Content-Type": JSON, "x-amz-access-token": "Atza|any"}, 0, "SignatureDoesNotMatch"),
        ("GET", {}, 0, "SignatureDoesNotMatch"),
        ("PUT", {"Content-Type": JSON}, 301, "AccessDenied"),
    ],
)
async def test_an_address_is_good_for_what_it_was_signed_for(method: str, headers: dict[str, str], seconds: int, code: str) -> None:
    async with desk() as there, httpx.AsyncClient() as stranger:
        made = (await there.send("POST", DOCUMENTS, {"contentType": JSON})).json()
        await there.advance(seconds)
        answer = await stranger.request(method, made["url"], content=b"{}" if method == "PUT" else None, headers=headers)

    assert (403, f"<Code>{code}</Code>") == (answer.status_code, answer.text[answer.text.index("<Code>") : answer.text.index("<Message>")])


async def test_clients_that_unpack_by_themselves_may_ask_for_it() -> None:
    async with desk() as there, httpx.AsyncClient() as stranger:
        feed_id = await feed(there, LISTINGS_FEED, listings(patch(FIRST, stock(5))))
        await there.advance(120)
        document = (await there.get(f"{FEEDS}/{feed_id}"))["resultFeedDocumentId"]
        found = await there.get(f"{DOCUMENTS}/{document}", enableContentEncodingUrlHeader="true")
        report = (await stranger.get(found["url"])).json()
        unknown = await there.send("GET", f"{DOCUMENTS}/unknown")

    assert ("GZIP", 1, 404) == (found["compressionAlgorithm"], report["summary"]["messagesAccepted"], unknown.status_code)


async def test_a_feed_whose_answer_is_lost_is_found_in_the_list_and_done_once() -> None:
    async with desk() as there:
        document = await upload(there, listings(patch(FIRST, stock(5))))
        there.running.control.faults.append(Fault(match=f"POST /{FEEDS}", times=1, status=500, after=True))
        answer = await submit(there, LISTINGS_FEED, document)
        found = await there.get(FEEDS, feedTypes=LISTINGS_FEED)
        await there.advance(120)

    assert (500, 1, [("stock.set", FIRST, 5)]) == (answer.status_code, len(found["feeds"]), there.effects())


async def test_a_feed_can_serve_several_marketplaces() -> None:
    async with desk() as there:
        await feed(there, LISTINGS_FEED, listings({"sku": CHILD, "operationType": "DELETE"}), JSON, US, CA)
        await there.advance(120)
        reads = [(await there.send("GET", f"{PATH}/{CHILD}", marketplaceIds=market)).status_code for market in (US, CA)]

    assert ([404, 404], [("variant.delete", CHILD, f"{US},{CA}")]) == (reads, there.effects())


async def test_answers_about_feeds_fit_the_official_description() -> None:
    shared("amazon", "spec", "models")
    checker = pytest.importorskip("jsonschema")
    async with desk() as there:
        made = await there.send("POST", DOCUMENTS, {"contentType": JSON})
        created = await submit(there, LISTINGS_FEED, await upload(there, listings(patch(FIRST, stock(-5)))))
        await there.advance(120)
        one = await there.get(f"{FEEDS}/{created.json()['feedId']}")
        found = await there.get(f"{DOCUMENTS}/{one['resultFeedDocumentId']}")
        report = orjson.loads(await result(there, created.json()["feedId"]))
        answers = [
            ("POST", f"/{DOCUMENTS}", 201, made.json()),
            ("POST", f"/{FEEDS}", 202, created.json()),
            ("GET", f"/{FEEDS}/{{feedId}}", 200, one),
            ("GET", f"/{DOCUMENTS}/{{feedDocumentId}}", 200, found),
            ("GET", f"/{FEEDS}", 200, await there.get(FEEDS, feedTypes=LISTINGS_FEED)),
        ]

    for method, template, status, answer in answers:
        known = description.described(method, template)
        assert known is not None
        assert [] == [error.message for error in checker.Draft4Validator(known.schema(status)).iter_errors(answer)]
    schema = orjson.loads(_report_schema().read_bytes())
    assert [] == [error.message for error in checker.Draft7Validator(schema).iter_errors(report)]


def _report_schema() -> Path:
    return shared("amazon", "spec", "feeds", "listings-feed-processing-report-schema-v2.json")
