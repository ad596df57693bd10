"""All mutations, as a table; each is checked, kept from being repeated where it carries a key, and carried out."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from adapters.shopify.sandbox.cancellations import cancel_order
from adapters.shopify.sandbox.customer_writes import create_address, create_customer, update_address, update_customer
from adapters.shopify.sandbox.errors import FieldError
from adapters.shopify.sandbox.execution import Run
from adapters.shopify.sandbox.order_writes import close_order, open_order, update_order
from adapters.shopify.sandbox.payloads import Payload
from adapters.shopify.sandbox.plan import Resolver
from adapters.shopify.sandbox.product_set import set_product
from adapters.shopify.sandbox.product_writes import create_product, delete_product, need_product, update_product
from adapters.shopify.sandbox.refund_writes import create_refund
from adapters.shopify.sandbox.shipment_writes import cancel_shipment, create_shipment, update_tracking
from adapters.shopify.sandbox.stock_writes import activate, adjust_quantities, need_comparison, set_quantities
from adapters.shopify.sandbox.tables import Row
from adapters.shopify.sandbox.tag_writes import add_tags, remove_tags
from adapters.shopify.sandbox.variant_writes import create_variants, delete_variants, update_item, update_variants
from adapters.shopify.sandbox.writing import Arguments, Do, Write

NO_KEY = "The @idempotent directive is required for this mutation but was not provided."


@dataclass(frozen=True, slots=True)
class Mutation:
    """One mutation: how it is done, whether it must carry a key, and what is looked at before the key."""

    do: Do
    keyed: bool = False
    check: Callable[[Arguments], None] | None = None


MUTATIONS: dict[str, Mutation] = {
    "inventorySetQuantities": Mutation(set_quantities, keyed=True, check=need_comparison("InventoryQuantityInput", "quantities")),
    "inventoryAdjustQuantities": Mutation(adjust_quantities, keyed=True, check=need_comparison("InventoryChangeInput", "changes")),
    "inventoryActivate": Mutation(activate, keyed=True),
    "inventoryItemUpdate": Mutation(update_item),
    "productVariantsBulkUpdate": Mutation(update_variants),
    "productVariantsBulkCreate": Mutation(create_variants),
    "productVariantsBulkDelete": Mutation(delete_variants),
    "productCreate": Mutation(create_product, check=need_product("productCreate")),
    "productUpdate": Mutation(update_product, check=need_product("productUpdate")),
    "productSet": Mutation(set_product),
    "productDelete": Mutation(delete_product),
    "fulfillmentCreate": Mutation(create_shipment),
    "fulfillmentTrackingInfoUpdate": Mutation(update_tracking),
    "fulfillmentCancel": Mutation(cancel_shipment),
    "orderCancel": Mutation(cancel_order),
    "orderUpdate": Mutation(update_order),
    "orderClose": Mutation(close_order),
    "orderOpen": Mutation(open_order),
    "refundCreate": Mutation(create_refund, keyed=True),
    "tagsAdd": Mutation(add_tags),
    "tagsRemove": Mutation(remove_tags),
    "customerCreate": Mutation(create_customer),
    "customerUpdate": Mutation(update_customer),
    "customerAddressCreate": Mutation(create_address),
    "customerAddressUpdate": Mutation(update_address),
}


def _resolver(name: str, mutation: Mutation) -> Resolver:
    def resolve(run: Run, _: Row, arguments: dict[str, Any]) -> Payload:
        write = Write(run.subject, run.operation or name)
        if mutation.check is not None:
            mutation.check(arguments)
        if not mutation.keyed:
            return mutation.do(write, arguments)
        if run.key is None:
            raise FieldError(NO_KEY, "BAD_REQUEST")
        return write.store.keys.once(run.key, name, arguments, lambda: mutation.do(write, arguments))

    return resolve


MUTATION_RESOLVERS: dict[str, Resolver] = {f"Mutation.{name}": _resolver(name, mutation) for name, mutation in MUTATIONS.items()}
