"""What a task says about its checks. No I/O: every fact arrives as an argument."""

from uuid import UUID

from amss.features.tasks.life import TaskClosed, TaskNotInProgress
from amss.features.tasks.model import OPEN, Task, TaskState


def must_take_checks(task: Task, *, supersedes: UUID | None) -> None:
    """Refuse to change what is to be checked on closed work; a signature is corrected also on completed work."""
    if task.state in OPEN or (task.state is TaskState.COMPLETED and supersedes is not None):
        return
    raise TaskClosed(task)


def must_be_at_work(task: Task, *, supersedes: UUID | None) -> None:
    """Refuse to sign but while the work goes on; what corrects a signature is signed on completed work, too."""
    must_take_checks(task, supersedes=supersedes)
    if task.state is TaskState.SCHEDULED:
        raise TaskNotInProgress(task)
