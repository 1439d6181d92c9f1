"""What a task says about its checks. No I/O: every fact arrives as an argument."""

from uuid import UUID

from amss.features.tasks.life import TaskClosed
from amss.features.tasks.model import OPEN, Task, TaskState
from amss.foundation.access import Actor, ActorKind, Role
from amss.foundation.errors import Conflict, Forbidden, Reason


class NotInProgress(Conflict):
    """What is signed is work that is going on."""

    code = "TASK_NOT_IN_PROGRESS"

    def __init__(self, task: Task) -> None:
        """Name the task."""
        super().__init__(
            f"{task.title} has not been started.",
            reasons=(Reason("NOT_STARTED", "It has not been started.", (str(task.id),)),),
        )


def must_be_his(actor: Actor, task: Task) -> None:
    """Refuse a mechanic whose task it is not."""
    if actor.role is Role.MECHANIC and not (actor.kind is ActorKind.USER and actor.id == task.assigned_mechanic_id):
        raise Forbidden("This task is not assigned to you.")


def must_take_checks(task: Task, *, supersedes: UUID | None) -> None:
    """Refuse to change what is to be checked on closed work; a signature is corrected also on completed work."""
    if task.state in OPEN or (task.state is TaskState.COMPLETED and supersedes is not None):
        return
    raise TaskClosed(task)


def must_be_at_work(task: Task, *, supersedes: UUID | None) -> None:
    """Refuse to sign but while the work goes on; what corrects a signature is signed on completed work, too."""
    must_take_checks(task, supersedes=supersedes)
    if task.state is TaskState.SCHEDULED:
        raise NotInProgress(task)
