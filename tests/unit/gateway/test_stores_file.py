"""The stores file: what it may say, and the sentence for each mistake."""

import logging
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
import trustme

from adapters.kit.registry import platforms
from adapters.kit.stores import StoreConfig
from gateway import stores_file
from gateway.stores_file import Loaded, StoresFileError
from resolvers.principal import Principal, Role

PLATFORM = next(iter(platforms().values())).manifest
CREDENTIALS = sorted(PLATFORM.credentials[0])
ENVIRONMENT = {f"TOKEN_{index}": f"secret-{index}" for index in range(len(CREDENTIALS))}
REFERENCES = "{ " + ", ".join(f'{name} = "env:TOKEN_{index}"' for index, name in enumerate(CREDENTIALS)) + " }"
HASH = "0f" * 32
SECRET = "shpat_hunter2hunter2"

Load = Callable[..., Loaded]


def store(**changes: str | None) -> str:
    """Return a [[stores]] table, its values in TOML; None leaves a key out."""
    values = {
        "id": '"north"',
        "tenant": '"acme"',
        "platform": f'"{PLATFORM.name}"',
        "url": '"https://north.example.com"',
        "credentials": REFERENCES,
    }
    return "[[stores]]\n" + "".join(f"{name} = {value}\n" for name, value in {**values, **changes}.items() if value is not None)


def key(**changes: str | None) -> str:
    values = {"name": '"analytics"', "sha256": f'"{HASH}"', "tenants": '["acme"]', "roles": '["read"]'}
    return "[[keys]]\n" + "".join(f"{name} = {value}\n" for name, value in {**values, **changes}.items() if value is not None)


@pytest.fixture
def load(tmp_path: Path) -> Load:
    def read(text: str, environment: Mapping[str, str] = ENVIRONMENT) -> Loaded:
        path = tmp_path / "stores.toml"
        path.write_text(text)
        return stores_file.load(path, environment)

    return read


def mistakes(load: Load, text: str) -> dict[str, str]:
    """Return the remedies by place."""
    with pytest.raises(StoresFileError) as caught:
        load(text)
    lines = [line.split("stores.toml: ", 1)[1] for line in str(caught.value).splitlines()]
    return {place: remedy for place, _, remedy in (line.partition(": ") for line in lines)}


def test_a_store_is_read_with_its_secrets(load: Load) -> None:
    loaded = load(store(url='"https://north.example.com/shop/"', concurrency="2"))

    (found,) = loaded.stores
    assert found == StoreConfig(
        "north", "acme", PLATFORM.name, "https://north.example.com/shop", dict(zip(CREDENTIALS, ENVIRONMENT.values(), strict=True)), None, 2
    )
    assert loaded.keys == ()


def test_a_key_is_read_with_its_rights(load: Load) -> None:
    text = store() + key(sha256=f'"{HASH.upper()}"', roles='["read", "support"]', stores='["north"]')

    (found,) = load(text).keys

    assert HASH == found.sha256
    assert Principal("analytics", frozenset({"acme"}), frozenset({Role.READ, Role.SUPPORT}), frozenset({"north"})) == found.principal


def test_a_key_for_all_tenants_is_limited_to_none(load: Load) -> None:
    (found,) = load(store() + key(tenants='["*"]', roles=None)).keys

    assert (None, frozenset({Role.READ}), None) == (found.principal.tenants, found.principal.roles, found.principal.stores)


def test_a_secret_may_stand_in_a_file_beside_the_stores_file(load: Load, tmp_path: Path) -> None:
    references = "{ " + ", ".join(f'{name} = "file:secret"' for name in CREDENTIALS) + " }"
    (tmp_path / "secret").write_text("from-file\n")

    (found,) = load(store(credentials=references)).stores

    assert {"from-file"} == set(found.credentials.values())


@pytest.mark.parametrize(
    ("reference", "environment", "word"),
    [
        ("env:ABSENT", {}, "ABSENT is not set"),
        ("env:EMPTY", {"EMPTY": " "}, "EMPTY is empty"),
        ("env:BROKEN", {"BROKEN": "two\nlines"}, "line break"),
        ("file:absent", {}, "can't be read"),
        (r"file:\u0000", {}, "can't be read"),
        ("file:.", {}, "can't be read"),
    ],
)
def test_a_secret_that_is_missing_breaks_its_store_alone(
    load: Load, caplog: pytest.LogCaptureFixture, reference: str, environment: dict[str, str], word: str
) -> None:
    references = "{ " + ", ".join(f'{name} = "{reference}"' for name in CREDENTIALS) + " }"

    broken, fine = load(store(credentials=references) + store(id='"south"'), {**ENVIRONMENT, **environment}).stores

    assert word in (broken.problem or "")
    assert {} == broken.credentials
    assert fine.problem is None
    assert [logging.WARNING] == [record.levelno for record in caplog.records]


def test_all_mistakes_are_told_at_once(load: Load) -> None:
    text = (
        store(id='"North"', url='"https://user:hunter2@north.example.com"', concurrency="0", colour='"red"')
        + store(id='"south"', platform='"shopfy"')
        + store(id='"south"', credentials='{ nothing = "env:A" }', concurency="3", ca_file='"absent.pem"')
        + "[[stores]]\n"
        + key(sha256='"cgk_hunter2"', tenants='["acme", "*"]', roles='["rad"]')
        + key(tenants='["nobody"]', stores='["south", "west"]')
        + key(name='""')
    )

    found = mistakes(load, text)

    assert set(found) == {
        *("stores[0].id", "stores[0].url", "stores[0].concurrency", "stores[0].colour", "stores[1].platform"),
        *("stores[2].credentials", "stores[2].concurency", "stores[2].ca_file", "stores[2].id"),
        *("stores[3].id", "stores[3].tenant", "stores[3].platform", "stores[3].url", "stores[3].credentials"),
        *("keys[0].sha256", "keys[0].tenants", "keys[0].roles", "keys[1].tenants[0]", "keys[1].stores[0]", "keys[1].stores[1]"),
        *("keys[2].name", "keys[2].sha256"),
    }
    assert "hunter2" not in str(found)
    assert "did you mean concurrency?" in found["stores[2].concurency"]
    assert ", ".join(platforms()) in found["stores[1].platform"]
    assert all(name in found["stores[2].credentials"] for name in CREDENTIALS)


@pytest.mark.parametrize("value", [f'"{SECRET}"', '"env:"', '"env: "', "5", "true", '["env:A"]', f'"token:{SECRET}"'])
def test_a_secret_in_the_file_is_refused_and_not_repeated(load: Load, value: str) -> None:
    credentials = "{ " + ", ".join(f"{name} = {value}" for name in CREDENTIALS) + " }"

    found = mistakes(load, store(credentials=credentials))

    assert {f"stores[0].credentials.{name}" for name in CREDENTIALS} == set(found)
    assert SECRET not in str(found)


@pytest.mark.parametrize(
    "url",
    [
        *("north.example.com", "ftp://north.example.com", "https://", "https://a:b@c.example.com", "https://c.example.com/?key=1"),
        *("https://c.example.com/#top", "https://c.example.com:port", "https://c.example.com/a b", "", "https://[::1"),
    ],
)
def test_an_address_that_is_none_is_a_mistake(load: Load, url: str) -> None:
    assert {"stores[0].url"} == set(mistakes(load, store(url=f'"{url}"')))


@pytest.mark.parametrize(("url", "warned"), [("http://shop.example.com", 1), ("http://127.0.0.1:8080/shop", 0), ("http://localhost", 0)])
def test_http_beyond_this_machine_is_warned_of(load: Load, caplog: pytest.LogCaptureFixture, url: str, warned: int) -> None:
    load(store(url=f'"{url}"'))

    assert warned == sum("http" in record.message for record in caplog.records)


def test_certificates_are_looked_at_when_the_file_is_read(load: Load, tmp_path: Path) -> None:
    trustme.CA().cert_pem.write_to_path(str(tmp_path / "good.pem"))
    (tmp_path / "bad.pem").write_text("nothing")

    (found,) = load(store(ca_file='"good.pem"')).stores

    assert tmp_path / "good.pem" == found.ca_file
    assert {"stores[0].ca_file"} == set(mistakes(load, store(ca_file='"bad.pem"')))


def test_a_key_may_not_name_a_store_of_another_tenant(load: Load) -> None:
    text = store() + store(id='"south"', tenant='"birch"') + key(stores='["south"]')

    assert {"keys[0].stores[0]"} == set(mistakes(load, text))


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("", "stores"),
        ("stores = 1", "stores"),
        ("stores = [1]", "stores[0]"),
        (store() + "[shops]", "shops"),
        ("keys = 2\n" + store(), "keys"),
    ],
)
def test_a_file_of_another_shape_is_a_mistake(load: Load, text: str, place: str) -> None:
    assert place in mistakes(load, text)


def test_a_file_that_is_not_toml_is_told_with_its_line(load: Load) -> None:
    assert "line 2" in str(mistakes(load, f"[[stores]]\naccess_token = {SECRET}"))
    assert SECRET not in str(mistakes(load, f"[[stores]]\naccess_token = {SECRET}"))


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(StoresFileError, match=r"absent\.toml: there is no such file"):
        stores_file.load(tmp_path / "absent.toml", {})


@pytest.mark.parametrize("raw", [b"\xff\xfe", b'id = "\x00"'])
def test_a_file_that_is_no_text_is_told(tmp_path: Path, raw: bytes) -> None:
    path: Any = tmp_path / "stores.toml"
    path.write_bytes(raw)

    with pytest.raises(StoresFileError):
        stores_file.load(path, {})


def test_secrets_do_not_show_when_a_store_is_printed(load: Load) -> None:
    assert "secret-0" not in repr(load(store()))
