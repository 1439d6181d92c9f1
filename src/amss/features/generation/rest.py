"""The generator's row of the operation table."""

from amss.features.generation import service
from amss.features.generation.model import Generated
from amss.foundation.access import Permission
from amss.foundation.operation import Operation

OPERATIONS = (
    Operation(
        "POST /maintenance-programs/generate",
        "Make tasks of what falls due, at most 500 a call",
        Permission.PLAN_TASKS,
        service.generate,
        answers=Generated,
        idempotent=True,
        rpc="ProgramService/GenerateTasks",
    ),
)
