"""A local server that behaves like the Shopify Admin GraphQL API: part of the product, and independent of the adapter.

`north` is a large general store (profile "large"), `loft` a shop of few products with many variants each ("variants"). "small" and "odd"
serve tests: 40 orders, and everything integrations rarely expect. `sizes` takes orders, products, variants_per_product, customers and
locations; `options` takes scopes, bucket, restore, until and job_seconds. Kinds of the control route's rows: order, product, customer,
inventory.
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
