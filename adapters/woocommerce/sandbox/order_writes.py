"""Changes to one order, and what follows from a change of its status: times, stock, a note, the record of a whole refund."""

from adapters.woocommerce.sandbox import rendering
from adapters.woocommerce.sandbox.bodies import ORDER, Body, check, flag, is_email, sent, text, whole
from adapters.woocommerce.sandbox.calls import Answer, Call
from adapters.woocommerce.sandbox.errors import Complaint, bad_parameters, refusal
from adapters.woocommerce.sandbox.order_parts import add_note, kept, merge_entries
from adapters.woocommerce.sandbox.reads import STATUSES, find
from adapters.woocommerce.sandbox.refund_rows import add_refund, remaining
from adapters.woocommerce.sandbox.seed.orders import EDITABLE, PAID, UNPAID
from adapters.woocommerce.sandbox.site import Site
from adapters.woocommerce.sandbox.stock import return_stock, take_stock
from adapters.woocommerce.sandbox.table import Head, Row

TEXTS = ("customer_note", "transaction_id", "payment_method", "payment_method_title")
UNSERVED = ("line_items", "shipping_lines", "fee_lines", "coupon_lines")
TAKING = frozenset({"processing", "completed", "on-hold"})
RETURNING = frozenset({"cancelled", "pending"})


def put_order(site: Site, call: Call) -> Answer:
    """PUT orders/{id}."""
    check(call.body, ORDER)
    return Answer(change_order(site, call, call.ids[0], call.body))


def delete_order(site: Site, call: Call) -> Answer:
    """DELETE orders/{id}: into the trash, or for good with `force`."""
    return Answer(drop_order(site, call, call.ids[0], force=call.forced))


def change_order(site: Site, call: Call, order_id: int, body: Body) -> Row:
    """Change an order's own fields; even a change of nothing moves its time of change. Any status may follow any other."""
    head = find(site.orders, order_id, "order", 400)
    _check_change(site, body)
    kept(site, order_id)
    row = site.orders.edit(order_id)
    for name in TEXTS:
        if name in body:
            row[name] = text(body[name])
    if "customer_id" in body:
        row["customer_id"] = head.owner = whole(body["customer_id"])
    set_addresses(row, body)
    merge_entries(site, row, body.get("meta_data"))
    if body.get("status"):
        move_order(site, head, text(body["status"]).removeprefix("wc-"))
    if flag(body.get("set_paid")) and row["needs_payment"]:
        move_order(site, head, "processing")
    site.orders.stamp(order_id, "modified", site.instant())
    _record(call, head, body)
    return rendering.order(site, head, call, {})


def drop_order(site: Site, call: Call, order_id: int, *, force: bool) -> Row:
    """Delete an order and return it as it was. What is in the trash can't be put there again; stock stays where it is."""
    head = find(site.orders, order_id, "order")
    row = rendering.order(site, head, call, {})
    if force:
        site.forget(site.orders, order_id)
        return row
    if head.status == "trash":
        raise refusal("trashed")
    kept(site, order_id)
    mark_status(site, head, "trash")
    site.orders.stamp(order_id, "modified", site.instant())
    return row


def set_addresses(row: Row, body: Body) -> None:
    """Merge the parts of addresses that were sent into those that are there."""
    for name in ("billing", "shipping"):
        parts = body.get(name)
        if isinstance(parts, dict):
            row[name] |= {key: text(value) for key, value in parts.items() if key in row[name]}


def move_order(site: Site, head: Head, status: str) -> None:
    """Move an order to a status with all that follows; to the status it has, nothing does."""
    before = head.status
    mark_status(site, head, status)
    if head.status == before:
        return
    add_note(site, head.id, f"Order status changed from {_label(before)} to {_label(head.status)}.")
    if head.status in TAKING:
        take_stock(site, head.id)
    elif head.status in RETURNING:
        return_stock(site, head.id)
    elif head.status == "refunded" and (rest := remaining(site, head.id)) > 0:
        add_refund(site, head.id, rest, reason="Order fully refunded.")


def mark_status(site: Site, head: Head, status: str) -> None:
    """Write a status into an order; paying and completing leave their times. An unknown status becomes `pending`."""
    row = site.orders.edit(head.id)
    head.status = status if status in (*STATUSES, "trash") else "pending"
    row["status"] = head.status
    if head.status in PAID and row["date_paid"] is None:
        row["date_paid"] = site.instant()
    row["date_completed"] = (row["date_completed"] or site.instant()) if head.status == "completed" else row["date_completed"]
    row["is_editable"] = head.status in EDITABLE
    row["needs_payment"] = head.status in UNPAID and float(row["total"]) > 0


def _check_change(site: Site, body: Body) -> None:
    """Refuse what no order can become, before anything of it is changed."""
    if any(name in body for name in UNSERVED):
        raise refusal("unserved")
    buyer = whole(body.get("customer_id", 0))
    if buyer and buyer not in site.customers.heads:
        raise refusal("buyer")
    billing = body.get("billing")
    email = billing.get("email") if isinstance(billing, dict) else None
    if email and not is_email(email):
        raise bad_parameters({"billing": Complaint("rest_invalid_email", "Invalid email address.")})


def _record(call: Call, head: Head, body: Body) -> None:
    """An order that is called off is recorded as that, whatever else was sent with it."""
    if body.get("status") and head.status == "cancelled":
        call.record("order.cancel", str(head.id), None)
    else:
        call.record("order.update", str(head.id), sent(body))


def _label(status: str) -> str:
    return status.replace("-", " ").capitalize()
