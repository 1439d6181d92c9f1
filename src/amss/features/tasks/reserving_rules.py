"""What a step of a reservation asks of its task. No I/O: every fact arrives as an argument."""

from amss.features.tasks.life import TaskNotInProgress
from amss.features.tasks.model import Task, TaskState
from amss.foundation.errors import FieldError, Invalid


def must_be_in_progress(task: Task) -> None:
    """Refuse to use a part before the work has started, and after it has ended."""
    if task.state is not TaskState.IN_PROGRESS:
        raise TaskNotInProgress(task)


def not_back_to_reserved() -> Invalid:
    """Return the refusal of a step that leads nowhere."""
    message = "A reservation is used or released. To reserve the piece again, make a new one."
    return Invalid(errors=(FieldError("/state", "NOT_HERE", message),))
