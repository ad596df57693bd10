"""Magento's products, stock and sources in canonical words. Pure, like `mapping`.

Each form of a configurable product is a product of its own there, which does not say what it is a form of: the configurable one names it.
Here it is a variant, with the ids of both. What is sold in one form only is product and variant in one.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, tzinfo

from adapters.magento import manifest
from adapters.magento.extras import MagentoProductExtras, MagentoVariantExtras
from adapters.magento.mapping import PLATFORM, variant_key
from adapters.magento.values import (
    NO_CURRENCY,
    Json,
    Seen,
    address,
    attributes,
    flag,
    identity,
    leftovers,
    moment,
    money,
    number,
    part,
    rows,
    text,
    texts,
    whole,
)
from schema.inventory import InventoryLevel, Location
from schema.money import Money
from schema.products import Product, ProductOption, ProductStatus, ProductVariant, SelectedOption, Weight

DEFAULT = "default"  # the source every store has, and the one that stands for a store without the inventory modules
NO_PICTURE = "no_selection"

PRODUCT_KNOWN = frozenset({
    "id", "sku", "name", "attribute_set_id", "price", "status", "visibility", "type_id", "created_at", "updated_at", "weight",
    "extension_attributes", "media_gallery_entries", "custom_attributes",
})  # fmt: skip
PRODUCT_PARTS = frozenset({"website_ids", "category_links", "stock_item", "configurable_product_options", "configurable_product_links"})


@dataclass(frozen=True, slots=True)
class Attribute:
    """Something products differ by: its code, its label, and the words for its values."""

    code: str | None = None
    label: str | None = None
    words: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Roof:
    """A configurable product, as far as its variants need it: their ids in its order, and by which attributes they differ."""

    id: int
    links: tuple[int, ...]
    attributes: tuple[tuple[str, str | None], ...] = ()


@dataclass(frozen=True, slots=True)
class Catalogue:
    """What rows of products need beside themselves: how the store view is set up, and the attributes that tell variants apart.

    `zone` is the one that days of sales are counted in.
    """

    setting: Json = field(default_factory=dict)
    zone: tzinfo = UTC
    attributes: Mapping[str, Attribute] = field(default_factory=dict)

    @property
    def currency(self) -> str:
        """The currency that prices are written in."""
        return text(self.setting.get("base_currency_code")) or NO_CURRENCY


def roof(row: Json) -> Roof | None:
    """Read a configurable product's variants; None where the row does not name them, as in some stores' lists."""
    product_id, more = identity(row.get("id")), part(row, "extension_attributes")
    links = more.get("configurable_product_links")
    if product_id is None or not isinstance(links, list):
        return None
    options = sorted(rows(more.get("configurable_product_options")), key=lambda each: whole(each.get("position")) or 0)
    return Roof(
        id=product_id,
        links=tuple(found for each in links if (found := identity(each))),
        attributes=tuple((key, text(each.get("label"))) for each in options if (key := text(each.get("attribute_id")))),
    )


def product(row: Json, known: Catalogue, seen: Seen) -> Product | None:
    """Map a product."""
    product_id = identity(row.get("id"))
    if product_id is None:
        return None
    free, more = attributes(row), part(row, "extension_attributes")
    word = text(row.get("status")) or ""
    visibility = whole(row.get("visibility"))
    return Product(
        **seen.ids(str(product_id), product_id),
        raw=leftovers(row, PRODUCT_KNOWN) | {name: value for name, value in more.items() if name not in PRODUCT_PARTS},
        title=text(row.get("name")) or "",
        handle=text(free.get("url_key")),
        status=manifest.PRODUCT_STATUSES.get(word, ProductStatus.OTHER),
        platform_status=word,
        description_html=text(free.get("description")),
        vendor=None,
        product_type=None,
        tags=[],
        options=_options(row, known),
        image_url=_picture(row, free, known),
        created_at=moment(row.get("created_at")),
        updated_at=moment(row.get("updated_at")),
        published_at=None,
        extras=MagentoProductExtras(
            platform=PLATFORM,
            type=text(row.get("type_id")),
            sku=text(row.get("sku")),
            visibility=None if visibility is None else manifest.VISIBILITIES.get(visibility, str(visibility)),
            attribute_set_id=whole(row.get("attribute_set_id")),
            website_ids=[found for each in more.get("website_ids") or [] if (found := identity(each))],
            category_ids=[key for each in rows(more.get("category_links")) if (key := text(each.get("category_id")))],
        ),
    )


def variant(row: Json, above: Roof | None, known: Catalogue, seen: Seen) -> ProductVariant | None:
    """Map what is sold, below a configurable product or by itself."""
    product_id = identity(row.get("id"))
    if product_id is None:
        return None
    free, stock = attributes(row), part(row, "extension_attributes", "stock_item")
    options = _chosen(above, free, known) if above else []
    weight, backorders = number(row.get("weight")), whole(stock.get("backorders"))
    price, before = _prices(row, free, known, seen)
    return ProductVariant(
        **seen.ids(variant_key(product_id, above.id if above else None), product_id),
        product_key_id=str(above.id if above else product_id),
        raw=leftovers(row, PRODUCT_KNOWN),
        title=", ".join(each.value for each in options) or text(row.get("name")) or "",
        sku=text(row.get("sku")),
        barcode=None,
        price=price,
        compare_at_price=before,
        options=options,
        position=above.links.index(product_id) + 1 if above and product_id in above.links else None if above else 1,
        weight=None if weight is None else Weight(value=weight, unit=text(known.setting.get("weight_unit"))),
        requires_shipping=row.get("type_id") not in manifest.UNSHIPPED if row.get("type_id") in manifest.TYPES else None,
        inventory_tracked=flag(stock.get("manage_stock")),
        sells_when_out_of_stock=None if backorders is None else backorders > 0,
        created_at=moment(row.get("created_at")),
        updated_at=moment(row.get("updated_at")),
        extras=MagentoVariantExtras(
            platform=PLATFORM,
            magento_product_id=str(product_id),
            type=text(row.get("type_id")),
            status=text(row.get("status")),
            regular_price=money(row.get("price"), known.currency),
            special_price=money(free.get("special_price"), known.currency) if row.get("type_id") != manifest.BUNDLE else None,
        ),
    )


def level(item: Json, key: str, product_id: int, seen: Seen) -> InventoryLevel | None:
    """Map what lies of a variant at a source, sold pieces that are not yet sent among it."""
    source = text(item.get("source_code"))
    if source is None:
        return None
    return _level(key, product_id, source, seen, on_hand=whole(item.get("quantity")), tracked=True)


def legacy_level(item: Json, key: str, product_id: int, seen: Seen) -> InventoryLevel:
    """Map the one stock of a variant in a store without the inventory modules: there what is sold is taken off at once."""
    tracked = flag(item.get("manage_stock"))
    available = None if tracked is False else whole(item.get("qty"))
    return _level(key, product_id, DEFAULT, seen, available=available, tracked=tracked)


def running(free: Json, known: Catalogue, seen: Seen) -> bool:
    """Say whether a special price holds today; its days are those of the store's own time zone."""
    today = seen.at.astimezone(known.zone).date()
    first, last = _day(free.get("special_from_date")), _day(free.get("special_to_date"))
    return (first is None or first <= today) and (last is None or today <= last)


def level_key(variant: str, source: str) -> str:
    """Return the key id of a stock level: its variant's, and its source."""
    return f"{variant}:{source}"


def variant_and_source(key: str) -> tuple[str, str]:
    """Return the variant's key and the source of a stock level's key."""
    variant, _, source = key.partition(":")
    return variant, source


def location(row: Json, seen: Seen) -> Location | None:
    """Map a source."""
    code = text(row.get("source_code"))
    if code is None:
        return None
    return Location(
        store_name=seen.store,
        key_id=code,
        observed_at=seen.at,
        platform_id=code,
        name=text(row.get("name")) or code,
        is_active=flag(row.get("enabled")),
        fulfils_online_orders=None,
        address=address(row),
        created_at=None,
        updated_at=None,
    )


def whole_store(seen: Seen) -> Location | None:
    """Return the one location of a store without the inventory modules."""
    return location({"source_code": DEFAULT, "name": "Store", "enabled": True}, seen)


def _level(
    key: str, product_id: int, source: str, seen: Seen, *, tracked: bool | None, available: int | None = None, on_hand: int | None = None
) -> InventoryLevel:
    return InventoryLevel(
        **{**seen.ids(level_key(key, source), product_id), "platform_id": f"{product_id}:{source}"},
        variant_key_id=key,
        location_key_id=source,
        available=available,
        on_hand=on_hand,
        committed=None,
        incoming=None,
        tracked=tracked,
        updated_at=None,
    )


def _options(row: Json, known: Catalogue) -> list[ProductOption]:
    """Return what a buyer of a configurable product can choose."""
    made = []
    options = rows(part(row, "extension_attributes").get("configurable_product_options"))
    for each in sorted(options, key=lambda option: whole(option.get("position")) or 0):
        attribute = known.attributes.get(text(each.get("attribute_id")) or "", Attribute())
        values = [key for value in rows(each.get("values")) if (key := text(value.get("value_index")))]
        made.append(
            ProductOption(
                name=text(each.get("label")) or attribute.label or attribute.code or "",
                values=[attribute.words.get(key, key) for key in values],
            )
        )
    return made


def _chosen(above: Roof, free: Json, known: Catalogue) -> list[SelectedOption]:
    made = []
    for key, label in above.attributes:
        attribute = known.attributes.get(key, Attribute())
        value = text(free.get(attribute.code)) if attribute.code else None
        if value is not None:
            made.append(SelectedOption(name=label or attribute.label or attribute.code or "", value=attribute.words.get(value, value)))
    return made


def _picture(row: Json, free: Json, known: Catalogue) -> str | None:
    """Return the address of the main picture; lists and single reads name it in two places."""
    entries = [each for each in rows(row.get("media_gallery_entries")) if flag(each.get("disabled")) is not True]
    main = next((each for each in entries if "image" in texts(each.get("types"))), entries[0] if entries else {})
    file = text(free.get("image")) or text(main.get("file"))
    base = text(known.setting.get("secure_base_media_url")) or text(known.setting.get("base_media_url"))
    if file is None or file == NO_PICTURE or base is None:
        return None
    return f"{base.rstrip('/')}/catalog/product/{file.lstrip('/')}"


def _prices(row: Json, free: Json, known: Catalogue, seen: Seen) -> tuple[Money | None, Money | None]:
    """Return what a product costs now, and what it cost before it was reduced."""
    regular, special = money(row.get("price"), known.currency), money(free.get("special_price"), known.currency)
    if row.get("type_id") in manifest.UNPRICED:
        # Their price is that of what is in them unless they have one, and a reduction is a percentage.
        return (regular if regular and regular.amount and special is None else None), None
    if regular and special and special.amount < regular.amount and running(free, known, seen):
        return special, regular
    return regular, None


def _day(value: object) -> date | None:
    found = moment(value)
    return found.date() if found else None
