"""A stored due item as the engine takes it. No I/O."""

from amss.features.due.model import DueItem, StartSource
from amss.features.due.plan import Extensions, Plan, Readings, from_the_work
from amss.features.programs.limits import Limit
from amss.features.programs.model import Combine, Program


def plan(item: DueItem) -> Plan:
    """Return where the item falls due."""
    return Plan(**{name: getattr(item, name) for name in Plan.__struct_fields__})


def extensions(item: DueItem) -> Extensions:
    """Return how far past due the approvals in force let it go."""
    return Extensions(item.extension_minutes, item.extension_cycles, item.extension_days)


def start(item: DueItem) -> Readings:
    """Return where its count starts."""
    return Readings(item.start_on, item.start_minutes, item.start_cycles)


def last_done(item: DueItem) -> Readings | None:
    """Return at what its work was last done; None ahead of the first due."""
    if item.last_done_on is None or item.last_done_minutes is None or item.last_done_cycles is None:
        return None
    return Readings(item.last_done_on, item.last_done_minutes, item.last_done_cycles)


def limits(item: DueItem, program: Program) -> tuple[Limit, ...]:
    """Return its program's limits; where the count starts at work that was done, a whole interval comes first."""
    if item.start_source is StartSource.LAST_DONE:
        return tuple(from_the_work(limit) for limit in program.limits)
    return program.limits


def combine(item: DueItem, program: Program) -> Combine:
    """Return how its limits combine: after the first due, always to the one that is reached first."""
    return program.combine if last_done(item) is None else Combine.FIRST
