"""The rows of the operation table for extensions of due items."""

from amss.features.aircraft.rules import AircraftRetired
from amss.features.due import extensions
from amss.features.due.extension_model import (
    ExtensionOut,
    ExtensionQuery,
    ExtensionsOfDueItemQuery,
    NewExtension,
    Rejection,
)
from amss.features.due.extension_rules import AirworthinessLimitation, ExtensionDecided, ExtensionPending
from amss.foundation.access import Permission
from amss.foundation.operation import Kind, Operation, Precondition

OPERATIONS = (
    Operation(
        "POST /due-items/{due_item_id}/extensions",
        "Ask that a limit may go past due",
        Permission.REQUEST_EXTENSIONS,
        extensions.request,
        body=NewExtension,
        answers=ExtensionOut,
        status=201,
        idempotent=True,
        rpc="DueItemService/RequestExtension",
        refuses=(AirworthinessLimitation, ExtensionPending, AircraftRetired),
    ),
    Operation(
        "GET /due-items/{due_item_id}/extensions",
        "List the extensions of a due item",
        Permission.READ_EXTENSIONS,
        extensions.search_of_due_item,
        kind=Kind.READ,
        query=ExtensionsOfDueItemQuery,
        lists=ExtensionOut,
        rpc="DueItemService/ListDueItemExtensions",
    ),
    Operation(
        "POST /due-items/{due_item_id}/extensions/{extension_id}/approve",
        "Let a limit go past due",
        Permission.DECIDE_EXTENSIONS,
        extensions.approve,
        answers=ExtensionOut,
        idempotent=True,
        precondition=Precondition.OPTIONAL,
        rpc="DueItemService/ApproveExtension",
        refuses=(ExtensionDecided, AircraftRetired),
    ),
    Operation(
        "POST /due-items/{due_item_id}/extensions/{extension_id}/reject",
        "Refuse to let a limit go past due",
        Permission.DECIDE_EXTENSIONS,
        extensions.reject,
        body=Rejection,
        answers=ExtensionOut,
        idempotent=True,
        precondition=Precondition.OPTIONAL,
        rpc="DueItemService/RejectExtension",
        refuses=(ExtensionDecided, AircraftRetired),
    ),
    Operation(
        "GET /due-item-extensions",
        "List the register of extensions",
        Permission.READ_EXTENSIONS,
        extensions.search,
        kind=Kind.READ,
        query=ExtensionQuery,
        lists=ExtensionOut,
        rpc="DueItemService/ListExtensions",
    ),
)
