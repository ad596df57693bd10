"""Shipments, invoices and credit memos as the platform shows them, built from an order's plan."""

import itertools

from adapters.magento.sandbox.dates import shown
from adapters.magento.sandbox.seed.facts import Facts
from adapters.magento.sandbox.seed.lines import Line, lines_of, shippable
from adapters.magento.sandbox.seed.money import kilograms, number
from adapters.magento.sandbox.seed.orders import CURRENCIES, address_id, transaction_of
from adapters.magento.sandbox.seed.plans import Document, Plan
from adapters.magento.sandbox.seed.totals import document_totals, in_currency
from adapters.magento.sandbox.table import Row

CARRIERS = (("ups", "United Parcel Service"), ("dhl", "DHL"), ("custom", "Local Courier"), ("usps", "United States Postal Service"))
SHIPMENT_NULLABLE = ("customer_id", "email_sent", "shipment_status", "shipping_label", "total_weight")
MEMO_NULLABLE = ("creditmemo_status", "email_sent", "invoice_id", "transaction_id")
INVOICE_NULLABLE = ("email_sent", "is_used_for_refund", "transaction_id")
# Ids of parcels and of documents' lines leave room for as many as a document has.
STEP = 1000
PAID, REFUNDED = 2, 2


def shipment_row(facts: Facts, plan: Plan, shipment: Document) -> Row:
    """Return a shipment with its parcels."""
    lines = [line for line in lines_of(facts, plan) if line.place in shipment.pieces and shippable(line)]
    row: Row = {
        "billing_address_id": address_id(plan, "billing"),
        "created_at": shown(shipment.created),
        "entity_id": shipment.id,
        "increment_id": shipment.increment,
        "order_id": plan.id,
        "packages": [],
        "shipping_address_id": address_id(plan, "shipping"),
        "store_id": plan.view,
        "total_qty": sum(shipment.pieces.values()),
        "updated_at": shown(shipment.updated),
        "items": [_shipment_item(shipment, line, turn) for turn, line in enumerate(lines)],
        "tracks": [track_row(plan, shipment, turn) for turn in range(len(shipment.tracks)) if shipment.labels.get(turn, {}) is not None],
        "comments": shipment.notes,
        "extension_attributes": {"source_code": source_of(facts, shipment)},
    }
    return {**row, **({} if plan.guest else {"customer_id": plan.buyer})}


def source_of(facts: Facts, shipment: Document) -> str:
    """Return the place a shipment left from."""
    if shipment.source:
        return shipment.source
    codes = [source.code for source in facts.profile.sources if source.enabled]
    return codes[(shipment.order + shipment.part) % len(codes)]


def memo_row(facts: Facts, plan: Plan, memo: Document) -> Row:
    """Return a credit memo; its adjustment is what was paid back besides its lines."""
    lines = [line for line in lines_of(facts, plan) if line.place in memo.pieces]
    row = {**_document_head(facts, plan, memo), "state": REFUNDED}
    for prefix, currency in CURRENCIES:
        more, less = (in_currency(facts, plan, cents, currency) for cents in (memo.adjustment, memo.deduction))
        row[f"{prefix}adjustment"] = number(more - less)
        if more or less:
            row |= {f"{prefix}adjustment_positive": number(more), f"{prefix}adjustment_negative": number(less)}
    row |= {"invoice_id": memo.invoice} if memo.invoice else {}
    row["items"] = [_money_item(plan.memos, memo, line, turn) | {"base_cost": None} for turn, line in enumerate(lines)]
    return {**row, "comments": memo.notes}


def invoice_row(facts: Facts, plan: Plan, invoice: Document) -> Row:
    """Return an invoice; its pieces count those of lines below others once more, as the platform does."""
    lines = [line for line in lines_of(facts, plan) if line.place in invoice.pieces]
    row = {**_document_head(facts, plan, invoice), "can_void_flag": 0, "state": PAID}
    row["total_qty"] = sum(invoice.pieces[line.place] for line in lines)
    row["items"] = [_money_item(plan.invoices, invoice, line, turn) for turn, line in enumerate(lines)]
    row |= {"transaction_id": transaction_of(plan)} if plan.online else {}
    return {**row, "comments": invoice.notes}


def track_row(plan: Plan, shipment: Document, turn: int) -> Row:
    """Return one parcel of a shipment."""
    carrier, title = CARRIERS[plan.id % len(CARRIERS)]
    at = shown(shipment.tracks[turn])
    row = {
        "order_id": plan.id,
        "created_at": at,
        "entity_id": shipment.id * STEP + turn,
        "parent_id": shipment.id,
        "updated_at": at,
        "weight": None,
        "qty": None,
        "description": None,
        "track_number": f"SB{shipment.id:07d}-{turn + 1}",
        "title": title,
        "carrier_code": carrier,
    }
    return {**row, **(shipment.labels.get(turn) or {})}


def _shipment_item(shipment: Document, line: Line, turn: int) -> Row:
    return {
        "entity_id": shipment.id * STEP + turn,
        "name": line.ware.name,
        "parent_id": shipment.id,
        "price": number(line.order.price),
        "product_id": line.ware.id,
        "sku": line.sku,
        "weight": kilograms((line.chosen or line.ware).weight),
        "order_item_id": line.id,
        "qty": shipment.pieces[line.place],
    }


def _document_head(facts: Facts, plan: Plan, document: Document) -> Row:
    view = facts.view(plan.view)
    row: Row = {
        "base_currency_code": facts.profile.base_currency,
        "base_to_global_rate": 1,
        "base_to_order_rate": view.rate / 10_000 if view.rate != 10_000 else 1,
        "billing_address_id": address_id(plan, "billing"),
        "created_at": shown(document.created),
        "entity_id": document.id,
        "global_currency_code": facts.profile.base_currency,
        "increment_id": document.increment,
        "order_currency_code": view.currency,
        "order_id": plan.id,
        "shipping_address_id": address_id(plan, "shipping"),
        "store_currency_code": view.currency,
        "store_id": plan.view,
        "store_to_base_rate": 0,
        "store_to_order_rate": 0,
        "updated_at": shown(document.updated),
    }
    for prefix, currency in CURRENCIES:
        totals = document_totals(facts, plan, lines_of(facts, plan), document, currency)
        row |= {
            f"{prefix}discount_amount": number(-totals.discount),
            f"{prefix}discount_tax_compensation_amount": 0,
            f"{prefix}grand_total": number(totals.grand),
            f"{prefix}shipping_amount": number(totals.shipping),
            f"{prefix}shipping_incl_tax": number(totals.shipping + totals.shipping_tax),
            f"{prefix}shipping_tax_amount": number(totals.shipping_tax),
            f"{prefix}subtotal": number(totals.subtotal),
            f"{prefix}subtotal_incl_tax": number(totals.subtotal + totals.full_tax),
            f"{prefix}tax_amount": number(totals.tax + totals.shipping_tax),
        }
    return row


def _money_item(own: list[Document], document: Document, line: Line, turn: int) -> Row:
    """Return a line of an invoice or credit memo; one that only repeats its parent has no sums at all."""
    quantity = document.pieces[line.place]
    before = sum(one.pieces.get(line.place, 0) for one in itertools.takewhile(lambda one: one is not document, own))
    row: Row = {
        "entity_id": document.id * STEP + turn,
        "name": line.ware.name,
        "order_item_id": line.id,
        "parent_id": document.id,
        "product_id": line.ware.id,
        "qty": quantity,
        "sku": line.sku,
    }
    for prefix, cash in (("", line.order), ("base_", line.base)):
        row[f"{prefix}price"] = number(cash.price)
        if line.hollow:
            continue
        share = cash.share(before + quantity, line.quantity).less(cash.share(before, line.quantity))
        row |= {
            f"{prefix}discount_amount": number(share.discount),
            f"{prefix}row_total": number(share.row),
            f"{prefix}row_total_incl_tax": number(share.row + share.full_tax),
            f"{prefix}tax_amount": number(share.tax),
        }
    return row
