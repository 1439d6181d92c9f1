"""Use case: what stands between a task and a state, before anybody tries."""

from uuid import UUID

from amss.features.tasks import detail_queries, life
from amss.features.tasks.detail_model import TaskCheck, TaskCheckQuery
from amss.foundation.reading import Reader


async def check(reader: Reader, task_id: UUID, query: TaskCheckQuery) -> TaskCheck:
    """Answer what `change_state` would refuse this step for, asked for the state alone; nothing is held or changed.

    That a step is another's to take is refused, as it is there. What may be said with the step (a reason, notes)
    counts as missing, so that the list tells what to ask for.
    """
    now = reader.database.clock()
    standing = await detail_queries.read_standing(reader, task_id, now=now)
    life.must_be_his(reader.actor, standing.task, query.to)
    reasons = life.missing_for(standing, query.to, reader.actor, now=now)
    return TaskCheck(ready=not reasons, reasons=tuple(reasons))
