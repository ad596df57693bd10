"""The platforms' official descriptions: where they lie, what is patched in them, and which of them describes a request."""

import gzip
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.support.shared import shared

Json = dict[str, Any]

# Folder and file names below a platform's facts.
FILES: dict[str, tuple[str, str]] = {
    "amazon": ("spec/models", "*.json"),
    "ebay": ("spec", "*_oas3.json.gz"),
    "magento": ("spec", "admin-2.4.9.subset.json.gz"),
    "walmart": ("spec", "walmart_us_mp_*.json.gz"),
}
# What stands before the described paths, where the description does not say it, or says it for one case only.
BASES: dict[str, str] = {"magento": r"/rest(?:/(?!V1/)[^/]+)?"}
# Paths that were renamed since their description was written: the new name, and the described one.
RENAMED: dict[str, dict[str, str]] = {"walmart": {"/v3/wfs/inventory": "/v3/fulfillment/inventory"}}
PARAMETER = re.compile(r"\\\{[^{}/]+\\\}")


@dataclass(frozen=True, slots=True)
class Description:
    """One description: its file as Prism reads it, the pattern of what stands before its paths, and its routes."""

    name: str
    file: Path
    base: re.Pattern[str]
    routes: tuple[tuple[re.Pattern[str], frozenset[str]], ...]

    def place(self, method: str, path: str) -> str | None:
        """Return the path without its base, None when this describes no such request."""
        found = self.base.match(path)
        rest = path[found.end() :] if found else ""
        return rest if any(method in methods and route.fullmatch(rest) for route, methods in self.routes) else None


def descriptions(platform: str, folder: Path) -> list[Description]:
    """Write a platform's patched descriptions into a folder; skips the test when there are none here."""
    where, names = FILES[platform]
    patches_file = shared(platform, "spec") / "patches.json"
    patches: dict[str, list[Json]] = json.loads(patches_file.read_bytes()) if patches_file.exists() else {}
    return [_description(platform, file, patches, folder) for file in sorted(shared(platform, where).glob(names))]


def _description(platform: str, file: Path, patches: dict[str, list[Json]], folder: Path) -> Description:
    name = file.name.removesuffix(".gz")
    document = json.loads(gzip.decompress(file.read_bytes()) if file.suffix == ".gz" else file.read_bytes())
    for operation in patches.get(name, ()):
        _patch(document, operation)
    written = folder / f"{platform}-{name}"
    written.write_text(json.dumps(document))
    routes = tuple((_route(path), frozenset(word.upper() for word in item)) for path, item in document["paths"].items())
    return Description(name, written, re.compile(BASES.get(platform) or _base(document)), routes)


def _route(path: str) -> re.Pattern[str]:
    return re.compile(PARAMETER.sub("[^/]+", re.escape(path)))


def _base(document: Json) -> str:
    """Return what its first server has in its address behind the host; Prism serves the paths without it."""
    variables = document.get("servers", [{}])[0].get("variables", {})
    return re.escape(str(variables.get("basePath", {}).get("default", "")))


def _patch(document: Json, operation: Json) -> None:
    """Apply one step of a JSON patch (RFC 6902)."""
    above, last = _parent(document, operation["path"])
    if operation["op"] == "move":
        source, name = _parent(document, operation["from"])
        above[last] = source.pop(name)
    elif operation["op"] == "remove":
        del above[last]
    else:
        above[last] = operation["value"]


def _parent(document: Json, pointer: str) -> tuple[Json, str]:
    """Return the object a pointer's last step is taken from, and that step; no patch here points into a list."""
    steps: Sequence[str] = [step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:]]
    found = document
    for step in steps[:-1]:
        found = found[step]
    return found, steps[-1]
