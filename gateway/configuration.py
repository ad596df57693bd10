"""What a generation of the gateway serves by: settings and stores, read and checked together, and handed on to processes as a line."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import TypeAdapter

from gateway import settings, stores_file, telemetry
from gateway.auth import is_loopback
from gateway.settings import Settings, SettingsError
from gateway.stores_file import Loaded, StoresFileError

KEYLESS = (
    "There is no API key in {stores}, so the gateway may listen to its own machine only, not to {host}: "
    "add a [[keys]] table (`cartograph keys new` prints one), or leave --host out."
)
ONE_PROCESS = "This system can't hand a port on from one process to another, so one process has to do: leave --workers out."


class RefusedToServeError(Exception):
    """The gateway must not be served like this; the sentence says what to do."""


MISTAKES = (SettingsError, StoresFileError, RefusedToServeError)


@dataclass(frozen=True, slots=True)
class Configuration:
    """Settings, and what the stores file says."""

    settings: Settings
    loaded: Loaded

    def line(self) -> bytes:
        """Return the whole as one line. It has credentials in it: it goes through a pipe and nowhere else."""
        return _ADAPTER.dump_json(self) + b"\n"

    @classmethod
    def of(cls, line: bytes) -> "Configuration":
        """Return what a line says."""
        return _ADAPTER.validate_json(line)


_ADAPTER = TypeAdapter(Configuration)


def first(options: Mapping[str, Any]) -> Configuration:
    """Return the configuration a program begins with, its log set up by it; raises one of MISTAKES. `options` win over the environment."""
    chosen = settings.load(**options)
    telemetry.configure(chosen.log_level, chosen.log_format)
    return _checked(chosen)


def renewed(options: Mapping[str, Any], current: Configuration) -> Configuration:
    """Return the configuration as it stands in the files now; raises one of MISTAKES, and has changed nothing then.

    The address stays what it is: the port is taken, and held.
    """
    held = {name: getattr(current.settings, name) for name in ("host", "port")}
    found = _checked(settings.load(**options).model_copy(update=held))
    telemetry.configure(found.settings.log_level, found.settings.log_format)
    return found


def _checked(chosen: Settings) -> Configuration:
    loaded = stores_file.load(chosen.stores, settings.environment())
    if not loaded.keys and not is_loopback(chosen.host):
        raise RefusedToServeError(KEYLESS.format(stores=chosen.stores, host=chosen.host))
    if chosen.workers > 1 and os.name != "posix":
        raise RefusedToServeError(ONE_PROCESS)
    return Configuration(settings=chosen, loaded=loaded)
