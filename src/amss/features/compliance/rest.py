"""The rows of the operation table for reading checks."""

from amss.features.compliance import service
from amss.features.compliance.model import ComplianceItemOut, ComplianceQuery
from amss.foundation.access import Permission
from amss.foundation.operation import Kind, Operation

OPERATIONS = (
    Operation(
        "GET /compliance-items",
        "List checks, in the order in which they were made",
        Permission.READ_COMPLIANCE,
        service.search,
        kind=Kind.READ,
        query=ComplianceQuery,
        lists=ComplianceItemOut,
        rpc="ComplianceService/ListComplianceItems",
    ),
    Operation(
        "GET /compliance-items/{compliance_item_id}",
        "Show one check",
        Permission.READ_COMPLIANCE,
        service.get,
        kind=Kind.READ,
        answers=ComplianceItemOut,
        rpc="ComplianceService/GetComplianceItem",
    ),
)
