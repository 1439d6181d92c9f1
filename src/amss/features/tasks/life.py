"""What may happen to a task, by whom and when. No I/O: every fact arrives as an argument."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from amss.features.aircraft.model import Aircraft, AircraftStatus
from amss.features.compliance.rules import needs_checks
from amss.features.parts.model import PartItemStatus
from amss.features.tasks.model import (
    OPEN,
    Readings,
    ReservedPart,
    Standing,
    StateChange,
    StepFacts,
    Task,
    TaskState,
)
from amss.features.tasks.rules import faults_of_mechanic, moment
from amss.features.utilization.model import CountersOn
from amss.features.utilization.rules import MOST_CYCLES_A_DAY, MOST_MINUTES_A_DAY
from amss.foundation.access import Actor, ActorKind, Permission, Role
from amss.foundation.errors import Conflict, FieldError, Forbidden, Invalid, Reason
from amss.foundation.shapes import flight_minutes, next_version

LATE_PAPERWORK = timedelta(days=30)
CANCELLABLE_FOR = timedelta(hours=24)


class TaskClosed(Conflict):
    """A completed or cancelled task never changes."""

    code = "TASK_CLOSED"

    def __init__(self, task: Task) -> None:
        """Say how it was closed."""
        super().__init__(f"{task.title} is {task.state}; it does not change any more.")


class TaskNotInProgress(Conflict):
    """A check is signed and a part is used by work that is going on."""

    code = "TASK_NOT_IN_PROGRESS"

    def __init__(self, task: Task) -> None:
        """Say in which state the task is."""
        said = f"{task.title} is {task.state.replace('_', ' ')}, not in progress."
        super().__init__(said, reasons=(Reason("NOT_IN_PROGRESS", said, (str(task.id),)),))


class TaskNotReady(Conflict):
    """Something the step needs is missing; `reasons` names all of it at once."""

    code = "TASK_NOT_READY"

    def __init__(self, reasons: Sequence[Reason]) -> None:
        """Say in the detail what the reasons say."""
        super().__init__(" ".join(reason.message for reason in reasons), reasons=tuple(reasons))


def must_be_his(actor: Actor, task: Task, state: TaskState) -> None:
    """Refuse whoever may never bring this task into that state, whatever state it is in."""
    if state is TaskState.CANCELLED:
        if not actor.may(Permission.PLAN_TASKS):
            raise Forbidden("Work is cancelled by planners.")
    elif actor.role is Role.ADMIN:
        raise Forbidden("Work is started and completed by the organization's own people.")
    else:
        must_be_on_it(actor, task)


def must_be_on_it(actor: Actor, task: Task) -> None:
    """Refuse a mechanic whose task it is not, and a mechanic's key, which is nobody's hands."""
    if actor.role is Role.MECHANIC and not (actor.kind is ActorKind.USER and actor.id == task.assigned_mechanic_id):
        raise Forbidden("This task is not assigned to you.")


def must_be_open(task: Task) -> None:
    """Refuse to change work that is over, and to set parts aside for it."""
    if task.state not in OPEN:
        raise TaskClosed(task)


def must_lead_there(task: Task, state: TaskState) -> None:
    """Refuse to leave a closed state, to go where the task already is, and to go back."""
    must_be_open(task)
    if task.state is state:
        raise Conflict(f"{task.title} is already {state.replace('_', ' ')}.")
    if state is TaskState.SCHEDULED:
        raise Conflict("Work that has started does not become scheduled again. Cancel it and plan it anew.")


def must_fit(change: StateChange) -> None:
    """Refuse what a step has no use for: it would be lost without a word."""
    misplaced = {
        "performed_at": change.performed_at and change.state is not TaskState.COMPLETED,
        "readings": change.readings and change.state is not TaskState.COMPLETED,
        "allow_late_cancel": change.allow_late_cancel and change.state is not TaskState.CANCELLED,
    }
    if errors := tuple(
        FieldError(f"/{name}", "MISPLACED", f"This says nothing about a task that becomes {change.state}.")
        for name, is_misplaced in misplaced.items()
        if is_misplaced
    ):
        raise Invalid(errors=errors)


def start(task: Task, change: StateChange, aircraft: Aircraft, facts: StepFacts, *, now: datetime) -> Task:
    """Return the task as started."""
    _must_lack_nothing(missing_for_start(task, aircraft, facts, now=now))
    return _moved(task, change, now=now, started_at=now)


def missing_for_start(task: Task, aircraft: Aircraft, facts: StepFacts, *, now: datetime) -> list[Reason]:
    """Return all that stands between a task and its start."""
    reasons: list[Reason] = []
    if facts.mechanic is None:
        reasons.append(Reason("MECHANIC_MISSING", "No mechanic is assigned.", (str(task.id),)))
    else:
        unfit = faults_of_mechanic(facts.mechanic)
        reasons += [Reason("MECHANIC_UNFIT", each.message, (str(facts.mechanic.id),)) for each in unfit]
    opens_at = task.start_time - timedelta(minutes=facts.early_start_minutes)
    if now < opens_at:
        message = f"It may start from {opens_at:%Y-%m-%d %H:%M} UTC on."
        reasons.append(Reason("TOO_EARLY", message, (str(task.id),)))
    if aircraft.status is AircraftStatus.RETIRED:
        message = f"{aircraft.tail_number} is retired."
        reasons.append(Reason("AIRCRAFT_RETIRED", message, (str(aircraft.id),)))
    return reasons + [reason for part in facts.reserved for reason in _faults_of_part(part)]


def complete(
    task: Task,
    change: StateChange,
    aircraft: Aircraft,
    facts: StepFacts,
    *,
    then: CountersOn,
    now: datetime,
) -> Task:
    """Return the task as completed, with the time the work was done and the aircraft's counters then.

    `then` is what the ledger shows for the day on which the work was done.
    """
    performed_at = performed(change, now=now)
    _must_lack_nothing(missing_for_completion(task, change, facts))
    minutes, cycles = _read(change.readings, aircraft, then)
    return _moved(
        task,
        change,
        now=now,
        completed_at=now,
        performed_at=performed_at,
        reading_minutes=minutes,
        reading_cycles=cycles,
    )


def missing_for_completion(task: Task, change: StateChange, facts: StepFacts) -> list[Reason]:
    """Return all that stands between a task and its completion."""
    reasons: list[Reason] = []
    if task.state is not TaskState.IN_PROGRESS:
        reasons.append(Reason("NOT_STARTED", "It has not been started.", (str(task.id),)))
    if _notes(task, change) is None:
        reasons.append(Reason("NOTES_MISSING", "Notes on what was done are missing.", (str(task.id),)))
    reasons += [
        Reason("PART_UNSETTLED", f"{_named(part)} is reserved, neither used nor released.", _ids(part))
        for part in facts.reserved
    ]
    if needs_checks(task.type, task.program_id) and not facts.has_checks:
        reasons.append(Reason("CHECK_MISSING", "It has no check to sign.", (str(task.id),)))
    return reasons + [
        Reason("CHECK_FAILED", f"A check has failed: {check.description}.", (str(check.id),))
        if check.result == "fail"
        else Reason("CHECK_UNSIGNED", f"A check is not signed: {check.description}.", (str(check.id),))
        for check in facts.unsigned
    ]


def cancel(task: Task, change: StateChange, actor: Actor, *, now: datetime) -> Task:
    """Return the task as cancelled."""
    _must_lack_nothing(missing_for_cancellation(task, change, actor, now=now))
    return _moved(task, change, now=now, cancelled_at=now, cancel_reason=change.reason)


def missing_for_cancellation(task: Task, change: StateChange, actor: Actor, *, now: datetime) -> list[Reason]:
    """Return all that stands between a task and its cancellation."""
    reasons: list[Reason] = []
    if not change.reason:
        reasons.append(Reason("REASON_MISSING", "A reason is needed.", (str(task.id),)))
    allowed = change.allow_late_cancel and actor.role in (Role.TENANT_ADMIN, Role.ADMIN)
    if now > task.start_time + CANCELLABLE_FOR and not allowed:
        message = (
            "Its planned start is more than 24 hours ago: only a tenant_admin cancels it, with allow_late_cancel."
        )
        reasons.append(Reason("LATE_CANCEL", message, (str(task.id),)))
    return reasons


def missing_for(standing: Standing, state: TaskState, actor: Actor, *, now: datetime) -> list[Reason]:
    """Return all that stands between a task and a state, where nothing else is said with the step."""
    task, change = standing.task, StateChange(state=state)
    try:
        must_lead_there(task, state)
    except Conflict as refusal:
        return [Reason(refusal.code, refusal.detail, (str(task.id),))]
    if state is TaskState.IN_PROGRESS:
        return missing_for_start(task, standing.aircraft, standing.facts, now=now)
    if state is TaskState.COMPLETED:
        return missing_for_completion(task, change, standing.facts)
    return missing_for_cancellation(task, change, actor, now=now)


def must_be_deletable(task: Task) -> None:
    """Refuse to delete what is more than a plan."""
    must_be_open(task)
    if task.state is not TaskState.SCHEDULED:
        raise Conflict(f"{task.title} is in progress. Cancel it instead.")


def _faults_of_part(part: ReservedPart) -> Iterator[Reason]:
    """Yield why a reserved part cannot be fitted today."""
    if part.status is not PartItemStatus.IN_STOCK:
        yield Reason("PART_NOT_IN_STOCK", f"{_named(part)} is {part.status}.", _ids(part))
    if part.expired:
        yield Reason("PART_EXPIRED", f"{_named(part)} has expired.", _ids(part))


def _named(part: ReservedPart) -> str:
    return f"{part.name} {part.serial_number}"


def _ids(part: ReservedPart) -> tuple[str, ...]:
    return str(part.reservation_id), str(part.part_item_id)


def _must_lack_nothing(reasons: Sequence[Reason]) -> None:
    if reasons:
        raise TaskNotReady(reasons)


def _moved(task: Task, change: StateChange, *, now: datetime, **facts: Any) -> Task:
    return next_version(task, now=now, state=change.state, notes=_notes(task, change), **facts)


def _notes(task: Task, change: StateChange) -> str | None:
    """Return the notes after the step; blank ones say nothing and leave what stood."""
    return change.notes or task.notes or None


def performed(change: StateChange, *, now: datetime) -> datetime:
    """Return when the work was done, now if it is not said; refuse the future, and more than 30 days ago."""
    if change.performed_at is None:
        return now
    performed_at = moment(change.performed_at, "/performed_at")
    if performed_at > now:
        message = "The work cannot have been done in the future."
    elif performed_at < now - LATE_PAPERWORK:
        message = "Work can be reported up to 30 days late."
    else:
        return performed_at
    raise Invalid(errors=(FieldError("/performed_at", "RANGE", message),))


def _read(readings: Readings | None, aircraft: Aircraft, then: CountersOn) -> tuple[int, int]:
    """Return the counters as they were read, or as the ledger has them; refuse what cannot be true by then."""
    if readings is None:
        return then.flight_minutes, then.cycles
    minutes, cycles = flight_minutes(readings.flight_minutes), readings.cycles
    if faults := tuple(_faults_of_readings(minutes, cycles, aircraft, then)):
        raise Invalid(errors=faults)
    return minutes, cycles


def _faults_of_readings(minutes: int, cycles: int, aircraft: Aircraft, then: CountersOn) -> Iterator[FieldError]:
    tail = aircraft.tail_number
    # Flights may be entered late. What an aircraft brought into the fleet may have been as old as late paperwork.
    known_on = then.last_flown_on or (aircraft.created_at - LATE_PAPERWORK).date()
    days_since = max((then.on - known_on).days, 0) + 1
    most_minutes = then.flight_minutes + days_since * MOST_MINUTES_A_DAY
    most_cycles = then.cycles + days_since * MOST_CYCLES_A_DAY
    # A ledger may be some days ahead of the counters. What is further behind it has lost a digit.
    least_minutes = then.flight_minutes - LATE_PAPERWORK.days * MOST_MINUTES_A_DAY
    least_cycles = then.cycles - LATE_PAPERWORK.days * MOST_CYCLES_A_DAY
    if minutes > most_minutes:
        message = f"{tail} cannot have flown more than {most_minutes // 60} hours in all by then."
        yield FieldError("/readings/flight_minutes", "RANGE", message)
    if minutes < least_minutes:
        message = f"{tail} must have flown more than {least_minutes // 60} hours in all by then."
        yield FieldError("/readings/flight_minutes", "RANGE", message)
    if cycles and not aircraft.counts_cycles:
        yield FieldError("/readings/cycles", "NOT_COUNTED", f"{tail} counts no cycles.")
    elif cycles > most_cycles:
        message = f"{tail} cannot have made more than {most_cycles} cycles in all by then."
        yield FieldError("/readings/cycles", "RANGE", message)
    elif cycles < least_cycles:
        message = f"{tail} must have made more than {least_cycles} cycles in all by then."
        yield FieldError("/readings/cycles", "RANGE", message)
