"""Shopify's answers in canonical words. Pure: every function takes a node of an answer and returns an entity.

Sources: facts, sections on orders, refunds, shipments, products and customers (Admin API 2026-10). A word no table knows becomes OTHER and
keeps its own text beside it; a missing field becomes null.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from adapters.shopify import manifest
from adapters.shopify.extras import ShopifyCustomerExtras, ShopifyOrderExtras, ShopifyProductExtras, ShopifyVariantExtras
from schema.address import Address, Contact
from schema.customers import Customer
from schema.inventory import InventoryLevel, Location
from schema.money import Money
from schema.orders import (
    Discount,
    FulfilmentStatus,
    Order,
    OrderLine,
    OrderStatus,
    OrderTotals,
    Parts,
    PaymentStatus,
    ShippingLine,
    Tax,
)
from schema.products import Product, ProductOption, ProductStatus, ProductVariant, SelectedOption, Weight
from schema.refunds import Refund, RefundLine
from schema.shipments import Shipment, ShipmentLine, ShipmentStatus, Tracking

PLATFORM = "shopify"

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Seen:
    """Where and when an answer was given."""

    store: str
    at: datetime

    def ids(self, node: Json) -> dict[str, Any]:
        """Return the fields all entities begin with."""
        sequence = node.get("legacyResourceId")
        return {
            "store_name": self.store,
            "key_id": node["id"],
            "platform_id": node["id"],
            "observed_at": self.at,
            "sequence": int(sequence) if sequence else 0,
        }


def order(node: Json, seen: Seen) -> Order:
    """Map an Order."""
    status = _order_status(node)
    payment, fulfilment = node.get("displayFinancialStatus"), node.get("displayFulfillmentStatus")
    return Order(
        **seen.ids(node),
        customer_key_id=_id(node.get("customer")),
        raw=_attributes(node),
        parts=Parts(),
        number=node["name"],
        created_at=_moment(node["createdAt"]),
        updated_at=_moment(node["updatedAt"]),
        placed_at=_time(node.get("processedAt")),
        cancelled_at=_time(node.get("cancelledAt")),
        closed_at=_time(node.get("closedAt")),
        paid_at=None,
        status=status,
        platform_status={OrderStatus.CANCELLED: "cancelled", OrderStatus.ARCHIVED: "closed"}.get(status, "open"),
        payment_status=manifest.PAYMENT_STATUSES.get(payment, PaymentStatus.OTHER) if payment else None,
        platform_payment_status=payment,
        fulfilment_status=manifest.FULFILMENT_STATUSES.get(fulfilment, FulfilmentStatus.OTHER) if fulfilment else None,
        platform_fulfilment_status=fulfilment,
        cancel_reason=node.get("cancelReason"),
        test=node.get("test"),
        currency_code=node["currencyCode"],
        totals=_totals(node),
        taxes=[_tax(each) for each in node.get("taxLines") or ()],
        discounts=[Discount(code=code, title=None, amount=None) for code in node.get("discountCodes") or ()],
        shipping_lines=[
            ShippingLine(title=each.get("title"), code=each.get("code"), amount=_shop(each.get("discountedPriceSet")))
            for each in _shipping(node)
        ],
        billing_address=_address(node.get("billingAddress")),
        shipping_address=_address(node.get("shippingAddress")),
        contact=_contact(node),
        tags=node.get("tags") or [],
        note=node.get("note"),
        channel=node.get("sourceName"),
        extras=ShopifyOrderExtras(
            platform=PLATFORM,
            confirmation_number=node.get("confirmationNumber"),
            po_number=node.get("poNumber"),
            return_status=node.get("returnStatus"),
            source_locale=node.get("customerLocale"),
            payment_gateways=node.get("paymentGatewayNames") or [],
            presentment_total=_money((node.get("totalPriceSet") or {}).get("presentmentMoney")),
            current_total=_shop(node.get("currentTotalPriceSet")),
            received=_shop(node.get("totalReceivedSet")),
        ),
    )


def line(node: Json, order_id: str, seen: Seen) -> OrderLine:
    """Map a LineItem. The discounts are its allocations, those of the whole order included."""
    quantity, current = node["quantity"], node.get("currentQuantity")
    open_units = (node.get("unfulfilledQuantity"), node.get("nonFulfillableQuantity"))
    total, discounts = _shop(node.get("originalTotalSet")), _allocated(node)
    taxes = [_tax(each) for each in node.get("taxLines") or ()]
    return OrderLine(
        store_name=seen.store,
        order_key_id=order_id,
        variant_key_id=_id(node.get("variant")),
        product_key_id=_id(node.get("product")),
        known_refunded=None if current is None else quantity - current,
        platform_id=node["id"],
        sku=node.get("sku") or None,
        title=node["title"],
        variant_title=node.get("variantTitle"),
        quantity=quantity,
        fulfilled_quantity=None if None in open_units else quantity - sum(open_units),  # type: ignore[arg-type]
        unit_price=_shop(node.get("originalUnitPriceSet")),
        discounts=_sum(discounts) or _zero(total),
        total=_minus(total, discounts),
        tax=_sum(each.amount for each in taxes) or _zero(total),
        taxes=taxes,
        requires_shipping=node.get("requiresShipping"),
        attributes=_attributes(node),
    )


def shipment(node: Json, parent: Json, seen: Seen) -> Shipment:
    """Map a Fulfillment of an order (`parent` has at least its id and times)."""
    word = node.get("displayStatus") or node.get("status")
    return Shipment(
        **seen.ids(node),
        **_parent(parent),
        location_key_id=_id(node.get("location")),
        name=node.get("name"),
        status=manifest.SHIPMENT_STATUSES.get(word or "", ShipmentStatus.OTHER),
        platform_status=word,
        created_at=_time(node.get("createdAt")),
        updated_at=_time(node.get("updatedAt")),
        delivered_at=_time(node.get("deliveredAt")),
        tracking=[
            Tracking(company=each.get("company"), number=each.get("number"), url=each.get("url")) for each in node.get("trackingInfo") or ()
        ],
        lines=[
            ShipmentLine(
                order_line_id=_id(each.get("lineItem")), sku=(each.get("lineItem") or {}).get("sku"), quantity=each.get("quantity")
            )
            for each in _nodes(node.get("fulfillmentLineItems"))
        ],
    )


def refund(node: Json, parent: Json, seen: Seen) -> Refund:
    """Map a Refund of an order (`parent` has at least its id and times)."""
    return Refund(
        **seen.ids(node),
        **_parent(parent),
        created_at=_time(node.get("createdAt")),
        amount=_shop(node.get("totalRefundedSet")),
        shipping=_sum(_shop(each.get("subtotalAmountSet")) for each in _nodes(node.get("refundShippingLines"))),
        note=node.get("note"),
        lines=[
            RefundLine(
                order_line_id=_id(each.get("lineItem")),
                quantity=each.get("quantity"),
                amount=_shop(each.get("subtotalSet")),
                tax=_shop(each.get("totalTaxSet")),
                restocked=each.get("restocked"),
            )
            for each in _nodes(node.get("refundLineItems"))
        ],
    )


def product(node: Json, seen: Seen) -> Product:
    """Map a Product."""
    image = ((node.get("featuredMedia") or {}).get("preview") or {}).get("image") or {}
    return Product(
        **seen.ids(node),
        raw={},
        title=node["title"],
        handle=node.get("handle"),
        status=manifest.PRODUCT_STATUSES.get(node["status"], ProductStatus.OTHER),
        platform_status=node["status"],
        description_html=node.get("descriptionHtml"),
        vendor=node.get("vendor"),
        product_type=node.get("productType") or None,
        tags=node.get("tags") or [],
        options=[
            ProductOption(name=each["name"], values=[value["name"] for value in each.get("optionValues") or ()])
            for each in node.get("options") or ()
        ],
        image_url=image.get("url"),
        created_at=_time(node.get("createdAt")),
        updated_at=_time(node.get("updatedAt")),
        published_at=_time(node.get("publishedAt")),
        extras=ShopifyProductExtras(
            platform=PLATFORM,
            category=(node.get("category") or {}).get("fullName"),
            is_gift_card=node.get("isGiftCard"),
            total_inventory=node.get("totalInventory"),
        ),
    )


def variant(node: Json, currency: str, seen: Seen) -> ProductVariant:
    """Map a ProductVariant; its prices are in the shop's `currency`."""
    item = node.get("inventoryItem") or {}
    weight = (item.get("measurement") or {}).get("weight")
    return ProductVariant(
        **seen.ids(node),
        product_key_id=node["product"]["id"],
        raw={},
        title=node["title"],
        sku=node.get("sku") or None,
        barcode=node.get("barcode") or None,
        price=_price(node.get("price"), currency),
        compare_at_price=_price(node.get("compareAtPrice"), currency),
        options=[SelectedOption(name=each["name"], value=each["value"]) for each in node.get("selectedOptions") or ()],
        position=node.get("position"),
        weight=Weight(value=_decimal(weight["value"]), unit=weight["unit"]) if weight else None,
        requires_shipping=item.get("requiresShipping"),
        inventory_tracked=item.get("tracked"),
        sells_when_out_of_stock={"CONTINUE": True, "DENY": False}.get(node.get("inventoryPolicy") or ""),
        created_at=_time(node.get("createdAt")),
        updated_at=_time(node.get("updatedAt")),
        extras=ShopifyVariantExtras(
            platform=PLATFORM,
            inventory_item_id=item.get("id"),
            taxable=node.get("taxable"),
            unit_cost=_money(item.get("unitCost")),
            country_of_origin=item.get("countryCodeOfOrigin"),
            harmonized_system_code=item.get("harmonizedSystemCode"),
        ),
    )


def level(node: Json, item: Json, variant_id: str | None, seen: Seen) -> InventoryLevel:
    """Map an InventoryLevel of an item. The numbers of an item that is not tracked mean nothing and become null."""
    tracked = item.get("tracked")
    counts = {each["name"]: each.get("quantity") for each in node.get("quantities") or ()} if tracked else {}
    return InventoryLevel(
        **seen.ids({"id": node["id"], "legacyResourceId": item.get("legacyResourceId")}),
        variant_key_id=variant_id,
        location_key_id=node["location"]["id"],
        available=counts.get("available"),
        on_hand=counts.get("on_hand"),
        committed=counts.get("committed"),
        incoming=counts.get("incoming"),
        tracked=tracked,
        updated_at=_time(node.get("updatedAt")),
    )


def location(node: Json, seen: Seen) -> Location:
    """Map a Location; its address has its country's code under another name than a person's address."""
    address = node.get("address")
    return Location(
        **seen.ids(node),
        name=node["name"],
        is_active=node.get("isActive"),
        fulfils_online_orders=node.get("fulfillsOnlineOrders"),
        address=_address({**address, "countryCodeV2": address.get("countryCode")}) if address else None,
        created_at=_time(node.get("createdAt")),
        updated_at=_time(node.get("updatedAt")),
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
        address=_address(node.get("defaultAddress")),
        tags=node.get("tags") or [],
        note=node.get("note"),
        orders_count=int(count) if count is not None else None,
        total_spent=_money(node.get("amountSpent")),
        created_at=_time(node.get("createdAt")),
        updated_at=_time(node.get("updatedAt")),
        extras=ShopifyCustomerExtras(
            platform=PLATFORM,
            state=node.get("state"),
            locale=node.get("locale"),
            verified_email=node.get("verifiedEmail"),
            marketing_state=email.get("marketingState"),
        ),
    )


def _order_status(node: Json) -> OrderStatus:
    """There is no single status field: cancelled wins over archived, else the order is open."""
    if node.get("cancelledAt"):
        return OrderStatus.CANCELLED
    return OrderStatus.ARCHIVED if node.get("closed") else OrderStatus.OPEN


def _totals(node: Json) -> OrderTotals:
    tips, duties = _shop(node.get("totalTipReceivedSet")), _shop(node.get("currentTotalDutiesSet"))
    shipping = _shop(node.get("totalShippingPriceSet"))
    taken_off = [_minus(_shop(each.get("originalPriceSet")), [_shop(each.get("discountedPriceSet"))]) for each in _shipping(node)]
    return OrderTotals(
        subtotal=_shop(node.get("subtotalPriceSet")),
        discounts=_shop(node.get("totalDiscountsSet")),
        shipping=_minus(shipping, taken_off),
        fees=_sum([tips, duties]),
        tax=_shop(node.get("totalTaxSet")),
        taxes_included=node.get("taxesIncluded"),
        total=_shop(node.get("totalPriceSet")),
        refunded=_shop(node.get("totalRefundedSet")),
        outstanding=_shop(node.get("totalOutstandingSet")),
    )


def _shipping(node: Json) -> list[Json]:
    return [each for each in _nodes(node.get("shippingLines")) if not each.get("isRemoved")]


def _contact(node: Json) -> Contact | None:
    address = node.get("billingAddress") or node.get("shippingAddress") or {}
    name = " ".join(part for part in (address.get("firstName"), address.get("lastName")) if part) or None
    if not (name or node.get("email") or node.get("phone")):
        return None
    return Contact(name=name, email=node.get("email"), phone=node.get("phone"))


def _parent(parent: Json) -> dict[str, Any]:
    return {
        "order_key_id": parent["id"],
        "order_created_at": _time(parent.get("createdAt")),
        "order_updated_at": _time(parent.get("updatedAt")),
    }


def _address(node: Json | None) -> Address | None:
    if node is None:
        return None
    return Address(
        first_name=node.get("firstName"),
        last_name=node.get("lastName"),
        company=node.get("company"),
        address1=node.get("address1"),
        address2=node.get("address2") or None,
        city=node.get("city"),
        province=node.get("province"),
        province_code=node.get("provinceCode"),
        postal_code=node.get("zip"),
        country=node.get("country"),
        country_code=node.get("countryCodeV2"),
        phone=node.get("phone") or None,
    )


def _tax(node: Json) -> Tax:
    rate = node.get("rate")
    return Tax(title=node.get("title"), rate=None if rate is None else _decimal(rate), amount=_shop(node.get("priceSet")))


def _allocated(node: Json) -> list[Money | None]:
    return [_shop(each.get("allocatedAmountSet")) for each in node.get("discountAllocations") or ()]


def _attributes(node: Json) -> dict[str, Any]:
    return {each["key"]: each.get("value") for each in node.get("customAttributes") or ()}


def _nodes(connection: Json | None) -> list[Json]:
    return (connection or {}).get("nodes") or []


def _id(node: Json | None) -> str | None:
    return node["id"] if node else None


def _shop(bag: Json | None) -> Money | None:
    return _money(bag["shopMoney"]) if bag else None


def _money(node: Json | None) -> Money | None:
    return Money(amount=Decimal(node["amount"]), currency_code=node["currencyCode"]) if node else None


def _price(text: str | None, currency: str) -> Money | None:
    return Money(amount=Decimal(text), currency_code=currency) if text is not None else None


def _sum(parts: Iterable[Money | None]) -> Money | None:
    known = [part for part in parts if part is not None]
    return Money(amount=sum((part.amount for part in known), Decimal(0)), currency_code=known[0].currency_code) if known else None


def _minus(whole: Money | None, parts: Iterable[Money | None]) -> Money | None:
    taken = _sum(parts)
    if whole is None or taken is None:
        return whole
    return Money(amount=whole.amount - taken.amount, currency_code=whole.currency_code)


def _zero(like: Money | None) -> Money | None:
    return Money(amount=Decimal(0), currency_code=like.currency_code) if like else None


def _decimal(value: object) -> Decimal:
    """A number that JSON carries as one keeps the digits it was written with."""
    return Decimal(str(value))


def _time(text: str | None) -> datetime | None:
    return _moment(text) if text else None


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)
