"""Shopify's answers in canonical words: orders and what hangs below them, and customers.

Pure: every function takes a node of an answer and returns an entity. Sources: facts, sections on orders, refunds, shipments, products and
customers (Admin API 2026-10). A word no table knows becomes OTHER and keeps its own text beside it; a missing field becomes null.
"""

from typing import Any

from adapters.shopify import manifest
from adapters.shopify.extras import ShopifyCustomerExtras, ShopifyOrderExtras
from adapters.shopify.values import (
    Json,
    Seen,
    address,
    allocated,
    attributes,
    id_of,
    in_shop,
    minus,
    moment,
    money,
    nodes,
    sequence,
    sum_of,
    tax,
    time,
    zero,
)
from schema.address import Contact
from schema.canonical import maker
from schema.customers import Customer
from schema.making import make_contact, make_discount, make_line, make_order, make_parts, make_shipping_line, make_totals
from schema.orders import FulfilmentStatus, Order, OrderLine, OrderStatus, OrderTotals, PaymentStatus
from schema.refunds import Refund, RefundLine
from schema.shipments import Shipment, ShipmentLine, ShipmentStatus, Tracking

PLATFORM = "shopify"

CANCELLED, ARCHIVED, OPEN = (OrderStatus.CANCELLED, "cancelled"), (OrderStatus.ARCHIVED, "closed"), (OrderStatus.OPEN, "open")

make_extras = maker(ShopifyOrderExtras)


def order(node: Json, seen: Seen) -> Order:
    """Map an Order."""
    status, status_word = _order_status(node)
    payment, fulfilment = node.get("displayFinancialStatus"), node.get("displayFulfillmentStatus")
    total = node.get("totalPriceSet")
    shipping_lines = [each for each in nodes(node.get("shippingLines")) if not each.get("isRemoved")]
    return make_order(
        store_name=seen.store,
        key_id=node["id"],
        platform_id=node["id"],
        observed_at=seen.at,
        sequence=sequence(node),
        customer_key_id=id_of(node.get("customer")),
        raw=attributes(node),
        parts=make_parts(),
        number=node["name"],
        created_at=moment(node["createdAt"]),
        updated_at=moment(node["updatedAt"]),
        placed_at=time(node.get("processedAt")),
        cancelled_at=time(node.get("cancelledAt")),
        closed_at=time(node.get("closedAt")),
        paid_at=None,
        status=status,
        platform_status=status_word,
        payment_status=manifest.PAYMENT_STATUSES.get(payment, PaymentStatus.OTHER) if payment else None,
        platform_payment_status=payment,
        fulfilment_status=manifest.FULFILMENT_STATUSES.get(fulfilment, FulfilmentStatus.OTHER) if fulfilment else None,
        platform_fulfilment_status=fulfilment,
        cancel_reason=node.get("cancelReason"),
        test=node.get("test"),
        currency_code=node["currencyCode"],
        totals=_totals(node, shipping_lines),
        taxes=[tax(each) for each in node.get("taxLines") or ()],
        discounts=[make_discount(code=code, title=None, amount=None) for code in node.get("discountCodes") or ()],
        shipping_lines=[
            make_shipping_line(title=each.get("title"), code=each.get("code"), amount=in_shop(each.get("discountedPriceSet")))
            for each in shipping_lines
        ],
        billing_address=address(node.get("billingAddress")),
        shipping_address=address(node.get("shippingAddress")),
        contact=_contact(node),
        tags=node.get("tags") or [],
        note=node.get("note"),
        channel=node.get("sourceName"),
        extras=make_extras(
            platform=PLATFORM,
            confirmation_number=node.get("confirmationNumber"),
            po_number=node.get("poNumber"),
            return_status=node.get("returnStatus"),
            source_locale=node.get("customerLocale"),
            payment_gateways=node.get("paymentGatewayNames") or [],
            presentment_total=money(total.get("presentmentMoney")) if total else None,
            current_total=in_shop(node.get("currentTotalPriceSet")),
            received=in_shop(node.get("totalReceivedSet")),
        ),
    )


def line(node: Json, order_id: str, seen: Seen) -> OrderLine:
    """Map a LineItem. The discounts are its allocations, those of the whole order included."""
    quantity, current = node["quantity"], node.get("currentQuantity")
    unfulfilled, beyond = node.get("unfulfilledQuantity"), node.get("nonFulfillableQuantity")
    total, discounts = in_shop(node.get("originalTotalSet")), allocated(node)
    taxes = [tax(each) for each in node.get("taxLines") or ()]
    return make_line(
        store_name=seen.store,
        order_key_id=order_id,
        variant_key_id=id_of(node.get("variant")),
        product_key_id=id_of(node.get("product")),
        known_refunded=None if current is None else quantity - current,
        platform_id=node["id"],
        sku=node.get("sku") or None,
        title=node["title"],
        variant_title=node.get("variantTitle"),
        quantity=quantity,
        fulfilled_quantity=None if unfulfilled is None or beyond is None else quantity - unfulfilled - beyond,
        unit_price=in_shop(node.get("originalUnitPriceSet")),
        discounts=discounts or zero(total),
        total=minus(total, discounts),
        tax=sum_of([each.amount for each in taxes]) or zero(total),
        taxes=taxes,
        requires_shipping=node.get("requiresShipping"),
        attributes=attributes(node),
    )


def shipment(node: Json, parent: Json, seen: Seen) -> Shipment:
    """Map a Fulfillment of an order (`parent` has at least its id and times)."""
    word = node.get("displayStatus") or node.get("status")
    return Shipment(
        **seen.ids(node),
        **_parent(parent),
        location_key_id=id_of(node.get("location")),
        name=node.get("name"),
        status=manifest.SHIPMENT_STATUSES.get(word or "", ShipmentStatus.OTHER),
        platform_status=word,
        created_at=time(node.get("createdAt")),
        updated_at=time(node.get("updatedAt")),
        delivered_at=time(node.get("deliveredAt")),
        tracking=[
            Tracking(company=each.get("company"), number=each.get("number"), url=each.get("url")) for each in node.get("trackingInfo") or ()
        ],
        lines=[
            ShipmentLine(
                order_line_id=id_of(each.get("lineItem")), sku=(each.get("lineItem") or {}).get("sku"), quantity=each.get("quantity")
            )
            for each in nodes(node.get("fulfillmentLineItems"))
        ],
    )


def refund(node: Json, parent: Json, seen: Seen) -> Refund:
    """Map a Refund of an order (`parent` has at least its id and times)."""
    return Refund(
        **seen.ids(node),
        **_parent(parent),
        created_at=time(node.get("createdAt")),
        amount=in_shop(node.get("totalRefundedSet")),
        shipping=sum_of(in_shop(each.get("subtotalAmountSet")) for each in nodes(node.get("refundShippingLines"))),
        note=node.get("note"),
        lines=[
            RefundLine(
                order_line_id=id_of(each.get("lineItem")),
                quantity=each.get("quantity"),
                amount=in_shop(each.get("subtotalSet")),
                tax=in_shop(each.get("totalTaxSet")),
                restocked=each.get("restocked"),
            )
            for each in nodes(node.get("refundLineItems"))
        ],
    )


def customer(node: Json, seen: Seen) -> Customer:
    """Map a Customer; what Shopify withholds is null."""
    email = node.get("defaultEmailAddress") or {}
    count = node.get("numberOfOrders")
    return Customer(
        **seen.ids(node),
        raw={},
        email=email.get("emailAddress"),
        phone=(node.get("defaultPhoneNumber") or {}).get("phoneNumber"),
        first_name=node.get("firstName"),
        last_name=node.get("lastName"),
        display_name=node.get("displayName"),
        address=address(node.get("defaultAddress")),
        tags=node.get("tags") or [],
        note=node.get("note"),
        orders_count=int(count) if count is not None else None,
        total_spent=money(node.get("amountSpent")),
        created_at=time(node.get("createdAt")),
        updated_at=time(node.get("updatedAt")),
        extras=ShopifyCustomerExtras(
            platform=PLATFORM,
            state=node.get("state"),
            locale=node.get("locale"),
            verified_email=node.get("verifiedEmail"),
            marketing_state=email.get("marketingState"),
        ),
    )


def _order_status(node: Json) -> tuple[OrderStatus, str]:
    """There is no single status field: cancelled wins over archived, else the order is open."""
    if node.get("cancelledAt"):
        return CANCELLED
    return ARCHIVED if node.get("closed") else OPEN


def _totals(node: Json, shipping_lines: list[Json]) -> OrderTotals:
    prices = [(in_shop(each.get("originalPriceSet")), in_shop(each.get("discountedPriceSet"))) for each in shipping_lines]
    taken_off = sum_of([minus(full, reduced) for full, reduced in prices if full is not reduced])  # the same price is the same object
    return make_totals(
        subtotal=in_shop(node.get("subtotalPriceSet")),
        discounts=in_shop(node.get("totalDiscountsSet")),
        shipping=minus(in_shop(node.get("totalShippingPriceSet")), taken_off),
        fees=sum_of([in_shop(node.get("totalTipReceivedSet")), in_shop(node.get("currentTotalDutiesSet"))]),
        tax=in_shop(node.get("totalTaxSet")),
        taxes_included=node.get("taxesIncluded"),
        total=in_shop(node.get("totalPriceSet")),
        refunded=in_shop(node.get("totalRefundedSet")),
        outstanding=in_shop(node.get("totalOutstandingSet")),
    )


def _contact(node: Json) -> Contact | None:
    address = node.get("billingAddress") or node.get("shippingAddress") or {}
    first, last, email, phone = address.get("firstName"), address.get("lastName"), node.get("email"), node.get("phone")
    if not (first or last or email or phone):
        return None
    return make_contact(name=f"{first} {last}" if first and last else first or last or None, email=email, phone=phone)


def _parent(parent: Json) -> dict[str, Any]:
    return {
        "order_key_id": parent["id"],
        "order_created_at": time(parent.get("createdAt")),
        "order_updated_at": time(parent.get("updatedAt")),
    }
