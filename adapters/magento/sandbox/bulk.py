"""What is answered when something is queued, and to those who ask what became of it."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import orjson

from adapters.magento.sandbox.answers import list_rows
from adapters.magento.sandbox.bodies import settled, snake
from adapters.magento.sandbox.calls import Answer, Call
from adapters.magento.sandbox.dates import shown
from adapters.magento.sandbox.errors import refusal
from adapters.magento.sandbox.queue import REJECTED, Bulk, Operation, Work
from adapters.magento.sandbox.route import Route
from adapters.magento.sandbox.site import Site
from adapters.magento.sandbox.table import Row

FIELDS = ("id", "bulk_uuid", "topic_name", "status", "start_time")


def enqueue(site: Site, route: Route, call: Call, sent: Any, *, many: bool) -> Answer:
    """Accept a call to be done later: one, or `many`, whose path says `by<Name>` and whose bodies hold what belongs there."""
    entities = sent if many and isinstance(sent, list) else [sent]
    jobs = [(entity, _work(site, route, call, entity, many=many) if isinstance(entity, dict) else None) for entity in entities]
    if not jobs:
        raise refusal("source items")
    bulk = site.queue.accept(route.topic, call.operation, jobs)
    items = [_item(operation) for operation in bulk.operations]
    return Answer({"bulk_uuid": bulk.uuid, "request_items": items, "errors": any("error_message" in one for one in items)}, 202)


def get_status(site: Site, call: Call) -> Answer:
    """Answer GET /V1/bulk/{bulkUuid}/status."""
    bulk = _bulk(site, call)
    operations = [{"id": one.id, "status": one.status, "result_message": one.message, "error_code": one.error} for one in bulk.operations]
    return Answer({"operations_list": operations, **_head(bulk)})


def get_detailed_status(site: Site, call: Call) -> Answer:
    """Answer GET /V1/bulk/{bulkUuid}/detailed-status."""
    bulk = _bulk(site, call)
    return Answer({"operations_list": [_full(bulk, one) for one in bulk.operations], **_head(bulk)})


def count_operations(site: Site, call: Call) -> Answer:
    """Answer GET /V1/bulk/{bulkUuid}/operation-status/{status}: how many there are; none of a bulk that is not known."""
    bulk = site.queue.bulks.get(call.parts[0])
    return Answer(sum(str(one.status) == call.parts[1] for one in bulk.operations) if bulk else 0)


def list_operations(site: Site, call: Call) -> Answer:
    """Answer GET /V1/bulk: the operations of all bulks."""
    rows: list[Row] = [
        {**_full(bulk, one), "start_time": shown(bulk.started)} for bulk in site.queue.bulks.values() for one in bulk.operations
    ]
    answer = list_rows(site, call, rows, FIELDS, lambda row: row["id"])
    items = [{"extension_attributes": {"start_time": row.pop("start_time")}, **row} for row in answer.body["items"] or ()]
    return replace(answer, body={**answer.body, "items": items})


def _work(site: Site, route: Route, call: Call, entity: Mapping[str, Any], *, many: bool) -> Work:
    if not many:
        return lambda: route.handler(site, call)
    names = [name.strip("{}") for name in route.template.split("/") if name.startswith("{")]
    parts = tuple(_named(entity, name) for name in names)
    route.check(parts)
    body = {name: value for name, value in settled(entity).items() if name not in names}
    return lambda: route.handler(site, replace(call, parts=parts, body=body))


def _named(entity: Mapping[str, Any], name: str) -> str:
    """Return what belongs in a path, from beside the body's object or from inside of it."""
    places = [entity, *(value for value in entity.values() if isinstance(value, dict))]
    for place in places:
        for known in (name, snake(name), *(("id",) if place is not entity else ())):
            if place.get(known) is not None:
                return str(place[known])
    raise refusal("required", fieldName=name)


def _item(operation: Operation) -> Row:
    if operation.status == REJECTED:
        return {"id": operation.place, "status": "rejected", "error_message": operation.message, "error_code": 0}
    return {"id": operation.place, "data_hash": operation.digest, "status": "accepted"}


def _bulk(site: Site, call: Call) -> Bulk:
    bulk = site.queue.bulks.get(call.parts[0])
    if bulk is None:
        raise refusal("bulk", bulkUuid=call.parts[0])
    return bulk


def _head(bulk: Bulk) -> Row:
    count = len(bulk.operations)
    owner = {"user_type": 1, "user_id": None}
    start = shown(bulk.started)
    return {"bulk_id": bulk.uuid, "description": f"Topic {bulk.topic}", "start_time": start, "operation_count": count, **owner}


def _full(bulk: Bulk, operation: Operation) -> Row:
    meta = orjson.dumps(operation.sent).decode()
    return {
        "id": operation.id,
        "bulk_uuid": bulk.uuid,
        "topic_name": bulk.topic,
        "serialized_data": orjson.dumps({"entity_id": None, "entity_link": "", "meta_information": meta}).decode(),
        "result_serialized_data": operation.result,
        "status": operation.status,
        "result_message": operation.message,
        "error_code": operation.error,
    }
