"""An order as the platform shows it, built from its plan."""

from hashlib import md5

from adapters.magento.sandbox.dates import shown
from adapters.magento.sandbox.seed.facts import Facts
from adapters.magento.sandbox.seed.lines import Line, line_row, lines_of, shippable
from adapters.magento.sandbox.seed.money import kilograms, number
from adapters.magento.sandbox.seed.people import Person
from adapters.magento.sandbox.seed.plans import GUESTS, Plan
from adapters.magento.sandbox.seed.totals import (
    Currency,
    Totals,
    cancelled_totals,
    document_totals,
    documents_totals,
    in_currency,
    order_totals,
)
from adapters.magento.sandbox.table import Row

# Fields that a row lacks when they are empty: they can be searched by all the same.
NULLABLE = (
    *("applied_rule_ids", "coupon_code", "customer_dob", "customer_id", "customer_taxvat", "discount_description", "edit_increment"),
    *("ext_customer_id", "ext_order_id", "hold_before_state", "hold_before_status", "original_increment_id", "relation_child_id"),
    *("relation_child_real_id", "relation_parent_id", "relation_parent_real_id", "shipping_description", "total_canceled"),
    *("total_invoiced", "total_offline_refunded", "total_online_refunded", "total_paid", "total_refunded", "weight"),
)
METHODS = (("checkmo", "Check / Money order"), ("cashondelivery", "Cash On Delivery"), ("banktransfer", "Bank Transfer Payment"))
CARD = ("payflowpro", "Credit Card")
CURRENCIES: tuple[tuple[str, Currency], ...] = (("", "order"), ("base_", "base"))


def order_row(facts: Facts, plan: Plan, plans: dict[int, Plan]) -> Row:
    """Return the full order."""
    lines = lines_of(facts, plan)
    buyer, shipped = facts.person(plan.buyer), any(shippable(line) for line in lines)
    rows = [line_row(plan, line, lines) for line in lines]
    row: Row = {}
    for prefix, currency in CURRENCIES:
        row |= _money(facts, plan, lines, prefix, currency)
    row |= _head(facts, plan, lines, buyer)
    row |= _relations(plan, plans)
    row["items"] = rows
    row["billing_address"] = address_row(buyer, plan, "billing")
    row["payment"] = _payment(facts, plan, lines)
    row["status_histories"] = _histories(facts, plan, lines)
    row["extension_attributes"] = {"shipping_assignments": [_assignment(plan, row, rows, buyer)] if shipped else []}
    if shipped:
        row["shipping_description"] = "Flat Rate - Fixed"
    return row


def address_row(buyer: Person, plan: Plan, kind: str) -> Row:
    """Return an order's address; its id is the order's times two, less one for shipping."""
    row: Row = {
        "address_type": kind,
        "city": buyer.city.name,
        "country_id": buyer.country,
        "email": email_of(plan, buyer),
        "entity_id": address_id(plan, kind),
        "firstname": buyer.first,
        "lastname": buyer.last,
        "parent_id": plan.id,
        "postcode": buyer.city.postcode,
        "region": buyer.city.region,
        "region_code": buyer.city.code,
        "region_id": buyer.city.region_id,
        "street": list(buyer.street),
        "telephone": buyer.phone,
    }
    return {**row, **({"company": buyer.company} if buyer.company else {})}


def address_id(plan: Plan, kind: str) -> int:
    """Return the id of an order's billing or shipping address."""
    return plan.id * 2 - (kind == "shipping")


def email_of(plan: Plan, buyer: Person) -> str:
    """Return the address the order was placed with."""
    return str(plan.changes.get("customer_email", buyer.email))


def transaction_of(plan: Plan) -> str:
    """Return the card payment's number at its gateway."""
    return f"A{plan.id:011X}"


def view_name(facts: Facts, plan: Plan) -> str:
    """Return website, store and store view as the platform writes them into an order: below one another."""
    view = facts.view(plan.view)
    site = "Main Website" if view.website == 1 else "Wholesale Website"
    return f"{site}\n{site} Store\n{view.name}"


def _money(facts: Facts, plan: Plan, lines: list[Line], prefix: str, currency: Currency) -> Row:
    whole = order_totals(facts, plan, lines, currency)
    done, back = (documents_totals(facts, plan, lines, kind, currency) for kind in (plan.invoices, plan.memos))
    paid = done.grand
    row: Row = {
        f"{prefix}grand_total": number(whole.grand),
        f"{prefix}subtotal": number(whole.subtotal),
        f"{prefix}subtotal_incl_tax": number(whole.subtotal + whole.full_tax),
        f"{prefix}discount_amount": number(-whole.discount),
        f"{prefix}discount_tax_compensation_amount": 0,
        f"{prefix}tax_amount": number(whole.tax + whole.shipping_tax),
        f"{prefix}shipping_amount": number(whole.shipping),
        f"{prefix}shipping_incl_tax": number(whole.shipping + whole.shipping_tax),
        f"{prefix}shipping_tax_amount": number(whole.shipping_tax),
        f"{prefix}shipping_discount_amount": 0,
        f"{prefix}total_due": number(whole.grand - paid),
    }
    if plan.invoices:
        row |= _progress_money(prefix, "invoiced", done)
        row |= {f"{prefix}total_invoiced": number(done.grand), f"{prefix}total_paid": number(paid)}
    if plan.memos:
        row |= _progress_money(prefix, "refunded", back)
        row |= _refund_money(facts, plan, lines, prefix, currency)
    if any(plan.cancelled.values()):
        lost = cancelled_totals(facts, plan, lines, currency)
        row |= _progress_money(prefix, "canceled", lost)
        row[f"{prefix}total_canceled"] = number(lost.grand)
    return row


def _refund_money(facts: Facts, plan: Plan, lines: list[Line], prefix: str, currency: Currency) -> Row:
    online, offline = (
        sum(document_totals(facts, plan, lines, memo, currency).grand for memo in plan.memos if memo.online is way) for way in (True, False)
    )
    more, less = (
        in_currency(facts, plan, sum(getattr(memo, name) for memo in plan.memos), currency) for name in ("adjustment", "deduction")
    )
    row: Row = {f"{prefix}total_refunded": number(online + offline)}
    row |= {f"{prefix}total_offline_refunded": number(offline)} if offline or not online else {}
    row |= {f"{prefix}total_online_refunded": number(online)} if online else {}
    return row | {f"{prefix}adjustment_positive": number(more), f"{prefix}adjustment_negative": number(less)}


def _progress_money(prefix: str, how: str, totals: Totals) -> Row:
    return {
        f"{prefix}subtotal_{how}": number(totals.subtotal),
        f"{prefix}discount_{how}": number(-totals.discount),
        f"{prefix}tax_{how}": number(totals.tax + totals.shipping_tax),
        f"{prefix}shipping_{how}": number(totals.shipping),
    }


def _head(facts: Facts, plan: Plan, lines: list[Line], buyer: Person) -> Row:
    view = facts.view(plan.view)
    outer = [line for line in lines if not line.parent]
    row: Row = {
        "base_currency_code": facts.profile.base_currency,
        "base_to_global_rate": 1,
        "base_to_order_rate": view.rate / 10_000 if view.rate != 10_000 else 1,
        "billing_address_id": address_id(plan, "billing"),
        "created_at": shown(plan.created),
        "customer_email": buyer.email,
        "customer_firstname": buyer.first,
        "customer_group_id": 0 if plan.guest else 1,
        "customer_is_guest": int(plan.guest),
        "customer_lastname": buyer.last,
        "customer_note_notify": 0,
        "entity_id": plan.id,
        "global_currency_code": facts.profile.base_currency,
        "increment_id": plan.increment,
        "is_virtual": int(not any(shippable(line) for line in lines)),
        "order_currency_code": view.currency,
        "protect_code": md5(f"{facts.name}/{plan.id}".encode(), usedforsecurity=False).hexdigest(),
        "quote_id": plan.id,
        "remote_ip": "192.0.2.7",
        "state": plan.story.state,
        "status": plan.story.status,
        "store_currency_code": view.currency,
        "store_id": plan.view,
        "store_name": view_name(facts, plan),
        "store_to_base_rate": 0,
        "store_to_order_rate": 0,
        "total_item_count": len(outer),
        "total_qty_ordered": sum(line.quantity for line in outer),
        "updated_at": shown(plan.updated),
        "weight": kilograms(sum((line.chosen or line.ware).weight * line.quantity for line in outer)),
    }
    if not plan.guest:
        row["customer_id"] = plan.buyer
    if plan.coupon:
        row |= {"coupon_code": plan.coupon, "discount_description": plan.coupon, "applied_rule_ids": "1"}
    if plan.story.state == "holded":
        row |= {"hold_before_state": "processing", "hold_before_status": "processing"}
    return row


def _relations(plan: Plan, plans: dict[int, Plan]) -> Row:
    """Tie an order to the one it was edited into, or out of."""
    row: Row = {}
    if plan.child in plans:
        row |= {"relation_child_id": str(plan.child), "relation_child_real_id": plans[plan.child].increment}
    if plan.parent in plans:
        before = plans[plan.parent].increment
        row |= {"relation_parent_id": str(plan.parent), "relation_parent_real_id": before}
        row |= {"original_increment_id": before, "edit_increment": 1}
    return row


def _payment(facts: Facts, plan: Plan, lines: list[Line]) -> Row:
    method, title = CARD if plan.online else METHODS[plan.id % len(METHODS)]
    row: Row = {"account_status": None, "additional_information": [title], "cc_last4": None, "entity_id": plan.id, "method": method}
    row["parent_id"] = plan.id
    if plan.online and plan.invoices:
        row["last_trans_id"] = transaction_of(plan)
    for prefix, currency in CURRENCIES:
        whole = order_totals(facts, plan, lines, currency)
        row |= {f"{prefix}amount_ordered": number(whole.grand), f"{prefix}shipping_amount": number(whole.shipping)}
        if plan.invoices:
            row[f"{prefix}amount_paid"] = number(documents_totals(facts, plan, lines, plan.invoices, currency).grand)
        if plan.memos:
            row[f"{prefix}amount_refunded"] = number(documents_totals(facts, plan, lines, plan.memos, currency).grand)
    return row


def _histories(facts: Facts, plan: Plan, lines: list[Line]) -> list[Row]:
    rows = []
    for memo in plan.memos:
        back = document_totals(facts, plan, lines, memo, "order").grand
        text = f"We refunded {facts.view(plan.view).currency} {back // 100}.{back % 100:02d} {'online' if memo.online else 'offline'}."
        rows.append(_history(plan, GUESTS + memo.id, text, memo.created) | {"entity_name": "creditmemo"})
    if plan.story.name in {"suspect", "fraud", "held"}:
        rows.append(_history(plan, plan.id, "Somebody should look at this order.", plan.updated))
    return [*rows, *plan.notes]


def _history(plan: Plan, number_of: int, comment: str, created: int) -> Row:
    return {
        "comment": comment,
        "created_at": shown(created),
        "entity_id": number_of,
        "is_customer_notified": 0,
        "is_visible_on_front": 0,
        "parent_id": plan.id,
        "status": plan.story.status,
    }


def _assignment(plan: Plan, row: Row, rows: list[Row], buyer: Person) -> Row:
    total = {name: value for name, value in row.items() if name.startswith(("shipping_", "base_shipping_"))}
    shipping = {"address": address_row(buyer, plan, "shipping"), "method": "flatrate_flatrate", "total": total}
    return {"shipping": shipping, "items": rows}
