"""The rows of the operation table for due items, and for what they follow: aircraft, flying, programs."""

from amss.features.aircraft.model import AircraftChange, AircraftOut, NewAircraft
from amss.features.aircraft.rules import AircraftRetired, TailNumberTaken
from amss.features.due import assignments, export, flying, following, last_done, preview, service
from amss.features.due.assignments import AlreadyAssigned
from amss.features.due.last_done_model import DueItemChange
from amss.features.due.list_model import BesideDueItems, DueItemExportQuery, DueItemQuery, DueItemsOfAircraftQuery
from amss.features.due.model import AssignmentOut, AssignmentQuery, DueItemDetail, DueItemOut, NewAssignment
from amss.features.due.preview_rules import RevisionPreview
from amss.features.programs.model import NewProgram, ProgramChange, ProgramOut
from amss.features.programs.rules import CounterMissing, NotAssignedByHand, ProgramCodeTaken, ProgramInUse
from amss.features.utilization import service as utilization
from amss.features.utilization.model import (
    FleetUtilizations,
    NewUtilization,
    UtilizationEntryOut,
    UtilizationQuery,
)
from amss.features.utilization.rules import UnusualUtilization
from amss.foundation.access import Permission
from amss.foundation.operation import Kind, Operation, Precondition

OPERATIONS = (
    Operation(
        "POST /aircraft",
        "Take an aircraft into the fleet",
        Permission.MANAGE_AIRCRAFT,
        following.add_aircraft,
        body=NewAircraft,
        answers=AircraftOut,
        status=201,
        idempotent=True,
        refuses=(TailNumberTaken, CounterMissing),
    ),
    Operation(
        "PATCH /aircraft/{aircraft_id}",
        "Edit an aircraft",
        Permission.MANAGE_AIRCRAFT,
        following.edit_aircraft,
        body=AircraftChange,
        answers=AircraftOut,
        precondition=Precondition.OPTIONAL,
        refuses=(TailNumberTaken, CounterMissing),
    ),
    Operation(
        "POST /aircraft/{aircraft_id}/utilization",
        "Enter what an aircraft flew",
        Permission.RECORD_UTILIZATION,
        flying.record_flown,
        body=NewUtilization,
        answers=UtilizationEntryOut,
        status=201,
        idempotent=True,
        refuses=(AircraftRetired, UnusualUtilization),
    ),
    Operation(
        "GET /aircraft/{aircraft_id}/utilization",
        "List what an aircraft flew",
        Permission.READ_AIRCRAFT,
        utilization.search,
        kind=Kind.READ,
        query=UtilizationQuery,
        lists=UtilizationEntryOut,
    ),
    Operation(
        "POST /utilization:batch",
        "Enter what many aircraft flew, each entry judged for itself",
        Permission.RECORD_UTILIZATION,
        flying.record_each_flown,
        kind=Kind.BATCH,
        body=FleetUtilizations,
        idempotent=True,
    ),
    Operation(
        "POST /maintenance-programs",
        "Set up a maintenance program",
        Permission.MANAGE_PROGRAMS,
        following.create_program,
        body=NewProgram,
        answers=ProgramOut,
        status=201,
        idempotent=True,
        refuses=(ProgramCodeTaken, AircraftRetired, CounterMissing),
    ),
    Operation(
        "PATCH /maintenance-programs/{program_id}",
        "Edit a maintenance program",
        Permission.MANAGE_PROGRAMS,
        following.edit_program,
        body=ProgramChange,
        answers=ProgramOut,
        precondition=Precondition.OPTIONAL,
        refuses=(CounterMissing,),
    ),
    Operation(
        "DELETE /maintenance-programs/{program_id}",
        "Delete a maintenance program",
        Permission.MANAGE_PROGRAMS,
        following.delete_program,
        status=204,
        precondition=Precondition.OPTIONAL,
        refuses=(ProgramInUse,),
    ),
    Operation(
        "POST /maintenance-programs/{program_id}/preview",
        "Show what an edit of a maintenance program would change of what is due; nothing is changed",
        Permission.MANAGE_PROGRAMS,
        preview.preview,
        body=ProgramChange,
        answers=RevisionPreview,
        idempotent=True,
    ),
    Operation(
        "GET /maintenance-programs/{program_id}/assignments",
        "List the aircraft under a maintenance program",
        Permission.READ_PROGRAMS,
        assignments.search,
        kind=Kind.READ,
        query=AssignmentQuery,
        lists=AssignmentOut,
    ),
    Operation(
        "POST /maintenance-programs/{program_id}/assignments",
        "Put an aircraft under a maintenance program by hand",
        Permission.MANAGE_PROGRAMS,
        assignments.assign,
        body=NewAssignment,
        answers=AssignmentOut,
        status=201,
        idempotent=True,
        refuses=(AlreadyAssigned, NotAssignedByHand, AircraftRetired, CounterMissing),
    ),
    Operation(
        "DELETE /maintenance-programs/{program_id}/assignments/{aircraft_id}",
        "Take an aircraft from under a maintenance program",
        Permission.MANAGE_PROGRAMS,
        assignments.unassign,
        status=204,
        refuses=(NotAssignedByHand, ProgramInUse),
    ),
    Operation(
        "GET /due-items",
        "List what is due",
        Permission.READ_PROGRAMS,
        service.search,
        kind=Kind.READ,
        query=DueItemQuery,
        lists=DueItemOut,
        beside=BesideDueItems,
    ),
    Operation(
        "GET /due-items.csv",
        "Export what is due",
        Permission.READ_PROGRAMS,
        export.export,
        kind=Kind.EXPORT,
        query=DueItemExportQuery,
        media_types=("text/csv",),
    ),
    Operation(
        "GET /due-items/{due_item_id}",
        "Show one due item and how it was computed",
        Permission.READ_PROGRAMS,
        service.get,
        kind=Kind.READ,
        answers=DueItemDetail,
    ),
    Operation(
        "PATCH /due-items/{due_item_id}",
        "Set or confirm when work was last done",
        Permission.MANAGE_PROGRAMS,
        last_done.set_last_done,
        body=DueItemChange,
        answers=DueItemDetail,
        precondition=Precondition.REQUIRED,
        refuses=(AircraftRetired,),
    ),
    Operation(
        "GET /aircraft/{aircraft_id}/due-items",
        "List what is due on an aircraft",
        Permission.READ_PROGRAMS,
        service.search_of_aircraft,
        kind=Kind.READ,
        query=DueItemsOfAircraftQuery,
        lists=DueItemOut,
    ),
)
