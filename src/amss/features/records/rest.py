"""The maintenance record's rows of the operation table."""

from amss.features.records import service
from amss.features.records.model import BesideEntries, EntryOut, RecordFileQuery, RecordQuery
from amss.foundation.access import Permission
from amss.foundation.operation import Kind, Operation

OPERATIONS = (
    Operation(
        "GET /aircraft/{aircraft_id}/maintenance-record",
        "Show the maintenance record of an aircraft",
        Permission.READ_TASKS,
        service.show,
        kind=Kind.READ,
        query=RecordQuery,
        lists=EntryOut,
        beside=BesideEntries,
    ),
    Operation(
        "GET /aircraft/{aircraft_id}/maintenance-record.csv",
        "Take the maintenance record of an aircraft as CSV",
        Permission.EXPORT_RECORDS,
        service.export_csv,
        kind=Kind.EXPORT,
        query=RecordFileQuery,
        media_types=("text/csv",),
    ),
    Operation(
        "GET /aircraft/{aircraft_id}/maintenance-record.html",
        "Take the maintenance record of an aircraft as a page to print",
        Permission.EXPORT_RECORDS,
        service.export_page,
        kind=Kind.EXPORT,
        query=RecordFileQuery,
        media_types=("text/html",),
    ),
)
