"""Products, their variants and the stock items behind them."""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from adapters.shopify.sandbox.seed.identifiers import BASES, dice, gid, iso, pick
from adapters.shopify.sandbox.seed.money import Amounts, Row, padded
from adapters.shopify.sandbox.seed.profiles import DAY, Profile
from adapters.shopify.sandbox.seed.words import COLOURS, GOODS, LOOKS, MATERIALS, ODD_TITLES, PRODUCT_TAGS, SIZES, VENDORS

PRODUCT_DICE, VARIANT_DICE = 2, 3
# The first products show every status; later ones roll for it.
SHOWN_STATUS = {4: "DRAFT", 5: "ARCHIVED", 6: "UNLISTED"}
OPTIONS = (("Size", SIZES), ("Colour", COLOURS), ("Material", MATERIALS))
WEIGHTS = (("GRAMS", 1000.0), ("KILOGRAMS", 1.0), ("OUNCES", 35.3), ("POUNDS", 2.2))
CATEGORIES = {
    "Accessories": ("aa-2-26", "Apparel & Accessories > Clothing Accessories > Scarves & Shawls"),
    "Apparel": ("aa-1-13", "Apparel & Accessories > Clothing > Clothing Tops"),
    "Bags": ("lb-1", "Luggage & Bags > Backpacks"),
}


@dataclass(slots=True)
class Product:
    """One product as lists and filters see it; `first` and `count` say which variants are its own."""

    id: int
    index: int
    title: str
    vendor: str
    product_type: str
    code: str
    status: str
    tags: tuple[str, ...]
    created: int
    updated: int
    published: int
    first: int
    count: int
    gift_card: bool
    handle: str


@dataclass(slots=True)
class Variant:
    """One variant and its stock item; `price` in minor units."""

    id: int
    index: int
    product: Product
    position: int
    title: str
    sku: str | None
    price: int
    created: int
    updated: int
    taxable: bool
    tracked: bool
    item_updated: int
    barcode: str | None

    @property
    def item_id(self) -> int:
        """The number of the stock item."""
        return BASES["InventoryItem"] + self.index

    @property
    def display_name(self) -> str:
        """Product and variant, as lines are named."""
        return self.product.title if self.title == "Default Title" else f"{self.product.title} - {self.title}"


def products(seed: int, profile: Profile, count: int, per_product: int, start: int, end: int) -> list[Product]:
    """Invent a catalogue; products are created in the order of their ids."""
    made: list[Product] = []
    first, step = 0, max(1, (end - start) // max(1, count))
    for index in range(count):
        head = product(seed, profile, index, start + step * index, end)
        head.first, head.count = first, _variants_of(profile, head, per_product)
        first += head.count
        made.append(head)
    return made


def product(seed: int, profile: Profile, index: int, created: int, end: int) -> Product:
    """Invent one product with one variant to come."""
    roll = dice(seed, PRODUCT_DICE, index)
    good, kind, code = pick(roll, GOODS)
    title = f"{pick(roll, LOOKS)} {pick(roll, MATERIALS)} {good}"
    status = SHOWN_STATUS.get(index) or pick(roll, ("ACTIVE",) * 30 + ("DRAFT", "ARCHIVED", "ACTIVE"))
    gift_card = index == 1
    return Product(
        id=BASES["Product"] + index,
        index=index,
        title="Gift card" if gift_card else ODD_TITLES[index // 3 % len(ODD_TITLES)] if profile.odd and index % 3 == 0 else title,
        vendor=VENDORS[0] if profile.country == "US" and roll.random() < 0.5 else pick(roll, VENDORS),
        product_type="Gift Cards" if gift_card else kind,
        code=code,
        status=status,
        tags=tuple(sorted(tag for tag in PRODUCT_TAGS if roll.random() < 0.2)),
        created=created,
        updated=min(end, created + int(roll.random() * max(DAY, end - created))),
        published=0 if status == "DRAFT" else created + 3_600,
        first=0,
        count=1,
        gift_card=gift_card,
        handle=f"{code}-{index + 1}",
    )


def variants(seed: int, profile: Profile, of: Product, end: int) -> list[Variant]:
    """Invent the variants of one product."""
    roll = dice(seed, VARIANT_DICE, of.index)
    price = 500 + 50 * int(roll.random() * 240) - int(roll.random() < 0.5)
    return [_variant(roll, profile, of, position, price, end) for position in range(of.count)]


def product_row(head: Product, own: Sequence[Variant]) -> Row:
    """Write one product as the wire shows it, without stock and variants."""
    category = CATEGORIES.get(head.product_type)
    return {
        "__typename": "Product",
        "id": gid("Product", head.id),
        "legacyResourceId": str(head.id),
        "handle": head.handle,
        "title": head.title,
        "status": head.status,
        "vendor": head.vendor,
        "productType": head.product_type,
        "tags": list(head.tags),
        "descriptionHtml": f"<p>{head.product_type}, made slowly. No. {head.index + 1}.</p>" if head.index % 5 else "",
        "createdAt": iso(head.created),
        "updatedAt": iso(head.updated),
        "publishedAt": iso(head.published) if head.published else None,
        "hasOnlyDefaultVariant": head.count == 1,
        "isGiftCard": head.gift_card,
        "category": category and _category(*category),
        "options": _options(head, own),
        "featuredMedia": _image(head) if head.index % 7 else None,
        "templateSuffix": None,
        "seo": {"title": None, "description": None},
        "metafields": [],
    }


def variant_row(head: Variant, currency: str) -> Row:
    """Write one variant as the wire shows it, without stock."""
    compare = head.price * 5 // 4 if head.index % 6 == 0 else None
    return {
        "__typename": "ProductVariant",
        "id": gid("ProductVariant", head.id),
        "legacyResourceId": str(head.id),
        "title": head.title,
        "displayName": f"{head.product.title} - {head.title}",
        "sku": head.sku,
        "barcode": head.barcode,
        "position": head.position,
        "price": padded(head.price, currency),
        "compareAtPrice": compare and padded(compare, currency),
        "taxable": head.taxable,
        "inventoryPolicy": "CONTINUE" if head.index % 11 == 0 else "DENY",
        "createdAt": iso(head.created),
        "updatedAt": iso(head.updated),
        "selectedOptions": [{"name": name, "value": value} for name, value in chosen(head.product.count, head.position - 1)],
        "metafields": [],
    }


def item_row(head: Variant, amounts: Amounts) -> Row:
    """Write a variant's stock item as the wire shows it, without its levels."""
    unit, factor = WEIGHTS[head.product.index % 4]
    known = head.index % 8
    number = gid("InventoryItem", head.item_id)
    weight = {"value": round((0.1 + head.product.index % 40 / 20) * factor, 2), "unit": unit}
    return {
        "__typename": "InventoryItem",
        "id": number,
        "legacyResourceId": str(head.item_id),
        "sku": head.sku,
        "tracked": head.tracked,
        "requiresShipping": not head.product.gift_card,
        "countryCodeOfOrigin": "PT" if known else None,
        "provinceCodeOfOrigin": None,
        "harmonizedSystemCode": "621410" if known else None,
        "unitCost": amounts.money(head.price * 2 // 5) if known > 2 else None,
        "measurement": {"id": gid("InventoryItemMeasurement", head.item_id), "weight": None if head.product.gift_card else weight},
        "createdAt": iso(head.created),
        "updatedAt": iso(head.item_updated),
    }


def chosen(count: int, at: int) -> list[tuple[str, str]]:
    """Return the options of the variant at a place (from 0) among `count`."""
    if count == 1:
        return [("Title", "Default Title")]
    if count <= len(COLOURS):
        return [("Colour", COLOURS[at % len(COLOURS)])]
    used = OPTIONS if count > 100 else OPTIONS[:2]
    return [(name, values[at // 10**place % 10]) for place, (name, values) in enumerate(used)]


def _variants_of(profile: Profile, head: Product, per_product: int) -> int:
    if head.index in profile.wide_products:
        return profile.wide_products[head.index]
    if per_product >= 50 or per_product == 1:
        return per_product
    return 1 if head.gift_card or head.index % 7 == 0 else per_product + head.index % 3


def _variant(roll: Random, profile: Profile, of: Product, at: int, price: int, end: int) -> Variant:
    index = of.first + at
    sku: str | None = f"{of.code}-{of.index + 1:04d}-{at + 1:03d}".upper()
    if profile.odd:
        sku = (None, "", f"{of.code}-SAME".upper(), sku, sku)[index % 5]
    return Variant(
        id=BASES["ProductVariant"] + index,
        index=index,
        product=of,
        position=at + 1,
        title=" / ".join(value for _, value in chosen(of.count, at)),
        sku=sku,
        price=price + 100 * (at % 4),
        created=of.created,
        updated=min(end, of.created + int(roll.random() * max(DAY, end - of.created))),
        taxable=not of.gift_card and index % 13 != 0,
        tracked=not of.gift_card and index % (4 if profile.odd else 31) != 0,
        item_updated=min(end, of.created + int(roll.random() * max(DAY, end - of.created))),
        # A number in the range shops may use inside their own walls.
        barcode=f"2{index:011d}" if index % 9 else None,
    )


def _options(head: Product, own: Sequence[Variant]) -> list[Row]:
    found: dict[str, list[str]] = {}
    for variant in own:
        for name, value in chosen(head.count, variant.position - 1):
            values = found.setdefault(name, [])
            if value not in values:
                values.append(value)
    return [
        {
            "__typename": "ProductOption",
            "id": gid("ProductOption", BASES["ProductOption"] + head.index * 10 + place),
            "name": name,
            "position": place + 1,
            "values": values,
            "optionValues": [_option_value(head, place, at, value) for at, value in enumerate(values)],
        }
        for place, (name, values) in enumerate(found.items())
    ]


def _option_value(head: Product, place: int, at: int, value: str) -> Row:
    number = BASES["ProductOptionValue"] + head.index * 1_000 + place * 100 + at
    return {"__typename": "ProductOptionValue", "id": gid("ProductOptionValue", number), "name": value, "hasVariants": True}


def _category(code: str, full_name: str) -> Row:
    return {
        "__typename": "TaxonomyCategory",
        "id": f"gid://shopify/TaxonomyCategory/{code}",
        "name": full_name.rsplit(" > ", 1)[-1],
        "fullName": full_name,
    }


def _image(head: Product) -> Row:
    address = f"https://cdn.example.com/{head.handle}.jpg"
    image = {"id": gid("ImageSource", head.id), "altText": head.title, "url": address, "width": 1200, "height": 1200}
    return {
        "__typename": "MediaImage",
        "id": gid("MediaImage", BASES["MediaImage"] + head.index),
        "alt": head.title,
        "mediaContentType": "IMAGE",
        "mimeType": "image/jpeg",
        "status": "READY",
        "image": image,
        "preview": {"image": image, "status": "READY"},
    }
