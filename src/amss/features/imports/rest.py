"""Imports' rows of the operation table."""

from amss.features.imports import service
from amss.features.imports.model import ImportOut, ImportQuery, ImportRowOut, ImportRowQuery, NewImport
from amss.foundation.access import Permission
from amss.foundation.operation import Kind, Operation

OPERATIONS = (
    Operation(
        "POST /imports/csv",
        "Import a CSV file",
        Permission.MANAGE_IMPORTS,
        service.submit,
        kind=Kind.UPLOAD,
        body=NewImport,
        answers=ImportOut,
        status=202,
        idempotent=True,
    ),
    Operation(
        "GET /imports",
        "List the imports",
        Permission.READ_IMPORTS,
        service.search,
        kind=Kind.READ,
        query=ImportQuery,
        lists=ImportOut,
    ),
    Operation(
        "GET /imports/{import_id}",
        "Show an import and its progress",
        Permission.READ_IMPORTS,
        service.get,
        kind=Kind.READ,
        answers=ImportOut,
    ),
    Operation(
        "GET /imports/{import_id}/rows",
        "List the rows of an import and what is wrong with them",
        Permission.READ_IMPORTS,
        service.rows,
        kind=Kind.READ,
        query=ImportRowQuery,
        lists=ImportRowOut,
    ),
)
