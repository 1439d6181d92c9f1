"""The rows of the operation table for what is done with the checks of a task."""

from amss.features.auth.rules import ReauthFailed
from amss.features.compliance.model import (
    ComplianceItemChange,
    ComplianceItemOut,
    NewComplianceItem,
    SignOff,
)
from amss.features.compliance.rules import AlreadySigned, AlreadySuperseded, FromProgram, LicenceMissing, NotSigned
from amss.features.tasks import checks
from amss.features.tasks.life import TaskClosed, TaskNotInProgress
from amss.foundation.access import Permission
from amss.foundation.operation import Operation, Precondition

OPERATIONS = (
    Operation(
        "POST /compliance-items",
        "Add a check to a task, or correct a signed one",
        Permission.EDIT_COMPLIANCE,
        checks.add,
        body=NewComplianceItem,
        answers=ComplianceItemOut,
        status=201,
        idempotent=True,
        rpc="ComplianceService/CreateComplianceItem",
        refuses=(TaskClosed, NotSigned, AlreadySuperseded),
    ),
    Operation(
        "PATCH /compliance-items/{compliance_item_id}",
        "Edit a check that is not signed",
        Permission.EDIT_COMPLIANCE,
        checks.edit,
        body=ComplianceItemChange,
        answers=ComplianceItemOut,
        precondition=Precondition.REQUIRED,
        rpc="ComplianceService/UpdateComplianceItem",
        refuses=(AlreadySigned, FromProgram, TaskClosed),
    ),
    Operation(
        "DELETE /compliance-items/{compliance_item_id}",
        "Remove a check that is not signed",
        Permission.EDIT_COMPLIANCE,
        checks.delete,
        status=204,
        precondition=Precondition.REQUIRED,
        rpc="ComplianceService/DeleteComplianceItem",
        refuses=(AlreadySigned, FromProgram, TaskClosed),
    ),
    Operation(
        "POST /compliance-items/{compliance_item_id}/sign-off",
        "Sign a check, with the password given again",
        Permission.SIGN_OFF,
        checks.sign_off,
        proof=checks.prove,
        body=SignOff,
        answers=ComplianceItemOut,
        idempotent=True,
        precondition=Precondition.REQUIRED,
        rpc="ComplianceService/SignOff",
        refuses=(ReauthFailed, LicenceMissing, AlreadySigned, TaskNotInProgress, TaskClosed),
    ),
)
