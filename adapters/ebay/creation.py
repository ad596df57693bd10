"""Makes products and variants, in steps: items, a group of them, offers, listings.

That it has begun is noted before the first step. A later attempt makes what it does not find, so no step is done twice. What eBay refuses
is taken away again: a product is made wholly or not at all.
"""

from collections.abc import Mapping, Sequence
from functools import partial

from adapters.ebay import wares
from adapters.ebay.account import Account
from adapters.ebay.bodies import joined, language_of, new_group, new_item, offer_fields, option_names, platform_fields, sister_item
from adapters.ebay.catalogue import INDEX_NAME
from adapters.ebay.inventory import LONGEST_KEY
from adapters.ebay.listings import FIXED, currency_of, is_fixed, language_of_offer, publish
from adapters.ebay.manifest import INVENTORY, MARKETPLACES, PUBLISHED
from adapters.ebay.product_writes import WORDS
from adapters.ebay.refusals import conflict, gone, invalid
from adapters.ebay.sending import each, unwritten
from adapters.ebay.values import Json, record, rows, text
from adapters.ebay.ware_writes import WareWrites, group_path, item_path
from adapters.kit.failures import PlatformError
from adapters.kit.writing import Done, Job, Journal, Looked, NotDone, Performed
from schema.commands import ProductCreate, ProductFields, VariantCreate, VariantFields
from schema.errors import Category
from schema.keys import Kind

ITEMS, OFFERS = "bulk_create_or_replace_inventory_item", "bulk_create_offer"
BEGUN = "begun"
FIXED_PRICE, GOOD_TILL_CANCELLED = "FIXED_PRICE", "GTC"
FIRST_SKUS = 5  # of which one that is offered tells where the seller sells

_NO_SKU = "eBay keeps wares by their SKUs: give each variant one of its own."
_EXISTS = "The SKU {sku} is there already."
_SITE = "eBay has to know on which site it is sold: give `marketplaceId` in `platformFields.offer`."
_STATUS = "eBay's products can be made ACTIVE or DRAFT only."
_SINGLE = "The product has no variants, and eBay can't add one to it: make a product with options instead."
_OPTIONS = "The product's variants differ by {names}: give each of them a value."


class Creation:
    """The making of one seller's products."""

    def __init__(self, wares_: WareWrites) -> None:
        self._wares = wares_

    async def products(self, jobs: Sequence[Job], journal: Journal) -> Sequence[Performed]:
        """Make products."""
        return await each(jobs, partial(self._product, journal))

    async def variants(self, jobs: Sequence[Job], journal: Journal) -> Sequence[Performed]:
        """Make variants of groups."""
        return await each(jobs, partial(self._variant, journal))

    async def made(self, jobs: Sequence[Job]) -> Sequence[Looked]:
        """Leave what is in doubt to the next attempt: it looks for each step, and makes what is missing."""
        return [NotDone() for _ in jobs]

    async def _product(self, journal: Journal, job: Job) -> Performed:
        command = job.command
        if not isinstance(command, ProductCreate):
            raise gone()
        if command.product.get("status", "DRAFT") not in WORDS:
            raise invalid(_STATUS, "STATUS")
        skus = _skus(command.variants)
        group = f"group-{skus[0]}"[:LONGEST_KEY] if len(skus) > 1 or command.product.get("options") else None
        bodies = [new_item(command.product, variant, grouped=group is not None) for variant in command.variants]
        offered = await self._offers(command.product, command.variants)
        spoken = platform_fields(command.product).get("locale") or (language_of_offer(offered[0])["content-language"] if offered else None)
        there = await self._begin(journal, job, skus)
        try:
            await self._items({sku: body for sku, body in zip(skus, bodies, strict=True) if sku not in there}, {"locale": spoken})
            if group is not None:
                await self._wares.put_group("ProductCreateGroup", group, new_group(command.product, command.variants), {"locale": spoken})
            await self._offer(skus, offered)
            if command.product.get("status") == "ACTIVE":
                await self._publish(skus, group)
        except PlatformError as error:
            await self._undo(journal, job, error, skus, group)
            raise
        self._wares.account.session.forget(INDEX_NAME)
        return Done(entity=(Kind.PRODUCT, wares.GROUP + group if group else wares.SKU + skus[0]))

    async def _variant(self, journal: Journal, job: Job) -> Performed:
        command = job.command
        if not isinstance(command, VariantCreate):
            raise gone()
        (sku,), variant = _skus([command.variant]), command.variant
        owner = await self._wares.owner(command.product, "VariantCreateGroup")
        if owner.group is None or owner.group_key is None:
            raise conflict(_SINGLE, "NO_VARIANTS")
        _check_options(owner.group, variant)
        sisters = [each for each in owner.skus if each != sku]
        model = (await self._wares.items(sisters[:1], "VariantCreateSister")).get(sisters[0], {}) if sisters else {}
        offers = (await self._wares.offers(sisters[:1], "VariantCreateOffers")).get(sisters[0], []) if sisters else []
        there = await self._begin(journal, job, [sku])
        try:
            await self._items({} if there else {sku: sister_item(model, variant)}, model)
            if sku not in owner.skus:
                group = joined(owner.group, sku, variant.get("options") or [])
                await self._wares.put_group("VariantCreate", owner.group_key, group, model)
            await self._offer([sku], [_sisters_offer(each, variant) for each in offers if is_fixed(each)])
            if any(each.get("status") == PUBLISHED for each in offers):
                await self._publish([sku], owner.group_key)
        except PlatformError as error:
            await self._undo(journal, job, error, [sku], None)
            raise
        self._wares.account.session.forget(INDEX_NAME)
        return Done(entity=(Kind.VARIANT, sku))

    async def _begin(self, journal: Journal, job: Job, skus: Sequence[str]) -> Mapping[str, Json]:
        """Return the items that an earlier attempt made; raises PlatformError when they are another's."""
        there = await self._wares.items(skus, "CreateItems")
        if there and not job.notes.get(BEGUN):
            raise conflict(_EXISTS.format(sku=next(iter(there))), "EXISTS")
        await journal.note({job.id: {BEGUN: True}})
        return there

    async def _items(self, bodies: Mapping[str, Json], model: Json) -> None:
        language = language_of(model)
        locale = language["content-language"].replace("-", "_")
        requests = [{**body, "sku": sku, "locale": locale} for sku, body in bodies.items()]
        await self._wares.in_bulk(ITEMS, "CreateItems", requests, language)

    async def _offers(self, product: ProductFields, variants: Sequence[VariantFields]) -> list[Json]:
        """Return the offers to make; without a price or anything said of offers there are none."""
        given = offer_fields(product)
        if not given and not any("price" in each for each in variants) and product.get("status") != "ACTIVE":
            return []
        site = text(given.get("marketplaceId")) or await unwritten(self._site())
        currency = MARKETPLACES[site][0] if site in MARKETPLACES else None
        if site is None or currency is None:
            raise invalid(_SITE, "NO_MARKETPLACE")
        shared = {"format": FIXED_PRICE, "listingDuration": GOOD_TILL_CANCELLED, **given, "marketplaceId": site}
        if product.get("description_html"):
            shared = {"listingDescription": product["description_html"], **shared}
        return [{**shared, "sku": each.get("sku"), **_numbers(each, currency, {})} for each in variants]

    async def _site(self) -> str | None:
        """Return the site the seller's offers are on, None when there are none."""
        account: Account = self._wares.account

        async def learn() -> str | None:
            listed = await account.ask(f"{INVENTORY}/inventory_item", "FirstItems", {"limit": str(FIRST_SKUS), "offset": "0"})
            skus = [sku for row in rows(listed.row.get("inventoryItems")) if (sku := text(row.get("sku")))]
            found = await self._wares.offers(skus, "FirstOffers")
            return next((site for own in found.values() for row in own if (site := text(row.get("marketplaceId")))), None)

        return await account.session.remember("site", learn)

    async def _offer(self, skus: Sequence[str], wanted: Sequence[Json]) -> None:
        """Make those offers that are not there yet."""
        if not wanted:
            return
        there = await self._wares.offers(skus, "CreateOffersThere")
        known = {(sku, row.get("marketplaceId"), row.get("format")) for sku, own in there.items() for row in own}
        lacking = [each for each in wanted if (each["sku"], each["marketplaceId"], each["format"]) not in known]
        for site in dict.fromkeys(offer["marketplaceId"] for offer in lacking):  # a call is about one site
            own = [offer for offer in lacking if offer["marketplaceId"] == site]
            await self._wares.in_bulk(OFFERS, "CreateOffers", own, language_of_offer(own[0]))

    async def _publish(self, skus: Sequence[str], group: str | None) -> None:
        found = await self._wares.offers(skus, "PublishOffers")
        await publish(self._wares.account, "Publish", [row for own in found.values() for row in own], group)

    async def _undo(self, journal: Journal, job: Job, error: PlatformError, skus: Sequence[str], group: str | None) -> None:
        """Take away what was made of something that eBay refuses; what is in doubt is gone on with by the next attempt."""
        if error.category not in {Category.VALIDATION, Category.CONFLICT}:
            return
        try:
            for sku in skus:
                await self._wares.delete(item_path(sku), "CreateUndo")
            if group is not None:
                await self._wares.delete(group_path(group), "CreateUndo")
        except PlatformError as left:
            error.message += f" What was made before that could not be taken away: {left.message}"
            return
        await journal.note({job.id: {BEGUN: False}})


def _skus(variants: Sequence[VariantFields]) -> list[str]:
    found = [sku for each in variants if (sku := text(each.get("sku")))]
    if not variants or len(set(found)) < len(variants):
        raise invalid(_NO_SKU, "NO_SKU")
    return found


def _check_options(group: Json, variant: VariantFields) -> None:
    names = option_names(group)
    if set(names) - {each["name"] for each in variant.get("options") or ()}:
        raise invalid(_OPTIONS.format(names=", ".join(names)), "OPTIONS")


def _numbers(variant: VariantFields, currency: str, known: Json) -> Json:
    """Return the prices and the units of an offer."""
    prices = {name: value for name, value in record(known.get("pricingSummary")).items() if name == "price"}
    for ours, theirs in (("price", "price"), ("compare_at_price", "originalRetailPrice")):
        if variant.get(ours):
            prices[theirs] = {"value": variant[ours], "currency": currency}  # type: ignore[literal-required]
    units = {"availableQuantity": variant.get("quantity", 0)}
    return {**units, **({"pricingSummary": prices} if prices else {})}


def _sisters_offer(offer: Json, variant: VariantFields) -> Json:
    """Return an offer of a new variant after the model of its sister's."""
    kept = {name: value for name, value in offer.items() if name not in FIXED}
    named = {"sku": variant.get("sku"), "marketplaceId": offer.get("marketplaceId"), "format": offer.get("format")}
    return {**kept, **named, **_numbers(variant, currency_of(offer) or "", offer)}
