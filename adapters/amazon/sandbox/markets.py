"""The marketplaces of the platform: their country, money, language, and how they tax."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Market:
    """One marketplace; `rate` is how many of its smallest units a US cent buys, in hundredths, `tax` hundredths of a percent.

    With `inclusive` the prices contain the tax, and no tax is shown beside them.
    """

    id: str
    country: str
    name: str
    region: str
    currency: str
    language: str
    rate: int
    tax: int
    inclusive: bool = True

    @property
    def decimals(self) -> int:
        """How many decimals its money has."""
        return 0 if self.currency == "JPY" else 2

    @property
    def domain(self) -> str:
        """Its public site."""
        return f"www.{self.name.lower()}"

    def text(self, minor: int) -> str:
        """Write an amount in smallest units as the platform does: "19.99", "-4.00", "5980"."""
        if not self.decimals:
            return str(minor)
        whole, rest = divmod(abs(minor), 100)
        return f"{'-' if minor < 0 else ''}{whole}.{rest:02d}"

    def number(self, minor: int) -> float:
        """Return an amount as a JSON number."""
        return minor / 100 if self.decimals else minor

    def money(self, minor: int) -> dict[str, str]:
        """Return an amount as orders and listings carry it."""
        return {"amount": self.text(minor), "currencyCode": self.currency}


_ROWS = (
    Market("ATVPDKIKX0DER", "US", "Amazon.com", "NA", "USD", "en_US", 100, 825, inclusive=False),
    Market("A2EUQ1WTGCTBG2", "CA", "Amazon.ca", "NA", "CAD", "en_CA", 136, 1300, inclusive=False),
    Market("A1AM78C64UM0Y8", "MX", "Amazon.com.mx", "NA", "MXN", "es_MX", 1830, 1600),
    Market("A2Q3Y263D00KWC", "BR", "Amazon.com.br", "NA", "BRL", "pt_BR", 540, 0),
    Market("A28R8C7NBKEWEA", "IE", "Amazon.ie", "EU", "EUR", "en_IE", 92, 2300),
    Market("A1RKKUPIHCS9HS", "ES", "Amazon.es", "EU", "EUR", "es_ES", 92, 2100),
    Market("A1F83G8C2ARO7P", "GB", "Amazon.co.uk", "EU", "GBP", "en_GB", 79, 2000),
    Market("A13V1IB3VIYZZH", "FR", "Amazon.fr", "EU", "EUR", "fr_FR", 92, 2000),
    Market("AMEN7PMS3EDWL", "BE", "Amazon.com.be", "EU", "EUR", "fr_BE", 92, 2100),
    Market("A1805IZSGTT6HS", "NL", "Amazon.nl", "EU", "EUR", "nl_NL", 92, 2100),
    Market("A1PA6795UKMFR9", "DE", "Amazon.de", "EU", "EUR", "de_DE", 92, 1900),
    Market("APJ6JRA9NG5V4", "IT", "Amazon.it", "EU", "EUR", "it_IT", 92, 2200),
    Market("A2NODRKZP88ZB9", "SE", "Amazon.se", "EU", "SEK", "sv_SE", 1050, 2500),
    Market("AE08WJ6YKNBMC", "ZA", "Amazon.co.za", "EU", "ZAR", "en_ZA", 1850, 1500),  # codespell:ignore zar
    Market("A1C3SOZRARQ6R3", "PL", "Amazon.pl", "EU", "PLN", "pl_PL", 400, 2300),
    Market("ARBP9OOSHTCHU", "EG", "Amazon.eg", "EU", "EGP", "ar_EG", 4800, 1400),
    Market("A33AVAJ2PDY3EV", "TR", "Amazon.com.tr", "EU", "TRY", "tr_TR", 3400, 2000),
    Market("A17E79C6D8DWNP", "SA", "Amazon.sa", "EU", "SAR", "ar_SA", 375, 1500),
    Market("A2VIGQ35RCS4UG", "AE", "Amazon.ae", "EU", "AED", "en_AE", 367, 500),
    Market("A21TJRUUN4KGV", "IN", "Amazon.in", "EU", "INR", "en_IN", 8400, 1800),
    Market("A19VAU5U5O7RUS", "SG", "Amazon.sg", "FE", "SGD", "en_SG", 134, 900),
    Market("A39IBJ37TRP1C6", "AU", "Amazon.com.au", "FE", "AUD", "en_AU", 150, 1000),
    Market("A1VC38T7YXB528", "JP", "Amazon.co.jp", "FE", "JPY", "ja_JP", 150, 1000),
)
MARKETS = {market.id: market for market in _ROWS}
ELSEWHERE = "A2ZV50J4W1RKNI"  # stands on orders of other channels that Amazon fulfils; no filter takes it
FBA_CHANNELS = {"NA": "AMAZON_NA", "EU": "AMAZON_EU", "FE": "AMAZON_JP"}
LONG_MEMORY = frozenset({"JP", "AU", "SG"})  # these keep orders since 2016, all others for two years
