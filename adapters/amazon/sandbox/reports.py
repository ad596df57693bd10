"""Reports: asked for, waited for by the sandbox's clock, then fetched from an address that is good for five minutes.

A report is kept with the time it was asked for; its state follows from the clock. One that finds nothing ends CANCELLED.
"""

import gzip
from collections.abc import Callable
from typing import Any

import orjson

from adapters.amazon.sandbox.calls import Answer, Call
from adapters.amazon.sandbox.errors import ApiError, invalid, refusal
from adapters.amazon.sandbox.instants import DAY, MINUTE, instant_of, text_of
from adapters.amazon.sandbox.pages import seal, unseal
from adapters.amazon.sandbox.report_tables import TABLES, Table
from adapters.amazon.sandbox.shop import Shop

Row = dict[str, Any]
STATES = ("CANCELLED", "DONE", "FATAL", "IN_PROGRESS", "IN_QUEUE")
ADDRESS_LIFE = 5 * MINUTE
KEPT = 90 * DAY
WIDEST = 31 * DAY
ONE_MONTH = frozenset({"GET_AMAZON_FULFILLED_SHIPMENTS_DATA_GENERAL"})
DOWNLOAD = "/documents/"


def create_report(shop: Shop, call: Call) -> Answer:
    """Answer createReport."""
    try:
        wish: Row = orjson.loads(call.body)
        kind, markets = wish["reportType"], wish["marketplaceIds"]
        start, end = (instant_of(wish[name]) if wish.get(name) else None for name in ("dataStartTime", "dataEndTime"))
    except (orjson.JSONDecodeError, KeyError, TypeError, ValueError) as error:
        raise invalid("reportType and marketplaceIds are required, times are ISO 8601.") from error
    if kind not in TABLES:
        raise invalid(f"Report type {kind} is not allowed at this time.")
    if any(name not in {market.id for market in shop.facts.markets} for name in markets):
        raise refusal("no role")
    now = shop.instant()
    report_id = str(50_000 + len(shop.reports) + 1)
    shop.reports[report_id] = {"type": kind, "markets": markets, "start": start or now - 30 * DAY, "end": end or now, "asked": now}
    return Answer({"reportId": report_id}, 202)


def get_report(shop: Shop, call: Call) -> Answer:
    """Answer getReport."""
    return Answer(_shown(shop, call.path["reportId"]))


def list_reports(shop: Shop, call: Call) -> Answer:
    """Answer getReports; a token must come alone."""
    query, now = call.query, shop.instant()
    if "nextToken" in query:
        if query.items(but=("nextToken",)):
            raise invalid("nextToken must be the only parameter.")
        place = unseal(query.text("nextToken"), "reports", {}, now, DAY)
        found, start, size = list(place["ids"]), 0, int(place["size"])
    else:
        if "reportTypes" not in query:
            raise invalid("reportTypes or nextToken is required.")
        types, states = query.words("reportTypes", most=10), query.words("processingStatuses", STATES)
        start, size = 0, query.number("pageSize", 10, 100)
        rows = ((name, _shown(shop, name)) for name in reversed(shop.reports) if shop.reports[name]["asked"] >= now - KEPT)
        found = [name for name, row in rows if row["reportType"] in types and (not states or row["processingStatus"] in states)]
    answer: Row = {"reports": [_shown(shop, name) for name in found[start : start + size]]}
    if len(found) > size:
        answer["nextToken"] = seal("reports", {}, now, ids=found[size:], size=size)
    return Answer(answer)


def get_document(shop: Shop, call: Call) -> Answer:
    """Answer getReportDocument."""
    document_id = call.path["reportDocumentId"]
    if _shown(shop, document_id.removeprefix("doc-")).get("reportDocumentId") != document_id:
        raise refusal("no report")
    url = f"{call.home}{DOWNLOAD}{document_id}?until={shop.instant() + ADDRESS_LIFE}"
    return Answer({"reportDocumentId": document_id, "url": url, "compressionAlgorithm": "GZIP"})


def download(shop: Shop, document_id: str, until: str) -> Answer:
    """Answer the address of a document, which asks for no token and is none of the platform's API."""
    report = shop.reports.get(document_id.removeprefix("doc-"))
    if report is None or not until.isdecimal() or int(until) < shop.instant():
        raise ApiError(403, "AccessDenied", "Request has expired", None)
    lines = "\r\n".join("\t".join(row) for row in _table(report)(shop, report))
    return Answer(gzip.compress(lines.encode()), headers={"Content-Type": "text/tab-separated-values; charset=UTF-8"})


def _table(report: Row) -> Callable[[Shop, Row], Table]:
    return TABLES[report["type"]]


def _shown(shop: Shop, report_id: str) -> Row:
    report = shop.reports.get(report_id)
    if report is None:
        raise refusal("no report")
    row: Row = {
        "reportId": report_id,
        "reportType": report["type"],
        "marketplaceIds": report["markets"],
        "dataStartTime": text_of(report["start"]),
        "dataEndTime": text_of(report["end"]),
        "createdTime": text_of(report["asked"]),
    }
    age = shop.instant() - report["asked"]
    if age < shop.report_time:
        return {**row, "processingStatus": "IN_QUEUE" if age < shop.report_time // 4 else "IN_PROGRESS"}
    state = _outcome(shop, report)
    row |= {"processingStartTime": text_of(report["asked"] + shop.report_time // 4), "processingStatus": state}
    row["processingEndTime"] = text_of(report["asked"] + shop.report_time)
    return row | ({"reportDocumentId": f"doc-{report_id}"} if state == "DONE" else {})


def _outcome(shop: Shop, report: Row) -> str:
    if report["end"] < report["start"] or (report["type"] in ONE_MONTH and report["end"] - report["start"] > WIDEST):
        return "FATAL"
    rows = iter(_table(report)(shop, report))
    next(rows)
    return "DONE" if next(rows, None) else "CANCELLED"
