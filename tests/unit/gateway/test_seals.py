"""Every process of an installation seals with the same keys, whoever made them."""

import asyncio
import stat
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from gateway.seals import FILE, new_secret, sealing_keys
from gateway.settings import Settings, SettingsError


def names(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


def test_keys_that_are_given_are_used_in_their_order(tmp_path: Path) -> None:
    keys = (new_secret(), new_secret())

    assert keys == sealing_keys(Settings(secrets=keys, data_dir=tmp_path))
    assert [] == names(tmp_path)


def test_an_installation_without_keys_makes_one_and_keeps_it(tmp_path: Path) -> None:
    chosen = Settings(data_dir=tmp_path / "new" / "data")
    first, second = sealing_keys(chosen), sealing_keys(chosen)

    assert first == second
    assert Fernet(first[0])


def test_the_own_key_is_readable_by_its_owner_only(tmp_path: Path) -> None:
    sealing_keys(Settings(data_dir=tmp_path))

    assert 0o600 == stat.S_IMODE((tmp_path / FILE).stat().st_mode)
    assert [FILE] == names(tmp_path)


async def test_processes_that_begin_at_once_have_one_key(tmp_path: Path) -> None:
    chosen = Settings(data_dir=tmp_path)
    found = await asyncio.gather(*(asyncio.to_thread(sealing_keys, chosen) for _ in range(16)))

    assert 1 == len(set(found))
    assert [FILE] == names(tmp_path)


def test_a_state_server_that_may_be_shared_needs_keys_that_are_given(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="CARTOGRAPH_SECRETS"):
        sealing_keys(Settings(data_dir=tmp_path, state_url="redis://state.example.com:6379/0"))


def test_keys_are_not_shown_with_the_settings() -> None:
    key = new_secret()

    assert key not in repr(Settings(secrets=(key,)))
