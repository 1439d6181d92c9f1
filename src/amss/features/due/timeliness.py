"""How work stood to its due when it was done: what it left of each limit, and whether it was in time. No I/O."""

from amss.features.due import stored
from amss.features.due.counter import latest
from amss.features.due.model import AgainstDue, DueItem, Timeliness, UnusedOut
from amss.features.due.plan import Readings, due_of
from amss.features.due.rules import is_latest
from amss.features.programs.limits import Limit
from amss.features.programs.model import Combine, Program


def judge(item: DueItem, program: Program, done: Readings) -> AgainstDue:
    """Hold work against the due it was done for, under the extensions the item has.

    It is as late as by its worst limit; by the best, for a first due that combines to the last. What is done past a
    soft limit is late, though it never was overdue. Work older than what was recorded before is not judged.
    """
    if not is_latest(item, done):
        return AgainstDue()
    plan, extensions = stored.plan(item), stored.extensions(item)
    dues = [(limit, due_of(limit, plan)) for limit in program.limits]
    unused = tuple(UnusedOut(interval_type=limit.interval_type, unused=due - done.of(limit)) for limit, due in dues)
    each = {_by(limit, due, done.of(limit), extensions.of(limit)) for limit, due in dues}
    from_best = [grade for grade in Timeliness if grade in each]
    return AgainstDue(unused, from_best[0 if stored.combine(item, program) is Combine.LAST else -1])


def _by(limit: Limit, due: int, done: int, extension: int) -> Timeliness:
    if done <= due:
        return Timeliness.ON_TIME
    if done <= latest(limit, due):
        return Timeliness.IN_TOLERANCE
    return Timeliness.IN_EXTENSION if done <= due + extension else Timeliness.LATE
