"""The audit trail's row of the operation table."""

from amss.features.audit import export, service
from amss.features.audit.model import AuditEntryOut, AuditExportQuery, AuditQuery
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
        rpc="AuditService/ListAuditLogs",
    ),
    Operation(
        "GET /audit-logs/export",
        "Export the audit trail, complete or by filters",
        Permission.EXPORT_AUDIT,
        export.export,
        kind=Kind.EXPORT,
        query=AuditExportQuery,
        media_types=("text/csv", "application/x-ndjson"),
        rpc="AuditService/ExportAuditLogs",
    ),
)
