"""Everybody in a hangar does anything at any time; what comes of it is what the model says."""

import asyncio
import os
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule, run_state_machine_as_test

from amss.foundation.clock import system_clock
from builders.front_door import FrontDoor
from builders.hangar_plans import DONE
from builders.hangar_shift import A_PLANNER, AN_ADMIN, AN_INDEX, WORKER, Shift, chosen, outcome, whose
from builders.hangar_stage import ADMIN, MECHANICS, PLANNER
from builders.hangar_things import OPEN, Check, Order, Who, Work, day_of
from builders.installation import Installation

# HANGAR_SHIFTS=500 looks for what a longer run may find; each run then goes another way.
SHIFTS = os.environ.get("HANGAR_SHIFTS")
A_DAY = 24
DAYS_LEFT = st.sampled_from((-1, 0, 1))
NOTES = st.sampled_from(({"notes": "Done"}, {"notes": "Done"}, {}))
A_SIGNER = WORKER | st.sampled_from(MECHANICS)
A_REASON = st.sampled_from(({"reason": "Sold"}, {}, {}))
# What a run must have reached, so that it proves anything: by act and outcome.
MUST_COME_OUT = {
    ("in_progress", DONE),
    ("in_progress", "TOO_EARLY"),
    ("in_progress", "PART_EXPIRED"),
    ("completed", DONE),
    ("completed", "CHECK_UNSIGNED"),
    ("cancelled", DONE),
    ("cancelled", "LATE_CANCEL"),
    ("used", DONE),
    ("used", "PART_EXPIRED"),
    ("released", DONE),
    ("POST /part-reservations", "PART_EXPIRED"),
    ("PATCH /part-items", DONE),
    ("PATCH /part-items", "PART_CLOSED"),
    ("POST /compliance-items/sign-off", DONE),
    ("signed by another", DONE),
    ("signed by another", "FORBIDDEN"),
    ("PATCH /maintenance-tasks", DONE),
    ("PATCH /maintenance-tasks", "TASK_IN_PROGRESS"),
    ("PATCH /organizations/policy", DONE),
    ("POST /aircraft/ground", DONE),
    ("POST /aircraft/release", DONE),
    ("POST /aircraft/release", "AIRCRAFT_NOT_READY"),
    ("POST /aircraft/retire", DONE),
    ("POST /aircraft/retire", "IN_USE"),
    ("POST /maintenance-tasks", "AIRCRAFT_RETIRED"),
    ("one of many", DONE),
    ("one of many", "TASK_OVERLAP"),
    ("one of many", "MECHANIC_BUSY"),
}


class Everybody(Shift):
    """Planners plan, mechanics work, sign and fetch parts; and the other way round, which is refused."""

    def any_check(self) -> bool:
        return bool(self.checks)

    def any_reservation(self) -> bool:
        return bool(self.stage.reservations)

    @initialize(any_mechanic=st.booleans())
    def begin(self, any_mechanic: bool) -> None:  # noqa: FBT001
        """Let both mechanics have work, each with a part held for it, one of them at work already, and some later."""
        self.let_sign(ADMIN, any_mechanic)
        self.plan(PLANNER, Order(0, 0, inspection=True))
        self.plan(PLANNER, Order(0, 1, inspection=False))
        self.plan(PLANNER, Order(9, 0, inspection=False))
        self.reserve(None, 0, 1)
        self.reserve(None, 1, 0)
        for nth in (0, 2):
            self.start(None, nth)

    @precondition(Shift.any_work)
    @rule(worker=WORKER, nth=AN_INDEX)
    def start(self, worker: Who | None, nth: int) -> None:
        work = chosen(self.live, nth)
        who = worker or whose(work)
        assert self.move(who, work, state="in_progress") == self.hangar.start(who, work)

    @precondition(Shift.any_work)
    @rule(worker=WORKER, nth=AN_INDEX, notes=NOTES)
    def complete(self, worker: Who | None, nth: int, notes: dict[str, str]) -> None:
        work = chosen(self.live, nth)
        who = worker or whose(work)
        expected = self.hangar.complete(who, work, notes=bool(notes))
        assert self.move(who, work, state="completed", **notes) == expected

    @precondition(Shift.any_work)
    @rule(who=A_PLANNER | AN_ADMIN, nth=AN_INDEX, reason=A_REASON, allow_late=st.sampled_from((False, True, True)))
    def cancel(self, who: Who, nth: int, reason: dict[str, str], allow_late: bool) -> None:  # noqa: FBT001
        work = chosen(self.live, nth)
        expected = self.hangar.cancel(who, work, reason=bool(reason), allow_late=allow_late)
        assert self.move(who, work, state="cancelled", allow_late_cancel=allow_late, **reason) == expected

    def move(self, who: Who, work: Work, **said: Any) -> str:
        return outcome(self.ask(who, f"PATCH {self.task(work)}/state", said))

    @precondition(Shift.any_work)
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
        act = self.hangar.use if state == "used" else self.hangar.put_back
        answer = self.ask(who, f"PATCH /part-reservations/{reservation}/state", {"state": state})
        assert outcome(answer) == act(who, part, work)

    @rule(who=A_PLANNER, which=AN_INDEX, status=st.sampled_from(("quarantined", "in_stock", "in_stock")))
    def put(self, who: Who, which: int, status: str) -> None:
        part = chosen(self.hangar.parts, which)
        answer = self.ask(who, f"PATCH /part-items/{self.stage.ids[part]}", {"status": status, "reason": "Dented"})
        assert outcome(answer) == self.hangar.put(who, part, status)

    @rule(who=A_PLANNER, which=AN_INDEX, days_left=st.none() | DAYS_LEFT)
    def date_anew(self, who: Who, which: int, days_left: int | None) -> None:
        part = chosen(self.hangar.parts, which)
        last_day = None if days_left is None else day_of(self.hangar.now) + days_left
        answer = self.ask(
            who, f"PATCH /part-items/{self.stage.ids[part]}", {"expiry_date": self.stage.date_of(last_day)}
        )
        assert outcome(answer) == self.hangar.date_anew(who, part, last_day)

    @precondition(Shift.any_work)
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
    @rule(worker=A_SIGNER, nth=AN_INDEX, result=st.sampled_from(("pass", "pass", "fail", "not_applicable")))
    def sign(self, worker: Who | None, nth: int, result: str) -> None:
        check = chosen(self.checks, nth)
        who = worker or whose(check.work)
        route = f"/compliance-items/{self.stage.ids[check]}"
        order = {"result": result, "notes": "Seen", "reauth_token": self.stage.proofs[who]}
        answer = self.ask(who, f"POST {route}/sign-off", order, self.run(self.stage.version(route)))
        assert outcome(answer) == self.hangar.sign(who, check, result)
        if who != whose(check.work):
            self.note("signed by another", outcome(answer))

    # What hardly ever comes about by chance alone:

    @precondition(Shift.any_work)
    @rule(nth=AN_INDEX, grounded=st.booleans(), signer=A_SIGNER)
    def finish(self, nth: int, grounded: bool, signer: Who | None) -> None:  # noqa: FBT001
        """Sign what is open, use what is held, complete, and release the aircraft, grounded or not."""
        work = chosen(self.live, nth)
        if grounded:
            self.command(whose(work), "ground")
        for check in [each for each in work.checks if each.result == "pending"]:
            self.sign(signer, self.checks.index(check), "pass")
        for nth_held, (part, held_for) in enumerate(list(self.stage.reservations)):
            if held_for is work and part.held_for is work:
                self.settle(None, nth_held, "used")
        self.complete(None, self.live.index(work), {"notes": "Done by the book"})
        self.command(PLANNER, "release")

    @precondition(lambda self: self.hangar.held_until_a_day)
    @rule(nth=AN_INDEX)
    def wait_too_long(self, nth: int) -> None:
        """Let a held part have its last day; then begin with it, fit it, and hold it again, which is refused."""
        part = chosen(self.hangar.held_until_a_day, nth)
        work = part.held_for
        assert work is not None
        while part.is_good_at(self.hangar.now):
            self.let_half_a_day_go_by()
        self.start(None, self.live.index(work))
        for state in ("used", "released"):
            self.settle(None, list(self.stage.reservations).index((part, work)), state)
        self.reserve(None, self.live.index(work), self.hangar.parts.index(part))

    @precondition(lambda self: self.hangar.now > A_DAY)
    @rule()
    def sell(self) -> None:
        """Give up what is open, however late it is, and retire the aircraft: nothing is planned any more."""
        for work in [each for each in self.live if each.state in OPEN]:
            for who in (PLANNER, ADMIN):
                self.cancel(who, self.live.index(work), {"reason": "Sold"}, allow_late=True)
        self.command(ADMIN, "retire")


async def test_whatever_everybody_does_in_a_hangar_comes_out_as_the_rules_say(
    api: FrontDoor, installation: Installation
) -> None:
    Everybody.api, Everybody.installation, Everybody.loop = api, installation, asyncio.get_running_loop()
    much = settings(
        max_examples=int(SHIFTS or 32),
        stateful_step_count=50,
        deadline=None,
        derandomize=SHIFTS is None,
        suppress_health_check=(HealthCheck.too_slow, HealthCheck.filter_too_much),
    )

    try:
        await asyncio.to_thread(run_state_machine_as_test, Everybody, settings=much)
    finally:
        installation.server.clock = installation.worker.clock = system_clock

    assert Everybody.came_out.total() > 1_000
    assert set(Everybody.came_out) >= MUST_COME_OUT
