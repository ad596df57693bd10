"""A local Amazon: the Selling Partner API of some sellers' accounts, with its tokens, usage plans and quirks, over invented stores.

Below a store's path lie the API and the token endpoint (`/auth/o2/token`). Credentials: `client_id`, `client_secret`,
`refresh_token`, `seller_id`. Profiles: `history` (two years of orders in North America), `odd` (Europe, everything unusual),
`small` (for tests). `sizes` overrides `orders`, `products`, `locations` (supply sources), and `variations`: how many children the first
product has. Options, all optional:

- `generous`: true for buckets that never run dry; `speed`: how many times faster buckets refill; `rates`: {"getOrder": [rate, burst]}.
- `roles`: what the application may see, of listing, orders, shipping (addresses, phones, mail), tax (names), finance; default all.
- `marketplaces`: ids of one region; `discount_sign`: -1 (default) or 1, as nobody knows which way discounts are written.
- `lag_seconds`: until a search for orders shows a change (default 120, also how far in the past a window must end at least).
- `report_seconds`: how long a report takes (default 20).
- `write_seconds`: until an accepted change of a listing is made (default 0.3); `feed_seconds`: how long a feed takes (default 0.3).
"""

from adapters.amazon.sandbox.app import make_app
from adapters.kit.sandbox import Sandbox, SandboxStore


def _credentials(name: str, seller_id: str) -> dict[str, str]:
    return {
        "client_id": f"amzn1.application-oa2-client.{name}",
        "client_secret": f"amzn1.oa2-cs.v1.{name}-secret",
        "refresh_token": f"Atzr|{name}-refresh",
        "seller_id": seller_id,
    }


SANDBOX = Sandbox(
    make_app,
    (
        SandboxStore("cedar", "Cedar Outfitters", "history", _credentials("cedar", "A1CEDAR0000001")),
        SandboxStore("fjord", "Fjord & Fell", "odd", _credentials("fjord", "A2FJORD0000002")),
    ),
)
