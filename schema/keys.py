"""The names of things: kinds, keys, and the global ids that carry a key through the API.

A global id is `base64url("<kind>:<store>:<platform id>")` without padding. It is opaque to clients and tells nothing that
its owner does not know already.
"""

import base64
import binascii
from dataclasses import dataclass
from enum import StrEnum

from schema.errors import Code, InputError


class Kind(StrEnum):
    """The kinds of entities; the value is the GraphQL type's name."""

    CUSTOMER = "Customer"
    INVENTORY_LEVEL = "InventoryLevel"
    LOCATION = "Location"
    ORDER = "Order"
    PRODUCT = "Product"
    REFUND = "Refund"
    SHIPMENT = "Shipment"
    VARIANT = "ProductVariant"


STORE_KIND = "Store"


@dataclass(frozen=True, slots=True, order=True)
class Key:
    """Which entity: its kind, the store it lives in and the platform's own id (opaque text)."""

    kind: Kind
    store: str
    id: str

    def encode(self) -> str:
        """Return the global id."""
        return pack(self.kind, self.store, self.id)

    @classmethod
    def decode(cls, text: str, kind: Kind | None = None) -> "Key":
        """Read a global id; raises InputError ID_INVALID when it is malformed or of another kind than wanted."""
        name, store, platform_id = unpack(text)
        try:
            found = Kind(name)
        except ValueError:
            raise _invalid(text, "it names no kind of entity") from None
        if kind is not None and found is not kind:
            raise _invalid(text, f"it names something of type {found}, here {kind} is wanted")
        if not platform_id:
            raise _invalid(text, "it names no entity")
        return cls(found, store, platform_id)


def store_id(store: str) -> str:
    """Return the global id of a store."""
    return pack(STORE_KIND, store, "")


def decode_store(text: str) -> str:
    """Return the store a client means: by global id, or by the short name used in the stores file."""
    try:
        name, store, _ = unpack(text)
    except InputError:
        return text
    return store if name == STORE_KIND else text


def pack(kind: str, store: str, platform_id: str) -> str:
    """Return the global id for three parts."""
    return base64.urlsafe_b64encode(f"{kind}:{store}:{platform_id}".encode()).decode().rstrip("=")


def unpack(text: str) -> tuple[str, str, str]:
    """Return the three parts of a global id; raises InputError ID_INVALID."""
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True).decode()
    except (binascii.Error, UnicodeError, ValueError):
        raise _invalid(text, "it is not an id this API has given out") from None
    kind, _, rest = raw.partition(":")
    store, _, platform_id = rest.partition(":")
    if not kind or not store:
        raise _invalid(text, "it is not an id this API has given out")
    return kind, store, platform_id


def _invalid(text: str, why: str) -> InputError:
    shown = text if len(text) <= 60 else text[:57] + "..."
    return InputError(Code.ID_INVALID, f"The id {shown!r} can't be used: {why}. Pass an `id` exactly as this API returned it.")


def camel(name: str) -> str:
    """Return a field's name as the API writes it, e.g. compareAtPrice."""
    first, *others = name.split("_")
    return first + "".join(word.capitalize() for word in others)
