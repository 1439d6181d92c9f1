"""The contract: an OpenAPI 3.1 document made from the operation table."""

import re
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import msgspec

from amss import __version__
from amss.features.auth.model import HeldToken, Login
from amss.features.auth.rules import PasswordChangeRequired
from amss.foundation import errors
from amss.foundation.access import GRANTS, Permission, Role
from amss.foundation.operation import Kind, Operation, Precondition
from amss.journal.event_types import EventType
from amss.journal.outbox import CLOUD_EVENTS_JSON
from amss.server.event_catalogue import envelope_of, event_shapes
from amss.server.idempotency import IdempotencyConflict, IdempotencyInProgress
from amss.server.operations import API_BASE
from amss.server.rest.batches import BatchResults
from amss.server.rest.problems import TITLES, Problem, status_of

_REF = "#/components/schemas/{name}"


def openapi_document(operations: Sequence[Operation]) -> dict[str, Any]:
    """Return the whole document."""
    shapes = [*_shapes_of(operations), *event_shapes()]
    schemas, components = msgspec.json.schema_components(shapes, ref_template=_REF)
    schema_of = dict(zip(shapes, schemas, strict=True))
    paths: dict[str, Any] = defaultdict(dict)
    for operation in operations:
        paths[API_BASE + operation.path][operation.method.lower()] = _operation(operation, schema_of)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "AMSS",
            "version": __version__,
            "summary": "Aircraft Maintenance Scheduling System",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "security": [{"bearer": []}, {"api_key": []}],
        "paths": dict(paths),
        "webhooks": {event.value: {"post": _sent(event)} for event in EventType},
        "components": {
            "schemas": components,
            "securitySchemes": {
                "bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"},
                "api_key": {"type": "apiKey", "in": "header", "name": "X-API-Key"},
            },
        },
    }


def _shapes_of(operations: Sequence[Operation]) -> list[type[msgspec.Struct]]:
    found: dict[type[msgspec.Struct], None] = {Problem: None}
    for operation in operations:
        for shape in (operation.body, _answers(operation), operation.lists, operation.beside):
            if shape is not None:
                found[shape] = None
    return list(found)


def _answers(operation: Operation) -> type[msgspec.Struct] | None:
    return BatchResults if operation.kind is Kind.BATCH else operation.answers


def _operation(operation: Operation, schema_of: dict[type[msgspec.Struct], Any]) -> dict[str, Any]:
    described: dict[str, Any] = {
        "operationId": operation.name,
        "summary": operation.does,
        "description": _who_may(operation),
        "tags": [re.split("[:.]", operation.path.split("/")[1])[0]],
        "x-permission": operation.permission.value,
        "parameters": [
            *_path_parameters(operation),
            *_query_parameters(operation),
            *_header_parameters(operation),
        ],
        "responses": {
            str(operation.status): _answer(operation, schema_of),
            **_refusals(operation, schema_of),
        },
    }
    if operation.permission is Permission.PUBLIC:
        described["security"] = []
    if operation.body is not None:
        described["requestBody"] = {"required": True, "content": _body(operation, schema_of)}
    return described


def _sent(event: EventType) -> dict[str, Any]:
    return {
        "summary": f"Sent to endpoints that subscribed to {event.value}",
        "operationId": f"send_{event.replace('.', '_')}",
        "tags": ["webhooks"],
        "security": [],
        "parameters": [
            {"name": name, "in": "header", "required": True, "schema": {"type": "string"}}
            for name in ("webhook-id", "webhook-timestamp", "webhook-signature")
        ],
        "requestBody": {"required": True, "content": {CLOUD_EVENTS_JSON: {"schema": envelope_of(event, _REF)}}},
        "responses": {
            "2XX": {"description": "Taken; anything but 2xx within 15 seconds is tried again"},
            "410": {"description": "Gone: nothing more is sent, the endpoint is disabled"},
        },
    }


def _who_may(operation: Operation) -> str:
    if operation.permission is Permission.PUBLIC:
        return "Needs no token."
    granted = GRANTS[operation.permission]
    roles = ", ".join(role.value for role in Role if role is Role.ADMIN or role in granted)
    return f"For {roles} (permission `{operation.permission}`)."


def _path_parameters(operation: Operation) -> list[dict[str, Any]]:
    return [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string", "format": "uuid"}}
        for name in re.findall(r"{(\w+)}", operation.path)
    ]


def _query_parameters(operation: Operation) -> list[dict[str, Any]]:
    if operation.query is None:
        return []
    (_,), definitions = msgspec.json.schema_components([operation.query], ref_template=_REF)
    schema = definitions[operation.query.__name__]
    parameters: list[dict[str, Any]] = []
    for name, described in schema["properties"].items():
        inlined = _inlined(described, definitions)
        parameters.append(
            {
                "name": name,
                "in": "query",
                "required": name in schema.get("required", ()),
                "description": inlined.pop("description", ""),
                "schema": inlined,
            }
        )
    return parameters


def _inlined(schema: Any, definitions: dict[str, Any]) -> Any:
    """Return a schema with its references written out: parameters stand for themselves."""
    if isinstance(schema, dict):
        if "$ref" in schema:
            return dict(definitions[schema["$ref"].rpartition("/")[2]])
        return {key: _inlined(value, definitions) for key, value in schema.items()}
    if isinstance(schema, list):
        return [_inlined(item, definitions) for item in schema]
    return schema


def _header_parameters(operation: Operation) -> list[dict[str, Any]]:
    headers: list[tuple[str, bool, str]] = []
    if operation.idempotent:
        headers.append(("Idempotency-Key", False, "Repeats of a request with the same key get its first answer."))
    if operation.precondition is not Precondition.NONE:
        headers.append(
            ("If-Match", operation.precondition is Precondition.REQUIRED, "The ETag of the version meant.")
        )
    if operation.kind is Kind.STREAM:
        headers.append(("Last-Event-ID", False, "The id of the event heard last; it counts more than `after`."))
    if operation.body in (Login, HeldToken):
        headers.append(("X-Session", False, "`cookie`: the refresh token travels in an HttpOnly cookie alone."))
    return [
        {
            "name": name,
            "in": "header",
            "required": required,
            "description": text,
            "schema": {"type": "string"},
        }
        for name, required, text in headers
    ]


def _body(operation: Operation, schema_of: dict[type[msgspec.Struct], Any]) -> dict[str, Any]:
    assert operation.body is not None
    schema = schema_of[operation.body]
    if operation.kind is not Kind.UPLOAD:
        return {"application/json": {"schema": schema}}
    file = {"type": "object", "properties": {"file": {"type": "string", "contentMediaType": "text/csv"}}}
    return {"multipart/form-data": {"schema": {"allOf": [schema, {**file, "required": ["file"]}]}}}


def _answer(operation: Operation, schema_of: dict[type[msgspec.Struct], Any]) -> dict[str, Any]:
    if operation.lists is not None:
        page: dict[str, Any] = {
            "type": "object",
            "properties": {
                "items": {"type": "array", "items": schema_of[operation.lists]},
                "next_cursor": {"type": ["string", "null"]},
                "total": {"type": "integer", "description": "Only with `count=true`."},
            },
            "required": ["items", "next_cursor"],
        }
        schema = page if operation.beside is None else {"allOf": [page, schema_of[operation.beside]]}
        return {"description": "A page", "content": {"application/json": {"schema": schema}}}
    if operation.kind is Kind.STREAM:
        described = (
            "Each event's data is the JSON described here, its id the place in the feed; `: here` is a heartbeat"
        )
        assert operation.answers is not None
        content = {each: {"schema": schema_of[operation.answers]} for each in operation.media_types}
        return {"description": described, "content": content}
    if operation.media_types:
        file = {"schema": {"type": "string"}}
        return {"description": "A file, streamed", "content": dict.fromkeys(operation.media_types, file)}
    if (answers := _answers(operation)) is None:
        return {"description": "Done"}
    return {"description": "Done", "content": {"application/json": {"schema": schema_of[answers]}}}


def _refusals(operation: Operation, schema_of: dict[type[msgspec.Struct], Any]) -> dict[str, Any]:
    codes: dict[int, list[str]] = defaultdict(list)
    for refusal in (*_usual_refusals(operation), *operation.refuses):
        if refusal.code not in codes[status_of(refusal)]:
            codes[status_of(refusal)].append(refusal.code)
    problem = {"application/problem+json": {"schema": schema_of[Problem]}}
    return {
        str(status): {"description": f"{TITLES[status]}: {', '.join(names)}", "content": problem}
        for status, names in sorted(codes.items())
    }


def _usual_refusals(operation: Operation) -> list[type[errors.Refusal]]:
    """Return what any operation of its kind may refuse with, apart from its own refusals."""
    usual: list[type[errors.Refusal]] = [
        errors.Malformed,
        errors.NotAcceptable,
        errors.RateLimited,
        errors.Unavailable,
    ]
    if operation.permission is not Permission.PUBLIC:
        usual += [errors.Unauthenticated, errors.Forbidden]
        if not operation.path.startswith("/auth/"):
            usual.append(PasswordChangeRequired)
    if "{" in operation.path:
        usual.append(errors.NotFound)
    if operation.body is not None:
        usual += [errors.Invalid, errors.TooLarge, errors.UnsupportedMediaType]
    elif operation.query is not None:
        usual.append(errors.Invalid)
    if operation.idempotent:
        usual += [IdempotencyConflict, IdempotencyInProgress]
    if operation.precondition is not Precondition.NONE:
        usual.append(errors.PreconditionFailed)
    if operation.precondition is Precondition.REQUIRED:
        usual.append(errors.PreconditionRequired)
    return usual
