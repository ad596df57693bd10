"""The one file of a multipart request."""

from email.message import Message

from adapters.walmart.sandbox.calls import Call
from adapters.walmart.sandbox.errors import ApiError

FIELD = "file"


def file_of(call: Call) -> tuple[str, bytes]:
    """Return the name and the content of the field `file`.

    ApiError 500 for another content type, which is how the platform says it, 400 for a request without the field.
    """
    boundary = _described(call.headers.get("content-type", "")).get_boundary()
    if not boundary or not call.headers["content-type"].startswith("multipart/form-data"):
        raise ApiError(500, "SYSTEM_ERROR", "The content type does not fit the body", call.api)
    for part in (b"\r\n" + call.body).split(b"\r\n--" + boundary.encode())[1:]:
        head, found, content = part.partition(b"\r\n\r\n")
        shown = _described(_disposition(head), "content-disposition")
        if found and shown.get_param("name", header="content-disposition") == FIELD:
            return shown.get_filename() or "feed.json", content
    raise ApiError(400, "INVALID_REQUEST_CONTENT", f"The field '{FIELD}' is required.", call.api, FIELD)


def _described(value: str, header: str = "content-type") -> Message:
    message = Message()
    message[header] = value
    return message


def _disposition(head: bytes) -> str:
    lines = (line.partition(":") for line in head.decode(errors="replace").splitlines())
    return next((value.strip() for name, _, value in lines if name.strip().lower() == "content-disposition"), "")
