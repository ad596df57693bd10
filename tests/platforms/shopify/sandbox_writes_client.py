"""A store of the sandbox over real HTTP: what is sent to it to write, and how what was written is looked at."""

import contextlib
import itertools
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any

import httpx

from adapters.kit.sandbox import Running, SandboxStore, serving
from adapters.shopify.sandbox import SANDBOX

TOKEN = "shpat_writes"
BAG = "{ shopMoney { amount } presentmentMoney { amount } }"
DOCUMENTS = {
    "Set": """mutation Set($input: InventorySetQuantitiesInput!, $key: String!) {
        payload: inventorySetQuantities(input: $input) @idempotent(key: $key) {
            inventoryAdjustmentGroup { id reason changes { name delta quantityAfterChange item { id } location { id } } }
            userErrors { code field message } } }""",
    "Adjust": """mutation Adjust($input: InventoryAdjustQuantitiesInput!, $key: String!) {
        payload: inventoryAdjustQuantities(input: $input) @idempotent(key: $key) {
            inventoryAdjustmentGroup { id changes { name delta } } userErrors { code field message } } }""",
    "Activate": """mutation Activate($item: ID!, $place: ID!, $available: Int, $onHand: Int, $key: String!) {
        payload: inventoryActivate(inventoryItemId: $item, locationId: $place, available: $available, onHand: $onHand)
            @idempotent(key: $key) { inventoryLevel { id isActive } userErrors { field message } } }""",
    "Item": """mutation Item($id: ID!, $input: InventoryItemInput!) {
        payload: inventoryItemUpdate(id: $id, input: $input) {
            inventoryItem { id sku tracked unitCost { amount } measurement { weight { value unit } } } userErrors { field message } } }""",
    "Update": """mutation Update($product: ID!, $variants: [ProductVariantsBulkInput!]!, $partial: Boolean) {
        payload: productVariantsBulkUpdate(productId: $product, variants: $variants, allowPartialUpdates: $partial) {
            productVariants { id price compareAtPrice sku } userErrors { code field message } } }""",
    "Create": """mutation Create($product: ID!, $variants: [ProductVariantsBulkInput!]!, $strategy: ProductVariantsBulkCreateStrategy) {
        payload: productVariantsBulkCreate(productId: $product, variants: $variants, strategy: $strategy) {
            productVariants { id title sku price inventoryItem { id tracked } } userErrors { code field message } } }""",
    "Drop": """mutation Drop($product: ID!, $ids: [ID!]!) {
        payload: productVariantsBulkDelete(productId: $product, variantsIds: $ids) {
            product { id } userErrors { code field message } } }""",
    "Product": """mutation Product($product: ProductCreateInput!) {
        payload: productCreate(product: $product) {
            product { id handle status publishedAt vendor tags options { name values }
                variants(first: 5) { nodes { id title price inventoryItem { id tracked } } } }
            userErrors { field message } } }""",
    "Edit": """mutation Edit($product: ProductUpdateInput!) {
        payload: productUpdate(product: $product) {
            product { id title handle status tags descriptionHtml } userErrors { field message } } }""",
    "Upsert": """mutation Upsert($identifier: ProductSetIdentifiers, $input: ProductSetInput!, $sync: Boolean!) {
        payload: productSet(identifier: $identifier, input: $input, synchronous: $sync) {
            product { id handle title options { name values } variants(first: 9) { nodes { id title sku price inventoryQuantity } } }
            productSetOperation { id status } userErrors { code field message } } }""",
    "Delete": """mutation Delete($id: ID!, $sync: Boolean!) {
        payload: productDelete(input: { id: $id }, synchronous: $sync) {
            deletedProductId productDeleteOperation { id status deletedProductId } userErrors { field message } } }""",
    "Ship": """mutation Ship($fulfillment: FulfillmentInput!) {
        payload: fulfillmentCreate(fulfillment: $fulfillment) {
            fulfillment { id status displayStatus location { id } trackingInfo { company number url }
                fulfillmentLineItems(first: 9) { nodes { quantity lineItem { id } } } }
            userErrors { field message } } }""",
    "Track": """mutation Track($id: ID!, $tracking: FulfillmentTrackingInput!) {
        payload: fulfillmentTrackingInfoUpdate(fulfillmentId: $id, trackingInfoInput: $tracking) {
            fulfillment { id status trackingInfo { company number url } } userErrors { field message } } }""",
    "Recall": """mutation Recall($id: ID!) {
        payload: fulfillmentCancel(id: $id) { fulfillment { id status displayStatus } userErrors { field message } } }""",
    "Cancel": """mutation Cancel($id: ID!, $restock: Boolean!, $method: OrderCancelRefundMethodInput, $refund: Boolean, $note: String) {
        payload: orderCancel(
            orderId: $id, reason: CUSTOMER, restock: $restock, refundMethod: $method, refund: $refund, staffNote: $note
        ) { job { id done } userErrors: orderCancelUserErrors { code field message } plain: userErrors { field message } } }""",
    "Refund": f"""mutation Refund($input: RefundInput!, $key: String!) {{
        payload: refundCreate(input: $input) @idempotent(key: $key) {{
            refund {{ id totalRefundedSet {BAG} transactions(first: 5) {{ nodes {{ id kind status gateway amountSet {BAG} }} }}
                refundLineItems(first: 5) {{ nodes {{ quantity restockType lineItem {{ id }} location {{ id }} }} }} }}
            order {{ id displayFinancialStatus totalRefundedSet {BAG} }} userErrors {{ field message }} }} }}""",
    "Order": """mutation Order($input: OrderInput!) {
        payload: orderUpdate(input: $input) {
            order { id updatedAt note tags email poNumber customAttributes { key value } shippingAddress { city zip } }
            userErrors { field message } } }""",
    "Tag": """mutation Tag($id: ID!, $tags: [String!]!) {
        payload: tagsAdd(id: $id, tags: $tags) { node { id } userErrors { field message } } }""",
    "Untag": """mutation Untag($id: ID!, $tags: [String!]!) {
        payload: tagsRemove(id: $id, tags: $tags) { node { id } userErrors { field message } } }""",
    "Close": "mutation Close($id: ID!) { payload: orderClose(input: { id: $id }) { order { closed closedAt } userErrors { message } } }",
    "Open": "mutation Open($id: ID!) { payload: orderOpen(input: { id: $id }) { order { closed closedAt } userErrors { message } } }",
    "Person": """mutation Person($input: CustomerInput!) {
        payload: customerCreate(input: $input) { customer { id displayName tags state } userErrors { field message } } }""",
    "Rename": """mutation Rename($input: CustomerInput!) {
        payload: customerUpdate(input: $input) {
            customer { id firstName note tags defaultEmailAddress { emailAddress } } userErrors { field message } } }""",
    "House": """mutation House($person: ID!, $address: MailingAddressInput!, $default: Boolean) {
        payload: customerAddressCreate(customerId: $person, address: $address, setAsDefault: $default) {
            address { id city country countryCodeV2 name } userErrors { field message } } }""",
    "Move": """mutation Move($person: ID!, $id: ID!, $address: MailingAddressInput!) {
        payload: customerAddressUpdate(customerId: $person, addressId: $id, address: $address) {
            address { id city } userErrors { field message } } }""",
}
WORK = """query Work($id: ID!) { order(id: $id) { displayFulfillmentStatus fulfillmentOrders(first: 20) { nodes {
    id status supportedActions { action } assignedLocation { location { id } }
    lineItems(first: 50) { nodes { id totalQuantity remainingQuantity lineItem { id } } } } } } }"""
ORDERS = f"""{{ orders(first: 200, sortKey: ID) {{ nodes {{
    id updatedAt cancelledAt displayFinancialStatus displayFulfillmentStatus returnStatus presentmentCurrencyCode currencyCode
    totalReceivedSet {BAG} currentShippingPriceSet {BAG} currentTotalPriceSet {BAG}
    lineItems(first: 50) {{ nodes {{ id quantity refundableQuantity unfulfilledQuantity variant {{ id }} }} }}
    fulfillments(first: 9) {{ id status trackingInfo {{ number }} }}
    transactions(first: 9) {{ id kind status gateway amountSet {BAG} }} }} }} }}"""
LEVELS = """query Levels($id: ID!) { inventoryItem(id: $id) { inventoryLevels(first: 9, includeInactive: true) { nodes {
    isActive updatedAt location { id }
    quantities(names: ["available", "on_hand", "committed", "incoming", "damaged"]) { name quantity } } } } }"""
TRACKED = """{ productVariants(first: 60) { nodes { inventoryItem {
    id tracked inventoryLevels(first: 1) { nodes { location { id } } } } } } }"""


class Desk:
    """One store behind a client; each mutation with a key is a new one unless told otherwise."""

    def __init__(self, running: Running, client: httpx.AsyncClient) -> None:
        self.running = running
        self.client = client
        self._keys = itertools.count(1)

    async def ask(self, text: str, **variables: Any) -> dict[str, Any]:
        """Send a document; the bucket is always full."""
        self.running.control.offset += self.running.control.offset.resolution
        url = f"{self.running.url}/shop/admin/api/2026-10/graphql.json"
        response = await self.client.post(url, json={"query": text, "variables": variables}, headers={"X-Shopify-Access-Token": TOKEN})
        assert 200 == response.status_code, response.text
        found: dict[str, Any] = response.json()
        return found

    async def read(self, text: str, **variables: Any) -> dict[str, Any]:
        """Send a document; errors fail the test."""
        answer = await self.ask(text, **variables)
        assert "errors" not in answer, answer["errors"]
        data: dict[str, Any] = answer["data"]
        return data

    async def do(self, name: str, **variables: Any) -> dict[str, Any]:
        """Carry out a mutation; user errors fail the test."""
        payload = await self.send(name, **variables)
        assert [] == payload["userErrors"]
        return payload

    async def send(self, name: str, **variables: Any) -> dict[str, Any]:
        """Send a mutation, and return its payload."""
        if "$key" in DOCUMENTS[name]:
            variables = {"key": f"key-{next(self._keys)}", **variables}
        payload: dict[str, Any] = (await self.read(DOCUMENTS[name], **variables))["payload"]
        return payload

    async def told(self, name: str, **variables: Any) -> list[tuple[str, str, str | None]]:
        """Send a mutation that is to be refused: field, message and code of each user error."""
        payload = await self.send(name, **variables)
        return [(".".join(each["field"] or ()), each["message"], each.get("code")) for each in payload["userErrors"]]

    async def advance(self, seconds: float) -> None:
        """Move the clock."""
        await self.client.post(f"{self.running.url}/control/clock", json={"advance": seconds})

    async def effects(self) -> list[tuple[str, str, Any]]:
        """Return what was changed so far, each as (what, entity, value)."""
        found = (await self.client.get(f"{self.running.url}/control/effects")).json()
        return [(one["what"], one["entity"], one["value"]) for one in found]

    async def orders(self, financial: str = "PAID", fulfillment: str = "UNFULFILLED") -> list[dict[str, Any]]:
        """Return the living orders that show these statuses, oldest first."""
        rows = (await self.read(ORDERS))["orders"]["nodes"]
        return [
            row
            for row in rows
            if (row["displayFinancialStatus"], row["displayFulfillmentStatus"], row["cancelledAt"]) == (financial, fulfillment, None)
        ]

    async def order(self, identity: str) -> dict[str, Any]:
        """Return one order."""
        rows = (await self.read(ORDERS))["orders"]["nodes"]
        found: dict[str, Any] = next(row for row in rows if row["id"] == identity)
        return found

    async def work(self, order: str) -> list[dict[str, Any]]:
        """Return an order's fulfillment orders."""
        found: list[dict[str, Any]] = (await self.read(WORK, id=order))["order"]["fulfillmentOrders"]["nodes"]
        return found

    async def scattered(self) -> tuple[str, list[dict[str, Any]]]:
        """Find an order that waits at two locations."""
        for order in await self.orders():
            work = await self.work(order["id"])
            if len(work) == 2:
                return order["id"], work
        raise LookupError("no order waits at two locations")

    async def gathered(self) -> tuple[str, list[dict[str, Any]]]:
        """Find an order of which at least two units wait at one location."""
        for order in await self.orders():
            work = await self.work(order["id"])
            if len(work) == 1 and work[0]["lineItems"]["nodes"][0]["remainingQuantity"] > 1:
                return order["id"], work
        raise LookupError("no order waits at one location")

    async def levels(self, item: str) -> dict[str, dict[str, Any]]:
        """Return what lies of an item, by location: the quantities by name, and whether it is stocked there."""
        nodes = (await self.read(LEVELS, id=item))["inventoryItem"]["inventoryLevels"]["nodes"]
        return {
            node["location"]["id"]: {"active": node["isActive"], **{part["name"]: part["quantity"] for part in node["quantities"]}}
            for node in nodes
        }

    async def item_of(self, line: dict[str, Any]) -> dict[str, Any]:
        """Return the stock item of an order's line, and whether it is counted; a line without a variant has none."""
        if not line["variant"]:
            return {"tracked": False}
        text = "query Item($id: ID!) { productVariant(id: $id) { inventoryItem { id tracked } } }"
        found: dict[str, Any] = (await self.read(text, id=line["variant"]["id"]))["productVariant"]["inventoryItem"]
        return found

    async def tracked(self, count: int = 1) -> list[tuple[str, str]]:
        """Return pairs of an item that is counted and a location that stocks it."""
        nodes = [node["inventoryItem"] for node in (await self.read(TRACKED))["productVariants"]["nodes"]]
        return [(node["id"], node["inventoryLevels"]["nodes"][0]["location"]["id"]) for node in nodes if node["tracked"]][:count]

    async def product(self, place: int = 0) -> dict[str, Any]:
        """Return a product that has several variants."""
        text = """{ products(first: 12, sortKey: ID) { nodes {
            id title handle updatedAt variants(first: 9) { nodes { id price compareAtPrice sku inventoryItem { id } } } } } }"""
        found = [row for row in (await self.read(text))["products"]["nodes"] if len(row["variants"]["nodes"]) > 1]
        row: dict[str, Any] = found[place]
        return row


@contextlib.asynccontextmanager
async def desk(profile: str = "small", sizes: Mapping[str, int] | None = None, **options: Any) -> AsyncIterator[Desk]:
    """Serve a store for the time of a block."""
    described = SandboxStore(
        "shop", "Paper & Twine", profile, {"access_token": TOKEN}, {"orders": 200, **(sizes or {})}, {"bucket": 100_000, **options}
    )
    async with serving(SANDBOX, (described,)) as running, httpx.AsyncClient() as client:
        yield Desk(running, client)


def quantities(*rows: tuple[str, str, int, int | None], name: str = "available", reason: str = "correction") -> dict[str, Any]:
    """Return the input that sets quantities: item, location, quantity, what it is compared with."""
    fields = ("inventoryItemId", "locationId", "quantity", "changeFromQuantity")
    return {"name": name, "reason": reason, "quantities": [dict(zip(fields, row, strict=True)) for row in rows]}


def changes(*rows: tuple[str, str, int, int | None], name: str = "available", **more: Any) -> dict[str, Any]:
    """Return the input that adds to quantities: item, location, delta, what it is compared with."""
    fields = ("inventoryItemId", "locationId", "delta", "changeFromQuantity")
    return {"name": name, "reason": "received", "changes": [{**dict(zip(fields, row, strict=True)), **more} for row in rows]}


def shipment(work: Sequence[dict[str, Any]], *units: int, **tracking: Any) -> dict[str, Any]:
    """Return the input that sends units of the first lines of fulfillment orders, or all that remains of them."""
    groups = []
    for part in work:
        rows = [{"id": line["id"], "quantity": count} for line, count in zip(part["lineItems"]["nodes"], units, strict=False)]
        groups.append({"fulfillmentOrderId": part["id"], **({"fulfillmentOrderLineItems": rows} if rows else {})})
    return {"lineItemsByFulfillmentOrder": groups, **({"trackingInfo": tracking} if tracking else {})}
