"""What the local Magento promises of writes to products, variants and customers."""

from typing import Any

import pytest

from tests.platforms.magento.sandbox_writes_client import Desk, desk, told

EMAIL_TAKEN = "A customer with the same email address already exists in an associated website."


def product(sku: str = "GW-1", **more: Any) -> dict[str, Any]:
    return {"product": {"sku": sku, "name": f"Thing {sku}", "attribute_set_id": 4, "price": 10, "type_id": "simple", **more}}


def attribute(code: str, value: Any) -> dict[str, Any]:
    return {"attribute_code": code, "value": value}


def customer(email: str = "new.buyer@example.com", **more: Any) -> dict[str, Any]:
    return {"customer": {"email": email, "firstname": "Nelda", "lastname": "Ironwood", "website_id": 1, **more}}


async def _values(shop: Desk, sku: str, scope: str = "all/V1") -> dict[str, Any]:
    row = await shop.get(f"products/{sku}", scope)
    return {one["attribute_code"]: one["value"] for one in row["custom_attributes"]}


@pytest.mark.parametrize(("method", "path"), [("POST", "products"), ("PUT", "products/GW-1")])
async def test_a_product_is_made_by_either_route_and_read_at_once(method: str, path: str) -> None:
    async with desk() as shop:
        sent = product(weight="0.5", custom_attributes=[attribute("description", "Good"), attribute("unheard_of", "x")])
        answer = await shop.call(method, path, sent)

        made = answer.json()
        assert (200, "GW-1", 10, 0.5) == (answer.status_code, made["sku"], made["price"], made["weight"])
        assert made == await shop.get("products/GW-1")
        assert [made["id"]] == [row["id"] for row in await shop.rows("products", ("sku", "eq", "GW-1"))]
        values = await _values(shop, "GW-1")
        assert ("Good", "thing-gw-1", None) == (values["description"], values["url_key"], values.get("unheard_of"))
        assert 0 == await shop.on_hand("GW-1")
        assert [("product.create", str(made["id"]))] == [effect[:2] for effect in await shop.effects()]


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"sku": ""}, "is required"),
        ({"sku": "x" * 65}, "SKU length"),
        ({"name": ""}, "attribute value is empty"),
        ({"price": None}, "attribute value is empty"),
        ({"price": -1}, "Invalid value"),
        ({"price": "cheap"}, "processing"),
        ({"attribute_set_id": 99}, "Invalid product data"),
        ({"attribute_set_id": None}, "Invalid product data"),
        ({"custom_attributes": [attribute("url_key", "product-1")]}, "URL key for specified store already exists."),
    ],
)
async def test_a_product_that_cannot_be_is_refused_and_not_made(change: dict[str, Any], word: str) -> None:
    async with desk() as shop:
        answer = await shop.post("products", product(**change))

        assert 400 == answer.status_code
        assert word in answer.json()["message"]
        assert ([], []) == (await shop.rows("products", ("name", "like", "Thing%")), await shop.effects())


async def test_two_products_of_one_name_need_addresses_of_their_own() -> None:
    async with desk() as shop:
        sent = [
            product("A", name="Same"),
            product("B", name="Same"),
            product("B", name="Same", custom_attributes=[attribute("url_key", "b")]),
        ]

        assert [200, 400, 200] == [(await shop.post("products", one)).status_code for one in sent]


async def test_a_change_leaves_what_is_not_sent_and_moves_the_time_of_change() -> None:
    async with desk() as shop:
        before = await shop.get("products/MUG-0034")
        await shop.advance(60)
        answer = await shop.put("products/MUG-0034", {"product": {"name": "Better Mug", "status": 9}})

        after = answer.json()
        assert (200, "Better Mug", 9, before["price"]) == (answer.status_code, after["name"], after["status"], after["price"])
        assert before["updated_at"] < after["updated_at"]
        found = await shop.rows("products", ("updated_at", "gteq", after["updated_at"]))
        assert ["MUG-0034"] == [row["sku"] for row in found]
        assert [("product.update", str(before["id"]), {"name": "Better Mug", "status": 9})] == await shop.effects()


async def test_a_second_post_of_a_sku_changes_the_product_that_has_it_whatever_its_case() -> None:
    async with desk() as shop:
        first, second = [(await shop.post("products", product(sku, price=price))).json() for sku, price in (("GW-1", 10), ("gw-1", 12))]

        assert (first["id"], 12) == (second["id"], second["price"])
        assert ["product.create", "price.set", "product.update"] == [what for what, _, _ in await shop.effects()]


async def test_a_save_of_price_or_stock_alone_is_told_as_that() -> None:
    async with desk() as shop:
        await shop.put("products/MUG-0034", {"product": {"price": 29.9}})
        await shop.put("products/MUG-0034", {"product": {"extension_attributes": {"stock_item": {"qty": 8, "is_in_stock": True}}}})

        assert (29.9, 8) == ((await shop.get("products/MUG-0034"))["price"], await shop.on_hand("MUG-0034"))
        assert [("price.set", "MUG-0034", "29.90"), ("stock.set", "MUG-0034", 8)] == await shop.effects()


@pytest.mark.parametrize("scope", ["V1", "default/V1"])
async def test_a_write_without_a_scope_is_the_default_views_own(scope: str) -> None:
    async with desk() as shop:
        before = await shop.get("products/MUG-0034")
        texts = [attribute("description", "Here")]
        await shop.put("products/MUG-0034", {"product": {"name": "Here only", "price": 5, "custom_attributes": texts}}, scope)

        rows = [await shop.get("products/MUG-0034", seen) for seen in ("V1", "all/V1", "eu/V1")]
        assert ["Here only", before["name"], before["name"]] == [row["name"] for row in rows]
        assert [5, 5, 5] == [row["price"] for row in rows]
        descriptions = [(await _values(shop, "MUG-0034", seen))["description"] for seen in ("V1", "all/V1")]
        assert ["Here", f"<p>{before['name']}, made to last.</p>"] == descriptions


async def test_another_sku_in_the_body_renames_a_product_and_takes_its_pieces_along() -> None:
    async with desk() as shop:
        before = await shop.get("products/MUG-0034")
        await shop.put("products/MUG-0034/stockItems/1", {"stockItem": {"qty": 6}})
        taken = await shop.put("products/MUG-0034", {"product": {"sku": "TEN-0001"}})
        answer = await shop.put("products/MUG-0034", {"product": {"sku": "MUG-NEW"}})

        assert [400, 200] == [taken.status_code, answer.status_code]
        assert (before["id"], 6) == ((await shop.get("products/MUG-NEW"))["id"], await shop.on_hand("MUG-NEW"))
        assert 404 == (await shop.call("GET", "products/MUG-0034")).status_code


async def test_a_deleted_product_is_gone_but_orders_still_speak_of_it() -> None:
    async with desk() as shop:
        ware, order = await shop.get("products/LAN-0027"), await shop.get("orders/2")
        answer = await shop.delete("products/LAN-0027")
        again = await shop.delete("products/LAN-0027")
        made = (await shop.post("products", product())).json()

        assert [(200, True), 404] == [(answer.status_code, answer.json()), again.status_code]
        assert order == await shop.get("orders/2")
        assert await shop.on_hand("LAN-0027") is None
        assert ware["id"] < made["id"]
        assert ("product.delete", str(ware["id"]), "LAN-0027") == (await shop.effects())[0]


async def test_the_newest_products_id_does_not_come_back() -> None:
    async with desk() as shop:
        first = (await shop.post("products", product("A"))).json()["id"]
        await shop.delete("products/A")

        assert first < (await shop.post("products", product("A"))).json()["id"]


async def test_a_configurable_product_is_made_in_steps() -> None:
    async with desk() as shop:
        parent = (await shop.post("products", product("P", type_id="configurable", price=None))).json()
        child = product("P-moss", visibility=1, custom_attributes=[attribute("color", "4")])
        made = (await shop.post("products", child)).json()
        early = await shop.post("configurable-products/P/child", {"childSku": "P-moss"})
        option = {"attribute_id": "93", "label": "Shade", "position": 0, "is_use_default": True, "values": [{"value_index": 4}]}
        added = await shop.post("configurable-products/P/options", {"option": option})
        linked = await shop.post("configurable-products/P/child", {"childSku": "P-moss"})
        again = await shop.post("configurable-products/P/child", {"childSku": "P-moss"})
        bare = await shop.post("configurable-products/P/child", {"childSku": "TEN-0001"})

        row = (await shop.get("products/P"))["extension_attributes"]
        assert [400, 200, (200, True)] == [early.status_code, added.status_code, (linked.status_code, linked.json())]
        assert (400, "The product is already attached.") == told(again)
        assert (400, ["color"]) == (bare.status_code, bare.json()["parameters"])
        assert [made["id"]] == row["configurable_product_links"]
        assert [(added.json(), "Shade", [{"value_index": 4}])] == [
            (one["id"], one["label"], one["values"]) for one in row["configurable_product_options"]
        ]
        assert ["P-moss"] == [one["sku"] for one in await shop.get("configurable-products/P/children")]
        expected = [("product.create", parent), ("variant.create", made), ("product.update", parent), ("product.update", parent)]
        assert [(what, str(one["id"])) for what, one in expected] == [effect[:2] for effect in await shop.effects()]


async def test_a_variant_is_a_product_of_its_own_and_its_parent_does_not_notice() -> None:
    async with desk() as shop:
        parent = await shop.get("products/BAC-0028")
        child = await shop.get("products/BAC-0028-Slate")
        await shop.advance(60)
        await shop.put("products/BAC-0028-Slate", {"product": {"weight": 2}})
        await shop.post("products/base-prices", {"prices": [{"sku": "BAC-0028-Slate", "price": 7, "store_id": 0}]})
        await shop.delete("products/BAC-0028-Slate")

        after = await shop.get("products/BAC-0028")
        assert parent["updated_at"] == after["updated_at"]
        assert child["id"] not in after["extension_attributes"]["configurable_product_links"]
        expected = [("variant.update", str(child["id"])), ("price.set", "BAC-0028-Slate"), ("variant.delete", str(child["id"]))]
        assert expected == [effect[:2] for effect in await shop.effects()]


async def test_a_family_that_cannot_be_leaves_its_product_as_it_was() -> None:
    async with desk() as shop:
        before, bare = await shop.get("products/BAC-0028"), await shop.get("products/TEN-0001")
        sent = {"name": "Changed", "extension_attributes": {"configurable_product_links": [bare["id"]]}}
        refused = await shop.put("products/BAC-0028", {"product": sent})
        kept = before["extension_attributes"]["configurable_product_links"][:2]
        answer = await shop.put("products/BAC-0028", {"product": {"extension_attributes": {"configurable_product_links": kept}}})

        assert [400, 200] == [refused.status_code, answer.status_code]
        assert (before["name"], kept) == (answer.json()["name"], answer.json()["extension_attributes"]["configurable_product_links"])
        assert 1 == len(await shop.effects())


async def test_a_variant_can_leave_its_parent_and_choices_can_change() -> None:
    async with desk() as shop:
        left = await shop.delete("configurable-products/BAC-0028/children/BAC-0028-Slate")
        again = await shop.delete("configurable-products/BAC-0028/children/BAC-0028-Slate")
        option = (await shop.get("configurable-products/BAC-0028/options/all"))[0]
        renamed = await shop.put(f"configurable-products/BAC-0028/options/{option['id']}", {"option": {"label": "Tone"}})
        plain = await shop.post("configurable-products/TEN-0001/child", {"childSku": "MUG-0034"})

        assert [(200, True), 404, 200, 400] == [(left.status_code, left.json()), again.status_code, renamed.status_code, plain.status_code]
        assert "BAC-0028-Slate" == (await shop.get("products/BAC-0028-Slate"))["sku"]
        assert "Tone" == (await shop.get("configurable-products/BAC-0028/options/all"))[0]["label"]


async def test_a_customer_is_made_once_for_an_email_and_without_permission() -> None:
    async with desk() as shop:
        answer = await shop.client.post(f"{shop.running.url}/shop/rest/V1/customers", json={**customer(), "password": "Strong-1"})
        again = await shop.post("customers", customer("NEW.buyer@example.com"))

        made = answer.json()
        assert (200, "Nelda", []) == (answer.status_code, made["firstname"], made["addresses"])
        assert made == await shop.get(f"customers/{made['id']}")
        assert [made["id"]] == [row["id"] for row in await shop.rows("customers/search", ("email", "eq", "new.buyer@example.com"))]
        assert (400, EMAIL_TAKEN) == told(again)
        assert [("customer.create", str(made["id"]), customer()["customer"])] == await shop.effects()


@pytest.mark.parametrize(
    ("change", "status"),
    [({"email": ""}, 400), ({"email": "nobody"}, 400), ({"firstname": ""}, 400), ({"lastname": None}, 400), ({"website_id": 9}, 404)],
)
async def test_a_customer_needs_name_and_email(change: dict[str, Any], status: int) -> None:
    async with desk() as shop:
        assert status == (await shop.post("customers", customer(**change))).status_code
        assert [] == await shop.effects()


async def test_a_customers_change_replaces_the_addresses_that_are_sent_and_keeps_the_rest() -> None:
    async with desk() as shop:
        before = await shop.get("customers/3")
        await shop.advance(60)
        address = {
            "firstname": "N",
            "lastname": "I",
            "street": ["1 Mill Lane"],
            "city": "Millbrook",
            "countryId": "US",
            "defaultShipping": True,
        }
        kept = (await shop.put("customers/3", customer(id=3))).json()
        replaced = (await shop.put("customers/3", customer(id=3, addresses=[address], taxvat="DE1"))).json()

        assert before["addresses"] == kept["addresses"]
        assert [("US", "Millbrook")] == [(one["country_id"], one["city"]) for one in replaced["addresses"]]
        assert str(replaced["addresses"][0]["id"]) == replaced["default_shipping"]
        assert ("DE1", "new.buyer@example.com") == (replaced["taxvat"], replaced["email"])
        assert before["updated_at"] < replaced["updated_at"]
        assert [("customer.update", "3")] * 2 == [effect[:2] for effect in await shop.effects()]


async def test_a_customers_change_that_says_too_little_or_of_nobody_is_refused() -> None:
    async with desk() as shop:
        other = (await shop.get("customers/4"))["email"]
        sent: list[tuple[int, dict[str, Any]]] = [
            (3, {"customer": {"id": 3, "firstname": "N"}}),
            (3, customer(website_id=None)),
            (3, customer(other)),
            (9999, customer()),
        ]
        answers = [await shop.put(f"customers/{row_id}", body) for row_id, body in sent]

        assert [400, 400, 400, 404] == [answer.status_code for answer in answers]
        assert EMAIL_TAKEN == answers[2].json()["message"]
        assert [] == await shop.effects()
