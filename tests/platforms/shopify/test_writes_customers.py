"""Customers' records made and changed: with their address, once, and with nothing personal in a note or a message."""

from typing import Any

import pytest

from adapters.kit.failures import PlatformError
from adapters.kit.writing import Done, NotDone, Unclear
from schema.commands import CustomerCreate, CustomerUpdate, WriteOperation
from schema.keys import Kind
from tests.platforms.shopify.conftest import Shop, codes, rows

CREATE, UPDATE = WriteOperation.CUSTOMER_CREATE, WriteOperation.CUSTOMER_UPDATE
HOME: Any = {
    "first_name": "Ada",
    "address1": "Hill 1",
    "city": "Denver",
    "province_code": "CO",
    "postal_code": "80014",
    "country_code": "US",
}


def ada(**fields: Any) -> Any:
    return {"email": "ada@example.com", "first_name": "Ada", "last_name": "Example", **fields}


async def test_a_record_is_made_with_its_address(shop: Shop) -> None:
    [result] = await shop.do(CREATE, CustomerCreate(ada(tags=["vip"], note="tea", phone="+13035550123", address=HOME)))
    [made] = await shop.read(Kind.CUSTOMER, result.entity[1])

    assert ("ada@example.com", "+13035550123", "Ada", "Example") == (made.email, made.phone, made.first_name, made.last_name)
    assert (["vip"], "tea") == (made.tags, made.note)
    assert ("Hill 1", "Denver", "80014", "US") == (
        made.address.address1,
        made.address.city,
        made.address.postal_code,
        made.address.country_code,
    )


async def test_records_are_made_in_one_document_and_a_taken_address_spoils_no_other(shop: Shop) -> None:
    known = next(each.email for each in await rows(shop, Kind.CUSTOMER) if each.email)
    shop.calls()
    results = await shop.do(CREATE, *(CustomerCreate(ada(email=email)) for email in ("a@example.com", known, "b@example.com")))

    assert ["CreateCustomer"] == shop.calls()
    assert ["", "CONFLICT", ""] == [category for category, _ in codes(results)]
    assert known not in results[1].message


async def test_a_record_of_nobody_is_refused(shop: Shop) -> None:
    assert [("VALIDATION", "REFUSED")] == codes(await shop.do(CREATE, CustomerCreate({"note": "nobody"})))


async def test_a_record_whose_answer_is_lost_is_found(shop: Shop) -> None:
    job = shop.job(CustomerCreate(ada()))
    shop.fail("CreateCustomer", after=True, hang_up=True)
    [lost] = await shop.do(CREATE, job)
    [seen] = await shop.look(CREATE, shop.again(job))

    assert lost.uncertain
    assert [Done(entity=(Kind.CUSTOMER, each.entity)) for each in shop.effects("customer.create")] == [seen]


async def test_a_record_that_was_there_before_is_not_the_one(shop: Shop) -> None:
    known = next(each for each in await rows(shop, Kind.CUSTOMER) if each.email)
    job = shop.job(CustomerCreate(ada(email=known.email)))
    shop.fail("CreateCustomer", hang_up=True)
    await shop.do(CREATE, job)
    seen = await shop.look(CREATE, shop.again(job))
    [result] = await shop.do(CREATE, shop.again(job))

    assert [NotDone()] == seen
    assert [("CONFLICT", "TAKEN")] == codes([result])


async def test_a_record_with_nothing_to_find_it_by_is_unclear(shop: Shop) -> None:
    job = shop.job(CustomerCreate({"first_name": "Ada"}))
    shop.fail("CreateCustomer", hang_up=True)
    await shop.do(CREATE, job)
    [seen] = await shop.look(CREATE, shop.again(job))

    assert isinstance(seen, Unclear)


@pytest.mark.parametrize("match", ["CreateCustomer", "CreateAddress"])
@pytest.mark.parametrize("after", [True, False])
async def test_an_attempt_that_broke_off_is_finished(shop: Shop, match: str, after: bool) -> None:
    """Whichever step's answer is lost, the next attempt takes only what is missing."""
    job = shop.job(CustomerCreate(ada(address=HOME)))
    shop.fail(match, after=after, hang_up=True)
    [lost] = await shop.do(CREATE, job)
    [seen] = await shop.look(CREATE, shop.again(job))
    [result] = await shop.do(CREATE, shop.again(job)) if isinstance(seen, NotDone) else [seen]
    [made] = await shop.read(Kind.CUSTOMER, result.entity[1])

    assert lost.uncertain
    assert 1 == len(shop.effects("customer.create"))
    assert "Hill 1" == made.address.address1
    assert not any(word in str(shop.notes) for word in ("Ada", "ada@", "Hill"))


async def test_an_address_that_is_refused_says_what_was_done(shop: Shop) -> None:
    [result] = await shop.do(CREATE, CustomerCreate(ada(address={**HOME, "country_code": "ATLANTIS"})))

    assert isinstance(result, PlatformError)
    assert result.message.startswith("All but the address is done.")
    assert 1 == len(shop.effects("customer.create"))


async def test_a_record_is_changed_field_by_field_and_its_address_too(shop: Shop) -> None:
    known = next(each for each in await rows(shop, Kind.CUSTOMER) if each.email and each.address)
    [result] = await shop.do(UPDATE, CustomerUpdate(known.key_id, {"note": "coffee", "tags": ["x"], "address": {"address1": "Hill 2"}}))
    [now] = await shop.read(Kind.CUSTOMER, known.key_id)

    assert Done() == result
    assert ("coffee", ["x"], known.email, known.first_name) == (now.note, now.tags, now.email, now.first_name)
    assert ("Hill 2", known.address.city) == (now.address.address1, now.address.city)


async def test_a_record_without_an_address_gets_one(shop: Shop) -> None:
    [made] = await shop.do(CREATE, CustomerCreate(ada()))
    shop.calls()
    await shop.do(UPDATE, CustomerUpdate(made.entity[1], {"address": HOME}))
    [now] = await shop.read(Kind.CUSTOMER, made.entity[1])

    assert ["DefaultAddresses", "CreateAddress", "CustomersByIds"] == shop.calls()
    assert "Denver" == now.address.city


async def test_an_unknown_record_is_refused_and_spoils_no_other(shop: Shop) -> None:
    known = (await rows(shop, Kind.CUSTOMER))[0]
    ids = ("gid://shopify/Customer/9999999999", known.key_id)
    results = await shop.do(UPDATE, *(CustomerUpdate(key, {"note": "x", "address": HOME}) for key in ids))

    assert [("VALIDATION", "NOT_FOUND"), ("", str(Done()))] == codes(results)
