"""Metafields as other mutations bring them along: those of the same namespace and key are replaced, the rest stays."""

import zlib
from collections.abc import Sequence

from adapters.shopify.sandbox.seed.identifiers import BASES, gid, iso
from adapters.shopify.sandbox.store import Store
from adapters.shopify.sandbox.tables import Row

FIRST_OWN = 10**9  # seeded metafields are numbered below
DEFAULT_TYPE = "single_line_text_field"


def put_metafields(store: Store, standing: Sequence[Row], given: Sequence[Row], moment: int) -> list[Row]:
    """Return the metafields of a row after some were put."""
    rows = {(row["namespace"], row["key"]): row for row in standing}
    for part in given:
        names = (part.get("namespace") or "custom", part.get("key") or "")
        known = rows.get(names)
        number = BASES["Metafield"] + FIRST_OWN + store.number("Metafield")
        fresh: Row = known or {
            "__typename": "Metafield",
            "id": gid("Metafield", number),
            "legacyResourceId": str(number),
            "namespace": names[0],
            "key": names[1],
            "type": DEFAULT_TYPE,
            "createdAt": iso(moment),
        }
        value = part.get("value") or ""
        rows[names] = {
            **fresh,
            "type": part.get("type") or fresh["type"],
            "value": value,
            "compareDigest": f"{zlib.crc32(value.encode()):016x}",
            "updatedAt": iso(moment),
        }
    return list(rows.values())
