"""The page a browser gets at the GraphQL endpoint: Strawberry's GraphiQL, with our examples and, if wished, a key filled in."""

import json
from pathlib import Path

from strawberry.http.ides import get_graphql_ide_html

EXAMPLES = Path(__file__).with_name("examples.graphql").read_text(encoding="utf-8")
PLACEHOLDER = "<your key>"

_STRAWBERRYS = get_graphql_ide_html(graphql_ide="graphiql")
_TITLE = "<title>Strawberry GraphiQL</title>"
_LOADING = ">Loading...<"
_QUERY_START = "const EXAMPLE_QUERY = `"
_QUERY_END = "`;"
_HEADERS = "React.useState(parameters.headers)"

_SLOW = "Loading GraphiQL… The page takes its scripts from a public CDN; without a way there, send queries with any other client."


class PageError(Exception):
    """Strawberry's page is not the one this module was written for."""


def page(key: str | None) -> str:
    """Return the page; `key` stands in its Authorization header, None leaves the header out. Raises PageError."""
    html = _replaced(_STRAWBERRYS, _TITLE, "<title>Cartograph</title>")
    html = _replaced(html, _LOADING, f">{_SLOW}<")
    before, start, rest = html.partition(_QUERY_START)
    _, end, after = rest.partition(_QUERY_END)
    if not start or not end:
        raise PageError(f"There is no {_QUERY_START!r} in Strawberry's page.")
    html = f"{before}const EXAMPLE_QUERY = {_quoted(EXAMPLES)};{after}"
    if key is None:
        return html
    headers = json.dumps({"Authorization": f"Bearer {key}"}, indent=2)
    return _replaced(html, _HEADERS, f"React.useState(parameters.headers || {_quoted(headers)})")


def _replaced(html: str, old: str, new: str) -> str:
    if html.count(old) != 1:
        raise PageError(f"Strawberry's page should have {old!r} exactly once.")
    return html.replace(old, new)


def _quoted(text: str) -> str:
    """Return a text as JavaScript that can stand inside a script element."""
    return json.dumps(text).replace("<", "\\u003c")
