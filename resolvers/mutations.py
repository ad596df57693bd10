"""The roots of a mutation: one for each thing that can be changed, and those that look after writes on their way.

A mutation keeps its wishes and answers at once; workers do them. So there is no waiting here, and no store is asked.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any

import strawberry

from resolvers.context import RequestContext
from resolvers.principal import Role
from resolvers.writes.accepting import Options
from schema import inputs
from schema.commands import WriteOperation
from schema.errors import AccessError, Code
from schema.receipts import HoldPayload, WritePayload

Info = strawberry.Info[RequestContext, None]

KEY = Annotated[
    str | None,
    strawberry.argument(
        description="Sent again with the same key and items within seven days, a mutation answers with the first receipts."
    ),
]
NOT_BEFORE = Annotated[datetime | None, strawberry.argument(description="Begin at this time; until then other writes go ahead.")]
PREVIEW = Annotated[bool, strawberry.argument(description="Say what would happen, and keep nothing.")]
RECEIPTS = Annotated[list[strawberry.ID], strawberry.argument(description="Global ids of receipts, at most 250.")]
STORE = Annotated[strawberry.ID, strawberry.argument(description="The store, by id or short name.")]
KIND = Annotated[str | None, strawberry.argument(description="Only this kind of entity, e.g. Order; the whole store when left out.")]
REASON = Annotated[str | None, strawberry.argument(description="Why, for those who read it later.")]

# A mutation's name is its operation's; what an item of it is.
ITEMS: dict[WriteOperation, type[Any]] = {
    WriteOperation.INVENTORY_SET: inputs.InventorySetInput,
    WriteOperation.INVENTORY_ADJUST: inputs.InventoryAdjustInput,
    WriteOperation.PRICE_SET: inputs.PriceSetInput,
    WriteOperation.PRODUCT_CREATE: inputs.ProductCreateInput,
    WriteOperation.PRODUCT_UPDATE: inputs.ProductUpdateInput,
    WriteOperation.PRODUCT_DELETE: inputs.ProductDeleteInput,
    WriteOperation.VARIANT_CREATE: inputs.VariantCreateInput,
    WriteOperation.VARIANT_UPDATE: inputs.VariantUpdateInput,
    WriteOperation.VARIANT_DELETE: inputs.VariantDeleteInput,
    WriteOperation.SHIPMENT_CREATE: inputs.ShipmentCreateInput,
    WriteOperation.SHIPMENT_UPDATE: inputs.ShipmentUpdateInput,
    WriteOperation.ORDER_CANCEL: inputs.OrderCancelInput,
    WriteOperation.ORDER_UPDATE: inputs.OrderUpdateInput,
    WriteOperation.ORDER_ACKNOWLEDGE: inputs.OrderAcknowledgeInput,
    WriteOperation.REFUND_CREATE: inputs.RefundCreateInput,
    WriteOperation.CUSTOMER_CREATE: inputs.CustomerCreateInput,
    WriteOperation.CUSTOMER_UPDATE: inputs.CustomerUpdateInput,
}


def _writing(operation: WriteOperation, item: type[Any]) -> Any:
    """Make the field of an operation."""

    async def resolve(
        info: Info,
        items: Sequence[Any],
        idempotency_key: str | None = None,
        not_before: datetime | None = None,
        preview: bool = False,
    ) -> WritePayload:
        _insist(info.context, Role.WRITE)
        options = Options(idempotency_key, not_before, preview)
        return await info.context.writes.accept(info.context.principal, operation, items, options)

    resolve.__annotations__ |= {
        "items": Annotated[list[item], strawberry.argument(description="What to do, from 1 to 250 items.")],  # type: ignore[valid-type]
        "idempotency_key": KEY,
        "not_before": NOT_BEFORE,
        "preview": PREVIEW,
        "return": WritePayload,
    }
    return strawberry.field(resolver=resolve, description=_told(operation))


def _told(operation: WriteOperation) -> str:
    """Return what the schema says of an operation."""
    values = WriteOperation.__strawberry_definition__.values  # type: ignore[attr-defined]
    found: str = next(each.description for each in values if each.name == operation.name)
    return found


def _insist(context: RequestContext, *roles: Role) -> None:
    """Let only those go on who have one of the roles."""
    if not any(context.principal.may(role) for role in roles):
        names = " or ".join(f"`{role.value}`" for role in roles)
        raise AccessError(Code.FORBIDDEN, f"This API key may not do this: give it the role {names} in the stores file.")


def _edit_input() -> type[Any]:
    """Make the input that takes an item of any operation: exactly one of its fields."""
    fields: dict[str, Any] = {
        operation.name.lower(): strawberry.field(default=strawberry.UNSET, description=_told(operation)) for operation in ITEMS
    }
    annotations = {operation.name.lower(): item | None for operation, item in ITEMS.items()}
    made = type("WriteEditInput", (), {"__annotations__": annotations, "__doc__": "One item.", "__module__": __name__, **fields})
    return strawberry.input(made, one_of=True, description="An item of one operation: give exactly one field, that of the receipt.")


WriteEditInput: type = _edit_input()


@strawberry.type
class _Mutation:
    @strawberry.field(description="Try parked writes again, or waiting ones at once.")
    async def write_retry(self, info: Info, ids: RECEIPTS) -> WritePayload:
        """Send receipts back to their lanes."""
        _insist(info.context, Role.WRITE, Role.SUPPORT)
        return await info.context.writes.retry(info.context.principal, ids)

    @strawberry.field(description="Drop writes that have not been begun, or are parked.")
    async def write_cancel(self, info: Info, ids: RECEIPTS) -> WritePayload:
        """Cancel receipts."""
        _insist(info.context, Role.WRITE, Role.SUPPORT)
        return await info.context.writes.cancel(info.context.principal, ids)

    @strawberry.field(description="Change a parked write and try it again; the item is of the receipt's own operation.")
    async def write_edit(
        self,
        info: Info,
        id: Annotated[strawberry.ID, strawberry.argument(description="Global id of the receipt.")],  # noqa: A002
        item: Annotated[WriteEditInput, strawberry.argument(description="What to do instead.")],  # type: ignore[valid-type]
    ) -> WritePayload:
        """Replace what a receipt wants."""
        _insist(info.context, Role.WRITE)
        return await info.context.writes.edit(info.context.principal, id, item)

    @strawberry.field(description="Let the writes of a store, or of one of its kinds, wait until `laneRelease`; they are still accepted.")
    async def lane_hold(self, info: Info, store: STORE, kind: KIND = None, reason: REASON = None) -> HoldPayload:
        """Hold a store."""
        _insist(info.context, Role.WRITE, Role.SUPPORT)
        return await info.context.writes.hold(info.context.principal, store, kind, reason)

    @strawberry.field(description="End a hold.")
    async def lane_release(self, info: Info, store: STORE, kind: KIND = None) -> HoldPayload:
        """Release a store."""
        _insist(info.context, Role.WRITE, Role.SUPPORT)
        return await info.context.writes.release(info.context.principal, store, kind)


Mutation: type = strawberry.type(
    type("Mutation", (_Mutation,), {operation.name.lower(): _writing(operation, item) for operation, item in ITEMS.items()}),
    description="Everything that can be changed. A mutation keeps what is wished and answers with receipts; workers do it.",
)
