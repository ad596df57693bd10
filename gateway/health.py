"""Tells whoever runs the gateway whether it lives and whether it can work.

`/health/live` answers as long as the process does. `/health/ready` asks both roles of the engine; a store without credentials is counted
but makes nothing unready, since the other stores go on.
"""

import asyncio
from collections.abc import Mapping, Sequence

from redis.asyncio import Redis
from redis.exceptions import RedisError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from adapters.kit.stores import StoreConfig

LIMIT_SECONDS = 1.0


def routes(roles: Mapping[str, Redis], stores: Sequence[StoreConfig]) -> list[Route]:
    """Return the health routes; `roles` are the engine's servers by name."""
    usable = sum(store.problem is None for store in stores)

    async def live(request: Request) -> Response:
        return JSONResponse({"live": True})

    async def ready(request: Request) -> Response:
        found = await asyncio.gather(*(_ping(server) for server in roles.values()))
        checks = dict(zip(roles, found, strict=True))
        fine = all(answer == "ok" for answer in found)
        checks["stores"] = f"{usable} of {len(stores)} usable"
        return JSONResponse({"ready": fine, "checks": checks}, 200 if fine else 503)

    return [Route("/health/live", live), Route("/health/ready", ready)]


async def _ping(server: Redis) -> str:
    """Return "ok", or why not, without the server's address."""
    try:
        async with asyncio.timeout(LIMIT_SECONDS):
            await server.ping()
    except TimeoutError:
        return f"no answer within {LIMIT_SECONDS:g} s"
    except (RedisError, OSError) as error:
        return f"can't be used ({type(error).__name__})"
    return "ok"
