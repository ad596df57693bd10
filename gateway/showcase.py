"""The demo's one query, asked over HTTP as anybody would, and its answer made readable."""

import asyncio
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import orjson
from rich.console import Console
from rich.markup import escape
from rich.table import Table

ROWS = 8
PATIENCE_SECONDS = 60
GOOD_STATES = frozenset({"LIVE", "CACHED"})
MOST_LINES = 2

QUERY = """query NewestOrders($first: Int!) {
  orders(first: $first, sort: CREATED_AT_DESC, deadlineMs: 30000) {
    nodes {
      store { name platform { name } }
      number
      createdAt
      status
      totals { total { amount currencyCode } }
      contact { name email }
      lines { quantity title }
    }
    sources { store { name platform { name } } state message calls }
  }
}"""


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back: the HTTP status, the decoded body (None when it is not JSON) and how long it took."""

    status: int
    body: Any
    seconds: float


async def ask(url: str, key: str) -> Reply:
    """Send the query."""
    return await asyncio.to_thread(_post, url, key, {"query": QUERY, "variables": {"first": ROWS}})


def tell(reply: Reply, console: Console) -> bool:
    """Print a reply; say whether there were no errors and every store gave its rows."""
    errors = reply.body.get("errors", []) if isinstance(reply.body, dict) else [{"message": f"HTTP status {reply.status}"}]
    for error in errors:
        console.print(f"Error: {error['message']}", markup=False)
    page = ((reply.body or {}).get("data") or {}).get("orders") if not errors else None
    if page is None:
        return False
    console.print(_table(page["nodes"]))
    for source in page["sources"]:
        console.print(_source(source), markup=False)
    console.print(f"{len(page['nodes'])} orders, in one order, from {len(page['sources'])} stores in {reply.seconds * 1000:.0f} ms.")
    return all(source["state"] in GOOD_STATES for source in page["sources"])


def _post(url: str, key: str, body: dict[str, Any]) -> Reply:
    headers = {"authorization": f"Bearer {key}", "content-type": "application/json"}
    request = urllib.request.Request(url, orjson.dumps(body), headers)  # noqa: S310 -- our own address
    # No proxy of the environment: this goes to this machine.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    began = time.perf_counter()
    try:
        with opener.open(request, timeout=PATIENCE_SECONDS) as response:
            status, raw = response.status, response.read()
    except urllib.error.HTTPError as error:
        status, raw = error.code, error.read()
    except OSError:
        status, raw = HTTPStatus.SERVICE_UNAVAILABLE, b""
    seconds = time.perf_counter() - began
    try:
        return Reply(status, orjson.loads(raw), seconds)
    except orjson.JSONDecodeError:
        return Reply(status, None, seconds)


def _table(orders: list[dict[str, Any]]) -> Table:
    table = Table(title=f"\nThe {ROWS} newest orders of all stores", title_justify="left")
    for name in ("store", "platform", "order", "recorded", "status", "customer", "lines"):
        table.add_column(name)
    table.add_column("total", justify="right")
    for order in orders:
        table.add_row(*(escape(cell) for cell in _cells(order)))
    return table


def _cells(order: dict[str, Any]) -> Iterator[str]:
    contact = order["contact"] or {}
    total = order["totals"]["total"]
    yield order["store"]["name"]
    yield order["store"]["platform"]["name"]
    yield order["number"]
    yield order["createdAt"].replace("T", " ").removesuffix("Z")
    yield order["status"]
    yield contact.get("name") or contact.get("email") or "-"
    yield _lines(order["lines"])
    yield f"{total['amount']} {total['currencyCode']}" if total else "-"


def _lines(lines: list[dict[str, Any]]) -> str:
    shown = [f"{line['quantity']} x {line['title']}" for line in lines[:MOST_LINES]]
    more = [f"and {len(lines) - MOST_LINES} more"] if len(lines) > MOST_LINES else []
    return "\n".join(shown + more) or "-"


def _source(source: dict[str, Any]) -> str:
    calls = f"{source['calls']} call{'' if source['calls'] == 1 else 's'}"
    why = f": {source['message']}" if source["message"] else ""
    return f"  {source['store']['name']} ({source['store']['platform']['name']}): {source['state']}, {calls}{why}"
