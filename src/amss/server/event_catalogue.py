"""The catalogue of events for those who listen: of each type what its `data` is, as JSON Schema, and who may read it.

The names are in `journal/event_types.py`; here stands which shape each tells of.
"""

from functools import cache
from typing import Any

import msgspec

from amss.features.aircraft.model import AircraftOut
from amss.features.audit.seals import SealOut
from amss.features.auth.api_key_model import ApiKeyOut
from amss.features.compliance.model import ComplianceItemOut
from amss.features.due.extension_model import ExtensionOut
from amss.features.due.model import DueItemOut
from amss.features.events.model import CloudEvent
from amss.features.imports.model import ImportOut
from amss.features.organizations.model import OrganizationOut, PolicyOut
from amss.features.parts.model import PartDefinitionOut, PartItemOut
from amss.features.parts.reservation_model import ReservationOut
from amss.features.programs.model import ProgramOut
from amss.features.tasks.model import TaskOut
from amss.features.users.model import UserOut
from amss.features.utilization.model import RecordedOut
from amss.features.webhooks.model import WebhookOut
from amss.foundation.access import Permission
from amss.foundation.operation import Kind, Operation
from amss.foundation.reading import Reader, Shown
from amss.journal.event_types import Action, EventType

_FAMILIES: dict[str, type[msgspec.Struct]] = {
    "organization": OrganizationOut,
    "policy": PolicyOut,
    "user": UserOut,
    "api_key": ApiKeyOut,
    "webhook": WebhookOut,
    "aircraft": AircraftOut,
    "program": ProgramOut,
    "due_item": DueItemOut,
    "task": TaskOut,
    "part_definition": PartDefinitionOut,
    "part": PartItemOut,
    "compliance": ComplianceItemOut,
    "import": ImportOut,
    "audit": SealOut,
}
# What is told of something else than its family.
_OTHERS: dict[EventType, type[msgspec.Struct]] = {
    EventType.AIRCRAFT_UTILIZATION_RECORDED: RecordedOut,
    EventType.PROGRAM_GENERATION_FAILED: DueItemOut,  # the one that could not be planned
    EventType.DUE_ITEM_EXTENSION_REQUESTED: ExtensionOut,
    EventType.DUE_ITEM_EXTENSION_REJECTED: ExtensionOut,
    EventType.DUE_ITEM_EXTENDED: ExtensionOut,
    EventType.DUE_ITEM_EXTENSION_ENDED: ExtensionOut,
    EventType.PART_RESERVED: ReservationOut,
    EventType.PART_RELEASED: ReservationOut,
    EventType.PART_USED: ReservationOut,
    EventType.PART_LOW_STOCK: PartDefinitionOut,
}
_TOLD_WHOLE = (Action.CREATE, Action.DELETE)
_CHANGES: list[tuple[str, Any, Any]] = [
    ("changed", tuple[str, ...] | msgspec.UnsetType, msgspec.UNSET),
    ("previous", dict[str, Any] | msgspec.UnsetType, msgspec.UNSET),
    ("reason", str | msgspec.UnsetType, msgspec.UNSET),
]


class EventTypeOut(msgspec.Struct, frozen=True, kw_only=True):
    """A type of event: what an audit row calls the act, which permission reads it, and the schema of its `data`."""

    type: str
    action: Action
    permission: Permission
    data: dict[str, Any]


class EventTypesOut(msgspec.Struct, frozen=True, kw_only=True):
    """All types of events."""

    items: tuple[EventTypeOut, ...]


@cache
def data_of(event: EventType) -> type[msgspec.Struct]:
    """Return the shape of an event's `data`: the thing after the change and, of a change, what it was before."""
    shape = _OTHERS.get(event) or _FAMILIES[event.split(".")[0]]
    name = "".join(word.capitalize() for word in event.replace(".", "_").split("_")) + "Data"
    known = {each.name for each in msgspec.structs.fields(shape)}
    more = [] if event.action in _TOLD_WHOLE else [each for each in _CHANGES if each[0] not in known]
    return msgspec.defstruct(name, more, bases=(shape,), frozen=True, kw_only=True, forbid_unknown_fields=True)


def event_shapes() -> list[type[msgspec.Struct]]:
    """Return the shape of the envelope, and of every event's data."""
    return [CloudEvent, *map(data_of, EventType)]


def envelope_of(event: EventType, ref_template: str) -> dict[str, Any]:
    """Return the schema of one type of event with its envelope, by references to the shapes."""
    data = {"$ref": ref_template.format(name=data_of(event).__name__)}
    said = {"type": "object", "properties": {"type": {"const": event.value}, "data": data}}
    return {"allOf": [{"$ref": ref_template.format(name=CloudEvent.__name__)}, said]}


@cache
def event_types() -> bytes:
    """Return the catalogue as JSON."""
    items = (
        EventTypeOut(
            type=event.value, action=event.action, permission=event.reads, data=msgspec.json.schema(data_of(event))
        )
        for event in EventType
    )
    return msgspec.json.encode(EventTypesOut(items=tuple(items)))


async def list_event_types(_reader: Reader) -> Shown:
    """List what can happen: every type of event with the schema of its data."""
    return Shown(event_types())


OPERATIONS = (
    Operation(
        "GET /event-types",
        "List every type of event with the schema of its data and the permission to read it",
        Permission.SIGNED_IN,
        list_event_types,
        kind=Kind.READ,
        answers=EventTypesOut,
        rpc="EventService/ListEventTypes",
    ),
)
