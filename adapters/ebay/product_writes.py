"""Changes and deletes products and variants. Each step can be repeated: it sets what shall be, or takes away what may be gone."""

from collections.abc import Sequence

from adapters.ebay import wares
from adapters.ebay.bodies import described_group, described_item, joined, offer_fields, option_names, variant_item
from adapters.ebay.catalogue import INDEX_NAME
from adapters.ebay.listings import publish, replace, withdraw
from adapters.ebay.live_offers import live_offers_of
from adapters.ebay.manifest import PUBLISHED, UNPUBLISHED
from adapters.ebay.price_writes import PriceWrites
from adapters.ebay.refusals import conflict, gone, invalid
from adapters.ebay.sending import each, in_turn
from adapters.ebay.values import Json, record
from adapters.ebay.ware_writes import Owner, WareWrites, group_path, item_path
from adapters.kit.failures import PlatformError
from adapters.kit.writing import Done, Job, Journal, Performed
from schema.commands import ProductDelete, ProductFields, ProductUpdate, VariantDelete, VariantUpdate

WORDS = frozenset({"ACTIVE", "DRAFT"})  # what a product can be set to
ELSEWHERE = frozenset({"status", "platform_fields"})  # fields that are not in a description

_STATUS = "eBay's products can be set to ACTIVE or DRAFT only."
_NO_OFFER = "The product was never offered, so it can't be listed: make it with a category and policies in `platformFields.offer`."
_ONLY = "The product has no other variant: delete the product."


class ProductWrites:
    """Changes to what one seller has."""

    def __init__(self, wares_: WareWrites, prices: PriceWrites) -> None:
        self._wares = wares_
        self._prices = prices

    async def update(self, jobs: Sequence[Job], journal: Journal) -> Sequence[Performed]:
        """Change products."""
        return await each(jobs, self._update)

    async def delete(self, jobs: Sequence[Job], journal: Journal) -> Sequence[Performed]:
        """Delete products, their listings and their variants."""
        return await each(jobs, self._delete)

    async def update_variants(self, jobs: Sequence[Job], journal: Journal) -> Sequence[Performed]:
        """Change variants, in turn: sisters are in the same group."""
        return await in_turn(jobs, self._update_variant)

    async def delete_variants(self, jobs: Sequence[Job], journal: Journal) -> Sequence[Performed]:
        """Delete variants, in turn."""
        return await in_turn(jobs, self._delete_variant)

    async def _update(self, job: Job) -> Performed:
        if not isinstance(job.command, ProductUpdate):
            raise gone()
        changes = job.command.changes
        status = changes.get("status")
        if status is not None and status not in WORDS:
            raise invalid(_STATUS, "STATUS")
        owner = await self._wares.owner(job.command.product, "ProductUpdateRow")
        listed = {"status", "description_html", "platform_fields"} & set(changes)
        offers = [row for rows in (await self._wares.offers(owner.skus, "ProductUpdateOffers")).values() for row in rows] if listed else []
        if status == "ACTIVE" and not offers:
            raise conflict(_NO_OFFER, "NO_OFFER")
        await self._describe(owner, changes)
        for offer, wanted in ((offer, _offer_changes(owner, offer, changes)) for offer in offers):
            if wanted:
                await replace(self._wares.account, "ProductUpdateOffer", offer, wanted)
        if status is not None:
            live_offers_of(self._wares.account.session).forget(owner.skus)
        if status == "ACTIVE":
            await publish(self._wares.account, "ProductPublish", offers, owner.group_key)
        elif status is not None:
            await withdraw(self._wares.account, "ProductWithdraw", offers, owner.group_key)
        return Done()

    async def _describe(self, owner: Owner, changes: ProductFields) -> None:
        own = set(changes) - ELSEWHERE or set(changes.get("platform_fields") or ()) - {"offer"}
        if own and owner.item is not None:
            await self._wares.put_item("ProductUpdate", owner.item, described_item(owner.item, changes))
        elif own and owner.group is not None:
            model = await self._model(owner)
            await self._wares.put_group("ProductUpdate", owner.group_key or "", described_group(owner.group, changes), model)

    async def _model(self, owner: Owner) -> Json:
        """Return an item of a group, which knows in which language it is written."""
        return next(iter((await self._wares.items(owner.skus[:1], "GroupLanguage")).values()), {})

    async def _delete(self, job: Job) -> Performed:
        if not isinstance(job.command, ProductDelete):
            raise gone()
        try:
            owner = await self._wares.owner(job.command.product, "ProductDeleteRow")
        except PlatformError as error:
            if error.code == "NOT_FOUND" and job.uncertain:
                return Done()
            raise
        if owner.group_key is not None:
            offers = (await self._wares.offers(owner.skus[:1], "ProductDeleteOffers")).values()
            await withdraw(self._wares.account, "ProductWithdraw", [row for rows in offers for row in rows], owner.group_key)
        for sku in owner.skus:  # in turn: eBay refuses two changes of one group at once
            await self._wares.delete(item_path(sku), "ProductDelete")
        if owner.group_key is not None:
            await self._wares.delete(group_path(owner.group_key), "ProductDelete")
        self._wares.account.session.forget(INDEX_NAME)
        return Done()

    async def _update_variant(self, job: Job) -> Performed:
        if not isinstance(job.command, VariantUpdate):
            raise gone()
        sku, changes = job.command.variant, job.command.changes
        item = await self._wares.item(sku, "VariantUpdateRow")
        priced = {"price", "compare_at_price"} & set(changes)
        offers = (await self._wares.offers([sku], "VariantUpdateOffers")).get(sku, []) if priced else []
        if set(changes) - priced:
            await self._wares.put_item("VariantUpdate", item, variant_item(item, changes))
        groups = wares.group_keys(item)
        if changes.get("options") and groups:
            owner = await self._wares.owner(wares.GROUP + groups[0], "VariantUpdateGroup")
            named = [option for option in changes["options"] if option["name"] in option_names(owner.group or {})]
            await self._wares.put_group("VariantUpdateGroup", groups[0], joined(owner.group or {}, sku, named), item)
        if priced:
            struck = changes["compare_at_price"] or "" if "compare_at_price" in changes else None
            await self._prices.write(sku, offers, changes.get("price"), struck)
        return Done()

    async def _delete_variant(self, job: Job) -> Performed:
        if not isinstance(job.command, VariantDelete):
            raise gone()
        sku = job.command.variant
        item = (await self._wares.items([sku], "VariantDeleteRow")).get(sku)
        if item is None:
            if job.uncertain:
                return Done()
            raise gone()
        if not wares.group_keys(item):
            raise conflict(_ONLY, "ONLY_VARIANT")
        await self._wares.delete(item_path(sku), "VariantDelete")
        self._wares.account.session.forget(INDEX_NAME)
        return Done()


def _offer_changes(owner: Owner, offer: Json, changes: ProductFields) -> Json:
    """Return what changes of an offer: what is said of it, and its text where that is the product's."""
    given, described = offer_fields(changes), owner.group if owner.group is not None else record((owner.item or {}).get("product"))
    same = offer.get("listingDescription") == described.get("description") and offer.get("status") in {PUBLISHED, UNPUBLISHED}
    if "description_html" in changes and offer.get("listingDescription") and same:
        return {"listingDescription": changes["description_html"], **given}
    return given
