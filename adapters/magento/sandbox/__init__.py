"""A local Magento 2: the REST API of a shop with its integration's signatures, searches and quirks, over invented stores.

Profiles: `outfitter` (four years of orders, two currencies, several warehouses), `curious` (everything unusual), `small` (for tests).
`sizes` overrides `orders`, `products`, `customers`, and `variants`: how many the largest product has.

Credentials: `consumer_key`, `consumer_secret`, `access_token`, `access_token_secret` of an integration; `username`, `password` of an
admin; `client_id`, `client_secret`, `org_id` of an application in the cloud edition.

Options, all optional; a number of 0 switches a limit off:

- `backorders`: False refuses a shipment of more pieces than lie at its source; else what lies there goes below zero
- `bearer`: the integration's token alone is taken, too (as in a shop that allows it)
- `cloud`: the hosted edition: no `/rest` in paths, the store view in a header, tokens from `/ims/token/v3`, a limit of requests
- `commerce`: the paid edition, which has returns; `msi`: False for a shop without the inventory modules
- `consumer`: False lets whatever is queued lie open for good; `job_seconds` (0.3) is how long it lies otherwise
- `denied`: resources that the integration may not reach; `verifier`: what completes the activation of an integration
- `default_page_size`, `max_page_size`: off unless set; `repeat_last_page`: pages past the end show the last one again, as older shops do
- `thin_lists`: lists leave out what shops may keep for the single read (variants, a shipment's source)
- `encoded_slashes`: the host takes %2F in paths, which most refuse
- `max_entities`, `max_async_entities`: how many entries a list in a request may have, at once or queued: off unless set
- `requests_per_second`: 0 unless set, 10 in the cloud; `workers` (8): requests under way at once, the host answers more with 503
- `generous`: no limit of any of these kinds
"""

from adapters.kit.sandbox import Sandbox, SandboxStore
from adapters.magento.sandbox.app import make_app

SANDBOX = Sandbox(
    make_app,
    (
        SandboxStore(
            "summit",
            "Summit Outfitters",
            "outfitter",
            {
                "consumer_key": "ck5077170000000000000000000000aa",
                "consumer_secret": "cs5077170000000000000000000000bb",
                "access_token": "at5077170000000000000000000000cc",
                "access_token_secret": "as5077170000000000000000000000dd",
            },
        ),
        SandboxStore(
            "quill",
            "Quill Curiosities",
            "curious",
            {
                "consumer_key": "ck0a1110000000000000000000000011",
                "consumer_secret": "cs0a1110000000000000000000000022",
                "access_token": "at0a1110000000000000000000000033",
                "access_token_secret": "as0a1110000000000000000000000044",
            },
            options={"commerce": True, "thin_lists": True, "repeat_last_page": True, "max_page_size": 300, "default_page_size": 20},
        ),
    ),
)
