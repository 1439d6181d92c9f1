"""The list of tasks: how it can be asked for."""

from typing import Annotated
from uuid import UUID

import msgspec

from amss.features.programs.model import TaskType
from amss.features.tasks.model import TaskPriority, TaskState
from amss.foundation.paging import ListQuery
from amss.foundation.shapes import Moment

_UUID = "[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"


class TaskQuery(ListQuery, kw_only=True, forbid_unknown_fields=True):
    """How tasks can be filtered."""

    aircraft_id: UUID | None = None
    program_id: UUID | None = None
    state: TaskState | None = None
    type: TaskType | None = None
    priority: TaskPriority | None = None
    assigned_mechanic_id: (
        Annotated[str, msgspec.Meta(pattern=f"^(me|{_UUID})$(?!\\n)", description="A user's id, or `me`.")] | None
    ) = None
    start_from: Annotated[Moment, msgspec.Meta(description="Starts at or after.")] | None = None
    start_to: Annotated[Moment, msgspec.Meta(description="Starts before.")] | None = None
    overdue: Annotated[bool, msgspec.Meta(description="Open past its end.")] | None = None
    late: Annotated[bool, msgspec.Meta(description="Ends after its due date.")] | None = None
