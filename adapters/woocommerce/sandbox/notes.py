"""Notes on an order: for the staff, or told to the customer."""

from adapters.woocommerce.sandbox import parameters, rendering
from adapters.woocommerce.sandbox.bodies import NOTE, check, flag, text
from adapters.woocommerce.sandbox.calls import Answer, Call
from adapters.woocommerce.sandbox.errors import refusal
from adapters.woocommerce.sandbox.order_parts import add_note, kept, notes_of
from adapters.woocommerce.sandbox.reads import find
from adapters.woocommerce.sandbox.site import Site

KINDS = {"any": (True, False), "customer": (True,), "internal": (False,)}


def list_notes(site: Site, call: Call) -> Answer:
    """GET orders/{id}/notes."""
    values = parameters.read(call.query, parameters.NOTES)
    head = find(site.orders, call.ids[0], "order of notes")
    wanted = KINDS[values["type"]]
    return Answer([rendering.note(call, row) for row in notes_of(site, head.id) if row["customer_note"] in wanted])


def create_note(site: Site, call: Call) -> Answer:
    """POST orders/{id}/notes. The order's time of change stays."""
    check(call.body, NOTE, ["note"])
    head = find(site.orders, call.ids[0], "order of notes")
    told, by_user = flag(call.body.get("customer_note")), flag(call.body.get("added_by_user"))
    row = add_note(site, head.id, text(call.body["note"]), "Shop Keeper" if by_user else "WooCommerce", told=told)
    call.record("order.update", str(head.id), dict(call.body))
    return Answer(rendering.note(call, row), 201, {"Location": call.link(f"orders/{head.id}/notes/{row['id']}")})


def delete_note(site: Site, call: Call) -> Answer:
    """DELETE orders/{id}/notes/{nid}."""
    if not call.forced:
        raise refusal("no trash")
    head = find(site.orders, call.ids[0], "order of notes")
    row = next((note for note in notes_of(site, head.id) if note["id"] == call.ids[1]), None)
    if row is None:
        raise refusal("note")
    kept(site, head.id).notes.remove(row)
    return Answer(rendering.note(call, row))
