"""What the local Shopify promises of writing customers and their addresses."""

from typing import Any

import pytest

from tests.platforms.shopify.sandbox_writes_client import Desk, desk

GONE = "gid://shopify/Customer/1"
HOUSE = {"address1": "1 Paper Lane", "city": "Little Wick", "zip": "AB1 2CD", "countryCode": "GB", "firstName": "Ada", "lastName": "Quill"}
PERSON = """query Person($id: ID!) { customer(id: $id) { id firstName lastName displayName note tags updatedAt
    defaultEmailAddress { emailAddress marketingState } defaultPhoneNumber { phoneNumber }
    defaultAddress { id city } addressesV2(first: 9) { nodes { id city } } } }"""
BY_NAME = "query Known($who: CustomerIdentifierInput!) { customerByIdentifier(identifier: $who) { id } }"


async def seen(shop: Desk, identity: str) -> Any:
    return (await shop.read(PERSON, id=identity))["customer"]


async def made(shop: Desk, **fields: Any) -> str:
    identity: str = (await shop.do("Person", input={"email": "ada@example.com", "firstName": "Ada", **fields}))["customer"]["id"]
    return identity


async def test_a_customer_is_made_and_found_at_once() -> None:
    async with desk() as shop:
        sent = {"email": "ada@example.com", "firstName": "Ada", "phone": "+44770090123", "tags": ["b", "a"], "note": "quiet"}
        payload = await shop.do("Person", input=sent)
        newest = (await shop.read("{ customers(first: 1, sortKey: UPDATED_AT, reverse: true) { nodes { id } } }"))["customers"]["nodes"]
        known = [await shop.read(BY_NAME, who=who) for who in ({"emailAddress": "ADA@example.com"}, {"phoneNumber": "+44770090123"})]

        found = payload["customer"]
        assert ("Ada", ["a", "b"], "DISABLED") == (found["displayName"], found["tags"], found["state"])
        assert [{"id": found["id"]}] == newest
        assert [{"customerByIdentifier": {"id": found["id"]}}] * 2 == known
        assert [("customer.create", found["id"], sent)] == await shop.effects()


@pytest.mark.parametrize(
    ("sent", "field", "told"),
    [
        ({"email": ""}, "", "A name, phone number, or email address must be present"),
        ({"email": "nobody"}, "email", "Email is invalid"),
        ({"phone": "abc"}, "phone", "Phone is invalid"),
        ({"email": "ADA@example.com"}, "email", "Email has already been taken"),
        ({"phone": "+44770090123"}, "phone", "Phone has already been taken"),
        ({"id": GONE, "email": "b@example.com"}, "id", "Cannot specify ID on creation"),
    ],
)
async def test_what_is_sent_for_a_customer_is_checked(sent: dict[str, Any], field: str, told: str) -> None:
    async with desk() as shop:
        await made(shop, phone="+44770090123")

        assert [(field, told, None)] == await shop.told("Person", input=sent)
        assert 1 == len(await shop.effects())


async def test_a_customer_is_changed_and_what_is_not_named_stays() -> None:
    async with desk() as shop:
        identity = await made(shop, note="quiet", tags=["a"])
        before = await seen(shop, identity)
        await shop.advance(5)
        await shop.do("Rename", input={"id": identity, "lastName": "Quill", "email": "quill@example.com"})
        after = await seen(shop, identity)

        assert ("Ada Quill", "quiet", ["a"], "quill@example.com") == (
            after["displayName"], after["note"], after["tags"], after["defaultEmailAddress"]["emailAddress"],
        )  # fmt: skip
        assert before["updatedAt"] < after["updatedAt"]
        assert ("customer.update", identity, {"lastName": "Quill", "email": "quill@example.com"}) == (await shop.effects())[-1]


async def test_a_customer_keeps_one_of_name_phone_and_email() -> None:
    async with desk() as shop:
        identity = await made(shop)
        told = await shop.told("Rename", input={"id": identity, "email": None, "firstName": ""})
        await shop.do("Rename", input={"id": identity, "email": None})

        assert ["A name, phone number, or email address must be present"] == [message for _, message, _ in told]
        assert (await seen(shop, identity))["defaultEmailAddress"] is None


async def test_an_unknown_customer_is_told() -> None:
    async with desk() as shop:
        told = [
            await shop.told("Rename", input={"id": GONE, "firstName": "A"}),
            await shop.told("Rename", input={"firstName": "A"}),
            await shop.told("House", person=GONE, address=HOUSE),
            await shop.told("Move", person=GONE, id="gid://shopify/MailingAddress/1", address=HOUSE),
        ]

        assert ["id", "id", "customerId", "customerId"] == [field for [(field, _, _)] in told]
        assert {"Customer does not exist"} == {message for [(_, message, _)] in told}


async def test_an_email_of_ones_own_may_be_sent_again() -> None:
    async with desk() as shop:
        identity = await made(shop)
        await shop.do("Rename", input={"id": identity, "email": "ada@example.com"})

        assert 2 == len(await shop.effects())


async def test_the_first_address_is_the_default_and_another_only_when_asked_for() -> None:
    async with desk() as shop:
        identity = await made(shop)
        first = (await shop.do("House", person=identity, address=HOUSE))["address"]
        second = (await shop.do("House", person=identity, address={**HOUSE, "city": "Glen Tarn"}))["address"]
        kept = (await seen(shop, identity))["defaultAddress"]["id"]
        third = (await shop.do("House", person=identity, address=HOUSE, default=True))["address"]
        found = await seen(shop, identity)

        assert ("United Kingdom", "GB", "Ada Quill") == (first["country"], first["countryCodeV2"], first["name"])
        assert [each["id"] for each in (first, second, third)] == [each["id"] for each in found["addressesV2"]["nodes"]]
        assert (first["id"], third["id"]) == (kept, found["defaultAddress"]["id"])
        assert [("customer.update", {"address": HOUSE})] == [(what, value) for what, _, value in await shop.effects()][-1:]


async def test_an_address_is_changed_where_it_stands() -> None:
    async with desk() as shop:
        identity = await made(shop)
        house = (await shop.do("House", person=identity, address=HOUSE))["address"]["id"]
        moved = (await shop.do("Move", person=identity, id=house, address={"city": "Glen Tarn"}))["address"]
        told = await shop.told("Move", person=identity, id="gid://shopify/MailingAddress/1?model_name=CustomerAddress", address=HOUSE)
        found = await seen(shop, identity)

        assert {"id": house, "city": "Glen Tarn"} == moved == found["defaultAddress"]
        assert [moved] == found["addressesV2"]["nodes"]
        assert [("addressId", "Customer address does not exist", None)] == told


async def test_addresses_sent_with_a_customer_replace_all() -> None:
    async with desk() as shop:
        identity = await made(shop, addresses=[HOUSE, {**HOUSE, "city": "Glen Tarn"}])
        before = await seen(shop, identity)
        kept = before["addressesV2"]["nodes"][1]["id"]
        await shop.do("Rename", input={"id": identity, "addresses": [{"id": kept, "city": "Northport"}]})
        told = await shop.told("Rename", input={"id": identity, "addresses": [{"id": "gid://shopify/MailingAddress/1", "city": "A"}]})
        after = await seen(shop, identity)

        assert "Little Wick" == before["defaultAddress"]["city"]
        assert [{"id": kept, "city": "Northport"}] == after["addressesV2"]["nodes"]
        assert [("addresses.0.id", "Customer address does not exist", None)] == told


async def test_tags_of_customers_and_products_are_added() -> None:
    async with desk() as shop:
        person, product = await made(shop), (await shop.product())["id"]
        for identity in (person, product):
            await shop.do("Tag", id=identity, tags=["zebra"])

        assert ["zebra"] == (await seen(shop, person))["tags"]
        assert ["customer.create", "customer.update", "product.update"] == [what for what, _, _ in await shop.effects()]
