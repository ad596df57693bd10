"""Several commands of one lane become one that has the effect of all."""

from hypothesis import given
from hypothesis import strategies as some

from resolvers.writes.merging import merge
from schema.commands import (
    OPERATIONS,
    CustomerUpdate,
    InventoryAdjust,
    InventorySet,
    Merge,
    OrderAcknowledge,
    OrderUpdate,
    PriceSet,
    ShipmentUpdate,
    TrackingFields,
    VariantUpdate,
    WriteOperation,
)


def test_of_quantities_that_are_set_the_last_one_counts() -> None:
    assert InventorySet("1", 7) == merge(WriteOperation.INVENTORY_SET, [InventorySet("1", 5), InventorySet("1", 6), InventorySet("1", 7)])


@given(some.lists(some.integers(-(10**9), 10**9), min_size=1))
def test_deltas_are_summed(deltas: list[int]) -> None:
    assert InventoryAdjust("1", sum(deltas)) == merge(WriteOperation.INVENTORY_ADJUST, [InventoryAdjust("1", each) for each in deltas])


def test_a_later_price_leaves_the_struck_through_price_that_was_asked_for_before() -> None:
    first, then = PriceSet("1", "9.00", "EUR", "12.00"), PriceSet("1", "8.00", "EUR")

    assert PriceSet("1", "8.00", "EUR", "12.00") == merge(WriteOperation.PRICE_SET, [first, then])


def test_a_later_price_that_clears_the_struck_through_price_clears_it() -> None:
    first, then = PriceSet("1", "9.00", "EUR", "12.00"), PriceSet("1", "8.00", "EUR", "")

    assert PriceSet("1", "8.00", "EUR", "") == merge(WriteOperation.PRICE_SET, [first, then])


def test_a_buyer_who_was_to_be_told_is_told_of_the_last_tracking() -> None:
    first, then = (ShipmentUpdate("1", TrackingFields(number), notify) for number, notify in (("A", True), ("B", False)))

    assert ShipmentUpdate("1", TrackingFields("B"), notify=True) == merge(WriteOperation.SHIPMENT_UPDATE, [first, then])


def test_fields_that_were_cleared_stay_cleared_and_fields_that_were_left_out_stay_alone() -> None:
    patches = [VariantUpdate("1", {"sku": None, "barcode": "1"}), VariantUpdate("1", {"barcode": None}), VariantUpdate("1", {"price": "1"})]

    assert VariantUpdate("1", {"sku": None, "barcode": None, "price": "1"}) == merge(WriteOperation.VARIANT_UPDATE, patches)


def test_parts_of_an_address_are_merged_as_fields_are() -> None:
    first = CustomerUpdate("1", {"address": {"city": "Graz", "phone": "1"}, "note": "N"})
    then = CustomerUpdate("1", {"address": {"city": "Linz"}})

    assert CustomerUpdate("1", {"address": {"city": "Linz", "phone": "1"}, "note": "N"}) == merge(
        WriteOperation.CUSTOMER_UPDATE, [first, then]
    )


def test_lists_are_replaced_as_a_whole() -> None:
    assert OrderUpdate("1", {"tags": ["b"]}) == merge(
        WriteOperation.ORDER_UPDATE, [OrderUpdate("1", {"tags": ["a"]}), OrderUpdate("1", {"tags": ["b"]})]
    )


def test_merging_changes_none_of_what_is_merged() -> None:
    first, then = CustomerUpdate("1", {"address": {"city": "Graz"}}), CustomerUpdate("1", {"address": {"phone": "1"}})
    merge(WriteOperation.CUSTOMER_UPDATE, [first, then])

    assert (CustomerUpdate("1", {"address": {"city": "Graz"}}), CustomerUpdate("1", {"address": {"phone": "1"}})) == (first, then)


def test_what_is_told_twice_is_told_once() -> None:
    assert OrderAcknowledge("1") == merge(WriteOperation.ORDER_ACKNOWLEDGE, [OrderAcknowledge("1")] * 3)


def test_what_is_made_or_given_back_is_never_merged() -> None:
    never = {operation.name for operation, facts in OPERATIONS.items() if facts.merge is Merge.NEVER}

    assert {"PRODUCT_CREATE", "VARIANT_CREATE", "CUSTOMER_CREATE", "SHIPMENT_CREATE", "REFUND_CREATE", "ORDER_CANCEL"} <= never
