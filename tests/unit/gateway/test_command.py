"""The command line: what each subcommand prints, and its exit status."""

import re
import socket
import tomllib
from pathlib import Path

import pytest
from graphql import build_schema

from adapters.kit.registry import names, platforms
from gateway.__main__ import main
from gateway.auth import digest
from gateway.stores_rows import KeyRow
from schema.keys import Kind

Capture = pytest.CaptureFixture[str]


def test_the_schema_is_printed_as_graphql(capsys: Capture) -> None:
    status = main(["schema"])

    printed = capsys.readouterr().out
    assert 0 == status
    assert "Order" in build_schema(printed).type_map
    assert printed.endswith("}\n")


def test_the_platforms_are_shown_with_every_kind_and_note(capsys: Capture) -> None:
    status = main(["platforms"])

    printed = capsys.readouterr().out
    assert 0 == status
    assert all(platform.manifest.title in printed for platform in platforms().values())
    assert all(kind.value in printed for kind in Kind)
    assert all(fact.note in printed for platform in platforms().values() for fact in platform.manifest.kinds.values() if fact.note)


def test_a_new_key_fits_the_lines_printed_with_it(capsys: Capture) -> None:
    status = main(["keys", "new", "--name", "analytics", "--tenants", "acme, birch", "--roles", "read,support"])

    printed = capsys.readouterr().out
    (key,) = re.findall(r"^cgk_[\w-]{43}$", printed, re.MULTILINE)
    (row,) = tomllib.loads(printed[printed.index("[[keys]]") :])["keys"]
    assert 0 == status
    assert KeyRow(name="analytics", sha256=digest(key), tenants=["acme", "birch"], roles=["read", "support"]) == KeyRow(**row)


def test_two_new_keys_differ(capsys: Capture) -> None:
    main(["keys", "new"])
    main(["keys", "new"])

    assert 2 == len(set(re.findall(r"^cgk_.*$", capsys.readouterr().out, re.MULTILINE)))


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (["keys", "new", "--roles", "king"], "--roles"),
        (["keys", "new", "--tenants", "A b"], "--tenants"),
        (["keys", "new", "--name", 'a"b'], "--name"),
        (["sandbox", "nowhere"], ", ".join(names())),
        (["sandbox", names()[0], "--tls-cert", "absent.pem"], "belong together"),
        (["sandbox", names()[0], "--tls-cert", "absent.pem", "--tls-key", "absent.key"], "absent.pem"),
    ],
)
def test_what_is_asked_wrongly_is_told(capsys: Capture, arguments: list[str], word: str) -> None:
    status = main(arguments)

    assert 2 == status
    assert word in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [[], ["serv"], ["serve", "--port", "high"], ["serve", "--port", "70000"], ["keys"]])
def test_what_is_no_command_is_told(capsys: Capture, arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(arguments)

    assert 2 == caught.value.code
    assert "usage: cartograph" in capsys.readouterr().err


def stores_file(folder: Path, *, keys: str = "") -> str:
    platform = next(iter(platforms().values())).manifest
    references = ", ".join(f'{name} = "env:ABSENT"' for name in platform.credentials[0])
    text = f'[[stores]]\nid = "north"\ntenant = "acme"\nplatform = "{platform.name}"\nurl = "https://north.example.com"\n'
    (folder / "stores.toml").write_text(f"{text}credentials = {{ {references} }}\n{keys}")
    return str(folder / "stores.toml")


@pytest.mark.usefixtures("no_environment", "kept_log")
def test_serving_nothing_says_what_to_write(capsys: Capture) -> None:
    assert 1 == main(["serve"])
    assert "stores.toml: there is no such file" in capsys.readouterr().err


@pytest.mark.usefixtures("kept_log")
def test_serving_with_wrong_settings_names_them(capsys: Capture, no_environment: pytest.MonkeyPatch) -> None:
    no_environment.setenv("CARTOGRAPH_LOG_LEVEL", "loud")

    assert 1 == main(["serve"])
    assert "CARTOGRAPH_LOG_LEVEL has to be debug, info, warning or error.\n" == capsys.readouterr().err


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "203.0.113.7", "gateway.example.com"])
@pytest.mark.usefixtures("no_environment", "kept_log")
def test_without_keys_other_machines_are_not_listened_to(capsys: Capture, tmp_path: Path, host: str) -> None:
    assert 1 == main(["serve", "--stores", stores_file(tmp_path), "--host", host])
    assert "There is no API key" in capsys.readouterr().err


@pytest.mark.parametrize("command", [["serve"], ["serve", "--workers", "2"], ["demo"], ["sandbox", names()[0]]])
@pytest.mark.usefixtures("no_environment", "kept_log")
def test_a_port_in_use_is_told_before_anything_starts(capsys: Capture, tmp_path: Path, command: list[str]) -> None:
    stores_file(tmp_path)
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        status = main([*command, "--port", str(port)])

    assert 1 == status
    assert f"Port {port} is in use; stop what listens there or pass --port." in capsys.readouterr().err


@pytest.mark.usefixtures("no_environment", "kept_log")
def test_an_address_that_is_not_ours_is_told(capsys: Capture, tmp_path: Path) -> None:
    keys = f'[[keys]]\nname = "a"\nsha256 = "{"0" * 64}"\ntenants = ["*"]\n'

    assert 1 == main(["serve", "--stores", stores_file(tmp_path, keys=keys), "--host", "203.0.113.7"])
    assert "pass --host with one of this machine's" in capsys.readouterr().err
