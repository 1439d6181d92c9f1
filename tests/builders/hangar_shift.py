"""One shift in a hangar: the model and AMSS side by side, and what planners do with the aircraft and its work."""

import asyncio
import re
from collections import Counter
from collections.abc import Callable, Coroutine
from typing import Any, ClassVar, TypeVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from builders.front_door import FrontDoor, Reply
from builders.hangar import Hangar
from builders.hangar_plans import DONE
from builders.hangar_stage import ADMIN, AUDITOR, MECHANICS, PLANNER, Stage
from builders.hangar_things import OPEN, Change, Check, Order, Part, Who, Work
from builders.installation import Installation

T = TypeVar("T")
SLOTS, MOST_WORK = 2, 8
LAST_DAYS = (0, 1, None)  # of the parts, counted from the opening
EVERYBODY = (PLANNER, ADMIN, AUDITOR, *MECHANICS)
# Mostly one who may: whose work it is (None), or a planner; the rest of the time anybody.
WORKER = st.sampled_from((*[None] * 9, *EVERYBODY))
A_PLANNER = st.sampled_from((*[PLANNER] * 7, *EVERYBODY))
AN_ADMIN = st.sampled_from((*[ADMIN] * 7, *EVERYBODY))
A_MECHANIC = st.sampled_from((0, 1))
STARTS = st.sampled_from((-6, -3, 0, 3, 9))  # hours from now
AN_ORDER = st.builds(Order, starts=STARTS, mechanic=st.none() | A_MECHANIC, inspection=st.booleans())
A_CHANGE = st.builds(
    Change,
    inspection=st.sampled_from((None, None, True, False)),
    notes=st.sampled_from((None, True, False)),
    later=st.sampled_from((0, 0, -3, 3)),
    longer=st.sampled_from((0, 0, 3, 24)),
)
AN_INDEX = st.sampled_from((0, 0, 0, 1, 1, 1, 2, 2, 3, 4, 5, 6, 7))


class Shift(RuleBasedStateMachine):
    """Everybody's acts share this. `api`, `installation` and `loop` are the test's own."""

    api: FrontDoor
    installation: Installation
    loop: asyncio.AbstractEventLoop
    came_out: ClassVar[Counter[tuple[str, str]]] = Counter()

    def __init__(self) -> None:
        super().__init__()
        self.hangar = Hangar(SLOTS, parts=[Part(last_day) for last_day in LAST_DAYS])
        self.stage = Stage(self.api, self.installation, self.hangar)
        self.run(self.stage.open())

    def run(self, waiting: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(waiting, self.loop).result(30)

    def ask(self, who: Who, route: str, body: Any = None, if_match: int | None = None) -> Reply:
        reply = self.run(self.stage.ask(who, route, body, if_match))
        act = body["state"] if route.endswith("/state") else re.sub(r"/[0-9a-f-]{36}", "", route)
        self.note(act, outcome(reply))
        return reply

    def note(self, act: str, outcome: str) -> None:
        """Keep what came out, each missing thing by itself, to see afterwards that everything did."""
        self.came_out.update((act, each) for each in outcome.split())

    def task(self, work: Work) -> str:
        return f"/maintenance-tasks/{self.stage.ids[work]}"

    def learn_checks(self, work: Work) -> None:
        """Learn the id of the check that work came with, or has since an edit."""
        for check in work.checks:
            if check not in self.stage.ids:
                self.stage.ids[check] = self.run(self.stage.new_check(work))

    @property
    def live(self) -> list[Work]:
        """All that was not deleted, what is open first: most acts are about that."""
        kept = [each for each in self.hangar.work if each.state != "deleted"]
        return sorted(kept, key=lambda each: each.state not in OPEN)

    @property
    def checks(self) -> list[Check]:
        return [check for work in self.live for check in work.checks]

    def any_work(self) -> bool:
        return bool(self.live)

    @rule()
    def let_an_hour_go_by(self) -> None:
        self.let_go_by(1)

    @rule()
    def let_half_a_day_go_by(self) -> None:
        self.let_go_by(12)

    @rule()
    def let_a_day_go_by(self) -> None:
        self.let_go_by(25)

    def let_go_by(self, hours: int) -> None:
        self.hangar.now += hours
        self.run(self.stage.let_the_worker_look())

    @rule(who=AN_ADMIN, any_mechanic=st.booleans())
    def let_sign(self, who: Who, any_mechanic: bool) -> None:  # noqa: FBT001
        route = f"PATCH /organizations/{self.stage.org_id}/policy"
        answer = self.ask(who, route, {"sign_off_by_any_mechanic": any_mechanic})
        assert outcome(answer) == self.hangar.let_sign(who, any_mechanic=any_mechanic)

    @rule(who=A_PLANNER, act=st.sampled_from(("ground", "release", "retire")))
    def command(self, who: Who, act: str) -> None:
        judged: Callable[[Who], str] = getattr(self.hangar, act)
        answer = self.ask(who, f"POST /aircraft/{self.stage.aircraft_id}/{act}", {"reason": "Bird strike"})
        assert outcome(answer) == judged(who)

    @precondition(lambda self: len(self.live) < MOST_WORK)
    @rule(who=A_PLANNER, order=AN_ORDER)
    def plan(self, who: Who, order: Order) -> None:
        order = self.from_now(order)
        expected, work = self.hangar.plan(who, order)
        answer = self.ask(who, "POST /maintenance-tasks", self.stage.ordered(order))
        assert outcome(answer) == expected
        if work is not None:
            self.stage.ids[work] = answer.json["id"]
            self.learn_checks(work)

    @precondition(lambda self: len(self.live) < MOST_WORK)
    @rule(who=A_PLANNER, orders=st.lists(AN_ORDER, min_size=1, max_size=3))
    def plan_many(self, who: Who, orders: list[Order]) -> None:
        orders = [self.from_now(order) for order in orders]
        planned = [self.hangar.plan(who, order) for order in orders]
        body = {"items": [self.stage.ordered(order) for order in orders]}
        answer = self.ask(who, "POST /maintenance-tasks:batch", body)
        if answer.status == 403:
            assert {expected for expected, _ in planned} == {"FORBIDDEN"}
            return
        for result, (expected, work) in zip(answer.json["results"], planned, strict=True):
            came_out = result["problem"]["code"] if "problem" in result else DONE
            self.note("one of many", came_out)
            assert came_out == expected
            if work is not None:
                self.stage.ids[work] = result["id"]
                self.learn_checks(work)

    def from_now(self, order: Order) -> Order:
        return Order(self.hangar.now + order.starts, order.mechanic, order.inspection)

    @precondition(any_work)
    @rule(who=A_PLANNER, nth=AN_INDEX, change=A_CHANGE)
    def edit(self, who: Who, nth: int, change: Change) -> None:
        work = chosen(self.live, nth)
        sent: dict[str, Any] = {}
        if change.inspection is not None:
            sent["type"] = "inspection" if change.inspection else "repair"
        if change.notes is not None:
            sent["notes"] = "Bring the ladder" if change.notes else None
        if change.later or change.longer:
            sent |= self.stage.window(work.starts + change.later, work.hours + change.longer)
        assert self.patch(who, work, sent) == self.hangar.edit(who, work, change)
        self.learn_checks(work)

    @precondition(any_work)
    @rule(who=A_PLANNER, nth=AN_INDEX, mechanic=A_MECHANIC)
    def assign(self, who: Who, nth: int, mechanic: int) -> None:
        work = chosen(self.live, nth)
        sent = {"assigned_mechanic_id": self.stage.id_of(mechanic)}
        assert self.patch(who, work, sent) == self.hangar.assign(who, work, mechanic)

    def patch(self, who: Who, work: Work, sent: dict[str, Any]) -> str:
        route = self.task(work)
        return outcome(self.ask(who, f"PATCH {route}", sent, self.run(self.stage.version(route))))

    @precondition(any_work)
    @rule(who=A_PLANNER, nth=AN_INDEX, mechanic=A_MECHANIC)
    def hand_over(self, who: Who, nth: int, mechanic: int) -> None:
        work = chosen(self.live, nth)
        order = {"assigned_mechanic_id": self.stage.id_of(mechanic), "note": "Panel 512 is open"}
        answer = self.ask(who, f"POST {self.task(work)}/handover", order)
        assert outcome(answer) == self.hangar.hand_over(who, work, mechanic)

    @precondition(lambda self: len(self.live) > MOST_WORK // 2)
    @rule(who=A_PLANNER, nth=AN_INDEX)
    def delete(self, who: Who, nth: int) -> None:
        work = chosen(self.live, nth)
        route = self.task(work)
        answer = self.ask(who, f"DELETE {route}", if_match=self.run(self.stage.version(route)))
        assert outcome(answer) == self.hangar.delete(who, work)

    @invariant()
    def everything_is_as_the_model_says(self) -> None:
        ids = self.stage.ids
        assert self.run(self.stage.seen()) == {
            "aircraft": self.hangar.aircraft,
            "is short of parts": self.hangar.is_short_of_parts,
            "work": {ids[each]: each.as_seen for each in self.live},
            "checks": {ids[each]: each.result for each in self.checks},
            "parts": {ids[each]: each.status for each in self.hangar.parts},
            "held": {ids[each]: ids[each.held_for] for each in self.hangar.parts if each.held_for},
        }


def outcome(reply: Reply) -> str:
    """Say in the model's words what was answered."""
    if reply.status < 400:
        return DONE
    assert reply.status == (403 if reply.code == "FORBIDDEN" else 409), reply.body
    if reply.code != "TASK_NOT_READY":
        return reply.code
    return " ".join(sorted(each["code"] for each in reply.json["reasons"]))


def whose(work: Work) -> Who:
    """Return the mechanic of the work, a planner where it has none."""
    return PLANNER if work.mechanic is None else MECHANICS[work.mechanic]


def chosen(things: list[T], nth: int) -> T:
    """Return the nth thing, counted round and round."""
    return things[nth % len(things)]
