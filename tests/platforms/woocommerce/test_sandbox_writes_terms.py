"""What the local WooCommerce promises of what one has to know to write: tags, brands and categories by name, settings, gateways."""

import pytest

from tests.platforms.woocommerce.shop import Json
from tests.platforms.woocommerce.test_sandbox_writes import refusal, writing


@pytest.mark.parametrize("kind", ["categories", "tags", "brands"])
async def test_a_term_is_made_once_found_by_its_name_and_given_by_its_id(kind: str) -> None:
    async with writing() as there:
        answer = await there.send("POST", f"products/{kind}", {"name": "Salt & Sun"})
        made = answer.json()
        again = await there.send("POST", f"products/{kind}", {"name": "salt & sun"})
        product = await there.done("PUT", "products/11", {kind: [{"id": made["id"]}, {"id": 7}, {"name": "Salt & Sun"}]})
        found = await there.get(f"products/{kind}", search="Salt & Sun")

        assert (201, "Salt &amp; Sun", "salt-sun") == (answer.status_code, made["name"], made["slug"])
        assert ((400, "term_exists"), made["id"]) == (refusal(again), again.json()["data"]["resource_id"])
        assert [{name: made[name] for name in ("id", "name", "slug")}] == product[kind] == (await there.get("products/11"))[kind]
        assert [(made["id"], 1)] == [(row["id"], row["count"]) for row in found]


async def test_no_product_is_without_a_category() -> None:
    async with writing() as there:
        product = await there.done("PUT", "products/11", {"categories": [], "tags": [{"id": 16}]})

        assert (["Uncategorized"], []) == ([one["name"] for one in product["categories"]], product["tags"])


async def test_the_shop_tells_which_gateways_give_money_back() -> None:
    async with writing() as there:
        found = {row["id"]: "refunds" in row["method_supports"] for row in await there.get("payment_gateways")}

        assert {"cod": False, "bacs": False, "cardpay": True} == found


@pytest.mark.parametrize(
    ("path", "status", "shown"),
    [
        ("settings/products/woocommerce_weight_unit", 200, "kg"),
        ("settings/products/woocommerce_manage_stock", 200, "no"),
        ("settings/general/woocommerce_currency", 200, "USD"),
        ("settings/products/woocommerce_colour", 404, "rest_setting_setting_invalid"),
        ("settings/nothing", 404, "rest_setting_setting_group_invalid"),
    ],
)
async def test_settings_are_told_by_their_names(path: str, status: int, shown: Json) -> None:
    async with writing(manage_stock=False) as there:
        answer = await there.send("GET", path)

        assert (status, shown) == (answer.status_code, answer.json().get("value") or answer.json()["code"])
