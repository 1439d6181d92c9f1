"""Which gRPC method is which operation: the services' descriptors, joined with the operation table."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from google.protobuf.descriptor import ServiceDescriptor
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass

from amss.features.aircraft.rpc import SERVICE as AIRCRAFT
from amss.features.audit.rpc import SERVICE as AUDIT
from amss.features.compliance.rpc import SERVICE as COMPLIANCE
from amss.features.due.rpc import SERVICE as DUE_ITEMS
from amss.features.events.rpc import SERVICE as EVENTS
from amss.features.parts.rpc import SERVICE as INVENTORY
from amss.features.programs.rpc import SERVICE as PROGRAMS
from amss.features.tasks.rpc import SERVICE as TASKS
from amss.features.webhooks.rpc import SERVICE as WEBHOOKS
from amss.foundation.operation import Kind, Operation
from amss.server.operations import OPERATIONS

SERVICES: tuple[ServiceDescriptor, ...] = (
    AIRCRAFT,
    PROGRAMS,
    DUE_ITEMS,
    TASKS,
    INVENTORY,
    COMPLIANCE,
    WEBHOOKS,
    EVENTS,
    AUDIT,
)


@dataclass(frozen=True)
class RpcMethod:
    """One method: its full name, its messages, the operation it runs, and what its name says of the body."""

    name: str
    request: type[Message]
    response: type[Message]
    operation: Operation
    says: Mapping[str, str] = field(default_factory=dict[str, str])

    @property
    def streams(self) -> bool:
        """Whether it answers part by part."""
        return self.operation.kind in (Kind.EXPORT, Kind.STREAM)

    @cached_property
    def ids(self) -> list[str]:
        """The request's fields that are the path's ids over REST, in their order."""
        return re.findall(r"{(\w+)}", self.operation.path)


def rpc_methods() -> Iterator[RpcMethod]:
    """Yield every method of every service; one without an operation is a fault of the program."""
    operations = dict(_named())
    for service in SERVICES:
        for method in service.methods:
            yield RpcMethod(
                f"{service.full_name}/{method.name}",
                GetMessageClass(method.input_type),
                GetMessageClass(method.output_type),
                *operations[f"{service.name}/{method.name}"],
            )


def _named() -> Iterator[tuple[str, tuple[Operation, Mapping[str, str]]]]:
    """Yield each method's name, the operation behind it, and what the name says of the body."""
    for operation in OPERATIONS:
        if operation.rpc is not None:
            yield operation.rpc, (operation, {})
        for name, says in operation.rpc_steps.items():
            yield name, (operation, says)
