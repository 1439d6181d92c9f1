"""What may happen to a task, by whom and when."""

from datetime import datetime, timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from amss.features.aircraft.model import AircraftStatus
from amss.features.tasks import life
from amss.features.tasks.model import (
    Mechanic,
    Readings,
    StateChange,
    StepFacts,
    Task,
    TaskState,
    TaskType,
    UnsignedCheck,
)
from amss.features.utilization.model import CountersOn
from amss.foundation.access import Actor, ActorKind, Role
from amss.foundation.errors import Conflict, Forbidden, Invalid
from amss.foundation.ids import new_id
from builders.tasks import NOON, ORG_ID, a_task, after_noon, an_aircraft

TO_START = StateChange(state=TaskState.IN_PROGRESS)
TO_COMPLETE = StateChange(state=TaskState.COMPLETED, notes="Done as the manual says")
KIM = Mechanic(new_id(), "Kim", "mechanic", active=True)


def an_actor(role: Role, kind: ActorKind = ActorKind.USER) -> Actor:
    return Actor(kind=kind, name="Somebody", role=role, org_id=ORG_ID, id=new_id())


def codes(refused: pytest.ExceptionInfo[life.TaskNotReady]) -> list[str]:
    return [reason.code for reason in refused.value.reasons]


def facts_with(*unsigned: UnsignedCheck, has_checks: bool = True, mechanic: Mechanic | None = KIM) -> StepFacts:
    return StepFacts(early_start_minutes=5, has_checks=has_checks, unsigned=unsigned, mechanic=mechanic)


def start(task: Task, *, now: datetime = NOON, mechanic: Mechanic | None = KIM, **aircraft: Any) -> Task:
    return life.start(task, TO_START, an_aircraft(**aircraft), facts_with(mechanic=mechanic), now=now)


def complete(task: Task, change: StateChange = TO_COMPLETE, *unsigned: UnsignedCheck) -> Task:
    aircraft = an_aircraft(flight_minutes_total=6000, cycles_total=70)
    then = CountersOn(aircraft.id, NOON.date(), 6000, 70)
    return life.complete(task, change, aircraft, facts_with(*unsigned), then=then, now=after_noon(4))


def pointers_refused(task: Task, change: StateChange) -> list[str]:
    try:
        complete(task, change)
    except Invalid as refused:
        return [fault.pointer for fault in refused.errors]
    return []


def pointers_of(read: Readings, *, counts_cycles: bool, flown: tuple[int, int]) -> list[str]:
    aircraft = an_aircraft(counts_cycles=counts_cycles)
    done = StateChange(state=TaskState.COMPLETED, notes="Done", readings=read)
    then = CountersOn(aircraft.id, NOON.date(), *flown)
    try:
        life.complete(a_task(state=TaskState.IN_PROGRESS), done, aircraft, facts_with(), then=then, now=after_noon(4))
    except Invalid as refused:
        return [fault.pointer for fault in refused.errors]
    return []


def test_work_starts_at_its_time() -> None:
    started = start(a_task())

    assert (started.state, started.started_at, started.version) == (TaskState.IN_PROGRESS, NOON, 2)


def test_work_may_start_five_minutes_early_but_not_six() -> None:
    start(a_task(), now=NOON - timedelta(minutes=5))

    with pytest.raises(life.TaskNotReady) as refused:
        start(a_task(), now=NOON - timedelta(minutes=6))

    assert codes(refused) == ["TOO_EARLY"]


def test_everything_missing_for_a_start_is_said_at_once() -> None:
    unassigned = a_task(assigned_mechanic_id=None)

    with pytest.raises(life.TaskNotReady) as refused:
        start(unassigned, now=after_noon(-1), mechanic=None, status=AircraftStatus.RETIRED)

    assert codes(refused) == ["MECHANIC_MISSING", "TOO_EARLY", "AIRCRAFT_RETIRED"]


@pytest.mark.parametrize("unfit", [{"active": False}, {"role": "scheduler"}])
def test_work_does_not_start_in_the_hands_of_somebody_who_is_no_active_mechanic_any_more(
    unfit: dict[str, Any],
) -> None:
    with pytest.raises(life.TaskNotReady) as refused:
        start(a_task(), mechanic=msgspec.structs.replace(KIM, **unfit))

    assert codes(refused) == ["MECHANIC_UNFIT"]
    assert refused.value.reasons[0].ids == (str(KIM.id),)


def test_completed_work_keeps_the_aircrafts_counters() -> None:
    completed = complete(a_task(state=TaskState.IN_PROGRESS))

    assert (completed.state, completed.performed_at) == (TaskState.COMPLETED, after_noon(4))
    assert (completed.reading_minutes, completed.reading_cycles) == (6000, 70)


def test_late_paperwork_says_when_and_at_which_readings_the_work_was_done() -> None:
    paper = StateChange(
        state=TaskState.COMPLETED,
        notes="From the paper card",
        performed_at=NOON - timedelta(days=3),
        readings=Readings(flight_minutes="95:30", cycles=65),
    )

    completed = complete(a_task(state=TaskState.IN_PROGRESS), paper)

    assert completed.performed_at == NOON - timedelta(days=3)
    assert completed.completed_at == after_noon(4)
    assert (completed.reading_minutes, completed.reading_cycles) == (95 * 60 + 30, 65)


@pytest.mark.parametrize(
    ("minutes", "cycles", "pointers"),
    [
        (6000 + 31 * 24 * 60, 70 + 31 * 30, []),
        (6000 + 31 * 24 * 60 + 1, 70, ["/readings/flight_minutes"]),
        (6000, 70 + 31 * 30 + 1, ["/readings/cycles"]),
        (1_900_000_000, 1_900_000_000, ["/readings/flight_minutes", "/readings/cycles"]),
    ],
)
def test_no_counter_has_grown_by_more_than_can_have_been_flown(
    minutes: int, cycles: int, pointers: list[str]
) -> None:
    change = StateChange(
        state=TaskState.COMPLETED, notes="Done", readings=Readings(flight_minutes=minutes, cycles=cycles)
    )

    assert pointers_refused(a_task(state=TaskState.IN_PROGRESS), change) == pointers


@pytest.mark.parametrize(
    ("minutes", "cycles", "pointers"),
    [
        (1_500_000 - 30 * 24 * 60, 21_000 - 30 * 30, []),
        (1_500_000 - 30 * 24 * 60 - 1, 21_000, ["/readings/flight_minutes"]),
        (1_500_000, 21_000 - 30 * 30 - 1, ["/readings/cycles"]),
        (150_000, 2_100, ["/readings/flight_minutes", "/readings/cycles"]),
    ],
)
def test_no_counter_has_lost_a_digit(minutes: int, cycles: int, pointers: list[str]) -> None:
    read = Readings(flight_minutes=minutes, cycles=cycles)

    assert pointers_of(read, counts_cycles=True, flown=(1_500_000, 21_000)) == pointers


def test_cycles_are_read_only_where_they_are_counted() -> None:
    assert pointers_of(Readings(flight_minutes=6000, cycles=0), counts_cycles=False, flown=(6000, 0)) == []
    assert pointers_of(Readings(flight_minutes=6000, cycles=1), counts_cycles=False, flown=(6000, 0)) == [
        "/readings/cycles"
    ]


@pytest.mark.parametrize("performed_at", [after_noon(4.1), after_noon(4) - timedelta(days=30, seconds=1)])
def test_work_is_not_done_in_the_future_nor_reported_after_30_days(performed_at: datetime) -> None:
    change = StateChange(state=TaskState.COMPLETED, notes="Done", performed_at=performed_at)

    with pytest.raises(Invalid):
        complete(a_task(state=TaskState.IN_PROGRESS), change)


def test_a_task_cannot_be_completed_while_a_check_is_unsigned() -> None:
    pending = UnsignedCheck(new_id(), "Torque", "pending")
    failed = UnsignedCheck(new_id(), "Leak", "fail")

    with pytest.raises(life.TaskNotReady) as refused:
        complete(a_task(state=TaskState.IN_PROGRESS), TO_COMPLETE, pending, failed)

    assert codes(refused) == ["CHECK_UNSIGNED", "CHECK_FAILED"]
    assert refused.value.reasons[0].ids == (str(pending.id),)


@pytest.mark.parametrize(
    ("work", "missing"),
    [
        ({"type": TaskType.INSPECTION}, ["CHECK_MISSING"]),
        ({"type": TaskType.REPAIR, "program_id": new_id()}, ["CHECK_MISSING"]),
        ({"type": TaskType.REPAIR}, []),
    ],
)
def test_an_inspection_and_work_by_a_program_need_something_signed(work: dict[str, Any], missing: list[str]) -> None:
    task = a_task(state=TaskState.IN_PROGRESS, **work)

    reasons = life.missing_for_completion(task, TO_COMPLETE, facts_with(has_checks=False))

    assert [reason.code for reason in reasons] == missing


def test_everything_missing_for_completion_is_said_at_once() -> None:
    with pytest.raises(life.TaskNotReady) as refused:
        complete(a_task(), StateChange(state=TaskState.COMPLETED, notes="  "))

    assert codes(refused) == ["NOT_STARTED", "NOTES_MISSING"]


def test_notes_written_before_are_notes() -> None:
    completed = complete(
        a_task(state=TaskState.IN_PROGRESS, notes="Found worn"), StateChange(state=TaskState.COMPLETED)
    )

    assert completed.notes == "Found worn"


def test_a_cancellation_needs_a_reason() -> None:
    with pytest.raises(life.TaskNotReady) as refused:
        life.cancel(a_task(), StateChange(state=TaskState.CANCELLED, reason=" "), an_actor(Role.SCHEDULER), now=NOON)

    assert codes(refused) == ["REASON_MISSING"]


@pytest.mark.parametrize(
    ("role", "allow", "cancels"),
    [
        (Role.TENANT_ADMIN, True, True),
        (Role.TENANT_ADMIN, False, False),
        (Role.SCHEDULER, True, False),
        (Role.ADMIN, True, True),
    ],
)
def test_only_a_tenant_admin_cancels_a_day_after_the_start(role: Role, allow: bool, cancels: bool) -> None:  # noqa: FBT001
    change = StateChange(state=TaskState.CANCELLED, reason="Never happened", allow_late_cancel=allow)
    a_day_late = after_noon(24.01)

    if cancels:
        cancelled = life.cancel(a_task(), change, an_actor(role), now=a_day_late)
        assert (cancelled.cancel_reason, cancelled.cancelled_at) == ("Never happened", a_day_late)
    else:
        with pytest.raises(life.TaskNotReady) as refused:
            life.cancel(a_task(), change, an_actor(role), now=a_day_late)
        assert codes(refused) == ["LATE_CANCEL"]


def test_only_the_assigned_mechanic_works_on_a_task_but_he_does_not_cancel_it() -> None:
    the_mechanic = an_actor(Role.MECHANIC)
    his = a_task(assigned_mechanic_id=the_mechanic.id)

    life.must_be_his(the_mechanic, his, TaskState.IN_PROGRESS)
    for task, state in ((a_task(), TaskState.IN_PROGRESS), (his, TaskState.CANCELLED)):
        with pytest.raises(Forbidden):
            life.must_be_his(the_mechanic, task, state)


def test_an_admin_cancels_but_never_does_a_mechanics_work() -> None:
    life.must_be_his(an_actor(Role.ADMIN), a_task(), TaskState.CANCELLED)

    for state in (TaskState.IN_PROGRESS, TaskState.COMPLETED):
        with pytest.raises(Forbidden):
            life.must_be_his(an_actor(Role.ADMIN), a_task(), state)


def test_a_mechanics_key_is_not_the_mechanic() -> None:
    key = an_actor(Role.MECHANIC, ActorKind.API_KEY)

    with pytest.raises(Forbidden):
        life.must_be_his(key, a_task(assigned_mechanic_id=key.id), TaskState.IN_PROGRESS)


def test_what_a_step_has_no_use_for_is_refused() -> None:
    change = StateChange(
        state=TaskState.IN_PROGRESS, performed_at=NOON, readings=Readings(flight_minutes=1, cycles=1)
    )

    with pytest.raises(Invalid) as refused:
        life.must_fit(change)

    assert [fault.pointer for fault in refused.value.errors] == ["/performed_at", "/readings"]


def test_only_a_plan_is_deleted() -> None:
    life.must_be_deletable(a_task())

    with pytest.raises(Conflict):
        life.must_be_deletable(a_task(state=TaskState.IN_PROGRESS))
    with pytest.raises(life.TaskClosed):
        life.must_be_deletable(a_task(state=TaskState.CANCELLED))


WAYS = {
    (TaskState.SCHEDULED, TaskState.IN_PROGRESS),
    (TaskState.SCHEDULED, TaskState.CANCELLED),
    (TaskState.IN_PROGRESS, TaskState.COMPLETED),
    (TaskState.IN_PROGRESS, TaskState.CANCELLED),
}


@given(st.lists(st.sampled_from(TaskState), max_size=8))
def test_a_task_only_ever_goes_the_ways_there_are(asked: list[TaskState]) -> None:
    task = a_task()
    for state in asked:
        before = task.state
        try:
            task = _step(task, state)
        except Conflict:
            assert (before, state) not in WAYS
            assert task.state is before
        else:
            assert (before, task.state) in WAYS


def _step(task: Task, state: TaskState) -> Task:
    life.must_lead_there(task, state)
    if state is TaskState.IN_PROGRESS:
        return start(task)
    if state is TaskState.COMPLETED:
        return complete(task)
    change = StateChange(state=state, reason="Weather")
    return life.cancel(task, change, an_actor(Role.SCHEDULER), now=NOON)
