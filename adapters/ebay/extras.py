"""What only eBay knows of orders, products and variants."""

from datetime import datetime

import strawberry

from schema.address import Address
from schema.canonical import Canonical
from schema.extras import OrderExtras, ProductExtras, VariantExtras
from schema.money import Money


@strawberry.type(description="A payment of an eBay order. Its amount may be what the seller gets, after eBay's fees.")
class EbayPayment(Canonical):
    """One payment, with the states of what is held back of it."""

    method: str | None = strawberry.field(description="How it was paid.")
    reference: str | None = strawberry.field(description="eBay's reference of the payment.")
    status: str | None = strawberry.field(description="PAID, PENDING or FAILED.")
    paid_at: datetime | None = strawberry.field(description="When it was paid.")
    amount: Money | None = strawberry.field(description="The amount; never what the buyer paid in all.")
    holds: list[str] = strawberry.field(description="The states of sums held back, e.g. HELD or RELEASED.")


@strawberry.type(description="A refund of an eBay order that gave nothing back, or has not yet.")
class EbayOpenRefund(Canonical):
    """A refund that is under way or failed."""

    id: str | None = strawberry.field(description="eBay's id of the refund.")
    status: str | None = strawberry.field(description="PENDING or FAILED.")
    amount: Money | None = strawberry.field(description="What was to be given back.")


@strawberry.type(description="A request to cancel an eBay order.")
class EbayCancelRequest(Canonical):
    """One request, the buyer's or the seller's."""

    id: str | None = strawberry.field(description="eBay's id of the request.")
    state: str | None = strawberry.field(description="REQUESTED, COMPLETED or REJECTED.")
    initiator: str | None = strawberry.field(description="Who asked: BUYER or SELLER.")
    reason: str | None = strawberry.field(description="Why, in eBay's word.")
    requested_at: datetime | None = strawberry.field(description="When it was asked for.")
    completed_at: datetime | None = strawberry.field(description="When it was decided.")


@strawberry.type(description="A special fee on an eBay order, e.g. for the recycling of tires.")
class EbayFee(Canonical):
    """One fee of the order's lines."""

    type: str | None = strawberry.field(description="eBay's word for the fee.")
    amount: Money | None = strawberry.field(description="The fee.")


@strawberry.type(description="What only eBay knows of an order.")
class EbayOrderExtras(OrderExtras):
    """Fields of eBay's order without a canonical place."""

    legacy_order_id: str | None = strawberry.field(description="The id in eBay's older interfaces.")
    sales_record_reference: str | None = strawberry.field(description="The seller's running number.")
    seller_id: str | None = strawberry.field(description="The seller's name.")
    buyer_username: str | None = strawberry.field(description="The buyer's name on eBay, or an id that stands for it; may change.")
    cancel_state: str | None = strawberry.field(description="NONE_REQUESTED, IN_PROGRESS (a request is open) or CANCELED.")
    cancel_requests: list[EbayCancelRequest] = strawberry.field(description="The requests to cancel it, where one is open or was granted.")
    payments: list[EbayPayment] = strawberry.field(description="The payments, one by one.")
    open_refunds: list[EbayOpenRefund] = strawberry.field(description="Refunds that gave nothing back, or have not yet.")
    total_due_seller: Money | None = strawberry.field(description="What the seller gets.")
    marketplace_fee: Money | None = strawberry.field(description="What eBay takes for the sale.")
    fee_basis: Money | None = strawberry.field(description="What eBay's fee is reckoned from.")
    adjustment: Money | None = strawberry.field(description="A change of the price after the sale; part of the fees.")
    fees: list[EbayFee] = strawberry.field(description="Special fees, one by one.")
    ebay_collected_tax: Money | None = strawberry.field(
        description="Taxes and fees that eBay collects and pays on itself; part of the total."
    )
    total_without_ebay_tax: Money | None = strawberry.field(description="The total without what eBay collects and pays on.")
    fulfilment_type: str | None = strawberry.field(description="How it is delivered, e.g. SHIP_TO, DIGITAL or PREPARE_FOR_PICKUP.")
    ships_to_hub: bool | None = strawberry.field(
        description="Whether the shipping address is eBay's hub, from where it goes on to the buyer."
    )
    hub_reference: str | None = strawberry.field(description="What must stand on the parcel to the hub.")
    final_destination: Address | None = strawberry.field(description="Where it goes from the hub.")
    pickup_location: str | None = strawberry.field(description="The location where the buyer fetches it.")
    registration_address: Address | None = strawberry.field(description="Where the buyer is registered.")
    authenticity_status: str | None = strawberry.field(description="How eBay's check of authenticity went.")
    label_provided_by: str | None = strawberry.field(description="Who provides the shipping label.")
    vault_type: str | None = strawberry.field(description="How eBay's vault takes part.")
    returns_managed_by: str | None = strawberry.field(description="Who handles international returns.")
    fulfilled_by: str | None = strawberry.field(description="Who ships, where it is not the seller.")


@strawberry.type(description="One offer of a SKU on an eBay marketplace.")
class EbayOffer(Canonical):
    """An offer, with its listing once it is published."""

    offer_id: str | None = strawberry.field(description="eBay's id of the offer.")
    marketplace_id: str | None = strawberry.field(description="The marketplace, e.g. EBAY_US.")
    format: str | None = strawberry.field(description="FIXED_PRICE or AUCTION.")
    status: str | None = strawberry.field(description="PUBLISHED or UNPUBLISHED.")
    category_id: str | None = strawberry.field(description="eBay's category.")
    price: Money | None = strawberry.field(description="The price, of an auction the first bid.")
    available_quantity: int | None = strawberry.field(description="Units the offer may sell; buyers see no more than there is stock.")
    listing_id: str | None = strawberry.field(description="The listing buyers see.")
    listing_status: str | None = strawberry.field(description="Where the listing is in its life.")
    on_hold: bool | None = strawberry.field(description="Whether eBay holds the listing.")
    sold_quantity: int | None = strawberry.field(description="Units sold through the listing.")


@strawberry.type(description="What only eBay knows of a product.")
class EbayProductExtras(ProductExtras):
    """Fields of eBay's inventory item or group without a canonical place."""

    group_key: str | None = strawberry.field(description="The key of its group of SKUs; null for what is sold in one form only.")
    condition: str | None = strawberry.field(description="eBay's word for its condition; null where its variants may differ.")
    category_ids: list[str] = strawberry.field(description="eBay's categories it is offered in.")
    listing_ids: list[str] = strawberry.field(description="The listings buyers see.")
    marketplaces: list[str] = strawberry.field(description="The marketplaces it is offered on.")


@strawberry.type(description="What only eBay knows of a variant.")
class EbayVariantExtras(VariantExtras):
    """Fields of eBay's inventory item without a canonical place."""

    condition: str | None = strawberry.field(description="eBay's word for its condition.")
    mpn: str | None = strawberry.field(description="The maker's own number.")
    epid: str | None = strawberry.field(description="The product in eBay's catalogue.")
    quantity: int | None = strawberry.field(description="Units in stock at all locations together.")
    group_keys: list[str] = strawberry.field(description="The groups it is in.")
    offers: list[EbayOffer] = strawberry.field(description="Its offers, one by one.")
