"""Who may come in: the checks of a request's token, in the platform's order."""

from collections.abc import Mapping

from adapters.ebay.sandbox.errors import refusal
from adapters.ebay.sandbox.routes import APPLICATION, Route
from adapters.ebay.sandbox.store import Store

SIGNATURE = ("x-ebay-signature-key", "signature-input", "signature")
SCHEMES = {False: "bearer", True: "iaf"}


def admit(store: Store, route: Route, headers: Mapping[str, str]) -> None:
    """Refuse a request without a token that opens the route now.

    No token, and one with a wrong scheme, are mistakes of the request (400); a wrong or old one is 401, one with too few rights 403.
    Signatures are asked for, and not computed anew.
    """
    authorization = headers.get("authorization", "")
    scheme, _, token = authorization.partition(" ")
    if not authorization:
        raise refusal(1002)
    if scheme.lower() != SCHEMES[route.post_order] or not token:
        raise refusal(1003)
    found = store.tokens.find(token.strip())
    if found is None:
        raise refusal(1001)
    if found.application != (route.token == APPLICATION) or (route.scopes and found.scopes.isdisjoint(route.scopes)):
        raise refusal(1100)
    missing = [name for name in SIGNATURE if not headers.get(name)] if route.signed and store.settings.signatures else []
    if missing:
        raise refusal(215001, header=missing[0])
