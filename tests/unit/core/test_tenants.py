"""Whoever asks, in whatever way: no byte of a store that does not exist for him comes back.

All stores have the same ids and hang together in the same way; every text in a row, and every failure, bears the mark of its store.
"""

import base64
import binascii
import re
from collections.abc import Iterable
from typing import Any

import orjson
from hypothesis import given, settings
from hypothesis import strategies as st
from redis.asyncio import Redis

from resolvers.codec import PART_TYPES
from resolvers.principal import Principal, Role
from schema.errors import Category
from schema.keys import Key, Kind, store_id
from tests.support.fakes import Mall, Shop, entity, fake_schema, mall, marker

STORES = ("centre", "eastern", "northern", "southern", "western")
TENANTS = ("acme", "birch", "cedar")
READ = frozenset({Role.READ})

SINGLES = ("order", "product", "variant", "customer", "inventoryLevel", "location", "shipment", "refund")
SYNC = "id store { id name tenant url } sync { source }"
LINE = "title sku metadata refundedQuantity product { id title } variant { id title }"
ORDER = f"{SYNC} number note tags metadata contact {{ email }} customer {{ id email }} lines {{ {LINE} }} extras {{ platform }}"
PRODUCT = f"{SYNC} title variants {{ id title }}"
VARIANT = f"{SYNC} title product {{ id title }} inventoryLevels {{ id location {{ name }} }}"
CUSTOMER = (
    f"{SYNC} email orders(first: 5) {{ nodes {{ id note customer {{ id }} }} pageInfo {{ endCursor }} sources {{ store {{ name }} }} }}"
)
LEVEL = f"{SYNC} location {{ id name }} variant {{ id title }}"
LINKED = f"{SYNC} order {{ id note shipments {{ id }} refunds {{ id note }} }}"
FIELDS = {
    "orders": ORDER,
    "products": PRODUCT,
    "variants": VARIANT,
    "customers": CUSTOMER,
    "inventoryLevels": LEVEL,
    "locations": f"{SYNC} name address {{ city }}",
    "shipments": f"{LINKED} name location {{ name }}",
    "refunds": f"{LINKED} note",
}
PAGE = "pageInfo { startCursor endCursor } edges { cursor } sources { store { name tenant } state message }"
LISTS = " ".join(f"{name}(first: 2 ARGUMENTS) {{ nodes {{ {fields} }} {PAGE} }}" for name, fields in FIELDS.items())
FOREIGN = (
    "{{ stores {{ name }} store(id: {store}) {{ name tenant url }} nodes(ids: {ids}) {{ id ...on Order {{ note customer {{ email }} }} }} "
    "{singles} "
    "orders(filter: {{ids: {orders}}}) {{ nodes {{ note }} {page} }} "
    "refunds(filter: {{orders: {orders}}}) {{ nodes {{ note }} }} "
    "mine: orders(filter: {{customer: {customer}}}) {{ nodes {{ note }} {page} }} }}"
)

PRINCIPALS = st.builds(
    Principal,
    name=st.just("someone"),
    tenants=st.none() | st.frozensets(st.sampled_from(TENANTS)),
    roles=st.just(READ),
    stores=st.none() | st.frozensets(st.sampled_from(STORES)),
)


def filled(fast: Redis, owners: dict[str, str]) -> Mall:
    made = mall(fast, STORES, tenants=owners)
    for shop in made.shops.values():
        fill(shop)
    return made


def fill(shop: Shop) -> None:
    """Give a store a few rows of each kind and everything that hangs below them."""
    for kind in Kind:
        for key_id in "12":
            shop.add(kind, key_id)
    for part, shape in PART_TYPES.items():
        shop.parts[part, "1"] = [row for row in shop.rows if type(row) is shape]
    shop.parts["lines", "1"] = shop.parts["lines", "2"] = [entity(PART_TYPES["lines"], shop.config.name, "1")]


def asking(made: Mall, principal: Principal) -> Principal:
    """Return the principal with its tenants named as this mall names them."""
    batch = made.core.stores[STORES[0]].tenant.rpartition("-")[2]
    tenants = None if principal.tenants is None else frozenset(f"{each}-{batch}" for each in principal.tenants)
    return Principal(principal.name, tenants, principal.roles, principal.stores)


def readable(answer: Any) -> str:
    """Return all an answer says, what is packed in ids and cursors unpacked."""
    errors = [[error.message, error.extensions] for error in answer.errors or ()]
    text = orjson.dumps([answer.data, errors], default=str).decode()
    return "\n".join([text, *unpacked(text)])


def unpacked(text: str) -> Iterable[str]:
    for word in re.findall(r"[\w-]{8,}", text):
        try:
            yield base64.urlsafe_b64decode(word + "=" * (-len(word) % 4)).decode()
        except (binascii.Error, UnicodeError):
            continue


def leaks(made: Mall, principal: Principal, answer: Any, sent: Iterable[str] = ()) -> list[str]:
    """Return the foreign stores of which an answer tells more than the caller named himself."""
    text = readable(answer)
    named = set(sent)
    foreign = [store for store in made.core.stores.values() if not principal.sees(store)]
    tenants = {store.tenant for store in made.core.stores.values() if principal.sees(store)}
    return [
        store.name
        for store in foreign
        if marker(store.name) in text
        or (store.name in text and store.name not in named)
        or (store.tenant in text and store.tenant not in tenants)
    ]


def foreign_query(store: str) -> str:
    """Return a query that asks for one store in all ways there are."""
    keys = {kind: orjson.dumps(Key(kind, store, "1").encode()).decode() for kind in Kind}
    kinds = (Kind.ORDER, Kind.PRODUCT, Kind.VARIANT, Kind.CUSTOMER, Kind.INVENTORY_LEVEL, Kind.LOCATION, Kind.SHIPMENT, Kind.REFUND)
    return FOREIGN.format(
        store=f'"{store}"',
        ids=f'[{",".join(keys.values())}, "{store_id(store)}"]',
        singles=" ".join(f"{name}(id: {keys[kind]}) {{ {SYNC} }}" for name, kind in zip(SINGLES, kinds, strict=True)),
        orders=f"[{keys[Kind.ORDER]}]",
        customer=keys[Kind.CUSTOMER],
        page=PAGE,
    )


@settings(max_examples=20, deadline=None)
@given(
    owners=st.fixed_dictionaries({name: st.sampled_from(TENANTS) for name in STORES}),
    askers=st.lists(PRINCIPALS, min_size=1, max_size=3),
    store=st.sampled_from(STORES),
    failing=st.none() | st.sampled_from(STORES),
)
async def test_no_byte_of_a_foreign_store_comes_back(
    fast: Redis, owners: dict[str, str], askers: list[Principal], store: str, failing: str | None
) -> None:
    """The cache is warm from others, and each asker goes on from the cursor of the one before."""
    made = filled(fast, owners)
    if failing is not None:
        made.shops[failing].fail(category=Category.QUOTA, message=marker(failing))
    everything = f"{{ stores {{ id name tenant url }} {LISTS} }}"
    cursor: str | None = None
    for asker in askers:
        principal = asking(made, asker)
        answer = await made.ask(everything.replace("ARGUMENTS", ""), principal)
        assert [] == leaks(made, principal, answer)
        assert [] == leaks(made, principal, await made.ask(foreign_query(store), principal), [store])
        chosen = await made.ask(everything.replace("ARGUMENTS", f'stores: ["{store}"]'), principal)
        assert [] == leaks(made, principal, chosen, [store])
        if cursor is not None:
            sent = [name for name in STORES if any(name in text for text in unpacked(cursor))]
            later = await made.ask(f'{{ orders(first: 3, after: "{cursor}") {{ nodes {{ {ORDER} }} {PAGE} }} }}', principal)
            assert [] == leaks(made, principal, later, sent)
        cursor = (await made.page(first=1, principal=principal)).page_info.end_cursor


async def test_the_test_finds_what_it_looks_for(fast: Redis) -> None:
    """An answer with rows of all stores is full of what a principal of one of them may not see."""
    made = filled(fast, dict(zip(STORES, TENANTS, strict=False)) | {"southern": "acme", "western": "birch"})
    principal = asking(made, Principal("someone", frozenset({"acme"}), READ))
    answer = await made.ask(f"{{ stores {{ id name tenant url }} {LISTS} }}".replace("ARGUMENTS", ""))

    assert answer.errors is None
    assert ["eastern", "northern", "western"] == leaks(made, principal, answer)
    for name in FIELDS:
        assert len(answer.data[name]["nodes"]) == 2


async def test_a_foreign_store_is_answered_exactly_as_one_there_is_not(fast: Redis) -> None:
    made = filled(fast, dict.fromkeys(STORES, "acme") | {"western": "birch"})
    principal = asking(made, Principal("someone", frozenset({"acme"}), READ))
    answers = []
    for store in ("western", "nowhere"):
        asked = await made.ask(foreign_query(store), principal)
        chosen = await made.ask(f'{{ orders(stores: ["{store}"]) {{ nodes {{ id }} }} }}', principal)
        texts = [str(asked.data), *(error.message for each in (asked, chosen) for error in each.errors or ())]
        # A cursor holds a digest of what was asked for.
        answers.append([re.sub("'endCursor': '[^']+'", "", text.replace(store, "STORE")) for text in texts])

    assert answers[0] == answers[1]
    assert [] == made.shops["western"].reads


async def test_links_of_a_row_stay_in_its_store(fast: Redis) -> None:
    made = filled(fast, dict.fromkeys(STORES, "acme"))
    answer = await made.ask("{ orders(first: 10) { nodes { store { name } customer { email store { name } } } } }")

    for row in answer.data["orders"]["nodes"]:
        assert row["store"] == row["customer"]["store"]
        assert marker(row["store"]["name"]) == row["customer"]["email"]


async def test_stores_of_two_tenants_share_no_key_in_the_cache(fast: Redis) -> None:
    made = filled(fast, dict(zip(STORES, (*TENANTS, *TENANTS), strict=False)))
    await made.page(first=3)
    batch = made.core.stores[STORES[0]].tenant.rpartition("-")[2]
    scopes = {store.scope for store in made.core.stores.values()}
    keys = [key.decode() async for key in fast.scan_iter(f"*-{batch}/*")]

    assert keys
    assert scopes == {key.split("{")[1].split("}")[0] for key in keys}


def test_the_schema_has_no_root_this_test_does_not_ask() -> None:
    roots = set(fake_schema()._schema.query_type.fields)  # type: ignore[union-attr]
    of_writes = {"receipt", "receipts", "holds"}  # asked in tests/unit/writes/test_tenants_of_writes.py, as are all mutations

    assert roots == {*SINGLES, *FIELDS, "node", "nodes", "store", "stores", "platforms"} | of_writes
