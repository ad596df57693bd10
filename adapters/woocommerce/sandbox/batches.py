"""Batch routes: up to a hundred entries, one after the other, each with its own success or error, the whole always 200."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from adapters.woocommerce.sandbox.bodies import Body
from adapters.woocommerce.sandbox.calls import Answer, Call
from adapters.woocommerce.sandbox.customer_writes import change_customer, drop_customer, make_customer
from adapters.woocommerce.sandbox.errors import ApiError, refusal
from adapters.woocommerce.sandbox.order_writes import change_order, drop_order
from adapters.woocommerce.sandbox.site import Site
from adapters.woocommerce.sandbox.table import Row
from adapters.woocommerce.sandbox.ware_writes import (
    change_product,
    change_variation,
    drop_product,
    drop_variation,
    make_product,
    make_variation,
)

LARGEST = 100


class Make(Protocol):
    """Makes a thing of a body whose types nobody checked."""

    def __call__(self, site: Site, call: Call, body: Body, /) -> Row:
        """Return what was made. ApiError when it can't be."""
        ...


class Change(Protocol):
    """Changes the thing of that id."""

    def __call__(self, site: Site, call: Call, row_id: int, body: Body, /) -> Row:
        """Return it as it is now. ApiError when it can't be changed so."""
        ...


class Drop(Protocol):
    """Deletes the thing of that id; a batch always deletes for good."""

    def __call__(self, site: Site, call: Call, row_id: int, /, *, force: bool) -> Row:
        """Return it as it was. ApiError when it is not there."""
        ...


@dataclass(frozen=True, slots=True)
class Batch:
    """What the three lists of one kind's batch do."""

    make: Make
    change: Change
    drop: Drop

    def __call__(self, site: Site, call: Call) -> Answer:
        """Work through the lists: all creations, then changes, then deletions, each in the order sent."""
        entries: Mapping[str, list[Any]] = {key: call.body.get(key) or [] for key in ("create", "update", "delete")}
        if sum(len(some) for some in entries.values()) > LARGEST:
            raise refusal("too large")
        answers = {key: [self._done(site, call, key, entry) for entry in some] for key, some in entries.items() if some}
        return Answer(answers)

    def _done(self, site: Site, call: Call, key: str, entry: Any) -> Row:
        body = entry if isinstance(entry, dict) else {}
        row_id = 0 if key == "create" else _id(entry)
        try:
            if key == "create":
                return self.make(site, call, body)
            return self.change(site, call, row_id, body) if key == "update" else self.drop(site, call, row_id, force=True)
        except ApiError as error:
            return {"id": row_id, "error": error.body()}


def _unserved(_site: Site, _call: Call, _body: Body) -> Row:
    raise refusal("unserved")


def _id(entry: Any) -> int:
    given = entry.get("id", 0) if isinstance(entry, dict) else entry
    return int(given) if str(given).isdecimal() else 0


batch_orders = Batch(_unserved, change_order, drop_order)
batch_products = Batch(make_product, change_product, drop_product)
batch_variations = Batch(make_variation, change_variation, drop_variation)
batch_customers = Batch(make_customer, change_customer, drop_customer)
