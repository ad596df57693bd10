"""Where stock is put when nobody says where."""

from adapters.kit.failures import PlatformError
from adapters.shopify.calls import Calls, unsent
from schema.errors import Category

PRIMARY = "primary location"


async def primary_location(calls: Calls) -> str | PlatformError:
    """Return the id of the store's primary location, or why it can't be told."""

    async def fetch() -> str:
        found = (await calls.ask("PrimaryLocation", {})).get("location")
        if not found:
            raise PlatformError(Category.VALIDATION, "The store has no location to put stock at; make one first.", code="NO_LOCATION")
        return str(found["id"])

    try:
        return await calls.session.remember(PRIMARY, fetch)
    except PlatformError as error:
        return unsent(error)
