"""Counts of several processes in one folder, so that whoever of them is asked can answer with the sum.

Each process counts in files of its own number (`prometheus_client`'s shared values): memory that outlives it, so that what it has counted
stays when it is killed. A number is held by a lock on `<number>.process`, which the system gives back however a process ends; its successor
takes the number and counts on in the same files, so there are never more of them than processes at once. Who finds nobody else there begins
from nothing.
"""

import contextlib
import fcntl
import itertools
import os
from pathlib import Path
from typing import TextIO

from prometheus_client import values

FOLDER = "PROMETHEUS_MULTIPROC_DIR"  # the library's own name for it
DOOR = "door"


def join(folder: Path) -> int:
    """Count in files of this folder from now on, before any metric is made; return this process's number."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / DOOR).open("a") as door:
        fcntl.flock(door, fcntl.LOCK_EX)
        if not living(folder):
            for left in folder.glob("*.db"):
                left.unlink()
        number = _taken(folder)
    os.environ[FOLDER] = str(folder)
    values.ValueClass = values.MultiProcessValue(lambda: number)  # type: ignore[no-untyped-call]
    return number


def living(folder: Path) -> dict[int, int]:
    """Return the processes that count here: the id of each, by its number."""
    found: dict[int, int] = {}
    for path in sorted(folder.glob("*.process")):
        with contextlib.suppress(ValueError), path.open() as file:
            if not _lock(file, fcntl.LOCK_SH):
                found[int(path.stem)] = int(file.read())
    return found


def _taken(folder: Path) -> int:
    """Take the lowest number that is free, and keep it for the life of this process."""
    for number in itertools.count():
        file = (folder / f"{number}.process").open("a+")
        if _lock(file, fcntl.LOCK_EX):
            file.truncate(0)
            file.write(str(os.getpid()))
            file.flush()
            _HELD.append(file)
            return number
        file.close()
    raise AssertionError  # numbers don't run out


def _lock(file: TextIO, how: int) -> bool:
    try:
        fcntl.flock(file, how | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


_HELD: list[TextIO] = []
