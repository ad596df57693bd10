"""What trims an answer: `fields=items[entity_id,items[sku]],total_count`."""

import re
from typing import Any

Wanted = dict[str, "Wanted"]
TOKEN = re.compile(r"[^\[\],\s]+|[\[\],]")


def trim(body: Any, wanted: Wanted) -> Any:
    """Keep only the wanted fields; a name without brackets keeps all below it, lists are trimmed entry by entry."""
    if isinstance(body, list):
        return [trim(one, wanted) for one in body]
    if not isinstance(body, dict):
        return body
    return {name: trim(body[name], inner) if inner else body[name] for name, inner in wanted.items() if name in body}


def wanted_of(text: str) -> Wanted:
    """Read a selection; brackets that do not match are taken as they come."""
    top: Wanted = {}
    path, last = [top], ""
    for token in TOKEN.findall(text):
        if token == "[":
            path.append(path[-1].setdefault(last, {}))
        elif token == "]":
            path = path[:-1] or [top]
        elif token != ",":
            last = token
            path[-1].setdefault(last, {})
    return top
