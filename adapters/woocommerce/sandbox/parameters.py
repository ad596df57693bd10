"""Query parameters: what each list takes, and the complaints about what it does not."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from starlette.datastructures import QueryParams

from adapters.woocommerce.sandbox.dates import SHAPE
from adapters.woocommerce.sandbox.errors import Complaint, bad_parameters

TRUE, FALSE = frozenset({"true", "1"}), frozenset({"false", "0", ""})


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter: `kind` names its reader below; `choices` are the words it may be, where they are fixed."""

    name: str
    kind: str = "text"
    default: Any = None
    low: int | None = None
    high: int | None = None
    choices: tuple[str, ...] = ()


class Wrong(Exception):  # noqa: N818  # it carries what is wrong, and never leaves this module
    """A value that does not fit its parameter."""

    def __init__(self, complaint: Complaint) -> None:
        super().__init__(complaint.message)
        self.complaint = complaint


DATES = tuple(Parameter(name, "date") for name in ("after", "before", "modified_after", "modified_before"))
PAGED = (
    Parameter("page", "integer", 1, low=1),
    Parameter("per_page", "integer", 10, low=1, high=100),
    Parameter("offset", "integer"),
    Parameter("include", "ids", ()),
    Parameter("exclude", "ids", ()),
    Parameter("search"),
    Parameter("context", "choice", "view", choices=("view", "edit")),
)
POSTS = (
    *PAGED,
    *DATES,
    Parameter("dates_are_gmt", "boolean", default=False),
    Parameter("order", "choice", "desc", choices=("asc", "desc")),
    Parameter("parent", "ids", ()),
    Parameter("parent_exclude", "ids", ()),
    Parameter("include_meta", "words", ()),
    Parameter("exclude_meta", "words", ()),
)
ORDER_SORTS = ("date", "modified", "id", "include", "title", "slug")
PRODUCT_SORTS = (*ORDER_SORTS, "price", "popularity", "rating", "menu_order")
STOCK = ("instock", "outofstock", "onbackorder")
ROLES = ("all", "administrator", "editor", "author", "contributor", "subscriber", "customer", "shop_manager", "wholesale_customer")
PRODUCT_STATUSES = ("any", "future", "trash", "draft", "pending", "private", "publish")

ORDERS = (
    *POSTS,
    Parameter("orderby", "choice", "date", choices=ORDER_SORTS),
    Parameter("status", "choices", ("any",)),
    Parameter("customer", "integer"),
    Parameter("product", "integer"),
    Parameter("dp", "integer"),
    Parameter("created_via", "words", ()),
)
REFUNDS = (*POSTS, Parameter("orderby", "choice", "date", choices=ORDER_SORTS), Parameter("dp", "integer"))
WARES = (
    *POSTS,
    Parameter("orderby", "choice", "date", choices=PRODUCT_SORTS),
    Parameter("status", "choice", "any", choices=PRODUCT_STATUSES),
    Parameter("sku"),
    Parameter("slug"),
    Parameter("stock_status", "choice", choices=STOCK),
    Parameter("on_sale", "boolean"),
    Parameter("min_price", "number"),
    Parameter("max_price", "number"),
)
PRODUCTS = (*WARES, Parameter("type", "choice", choices=("simple", "grouped", "external", "variable")), Parameter("category"))
CUSTOMERS = (
    *PAGED,
    Parameter("order", "choice", "asc", choices=("asc", "desc")),
    Parameter("orderby", "choice", "name", choices=("id", "include", "name", "registered_date")),
    Parameter("email"),
    Parameter("role", "choice", "customer", choices=ROLES),
)
TERMS = (
    *PAGED,
    Parameter("order", "choice", "asc", choices=("asc", "desc")),
    Parameter("orderby", "choice", "name", choices=("id", "include", "name", "slug")),
    Parameter("slug"),
)
ITEM = (Parameter("dp", "integer"), Parameter("include_meta", "words", ()), Parameter("exclude_meta", "words", ()))
NOTES = (Parameter("type", "choice", "any", choices=("any", "customer", "internal")),)


def read(query: QueryParams, known: Sequence[Parameter], choices: Mapping[str, tuple[str, ...]] | None = None) -> dict[str, Any]:
    """Return a value for every known parameter; others are ignored, as on the platform.

    `choices` are words only this store takes. Raises ApiError 400 that names every parameter that does not fit.
    """
    values, complaints = {}, {}
    for parameter in known:
        given = _given(query, parameter.name)
        if given is None:
            values[parameter.name] = parameter.default
            continue
        try:
            values[parameter.name] = READERS[parameter.kind](parameter, given, (choices or {}).get(parameter.name, parameter.choices))
        except Wrong as wrong:
            complaints[parameter.name] = wrong.complaint
    if complaints:
        raise bad_parameters(complaints)
    return values


def _given(query: QueryParams, name: str) -> list[str] | None:
    """Return the values of `name`, or of `name[]` and `name[0]`, which the server takes for lists."""
    several = [value for key, value in query.multi_items() if re.fullmatch(rf"{name}\[\d*\]", key)]
    if several:
        return several
    return [query[name]] if name in query else None


def _integer(parameter: Parameter, given: list[str], _: tuple[str, ...]) -> int:
    name, text = parameter.name, given[-1]
    if not re.fullmatch(r"-?\d+", text):
        raise Wrong(Complaint("rest_invalid_type", f"{name} is not of type integer.", {"param": name}))
    value = int(text)
    if parameter.high is not None and parameter.low is not None and not parameter.low <= value <= parameter.high:
        message = f"{name} must be between {parameter.low} (inclusive) and {parameter.high} (inclusive)"
        raise Wrong(Complaint("rest_out_of_bounds", message))
    if parameter.low is not None and value < parameter.low:
        raise Wrong(Complaint("rest_out_of_bounds", f"{name} must be greater than or equal to {parameter.low}"))
    return value


def _ids(parameter: Parameter, given: list[str], _: tuple[str, ...]) -> tuple[int, ...]:
    words = _words(parameter, given, ())
    for place, word in enumerate(words):
        if not re.fullmatch(r"-?\d+", word):
            item = f"{parameter.name}[{place}]"
            raise Wrong(Complaint("rest_invalid_type", f"{item} is not of type integer.", {"param": item}))
    return tuple(dict.fromkeys(abs(int(word)) for word in words))


def _words(_: Parameter, given: list[str], __: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(word for value in given for word in re.split(r"[\s,]+", value) if word)


def _choice(parameter: Parameter, given: list[str], choices: tuple[str, ...]) -> str:
    return _one_of(parameter.name, given[-1], choices)


def _choices(parameter: Parameter, given: list[str], choices: tuple[str, ...]) -> tuple[str, ...]:
    words = _words(parameter, given, ())
    return tuple(_one_of(f"{parameter.name}[{place}]", word, choices) for place, word in enumerate(words)) or parameter.default


def _one_of(name: str, word: str, choices: tuple[str, ...]) -> str:
    if word not in choices:
        message = f"{name} is not one of {', '.join(choices[:-1])}, and {choices[-1]}."
        raise Wrong(Complaint("rest_not_in_enum", message, {"enum": list(choices)}))
    return word


def _date(_: Parameter, given: list[str], __: tuple[str, ...]) -> str:
    try:
        if SHAPE.fullmatch(given[-1]):
            datetime.fromisoformat(given[-1].upper())
            return given[-1]
    except ValueError:
        pass
    raise Wrong(Complaint("rest_invalid_date", "Invalid date."))


def _boolean(parameter: Parameter, given: list[str], _: tuple[str, ...]) -> bool:
    word = given[-1].lower()
    if word not in TRUE | FALSE:
        raise Wrong(Complaint("rest_invalid_type", f"{parameter.name} is not of type boolean.", {"param": parameter.name}))
    return word in TRUE


def _number(_: Parameter, given: list[str], __: tuple[str, ...]) -> float:
    """A price that is no number counts as 0, as in PHP."""
    try:
        return float(given[-1])
    except ValueError:
        return 0.0


def _text(_: Parameter, given: list[str], __: tuple[str, ...]) -> str:
    return given[-1]


READERS: dict[str, Callable[[Parameter, list[str], tuple[str, ...]], Any]] = {
    "integer": _integer,
    "ids": _ids,
    "words": _words,
    "choice": _choice,
    "choices": _choices,
    "date": _date,
    "boolean": _boolean,
    "number": _number,
    "text": _text,
}
