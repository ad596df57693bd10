"""What a route is given."""

from dataclasses import dataclass

from starlette.datastructures import Headers, QueryParams

from adapters.walmart.sandbox.errors import Api, ApiError, invalid


@dataclass(frozen=True, slots=True)
class Call:
    """One request that found its route: `argument` is the part of the path that varies, decoded, `now` the second it came in."""

    api: Api
    argument: str
    query: QueryParams
    headers: Headers
    now: int
    body: bytes = b""
    operation: str = ""

    def text(self, name: str) -> str:
        """Return a parameter, "" when it is not there."""
        return self.query.get(name, "")

    def number(self, name: str, default: int, most: int, least: int = 0) -> int:
        """Return a whole number. ApiError 400 for anything else, or one out of bounds."""
        given = self.query.get(name)
        if given is None:
            return default
        if not given.isascii() or not given.isdigit() or not least <= int(given) <= most:
            raise invalid(self.api, name)
        return int(given)

    def flag(self, name: str) -> bool:
        """Return a true or false. ApiError 400 for anything else."""
        given = self.query.get(name, "false")
        if given not in {"true", "false"}:
            raise invalid(self.api, name)
        return given == "true"

    def choice(self, name: str, known: tuple[str, ...], default: str = "") -> str:
        """Return one of the known words. ApiError 400 for another."""
        given = self.query.get(name, default)
        if given and given not in known:
            raise invalid(self.api, name)
        return given

    def needed(self, name: str) -> str:
        """Return a parameter that must be there. ApiError 400 without it."""
        given = self.text(name)
        if not given:
            raise ApiError(400, "MISSING_REQUEST_PARAM", f"The parameter '{name}' is required.", self.api, name)
        return given
