"""The system's rows of the operation table."""

from amss.features.system import service
from amss.features.system.model import DeadLetterOut, DeadLetterQuery, JobsOut, Requeued
from amss.foundation.access import Permission
from amss.foundation.operation import Kind, Operation

OPERATIONS = (
    Operation(
        "GET /system/jobs",
        "List the workers' jobs and how they do",
        Permission.MANAGE_SYSTEM,
        service.list_jobs,
        kind=Kind.READ,
        answers=JobsOut,
    ),
    Operation(
        "GET /system/dead-letters",
        "List the events that could not be published and were given up, the latest first",
        Permission.MANAGE_SYSTEM,
        service.list_dead_letters,
        kind=Kind.READ,
        query=DeadLetterQuery,
        lists=DeadLetterOut,
    ),
    Operation(
        "POST /system/dead-letters/{dead_letter_id}/requeue",
        "Publish an event after all that was given up, under its own id",
        Permission.MANAGE_SYSTEM,
        service.requeue,
        answers=Requeued,
        status=202,
        idempotent=True,
    ),
)
