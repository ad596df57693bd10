"""What products are made of: checking what mutations send, and laying it over the rows."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from adapters.shopify.sandbox.handles import free, normalized
from adapters.shopify.sandbox.metafield_writes import put_metafields
from adapters.shopify.sandbox.payloads import problem
from adapters.shopify.sandbox.seed.catalogue import Product
from adapters.shopify.sandbox.seed.identifiers import BASES, iso
from adapters.shopify.sandbox.store import Store
from adapters.shopify.sandbox.tables import Row

LONGEST_TITLE = 255
# Wire fields that stand on the head as well, and as what.
HEADS = {"title": "title", "status": "status", "vendor": "vendor", "productType": "product_type"}
LAID = ("descriptionHtml", "templateSuffix")
BLANK = {"descriptionHtml": "", "productType": "", "vendor": ""}


def product_problems(given: Row, *, new: bool) -> list[Row]:
    """Return what is wrong with what was sent for a product."""
    title = given.get("title")
    if (new or "title" in given) and not (title or "").strip():
        return [problem("Title can't be blank", "title", code="INVALID_INPUT")]
    if title and len(title) > LONGEST_TITLE:
        return [problem(f"Title is too long (maximum is {LONGEST_TITLE} characters)", "title", code="INVALID_INPUT")]
    return []


def handle_of(store: Store, given: Row, now: Product | None) -> tuple[str, list[Row]]:
    """Return the handle a product gets; one that was asked for and is another's is refused."""
    taken = {head.handle for head in store.products.heads.values() if now is None or head.id != now.id}
    asked = given.get("handle")
    if asked is None and now is not None:
        return now.handle, []
    made = normalized(asked, given.get("title") or (now.title if now else ""))
    if asked and asked.strip() and made in taken:
        told = f"Handle '{made}' already in use. Please provide a new handle."
        return made, [problem(told, "input", "handle", code="HANDLE_NOT_UNIQUE")]
    return free(made, taken), []


def tags_of(given: Sequence[str]) -> tuple[str, ...]:
    """Sort tags and drop what is blank or there already, whatever its case."""
    kept: dict[str, str] = {}
    for tag in (part.strip() for text in given for part in text.split(",")):
        if tag:
            kept.setdefault(tag.lower(), tag)
    return tuple(sorted(kept.values(), key=str.lower))


def make_product(store: Store, given: Row, handle: str, moment: int) -> Product:
    """Add a product without variants, published nowhere."""
    index = store.number("Product")
    head = Product(
        id=BASES["Product"] + index,
        index=index,
        title=given["title"],
        vendor=store.described.title,
        product_type="",
        code=handle,
        status="ACTIVE",
        tags=(),
        created=moment,
        updated=moment,
        published=0,
        first=len(store.sold),
        count=0,
        gift_card=bool(given.get("giftCard")),
        handle=handle,
    )
    store.products.put(head, {"descriptionHtml": "", "category": None, "featuredMedia": None, "publishedAt": None, "options": []})
    return change_product(store, head, given, handle, moment)


def change_product(store: Store, head: Product, given: Row, handle: str, moment: int) -> Product:
    """Lay what was sent over a product; returns its new head."""
    row = store.products.row(head.id) or {}
    changed: dict[str, Any] = {
        HEADS[name]: given[name] if given[name] is not None else BLANK[name] for name in HEADS if name in given and _takes(name, given)
    }
    if "tags" in given:
        changed["tags"] = tags_of(given["tags"] or ())
    laid: Row = {name: given[name] if given[name] is not None else BLANK.get(name) for name in LAID if name in given}
    laid["updatedAt"] = iso(moment)
    if given.get("category"):
        code = given["category"].rsplit("/", 1)[-1]
        laid["category"] = {"__typename": "TaxonomyCategory", "id": given["category"], "name": code, "fullName": code}
    if given.get("seo"):
        laid["seo"] = {**row["seo"], **given["seo"]}
    if given.get("metafields"):
        laid["metafields"] = put_metafields(store, row["metafields"], given["metafields"], moment)
    fresh = replace(head, updated=moment, handle=handle, **changed)
    store.products.put(fresh, laid)
    if fresh.title != head.title or fresh.status != head.status or fresh.vendor != head.vendor:
        for variant in store.variants_of(fresh):
            store.variants.put(replace(variant, product=fresh))
    return fresh


def _takes(name: str, given: Row) -> bool:
    return given[name] is not None or name in BLANK
