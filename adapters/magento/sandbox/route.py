"""One operation of the API: which path it fits, whom it lets in, and who answers.

A template's parameters are named as in the official description; those that end in `id` are whole numbers. In a queued call of many the
path says `by<Name>` in a parameter's place, and the bodies say what belongs there.
"""

from collections.abc import Callable
from dataclasses import dataclass

from adapters.magento.sandbox.calls import Answer, Call
from adapters.magento.sandbox.errors import refusal
from adapters.magento.sandbox.settings import Settings
from adapters.magento.sandbox.site import Site

INVENTORY = "/V1/inventory/"
RETURNS = "Magento_Rma::rma_manage"
TEXTS = frozenset({"{bulkUuid}"})


@dataclass(frozen=True, slots=True)
class Route:
    """One operation; `template` as the official description writes it, `service` as the platform's own code names it."""

    method: str
    template: str
    resource: str
    handler: Callable[[Site, Call], Answer]
    service: str = ""

    @property
    def topic(self) -> str:
        """The name under which it is queued."""
        return f"async.{self.service.replace(chr(92), '.').replace('::', '.')}.{self.method}".lower()

    def named(self) -> tuple[str, ...]:
        """Return the segments of its path in a queued call of many."""
        own = self.template.strip("/").split("/")
        return tuple(f"by{part[1].upper()}{part[2:-1]}" if part.startswith("{") else part for part in own)

    def fits(self, segments: tuple[str, ...]) -> tuple[str, ...] | None:
        """Return the path's parameters when the path is this route's, else None."""
        own = self.template.strip("/").split("/")
        if len(own) != len(segments):
            return None
        parts = []
        for name, segment in zip(own, segments, strict=True):
            if name.startswith("{"):
                parts.append(segment)
            elif name != segment:
                return None
        return tuple(parts)

    def check(self, parts: tuple[str, ...]) -> None:
        """ApiError 400 when a parameter that is a number is given as something else."""
        names = [name for name in self.template.split("/") if name.startswith("{")]
        for name, part in zip(names, parts, strict=True):
            if name.lower().endswith("id}") and name not in TEXTS and not part.isdecimal():
                raise refusal("type", value=part, type="int")

    def served_by(self, settings: Settings) -> bool:
        """Tell whether a store has this route: not every edition has all modules."""
        if self.template.startswith(INVENTORY):
            return settings.msi
        if self.resource == RETURNS:
            return settings.commerce or settings.cloud
        return not (settings.cloud and self.template == "/V1/directory/currency")
