"""Amazon's orders, packages and refunds in canonical words. Pure: every function takes rows and returns an entity.

Sources: facts, sections 4.2 to 4.5 and 4.9. A word no table knows becomes OTHER and keeps its own text beside it; a missing field becomes
null, as everything may be that a role, a status or an order's age withholds; a row without an id or a time is no entity and gives None.
"""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from adapters.amazon import manifest
from adapters.amazon.extras import AmazonOrderExtras, AmazonPayment
from adapters.amazon.totals import ZERO, Sums, in_currency, sums_of_line, sums_of_order
from adapters.amazon.values import NO_CURRENCY, Json, Seen, address, moment, money, positive, record, rows, text, texts, whole, without
from schema.address import Contact
from schema.making import make_contact, make_discount, make_line, make_order, make_parts, make_shipping_line, make_tax, make_totals
from schema.money import Money, make_money
from schema.orders import Order, OrderLine, OrderStatus, OrderTotals, Tax
from schema.refunds import Refund, RefundLine
from schema.shipments import Shipment, ShipmentLine, ShipmentStatus, Tracking

PLATFORM = "amazon"
ADDRESS_KNOWN = frozenset({
    "name", "companyName", "addressLine1", "addressLine2", "addressLine3", "city", "stateOrRegion", "postalCode", "countryCode", "phone",
})  # fmt: skip
# What of a row is mapped, or is a part of its own.
ORDER_KNOWN = frozenset({"orderId", "createdTime", "lastUpdatedTime", "orderItems", "packages", "buyer", "recipient"})
LINE_KNOWN = frozenset({"orderItemId", "quantityOrdered", "product", "proceeds"})
PRODUCT_KNOWN = frozenset({"title", "sellerSku"})


def order(row: Json, seen: Seen) -> Order | None:
    """Map an order with its lines."""
    order_id = text(row.get("orderId"))
    created, updated = moment(row.get("createdTime")), moment(row.get("lastUpdatedTime"))
    if order_id is None or created is None:
        return None
    word = status_word(row) or ""
    items = rows(row.get("orderItems"))
    sums_of_items, currency = [sums_of_line(each) for each in items], currency_of(row)
    sums = sums_of_order(row, sums_of_items)
    shipping = in_currency(sums.shipping, currency)
    level = text(record(row.get("fulfillment")).get("fulfillmentServiceLevel"))
    channel = record(row.get("salesChannel"))
    recipient, fulfilment = record(row.get("recipient")), manifest.FULFILMENT_STATUSES.get(word)
    wishes = record(recipient.get("deliveryPreference"))
    return make_order(
        **seen.ids(order_id, order_id),
        customer_key_id=None,
        raw=_metadata(row, recipient),
        parts=make_parts(lines=_lines(row, items, sums_of_items, currency, seen), has_refunds=False if word in manifest.UNPAID else None),
        number=order_id,
        created_at=created,
        updated_at=updated or created,
        placed_at=created,
        cancelled_at=None,
        closed_at=None,
        paid_at=None,
        status=manifest.ORDER_STATUSES.get(word, OrderStatus.OTHER),
        platform_status=word,
        payment_status=manifest.PAYMENT_STATUSES.get(word),
        platform_payment_status=None,
        fulfilment_status=fulfilment,
        platform_fulfilment_status=word or None,
        cancel_reason=_cancel_reason(items, word),
        test=None,
        currency_code=currency,
        totals=_totals(row, sums, currency),
        taxes=_taxes(sums, currency),
        discounts=[make_discount(code=None, title=each, amount=None) for each in _promotions(items)],
        shipping_lines=[make_shipping_line(title=None, code=level, amount=shipping)] if level or shipping else [],
        billing_address=None,
        shipping_address=address(recipient.get("deliveryAddress")),
        contact=_contact(record(row.get("buyer"))),
        tags=[],
        note=text(wishes.get("addressInstruction")),
        channel=text(channel.get("marketplaceName")) or text(channel.get("channelName")),
        extras=_extras(row, items),
    )


def lines(row: Json, seen: Seen) -> list[OrderLine]:
    """Map the items of an order."""
    items = rows(row.get("orderItems"))
    return _lines(row, items, [sums_of_line(each) for each in items], currency_of(row), seen)


def status_word(row: Json) -> str | None:
    """Return an order's only status word."""
    return text(record(row.get("fulfillment")).get("fulfillmentStatus"))


def currency_of(row: Json) -> str:
    """Return the currency of an order: of its total, of any of its prices, or of the site it was placed on."""
    found = next((amount.currency_code for each in _amounts(row) if (amount := money(each)) is not None), None)
    site = manifest.MARKETPLACES.get(text(record(row.get("salesChannel")).get("marketplaceId")) or "")
    return found or (site.currency if site else NO_CURRENCY)


def shipments(row: Json, seen: Seen) -> list[Shipment]:
    """Map the packages of an order."""
    return [found for each in rows(row.get("packages")) if (found := _shipment(each, row, seen)) is not None]


def is_refund(row: Json) -> bool:
    """Say whether a transaction gave money back."""
    said = f"{text(row.get('description'))} {text(row.get('transactionType'))}".lower()
    return "refund" in said or _related(row, "REFUND_ID") is not None


def refund(row: Json, parent: Json, seen: Seen) -> Refund | None:
    """Map a transaction that gave money back for an order (`parent`)."""
    order_id, refund_id = text(parent.get("orderId")), refund_key(row)
    if order_id is None or refund_id is None:
        return None
    items = rows(row.get("items"))
    return Refund(
        **seen.ids(f"{order_id}:{refund_id}", refund_id),
        order_key_id=order_id,
        order_created_at=moment(parent.get("createdTime")),
        order_updated_at=moment(parent.get("lastUpdatedTime")),
        created_at=moment(row.get("postedDate")),
        amount=positive(money(row.get("totalAmount"))),
        shipping=positive(_broken_down([part for each in items for part in rows(each.get("breakdowns"))], "Shipping")),
        note=None,
        lines=[_refund_line(each, parent) for each in items],
    )


def refund_key(row: Json) -> str | None:
    """Return the id of a transaction, or of the refund it is of."""
    return text(row.get("transactionId")) or _related(row, "REFUND_ID")


def _metadata(row: Json, recipient: Json) -> Json:
    """Return every field without a canonical place."""
    found = without(row, ORDER_KNOWN)
    rest = without(recipient, {"deliveryAddress"})
    place = without(record(recipient.get("deliveryAddress")), ADDRESS_KNOWN)
    if rest or place:
        found["recipient"] = {**rest, **({"deliveryAddress": place} if place else {})}
    return found


def _cancel_reason(items: Sequence[Json], word: str) -> str | None:
    """Return why an order was called off: as it was carried out, or, where that is not told, as the buyer asked for it."""
    if word != "CANCELLED":
        return None
    stages = [record(each.get("cancellation")).get(stage) for stage in ("cancellationExecution", "cancellationRequest") for each in items]
    return next((reason for each in stages if (reason := text(record(each).get("cancelReason")))), None)


def _totals(row: Json, sums: Sums, currency: str) -> OrderTotals:
    site = manifest.MARKETPLACES.get(text(record(row.get("salesChannel")).get("marketplaceId")) or "")
    included = sums.taxes_included
    if included is None and not sums.tax and site is not None:
        included = site.taxes_included
    return make_totals(
        subtotal=in_currency(sums.item, currency),
        discounts=in_currency(sums.discount, currency),
        shipping=in_currency(sums.shipping, currency),
        fees=in_currency(sums.fees, currency),
        tax=in_currency(sums.tax, currency),
        taxes_included=included,
        total=in_currency(sums.total, currency),
        refunded=None,
        outstanding=None,
    )


def _taxes(sums: Sums, currency: str) -> list[Tax]:
    """Amazon does not name taxes; it says what each is on."""
    return [make_tax(title=kind, rate=None, amount=in_currency(value, currency)) for kind, value in sums.taxes.items()]


def _promotions(items: Sequence[Json]) -> list[str]:
    found = [text(part.get("promotionId")) for each in items for part in rows(record(each.get("promotion")).get("breakdowns"))]
    return list(dict.fromkeys(each for each in found if each))


def _contact(buyer: Json) -> Contact | None:
    name, email = text(buyer.get("buyerName")), text(buyer.get("buyerEmail"))
    return make_contact(name=name, email=email, phone=None) if name or email else None


def _extras(row: Json, items: Sequence[Json]) -> AmazonOrderExtras:
    channel, fulfilment = record(row.get("salesChannel")), record(row.get("fulfillment"))
    ship, deliver = record(fulfilment.get("shipByWindow")), record(fulfilment.get("deliverByWindow"))
    aliases = [text(each.get("aliasId")) for each in rows(row.get("orderAliases")) if each.get("aliasType") == "SELLER_ORDER_ID"]
    return AmazonOrderExtras(
        platform=PLATFORM,
        marketplace_id=text(channel.get("marketplaceId")),
        channel_name=text(channel.get("channelName")),
        seller_order_id=next(iter(aliases), None),
        fulfilled_by=text(fulfilment.get("fulfilledBy")),
        service_level=text(fulfilment.get("fulfillmentServiceLevel")),
        programs=texts(row.get("programs")),
        ship_after=moment(ship.get("earliestDateTime")),
        ship_by=moment(ship.get("latestDateTime")),
        deliver_after=moment(deliver.get("earliestDateTime")),
        deliver_by=moment(deliver.get("latestDateTime")),
        original_order_ids=[found for each in rows(row.get("associatedOrders")) if (found := text(each.get("orderId")))],
        purchase_order_number=text(record(row.get("buyer")).get("buyerPurchaseOrderNumber")),
        payments=[
            AmazonPayment(method=text(each.get("paymentMethod")), amount=money(each.get("paymentAmount")))
            for each in rows(record(row.get("payment")).get("paymentExecutions"))
        ],
        cancellation_requested=any(record(each.get("cancellation")).get("cancellationRequest") for each in items),
    )


def _amounts(row: Json) -> Iterator[object]:
    """Yield the amounts that tell an order's currency, the surest first."""
    yield record(row.get("proceeds")).get("grandTotal")
    for each in rows(row.get("orderItems")):
        yield record(each.get("proceeds")).get("proceedsTotal")
        yield _price(each)


def _price(item: Json) -> object:
    return record(record(item.get("product")).get("price")).get("unitPrice")


def _lines(row: Json, items: Sequence[Json], sums: Sequence[Sums], currency: str, seen: Seen) -> list[OrderLine]:
    found = (_line(item, of_item, currency, row, seen) for item, of_item in zip(items, sums, strict=True))
    return [each for each in found if each is not None]


def _line(row: Json, sums: Sums, currency: str, parent: Json, seen: Seen) -> OrderLine | None:
    line_id, order_id = text(row.get("orderItemId")), text(parent.get("orderId"))
    if line_id is None or order_id is None:
        return None
    ware, fulfilment = record(row.get("product")), record(row.get("fulfillment"))
    sku = text(ware.get("sellerSku"))
    return make_line(
        store_name=seen.store,
        order_key_id=order_id,
        variant_key_id=sku,
        product_key_id=sku,
        known_refunded=0 if status_word(parent) in manifest.UNPAID else None,
        platform_id=line_id,
        sku=sku,
        title=text(ware.get("title")) or "",
        variant_title=None,
        quantity=whole(row.get("quantityOrdered")) or 0,
        fulfilled_quantity=whole(fulfilment.get("quantityFulfilled")),
        unit_price=money(_price(row)),
        discounts=in_currency(sums.item_discount, currency),
        total=in_currency(sums.item, currency),
        tax=in_currency(sums.tax, currency),
        taxes=_taxes(sums, currency),
        attributes={**without(row, LINE_KNOWN), "product": without(ware, PRODUCT_KNOWN)},
    )


def _shipment(row: Json, parent: Json, seen: Seen) -> Shipment | None:
    order_id, reference = text(parent.get("orderId")), text(row.get("packageReferenceId"))
    if order_id is None or reference is None:
        return None
    state = record(row.get("packageStatus"))
    words = [word for word in (text(state.get("detailedStatus")), text(state.get("status"))) if word]
    known = (manifest.SHIPMENT_STATUSES[word] for word in words if word in manifest.SHIPMENT_STATUSES)
    tracking = Tracking(company=text(row.get("carrier")), number=text(row.get("trackingNumber")), url=None)
    skus = {text(each.get("orderItemId")): text(record(each.get("product")).get("sellerSku")) for each in rows(parent.get("orderItems"))}
    items = [(text(each.get("orderItemId")), whole(each.get("quantity"))) for each in rows(row.get("packageItems"))]
    return Shipment(
        **seen.ids(f"{order_id}:{reference}", reference),
        order_key_id=order_id,
        order_created_at=moment(parent.get("createdTime")),
        order_updated_at=moment(parent.get("lastUpdatedTime")),
        location_key_id=None,
        name=reference,
        status=next(known, ShipmentStatus.OTHER),
        platform_status=words[0] if words else None,
        created_at=moment(row.get("createdTime")),
        updated_at=None,
        delivered_at=None,
        tracking=[tracking] if tracking.company or tracking.number else [],
        lines=[ShipmentLine(order_line_id=item, sku=skus.get(item), quantity=units) for item, units in items],
    )


def _related(row: Json, name: str) -> str | None:
    found = [
        each.get("relatedIdentifierValue") for each in rows(row.get("relatedIdentifiers")) if each.get("relatedIdentifierName") == name
    ]
    return next((value for each in found if (value := text(each))), None)


def _refund_line(row: Json, parent: Json) -> RefundLine:
    """Map what was given back for an item. Its own id is of the adjustment: the line is found by the SKU, where one line has it."""
    product = next((each for each in rows(row.get("contexts")) if each.get("sku")), {})
    sku = text(product.get("sku"))
    candidates = [each for each in rows(parent.get("orderItems")) if text(record(each.get("product")).get("sellerSku")) == sku]
    total, tax = money(row.get("totalAmount")), _broken_down(rows(row.get("breakdowns")), "Tax")
    shipping = _broken_down(rows(row.get("breakdowns")), "Shipping")
    amount = total.amount - (tax.amount if tax else ZERO) - (shipping.amount if shipping else ZERO) if total else None
    return RefundLine(
        order_line_id=text(candidates[0].get("orderItemId")) if sku and len(candidates) == 1 else None,
        quantity=whole(product.get("quantityShipped")),
        amount=positive(in_currency(amount, total.currency_code)) if total else None,
        tax=positive(tax),
        restocked=None,
    )


def _broken_down(parts: Sequence[Json], kind: str) -> Money | None:
    """Return the sum of all parts of a kind, however deep they lie; a part within a part of its kind is in that already."""
    found: list[Money] = []
    for part in parts:
        if text(part.get("breakdownType")) == kind:
            found += [amount] if (amount := money(part.get("breakdownAmount"))) else []
        elif (inner := _broken_down(rows(part.get("breakdowns")), kind)) is not None:
            found.append(inner)
    return make_money(amount=sum((each.amount for each in found), Decimal(0)), currency_code=found[0].currency_code) if found else None
