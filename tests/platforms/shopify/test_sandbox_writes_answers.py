"""The local Shopify's answers to writes, and to the reads that belong to them, against the platform's own description."""

import re
from typing import Any

from graphql import FragmentDefinitionNode, OperationDefinitionNode, parse, print_ast

from tests.platforms.shopify.sandbox_writes_client import Desk, changes, desk, quantities, shipment
from tests.platforms.shopify.test_sandbox_schema import check_object
from tests.platforms.shopify.test_sandbox_writes import whole
from tests.support.shared import shared

AFTER = ("OrdersByIds", "OrderRefundsByOrderIds", "OrderPaymentsByOrderIds", "OrderShipmentsByOrderIds")


class Check:
    """Sends the saved documents, and gathers whatever of the answers is not as described."""

    def __init__(self, shop: Desk) -> None:
        text = shared("shopify", "spec", "documents.graphql").read_text()
        parsed = parse(text)
        fragments = [print_ast(node) for node in parsed.definitions if isinstance(node, FragmentDefinitionNode)]
        operations = [node for node in parsed.definitions if isinstance(node, OperationDefinitionNode)]
        self.documents = {node.name.value: whole(print_ast(node), fragments) for node in operations if node.name}
        self.costs = {name: int(cost) for cost, name in re.findall(r"# cost (\d+)[^\n]*\n(?:query|mutation) (\w+)", text)}
        self.shop = shop
        self.wrong: list[str] = []

    async def __call__(self, name: str, **variables: Any) -> Any:
        """Send a document and return its only field."""
        document = self.documents[name]
        answer = await self.shop.ask(document, **variables)
        parsed, cost = parse(document), answer["extensions"]["cost"]
        fragments = {node.name.value: node for node in parsed.definitions if isinstance(node, FragmentDefinitionNode)}
        operation = next(node for node in parsed.definitions if isinstance(node, OperationDefinitionNode))
        [found] = answer["data"].values()
        owner = "QueryRoot" if operation.operation.value == "query" else "Mutation"
        self.wrong += [f"{name}: {each}" for each in check_object(operation.selection_set, answer["data"], owner, fragments)]
        self.wrong += [f"{name}: {each['message']}" for each in answer.get("errors", ())]
        if isinstance(found, dict):
            self.wrong += [f"{name}: {each['message']}" for key in found if key.lower().endswith("usererrors") for each in found[key]]
        if cost["requestedQueryCost"] != self.costs[name] or cost["actualQueryCost"] > self.costs[name]:
            self.wrong.append(f"{name} costs {cost}")
        return found


async def test_stock_and_products_are_answered_as_described() -> None:
    async with desk(job_seconds=0) as shop:
        check = Check(shop)
        [(item, place)] = await shop.tracked()
        product = await shop.product()
        variant = product["variants"]["nodes"][0]["id"]
        await check("SetStock", input=quantities((item, place, 5, None)), key="a")
        await check("AdjustStock", input=changes((item, place, 5, None)), key="b")
        await check("ActivateStockAtLocation", item=item, location=place, available=None, key="c")
        await check("UpdateInventoryItem", id=item, input={"cost": "1"})
        await check("UpdateVariants", productId=product["id"], variants=[{"id": variant, "price": "4"}], partial=False)
        size = {"name": "Size", "values": [{"name": "S"}]}
        fresh = (await check("CreateProduct", product={"title": "Kite", "productOptions": [size]}))["product"]["id"]
        row = {"optionValues": [{"optionName": "Size", "name": "M"}]}
        made = await check("CreateVariants", productId=fresh, variants=[row], strategy="DEFAULT")
        await check("DeleteVariants", productId=fresh, ids=[made["productVariants"][0]["id"]])
        await check("UpdateProduct", product={"id": product["id"], "title": "Boat"})
        await check("UpsertProduct", identifier={"handle": "raft"}, input={"title": "Raft"}, sync=True)
        operation = await check("UpsertProduct", identifier={"handle": "raft"}, input={"title": "Ark"}, sync=False)
        await check("ProductOperationStatus", id=operation["productSetOperation"]["id"])
        operation = await check("DeleteProduct", id=fresh, sync=False)
        await check("ProductOperationStatus", id=operation["productDeleteOperation"]["id"])
        await check("ProductsByIds", ids=[product["id"]])
        await check("InventoryByItemIds", ids=[item], first=50)

        assert [] == check.wrong


async def test_orders_and_customers_are_answered_as_described() -> None:
    async with desk(job_seconds=0) as shop:
        check = Check(shop)
        order, held = (await shop.orders())[0], (await shop.orders(fulfillment="ON_HOLD"))[0]["id"]
        line = {"lineItemId": order["lineItems"]["nodes"][0]["id"], "quantity": 1}
        work = (await check("OrderFulfillmentOrders", id=order["id"]))["fulfillmentOrders"]["nodes"]
        await check("OrderFulfillmentOrders", id=held)
        sent = await check("CreateShipment", fulfillment=shipment(work[:1], number="1", company="UPS"))
        await check("UpdateTracking", id=sent["fulfillment"]["id"], tracking={"number": "2"}, notify=False)
        await check("CancelShipment", id=sent["fulfillment"]["id"])
        offer = (await check("SuggestRefund", id=order["id"], lines=[line], shipping="1"))["suggestedRefund"]
        way = offer["suggestedTransactions"][0]
        money = {
            "orderId": order["id"],
            "kind": "REFUND",
            "gateway": way["gateway"],
            "parentId": way["parentTransaction"]["id"],
            "amount": "1",
        }
        given = {"orderId": order["id"], "currency": order["presentmentCurrencyCode"], "refundLineItems": [line], "transactions": [money]}
        await check("RefundOrder", input=given, key="a")
        for name in AFTER:
            await check(name, ids=[order["id"]])
        back = {"originalPaymentMethodsRefund": True}
        job = await check("CancelOrder", id=order["id"], reason="OTHER", restock=True, refund=back, notify=False, note="late")
        await check("JobStatus", id=job["job"]["id"])
        await check("OrderFulfillmentOrders", id=order["id"])
        for name in AFTER:
            await check(name, ids=[order["id"]])
        await check("UpdateOrder", input={"id": held, "note": "a"})
        await check("CloseOrder", id=held)
        await check("ReopenOrder", id=held)
        person = (await check("CreateCustomer", input={"email": "ada@example.com"}))["customer"]["id"]
        await check("UpdateCustomer", input={"id": person, "firstName": "Ada"})
        house = (await check("CreateCustomerAddress", customerId=person, address={"city": "Northport"}, default=True))["address"]["id"]
        await check("UpdateCustomerAddress", customerId=person, addressId=house, address={"city": "Glen Tarn"}, default=True)
        await check("AddTags", id=held, tags=["a"])
        await check("RemoveTags", id=held, tags=["a"])
        await check("CustomersByIds", ids=[person])

        assert [] == check.wrong
