"""The stores that run for real, from the environment; without them every test here is skipped."""

import os
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
import pytest_asyncio

from tests.live.live import Live, reading, settings, trust


@pytest_asyncio.fixture(scope="session")
async def woocommerce(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Live]:
    """Return the shop of LIVE_WOOCOMMERCE_URL, _KEY and _SECRET, over HTTPS; _CA names a file with its certificate authority."""
    url, key, secret = settings("LIVE_WOOCOMMERCE_URL", "LIVE_WOOCOMMERCE_KEY", "LIVE_WOOCOMMERCE_SECRET")
    if not url.startswith("https://"):
        pytest.skip("LIVE_WOOCOMMERCE_URL is no https address: over plain HTTP the shop takes signed requests only")
    authority = os.environ.get("LIVE_WOOCOMMERCE_CA")
    ca_file = Path(authority) if authority else None
    raw = httpx.AsyncClient(base_url=f"{url}/wp-json/wc/v3/", auth=(key, secret), verify=trust(ca_file), timeout=60)
    credentials = {"consumer_key": key, "consumer_secret": secret}
    async with reading("woocommerce", url, credentials, raw, tmp_path_factory.mktemp("engine"), ca_file) as live:
        yield live


@pytest_asyncio.fixture(scope="session")
async def magento(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Live]:
    """Return the shop of LIVE_MAGENTO_URL and _TOKEN, an access token that the shop takes by itself."""
    url, token = settings("LIVE_MAGENTO_URL", "LIVE_MAGENTO_TOKEN")
    headers = {"authorization": f"Bearer {token}", "accept": "application/json"}
    raw = httpx.AsyncClient(base_url=f"{url}/rest/V1/", headers=headers, timeout=60)
    async with reading("magento", url, {"access_token": token}, raw, tmp_path_factory.mktemp("engine")) as live:
        yield live
