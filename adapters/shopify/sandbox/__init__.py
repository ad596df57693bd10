"""A local server that behaves like the Shopify Admin GraphQL API, for reading: part of the product, and independent of the adapter.

`north` is a large general store, `loft` a shop of few products with many variants each. The profiles "small" and "odd" serve tests.
"""

from adapters.kit.sandbox import Sandbox, SandboxStore
from adapters.shopify.sandbox.app import make_app

SANDBOX = Sandbox(
    make_app,
    (
        SandboxStore(
            "north",
            "North & Pine",
            "large",
            {"access_token": "shpat_north_sandbox", "client_id": "north-client", "client_secret": "north-secret"},
        ),
        SandboxStore(
            "loft",
            "Loft Apparel",
            "variants",
            {"access_token": "shpat_loft_sandbox", "client_id": "loft-client", "client_secret": "loft-secret"},
        ),
    ),
)
