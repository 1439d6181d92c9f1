"""The programs' rows of the operation table; what changes what is due (setting up, editing) stands with due items."""

from amss.features.programs import service
from amss.features.programs.ata import AtaChaptersOut
from amss.features.programs.model import ProgramOut, ProgramQuery
from amss.foundation.access import Permission
from amss.foundation.operation import Kind, Operation

OPERATIONS = (
    Operation(
        "GET /maintenance-programs",
        "List maintenance programs",
        Permission.READ_PROGRAMS,
        service.search,
        kind=Kind.READ,
        query=ProgramQuery,
        lists=ProgramOut,
        rpc="ProgramService/ListPrograms",
    ),
    Operation(
        "GET /maintenance-programs/{program_id}",
        "Show one maintenance program",
        Permission.READ_PROGRAMS,
        service.get,
        kind=Kind.READ,
        answers=ProgramOut,
        rpc="ProgramService/GetProgram",
    ),
    Operation(
        "GET /ata-chapters",
        "List the ATA chapters that programs can be about",
        Permission.SIGNED_IN,
        service.ata_chapters,
        kind=Kind.READ,
        answers=AtaChaptersOut,
        rpc="ProgramService/ListAtaChapters",
        max_age=86_400,
    ),
)
