"""Clears up behind a demo that was killed. Run as `python -m gateway.caretaker FOLDER`, with a pipe from the demo as standard input.

The pipe closes when the demo ends, however it ends. A demo that ended in order took its folder with it, and there is nothing to do.
"""

import shutil
import sys
from pathlib import Path


def main() -> None:
    """Wait for the demo's end, then end the servers in its folder and remove it."""
    folder = Path(sys.argv[1])
    sys.stdin.buffer.read()
    if not folder.is_dir():
        return
    import asyncio

    try:
        asyncio.run(_stop_servers(folder))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


async def _stop_servers(folder: Path) -> None:
    """Use the servers, and leave them as the last who does: that ends them."""
    from gateway.engine import EngineSettings, engine

    async with engine(EngineSettings(data_dir=folder)):
        pass


if __name__ == "__main__":
    main()
