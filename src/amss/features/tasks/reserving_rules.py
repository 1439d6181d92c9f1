"""Whose parts are whose, and when work may have them. No I/O: every fact arrives as an argument."""

from amss.features.tasks.life import TaskClosed
from amss.features.tasks.model import OPEN, Task, TaskState
from amss.foundation.access import Actor, ActorKind, Role
from amss.foundation.errors import Conflict, FieldError, Forbidden, Invalid


class TaskNotInProgress(Conflict):
    """A piece is used by work that is going on."""

    code = "TASK_NOT_IN_PROGRESS"

    def __init__(self, task: Task) -> None:
        """Say in which state the task is."""
        super().__init__(f"{task.title} is {task.state.replace('_', ' ')}; parts are used while it is in progress.")


def must_be_his(actor: Actor, task: Task) -> None:
    """Refuse a mechanic who has to do with parts of a task that is not his."""
    if actor.role is Role.MECHANIC and not (actor.kind is ActorKind.USER and actor.id == task.assigned_mechanic_id):
        raise Forbidden("This task is not assigned to you.")


def must_be_open(task: Task) -> None:
    """Refuse to set parts aside for work that is over."""
    if task.state not in OPEN:
        raise TaskClosed(task)


def must_be_in_progress(task: Task) -> None:
    """Refuse to use a part before the work has started, and after it has ended."""
    if task.state is not TaskState.IN_PROGRESS:
        raise TaskNotInProgress(task)


def not_back_to_reserved() -> Invalid:
    """Return the refusal of a step that leads nowhere."""
    message = "A reservation is used or released. To reserve the piece again, make a new one."
    return Invalid(errors=(FieldError("/state", "NOT_HERE", message),))
