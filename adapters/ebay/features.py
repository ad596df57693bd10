"""What only eBay knows of an order, out of its many corners. Pure, like `mapping`."""

from adapters.ebay.afterwards import not_given_back
from adapters.ebay.extras import EbayCancelRequest, EbayFee, EbayOpenRefund, EbayOrderExtras, EbayPayment
from adapters.ebay.manifest import FEE, NOT_CANCELLED
from adapters.ebay.values import (
    PLATFORM,
    Json,
    address,
    contact_address,
    flag,
    moment,
    money,
    record,
    rows,
    text,
    texts,
    total,
)
from schema.money import Money, make_money


def order_extras(row: Json, currency: str) -> EbayOrderExtras:
    """Return what has no canonical place."""
    instructions = rows(row.get("fulfillmentStartInstructions"))
    instruction = instructions[0] if instructions else {}
    buyer, program, cancel = record(row.get("buyer")), record(row.get("program")), record(row.get("cancelStatus"))
    payments = record(row.get("paymentSummary"))
    due, collected = money(record(row.get("pricingSummary")).get("total")), _collected(row, currency)
    return EbayOrderExtras(
        platform=PLATFORM,
        legacy_order_id=text(row.get("legacyOrderId")),
        sales_record_reference=text(row.get("salesRecordReference")),
        seller_id=text(row.get("sellerId")),
        buyer_username=text(buyer.get("username")),
        cancel_state=text(cancel.get("cancelState")),
        cancel_requests=_cancel_requests(cancel),
        payments=[_payment(each) for each in rows(payments.get("payments"))],
        open_refunds=[_open_refund(each) for each in not_given_back(row)],
        total_due_seller=money(payments.get("totalDueSeller")),
        marketplace_fee=money(row.get("totalMarketplaceFee")),
        fee_basis=money(row.get("totalFeeBasisAmount")),
        adjustment=money(record(row.get("pricingSummary")).get("adjustment")),
        fees=[
            EbayFee(type=text(each.get("taxType")), amount=money(each.get("amount")))
            for line in rows(row.get("lineItems"))
            for each in rows(line.get("taxes"))
            if (text(each.get("taxType")) or "").endswith(FEE)
        ],
        ebay_collected_tax=collected,
        total_without_ebay_tax=make_money(amount=due.amount - collected.amount, currency_code=due.currency_code) if due else None,
        fulfilment_type=text(instruction.get("fulfillmentInstructionsType")),
        ships_to_hub=flag(instruction.get("ebaySupportedFulfillment")),
        hub_reference=text(record(instruction.get("shippingStep")).get("shipToReferenceId")),
        final_destination=address(instruction.get("finalDestinationAddress")),
        pickup_location=text(record(instruction.get("pickupStep")).get("merchantLocationKey")),
        registration_address=contact_address(buyer.get("buyerRegistrationAddress")),
        authenticity_status=text(record(program.get("authenticityVerification")).get("status")),
        label_provided_by=text(record(program.get("ebayShipping")).get("shippingLabelProvidedBy")),
        vault_type=text(record(program.get("ebayVault")).get("fulfillmentType")),
        returns_managed_by=text(record(program.get("ebayInternationalShipping")).get("returnsManagedBy")),
        fulfilled_by=text(record(program.get("fulfillmentProgram")).get("fulfilledBy")),
    )


def _collected(row: Json, currency: str) -> Money:
    taxes = (each for line in rows(row.get("lineItems")) for each in rows(line.get("ebayCollectAndRemitTaxes")))
    return total((money(each.get("amount")) for each in taxes), currency)


def _cancel_requests(cancel: Json) -> list[EbayCancelRequest]:
    """Return the requests; lists never tell those that were refused, so they are left out everywhere."""
    if cancel.get("cancelState") == NOT_CANCELLED:
        return []
    return [
        EbayCancelRequest(
            id=text(each.get("cancelRequestId")),
            state=text(each.get("cancelRequestState")),
            initiator=text(each.get("cancelInitiator")),
            reason=text(each.get("cancelReason")),
            requested_at=moment(each.get("cancelRequestedDate")),
            completed_at=moment(each.get("cancelCompletedDate")),
        )
        for each in rows(cancel.get("cancelRequests"))
    ]


def _payment(row: Json) -> EbayPayment:
    return EbayPayment(
        method=text(row.get("paymentMethod")),
        reference=text(row.get("paymentReferenceId")),
        status=text(row.get("paymentStatus")),
        paid_at=moment(row.get("paymentDate")),
        amount=money(row.get("amount")),
        holds=texts([each.get("holdState") for each in rows(row.get("paymentHolds"))]),
    )


def _open_refund(row: Json) -> EbayOpenRefund:
    return EbayOpenRefund(id=text(row.get("refundId")), status=text(row.get("refundStatus")), amount=money(row.get("amount")))
