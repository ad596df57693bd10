"""The edits of the control route: rows that come, change and go while a test or a demo runs."""

from dataclasses import replace
from typing import Any

from adapters.shopify.sandbox.seed.catalogue import Product, product, variants
from adapters.shopify.sandbox.seed.identifiers import BASES, epoch, gid, iso
from adapters.shopify.sandbox.seed.orders import fresh, order
from adapters.shopify.sandbox.seed.people import person
from adapters.shopify.sandbox.store import Store
from adapters.shopify.sandbox.tables import Row, Table

# Wire fields an edit may set, and the part of the head that must follow.
TIMES = {"createdAt": "created", "updatedAt": "updated", "processedAt": "processed", "cancelledAt": "cancelled", "closedAt": "closed"}
WORDS = {
    "order": {"email": "email", "name": "name", "displayFinancialStatus": "financial", "displayFulfillmentStatus": "fulfillment"},
    "product": {"title": "title", "vendor": "vendor", "status": "status", "productType": "product_type"},
    "customer": {"firstName": "first_name", "lastName": "last_name", "email": "email", "phone": "phone", "state": "state"},
}


class Editor:
    """Edits the rows of one store."""

    def __init__(self, store: Store) -> None:
        self.store = store

    def edit(self, asked: dict[str, Any]) -> dict[str, Any]:
        """Insert, touch or delete a row as the control route was told; an unknown kind, action or id is answered with `error`."""
        kind, fields = asked["kind"], asked.get("fields") or {}
        moment = int(self.store.now().timestamp())
        if kind == "inventory":
            return self._touch_stock(str(asked["id"]), fields, moment)
        if kind not in WORDS or asked["action"] not in {"insert", "touch", "delete"}:
            return {"error": f"no {asked['action']} of {kind} rows"}
        table = self._table(kind)
        if asked["action"] == "insert":
            head = self._new(kind, moment)
        else:
            head = table.heads.get(_number(asked.get("id")))
            if head is None:
                return {"error": f"no such {kind}: {asked['id']}"}
            if asked["action"] == "delete":
                self._drop(table, head)
                return {"id": asked["id"]}
        self._lay(table, kind, head, {"updatedAt": iso(moment), **fields})
        return {"id": gid(kind.capitalize(), head.id)}

    def _table(self, kind: str) -> Table[Any]:
        tables: dict[str, Table[Any]] = {"order": self.store.orders, "product": self.store.products, "customer": self.store.customers}
        return tables[kind]

    def _drop(self, table: Table[Any], head: Any) -> None:
        if isinstance(head, Product):
            for variant in self.store.variants_of(head):
                self.store.variants.drop(variant.id)
        table.drop(head.id)

    def _lay(self, table: Table[Any], kind: str, head: Any, fields: Row) -> None:
        words = WORDS[kind]
        changed = {words[name]: value for name, value in fields.items() if name in words}
        changed |= {TIMES[name]: epoch(value) if value else 0 for name, value in fields.items() if name in TIMES}
        if "tags" in fields:
            changed["tags"] = tuple(sorted(fields["tags"]))
        laid = {name: value for name, value in fields.items() if not (kind == "customer" and name in {"email", "phone"}) and name != "tags"}
        table.put(replace(head, **changed), laid)

    def _new(self, kind: str, moment: int) -> Any:
        store, index = self.store, self.store.number(kind.capitalize())
        if kind == "order":
            people = list(store.customers.heads.values())
            made = order(store.seed, store.profile, index, moment, people, len(store.sold), moment)
            store.welcome(made)
            return fresh(made)
        if kind == "customer":
            return replace(person(store.seed, store.profile, index), created=moment, updated=moment, withheld=False)
        head = replace(product(store.seed, store.profile, index, moment, moment), first=len(store.sold), status="ACTIVE")
        for variant in variants(store.seed, store.profile, head, moment):
            store.sold.append(variant)
            store.variants.put(variant)
        return head

    def _touch_stock(self, number: str, fields: Row, moment: int) -> dict[str, Any]:
        item = int(number.rsplit("inventory_item_id=", 1)[-1].rsplit("/", 1)[-1])
        head = self.store.item(item)
        if head is None:
            return {"error": f"no such inventory: {number}"}
        level = int(number.split("?", maxsplit=1)[0].rsplit("/", 1)[-1]) - BASES["InventoryLevel"] if "?" in number else 0
        at = epoch(fields["updatedAt"]) if "updatedAt" in fields else moment
        self.store.stock.change(head.index, level, fields.get("available"), at)
        # The platform moves the product with its stock, but not the item.
        self.store.move_product(head.product.id, at)
        return {"id": number}


def _number(identity: Any) -> int:
    digits = str(identity).rsplit("/", 1)[-1]
    return int(digits) if digits.isdigit() else -1
