"""What is written down, and what never is."""

import io
import json
import logging
from collections.abc import Callable
from typing import Any

import pytest

from gateway.settings import LogFormat
from gateway.telemetry import BLOT, configure, numbered, redact
from schema.errors import Category, StoreError

Written = Callable[[], str]


@pytest.fixture
def written(kept_log: None) -> Callable[[LogFormat], Written]:
    """Configure the log for a test; what was written is read with what is returned."""

    def start(log_format: LogFormat) -> Written:
        stream = io.StringIO()
        configure("info", log_format, stream)
        return stream.getvalue

    return start


def test_a_line_has_the_known_fields_and_no_others(written: Any) -> None:
    read = written("json")

    logging.getLogger("adapters.x").warning("Store %s is slow", "north", extra={"store": "north", "tries": 2, "email": "ann@example.com"})

    line = json.loads(read())
    assert line.pop("time").endswith("Z")
    assert line == {"level": "warning", "logger": "adapters.x", "message": "Store north is slow", "store": "north", "tries": 2}


def test_a_line_for_people_has_the_same(written: Any) -> None:
    read = written("text")

    logging.getLogger("adapters.x").warning("Store is slow", extra={"store": "north", "email": "ann@example.com"})

    assert read().rstrip().endswith("warning Store is slow  store=north")


def test_a_line_carries_the_number_of_its_request(written: Any) -> None:
    read = written("json")

    with numbered("abc"):
        logging.getLogger("resolvers.x").info("inside")
    logging.getLogger("resolvers.x").info("outside")

    inside, outside = (json.loads(line) for line in read().splitlines())
    assert ("abc", None) == (inside["request_id"], outside.get("request_id"))


@pytest.mark.parametrize("log_format", ["json", "text"])
def test_an_exception_is_written_without_values(written: Any, log_format: LogFormat) -> None:
    read = written(log_format)

    try:
        int("ann@example.com")
    except ValueError:
        logging.getLogger("resolvers.x").exception("A row can't be read")

    assert "builtins.ValueError" in read()
    assert "test_an_exception_is_written_without_values" in read()
    assert "ann@example.com" not in read()


def test_the_sentence_of_our_own_exceptions_is_written_and_so_is_what_caused_them(written: Any) -> None:
    read = written("text")

    try:
        try:
            int("socket 5")
        except ValueError as error:
            raise StoreError("north", Category.TRANSIENT, "it is away") from error
    except StoreError:
        logging.getLogger("resolvers.x").exception("No rows")

    assert "schema.errors.StoreError: Store 'north': it is away" in read()
    assert "builtins.ValueError" in read()
    assert "socket 5" not in read()


@pytest.mark.parametrize(
    "secret",
    [
        *(
            "Authorization: Bearer hunter2hunter2",
            "authorization=Basic aHVudGVyMjpodW50ZXIy",
            "shpat_hunter2hunter2",
            "shpss_hunter2hunter2",
        ),
        *("ck_hunter2hunter2", "cs_hunter2hunter2", "cgk_hunter2-hunter2", "access_token=hunter2", '"access_token": "hunter2"'),
        *("{'client_secret': 'hunter2'}", "password: hunter2", "redis://user:hunter2@state.example.com", "consumer_key=hunter2&x=1"),
        *("refresh_token=hunter2", "X-Shopify-Access-Token: hunter2", "oauth_signature=hunter2", "apikey=hunter2"),
    ],
)
def test_what_looks_like_a_secret_is_blotted_out(secret: str) -> None:
    found = redact(f"before {secret} after")

    assert "hunter2" not in found
    assert "aHVudGVyMjpodW50ZXIy" not in found
    assert BLOT in found
    assert found.startswith("before ")
    assert found.endswith(" after")


@pytest.mark.parametrize(
    "text",
    ["Store north can't be reached; check that its address is right.", "Serving 4 stores at http://127.0.0.1:8000/graphql", "tokens: 5000"],
)
def test_plain_words_are_left_alone(text: str) -> None:
    assert text == redact(text)


def test_secrets_in_fields_and_arguments_are_blotted_out(written: Any) -> None:
    read = written("json")

    logging.getLogger("x").info("GET %s", "https://a.example.com/?access_token=hunter2", extra={"principal": "cgk_hunter2hunter2"})

    assert "hunter2" not in read()


def test_a_line_whose_arguments_do_not_fit_is_written_all_the_same(written: Any) -> None:
    read = written("json")

    logging.getLogger("x").info("%d rows", "many")

    assert json.loads(read())["message"] == "%d rows"


def test_libraries_that_talk_much_are_quiet(written: Any) -> None:
    read = written("json")

    logging.getLogger("uvicorn.access").info("GET /graphql?query=secret")
    logging.getLogger("strawberry.execution").error("ann@example.com")

    assert not read()
