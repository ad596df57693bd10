"""The keys with which writes are sealed while they wait: those of the settings, or one that this installation made for itself.

The own one is in the data directory (`seal.key`, readable by its owner only) and made once, whoever comes first. Where the state server is
shared by machines the keys have to be given, because a worker on another machine has to open what was sealed on this one.
"""

import os
import tempfile
from pathlib import Path

from cryptography.fernet import Fernet

from gateway.settings import Settings, SettingsError

FILE = "seal.key"
SHARED = (
    "CARTOGRAPH_SECRETS has to be set where CARTOGRAPH_STATE_URL is, to the same on all machines that share it: "
    "they have to open each other's writes. `cartograph secret` prints a new one."
)


def new_secret() -> str:
    """Return a new sealing key."""
    return Fernet.generate_key().decode()


def sealing_keys(settings: Settings) -> tuple[str, ...]:
    """Return the sealing keys of this installation; raises SettingsError."""
    if settings.secrets:
        return settings.secrets
    if settings.state_url is not None:
        raise SettingsError(SHARED)
    return (_own(settings.data_dir / FILE),)


def _own(path: Path) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        # Readable by its owner only, and of a name nobody else has: in containers several processes may have one number.
        opened, name = tempfile.mkstemp(prefix=f"{path.name}.", dir=path.parent)
        fresh = Path(name)
        with open(opened, "w") as file:  # noqa: PTH123  # a number of an open file is no path
            file.write(new_secret())
        try:
            # A link is made as a whole or not at all: nobody reads half a key, and the first one stays.
            os.link(fresh, path)
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    return path.read_text().strip()
