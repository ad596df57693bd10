"""Finds the folder of official descriptions and examples, which lies beside a checkout and is no part of the project."""

import os
from pathlib import Path

import pytest


def shared(*parts: str) -> Path:
    """Return a file or folder below the shared platform facts; skips the test when it is not there."""
    root = Path(os.environ.get("CARTOGRAPH_SHARED") or Path(__file__).parents[2].parent / "shared")
    path = root.joinpath("platforms", *parts)
    if not path.exists():
        pytest.skip(f"needs the official descriptions ({'/'.join(parts)}); set CARTOGRAPH_SHARED to their folder")
    return path
