"""XML as the feeds of orders use it: read into elements, written from pairs.

Document types are refused, so that no entity can be made to grow.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from html import escape
from xml.parsers.expat import ExpatError, ParserCreate

Pair = tuple[str, "str | int | Sequence[Pair]"]


@dataclass(slots=True)
class Element:
    """One element: its own text, its attributes, and what is inside."""

    name: str
    attributes: dict[str, str] = field(default_factory=dict)
    text: str = ""
    inside: "list[Element]" = field(default_factory=list)

    def all(self, name: str) -> "list[Element]":
        """Return the elements of that name right inside."""
        return [each for each in self.inside if each.name == name]

    def value(self, *path: str) -> str:
        """Return the text at the end of a path, "" where it leads nowhere."""
        found = self
        for name in path:
            inner = found.all(name)
            if not inner:
                return ""
            found = inner[0]
        return found.text.strip()


def read_xml(body: bytes) -> Element:
    """Read a document. ValueError for one that is malformed or declares a type."""
    top = Element("")
    opened = [top]
    parser = ParserCreate(namespace_separator=" ")

    def start(name: str, attributes: dict[str, str]) -> None:
        element = Element(name.rpartition(" ")[2], attributes)
        opened[-1].inside.append(element)
        opened.append(element)

    def end(name: str) -> None:
        opened.pop()

    def text(words: str) -> None:
        opened[-1].text += words

    def refuse(*args: object) -> None:
        raise ValueError("a document type is not allowed")

    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = start, end, text
    parser.StartDoctypeDeclHandler = refuse
    try:
        parser.Parse(body, True)
    except ExpatError as error:
        raise ValueError(str(error)) from error
    return top.inside[0]


def write_xml(name: str, inside: Iterable[Pair]) -> bytes:
    """Write a document."""
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{_written(name, tuple(inside))}\n'.encode()


def _written(name: str, inside: "str | int | Sequence[Pair]") -> str:
    if isinstance(inside, str | int):
        return f"<{name}>{escape(str(inside), quote=False)}</{name}>"
    return f"<{name}>{''.join(_written(*pair) for pair in inside)}</{name}>"
