"""Words that invented people, places and goods are made of."""

FIRST_NAMES = (
    "Alda", "Bram", "Cosima", "Dario", "Elowen", "Fintan", "Greta", "Hollis", "Isolde", "Jorun", "Kasimir", "Linnea", "Marlow",
    "Nerys", "Osric", "Perrin", "Quilla", "Roswitha", "Soren", "Tamsin", "Ulla", "Viggo", "Wilma", "Xanthe", "Yorick", "Zelda",
)  # fmt: skip

LAST_NAMES = (
    "Ashgrove", "Birchwhistle", "Copperpot", "Dapplewood", "Emberlake", "Fernquill", "Gorsefield", "Hazelmoor", "Inkwell",
    "Junipertree", "Kettlebrook", "Larkspurton", "Mossbank", "Nettleford", "Oakhollow", "Pebblecreek", "Quincewater", "Rowanberry",
    "Saltmarsh", "Thistledew", "Underhillock", "Violetdale", "Willowmere", "Yarrowgate",
)  # fmt: skip

COMPANIES = ("Fable & Finch Ltd", "Paper Lantern Works", "Tin Whistle Trading", "Blue Kettle Kitchen")

STREETS = ("Larch Lane", "Copper Row", "Juniper Street", "Harbour Walk", "Old Mill Road", "Quarry Hill", "Orchard Way", "Station Square")

# country code → (country, dialling code, ((city, province, province code, postal code), …))
PLACES: dict[str, tuple[str, str, tuple[tuple[str, str | None, str | None, str], ...]]] = {
    "US": (
        "United States",
        "+1602555",
        (("Pinecrest", "Arizona", "AZ", "85001"), ("Cedar Bluff", "California", "CA", "94016"), ("Northport", "New York", "NY", "10001")),
    ),
    "CA": ("Canada", "+1613555", (("Maple Ridge", "Ontario", "ON", "K1A 0B1"), ("Saint-Aubin", "Quebec", "QC", "H2X 1Y4"))),
    "GB": ("United Kingdom", "+44770090", (("Little Wick", "England", "ENG", "AB1 2CD"), ("Glen Tarn", "Scotland", "SCT", "EF3 4GH"))),
    "DE": ("Germany", "+4930555", (("Tannenfeld", None, None, "10115"), ("Seehausen", None, None, "80331"))),
    "FR": ("France", "+3315550", (("Port-Clair", None, None, "44000"), ("Montfleur", None, None, "69001"))),
    "NL": ("Netherlands", "+3120555", (("Waterdam", None, None, "1011 AB"),)),
    "JP": ("Japan", "+8135550", (("Sakuragaoka", "Tōkyō", "JP-13", "100-0001"), ("Minatomachi", "Ōsaka", "JP-27", "530-0001"))),
    "KW": ("Kuwait", "+965555", (("Salmiya Gardens", None, None, "20004"),)),
    "IN": ("India", "+9111555", (("Neemgarh", "Maharashtra", "MH", "400001"),)),
}

# shop's country → where its buyers live, first one most often
BUYERS = {"US": ("US", "US", "US", "US", "CA", "GB"), "DE": ("DE", "DE", "DE", "FR", "NL"), "JP": ("JP", "JP", "US", "KW", "IN")}

MATERIALS = ("Wool", "Linen", "Canvas", "Oak", "Copper", "Ceramic", "Felt", "Cork", "Cotton", "Walnut")
GOODS = (
    ("Scarf", "Accessories", "sc"), ("Beanie", "Accessories", "be"), ("Mug", "Kitchen", "mu"), ("Tray", "Kitchen", "tr"),
    ("Lantern", "Home", "la"), ("Blanket", "Home", "bl"), ("Satchel", "Bags", "sa"), ("Tote", "Bags", "to"),
    ("Shirt", "Apparel", "sh"), ("Jacket", "Apparel", "ja"), ("Stool", "Furniture", "st"), ("Shelf", "Furniture", "sf"),
)  # fmt: skip
LOOKS = ("Classic", "Alpine", "Harbour", "Meadow", "Nordic", "Prairie", "Dusk", "Ember", "Frost", "Grove", "Summit", "Tidal", "Willow")
VENDORS = ("North & Pine", "Loft Apparel", "Kettle Works", "Fern & Co", "Blue Anchor")
COLOURS = ("Blue", "Red", "Green", "Black", "Sand", "Plum", "Slate", "Ivory", "Rust", "Moss")
SIZES = ("XXS", "XS", "S", "M", "L", "XL", "2XL", "3XL", "4XL", "5XL")
ODD_TITLES = ("🧣 Winter Joy 🎄", "وشاح صوفي", "צעיף צמר", "Ünïcødé <b>&amp;</b> Stöol", "  spaced  ", "零钱包 限定", "A" * 200)
PRODUCT_TAGS = ("bestseller", "clearance", "gift", "handmade", "limited", "new", "summer", "winter")
CUSTOMER_TAGS = ("newsletter", "vip", "wholesale", "loyalty-gold")
ORDER_TAGS = ("gift-wrap", "priority", "b2b", "subscription", "checked")
CARRIERS = ("UPS", "FedEx", "DHL Express", "Royal Heron Post")
