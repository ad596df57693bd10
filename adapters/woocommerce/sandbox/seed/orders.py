"""An order's row: lines, taxes, coupons, fees and shipping whose sums agree.

total          = lines + their taxes + shipping + its tax + fees + their taxes
discount_total = lines before coupons - lines after them
"""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from adapters.woocommerce.sandbox.seed.facts import Facts
from adapters.woocommerce.sandbox.seed.history import HOUR, buyer_of
from adapters.woocommerce.sandbox.seed.lines import Coupon, Line, coupon_of, line_rows, make_lines
from adapters.woocommerce.sandbox.seed.refunds import summaries
from adapters.woocommerce.sandbox.table import Head, Row

PAID = frozenset({"processing", "completed", "refunded", "picked", "awaiting-pickup", "partially-shipped"})
UNPAID = frozenset({"pending", "failed"})
EDITABLE = frozenset({"pending", "on-hold", "auto-draft", "checkout-draft"})
PAYMENTS = (("cod", "Cash on delivery"), ("bacs", "Direct bank transfer"), ("cardpay", "Card (CardPay)"), ("", ""))
SHIPPING = (
    ("flat_rate", "Flat rate", 500),
    ("free_shipping", "Free shipping", 0),
    ("local_pickup", "Local pickup", 0),
    ("flat_rate", "Express", 1450),
)
FEES = ((None, 0, True), (None, 0, True), (None, 0, True), (None, 0, True), ("Gift wrap", 300, True), ("Cup return bonus", -200, False))
STRANGE_META: tuple[tuple[str, Any], ...] = (
    ("_gift", {"to": "Grandma 🎁", "lines": [1, {"deep": None}]}),
    ("_flag", True),
    ("_count", 3.5),
    ("_serialized", 'a:1:{s:1:"k";s:1:"v";}'),
    ("_empty", []),
)


@dataclass(frozen=True, slots=True)
class Extras:
    """What an order costs beside its lines, in the smallest unit."""

    shipping: tuple[str, str, int]
    shipping_tax: int
    fee: tuple[str | None, int, bool]
    fee_tax: int


def order_row(facts: Facts, head: Head, refunds: Sequence[Head]) -> Row:
    """Return the full row of an order with the summaries of its refunds; times are instants."""
    draw = Random(f"{facts.name}/order/{head.id}")
    coupon = coupon_of(draw, head)
    taxed = draw.random() < 0.9
    lines = make_lines(facts, head, coupon, taxed=taxed)
    extras = _extras(facts, draw, lines, taxed=taxed, refunded=bool(refunds))
    row = {
        "id": head.id,
        "parent_id": 0,
        "status": head.status,
        "currency": facts.currency,
        "version": facts.version,
        "prices_include_tax": facts.profile.prices_include_tax,
        **_sums(facts, lines, extras),
        "customer_id": head.owner,
        "order_key": f"wc_order_{draw.getrandbits(64):016x}",
        **_addresses(facts, head, draw),
        **_payment(head, draw),
        "number": head.mark,
        "meta_data": _meta(facts, head),
        "line_items": line_rows(facts, head, lines, taxed=taxed),
        **_other_lines(facts, head, lines, extras, coupon, taxed=taxed),
        "is_editable": head.status in EDITABLE,
        "needs_processing": True,
        "currency_symbol": facts.symbol,
    }
    row["needs_payment"] = head.status in UNPAID and facts.money.minor(row["total"]) > 0
    row["refunds"] = summaries(facts, row, refunds)
    return row


def _extras(facts: Facts, draw: Random, lines: Sequence[Line], *, taxed: bool, refunded: bool) -> Extras:
    shipping = draw.choice(SHIPPING)
    fee = draw.choice(FEES)
    if fee[1] < 0 and (refunded or sum(line.total for line in lines) < 1000):
        fee = FEES[0]
    shipping_tax = facts.tax(shipping[2]) if taxed and draw.random() < 0.4 else 0
    return Extras(shipping, shipping_tax, fee, facts.tax(fee[1]) if taxed and fee[2] else 0)


def _sums(facts: Facts, lines: Sequence[Line], extras: Extras) -> Row:
    cart_tax = sum(line.total_tax for line in lines) + extras.fee_tax
    total = sum(line.total for line in lines) + extras.fee[1] + extras.shipping[2] + cart_tax + extras.shipping_tax
    sums = {
        "discount_total": sum(line.subtotal - line.total for line in lines),
        "discount_tax": sum(line.subtotal_tax - line.total_tax for line in lines),
        "shipping_total": extras.shipping[2],
        "shipping_tax": extras.shipping_tax,
        "cart_tax": cart_tax,
        "total": total,
        "total_tax": cart_tax + extras.shipping_tax,
    }
    return {key: facts.money.text(minor) for key, minor in sums.items()}


def _addresses(facts: Facts, head: Head, draw: Random) -> Row:
    buyer = facts.person(buyer_of(head))
    return {"billing": buyer.billing(), "shipping": buyer.shipping(filled=draw.random() < 0.85)}


def _payment(head: Head, draw: Random) -> Row:
    paid = head.created + draw.randrange(20, 900) if head.status in PAID else None
    done = min(paid + draw.randrange(HOUR, 20 * HOUR), head.modified) if paid and head.status in {"completed", "refunded"} else None
    method, title = draw.choice(PAYMENTS[:3]) if head.status != "checkout-draft" else PAYMENTS[3]
    return {
        "payment_method": method,
        "payment_method_title": title,
        "transaction_id": f"txn_{draw.getrandbits(40):010x}" if method == "cardpay" and paid else "",
        "customer_ip_address": "192.0.2.10" if head.type in {"checkout", "store-api"} else "",
        "customer_user_agent": "",
        "created_via": head.type,
        "customer_note": "Please ring twice." if draw.random() < 0.05 else "",
        "date_completed": done,
        "date_paid": paid and min(paid, head.modified),
        "cart_hash": f"{draw.getrandbits(128):032x}" if head.type == "checkout" else "",
    }


def _meta(facts: Facts, head: Head) -> list[Row]:
    entries: list[tuple[str, Any]] = [("_channel", "seed"), ("is_vat_exempt", "no")]
    if facts.profile.odd:
        entries += STRANGE_META[: head.id % 6]
    return [{"id": head.id * 1000 + place, "key": key, "value": value} for place, (key, value) in enumerate(entries)]


def _other_lines(facts: Facts, head: Head, lines: Sequence[Line], extras: Extras, coupon: Coupon | None, *, taxed: bool) -> Row:
    first = head.id * 1000 + 900
    text = facts.money.text
    method, title, cost = extras.shipping
    name, amount, taxable = extras.fee
    cart_tax = sum(line.total_tax for line in lines) + extras.fee_tax
    rate: Row = {
        "id": first,
        "rate_code": f"{facts.profile.country}-TAX-1",
        "rate_id": 1,
        "label": facts.profile.tax_label,
        "compound": False,
    }
    rate |= {
        "tax_total": text(cart_tax),
        "shipping_tax_total": text(extras.shipping_tax),
        "rate_percent": facts.profile.tax / 100,
        "meta_data": [],
    }
    shipping: Row = {"id": first + 1, "method_title": title, "method_id": method, "instance_id": "1", "total": text(cost)}
    shipping |= {
        "total_tax": text(extras.shipping_tax),
        "taxes": _taxes(facts, extras.shipping_tax),
        "tax_status": "taxable",
        "meta_data": [],
    }
    fee: Row = {"id": first + 2, "name": name, "tax_class": "", "tax_status": "taxable" if taxable else "none", "amount": text(amount)}
    fee |= {"total": text(amount), "total_tax": text(extras.fee_tax), "taxes": _taxes(facts, extras.fee_tax, subtotal=""), "meta_data": []}
    return {
        "tax_lines": [rate] if taxed else [],
        "shipping_lines": [shipping],
        "fee_lines": [fee] if name else [],
        "coupon_lines": [_coupon_line(facts, first + 3, lines, coupon)] if coupon else [],
    }


def _taxes(facts: Facts, tax: int, **more: str) -> list[Row]:
    return [{"id": 1, "total": facts.money.text(tax), **more}] if tax else []


def _coupon_line(facts: Facts, line_id: int, lines: Sequence[Line], coupon: Coupon) -> Row:
    discount = sum(line.subtotal - line.total for line in lines)
    tax = sum(line.subtotal_tax - line.total_tax for line in lines)
    nominal = coupon.percent or facts.money.each(coupon.fixed, 1)
    money = {"discount": facts.money.text(discount), "discount_tax": facts.money.text(tax)}
    kind = {"discount_type": coupon.type, "nominal_amount": nominal, "free_shipping": False}
    return {"id": line_id, "code": coupon.code, **money, "meta_data": [], **kind}
