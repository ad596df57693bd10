"""The site's clock: how instants are shown, and how a date filter is read, oddities included."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo

SHAPE = re.compile(r"\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}(:\d{2})?)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class SiteClock:
    """The time zone a shop owner chose; instants are whole seconds since 1970 UTC."""

    zone: ZoneInfo

    def local(self, instant: int | None) -> str | None:
        """Show an instant as the site's wall clock, without an offset."""
        return None if instant is None else _shown(instant, self.zone)

    def gmt(self, instant: int | None) -> str | None:
        """Show an instant in UTC, without an offset."""
        return None if instant is None else _shown(instant, UTC)

    def offset_hours(self, now: datetime) -> float:
        """Return the site's distance from UTC at that time, in hours."""
        distance = now.astimezone(self.zone).utcoffset()
        return distance.total_seconds() / 3600 if distance else 0.0

    def bound(self, text: str, *, dates_are_gmt: bool) -> int:
        """Read a date filter as an instant. ValueError when the text has no time or is no date.

        A text with an offset is first turned into the site's wall clock, whatever column it is then compared with: together with
        `dates_are_gmt` the comparison is wrong by the site's offset, as on a real site.
        """
        if not SHAPE.fullmatch(text):
            raise ValueError(text)
        moment = datetime.fromisoformat(text.upper()).replace(microsecond=0)
        wall = moment.astimezone(self.zone) if moment.tzinfo else moment
        return int(wall.replace(tzinfo=UTC if dates_are_gmt else self.zone).timestamp())


def instant_of(text: str) -> int:
    """Read an ISO time, UTC when it names no offset, as an instant."""
    moment = datetime.fromisoformat(text)
    return int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp())


def _shown(instant: int, zone: tzinfo) -> str:
    return datetime.fromtimestamp(instant, zone).replace(tzinfo=None).isoformat()
