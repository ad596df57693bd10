"""What the local WooCommerce promises of shipments: the beta feature, the plugin, and shops that have neither."""

from typing import Any

import jsonschema
import pytest

from tests.platforms.woocommerce.shop import Json, shared
from tests.platforms.woocommerce.test_sandbox_writes import Writer, refusal, writing

ORDER, PATH = 140, "orders/140/fulfillments"
PLUGIN = "wc-shipment-tracking/v3/orders/140/shipment-trackings"


def parcel(items: list[Json], number: str = "1Z9", status: str = "fulfilled", **meta: Any) -> Json:
    fields = {"_items": items, "_tracking_number": number, "_shipping_provider": "ups", **meta}
    return {"status": status, "is_fulfilled": True, "meta_data": [{"key": key, "value": value} for key, value in fields.items()]}


async def lines(there: Writer) -> list[Json]:
    """Empty the order of what was shipped already, and return its lines as a parcel has them."""
    for row in await there.get(PATH):
        await there.done("DELETE", f"{PATH}/{row['id']}")
    there.effects()
    return [{"item_id": line["id"], "qty": line["quantity"]} for line in (await there.get(f"orders/{ORDER}"))["line_items"]]


async def progress(there: Writer) -> str | None:
    fields = {entry["key"]: entry["value"] for entry in (await there.get(f"orders/{ORDER}"))["meta_data"]}
    return fields.get("_fulfillment_status")


async def test_parcels_are_sent_one_by_one_until_the_order_is() -> None:
    async with writing() as there:
        items, seen = await lines(there), [await progress(there)]
        for number, part in (("A1", items[:1]), ("A2", items[1:])):
            answer = await there.send("POST", PATH, parcel(part, number))
            seen.append(await progress(there))
        row = answer.json()
        fields = {entry["key"]: entry["value"] for entry in row["meta_data"]}

        assert [None, "partially_fulfilled", "fulfilled"] == seen
        assert (201, "fulfilled", True) == (answer.status_code, row["status"], row["is_fulfilled"])
        assert [("shipment.create", str(ORDER), "A1"), ("shipment.create", str(ORDER), "A2")] == there.effects()
        assert (items[1:], True) == (fields["_items"], "_date_fulfilled" in fields)
        assert row == await there.get(f"{PATH}/{row['id']}") == (await there.get(PATH))[1]
        assert ("processing", [ORDER]) == ((await there.get(f"orders/{ORDER}"))["status"], await there.changed("orders"))
        jsonschema.validate(row, shared("spec/fulfillment.schema.json"))


async def test_nobody_minds_more_units_than_were_ordered() -> None:
    async with writing() as there:
        items = await lines(there)
        answer = await there.send("POST", PATH, parcel([{**item, "qty": 1000} for item in items]))

        assert (201, "fulfilled") == (answer.status_code, await progress(there))


async def test_a_changed_parcel_loses_the_fields_that_were_not_sent() -> None:
    async with writing() as there:
        items = await lines(there)
        made = await there.done("POST", PATH, parcel(items, "A1", "unfulfilled", _tracking_url="https://parcels.example.com/A1"))
        row = await there.done("PUT", f"{PATH}/{made['id']}", parcel(items, "B2", "sent by owl"))
        fields = {entry["key"]: entry["value"] for entry in row["meta_data"]}

        assert [("shipment.create", str(ORDER), "A1"), ("shipment.update", str(ORDER), "B2")] == there.effects()
        assert ({"_items", "_tracking_number", "_shipping_provider"}, "B2") == ({*fields}, fields["_tracking_number"])
        assert "unfulfilled" == row["status"] == await progress(there)


async def test_a_deleted_parcel_is_gone_and_the_order_is_open_again() -> None:
    async with writing() as there:
        made = await there.done("POST", PATH, parcel(await lines(there)))
        answer = await there.done("DELETE", f"{PATH}/{made['id']}")
        again = await there.send("DELETE", f"{PATH}/{made['id']}")

        assert ({"message": "Fulfillment deleted successfully."}, []) == (answer, await there.get(PATH))
        assert ((400, 0), None) == (refusal(again), await progress(there))


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "code"),
    [
        ("POST", "orders/999999/fulfillments", parcel([{"item_id": 1, "qty": 1}]), 404, "woocommerce_rest_order_invalid_id"),
        ("POST", PATH, {"status": "fulfilled"}, 400, "rest_missing_callback_param"),
        ("POST", PATH, {"meta_data": []}, 400, 0),
        ("POST", PATH, parcel([{"item_id": "7", "qty": 1}]), 400, 0),
        ("POST", PATH, parcel([{"item_id": 7, "qty": 0}]), 400, 0),
        ("PUT", f"{PATH}/7", parcel([{"item_id": 7, "qty": 1}]), 400, 0),
        ("GET", f"{PATH}/7", None, 400, 0),
    ],
)
async def test_what_is_wrong_with_a_parcel_has_hardly_a_code(method: str, path: str, body: Json, status: int, code: str | int) -> None:
    async with writing() as there:
        answer = await there.send(method, path, body)

        assert (status, code, []) == (*refusal(answer), there.effects())


async def test_the_plugin_keeps_numbers_in_a_field_of_the_order() -> None:
    async with writing(fulfillments=False, shipment_tracking=True) as there:
        sent = {"tracking_provider": "USPS", "tracking_number": "9400", "date_shipped": "2026-07-10"}
        own = {"custom_tracking_provider": "Owl", "custom_tracking_link": "https://owl.example.com/7", "tracking_number": "7"}
        answer = await there.send("POST", PLUGIN, sent)
        second = await there.done("POST", PLUGIN, own)
        first = answer.json()
        field = next(entry for entry in (await there.get(f"orders/{ORDER}"))["meta_data"] if "shipment" in entry["key"])

        assert (201, "USPS", "2026-07-10", True) == (
            answer.status_code,
            *(first[name] for name in ("tracking_provider", "date_shipped")),
            first["tracking_link"].endswith("/9400"),
        )
        assert ("Owl", "https://owl.example.com/7") == (second["tracking_provider"], second["tracking_link"])
        assert [("shipment.create", str(ORDER), "9400"), ("shipment.create", str(ORDER), "7")] == there.effects()
        assert ["9400", "7"] == [one["tracking_number"] for one in field["value"]]
        assert ([first, second], first) == (await there.get(PLUGIN), await there.get(f"{PLUGIN}/{first['tracking_id']}"))
        assert [ORDER] == await there.changed("orders")
        assert 200 == (await there.send("DELETE", f"{PLUGIN}/{first['tracking_id']}")).status_code
        assert [second] == await there.get(PLUGIN)


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "code"),
    [
        ("POST", PLUGIN, {}, 400, "rest_missing_callback_param"),
        ("POST", PLUGIN.replace("140", "999999"), {"tracking_number": "1"}, 404, "woocommerce_rest_order_invalid_id"),
        ("DELETE", f"{PLUGIN}/abc", None, 404, "woocommerce_rest_shipment_tracking_invalid_id"),
    ],
)
async def test_the_plugin_refuses_what_it_does_not_know(method: str, path: str, body: Json, status: int, code: str) -> None:
    async with writing(shipment_tracking=True) as there:
        answer = await there.send(method, path, body)

        assert (status, code, []) == (*refusal(answer), there.effects())


async def test_a_shop_with_neither_completes_the_order_and_tells_the_customer() -> None:
    async with writing(fulfillments=False) as there:
        sent = {"status": "completed", "meta_data": [{"key": "_tracking_number", "value": "A1"}]}
        absent = [await there.send("POST", path, {"tracking_number": "1", "meta_data": []}) for path in (PATH, PLUGIN)]
        row = await there.done("PUT", f"orders/{ORDER}", sent)
        await there.done("POST", f"orders/{ORDER}/notes", {"note": "Sent with A1", "customer_note": True})

        assert 2 * [(404, "rest_no_route")] == [refusal(answer) for answer in absent]
        assert ("completed", True) == (row["status"], row["date_completed"] is not None)
        assert ["order.update", "order.update"] == [what for what, _, _ in there.effects()]


@pytest.mark.parametrize("installed", [True, False])
async def test_the_index_names_the_plugin_where_there_is_one(installed: bool) -> None:
    async with writing(shipment_tracking=installed) as there:
        index = (await there.client.get(f"{there.running.url}/shop/wp-json/")).json()
        route = r"/wc-shipment-tracking/v3/orders/(?P<order_id>[\d]+)/shipment-trackings"

        assert installed == ("wc-shipment-tracking/v3" in index["namespaces"])
        assert installed == (route in index["routes"])
