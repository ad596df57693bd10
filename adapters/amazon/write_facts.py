"""What can be changed in a seller's account, and Amazon's words for it."""

from adapters.kit.writing import Repeat, WriteFacts
from schema.commands import CancelReason, RefundReason, WriteOperation

FEW = 40  # listings that are changed one by one, at five a second; for more a feed is quicker
LISTINGS = 500  # of one call
CANCELS = 20  # orders of one feed
REFUNDS = 5  # orders of one feed: the report names those that failed, and only its beginning is read

_LATER = "Amazon accepts first; it shows some minutes later."
_OWN = "Only orders the seller sends."
_PRODUCT_FIELDS = frozenset({"title", "description_html", "vendor", "platform_fields"})
_VARIANT_FIELDS = frozenset({"barcode", "price", "options", "weight"})

WRITES: dict[WriteOperation, WriteFacts] = {
    WriteOperation.INVENTORY_SET: WriteFacts(
        batch=LISTINGS, asynchronous=True, note=f"Only stock the seller keeps, one number for all marketplaces. {_LATER}"
    ),
    WriteOperation.INVENTORY_ADJUST: WriteFacts(
        batch=LISTINGS,
        asynchronous=True,
        note=f"Read, added up and set: a sale between the two is lost. Only stock the seller keeps. {_LATER}",
    ),
    WriteOperation.PRICE_SET: WriteFacts(
        batch=LISTINGS,
        asynchronous=True,
        fields=frozenset({"variant", "price", "currency_code"}),
        note=f"In the marketplace whose price the variant shows; sales and prices for businesses stay. {_LATER}",
    ),
    WriteOperation.PRODUCT_CREATE: WriteFacts(
        asynchronous=True,
        fields=_PRODUCT_FIELDS | _VARIANT_FIELDS | {"product_type", "options", "sku", "quantity"},
        note="In the store's first marketplace. `platformFields` takes `productType`, `requirements`, `attributes` and, for a family of "
        f"variants, the parent's `sku`; every variant needs a SKU. {_LATER}",
    ),
    WriteOperation.PRODUCT_UPDATE: WriteFacts(
        batch=LISTINGS,
        asynchronous=True,
        fields=_PRODUCT_FIELDS,
        note=f"In the first of the store's marketplaces that lists it; `platformFields` takes `productType` and `attributes`. {_LATER}",
    ),
    WriteOperation.PRODUCT_DELETE: WriteFacts(asynchronous=True, note=f"In all of the store's marketplaces, variations first. {_LATER}"),
    WriteOperation.VARIANT_CREATE: WriteFacts(
        asynchronous=True,
        fields=_VARIANT_FIELDS | {"sku", "quantity"},
        note=f"Needs a SKU; what is not said is taken from the family's first variation. {_LATER}",
    ),
    WriteOperation.VARIANT_UPDATE: WriteFacts(batch=LISTINGS, asynchronous=True, fields=_VARIANT_FIELDS, note=_LATER),
    WriteOperation.VARIANT_DELETE: WriteFacts(batch=20, asynchronous=True, note=f"In all of the store's marketplaces. {_LATER}"),
    WriteOperation.SHIPMENT_CREATE: WriteFacts(
        batch=20,
        repeat=Repeat.KEYED,
        fields=frozenset({"order", "lines", "tracking", "shipped_at", "number", "company"}),
        note=f"Needs a tracking number and a carrier; Amazon tells the buyer. {_OWN}",
    ),
    WriteOperation.SHIPMENT_UPDATE: WriteFacts(batch=20, fields=frozenset({"shipment", "tracking", "number", "company"}), note=_OWN),
    WriteOperation.ORDER_CANCEL: WriteFacts(
        batch=CANCELS,
        asynchronous=True,
        fields=frozenset({"order", "reason"}),
        note=f"By a feed, some minutes later. Only before anything is sent; the buyer is not charged, and no stock is put back. {_OWN}",
    ),
    WriteOperation.REFUND_CREATE: WriteFacts(
        batch=REFUNDS,
        asynchronous=True,
        fields=frozenset({"order", "lines", "shipping", "amount", "currency_code", "reason"}),
        note="By a feed; Amazon adds up whatever is asked for, and shows a refund up to 48 hours later. One whose answer was lost is "
        "looked for among the feeds of its time, and left to a person where they don't tell. Amounts are with tax; no stock is put back. "
        f"{_OWN}",
    ),
}

CANCEL_REASONS: dict[CancelReason, str] = {
    CancelReason.CUSTOMER: "BuyerCanceled",
    CancelReason.OUT_OF_STOCK: "NoInventory",
    CancelReason.ADDRESS: "ShippingAddressUndeliverable",
    CancelReason.FRAUD: "RiskAssessmentInformationNotValid",
    CancelReason.PRICING: "GeneralAdjustment",
    CancelReason.PAYMENT: "CarrierCreditDecision",
    CancelReason.OTHER: "GeneralAdjustment",
}
REFUND_REASONS: dict[RefundReason, str] = {
    RefundReason.CUSTOMER_RETURN: "CustomerReturn",
    RefundReason.CANCELLED: "CustomerCancel",
    RefundReason.NOT_RECEIVED: "Undeliverable",
    RefundReason.DAMAGED: "DifferentItem",
    RefundReason.GOODWILL: "GeneralAdjustment",
    RefundReason.PRICING: "PriceError",
    RefundReason.OTHER: "Other",
}
# Carriers by their names, letters and digits only; any other is named in words.
CARRIERS: dict[str, str] = {
    "ups": "UPS",
    "usps": "USPS",
    "fedex": "FedEx",
    "dhl": "DHL",
    "dhlecommerce": "DHL eCommerce",
    "royalmail": "Royal Mail",
    "dpd": "DPD",
    "gls": "GLS",
    "hermes": "Hermes",
    "tnt": "TNT",
    "ontrac": "OnTrac",
    "canadapost": "Canada Post",
    "australiapost": "Australia Post",
    "deutschepost": "Deutsche Post",
    "laposte": "La Poste",
    "chronopost": "Chronopost",
    "correos": "Correos",
    "posteitaliane": "Poste Italiane",
    "yamato": "YAMATO",
    "sagawa": "SAGAWA",
}
OTHER_CARRIER = "Other"

# Codes and categories of issues that say that something stands in the way, not that what was sent is wrong.
BLOCKING = frozenset({"18742", "18299", "99300", "QUALIFICATION_REQUIRED"})
TEXTS = {"title": "item_name", "vendor": "brand", "description_html": "product_description"}
WEIGHT_UNITS = {"GRAMS": "grams", "KILOGRAMS": "kilograms", "OUNCES": "ounces", "POUNDS": "pounds"}
BARCODES = {8: "ean", 12: "upc", 13: "ean", 14: "gtin"}
REQUIREMENTS = frozenset({"LISTING", "LISTING_PRODUCT_ONLY", "LISTING_OFFER_ONLY"})
# The language of texts, by country.
LANGUAGES = {
    "US": "en_US", "CA": "en_CA", "MX": "es_MX", "BR": "pt_BR", "IE": "en_IE", "ES": "es_ES", "GB": "en_GB", "FR": "fr_FR", "BE": "fr_BE",
    "NL": "nl_NL", "DE": "de_DE", "IT": "it_IT", "SE": "sv_SE", "ZA": "en_ZA", "PL": "pl_PL", "EG": "ar_AE", "TR": "tr_TR", "SA": "ar_AE",
    "AE": "en_AE", "IN": "en_IN", "SG": "en_SG", "AU": "en_AU", "JP": "ja_JP",
}  # fmt: skip
# What of a variation is its own, and so is not taken over by another.
INDIVIDUAL = frozenset({
    "externally_assigned_product_identifier", "merchant_suggested_asin", "fulfillment_availability", "purchasable_offer",
    "child_parent_sku_relationship", "parentage_level", "main_product_image_locator", "part_number", "model_number",
})  # fmt: skip
