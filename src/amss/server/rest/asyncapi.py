"""The contract of what AMSS sends: an AsyncAPI 3.0 document made from the catalogue of events."""

from typing import Any

import msgspec

from amss import __version__
from amss.features.webhooks.publishing import STREAM_NAME
from amss.journal.event_types import EventType
from amss.journal.outbox import CLOUD_EVENTS_JSON
from amss.server.event_catalogue import envelope_of, event_shapes
from amss.server.operations import API_BASE

_REF = "#/components/schemas/{name}"
_WAYS = {
    "webhooks": (None, "The URL that an endpoint was registered with, one event a request, signed."),
    "feed": (f"{API_BASE}/events/stream", "Server-sent events; an event's data is the message."),
    "stream": (STREAM_NAME, "The Redis stream of this name; field `event` is the message. For all organizations."),
}


def asyncapi_document() -> dict[str, Any]:
    """Return the whole document."""
    messages = {event.value: {"$ref": f"#/components/messages/{event.value}"} for event in EventType}
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "AMSS events",
            "version": __version__,
            "description": "Every change as a CloudEvent 1.0. An event may come more than once, under the same `id`.",
            "license": {"name": "Apache-2.0"},
        },
        "defaultContentType": CLOUD_EVENTS_JSON,
        "channels": {
            name: {"address": address, "description": text, "messages": messages}
            for name, (address, text) in _WAYS.items()
        },
        "operations": {
            f"send_to_{name}": {"action": "send", "channel": {"$ref": f"#/channels/{name}"}} for name in _WAYS
        },
        "components": {"messages": {event.value: _message(event) for event in EventType}, "schemas": _schemas()},
    }


def _schemas() -> dict[str, Any]:
    _, schemas = msgspec.json.schema_components(event_shapes(), ref_template=_REF)
    return schemas


def _message(event: EventType) -> dict[str, Any]:
    return {
        "name": event.value,
        "contentType": CLOUD_EVENTS_JSON,
        "payload": envelope_of(event, _REF),
        "x-permission": event.reads.value,
    }
