"""The audit trail's row of the operation table."""

from amss.features.audit import service
from amss.features.audit.model import AuditEntryOut, AuditQuery
from amss.foundation.access import Permission
from amss.foundation.operation import Kind, Operation

OPERATIONS = (
    Operation(
        "GET /audit-logs",
        "List what was done, by whom, before and after",
        Permission.READ_AUDIT,
        service.search,
        kind=Kind.READ,
        query=AuditQuery,
        lists=AuditEntryOut,
    ),
)
