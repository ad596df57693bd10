"""Settings: where they come from, and the sentence for each mistake."""

from pathlib import Path

import pytest

from gateway import settings
from gateway.settings import SettingsError

WRONG = {
    "CARTOGRAPH_PORT": "eighty",
    "CARTOGRAPH_WORKERS": "0",
    "CARTOGRAPH_STATE_URL": "http://:hunter2@state.example.com",
    "CARTOGRAPH_FAST_URL": "fast.example.com",
    "CARTOGRAPH_ALLOW_UNSAFE_STATE": "perhaps",
    "CARTOGRAPH_FAST_MEGABYTES": "1",
    "CARTOGRAPH_LOG_LEVEL": "loud",
    "CARTOGRAPH_LOG_FORMAT": "xml",
    "CARTOGRAPH_METRICS": "secret",
    "CARTOGRAPH_MAX_AGE": "-1",
    "CARTOGRAPH_DEADLINE_MS": "5",
}


def test_without_any_variable_the_defaults_hold(no_environment: pytest.MonkeyPatch) -> None:
    found = settings.load()

    assert ("127.0.0.1", 8000, Path(".data"), None, None, False) == (
        found.host,
        found.port,
        found.data_dir,
        found.state_url,
        found.fast_url,
        found.allow_unsafe_state,
    )
    assert (256, Path("stores.toml"), "info", 30, 10_000) == (
        found.fast_megabytes,
        found.stores,
        found.log_level,
        found.max_age,
        found.deadline_ms,
    )


def test_an_option_wins_over_a_variable_and_a_variable_over_the_file(no_environment: pytest.MonkeyPatch) -> None:
    Path(".env").write_text("CARTOGRAPH_HOST=file.example.com\nCARTOGRAPH_PORT=1\nCARTOGRAPH_MAX_AGE=1\nOTHER=1\n")
    no_environment.setenv("CARTOGRAPH_PORT", "2")
    no_environment.setenv("CARTOGRAPH_MAX_AGE", "2")

    found = settings.load(max_age=3, host=None)

    assert ("file.example.com", 2, 3) == (found.host, found.port, found.max_age)


def test_an_empty_variable_is_as_good_as_none(no_environment: pytest.MonkeyPatch) -> None:
    no_environment.setenv("CARTOGRAPH_STATE_URL", "")

    assert settings.load().state_url is None


@pytest.mark.parametrize("url", ["redis://127.0.0.1:6379/0", "rediss://user:password@state.example.com", "unix:///run/valkey.sock"])
def test_an_address_of_a_server_is_taken(no_environment: pytest.MonkeyPatch, url: str) -> None:
    no_environment.setenv("CARTOGRAPH_STATE_URL", url)

    assert url == settings.load().state_url


def test_all_mistakes_are_told_at_once_with_their_variables(no_environment: pytest.MonkeyPatch) -> None:
    for name, value in WRONG.items():
        no_environment.setenv(name, value)

    with pytest.raises(SettingsError) as caught:
        settings.load()

    lines = str(caught.value).splitlines()
    assert sorted(WRONG) == sorted(line.split(" has to be ")[0] for line in lines)


def test_a_mistake_does_not_repeat_the_value(no_environment: pytest.MonkeyPatch) -> None:
    no_environment.setenv("CARTOGRAPH_STATE_URL", WRONG["CARTOGRAPH_STATE_URL"])

    with pytest.raises(SettingsError) as caught:
        settings.load()

    assert "hunter2" not in str(caught.value)
    assert caught.value.__cause__ is caught.value.__context__ is None


def test_credentials_may_stand_in_the_file_too(no_environment: pytest.MonkeyPatch) -> None:
    Path(".env").write_text("NORTH_TOKEN=from-file\nSOUTH_TOKEN=from-file\n")
    no_environment.setenv("SOUTH_TOKEN", "from-process")

    found = settings.environment()

    assert ("from-file", "from-process") == (found["NORTH_TOKEN"], found["SOUTH_TOKEN"])
