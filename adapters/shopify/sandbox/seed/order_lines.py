"""What stands on an order's lines: the lines themselves, discounts, shipping and taxes, as the wire shows them."""

from adapters.shopify.sandbox.seed.bills import Bill, Line
from adapters.shopify.sandbox.seed.identifiers import child, gid
from adapters.shopify.sandbox.seed.money import Amounts, Row
from adapters.shopify.sandbox.seed.orders import Order
from adapters.shopify.sandbox.seed.profiles import Profile
from adapters.shopify.sandbox.seed.refunds import Refund

DISCOUNTS = (
    ("ManualDiscountApplication", "Apology"),
    ("AutomaticDiscountApplication", "Five off"),
    ("ScriptDiscountApplication", "Loyalty script"),
)
CODE_TARGETS = {False: "LINE_ITEM", True: "SHIPPING_LINE"}


def taxes(profile: Profile, made: Bill, amounts: Amounts, given_back: list[Refund] | None = None) -> list[Row]:
    """Sum an order's taxes by kind; with refunds, what is left of them."""
    rows: list[Row] = []
    sent_back = any(refund.shipping for refund in given_back or [])
    for at, (title, rate) in enumerate(profile.taxes):
        amount = sum(line.taxes[at] for line in made.lines if line.taxes)
        if given_back:
            amount -= sum(line.part(line.taxes[at], line.back) for line in made.lines if line.taxes)
        amount += made.shipping_taxes[at] if made.shipping_taxes and not sent_back else 0
        if amount:
            rows.append(_tax_row(title, rate, amount, amounts))
    return rows


def _tax_row(title: str, rate: float, amount: int, amounts: Amounts) -> Row:
    return {
        "title": title,
        "rate": rate,
        "ratePercentage": rate * 100,
        "source": "Shopify",
        "channelLiable": False,
        "priceSet": amounts.bag(amount),
    }


def applications(head: Order, made: Bill) -> list[Row]:
    """List the discounts: the code first, then the one taken on single lines."""
    found: list[Row] = []
    if made.code:
        name, rate = made.code
        free = name == "SHIPFREE"
        value = {"__typename": "PricingPercentageValue", "percentage": 100.0 if free else rate * 100}
        found.append({"__typename": "DiscountCodeApplication", "code": name, "targetType": CODE_TARGETS[free], "value": value})
    if any(line.own_discount for line in made.lines):
        kind, title = DISCOUNTS[head.index % len(DISCOUNTS)]
        value = {"__typename": "PricingPercentageValue", "percentage": 5.0}
        found.append({"__typename": kind, "title": title, "description": title, "targetType": "LINE_ITEM", "value": value})
    for at, row in enumerate(found):
        code = row["__typename"] == "DiscountCodeApplication"
        row.update(index=at, targetSelection="ALL" if code else "EXPLICIT", allocationMethod="ACROSS" if code else "EACH")
    return found


def line_row(profile: Profile, head: Order, line: Line, amounts: Amounts, discounts: list[Row]) -> Row:
    """Write one line."""
    variant, bag = line.variant, amounts.bag
    titled = variant is not None and variant.title != "Default Title"
    return {
        "__typename": "LineItem",
        "id": gid("LineItem", child("LineItem", head.index, line.at)),
        "name": variant.display_name if variant else line.title,
        "title": line.title,
        "variantTitle": variant.title if variant and titled else None,
        "sku": variant.sku if variant else None,
        "vendor": variant.product.vendor if variant else None,
        "quantity": line.quantity,
        "currentQuantity": line.quantity - line.back,
        "refundableQuantity": line.quantity - line.back,
        "unfulfilledQuantity": line.quantity - line.sent - line.dropped,
        "nonFulfillableQuantity": line.dropped,
        "requiresShipping": line.needs_shipping,
        "taxable": variant.taxable if variant else True,
        "isGiftCard": bool(variant and variant.product.gift_card),
        "product": variant.product.id if variant else None,
        "variant": variant.id if variant else None,
        "customAttributes": [{"key": "engraving", "value": "For you"}] if variant is None else [],
        "originalUnitPriceSet": bag(line.unit),
        "originalTotalSet": bag(line.gross),
        "discountedUnitPriceSet": bag((line.gross - line.own_discount) // line.quantity),
        "discountedTotalSet": bag(line.gross - line.own_discount),
        "discountedUnitPriceAfterAllDiscountsSet": bag(line.net // line.quantity),
        "totalDiscountSet": bag(line.own_discount),
        "taxLines": [
            _tax_row(title, rate, amount, amounts) for (title, rate), amount in zip(profile.taxes, line.taxes, strict=False) if amount
        ],
        "discountAllocations": _allocations(line, discounts, amounts),
    }


def _allocations(line: Line, discounts: list[Row], amounts: Amounts) -> list[Row]:
    rows: list[Row] = []
    for application in discounts:
        code = application["__typename"] == "DiscountCodeApplication"
        amount = line.code_discount if code else line.own_discount
        if amount:
            rows.append({"allocatedAmountSet": amounts.bag(amount), "discountApplication": application})
    return rows


def shipping_lines(profile: Profile, head: Order, made: Bill, amounts: Amounts, discounts: list[Row]) -> list[Row]:
    """Write how the order was sent, and for how much."""
    if not made.shipping_title:
        return []
    free = [row for row in discounts if row["targetType"] == "SHIPPING_LINE"]
    discount = amounts.bag(made.shipping_discount)
    return [
        {
            "id": gid("ShippingLine", child("ShippingLine", head.index, 0)),
            "title": made.shipping_title,
            "code": made.shipping_title,
            "custom": False,
            "source": "shopify",
            "carrierIdentifier": None,
            "deliveryCategory": None,
            "phone": None,
            "isRemoved": False,
            "originalPriceSet": amounts.bag(made.shipping),
            "discountedPriceSet": amounts.bag(made.shipping_net),
            "discountAllocations": [{"allocatedAmountSet": discount, "discountApplication": row} for row in free if made.shipping_discount],
            "taxLines": [
                _tax_row(title, rate, amount, amounts) for (title, rate), amount in zip(profile.taxes, made.shipping_taxes, strict=False)
            ],
        }
    ]
