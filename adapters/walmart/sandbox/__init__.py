"""A local Walmart Marketplace US: a seller's API with its tokens, budgets, cursors, feeds and quirks, over invented sellers.

Profiles: `steady` (half a year of orders), `odd` (everything unusual), `small` (for tests). `sizes` overrides `orders`, `products`,
`variants` (items of the largest variant group) and `buyers`. Credentials: `client_id`, `client_secret`, and for an app of a solution
provider `partner_id` and `refresh_token`. Options, all optional: `until` (ISO time, UTC: where the seeded history ends; without it the
midnight before the start), `generous` (budgets so large that nothing is throttled), `scopes` (scope -> full_access, view_only or
no_access), `authorization_codes` (each good for one token), `item_price` ("line" or "unit": what an ItemPrice of several pieces is),
`max_results` (orders one search gives, 10,000), `order_cursor_seconds` (300), `item_cursor_seconds` (120), `job_seconds` (how long a
feed takes, 0.3), `lag_seconds` (how long a single price or a retirement takes to show, 0), `latency_ms`.
"""

from adapters.kit.sandbox import Sandbox, SandboxStore
from adapters.walmart.sandbox.app import make_app

SANDBOX = Sandbox(
    make_app,
    (
        SandboxStore(
            "prairie",
            "Prairie Home Goods",
            "steady",
            {"client_id": "prairie-client-0000-4000-8000-000000000001", "client_secret": "prairie-secret-0001"},
        ),
        SandboxStore(
            "cinder",
            "Cinder & Oak Grills",
            "odd",
            {"client_id": "cinder-client-0000-4000-8000-000000000002", "client_secret": "cinder-secret-0002"},
        ),
    ),
)
