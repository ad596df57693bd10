"""Who may come in: with API keys, and without any."""

from typing import Any

import pytest

from gateway.auth import is_loopback
from tests.unit.gateway.conftest import READER_KEY, WRITER_KEY

ASKED = {"query": "{ who }"}


async def ask(client: Any, **headers: str) -> tuple[int, Any]:
    response = await client.post("/graphql", json=ASKED, headers={name.replace("_", "-"): value for name, value in headers.items()})
    body = response.json()
    return response.status_code, body["errors"][0]["extensions"]["code"] if "errors" in body else body["data"]["who"]


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (f"Bearer {READER_KEY}", (200, "reader")),
        (f"bearer  {READER_KEY} ", (200, "reader")),
        (f"Bearer {WRITER_KEY}", (403, "FORBIDDEN")),
        ("Bearer cgk_nobody", (401, "UNAUTHENTICATED")),
        (f"Bearer {READER_KEY}x", (401, "UNAUTHENTICATED")),
        ("Bearer", (401, "UNAUTHENTICATED")),
        ("Bearer ", (401, "UNAUTHENTICATED")),
        (READER_KEY, (401, "UNAUTHENTICATED")),
        (f"Basic {READER_KEY}", (401, "UNAUTHENTICATED")),
        ("", (401, "UNAUTHENTICATED")),
        ("Bearer \u00e9\u00ff", (401, "UNAUTHENTICATED")),
    ],
)
async def test_a_key_lets_in_whom_it_belongs_to(client: Any, header: str, expected: tuple[int, str]) -> None:
    assert expected == await ask(client(keys=True), authorization=header.encode("latin-1"))  # type: ignore[arg-type]


async def test_without_a_key_the_answer_says_how_to_send_one(client: Any) -> None:
    response = await client(keys=True).post("/graphql", json=ASKED)

    assert (401, "Bearer") == (response.status_code, response.headers["www-authenticate"])
    assert "Authorization: Bearer <key>" in response.json()["errors"][0]["message"]


async def test_an_unknown_key_is_not_repeated(client: Any) -> None:
    response = await client(keys=True).post("/graphql", json=ASKED, headers={"authorization": "Bearer cgk_hunter2"})

    assert "hunter2" not in response.text


async def test_with_keys_anybody_anywhere_may_ask(client: Any) -> None:
    opened = client(keys=True, address="203.0.113.7", host="gateway.example.com")

    assert (200, "reader") == await ask(opened, authorization=f"Bearer {READER_KEY}", origin="https://page.example.com")


@pytest.mark.parametrize("path", ["/health/live", "/health/ready"])
async def test_health_needs_no_key(client: Any, path: str) -> None:
    assert 200 == (await client(keys=True).get(path)).status_code


async def test_the_page_needs_no_key(client: Any) -> None:
    response = await client(keys=True).get("/graphql", headers={"accept": "text/html"})

    assert (200, "text/html; charset=utf-8") == (response.status_code, response.headers["content-type"])


@pytest.mark.parametrize("host", ["localhost", "localhost:8000", "127.0.0.1:8000", "[::1]:8000", "LOCALHOST"])
async def test_without_keys_this_machine_is_served(client: Any, host: str) -> None:
    assert (200, "local") == await ask(client(), host=host)


@pytest.mark.parametrize("address", ["203.0.113.7", "10.0.0.1", "::2", "testclient"])
async def test_without_keys_other_machines_are_not_served(client: Any, address: str) -> None:
    assert (403, "FORBIDDEN") == await ask(client(address=address))


@pytest.mark.parametrize(
    "host", ["gateway.example.com", "127.0.0.1.example.com", "localhost.example.com", "203.0.113.7", "", "[::1", "a b"]
)
async def test_without_keys_another_name_of_this_machine_is_not_answered_to(client: Any, host: str) -> None:
    """A name that an attacker lets point at 127.0.0.1 makes a browser believe that his page may read our answers."""
    assert (403, "FORBIDDEN") == await ask(client(), host=host)


@pytest.mark.parametrize("headers", [{"origin": "https://page.example.com"}, {"origin": "null"}, {"sec_fetch_site": "cross-site"}])
async def test_without_keys_pages_of_other_sites_are_not_answered(client: Any, headers: dict[str, str]) -> None:
    assert (403, "FORBIDDEN") == await ask(client(), **headers)


@pytest.mark.parametrize("headers", [{"origin": "http://localhost:3000"}, {"sec_fetch_site": "cross-site", "sec_fetch_mode": "navigate"}])
async def test_without_keys_pages_of_this_machine_and_links_to_it_work(client: Any, headers: dict[str, str]) -> None:
    assert (200, "local") == await ask(client(), **headers)


@pytest.mark.parametrize(
    ("host", "expected"), [("127.8.8.8", True), ("::1", True), ("0.0.0.0", False), ("::", False), ("example.com", False)]
)
def test_which_addresses_are_this_machines_own(host: str, expected: bool) -> None:
    assert expected == is_loopback(host)
