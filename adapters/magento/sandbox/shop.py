"""How the shop is set up: websites, store views, currencies and installed modules."""

from adapters.magento.sandbox.calls import Answer, Call
from adapters.magento.sandbox.site import Site
from adapters.magento.sandbox.table import Row

MODULES = (
    *("Magento_Store", "Magento_Backend", "Magento_Catalog", "Magento_CatalogInventory", "Magento_ConfigurableProduct", "Magento_Bundle"),
    *(
        "Magento_GroupedProduct",
        "Magento_Customer",
        "Magento_Sales",
        "Magento_Integration",
        "Magento_Webapi",
        "Magento_AsynchronousOperations",
    ),
)
INVENTORY_MODULES = ("Magento_InventoryApi", "Magento_InventorySalesApi", "Magento_InventoryExportStockApi", "Magento_InventoryShipping")
COMMERCE_MODULES = ("Magento_Enterprise", "Magento_Rma", "Magento_AdobeCommerceEventsClient")
LOCALES = {"US": "en_US", "DE": "de_DE"}


def list_modules(site: Site, call: Call) -> Answer:
    """Answer GET /V1/modules."""
    settings = site.settings
    more = (*(INVENTORY_MODULES if settings.msi else ()), *(COMMERCE_MODULES if settings.commerce or settings.cloud else ()))
    return Answer([*MODULES, *more])


def list_websites(site: Site, call: Call) -> Answer:
    """Answer GET /V1/store/websites; number 0 is the admin's own."""
    rows = [_website(number, code) for number, code in enumerate(site.facts.profile.websites, 1)]
    return Answer([{"id": 0, "code": "admin", "name": "Admin", "default_group_id": 0}, *rows])


def list_groups(site: Site, call: Call) -> Answer:
    """Answer GET /V1/store/storeGroups."""
    rows: list[Row] = [{"id": 0, "website_id": 0, "root_category_id": 0, "default_store_id": 0, "name": "Default", "code": "default"}]
    for number, code in enumerate(site.facts.profile.websites, 1):
        first = next(view.id for view in site.facts.profile.views if view.website == number)
        group = {"id": number, "website_id": number, "root_category_id": 2, "default_store_id": first}
        rows.append({**group, "name": f"{_title(code)} Store", "code": f"{code}_store"})
    return Answer(rows)


def list_views(site: Site, call: Call) -> Answer:
    """Answer GET /V1/store/storeViews."""
    rows = [
        {"id": view.id, "code": view.code, "name": view.name, "website_id": view.website, "store_group_id": view.website, "is_active": 1}
        for view in site.facts.profile.views
    ]
    return Answer([{"id": 0, "code": "admin", "name": "Admin", "website_id": 0, "store_group_id": 0, "is_active": 1}, *rows])


def list_configs(site: Site, call: Call) -> Answer:
    """Answer GET /V1/store/storeConfigs, of the store views whose codes are given or of all."""
    codes = {value for name, value in call.asked.pairs if name.startswith("storeCodes[")}
    home = call.asked.url.split(f"/{site.settings.name}/")[0] + f"/{site.settings.name}/"
    bases = {
        f"{scheme}base_{kind}url": f"{home}{path}"
        for scheme in ("", "secure_")
        for kind, path in (("", ""), ("link_", ""), ("static_", "static/"), ("media_", "media/"))
    }
    profile = site.facts.profile
    rows = [
        {
            "id": view.id,
            "code": view.code,
            "website_id": view.website,
            "locale": LOCALES[profile.country],
            "base_currency_code": profile.base_currency,
            "default_display_currency_code": view.currency,
            "timezone": profile.timezone,
            "weight_unit": "kgs",
            **bases,
        }
        for view in profile.views
        if not codes or view.code in codes
    ]
    return Answer(rows)


def get_currency(site: Site, call: Call) -> Answer:
    """Answer GET /V1/directory/currency, for the store view it is asked in."""
    profile = site.facts.profile
    view = site.view(call.scope) or profile.views[0]
    rates = [{"currency_to": one.currency, "rate": one.rate / 10_000} for one in profile.views if one.currency == view.currency]
    currencies = sorted({one.currency for one in profile.views})
    base = {"base_currency_code": profile.base_currency, "base_currency_symbol": profile.base_currency}
    display = {"default_display_currency_code": view.currency, "default_display_currency_symbol": view.currency}
    return Answer({**base, **display, "available_currency_codes": currencies, "exchange_rates": rates[:1]})


def _website(number: int, code: str) -> Row:
    return {"id": number, "code": code, "name": f"{_title(code)} Website" if number > 1 else "Main Website", "default_group_id": number}


def _title(code: str) -> str:
    return "Main Website" if code == "base" else f"{code.title()} Website"
