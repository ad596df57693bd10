"""Handles: the names of products in addresses, made from what was sent or from the title, each once in a shop."""

import re
from collections.abc import Collection

NAMELESS = "product"


def normalized(given: str | None, title: str) -> str:
    """Make a handle of what was sent, or of the title when that was blank."""
    text = given if given and given.strip() else title
    return re.sub(r"[\W_]+", "-", text.lower()).strip("-") or NAMELESS


def free(handle: str, taken: Collection[str]) -> str:
    """Return a handle nobody has: the number at its end counts up, or a first one is added."""
    while handle in taken:
        stem, number = re.fullmatch(r"(.*?)(?:-(\d+))?", handle).groups()  # type: ignore[union-attr]
        handle = f"{stem}-{int(number) + 1 if number else 1}"
    return handle
