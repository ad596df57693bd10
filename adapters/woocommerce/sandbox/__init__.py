"""A local WooCommerce: the REST API v3 of a shop with its keys, filters and quirks, over invented stores.

Profiles: `history` (six years of orders), `odd` (everything unusual), `small` (for tests). `sizes` overrides `orders`, `products`,
`customers`, and `variations`: how many the largest product has. Options, all optional: `timezone` (IANA name), `currency`, `version`
(default 11.0.1; older ones lack routes), `fulfillments` (the shipments feature), `shipment_tracking` (the plugin of that name; default
off), `manage_stock` (the shop-wide switch; off, stock writes are ignored), `permissions` (read, write, read_write), `latency_ms`,
`max_concurrent` (default 6; the host answers more with 503).

Not served: new orders, and changes to the lines of one.
"""

from adapters.kit.sandbox import Sandbox, SandboxStore
from adapters.woocommerce.sandbox.app import make_app

SANDBOX = Sandbox(
    make_app,
    (
        SandboxStore(
            "harbor",
            "Harbor Coffee",
            "history",
            {
                "consumer_key": "ck_c0ffee0000000000000000000000000000000000",
                "consumer_secret": "cs_c0ffee0000000000000000000000000000000000",
            },
        ),
        SandboxStore(
            "kiosk",
            "Kiosk Oddities",
            "odd",
            {
                "consumer_key": "ck_0dd1000000000000000000000000000000000000",
                "consumer_secret": "cs_0dd1000000000000000000000000000000000000",
            },
        ),
    ),
)
