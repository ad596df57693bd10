"""A client that closes its connection: what was done for it alone ends at once, what others wait for goes on. Over real connections."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field

import httpx
import pytest
import pytest_asyncio
from redis.asyncio import Redis

from gateway import server
from gateway.app import make_app
from gateway.auth import Door
from gateway.engine import EngineSettings, connect, engine
from schema.keys import Key, Kind
from tests.support.fakes import Mall, Read, fake_platforms, fake_schema, mall, until

SOON = 0.1  # seconds
OTHERWISE = "{ orders(first: 5) { nodes { id } } }"  # another question, for the same page of the same list
ORDERS = "{ orders(first: 5) { nodes { number } sources { state } } }"


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def fast(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Redis]:
    async with engine(EngineSettings(data_dir=tmp_path_factory.mktemp("fast"))) as endpoints:
        client = connect(endpoints.fast)
        yield client
        await client.aclose()


@pytest.fixture(autouse=True)
def no_real_platforms() -> Iterator[None]:
    with fake_platforms():
        fake_schema()
        yield


@dataclass(slots=True)
class Store:
    """What a slow store sees of being asked: how often it began to answer, and how many of its callers went away meanwhile."""

    open: asyncio.Event = field(default_factory=asyncio.Event)
    begun: int = 0
    left: int = 0

    async def before(self, _: Read) -> None:
        self.begun += 1
        try:
            await self.open.wait()
        except asyncio.CancelledError:
            self.left += 1
            raise


@pytest.fixture
def made(fast: Redis) -> Mall:
    made = mall(fast, ["north"])
    made.shops["north"].orders(*range(3))
    return made


@pytest.fixture
def store(made: Mall) -> Store:
    """Let the store be slow: it answers when it is opened."""
    store = Store()
    made.shops["north"].before = store.before
    return store


@pytest_asyncio.fixture
async def address(made: Mall) -> AsyncIterator[str]:
    async with serving(made) as found:
        yield found


@contextlib.asynccontextmanager
async def serving(made: Mall) -> AsyncIterator[str]:
    app = make_app(schema=fake_schema(), door=Door(()), open_context=made.context, roles={}, stores=())
    taken = server.listen("127.0.0.1", 0)
    address = server.address(taken)
    async with server.serving(app, taken, server.Stopping()):
        yield address


async def asking(address: str, query: str) -> asyncio.StreamWriter:
    """Send a query, and don't wait for the answer; closing what is returned hangs up."""
    _, writer = await asyncio.open_connection("127.0.0.1", int(address.rpartition(":")[2]))
    body = json.dumps({"query": query})
    writer.write(
        f"POST /graphql HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n{body}".encode()
    )
    return writer


async def soon(store: Store, left: int) -> None:
    """Wait until so many of the store's callers are gone; no longer than is promised."""
    async with asyncio.timeout(SOON):
        await until(lambda: store.left >= left)


def order(made: Mall) -> str:
    """Return a query for one order, which is asked for by id, over a loader."""
    row = made.shops["north"].rows[0]
    return f'{{ node(id: "{Key(Kind.ORDER, "north", row.key_id).encode()}") {{ id ... on Order {{ number }} }} }}'


@pytest.mark.parametrize("abruptly", [False, True], ids=["closes", "breaks off"])
@pytest.mark.parametrize("by_id", [False, True], ids=["list", "node"])
async def test_what_is_fetched_for_one_client_alone_ends_when_he_hangs_up(
    made: Mall, store: Store, address: str, *, by_id: bool, abruptly: bool
) -> None:
    connection = await asking(address, order(made) if by_id else ORDERS)
    await until(lambda: store.begun == 1)
    if abruptly:
        connection.transport.abort()
    else:
        connection.close()
    await soon(store, 1)

    assert (1, 1) == (store.begun, store.left)


async def test_what_others_wait_for_goes_on_when_one_hangs_up(made: Mall, store: Store, address: str) -> None:
    leaving = await asking(address, OTHERWISE)
    await until(lambda: store.begun == 1)
    async with httpx.AsyncClient(base_url=address) as client:
        staying = asyncio.create_task(client.post("/graphql", json={"query": ORDERS}))
        await until(lambda: [2] == [flight.aboard for flight in made.core._cache._landings.values()])
        leaving.close()
        await until(lambda: [1] == [flight.aboard for flight in made.core._cache._landings.values()])
        store.open.set()
        answer = (await staying).json()

    assert (1, 0) == (store.begun, store.left)
    assert 3 == len(answer["data"]["orders"]["nodes"])


async def test_who_asks_after_a_hang_up_does_not_wait_for_what_was_broken_off(made: Mall, store: Store, address: str, fast: Redis) -> None:
    """Neither in this process nor in another: the locks of what was broken off are given back."""
    connection = await asking(address, ORDERS)
    await until(lambda: store.begun == 1)
    connection.close()
    await soon(store, 1)
    store.open.set()
    async with asyncio.timeout(1), serving(made.another(fast)) as other, httpx.AsyncClient() as client:
        answers = [(await client.post(f"{each}/graphql", json={"query": ORDERS})).json() for each in (other, address)]

    assert [3, 3] == [len(answer["data"]["orders"]["nodes"]) for answer in answers]
    assert ["LIVE"] == [source["state"] for source in answers[0]["data"]["orders"]["sources"]]


async def test_a_client_that_goes_after_the_answer_disturbs_nothing(made: Mall, address: str, caplog: pytest.LogCaptureFixture) -> None:
    async with httpx.AsyncClient(base_url=address) as client:
        answered = await client.post("/graphql", json={"query": ORDERS})

    assert 200 == answered.status_code
    assert [] == [record.message for record in caplog.records if "hung up" in record.message]
