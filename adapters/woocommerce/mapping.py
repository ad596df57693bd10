"""WooCommerce's orders, refunds, shipments and customers in canonical words. Pure: every function takes a row and returns an entity.

Sources: facts, sections 4.4 to 4.6 (wc/v3). A word no table knows becomes OTHER and keeps its own text beside it; a missing field becomes
null; a row without an id or a time is no entity at all and gives None.
"""

from decimal import Decimal
from typing import Any

from adapters.woocommerce import manifest
from adapters.woocommerce.extras import WooCommerceCustomerExtras, WooCommerceFee, WooCommerceOrderExtras
from adapters.woocommerce.values import (
    NO_CURRENCY,
    Json,
    Seen,
    address,
    flag,
    identity,
    leftovers,
    metadata,
    moment,
    money,
    number,
    positive,
    rows,
    text,
    total,
    whole,
)
from schema.address import Contact
from schema.customers import Customer
from schema.making import make_contact, make_discount, make_line, make_order, make_parts, make_shipping_line, make_tax, make_totals
from schema.money import Money, make_money
from schema.orders import (
    FulfilmentStatus,
    Order,
    OrderLine,
    OrderStatus,
    OrderTotals,
    PaymentStatus,
    Tax,
)
from schema.refunds import Refund, RefundLine
from schema.shipments import Shipment, ShipmentLine, ShipmentStatus, Tracking

PLATFORM = "woocommerce"

Rates = dict[int | None, tuple[str | None, Decimal | None]]  # the name and the rate of each of an order's taxes, by its id

UNIT_DIGITS = Decimal("0.0001")  # a unit price with more digits was not anybody's price
UNPAID = frozenset({"pending", "on-hold"})

# What of a row is mapped, repeats what is mapped, or must not leave: the key that opens a guest's order, addresses of machines.
ORDER_KNOWN = frozenset({
    "id", "status", "currency", "currency_symbol", "date_created", "date_created_gmt", "date_modified",
    "date_modified_gmt", "date_paid", "date_paid_gmt", "date_completed", "date_completed_gmt", "discount_total",
    "shipping_total", "total", "total_tax", "customer_id", "order_key", "billing", "shipping", "payment_method",
    "payment_method_title", "transaction_id", "customer_ip_address", "customer_user_agent", "created_via",
    "customer_note", "number", "meta_data", "line_items", "tax_lines", "shipping_lines", "fee_lines", "coupon_lines",
    "refunds", "payment_url", "needs_payment", "prices_include_tax", "cart_hash", "_links",
})  # fmt: skip
CUSTOMER_KNOWN = frozenset({
    "id", "date_created", "date_created_gmt", "date_modified", "date_modified_gmt", "email", "first_name",
    "last_name", "role", "username", "billing", "is_paying_customer", "avatar_url", "meta_data", "_links",
})  # fmt: skip


def order(row: Json, seen: Seen) -> Order | None:
    """Map an order with its lines."""
    order_id = identity(row.get("id"))
    created, updated = moment(row.get("date_created_gmt")), moment(row.get("date_modified_gmt"))
    if order_id is None or (created is None and updated is None):
        return None
    currency = text(row.get("currency")) or NO_CURRENCY
    word = text(row.get("status")) or ""
    customer_id = identity(row.get("customer_id"))
    return make_order(
        **seen.ids(str(order_id), order_id),
        customer_key_id=str(customer_id) if customer_id else None,
        raw=leftovers(row, ORDER_KNOWN),
        parts=make_parts(lines=lines(row, seen), has_refunds=bool(row["refunds"]) if isinstance(row.get("refunds"), list) else None),
        number=text(row.get("number")) or str(order_id),
        created_at=created or updated,  # type: ignore[arg-type]
        updated_at=updated or created,  # type: ignore[arg-type]
        placed_at=created,
        cancelled_at=None,
        closed_at=moment(row.get("date_completed_gmt")),
        paid_at=moment(row.get("date_paid_gmt")),
        status=manifest.ORDER_STATUSES.get(word, OrderStatus.OTHER),
        platform_status=word,
        payment_status=_payment(row, word, currency),
        platform_payment_status=None,
        fulfilment_status={"completed": FulfilmentStatus.FULFILLED, "processing": FulfilmentStatus.UNFULFILLED}.get(word),
        platform_fulfilment_status=None,
        cancel_reason=None,
        test=None,
        currency_code=currency,
        totals=_totals(row, currency),
        taxes=[_tax(each, currency) for each in rows(row.get("tax_lines"))],
        discounts=[
            make_discount(code=text(each.get("code")), title=None, amount=money(each.get("discount"), currency))
            for each in rows(row.get("coupon_lines"))
        ],
        shipping_lines=[
            make_shipping_line(
                title=text(each.get("method_title")), code=text(each.get("method_id")), amount=money(each.get("total"), currency)
            )
            for each in rows(row.get("shipping_lines"))
        ],
        billing_address=address(row.get("billing")),
        shipping_address=address(row.get("shipping")),
        contact=_contact(row.get("billing")),
        tags=[],
        note=text(row.get("customer_note")),
        channel=text(row.get("created_via")),
        extras=_order_extras(row, currency),
    )


def lines(row: Json, seen: Seen) -> list[OrderLine]:
    """Map the lines of an order."""
    rates = {identity(each.get("rate_id")): (text(each.get("label")), _rate(each)) for each in rows(row.get("tax_lines"))}
    return [found for each in rows(row.get("line_items")) if (found := _line(each, row, rates, seen)) is not None]


def refund(row: Json, parent: Json, seen: Seen) -> Refund | None:
    """Map a refund of an order (`parent` has at least its id, times and currency)."""
    order_id, refund_id = identity(parent.get("id")), identity(row.get("id"))
    if order_id is None or refund_id is None:
        return None
    currency = text(parent.get("currency")) or NO_CURRENCY
    shipping = rows(row.get("shipping_lines"))
    return Refund(
        **seen.ids(part_key(order_id, refund_id), refund_id),
        **parent_fields(parent, order_id),
        created_at=moment(row.get("date_created_gmt")),
        amount=positive(money(row.get("amount"), currency)),
        shipping=positive(total((money(each.get("total"), currency) for each in shipping), currency)) if shipping else None,
        note=text(row.get("reason")),
        lines=[_refund_line(each, currency) for each in rows(row.get("line_items"))],
    )


def shipment(row: Json, parent: Json, seen: Seen) -> Shipment | None:
    """Map a fulfilment of an order (`parent` has at least its id, times and lines). What it holds stands in its free fields."""
    order_id, shipment_id = identity(parent.get("id")), identity(row.get("id"))
    if order_id is None or shipment_id is None:
        return None
    meta, word = metadata(row), text(row.get("status"))
    status = manifest.SHIPMENT_STATUSES.get(word or "", ShipmentStatus.OTHER)
    tracking = Tracking(
        company=text(meta.get("_shipping_provider")), number=text(meta.get("_tracking_number")), url=text(meta.get("_tracking_url"))
    )
    skus = {identity(each.get("id")): text(each.get("sku")) for each in rows(parent.get("line_items"))}
    items = [(identity(each.get("item_id")), whole(each.get("qty"))) for each in rows(meta.get("_items"))]
    return Shipment(
        **seen.ids(part_key(order_id, shipment_id), shipment_id),
        **parent_fields(parent, order_id),
        location_key_id=None,
        name=None,
        status=ShipmentStatus.CANCELLED if row.get("date_deleted") else status,
        platform_status=word,
        created_at=None,
        updated_at=moment(row.get("date_updated")),
        delivered_at=None,
        tracking=[tracking] if tracking.company or tracking.number or tracking.url else [],
        lines=[ShipmentLine(order_line_id=str(item) if item else None, sku=skus.get(item), quantity=units) for item, units in items],
    )


def customer(row: Json, seen: Seen) -> Customer | None:
    """Map a customer."""
    customer_id = identity(row.get("id"))
    if customer_id is None:
        return None
    billing = row["billing"] if isinstance(row.get("billing"), dict) else {}
    first, last, username = text(row.get("first_name")), text(row.get("last_name")), text(row.get("username"))
    return Customer(
        **seen.ids(str(customer_id), customer_id),
        raw=leftovers(row, CUSTOMER_KNOWN),
        email=text(row.get("email")),
        phone=text(billing.get("phone")),
        first_name=first,
        last_name=last,
        display_name=" ".join(part for part in (first, last) if part) or username,
        address=address(billing),
        tags=[],
        note=None,
        orders_count=None,
        total_spent=None,
        created_at=moment(row.get("date_created_gmt")),
        updated_at=moment(row.get("date_modified_gmt")),
        extras=WooCommerceCustomerExtras(
            platform=PLATFORM,
            username=username,
            role=text(row.get("role")),
            is_paying_customer=flag(row.get("is_paying_customer")),
        ),
    )


def _payment(row: Json, word: str, currency: str) -> PaymentStatus | None:
    """There is no payment status: it follows from the time of payment, the refunds and the order's word."""
    if moment(row.get("date_paid_gmt")) is not None:
        back, due = _refunded(row, currency).amount, money(row.get("total"), currency)
        if not back:
            return PaymentStatus.PAID
        return PaymentStatus.REFUNDED if due is not None and back >= due.amount else PaymentStatus.PARTIALLY_REFUNDED
    if word in UNPAID:
        return PaymentStatus.PENDING
    return PaymentStatus.FAILED if word == "failed" else None


def _totals(row: Json, currency: str) -> OrderTotals:
    due = money(row.get("total"), currency)
    paid = row.get("date_paid_gmt") is not None
    return make_totals(
        subtotal=total((money(each.get("total"), currency) for each in rows(row.get("line_items"))), currency),
        discounts=money(row.get("discount_total"), currency),
        shipping=money(row.get("shipping_total"), currency),
        fees=total((money(each.get("total"), currency) for each in rows(row.get("fee_lines"))), currency),
        tax=money(row.get("total_tax"), currency),
        taxes_included=False,
        total=due,
        refunded=_refunded(row, currency),
        outstanding=due if row.get("needs_payment") is True else total((), currency) if paid else None,
    )


def _refunded(row: Json, currency: str) -> Money:
    return total((positive(money(each.get("total"), currency)) for each in rows(row.get("refunds"))), currency)


def _tax(row: Json, currency: str) -> Tax:
    parts = (money(row.get("tax_total"), currency), money(row.get("shipping_tax_total"), currency))
    return make_tax(title=text(row.get("label")), rate=_rate(row), amount=total(parts, currency))


def _rate(row: Json) -> Decimal | None:
    percent = number(row.get("rate_percent"))
    return None if percent is None else percent / 100


def _contact(billing: object) -> Contact | None:
    if not isinstance(billing, dict):
        return None
    name = " ".join(part for part in (text(billing.get("first_name")), text(billing.get("last_name"))) if part) or None
    email, phone = text(billing.get("email")), text(billing.get("phone"))
    return make_contact(name=name, email=email, phone=phone) if name or email or phone else None


def _order_extras(row: Json, currency: str) -> WooCommerceOrderExtras:
    return WooCommerceOrderExtras(
        platform=PLATFORM,
        payment_method=text(row.get("payment_method")),
        payment_method_title=text(row.get("payment_method_title")),
        transaction_id=text(row.get("transaction_id")),
        prices_include_tax=flag(row.get("prices_include_tax")),
        coupon_codes=[code for each in rows(row.get("coupon_lines")) if (code := text(each.get("code")))],
        fees=[
            WooCommerceFee(
                name=text(each.get("name")), amount=money(each.get("total"), currency), tax=money(each.get("total_tax"), currency)
            )
            for each in rows(row.get("fee_lines"))
        ],
    )


def _line(row: Json, parent: Json, rates: Rates, seen: Seen) -> OrderLine | None:
    line_id, order_id = identity(row.get("id")), identity(parent.get("id"))
    if line_id is None or order_id is None:
        return None
    currency = text(parent.get("currency")) or NO_CURRENCY
    product_id, variation_id = identity(row.get("product_id")), identity(row.get("variation_id"))
    name, product_name = text(row.get("name")) or "", text(row.get("parent_name"))
    quantity = number(row.get("quantity")) or Decimal(0)
    before, after = money(row.get("subtotal"), currency), money(row.get("total"), currency)
    taken = make_money(amount=before.amount - after.amount, currency_code=currency) if before and after else None
    return make_line(
        store_name=seen.store,
        order_key_id=str(order_id),
        variant_key_id=variant_key(product_id, variation_id) if product_id else None,
        product_key_id=str(product_id) if product_id else None,
        known_refunded=0 if parent.get("refunds") == [] else None,
        platform_id=str(line_id),
        sku=text(row.get("sku")),
        title=product_name or name,
        variant_title=name.removeprefix(f"{product_name} - ") if product_name and name.startswith(f"{product_name} - ") else None,
        quantity=int(quantity),
        fulfilled_quantity=None,
        unit_price=_unit_price(before, quantity),
        discounts=taken,
        total=after,
        tax=money(row.get("total_tax"), currency),
        taxes=_line_taxes(row, rates, currency),
        attributes=metadata(row),
    )


def variant_key(product_id: int, variation_id: int | None) -> str:
    """Return the key id of a variant: a product sold in one form only is its own variant."""
    return f"{product_id}-{variation_id}" if variation_id else str(product_id)


def part_key(order_id: int, own: int | str) -> str:
    """Return the key id of what hangs below an order."""
    return f"{order_id}-{own}"


def _unit_price(before: Money | None, quantity: Decimal) -> Money | None:
    """The platform's own unit price is a rounded float; a division that does not come out even is nobody's price."""
    if before is None or quantity <= 0:
        return None
    each = (before.amount / quantity).quantize(UNIT_DIGITS)
    if each * quantity != before.amount:
        return None
    exponent = min(int(before.amount.as_tuple().exponent), int(each.normalize().as_tuple().exponent))
    return make_money(amount=each.quantize(Decimal(1).scaleb(exponent)), currency_code=before.currency_code)


def _line_taxes(row: Json, rates: Rates, currency: str) -> list[Tax]:
    found = []
    for each in rows(row.get("taxes")):
        title, rate = rates.get(identity(each.get("id")), (None, None))
        found.append(make_tax(title=title, rate=rate, amount=money(each.get("total"), currency)))
    return found


def _refund_line(row: Json, currency: str) -> RefundLine:
    origin, quantity = identity(metadata(row).get("_refunded_item_id")), whole(row.get("quantity"))
    return RefundLine(
        order_line_id=str(origin) if origin else None,
        quantity=None if quantity is None else abs(quantity),
        amount=positive(money(row.get("total"), currency)),
        tax=positive(money(row.get("total_tax"), currency)),
        restocked=None,
    )


def parent_fields(row: Json, order_id: int) -> dict[str, Any]:
    """Return what a part of an order tells of the order."""
    return {
        "order_key_id": str(order_id),
        "order_created_at": moment(row.get("date_created_gmt")),
        "order_updated_at": moment(row.get("date_modified_gmt")),
    }
