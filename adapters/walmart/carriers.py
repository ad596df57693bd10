"""The carriers a shipment may name. Reads show any name; what is written has to stand on Walmart's list, or brings its own address."""

import re

# Every word of the list; any other carrier is sent as another one, with the address at which its parcels can be followed.
CARRIERS = (
    "UPS", "USPS", "FedEx", "Airborne", "OnTrac", "DHL Ecommerce - US", "DHL", "LS", "UDS", "UPSMI", "FDX", "PILOT", "ESTES", "SAIA",
    "FDS Express", "Seko Worldwide", "HIT Delivery", "FEDEXSP", "RL Carriers", "Metropolitan Warehouse & Delivery", "China Post",
    "YunExpress", "Yellow Freight Sys", "AIT Worldwide Logistics", "Chukou1", "Sendle", "Landmark Global", "Sunyou", "Yanwen", "4PX", "GLS",
    "OSM Worldwide", "FIRST MILE", "AM Trucking", "CEVA", "India Post", "SF Express", "CNE", "TForce Freight", "AxleHire", "LSO",
    "Royal Mail", "ABF Freight System", "WanB", "Roadrunner Freight", "Meyer Distribution", "AAA Cooper", "Canada Post",
    "Southeastern Freight Lines", "Japan Post", "Correos de Mexico", "XPO Logistics", "JD Logistics", "YDH", "JCEX", "Flyt",
    "Deutsche Post", "Better Trucks", "Asendia", "SFC", "UBI", "ePost Global", "YF Logistics", "RXO", "Estes Express", "Shypmax",
    "WIN.IT America", "PITT OHIO", "PostNord Sweden", "Equick", "Whistl", "Tusou", "Shiprocket", "DTDC", "PTS",
)  # fmt: skip
# The names people and other platforms use for carriers on the list.
OTHER_NAMES = {
    "federalexpress": "FedEx",
    "fedexsmartpost": "FEDEXSP",
    "lasership": "LS",
    "uniteddeliveryservice": "UDS",
    "unitedparcelservice": "UPS",
    "unitedstatespostalservice": "USPS",
    "upsmailinnovations": "UPSMI",
    "dhlecommerce": "DHL Ecommerce - US",
    "dhlexpress": "DHL",
}


def carrier_of(name: str) -> str | None:
    """Return the list's word for a carrier, however it is spelt; None when it is not on the list."""
    key = _key(name)
    return _KNOWN.get(key) or OTHER_NAMES.get(key)


def _key(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.casefold())


_KNOWN = {_key(name): name for name in CARRIERS}
