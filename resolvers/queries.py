"""The roots of a query: one by id, and a connection, for every kind; platforms, stores and nodes beside them."""

import asyncio
from collections.abc import Callable, Mapping
from typing import Annotated, Any, Optional

import strawberry
from graphql import Undefined

from adapters.kit.registry import platforms
from resolvers.catalogue import platform_type
from resolvers.context import RequestContext
from resolvers.writes.wishes import RefusedError
from schema import filters, paging
from schema.context import ASKED
from schema.customers import Customer
from schema.entity import Entity
from schema.errors import Code, InputError
from schema.inventory import InventoryLevel, Location
from schema.keys import STORE_KIND, Key, Kind, camel, decode_store, unpack
from schema.orders import Order
from schema.paging import Connection, OnStoreFailure
from schema.products import Product, ProductVariant
from schema.receipts import RECEIPT_KIND, Hold, Receipt, ReceiptConnection, ReceiptFilter
from schema.refunds import Refund
from schema.shipments import Shipment
from schema.stores import Node, Platform, Store

Info = strawberry.Info[RequestContext, None]

MOST_NODES = 250
BY_ORDER = "ORDER_CREATED_AT_DESC"

FIRST = Annotated[int | None, strawberry.argument(description="How many rows, from 1 to 250; 50 when left out.")]
AFTER = Annotated[str | None, strawberry.argument(description="Go on behind this cursor.")]
LAST = Annotated[int | None, strawberry.argument(description="How many rows before `before`, or of the list's end.")]
BEFORE = Annotated[str | None, strawberry.argument(description="Go back from this cursor.")]
STORES = Annotated[list[strawberry.ID] | None, strawberry.argument(description="Only these stores, by id or short name.")]
PLATFORMS = Annotated[list[strawberry.ID] | None, strawberry.argument(description="Only stores on these platforms.")]
MAX_AGE = Annotated[
    int | None, strawberry.argument(description="How old rows may be, in seconds; 0 reads anew. Links followed from here are as fresh.")
]
ON_FAILURE = Annotated[
    OnStoreFailure | None,
    strawberry.argument(
        description="What to do when a store can't answer. When this is left out, a store whose limit is used up gives what is known of it "
        "(STALE), and any other that fails is left out (OMIT)."
    ),
]
DEADLINE = Annotated[int | None, strawberry.argument(description="Answer within this time, in milliseconds, with what is there by then.")]
# The arguments of a connection that mean the same to GraphQL and to us.
PLAIN_ARGUMENTS = {
    camel(name): name
    for name in ("first", "after", "last", "before", "stores", "platforms", "sort", "max_age", "on_store_failure", "deadline_ms")
}
ID = Annotated[strawberry.ID, strawberry.argument(description="Global id.")]


def one(kind: Kind, shape: type[Entity], description: str) -> Any:
    """Make the field that reads one entity by id."""

    async def resolve(info: Info, id: strawberry.ID, max_age: int | None = None) -> Any:  # noqa: A002
        info.context.tighten({"max_age": max_age})
        return await info.context.one(Key.decode(id, kind))

    def asked(context: RequestContext, arguments: Mapping[str, Any]) -> Any:
        context.tighten({"max_age": arguments.get("maxAge")})
        return context.one_at_hand(Key.decode(arguments["id"], kind))

    resolve.__annotations__ |= {"id": ID, "max_age": MAX_AGE, "return": Optional[shape]}  # noqa: UP045
    return strawberry.field(resolver=resolve, description=description, metadata={ASKED: asked})


def many(kind: Kind, shape: type[Entity], wanted: type, sort: Any, default: str, description: str) -> Any:
    """Make the connection field of a kind."""

    async def resolve(
        info: Info,
        first: int | None = None,
        after: str | None = None,
        last: int | None = None,
        before: str | None = None,
        stores: list[strawberry.ID] | None = None,
        platforms: list[strawberry.ID] | None = None,
        filter: Any = None,  # noqa: A002
        sort: Any = sort[default],
        max_age: int | None = None,
        on_store_failure: OnStoreFailure | None = None,
        deadline_ms: int | None = None,
    ) -> Any:
        arguments = {
            "first": first,
            "after": after,
            "last": last,
            "before": before,
            "stores": stores,
            "platforms": platforms,
            "filter": filter,
            "sort": sort,
            "max_age": max_age,
            "on_store_failure": on_store_failure,
            "deadline_ms": deadline_ms,
        }
        return await info.context.connection(kind, arguments)

    def asked(context: RequestContext, arguments: Mapping[str, Any]) -> Any:
        if arguments.get("filter") is not None:
            return Undefined
        return context.connection(kind, {snake: arguments.get(name) for name, snake in PLAIN_ARGUMENTS.items()})

    resolve.__annotations__ |= {
        "first": FIRST,
        "after": AFTER,
        "last": LAST,
        "before": BEFORE,
        "stores": STORES,
        "platforms": PLATFORMS,
        "filter": Annotated[Optional[wanted], strawberry.argument(description="Which rows.")],  # noqa: UP045
        "sort": Annotated[sort, strawberry.argument(description="In which order.")],
        "max_age": MAX_AGE,
        "on_store_failure": ON_FAILURE,
        "deadline_ms": DEADLINE,
        "return": Connection[shape],  # type: ignore[valid-type]
    }
    return strawberry.field(resolver=resolve, description=description, metadata={ASKED: asked})


def _at_hand(context: RequestContext, text: str) -> Any:
    """Return an entity where nothing has to be waited for, else `Undefined`."""
    return Undefined if unpack(text)[0] in {STORE_KIND, RECEIPT_KIND} else context.one_at_hand(Key.decode(text))


async def _node(context: RequestContext, text: str) -> Node | None:
    if unpack(text)[0] == STORE_KIND:
        name = decode_store(text)
        return context.store(name) if name in context.visible else None
    if unpack(text)[0] == RECEIPT_KIND:
        return await _receipt(context, text)
    found: Node | None = await context.one(Key.decode(text))
    return found


async def _receipt(context: RequestContext, text: str) -> Receipt | None:
    try:
        name = context.writes.tending.named(context.principal, text)
    except RefusedError as error:
        if error.code == Code.ID_INVALID:
            raise InputError(Code.ID_INVALID, error.message) from None
        return None
    return (await context.writes.receipts.read([name]))[0]


def _roots() -> dict[str, Callable[..., Any]]:
    """Return the fields that every kind has, by name."""
    table: tuple[tuple[str, str, Kind, type[Entity], type, Any, str, str], ...] = (
        ("order", "orders", Kind.ORDER, Order, filters.OrderFilter, paging.OrderSort, "CREATED_AT_DESC", "order"),
        ("product", "products", Kind.PRODUCT, Product, filters.ProductFilter, paging.ProductSort, "UPDATED_AT_DESC", "product"),
        ("variant", "variants", Kind.VARIANT, ProductVariant, filters.VariantFilter, paging.VariantSort, "UPDATED_AT_DESC", "variant"),
        ("customer", "customers", Kind.CUSTOMER, Customer, filters.CustomerFilter, paging.CustomerSort, "CREATED_AT_DESC", "customer"),
        (
            "inventory_level", "inventory_levels", Kind.INVENTORY_LEVEL, InventoryLevel, filters.InventoryLevelFilter,
            paging.InventoryLevelSort, "ID_ASC", "stock level",
        ),
        ("location", "locations", Kind.LOCATION, Location, filters.LocationFilter, paging.LocationSort, "NAME_ASC", "location"),
        ("shipment", "shipments", Kind.SHIPMENT, Shipment, filters.ShipmentFilter, paging.ShipmentSort, BY_ORDER, "shipment"),
        ("refund", "refunds", Kind.REFUND, Refund, filters.RefundFilter, paging.RefundSort, BY_ORDER, "refund"),
    )  # fmt: skip
    fields: dict[str, Any] = {}
    for single, plural, kind, shape, wanted, sort, default, word in table:
        fields[single] = one(kind, shape, f"One {word} by id; null when there is none.")
        fields[plural] = many(kind, shape, wanted, sort, default, f"The {word}s of your stores, as one list.")
    return fields


@strawberry.type
class _Query:
    @strawberry.field(description="An object by its global id; null when there is none.")
    async def node(self, info: Info, id: ID) -> Node | None:  # noqa: A002
        """Return one object."""
        return await _node(info.context, id)

    @strawberry.field(description="Objects by their global ids, in their order; null where there is none. At most 250.")
    async def nodes(
        self, info: Info, ids: Annotated[list[strawberry.ID], strawberry.argument(description="Global ids.")]
    ) -> list[Node | None]:
        """Return many objects."""
        if len(ids) > MOST_NODES:
            raise InputError(Code.TOO_MANY_IDS, f"`ids` has {len(ids)} ids; ask for at most {MOST_NODES} at once.")
        found = [_at_hand(info.context, each) for each in ids]
        missing = [place for place, each in enumerate(found) if each is Undefined]
        for place, node in zip(missing, await asyncio.gather(*(_node(info.context, ids[place]) for place in missing)), strict=True):
            found[place] = node
        return found

    @strawberry.field(description="The platforms there are adapters for, and what each can do.")
    def platforms(self) -> list[Platform]:
        """Return all platforms."""
        return [platform_type(name) for name in platforms()]

    @strawberry.field(description="One receipt by id; null when there is none, or none any more.")
    async def receipt(self, info: Info, id: ID) -> Receipt | None:  # noqa: A002
        """Return one receipt."""
        return await _receipt(info.context, id)

    @strawberry.field(description="The receipts of your stores' writes, the newest first.")
    async def receipts(
        self,
        info: Info,
        filter: Annotated[ReceiptFilter | None, strawberry.argument(description="Which receipts.")] = None,  # noqa: A002
        first: FIRST = None,
        after: AFTER = None,
    ) -> ReceiptConnection:
        """Return one page of receipts."""
        return await info.context.writes.receipts.page(list(info.context.visible.values()), filter, first, after)

    @strawberry.field(description="What is held of your stores: its writes are accepted, and wait.")
    async def holds(self, info: Info) -> list[Hold]:
        """Return all holds, by store."""
        found = await asyncio.gather(*(info.context.writes.tending.holds(name) for name in sorted(info.context.visible)))
        return [hold for own in found for hold in own]

    @strawberry.field(description="The stores you may see.")
    def stores(self, info: Info) -> list[Store]:
        """Return the principal's stores, by name."""
        return [info.context.store(name) for name in sorted(info.context.visible)]

    @strawberry.field(description="One store by id or short name; null when there is none.")
    def store(self, info: Info, id: ID) -> Store | None:  # noqa: A002
        """Return one store."""
        name = decode_store(id)
        return info.context.store(name) if name in info.context.visible else None


Query: type = strawberry.type(type("Query", (_Query,), _roots()), description="Everything that can be read.")
