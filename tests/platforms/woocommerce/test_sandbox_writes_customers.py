"""What the local WooCommerce promises of customers that are made and changed."""

import jsonschema
import pytest

from tests.platforms.woocommerce.shop import Json, shared
from tests.platforms.woocommerce.test_sandbox_writes import refusal, writing

NEW = {"email": "New.Buyer@example.test", "first_name": "New", "billing": {"city": "Port Haven", "email": "bill@example.test"}}


async def test_a_customer_is_made_and_found() -> None:
    async with writing() as there:
        answer = await there.send("POST", "customers", NEW)
        made = answer.json()

        assert (201, "new.buyer@example.test", "new.buyer", "customer") == (
            answer.status_code,
            *(made[name] for name in ("email", "username", "role")),
        )
        assert [("customer.create", str(made["id"]), NEW)] == there.effects()
        assert [made] == await there.get("customers", email="new.buyer@example.test")
        assert made == (await there.get("customers", orderby="registered_date", order="desc"))[0]
        assert answer.headers["location"].endswith(f"/customers/{made['id']}")
        jsonschema.validate(made, shared("spec/customer.schema.json"))


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"first_name": "Nobody"}, "rest_missing_callback_param"),
        ({"email": "nobody"}, "rest_invalid_param"),
        ({"email": "taken@example.test", "username": "other"}, "registration-error-email-exists"),
        ({"email": "TAKEN@example.test"}, "registration-error-email-exists"),
        ({"email": "free@example.test", "username": "taken"}, "registration-error-username-exists"),
        ({"email": "free@example.test", "id": 3}, "woocommerce_rest_customer_exists"),
    ],
)
async def test_a_customer_that_can_not_be_made_is_not(body: Json, code: str) -> None:
    async with writing() as there:
        await there.done("POST", "customers", {"email": "taken@example.test"})
        there.effects()
        answer = await there.send("POST", "customers", body)

        assert (400, code, []) == (*refusal(answer), there.effects())
        assert 16 == len(await there.get("customers", per_page=100))


async def test_a_change_of_a_customer_merges_the_parts_of_an_address() -> None:
    async with writing() as there:
        before = await there.get("customers/3")
        sent = {"first_name": "A", "billing": {"phone": "1"}, "email": "moved@example.test"}
        row = await there.done("PUT", "customers/3", sent)

        assert [("customer.update", "3", sent)] == there.effects()
        assert (before["billing"] | {"phone": "1"}, "A", "moved@example.test") == tuple(
            row[name] for name in ("billing", "first_name", "email")
        )
        assert row["date_modified"] > before["date_modified"]
        assert [row] == await there.get("customers", email="moved@example.test")


@pytest.mark.parametrize(
    ("customer", "body", "status", "code"),
    [
        (999_999, {}, 404, "woocommerce_rest_invalid_id"),
        (3, {"email": "taken@example.test"}, 400, "woocommerce_rest_customer_invalid_email"),
        (3, {"email": "nobody"}, 400, "rest_invalid_param"),
        (3, {"username": "another"}, 400, "woocommerce_rest_customer_invalid_argument"),
        (3, {"first_name": 7}, 400, "rest_invalid_param"),
    ],
)
async def test_a_refused_change_of_a_customer_changes_nothing(customer: int, body: Json, status: int, code: str) -> None:
    async with writing() as there:
        await there.done("POST", "customers", {"email": "taken@example.test"})
        before = await there.get("customers/3")
        there.effects()
        answer = await there.send("PUT", f"customers/{customer}", body)

        assert (status, code, []) == (*refusal(answer), there.effects())
        assert before == await there.get("customers/3")


async def test_users_with_other_roles_keep_their_address_and_their_account() -> None:
    async with writing("history", {"orders": 0, "products": 2, "variations": 2, "customers": 3}) as there:
        manager = (await there.get("customers", role="shop_manager"))[0]["id"]
        answers = [await there.send("PUT", f"customers/{manager}", {"email": "x@example.test"})]
        answers.append(await there.send("DELETE", f"customers/{manager}", force="true"))

        assert [(403, "woocommerce_rest_cannot_edit"), (403, "woocommerce_rest_cannot_delete")] == [refusal(answer) for answer in answers]


async def test_a_customer_is_deleted_for_good_or_not_at_all() -> None:
    async with writing() as there:
        answers = [await there.send("DELETE", "customers/3", **query) for query in ({}, {"force": "true"}, {"force": "true"})]

        assert [501, 200, 404] == [answer.status_code for answer in answers]
        assert "woocommerce_rest_trash_not_supported" == answers[0].json()["code"]


async def test_a_batch_of_customers_answers_each_for_itself() -> None:
    body = {"create": [NEW, NEW, {"first_name": "x"}], "update": [{"id": 3, "last_name": 5}, {"id": 999_999}], "delete": [4, 999_999]}
    async with writing() as there:
        rows = await there.done("POST", "customers/batch", body)
        errors = {key: [(row["error"]["code"], row["error"]["data"]["status"]) for row in rows[key] if "error" in row] for key in rows}

        assert {
            "create": [("registration-error-email-exists", 400), ("registration-error-invalid-email", 400)],
            "update": [("woocommerce_rest_invalid_id", 400)],
            "delete": [("woocommerce_rest_invalid_id", 404)],
        } == errors
        assert "5" == rows["update"][0]["last_name"]
        assert ["customer.create", "customer.update"] == [what for what, _, _ in there.effects()]
