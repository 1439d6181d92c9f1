"""Everybody in a hangar does anything at any time; what comes of it is what the model says."""

import asyncio
import re
from collections import Counter
from collections.abc import Coroutine
from datetime import timedelta
from typing import Any, ClassVar, TypeVar

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from builders.front_door import FrontDoor, Reply
from builders.hangar import DONE, HOURS, Check, Hangar, Part, Who, Work
from builders.hangar_stage import ADMIN, AUDITOR, MECHANICS, PLANNER, Stage
from builders.installation import Installation
from builders.tasks import written

T = TypeVar("T")
SLOTS, PARTS, MOST_WORK = 2, 3, 8
EVERYBODY = (PLANNER, ADMIN, AUDITOR, *MECHANICS)
# Mostly one who may: whose work it is (None), or a planner; the rest of the time anybody.
WORKER = st.sampled_from((*[None] * 9, *EVERYBODY))
A_PLANNER = st.sampled_from((*[PLANNER] * 7, *EVERYBODY))
STARTS = st.sampled_from((-6, -4, -3, 0, 3))
A_MECHANIC = st.sampled_from((0, 1))
NOTES = st.sampled_from(({"notes": "Done"}, {"notes": "Done"}, {}))
A_REASON = st.sampled_from(({"reason": "Sold"}, {}, {}))
AN_INDEX = st.integers(0, 100)


def outcome(reply: Reply) -> str:
    """Say in the model's words what was answered."""
    if reply.status < 400:
        return DONE
    assert reply.status == (403 if reply.code == "FORBIDDEN" else 409), reply.body
    if reply.code != "TASK_NOT_READY":
        return reply.code
    return " ".join(sorted(each["code"] for each in reply.json["reasons"]))


class Shift(RuleBasedStateMachine):
    """One shift in a hangar. `api`, `installation` and `loop` are the test's own."""

    api: FrontDoor
    installation: Installation
    loop: asyncio.AbstractEventLoop
    came_out: ClassVar[Counter[tuple[str, str]]] = Counter()

    def __init__(self) -> None:
        super().__init__()
        self.hangar = Hangar(SLOTS, parts=[Part() for _ in range(PARTS)])
        self.stage = Stage(self.api, self.installation)
        self.run(self.stage.open(self.hangar))

    def run(self, waiting: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(waiting, self.loop).result(30)

    def ask(self, who: Who, route: str, body: Any = None, if_match: int | None = None) -> Reply:
        reply = self.run(self.stage.ask(who, route, body, if_match))
        act = body["state"] if route.endswith("/state") else re.sub(r"/[0-9a-f-]{36}", "", route)
        self.came_out[act, "done" if reply.status < 400 else reply.code] += 1
        return reply

    def task(self, work: Work) -> str:
        return f"/maintenance-tasks/{self.stage.ids[work]}"

    @property
    def live(self) -> list[Work]:
        return [each for each in self.hangar.work if each.state != "deleted"]

    @property
    def checks(self) -> list[Check]:
        return [check for work in self.live for check in work.checks]

    def any_work(self) -> bool:
        return bool(self.live)

    def any_check(self) -> bool:
        return bool(self.checks)

    def any_reservation(self) -> bool:
        return bool(self.stage.reservations)

    @initialize()
    def begin(self) -> None:
        """Let both mechanics have work, one of them at work already, with a part held for it."""
        self.plan(PLANNER, 0, 0, inspection=True)
        self.plan(PLANNER, 0, 1, inspection=False)
        self.reserve(None, 0, 0)
        self.start(None, 0)

    @precondition(lambda self: len(self.live) < MOST_WORK)
    @rule(who=A_PLANNER, starts=STARTS, mechanic=st.none() | A_MECHANIC, inspection=st.booleans())
    def plan(self, who: Who, starts: int, mechanic: int | None, inspection: bool) -> None:  # noqa: FBT001
        start = self.stage.opens_at + timedelta(hours=starts)
        order: dict[str, Any] = {
            "aircraft_id": self.stage.aircraft_id,
            "type": "inspection" if inspection else "repair",
            "title": "A check",
            "start_time": written(start),
            "end_time": written(start + timedelta(hours=HOURS)),
        }
        if mechanic is not None:
            order["assigned_mechanic_id"] = self.id_of(mechanic)
        expected, work = self.hangar.plan(who, starts, mechanic, inspection=inspection)
        answer = self.ask(who, "POST /maintenance-tasks", order)
        assert outcome(answer) == expected
        if work is not None:
            self.stage.ids[work] = answer.json["id"]
            for check in work.checks:
                self.stage.ids[check] = self.run(self.stage.first_check(work))

    @precondition(any_work)
    @rule(worker=WORKER, nth=AN_INDEX)
    def start(self, worker: Who | None, nth: int) -> None:
        work = chosen(self.live, nth)
        who = worker or whose(work)
        assert self.move(who, work, state="in_progress") == self.hangar.start(who, work)

    @precondition(any_work)
    @rule(worker=WORKER, nth=AN_INDEX, notes=NOTES)
    def complete(self, worker: Who | None, nth: int, notes: dict[str, str]) -> None:
        work = chosen(self.live, nth)
        who = worker or whose(work)
        expected = self.hangar.complete(who, work, notes=bool(notes))
        assert self.move(who, work, state="completed", **notes) == expected

    @precondition(any_work)
    @rule(nth=AN_INDEX)
    def finish(self, nth: int) -> None:
        """Sign what is open, use what is held, and complete: what hardly ever comes about by chance alone."""
        work = chosen(self.live, nth)
        for check in [each for each in work.checks if each.result == "pending"]:
            self.sign(None, self.checks.index(check), "pass")
        for nth_held, (part, held_for) in enumerate(list(self.stage.reservations)):
            if held_for is work and part.held_for is work:
                self.settle(None, nth_held, "used")
        self.complete(None, self.live.index(work), {"notes": "Done by the book"})

    @precondition(any_work)
    @rule(who=A_PLANNER, nth=AN_INDEX, reason=A_REASON)
    def cancel(self, who: Who, nth: int, reason: dict[str, str]) -> None:
        work = chosen(self.live, nth)
        expected = self.hangar.cancel(who, work, reason=bool(reason))
        assert self.move(who, work, state="cancelled", **reason) == expected

    def move(self, who: Who, work: Work, **said: str) -> str:
        return outcome(self.ask(who, f"PATCH {self.task(work)}/state", said))

    @precondition(lambda self: len(self.live) > MOST_WORK // 2)
    @rule(who=A_PLANNER, nth=AN_INDEX)
    def delete(self, who: Who, nth: int) -> None:
        work = chosen(self.live, nth)
        route = self.task(work)
        answer = self.ask(who, f"DELETE {route}", if_match=self.run(self.stage.version(route)))
        assert outcome(answer) == self.hangar.delete(who, work)

    @precondition(any_work)
    @rule(who=A_PLANNER, nth=AN_INDEX, mechanic=A_MECHANIC)
    def assign(self, who: Who, nth: int, mechanic: int) -> None:
        work = chosen(self.live, nth)
        route = self.task(work)
        change = {"assigned_mechanic_id": self.id_of(mechanic)}
        answer = self.ask(who, f"PATCH {route}", change, self.run(self.stage.version(route)))
        assert outcome(answer) == self.hangar.assign(who, work, mechanic)

    @precondition(any_work)
    @rule(who=A_PLANNER, nth=AN_INDEX, mechanic=A_MECHANIC)
    def hand_over(self, who: Who, nth: int, mechanic: int) -> None:
        work = chosen(self.live, nth)
        order = {"assigned_mechanic_id": self.id_of(mechanic), "note": "Panel 512 is open"}
        answer = self.ask(who, f"POST {self.task(work)}/handover", order)
        assert outcome(answer) == self.hangar.hand_over(who, work, mechanic)

    @precondition(any_work)
    @rule(worker=WORKER, nth=AN_INDEX, which=AN_INDEX)
    def reserve(self, worker: Who | None, nth: int, which: int) -> None:
        work, part = chosen(self.live, nth), chosen(self.hangar.parts, which)
        who = worker or whose(work)
        order = {"task_id": self.stage.ids[work], "part_item_id": self.stage.ids[part]}
        expected = self.hangar.reserve(who, work, part)
        answer = self.ask(who, "POST /part-reservations", order)
        assert outcome(answer) == expected
        if expected == DONE:
            self.stage.reservations[part, work] = answer.json["id"]

    @precondition(any_reservation)
    @rule(worker=WORKER, nth=AN_INDEX, state=st.sampled_from(("used", "released")))
    def settle(self, worker: Who | None, nth: int, state: str) -> None:
        (part, work), reservation = chosen(list(self.stage.reservations.items()), nth)
        who = worker or whose(work)
        act = self.hangar.use if state == "used" else self.hangar.release
        answer = self.ask(who, f"PATCH /part-reservations/{reservation}/state", {"state": state})
        assert outcome(answer) == act(who, part, work)

    @rule(who=A_PLANNER, which=AN_INDEX, status=st.sampled_from(("quarantined", "in_stock", "in_stock")))
    def put(self, who: Who, which: int, status: str) -> None:
        part = chosen(self.hangar.parts, which)
        answer = self.ask(who, f"PATCH /part-items/{self.stage.ids[part]}", {"status": status, "reason": "Dented"})
        assert outcome(answer) == self.hangar.put(who, part, status)

    @precondition(any_work)
    @rule(worker=WORKER, nth=AN_INDEX)
    def add_check(self, worker: Who | None, nth: int) -> None:
        work = chosen(self.live, nth)
        self.put_check(worker or whose(work), work, None)

    @precondition(any_check)
    @rule(worker=WORKER, nth=AN_INDEX, signed=st.sampled_from((True, True, False)))
    def correct_check(self, worker: Who | None, nth: int, signed: bool) -> None:  # noqa: FBT001
        those = [each for each in self.checks if (each.result != "pending") is signed] or self.checks
        corrects = chosen(those, nth)
        self.put_check(worker or whose(corrects.work), corrects.work, corrects)

    def put_check(self, who: Who, work: Work, corrects: Check | None) -> None:
        order = {"task_id": self.stage.ids[work], "description": "Seal fitted"}
        if corrects is not None:
            order |= {"supersedes_id": self.stage.ids[corrects], "reason": "Misread the gauge"}
        expected, check = self.hangar.add_check(who, work, corrects)
        answer = self.ask(who, "POST /compliance-items", order)
        assert outcome(answer) == expected
        if check is not None:
            self.stage.ids[check] = answer.json["id"]

    @precondition(any_check)
    @rule(worker=WORKER, nth=AN_INDEX)
    def remove_check(self, worker: Who | None, nth: int) -> None:
        check = chosen(self.checks, nth)
        who = worker or whose(check.work)
        route = f"/compliance-items/{self.stage.ids[check]}"
        answer = self.ask(who, f"DELETE {route}", if_match=self.run(self.stage.version(route)))
        assert outcome(answer) == self.hangar.remove_check(who, check)

    @precondition(any_check)
    @rule(worker=WORKER, nth=AN_INDEX, result=st.sampled_from(("pass", "pass", "fail", "not_applicable")))
    def sign(self, worker: Who | None, nth: int, result: str) -> None:
        check = chosen(self.checks, nth)
        who = worker or whose(check.work)
        route = f"/compliance-items/{self.stage.ids[check]}"
        order = {"result": result, "notes": "Seen", "reauth_token": self.stage.proofs[who]}
        answer = self.ask(who, f"POST {route}/sign-off", order, self.run(self.stage.version(route)))
        assert outcome(answer) == self.hangar.sign(who, check, result)

    @invariant()
    def everything_is_as_the_model_says(self) -> None:
        ids = self.stage.ids
        assert self.run(self.stage.seen()) == {
            "aircraft": self.hangar.aircraft,
            "work": {ids[each]: each.state for each in self.live},
            "checks": {ids[each]: each.result for each in self.checks},
            "parts": {ids[each]: each.status for each in self.hangar.parts},
            "held": {ids[each]: ids[each.held_for] for each in self.hangar.parts if each.held_for},
        }

    def id_of(self, mechanic: int) -> str:
        return str(self.stage.people[MECHANICS[mechanic]].id)


def whose(work: Work) -> Who:
    """Return the mechanic of the work, a planner where it has none."""
    return PLANNER if work.mechanic is None else MECHANICS[work.mechanic]


def chosen(things: list[T], nth: int) -> T:
    """Return the nth thing, counted round and round."""
    return things[nth % len(things)]


async def test_whatever_everybody_does_in_a_hangar_comes_out_as_the_rules_say(
    api: FrontDoor, installation: Installation
) -> None:
    Shift.api, Shift.installation, Shift.loop = api, installation, asyncio.get_running_loop()
    much = settings(
        max_examples=30,
        stateful_step_count=60,
        deadline=None,
        derandomize=True,
        suppress_health_check=(HealthCheck.too_slow, HealthCheck.filter_too_much),
    )

    await asyncio.to_thread(run_state_machine_as_test, Shift, settings=much)

    assert Shift.came_out.total() > 1_000
    done = {act for act, end in Shift.came_out if end == "done"}
    assert done >= {"in_progress", "completed", "cancelled", "used", "released", "POST /compliance-items/sign-off"}
