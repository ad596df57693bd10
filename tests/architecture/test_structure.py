"""The shape of the project: what the import contracts can't say."""

import ast
import importlib
from pathlib import Path

import pytest

from adapters.kit.registry import names, platforms
from gateway.capabilities import markdown
from resolvers.api import make_schema

ROOT = Path(__file__).parents[2]
CORE = sorted(
    path
    for folder in ("schema", "resolvers", "gateway", "adapters/kit")
    for path in (ROOT / folder).rglob("*")
    if path.suffix in {".py", ".lua", ".graphql"} and path.name != "schema.graphql"
)
ADAPTERS = sorted((ROOT / "adapters").glob("*/**/*.py"))
SANDBOXES = sorted((ROOT / "adapters").glob("*/sandbox/**/*.py"))


@pytest.mark.parametrize("path", CORE, ids=lambda path: str(path.relative_to(ROOT)))
def test_core_names_no_platform(path: Path) -> None:
    """Neither code, string nor comment of the core mentions a platform by name."""
    text = path.read_text().lower()

    assert [] == [name for name in names() if name in text]


@pytest.mark.parametrize("path", ADAPTERS, ids=lambda path: str(path.relative_to(ROOT)))
def test_adapters_know_the_kit_and_the_kit_knows_no_adapter(path: Path) -> None:
    own = path.relative_to(ROOT).parts[1]
    imported = {name.split(".")[1] for name in _imports(path) if name.startswith("adapters.")}

    assert set() == imported - {own, "kit"}


@pytest.mark.parametrize("path", SANDBOXES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_sandbox_shares_no_code_with_the_project(path: Path) -> None:
    """A mistake of an adapter must not repeat itself in the server that tests it."""
    own = ".".join(path.relative_to(ROOT).parts[:3])
    imported = {name for name in _imports(path) if name.split(".")[0] in {"adapters", "resolvers", "schema", "gateway"}}

    assert set() == {name for name in imported if not name.startswith(own) and name != "adapters.kit.sandbox"}


@pytest.mark.parametrize("name", names())
def test_a_platform_is_named_as_its_folder(name: str) -> None:
    assert name == platforms()[name].manifest.name


@pytest.mark.parametrize("name", ["gateway", "resolvers", "adapters", "schema"])
def test_packages_come_from_this_tree(name: str) -> None:
    """Packages of the same names exist on the public index."""
    assert ROOT / name == Path(str(importlib.import_module(name).__file__)).parent


def test_the_printed_schema_is_what_the_code_makes() -> None:
    """The difference is the review: run `make schema`."""
    assert (ROOT / "schema" / "schema.graphql").read_text() == make_schema().as_str() + "\n"


def test_the_readmes_table_of_platforms_is_what_the_code_says() -> None:
    """Paste what `cartograph platforms --markdown` prints."""
    assert markdown() in (ROOT / "README.md").read_text()


def test_everything_in_the_schema_is_described() -> None:
    types = [each for name, each in make_schema()._schema.type_map.items() if not name.startswith("__")]
    bare = [each.name for each in types if not each.description]
    for each in types:
        for kind in ("fields", "values"):
            members = getattr(each, kind, {})
            bare += [f"{each.name}.{name}" for name, member in members.items() if not member.description]

    assert [] == bare


def _imports(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            found.add(node.module)
    return found
