"""The rows of the operation table for due items, and for what they follow: aircraft, flying, programs."""

from amss.features.aircraft.model import AircraftChange, AircraftOut, NewAircraft
from amss.features.aircraft.rules import AircraftRetired, TailNumberTaken
from amss.features.due import flying, following, service
from amss.features.due.model import (
    DueItemDetail,
    DueItemOut,
    DueItemQuery,
    DueItemsOfAircraftQuery,
)
from amss.features.programs.model import NewProgram, ProgramChange, ProgramOut
from amss.features.programs.rules import ProgramCodeTaken, ProgramInUse
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
        refuses=(TailNumberTaken,),
    ),
    Operation(
        "PATCH /aircraft/{aircraft_id}",
        "Edit an aircraft",
        Permission.MANAGE_AIRCRAFT,
        following.edit_aircraft,
        body=AircraftChange,
        answers=AircraftOut,
        precondition=Precondition.OPTIONAL,
        refuses=(TailNumberTaken,),
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
        refuses=(ProgramCodeTaken, AircraftRetired),
    ),
    Operation(
        "PATCH /maintenance-programs/{program_id}",
        "Edit a maintenance program",
        Permission.MANAGE_PROGRAMS,
        following.edit_program,
        body=ProgramChange,
        answers=ProgramOut,
        precondition=Precondition.OPTIONAL,
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
        "GET /due-items",
        "List what is due",
        Permission.READ_PROGRAMS,
        service.search,
        kind=Kind.READ,
        query=DueItemQuery,
        lists=DueItemOut,
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
        "GET /aircraft/{aircraft_id}/due-items",
        "List what is due on an aircraft",
        Permission.READ_PROGRAMS,
        service.search_of_aircraft,
        kind=Kind.READ,
        query=DueItemsOfAircraftQuery,
        lists=DueItemOut,
    ),
)
