"""What a refusal says. There are no codes: our word for one comes from a piece of its message, whose placeholders are filled here.

Messages may come in the shop's language, and what fills them may be anything a shop's modules put there. So only what names fields and
attributes is filled in, and what looks like an e-mail address is left out.
"""

import re
from collections.abc import Mapping
from typing import Any

from adapters.kit.failures import PlatformError, classify
from adapters.magento.manifest import DOCUMENT_STATE, ERRORS, GONE, MESSAGES, NOT_FOUND
from adapters.magento.values import Json, rows, text
from schema.errors import Category

BAD_REQUEST = 400
LONGEST = 300

_NAMED = frozenset({"fieldName", "field_name", "field", "label", "max", "type"})  # what is said of them is the platform's own
_ABOUT_FIELDS = ("attribute", "required value", "product data")  # messages whose numbered placeholders are names of fields
_PLACE = re.compile(r"%(\w+)")
_SAID = {DOCUMENT_STATE: "The order's state does not allow this", str(BAD_REQUEST): "Magento refuses it"}


def code_of(message: str, status: int) -> str:
    """Return our word for a message, or the status."""
    known = message.lower()
    return next((code for piece, code in MESSAGES if piece in known), str(status))


def message_of(body: Mapping[str, Any]) -> str:
    """Return what an error says; those PHP could not go on after have another form."""
    messages = body.get("messages")
    fatal = messages.get("error") if isinstance(messages, dict) else None
    first = fatal[0] if isinstance(fatal, list) and fatal and isinstance(fatal[0], dict) else body
    return str(first.get("message") or "")


def sentence(code: str, body: Json) -> str:
    """Return a refusal in the platform's words where they tell more than ours, "" where they don't."""
    if code not in _SAID:
        return ""
    parts = [filled(each) for each in rows(body.get("errors"))] or [filled(body)]
    lines = [line for part in parts for line in part.splitlines()]
    said = " ".join(line for line in lines if not line.endswith("Error(s):"))
    return f"{_SAID[code]}: {said[:LONGEST]}" if said and "@" not in said else ""


def filled(body: Json) -> str:
    """Return a message with its placeholders filled as far as may be."""
    message, given = str(body.get("message") or ""), body.get("parameters")
    if isinstance(given, dict):
        known = {name: value for name, value in given.items() if name in _NAMED}
    elif isinstance(given, list) and any(each in message.lower() for each in _ABOUT_FIELDS):
        places = dict.fromkeys(_PLACE.findall(message))
        # What a list fills may be numbered, or only stand in the same order.
        known = {name: given[turn] for turn, name in enumerate(sorted(places) if "1" in places else places) if turn < len(given)}
    else:
        known = {}
    return _PLACE.sub(lambda found: text(known.get(found[1])) or "…", message)


def refused(message: str) -> PlatformError:
    """Return the failure that a message tells outside of an answer's status: in a list of errors, or of a queued operation."""
    code = code_of(message, BAD_REQUEST)
    category, remedy = classify(ERRORS, BAD_REQUEST, code)
    return PlatformError(category, sentence(code, {"message": message}) or remedy, code=code)


def invalid(message: str, code: str = "INVALID") -> PlatformError:
    """Return the failure of what can never be done as it is; nothing was sent."""
    return PlatformError(Category.VALIDATION, message, code=code, sent=False)


def conflict(message: str, code: str) -> PlatformError:
    """Return the failure of what the store's state does not allow; nothing was sent."""
    return PlatformError(Category.CONFLICT, message, code=code, sent=False)


def gone() -> PlatformError:
    """Return the failure of what is about something the store does not have."""
    return invalid(GONE, NOT_FOUND)
