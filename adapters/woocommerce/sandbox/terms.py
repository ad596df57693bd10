"""Categories, tags and brands: they are named by id in a product, listed by name, and made where one is missing."""

import html
from collections.abc import Iterable
from typing import Any

from adapters.woocommerce.sandbox import lists, parameters
from adapters.woocommerce.sandbox.bodies import check, text, whole
from adapters.woocommerce.sandbox.calls import Answer, Call
from adapters.woocommerce.sandbox.errors import refusal
from adapters.woocommerce.sandbox.seed.catalogue import slug_of
from adapters.woocommerce.sandbox.site import NO_CATEGORY, Site
from adapters.woocommerce.sandbox.table import Head, Row

OF_CATEGORY: Row = {"parent": 0, "display": "default", "image": None, "menu_order": 0}


def list_terms(site: Site, call: Call) -> Answer:
    """GET products/categories, products/tags and products/brands."""
    values = parameters.read(call.query, parameters.TERMS)
    kind, tests = _kind(call), lists.common_tests(values)
    if values["search"]:
        needle = html.escape(values["search"], quote=False).lower()
        tests.append(lambda head: needle in head.label.lower() or needle in head.mark)
    if values["slug"]:
        tests.append(lambda head: head.mark == values["slug"])
    heads = [Head(term["id"], 0, 0, label=term["name"], mark=term["slug"]) for term in site.terms[kind].values()]
    found = lists.arranged(lists.matching(heads, tests), values)
    return lists.paged(found, call, values, lambda head: _shown(site, call, kind, site.terms[kind][head.id]))


def create_term(site: Site, call: Call) -> Answer:
    """POST to one of those lists; a name that is there already is answered with the id it has."""
    check(call.body, {"name": "string", "slug": "string"}, ["name"])
    kind, given = _kind(call), text(call.body["name"]).strip()
    name = html.escape(given, quote=False)
    known = next((term for term in site.terms[kind].values() if term["name"].lower() == name.lower()), None)
    if known:
        raise refusal("term", resource_id=known["id"])
    term: Row = {"id": next(site.serials), "name": name, "slug": slug_of(text(call.body.get("slug")) or given)}
    site.terms[kind][term["id"]] = term
    return Answer(_shown(site, call, kind, term), 201, {"Location": call.link(f"{call.path}/{term['id']}")})


def terms_of(site: Site, kind: str, given: Iterable[Any]) -> list[Row]:
    """Return the terms a product is given by their ids; unknown ones are passed over, and no product is without a category."""
    known = site.terms[kind]
    rows = [dict(known[number]) for one in given if isinstance(one, dict) and (number := whole(one.get("id"))) in known]
    return rows or ([dict(NO_CATEGORY)] if kind == "categories" else [])


def _kind(call: Call) -> str:
    return call.path.rpartition("/")[2]


def _shown(site: Site, call: Call, kind: str, term: Row) -> Row:
    count = sum(term["id"] in {one["id"] for one in site.products.row(product)[kind]} for product in site.products.heads)
    own = OF_CATEGORY if kind == "categories" else {}
    links = {"self": [{"href": call.link(f"{call.path}/{term['id']}")}], "collection": [{"href": call.link(call.path)}]}
    return {**term, **own, "description": "", "count": count, "_links": links}
