"""Finds the platforms: each folder beside `kit` is one. Adding a folder adds a platform; no list is kept anywhere."""

import importlib
import pkgutil
from functools import cache

import adapters
from adapters.kit.port import Platform
from adapters.kit.sandbox import Sandbox


@cache
def platforms() -> dict[str, Platform]:
    """Map each platform's folder name to what its folder exports."""
    return {name: importlib.import_module(f"adapters.{name}").PLATFORM for name in names()}


@cache
def names() -> tuple[str, ...]:
    """Return the names of all platforms, sorted."""
    return tuple(sorted(found.name for found in pkgutil.iter_modules(adapters.__path__) if found.ispkg and found.name != "kit"))


def sandbox(name: str) -> Sandbox:
    """Return a platform's sandbox; its code is loaded only when asked for."""
    found: Sandbox = importlib.import_module(f"adapters.{name}.sandbox").SANDBOX
    return found
