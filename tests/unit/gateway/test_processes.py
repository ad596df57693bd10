"""Several serving processes: what they are told, when they are replaced, and one that never comes to serve."""

import socket
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from adapters.kit.stores import StoreConfig
from gateway import processes
from gateway.auth import ApiKey
from gateway.configuration import Configuration
from gateway.processes import ProcessError, pause_after, serve_from_processes
from gateway.server import Stopping
from gateway.settings import Settings
from gateway.stores_file import Loaded
from resolvers.principal import Principal, Role

STORE = StoreConfig("north", "acme", "some", "https://north.example.com", {"token": "of-the-tests"}, Path("/ca.pem"), 4, "none")
KEYS = (
    ApiKey("0" * 64, Principal("everything", None, frozenset({Role.READ, Role.WRITE}))),
    ApiKey("1" * 64, Principal("little", frozenset({"acme"}), frozenset({Role.SUPPORT}), frozenset({"north"}))),
)


def test_a_process_reads_what_it_was_given_whatever_stands_in_its_environment(no_environment: pytest.MonkeyPatch) -> None:
    settings = Settings(port=0, data_dir=Path("/data"), secrets=(Fernet.generate_key().decode(),), workers=3)
    given = Configuration(settings, Loaded((STORE,), KEYS))
    no_environment.setenv("CARTOGRAPH_STATE_URL", "redis://other.example.com")
    no_environment.setenv("CARTOGRAPH_WORKERS", "4")
    Path(".env").write_text("CARTOGRAPH_MAX_AGE=1\n")
    line = given.line()

    assert 1 == line.count(b"\n")
    assert given == Configuration.of(line)


def test_what_dies_again_and_again_is_replaced_more_and_more_slowly() -> None:
    assert [0.0, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 30.0, 30.0] == [pause_after(lives) for lives in range(9)]


async def test_a_set_of_processes_that_never_serves_ends_with_their_own_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(processes, "MODULE", "gateway.no_such_program")
    ready: list[bool] = []
    configuration = Configuration(Settings(workers=2, data_dir=tmp_path), Loaded((STORE,), KEYS))
    with socket.create_server(("127.0.0.1", 0)) as taken:
        serving = serve_from_processes(taken, Stopping(), configuration, lambda: ready.append(True))
        with pytest.raises(ProcessError, match="what it said stands above"):
            await serving

    assert [] == ready
    assert "No module named gateway.no_such_program" in capfd.readouterr().err
