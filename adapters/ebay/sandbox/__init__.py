"""A local eBay: the Sell, Commerce, Developer and Post-Order paths of a seller, with their tokens, quotas and quirks.

All hosts of the platform are one here: `/<store>/identity/v1/oauth2/token`, `/<store>/sell/fulfillment/v1/order` and so on.
Profiles: `collector` (4,200 orders of single pieces in US dollars), `parts` (1,300 orders of goods with many variants in pounds, by a
seller whom eBay asks for digital signatures), `small` (for tests). `sizes` overrides `orders`, `products`, `variants` (of the largest
group), `buyers` and `locations`. Options, all optional: `generous` (no quota is ever used up), `quotas` (calls per window by resource,
as {"sell.inventory": 3}), `scopes` (consented, by short names), `signatures` (whether in-scope calls must be signed; default: by
marketplace), `immutable_usernames`, `until` (ISO date at which the history ends; all of it moves along), `job_seconds` (how long money
takes, 0.3), `refunds` (how they end: "REFUNDED" or "FAILED"), `revisions` (of a listing a day, 250), `write_seconds` (how long a write
holds its SKU or group against others, 0.01), `one_sku` (the bulk write of prices and quantities takes one element). Credentials: client_id,
client_secret, refresh_token, and for the consent flow ru_name with code. Kinds of the control route's rows: order, product, credentials.
"""

from adapters.ebay.sandbox.app import make_app
from adapters.kit.sandbox import Sandbox, SandboxStore

SANDBOX = Sandbox(
    make_app,
    (
        SandboxStore(
            "attic",
            "Attic & Sons",
            "collector",
            {
                "client_id": "Attic-Catalogue-SBX-0a1b2c3d4-00000001",
                "client_secret": "SBX-0a1b2c3d4e5f-attic-0001",
                "refresh_token": "v^1.1#i^1#p^3#r^1#I^3#f^0#attic-sandbox-refresh",
            },
        ),
        SandboxStore(
            "garage",
            "Garage Twelve",
            "parts",
            {
                "client_id": "Garage-Parts-SBX-0a1b2c3d4-00000002",
                "client_secret": "SBX-0a1b2c3d4e5f-garage-0002",
                "refresh_token": "v^1.1#i^1#p^3#r^1#I^3#f^0#garage-sandbox-refresh",
            },
        ),
    ),
)
