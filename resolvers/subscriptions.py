"""The roots of a subscription."""

import contextlib
from collections.abc import AsyncIterator
from typing import Annotated

import strawberry

from resolvers.context import RequestContext
from resolvers.writes.receipts import fits, narrowed
from resolvers.writes.wishes import RefusedError
from schema.errors import Code, InputError
from schema.receipts import FINAL, Receipt, ReceiptFilter

Info = strawberry.Info[RequestContext, None]

MOST_IDS = 250


@strawberry.type(description="What can be listened to, over WebSocket and server-sent events.")
class Subscription:
    """The roots of a subscription."""

    @strawberry.subscription(
        description="Receipts as they change. With `ids` each is told once as it is now, then on every change, until all are at their end; "
        "with `filter` all that change and fit, from now on."
    )
    async def receipt_changed(
        self,
        info: Info,
        ids: Annotated[list[strawberry.ID] | None, strawberry.argument(description="Global ids of receipts, at most 250.")] = None,
        filter: Annotated[ReceiptFilter | None, strawberry.argument(description="Which receipts.")] = None,  # noqa: A002
    ) -> AsyncIterator[Receipt]:
        """Yield receipts."""
        context = info.context
        if (ids is None) == (filter is None):
            raise InputError(Code.BAD_REQUEST, "Give `ids` or `filter`, one of them.")
        stores = narrowed(list(context.visible.values()), filter or ReceiptFilter(), context.core)
        scopes = {store.scope: store.name for store in stores}
        waiting = _named(context, ids) if ids is not None else None
        async with contextlib.aclosing(context.writes.changes.hear(list(scopes))) as changes:
            async for change in changes:
                told = {(scopes[change[0]], change[1])} if change is not None else waiting or set()
                wanted = sorted(told if waiting is None else told & waiting)
                for name, receipt in zip(wanted, await context.writes.receipts.read(wanted), strict=True):
                    if receipt is None and waiting is not None:
                        waiting.discard(name)  # forgotten, and so at its end for long
                    if receipt is not None and fits(receipt, filter or ReceiptFilter()):
                        context.begin()
                        yield receipt
                        if waiting is not None and receipt.state in FINAL:
                            waiting.discard((receipt.store_name, receipt.number))
                if waiting is not None and not waiting:
                    return


def _named(context: RequestContext, ids: list[strawberry.ID]) -> set[tuple[str, str]]:
    if not 1 <= len(ids) <= MOST_IDS:
        raise InputError(Code.TOO_MANY_IDS, f"`ids` has {len(ids)} ids; give 1 to {MOST_IDS}.")
    try:
        return {context.writes.tending.named(context.principal, text) for text in ids}
    except RefusedError as error:
        raise InputError(Code.ID_INVALID, error.message) from None
