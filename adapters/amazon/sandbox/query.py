"""What a handler reads from a request's address: lists joined by commas, times, counts; anything odd is refused."""

from collections.abc import Collection

from starlette.datastructures import QueryParams

from adapters.amazon.sandbox.errors import invalid
from adapters.amazon.sandbox.instants import instant_of


class Query:
    """The query of one request. Every method raises ApiError 400 for a value the platform would refuse."""

    def __init__(self, params: QueryParams) -> None:
        self._values = dict(params)
        twice = {name for name, _ in params.multi_items() if len(params.getlist(name)) > 1}
        if twice:
            raise invalid(f"Lists are joined by commas, not repeated: {', '.join(sorted(twice))}.")

    def __contains__(self, name: str) -> bool:
        return bool(self._values.get(name))

    def items(self, *, but: Collection[str] = ()) -> dict[str, str]:
        """Return all values except some."""
        return {name: value for name, value in self._values.items() if name not in but}

    def text(self, name: str, allowed: Collection[str] = ()) -> str:
        """Return a value, "" when it is absent."""
        value = self._values.get(name, "")
        if value and allowed and value not in allowed:
            raise invalid(f"{name} must be one of {', '.join(allowed)}.")
        return value

    def words(self, name: str, allowed: Collection[str] = (), most: int = 0) -> list[str]:
        """Return a list, empty when it is absent."""
        found = [word for word in self._values.get(name, "").split(",") if word]
        strange = [word for word in found if allowed and word not in allowed]
        if strange:
            raise invalid(f"{name} does not know {', '.join(strange)}.")
        if most and len(found) > most:
            raise invalid(f"{name} takes at most {most} values.")
        return found

    def need(self, name: str) -> list[str]:
        """Return a list that must not be empty."""
        found = self.words(name)
        if not found:
            raise invalid(f"{name} is required.")
        return found

    def instant(self, name: str) -> int | None:
        """Return a time in milliseconds."""
        if name not in self:
            return None
        try:
            return instant_of(self._values[name])
        except ValueError as error:
            raise invalid(f"{name} must be a time in ISO 8601.") from error

    def number(self, name: str, default: int, most: int) -> int:
        """Return a count from 1 to `most`."""
        value = self._values.get(name) or str(default)
        if not value.isdecimal() or not 1 <= int(value) <= most:
            raise invalid(f"{name} must be between 1 and {most}.")
        return int(value)

    def flag(self, name: str) -> bool:
        """Return a switch, off when it is absent."""
        return self.text(name, ("true", "false")) == "true"
