"""Verification's row of the operation table."""

from amss.features.verification import service
from amss.features.verification.model import Verification, VerificationQuery
from amss.foundation.access import Permission
from amss.foundation.operation import Kind, Operation

OPERATIONS = (
    Operation(
        "GET /audit-logs/verify",
        "Verify the audit trail and the signed checks",
        Permission.READ_AUDIT,
        service.show_verification,
        kind=Kind.READ,
        query=VerificationQuery,
        answers=Verification,
        rpc="AuditService/VerifyAuditLogs",
    ),
)
