"""The fleet's rows of the operation table; what programs follow (taking in, editing) stands with them."""

from amss.features.aircraft import service
from amss.features.aircraft.model import AircraftOut, AircraftQuery
from amss.foundation.access import Permission
from amss.foundation.operation import Kind, Operation

OPERATIONS = (
    Operation(
        "GET /aircraft",
        "List the fleet",
        Permission.READ_AIRCRAFT,
        service.search,
        kind=Kind.READ,
        query=AircraftQuery,
        lists=AircraftOut,
    ),
    Operation(
        "GET /aircraft/{aircraft_id}",
        "Show one aircraft",
        Permission.READ_AIRCRAFT,
        service.get,
        kind=Kind.READ,
        answers=AircraftOut,
    ),
)
