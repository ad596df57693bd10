"""Magento's orders, refunds, shipments and customers in canonical words. Pure: every function takes a row and returns an entity.

Sources: facts, sections 4.4 to 4.6, and what was observed on a running shop. A word no table knows becomes OTHER and keeps its own text
beside it; a missing field becomes null; a row without an id or a time is no entity at all and gives None.
"""

import re
from decimal import Decimal
from typing import Any

from adapters.magento import manifest, totals
from adapters.magento.extras import MagentoComment, MagentoCustomerExtras, MagentoOrderExtras
from adapters.magento.marks import unmarked
from adapters.magento.values import (
    NO_CURRENCY,
    Json,
    Seen,
    address,
    flag,
    fraction,
    full_name,
    identity,
    leftovers,
    moment,
    money,
    number,
    part,
    positive,
    rows,
    text,
    whole,
)
from schema.address import Address, Contact
from schema.customers import Customer
from schema.making import make_contact, make_discount, make_line, make_order, make_parts, make_shipping_line, make_tax
from schema.orders import Discount, Order, OrderLine, OrderStatus, ShippingLine, Tax
from schema.refunds import Refund, RefundLine
from schema.shipments import Shipment, ShipmentLine, ShipmentStatus, Tracking

PLATFORM = "magento"
VARIANT_KEY = re.compile(r"([1-9]\d{0,17}-)?[1-9]\d{0,17}", re.ASCII)

# What of a row is mapped, repeats what is mapped, or must not leave: the code that opens a guest's order, addresses of machines.
ORDER_KNOWN = frozenset({
    "entity_id", "increment_id", "created_at", "updated_at", "state", "status", "store_id", "store_name", "order_currency_code",
    "grand_total", "subtotal", "discount_amount", "shipping_amount", "shipping_discount_amount", "tax_amount", "total_due",
    "total_refunded", "customer_id", "customer_email", "customer_firstname", "customer_lastname", "customer_group_id", "customer_note",
    "billing_address", "items", "payment", "status_histories", "extension_attributes", "coupon_code", "ext_order_id",
    "original_increment_id", "relation_parent_id", "relation_child_id", "base_grand_total", "base_to_order_rate", "protect_code",
    "remote_ip", "x_forwarded_for", "custom_attributes",
})  # fmt: skip
ORDER_PARTS = frozenset({"shipping_assignments", "applied_taxes", "item_applied_taxes", "payment_additional_info"})
CUSTOMER_KNOWN = frozenset({
    "id", "group_id", "created_at", "updated_at", "email", "firstname", "lastname", "store_id", "website_id", "taxvat", "addresses",
    "default_billing", "default_shipping", "confirmation", "extension_attributes", "custom_attributes",
})  # fmt: skip


def order(row: Json, seen: Seen) -> Order | None:
    """Map an order with its lines."""
    order_id = identity(row.get("entity_id"))
    placed, changed = moment(row.get("created_at")), moment(row.get("updated_at"))
    created, updated = placed or changed, changed or placed
    if order_id is None or created is None or updated is None:
        return None
    currency = _currency(row)
    state, customer_id = text(row.get("state")) or "", identity(row.get("customer_id"))
    shipping = _shipping(row)
    more = part(row, "extension_attributes")
    return make_order(
        **seen.ids(str(order_id), order_id),
        customer_key_id=str(customer_id) if customer_id else None,
        raw=leftovers(row, ORDER_KNOWN) | {name: value for name, value in more.items() if name not in ORDER_PARTS},
        parts=make_parts(lines=lines(row, seen), has_refunds=row.get("total_refunded") is not None),
        number=text(row.get("increment_id")) or str(order_id),
        created_at=created,
        updated_at=updated,
        placed_at=placed,
        cancelled_at=None,
        closed_at=None,
        paid_at=None,
        status=manifest.ORDER_STATUSES.get(state, OrderStatus.OTHER),
        platform_status=text(row.get("status")) or state,
        payment_status=totals.payment_status(row, state),
        platform_payment_status=None,
        fulfilment_status=totals.fulfilment_status(row, state),
        platform_fulfilment_status=None,
        cancel_reason=None,
        test=None,
        currency_code=currency,
        totals=totals.order_totals(row, currency),
        taxes=[_tax(each, currency) for each in rows(more.get("applied_taxes"))],
        discounts=_discounts(row, currency),
        shipping_lines=_shipping_lines(row, shipping, currency),
        billing_address=address(row.get("billing_address")),
        shipping_address=address(shipping.get("address")),
        contact=_contact(row),
        tags=[],
        note=text(row.get("customer_note")),
        channel=None,
        extras=_order_extras(row, state),
    )


def lines(row: Json, seen: Seen) -> list[OrderLine]:
    """Map the lines of an order: those below another only say what was chosen, or what is in a bundle."""
    given = rows(row.get("items"))
    below = totals.children(given)
    taxed = {
        identity(each.get("item_id")): rows(each.get("applied_taxes"))
        for each in rows(part(row, "extension_attributes").get("item_applied_taxes"))
    }
    made = []
    for each in given:
        line_id = identity(each.get("item_id"))
        if line_id is not None and identity(each.get("parent_item_id")) is None:
            made.append(_line(each, below.get(line_id, []), taxed.get(line_id, []), row, seen))
    return [found for found in made if found is not None]


def refund(row: Json, parent: Json, seen: Seen) -> Refund | None:
    """Map a credit memo of an order (`parent` has at least its id, times and lines); one that was called off is none."""
    memo_id, order_id = identity(row.get("entity_id")), identity(parent.get("entity_id"))
    if memo_id is None or order_id is None or whole(row.get("state")) == manifest.CANCELED_MEMO:
        return None
    currency = _currency(row)
    comments = [found for each in rows(row.get("comments")) if (found := unmarked(each.get("comment")))]
    return Refund(
        **seen.ids(str(memo_id), memo_id),
        **_parent(parent, order_id),
        created_at=moment(row.get("created_at")),
        amount=money(row.get("grand_total"), currency),
        shipping=money(row.get("shipping_amount"), currency),
        note=unmarked(row.get("customer_note")) or (comments[0] if comments else None),
        lines=[_refund_line(each, currency) for each in _outer(row, parent)],
    )


def shipment(row: Json, parent: Json, seen: Seen) -> Shipment | None:
    """Map a shipment of an order (`parent` has at least its id, times and lines)."""
    shipment_id, order_id = identity(row.get("entity_id")), identity(parent.get("entity_id"))
    if shipment_id is None or order_id is None:
        return None
    return Shipment(
        **seen.ids(str(shipment_id), shipment_id),
        **_parent(parent, order_id),
        location_key_id=text(part(row, "extension_attributes").get("source_code")),
        name=text(row.get("increment_id")),
        status=ShipmentStatus.SHIPPED,
        platform_status=None,
        created_at=moment(row.get("created_at")),
        updated_at=moment(row.get("updated_at")),
        delivered_at=None,
        tracking=[
            Tracking(company=text(each.get("title")) or text(each.get("carrier_code")), number=text(each.get("track_number")), url=None)
            for each in rows(row.get("tracks"))
        ],
        lines=[
            ShipmentLine(order_line_id=_line_id(each), sku=text(each.get("sku")), quantity=whole(each.get("qty")))
            for each in rows(row.get("items"))
        ],
    )


def customer(row: Json, seen: Seen) -> Customer | None:
    """Map a customer."""
    customer_id = identity(row.get("id"))
    if customer_id is None:
        return None
    home = _home(row)
    more = part(row, "extension_attributes")
    return Customer(
        **seen.ids(str(customer_id), customer_id),
        raw=leftovers(row, CUSTOMER_KNOWN) | {name: value for name, value in more.items() if name != "is_subscribed"},
        email=text(row.get("email")),
        phone=home.phone if home else None,
        first_name=text(row.get("firstname")),
        last_name=text(row.get("lastname")),
        display_name=full_name(row),
        address=home,
        tags=[],
        note=None,
        orders_count=None,
        total_spent=None,
        created_at=moment(row.get("created_at")),
        updated_at=moment(row.get("updated_at")),
        extras=MagentoCustomerExtras(
            platform=PLATFORM,
            group_id=whole(row.get("group_id")),
            website_id=whole(row.get("website_id")),
            store_id=whole(row.get("store_id")),
            tax_number=text(row.get("taxvat")),
            subscribed=flag(more.get("is_subscribed")),
        ),
    )


def variant_key(product_id: int, parent_id: int | None = None) -> str:
    """Return the key id of a variant: its configurable product's id, if it has one, and its own."""
    return f"{parent_id}-{product_id}" if parent_id else str(product_id)


def product_ids(key: str) -> tuple[str | None, str] | None:
    """Return the ids of a variant's configurable product and of its own, None for what is no key of a variant."""
    if not VARIANT_KEY.fullmatch(key):
        return None
    above, _, own = key.rpartition("-")
    return above or None, own


def _currency(row: Json) -> str:
    return text(row.get("order_currency_code")) or NO_CURRENCY


def _shipping(row: Json) -> Json:
    assignments = rows(part(row, "extension_attributes").get("shipping_assignments"))
    return part(assignments[0], "shipping") if assignments else {}


def _shipping_lines(row: Json, shipping: Json, currency: str) -> list[ShippingLine]:
    title, code = text(row.get("shipping_description")), text(shipping.get("method"))
    return [make_shipping_line(title=title, code=code, amount=totals.shipping_of(row, currency))] if title or code else []


def _discounts(row: Json, currency: str) -> list[Discount]:
    """Return the one sum the platform tells, whatever coupons and rules it is of."""
    code, amount = text(row.get("coupon_code")), positive(money(row.get("discount_amount"), currency))
    return (
        [make_discount(code=code, title=text(row.get("discount_description")), amount=amount)] if code or (amount and amount.amount) else []
    )


def _contact(row: Json) -> Contact | None:
    billing = part(row, "billing_address")
    name = full_name(row, "customer_") or full_name(billing)
    email, phone = text(row.get("customer_email")) or text(billing.get("email")), text(billing.get("telephone"))
    return make_contact(name=name, email=email, phone=phone) if name or email or phone else None


def _order_extras(row: Json, state: str) -> MagentoOrderExtras:
    payment = part(row, "payment")
    return MagentoOrderExtras(
        platform=PLATFORM,
        state=state or None,
        store_id=whole(row.get("store_id")),
        store_name=text(row.get("store_name")),
        payment_method=text(payment.get("method")),
        transaction_id=text(payment.get("last_trans_id")),
        base_total=money(row.get("base_grand_total"), text(row.get("base_currency_code")) or NO_CURRENCY),
        base_to_order_rate=number(row.get("base_to_order_rate")),
        customer_group_id=whole(row.get("customer_group_id")),
        external_id=text(row.get("ext_order_id")),
        original_number=text(row.get("original_increment_id")),
        replaced_id=text(row.get("relation_parent_id")),
        replaced_by_id=text(row.get("relation_child_id")),
        comments=[
            MagentoComment(
                text=unmarked(each.get("comment")),
                status=text(each.get("status")),
                notified=flag(each.get("is_customer_notified")),
                created_at=moment(each.get("created_at")),
            )
            for each in rows(row.get("status_histories"))
        ],
    )


def _line(row: Json, below: list[Json], taxes: list[Json], parent: Json, seen: Seen) -> OrderLine | None:
    order_id, line_id = identity(parent.get("entity_id")), identity(row.get("item_id"))
    if order_id is None or line_id is None:
        return None
    currency, name = _currency(parent), text(row.get("name")) or ""
    product_id, quantity = identity(row.get("product_id")), number(row.get("qty_ordered")) or Decimal(0)
    chosen = below[0] if below and row.get("product_type") == manifest.CONFIGURABLE else None
    own_name = text(chosen.get("name")) if chosen else None
    taken, sent = totals.line_discount(row, below, currency), totals.shipped(row, below)
    return make_line(
        store_name=seen.store,
        order_key_id=str(order_id),
        variant_key_id=_sold(row, chosen),
        product_key_id=str(product_id) if product_id else None,
        known_refunded=whole(row.get("qty_refunded")),
        platform_id=str(line_id),
        sku=text(row.get("sku")),
        title=name,
        variant_title=own_name if own_name != name else None,
        quantity=int(quantity),
        fulfilled_quantity=None if sent is None else int(sent),
        unit_price=money(row.get("price"), currency),
        discounts=taken,
        total=totals.net(row, taken, currency),
        tax=totals.line_tax(row, below, currency),
        taxes=[_tax(each, currency) for each in taxes] or _only_tax(row, currency),
        requires_shipping=totals.needs_shipping(row),
        attributes=_attached(row, quantity),
    )


def _sold(row: Json, chosen: Json | None) -> str | None:
    """Return the key id of the variant a line sold: of a configurable product the one that was chosen."""
    product_id = identity(row.get("product_id"))
    if product_id is None or row.get("product_type") != manifest.CONFIGURABLE:
        return variant_key(product_id) if product_id else None
    child = identity(chosen.get("product_id")) if chosen else None
    return variant_key(child, product_id) if child else None


def _attached(row: Json, quantity: Decimal) -> Json:
    """Return what was chosen for a line, and its true quantity where units are no whole ones."""
    found = {**part(row, "product_option", "extension_attributes"), **part(row, "extension_attributes")}
    return found if quantity == int(quantity) else {**found, "qty_ordered": str(quantity)}


def _tax(row: Json, currency: str) -> Tax:
    title = text(row.get("title")) or text(row.get("code"))
    return make_tax(title=title, rate=fraction(row.get("percent")), amount=money(row.get("amount"), currency))


def _only_tax(row: Json, currency: str) -> list[Tax]:
    """Return a line's tax where its parts are not told."""
    rate = fraction(row.get("tax_percent"))
    return [make_tax(title=None, rate=rate, amount=money(row.get("tax_amount"), currency))] if rate else []


def _outer(row: Json, parent: Json) -> list[Json]:
    """Return the lines of a credit memo without those below another, whose money is in the other's."""
    inner = {identity(each.get("item_id")) for each in rows(parent.get("items")) if identity(each.get("parent_item_id"))}
    return [each for each in rows(row.get("items")) if identity(each.get("order_item_id")) not in inner]


def _refund_line(row: Json, currency: str) -> RefundLine:
    taken = money(row.get("discount_amount"), currency)
    return RefundLine(
        order_line_id=_line_id(row),
        quantity=whole(row.get("qty")),
        amount=totals.net(row, taken, currency),
        tax=money(row.get("tax_amount"), currency),
        restocked=None,
    )


def _line_id(row: Json) -> str | None:
    found = identity(row.get("order_item_id"))
    return str(found) if found else None


def _home(row: Json) -> Address | None:
    """Return a customer's default address: the one for bills, else the one for goods, else the first."""
    given = {identity(each.get("id")): each for each in rows(row.get("addresses"))}
    marked = [each for name in ("default_billing", "default_shipping") for each in given.values() if each.get(name) is True]
    named = [given[key] for name in ("default_billing", "default_shipping") if (key := identity(row.get(name))) in given]
    return next((found for each in (*named, *marked, *given.values()) if (found := address(each))), None)


def _parent(row: Json, order_id: int) -> dict[str, Any]:
    return {
        "order_key_id": str(order_id),
        "order_created_at": moment(row.get("created_at")),
        "order_updated_at": moment(row.get("updated_at")),
    }
