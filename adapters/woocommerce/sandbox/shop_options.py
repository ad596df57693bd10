"""What the shop's owner chose: the settings somebody who writes has to know, and which payment gateways pay back by themselves."""

from adapters.woocommerce.sandbox.calls import Answer, Call
from adapters.woocommerce.sandbox.errors import refusal
from adapters.woocommerce.sandbox.site import Site
from adapters.woocommerce.sandbox.table import Row

# By their id: the title, and whether money can be given back without a person; cash and bank transfers can't.
GATEWAYS = {"cod": ("Cash on delivery", False), "bacs": ("Direct bank transfer", False), "cardpay": ("Card (CardPay)", True)}
UNITS = {"woocommerce_weight_unit": ("Weight unit", "kg"), "woocommerce_dimension_unit": ("Dimensions unit", "cm")}


def list_gateways(site: Site, call: Call) -> Answer:
    """GET payment_gateways."""
    return Answer([_gateway(call, place, gateway) for place, gateway in enumerate(GATEWAYS)])


def list_settings(site: Site, call: Call) -> Answer:
    """GET settings/{group}."""
    group = call.path.split("/")[1]
    return Answer([_setting(call, group, name, *pair) for name, pair in _group(site, group).items()])


def get_setting(site: Site, call: Call) -> Answer:
    """GET settings/{group}/{option}."""
    _, group, name = call.path.split("/")
    settings = _group(site, group)
    if name not in settings:
        raise refusal("setting")
    return Answer(_setting(call, group, name, *settings[name]))


def _group(site: Site, group: str) -> dict[str, tuple[str, str]]:
    counted = ("Manage stock", "yes" if site.settings.manage_stock else "no")
    groups = {
        "general": {"woocommerce_currency": ("Currency", site.settings.currency)},
        "products": {**UNITS, "woocommerce_manage_stock": counted},
    }
    if group not in groups:
        raise refusal("settings")
    return groups[group]


def _setting(call: Call, group: str, name: str, label: str, value: str) -> Row:
    links = {"self": [{"href": call.link(f"settings/{group}/{name}")}], "collection": [{"href": call.link(f"settings/{group}")}]}
    kind = "checkbox" if value in {"yes", "no"} else "select"
    return {
        "id": name,
        "label": label,
        "description": "",
        "type": kind,
        "default": value,
        "value": value,
        "group_id": group,
        "_links": links,
    }


def _gateway(call: Call, place: int, gateway: str) -> Row:
    title, gives_back = GATEWAYS[gateway]
    links = {"self": [{"href": call.link(f"payment_gateways/{gateway}")}], "collection": [{"href": call.link("payment_gateways")}]}
    shown: Row = {"id": gateway, "title": title, "description": "", "order": place, "enabled": True, "method_title": title}
    supports = ["products", "refunds"] if gives_back else ["products"]
    return {**shown, "method_description": "", "method_supports": supports, "settings": {}, "_links": links}
