"""Everybody in a hangar does anything at any time; what comes of it is what the model says."""

import asyncio
from collections.abc import Coroutine
from datetime import timedelta
from typing import Any, TypeVar
from uuid import UUID

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

from amss.foundation.access import Role
from amss.foundation.clock import system_clock
from builders.checks import a_proof, checks_of
from builders.front_door import FrontDoor, Reply
from builders.hangar import DONE, HOURS, Check, Hangar, Part, Who, Work
from builders.installation import Installation
from builders.parts import a_definition, a_piece
from builders.tasks import fleet_of_one, written
from builders.tenants import Person, a_person, a_tenant

T = TypeVar("T")
SLOTS, PARTS, MOST_WORK = 2, 3, 8
PLANNER, ADMIN, AUDITOR = Who(Role.SCHEDULER), Who(Role.TENANT_ADMIN), Who(Role.AUDITOR)
MECHANICS = (Who(Role.MECHANIC, 0), Who(Role.MECHANIC, 1))
EVERYBODY = (PLANNER, ADMIN, AUDITOR, *MECHANICS)
# Mostly one who may: whose work it is (None), or a planner; the rest of the time anybody.
WORKER = st.sampled_from((*[None] * 9, *EVERYBODY))
A_PLANNER = st.sampled_from((*[PLANNER] * 7, *EVERYBODY))
STARTS = st.sampled_from((-6, -4, -3, 0, 3))
A_MECHANIC = st.sampled_from((0, 1))
AN_INDEX = st.integers(0, 100)


class Stage:
    """A new organization at the front door with its people, an aircraft and parts, and ids of what the model holds."""

    def __init__(self, api: FrontDoor, installation: Installation) -> None:
        self.api, self.installation = api, installation
        self.opens_at = system_clock().replace(microsecond=0)
        self.people: dict[Who, Person] = {}
        self.proofs: dict[Who, str] = {}
        self.aircraft_id = ""
        self.ids: dict[Work | Check | Part, str] = {}
        self.reservations: dict[tuple[Part, Work], str] = {}

    async def open(self, hangar: Hangar) -> None:
        """Make all that is there before anybody acts."""
        tenant = await a_tenant(self.installation)
        another = await a_person(self.installation, tenant.org_id, Role.MECHANIC)
        everybody = (tenant.planner, tenant.tenant_admin, tenant.auditor, tenant.mechanic, another)
        self.people = dict(zip((PLANNER, ADMIN, AUDITOR, *MECHANICS), everybody, strict=True))
        self.proofs = {who: a_proof(self.installation, person) for who, person in self.people.items()}
        aircraft = await fleet_of_one(self.api, tenant.planner, capacity_slots=SLOTS)
        self.aircraft_id = aircraft["id"]
        definition = await a_definition(self.api, tenant.planner)
        for number, part in enumerate(hangar.parts):
            piece = await a_piece(self.api, tenant.planner, definition, serial_number=f"SN-{number}")
            self.ids[part] = piece["id"]

    async def ask(self, who: Who, route: str, body: Any = None, if_match: int | None = None) -> Reply:
        """Send a request as somebody."""
        headers = {} if if_match is None else {"if-match": f'"v{if_match}"'}
        return await self.api(self.people[who], route, body, headers=headers)

    async def version(self, route: str) -> int:
        """Return the version in which a record is."""
        return (await self.ask(AUDITOR, f"GET {route}")).json["version"]

    async def first_check(self, work: Work) -> str:
        """Return the id of the check that work came with."""
        [check] = await checks_of(self.api, self.people[AUDITOR], {"id": self.ids[work]})
        return check["id"]

    async def seen(self) -> dict[str, Any]:
        """Return the states of everything by its id, as the database has them."""
        row = await self.installation.owner.fetchrow(
            """
            SELECT a.status::text AS aircraft,
                   ARRAY(SELECT ARRAY[t.id::text, t.state::text] FROM maintenance_tasks t
                         WHERE t.org_id = a.org_id AND t.deleted_at IS NULL) AS work,
                   ARRAY(SELECT ARRAY[c.id::text, c.result::text] FROM compliance_items c
                         WHERE c.org_id = a.org_id AND c.deleted_at IS NULL) AS checks,
                   ARRAY(SELECT ARRAY[i.id::text, i.status::text] FROM part_items i
                         WHERE i.org_id = a.org_id) AS parts,
                   ARRAY(SELECT ARRAY[r.part_item_id::text, r.task_id::text] FROM part_reservations r
                         WHERE r.org_id = a.org_id AND r.state = 'reserved') AS held
            FROM aircraft a WHERE a.id = $1
            """,
            UUID(self.aircraft_id),
        )
        lists = {name: dict(row[name]) for name in ("work", "checks", "parts", "held")}
        return {"aircraft": row["aircraft"], **lists}


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
    steps = 0

    def __init__(self) -> None:
        super().__init__()
        self.hangar = Hangar(SLOTS, parts=[Part() for _ in range(PARTS)])
        self.stage = Stage(self.api, self.installation)
        self.run(self.stage.open(self.hangar))

    def run(self, waiting: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(waiting, self.loop).result(30)

    def ask(self, who: Who, route: str, body: Any = None, if_match: int | None = None) -> Reply:
        type(self).steps += 1
        return self.run(self.stage.ask(who, route, body, if_match))

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
        self.move(None, 0, "in_progress", None)

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
    @rule(
        worker=WORKER,
        nth=AN_INDEX,
        state=st.sampled_from(("in_progress", "in_progress", "completed", "completed", "cancelled")),
        word=st.sampled_from(("Said", "Said", None)),
    )
    def move(self, worker: Who | None, nth: int, state: str, word: str | None) -> None:
        work = chosen(self.live, nth)
        who = worker or (PLANNER if state == "cancelled" else whose(work))
        said = {"cancelled": "reason", "completed": "notes"}.get(state)
        body = {"state": state} | ({said: word} if said and word else {})
        if state == "in_progress":
            expected = self.hangar.start(who, work)
        elif state == "completed":
            expected = self.hangar.complete(who, work, notes=word is not None)
        else:
            expected = self.hangar.cancel(who, work, reason=word is not None)
        assert outcome(self.ask(who, f"PATCH {self.task(work)}/state", body)) == expected

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
    @rule(worker=WORKER, nth=AN_INDEX, correcting=st.booleans())
    def add_check(self, worker: Who | None, nth: int, correcting: bool) -> None:  # noqa: FBT001
        work = chosen(self.live, nth)
        who = worker or whose(work)
        corrects = chosen(work.checks, nth) if correcting and work.checks else None
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
        suppress_health_check=list(HealthCheck),
    )

    await asyncio.to_thread(run_state_machine_as_test, Shift, settings=much)

    assert Shift.steps > 1_000
