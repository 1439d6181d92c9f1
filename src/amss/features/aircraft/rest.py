"""The fleet's rows of the operation table.

Taking in and editing, which programs follow, stand with what is due; what asks for work (grounding, releasing,
retiring, deleting) with the tasks.
"""

from amss.features.aircraft import service
from amss.features.aircraft.model import AircraftOut, AircraftQuery
from amss.features.audit.model import HistoryEntryOut
from amss.foundation.access import Permission
from amss.foundation.operation import Kind, Operation
from amss.foundation.paging import ListQuery

OPERATIONS = (
    Operation(
        "GET /aircraft",
        "List the fleet",
        Permission.READ_AIRCRAFT,
        service.search,
        kind=Kind.READ,
        query=AircraftQuery,
        lists=AircraftOut,
        rpc="AircraftService/ListAircraft",
    ),
    Operation(
        "GET /aircraft/{aircraft_id}",
        "Show one aircraft",
        Permission.READ_AIRCRAFT,
        service.get,
        kind=Kind.READ,
        answers=AircraftOut,
        rpc="AircraftService/GetAircraft",
    ),
    Operation(
        "GET /aircraft/{aircraft_id}/history",
        "List what was done to an aircraft, by whom and why",
        Permission.READ_AIRCRAFT,
        service.search_history,
        kind=Kind.READ,
        query=ListQuery,
        lists=HistoryEntryOut,
        rpc="AircraftService/ListAircraftHistory",
    ),
)
