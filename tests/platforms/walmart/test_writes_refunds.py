"""Refunds at Walmart: in full, of lines, of shipping, of any amount; never more than was asked for, nor twice."""

from decimal import Decimal
from typing import Any

import pytest

from adapters.kit.failures import PlatformError
from adapters.kit.writing import NotDone, Unclear
from adapters.walmart.refund_sums import Line, asked_of, total
from schema.commands import RefundCreate, RefundLineUnits, RefundReason
from schema.errors import Category
from schema.keys import Kind
from tests.platforms.walmart.conftest import Serve, Served
from tests.platforms.walmart.test_writes import Diary, changes, do, done, effects, failure, job, look, one, perform, uncertain
from tests.platforms.walmart.test_writes_orders import lines, order_of

REFUND = "POST /v3/orders/{purchaseOrderId}/refund"


async def refunded(shop: Served, order: str) -> Decimal:
    return Decimal((await one(shop, Kind.ORDER, order)).totals.refunded.amount)


def line(number: str = "1", goods: int = 2000, tax: int = 160, shipping: int = 0, *, back: int = 0, sent: int = 2) -> Line:
    paid = {"PRODUCT": (goods, tax), **({"SHIPPING": (shipping, 0)} if shipping else {})}
    left = {**paid, "PRODUCT": (goods - back, tax)}
    return Line(number, sent, paid, left, {kind: (kind, "Tax") for kind in paid})


def asked(*given: Line, **fields: Any) -> dict[str, int]:
    found = asked_of({each.number: each for each in given}, RefundCreate("1", **fields))
    return {number: total(sums) for number, sums in found.items()}


def refusal(*given: Line, **fields: Any) -> str:
    with pytest.raises(PlatformError) as caught:
        asked(*given, **fields)
    return caught.value.code


def test_all_that_is_left_is_given_back() -> None:
    assert {"1": 1660, "2": 2660} == asked(line(back=500), line("2", shipping=500))


def test_units_cost_their_share_with_tax() -> None:
    assert {"1": 1080} == asked(line(shipping=500), lines=(RefundLineUnits("1", 1),))


def test_an_amount_is_split_between_goods_and_tax_to_the_cent() -> None:
    found = asked_of({"1": line(goods=1999, tax=165)}, RefundCreate("1", lines=(RefundLineUnits("1", 1, "10.01"),)))

    assert {"1": {"PRODUCT": (924, 77)}} == found


def test_an_amount_of_its_own_goes_line_by_line() -> None:
    assert {"1": 2160, "2": 340} == asked(line(), line("2"), amount="25.00")


@pytest.mark.parametrize("cents", range(2600, 2660, 7))
def test_an_amount_close_to_all_of_a_line_is_not_all_of_its_goods(cents: int) -> None:
    found = asked_of({"1": line(shipping=500)}, RefundCreate("1", amount=f"{cents / 100:.2f}"))

    assert cents == total(found["1"])
    assert found["1"]["PRODUCT"][0] < 2000


def test_shipping_is_given_back_by_itself_or_with_its_line() -> None:
    both = (line(shipping=500), line("2", shipping=300))

    assert {"1": 500, "2": 300} == asked(*both, shipping="all")
    assert {"1": 500, "2": 100} == asked(*both, shipping="6.00")
    assert {"1": 2660} == asked(line(shipping=500), lines=(RefundLineUnits("1", 2),), shipping="all")


def test_more_than_what_was_asked_for_is_never_given_back() -> None:
    whole = RefundCreate("1", lines=(RefundLineUnits("1", 2),))

    assert {"1": {"PRODUCT": (1999, 160), "SHIPPING": (1, 0)}} == asked_of({"1": line(shipping=500)}, whole)
    assert {"1": {"PRODUCT": (2000, 160)}} == asked_of({"1": line()}, whole)


def test_more_than_what_is_left_is_a_conflict() -> None:
    wishes: list[dict[str, Any]] = [
        {"lines": (RefundLineUnits("1", 3),)},
        {"lines": (RefundLineUnits("1", 2),)},
        {"lines": (RefundLineUnits("1", 1, "17.00"),)},
        {"amount": "17.00"},
        {"shipping": "all"},
        {"shipping": "1.00"},
    ]

    assert {"OVER_REFUNDED"} == {refusal(line(back=500), **wish) for wish in wishes}
    assert "OVER_REFUNDED" == refusal(line(sent=0, goods=0, tax=0))
    assert "LINE_UNKNOWN" == refusal(line(), lines=(RefundLineUnits("2", 1),))


@pytest.mark.parametrize("item_price", ["line", "unit"])
async def test_a_whole_order_is_given_back_by_one_call(serve: Serve, item_price: str) -> None:
    shop = await serve(item_price=item_price)
    order = order_of(shop, "Delivered")
    paid = (await one(shop, Kind.ORDER, order)).totals.total.amount
    (result,) = await do(shop, RefundCreate(order, reason=RefundReason.DAMAGED, note="Broken."))
    (refund, *_) = (await shop.readers.parts["refunds"]([order]))[0]  # type: ignore[misc]

    assert (Kind.REFUND, refund.key_id) == done(result).entity
    assert {REFUND: 1} == changes(shop)
    assert {"amount": f"{paid:.2f}"} == done(result).after
    assert paid == await refunded(shop, order)
    assert "Broken." == refund.note


async def test_units_and_amounts_are_given_back_exactly(shop: Served) -> None:
    order = order_of(shop, "Delivered")
    first, second = await lines(shop, order)
    unit = RefundCreate(order, (RefundLineUnits(first.platform_id, 1),))
    amount = RefundCreate(order, (RefundLineUnits(second.platform_id, 1, "1.23"),))
    sums = [Decimal(str((done(result).after or {})["amount"])) for (result,) in [await do(shop, unit), await do(shop, amount)]]

    assert Decimal("1.23") == sums[1]
    assert sum(sums) == await refunded(shop, order)
    (rest,) = await do(shop, RefundCreate(order))
    order_row = await one(shop, Kind.ORDER, order)
    assert done(rest)
    assert order_row.totals.total.amount == order_row.totals.refunded.amount
    assert [(Category.CONFLICT, "OVER_REFUNDED")] == [failure(each) for each in await do(shop, RefundCreate(order))]


async def test_the_goods_of_a_line_are_given_back_without_its_shipping(shop: Served) -> None:
    for _ in range(8):
        order = order_of(shop, "Delivered")
        totals = (await one(shop, Kind.ORDER, order)).totals
        first = (await lines(shop, order))[0]
        (result,) = await do(shop, RefundCreate(order, (RefundLineUnits(first.platform_id, first.quantity),)))

        assert first.total.amount + first.tax.amount <= Decimal((done(result).after or {})["amount"]) < totals.total.amount
        assert Decimal((done(result).after or {})["amount"]) == await refunded(shop, order)
        if totals.shipping.amount:
            return
    pytest.fail("no order has shipping")


async def test_nothing_is_given_back_before_it_is_sent(shop: Served) -> None:
    open_order, partly = order_of(shop), order_of(shop, "partly")
    first = (await lines(shop, partly))[0]
    results = await do(shop, RefundCreate(open_order), RefundCreate(partly, (RefundLineUnits(first.platform_id, 2),)), RefundCreate("999"))

    assert [(Category.CONFLICT, "OVER_REFUNDED")] * 2 + [(Category.VALIDATION, "NOT_FOUND")] == [failure(each) for each in results]
    assert not changes(shop)
    assert done((await do(shop, RefundCreate(partly, (RefundLineUnits(first.platform_id, 1, "0.50"),))))[0])


async def test_a_refund_in_another_currency_is_not_sent(shop: Served) -> None:
    (result,) = await do(shop, RefundCreate(order_of(shop, "Delivered"), amount="1.00", currency_code="EUR"))

    assert (Category.VALIDATION, "CURRENCY") == failure(result)


async def test_orders_of_any_fulfilment_are_given_back(shop: Served) -> None:
    order = order_of(shop, ship_node_type="WFSFulfilled")
    shop.row("touch", "order", order, status="Delivered")

    assert done((await do(shop, RefundCreate(order, amount="1.00")))[0])


async def test_a_refund_whose_answer_was_lost_is_seen_and_made_once(shop: Served) -> None:
    order, diary = order_of(shop, "Delivered"), Diary()
    work = job(RefundCreate(order, amount="2.00"))
    (unsent,) = await look(shop, work)
    shop.fail(match=REFUND, hang_up=True)
    await perform(shop, work, diary=diary)
    (before,) = await look(shop, diary.again(work, uncertain=True))
    shop.fail(match=REFUND, after=True, hang_up=True)
    (lost,) = await perform(shop, work, diary=diary)
    (after,) = await look(shop, diary.again(work, uncertain=True))
    await do(shop, RefundCreate(order, amount="1.00"))
    (other,) = await look(shop, diary.again(work, uncertain=True))

    assert [NotDone, NotDone] == [type(each) for each in (unsent, before)]
    assert uncertain(lost)
    assert {"amount": "2.00"} == done(after).after
    assert isinstance(other, Unclear)
    assert ["refund.create"] * 2 == [each[0] for each in effects(shop)]
