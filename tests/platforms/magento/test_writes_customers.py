"""Writes to a Magento store's customers: one for each e-mail address, and no address lost."""

from typing import Any

from adapters.kit.writing import Done, NotDone
from adapters.magento.shop import Shop
from schema.commands import CustomerCreate, CustomerFields, CustomerUpdate
from schema.errors import Category
from schema.keys import Kind
from tests.platforms.magento.conftest import Served
from tests.platforms.magento.test_writes import Diary, again, changes, do, done, effects, failure, job, look, made, one, perform


def buyer(**fields: Any) -> CustomerCreate:
    given = {"email": "new.buyer@example.test", "first_name": "New", "last_name": "Buyer", **fields}
    return CustomerCreate(CustomerFields(**given))  # type: ignore[typeddict-item]


async def test_a_customer_is_made_with_an_address_and_read_back(shop: Served) -> None:
    address = {"address1": "Mill Lane 2", "address2": "Back", "city": "Millbrook", "postal_code": "94016", "country_code": "US",
               "province_code": "CA", "province": "California"}  # fmt: skip
    (result,) = await do(shop, buyer(phone="555-0100", address=address))

    assert ["POST /V1/customers"] == changes(shop)
    found = await one(shop, Kind.CUSTOMER, made(result))
    assert ("new.buyer@example.test", "New", "555-0100") == (found.email, found.first_name, found.phone)
    assert address == {name: getattr(found.address, name) for name in address}
    assert "Buyer" == found.address.last_name


async def test_a_customer_without_a_name_or_with_anothers_address_is_refused(shop: Served) -> None:
    known = await one(shop, Kind.CUSTOMER, "1")
    results = await do(shop, buyer(first_name=None), buyer(email=known.email), buyer(email="nonsense@"))

    assert ["NAME_MISSING", "EMAIL_TAKEN"] == [failure(each)[1] for each in results[:2]]
    assert Category.VALIDATION == failure(results[2])[0]
    assert all(known.email not in str(each) for each in results)
    assert [] == effects(shop)


async def test_a_customer_whose_answer_was_lost_is_made_once(shop: Served) -> None:
    wish, diary = job(buyer()), Diary()
    shop.fail(match="POST /V1/customers", after=True, hang_up=True)
    await perform(shop, wish, diary=diary)
    (found,) = await look(shop, again(wish, diary))

    assert (Kind.CUSTOMER, made(found)) == done(found).entity
    assert made(found) == made((await perform(shop, again(wish, diary), diary=diary))[0])
    assert [NotDone()] == await look(shop, again(job(buyer()), Diary()))
    assert 1 == len(effects(shop))


async def test_a_change_of_a_customer_leaves_other_addresses_alone(shop: Served) -> None:
    place = {
        "country_id": "US",
        "postcode": "94016",
        "street": ["Mill Lane 2"],
        "telephone": "555-0100",
        "firstname": "New",
        "lastname": "Buyer",
    }
    given = [{**place, "city": "Pinefield"}, {**place, "city": "Millbrook", "default_billing": True}]
    person = {"email": "two@example.test", "firstname": "New", "lastname": "Buyer", "website_id": 1, "addresses": given}
    before = await Shop(shop.session).change("POST", "customers", "Test", {"customer": person})
    key = str(before["id"])
    (result,) = await do(shop, CustomerUpdate(key, {"last_name": "Renamed", "phone": "555-0199", "address": {"city": "Stonebridge"}}))

    assert Done() == result
    after = await Shop(shop.session).get(f"customers/{key}", "Test")
    assert len(before["addresses"]) == len(after["addresses"])
    changed = await one(shop, Kind.CUSTOMER, key)
    assert ("Renamed", "555-0199", "Stonebridge") == (changed.last_name, changed.phone, changed.address.city)
    assert before["addresses"][0] == after["addresses"][0]
    assert before["email"] == after["email"]


async def test_a_customer_keeps_addresses_that_a_change_does_not_speak_of(shop: Served) -> None:
    before = await Shop(shop.session).get("customers/1", "Test")
    await do(shop, CustomerUpdate("1", {"first_name": "Renamed"}))

    assert before["addresses"] == (await Shop(shop.session).get("customers/1", "Test"))["addresses"]
    assert Category.VALIDATION == failure((await do(shop, CustomerUpdate("999", {"first_name": "X"})))[0])[0]
    assert Category.VALIDATION == failure((await do(shop, CustomerUpdate("1", {"first_name": None})))[0])[0]
