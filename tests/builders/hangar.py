"""What may be done to the work, the parts and the checks of one aircraft: a model to compare AMSS with.

It knows no database and no HTTP. Each act answers "done", or the code by which it is refused; where something is
missing for a step, the codes of all that is. Nobody asks for deleted work.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from amss.foundation.access import Role

DONE = "done"
PLANNERS = (Role.TENANT_ADMIN, Role.SCHEDULER)
OPEN = ("scheduled", "in_progress")
HOURS = 4  # what every piece of work takes


@dataclass(frozen=True)
class Who:
    """Somebody by his role; `number` tells two mechanics apart."""

    role: Role
    number: int = 0


@dataclass(eq=False)
class Check:
    """A check of a task; each corrects at most one other."""

    work: "Work"
    by_hand: bool
    result: str = "pending"
    corrects: "Check | None" = None
    corrected_by: "Check | None" = None

    @property
    def missing(self) -> str | None:
        """What is missing for the work to be completed, as far as this check goes."""
        if self.result == "pending":
            return "CHECK_UNSIGNED"
        corrected = self.corrected_by is not None and self.corrected_by.result != "pending"
        return "CHECK_FAILED" if self.result == "fail" and not corrected else None


@dataclass(eq=False)
class Work:
    """A task that starts some hours from now; its mechanic by number."""

    starts: int
    slot: int
    mechanic: int | None
    state: str = "scheduled"
    has_notes: bool = False
    checks: list[Check] = field(default_factory=list[Check])

    def is_his(self, who: Who) -> bool:
        """Whether he may work on it: a mechanic on his own alone."""
        return who.role in PLANNERS or (who.role is Role.MECHANIC and who.number == self.mechanic)

    def shares_time_with(self, starts: int) -> bool:
        """Whether it is open while other work would go on."""
        return self.state in OPEN and abs(self.starts - starts) < HOURS


@dataclass(eq=False)
class Part:
    """A piece in the store, and the work it is held for."""

    status: str = "in_stock"
    held_for: Work | None = None


@dataclass(eq=False)
class Hangar:
    """One aircraft with some slots, its work, and the store."""

    slots: int
    work: list[Work] = field(default_factory=list[Work])
    parts: list[Part] = field(default_factory=list[Part])

    @property
    def aircraft(self) -> str:
        """The aircraft's status."""
        return "maintenance" if any(each.state == "in_progress" for each in self.work) else "operational"

    def plan(self, who: Who, starts: int, mechanic: int | None, *, inspection: bool) -> tuple[str, Work | None]:
        """Put work on the aircraft."""
        if who.role not in PLANNERS:
            return "FORBIDDEN", None
        beside = [each for each in self.work if each.shares_time_with(starts)]
        if mechanic is not None and any(each.mechanic == mechanic for each in beside):
            return "MECHANIC_BUSY", None
        free = set(range(1, self.slots + 1)) - {each.slot for each in beside}
        if not free:
            return "TASK_OVERLAP", None
        work = Work(starts, min(free), mechanic)
        if inspection:
            work.checks.append(Check(work, by_hand=False))
        self.work.append(work)
        return DONE, work

    def start(self, who: Who, work: Work) -> str:
        """Begin work."""
        if refused := self._step(who, work, "in_progress"):
            return refused
        missing = [
            *(["MECHANIC_MISSING"] if work.mechanic is None else []),
            *(["TOO_EARLY"] if work.starts > 0 else []),
            *("PART_NOT_IN_STOCK" for part in self._held(work) if part.status != "in_stock"),
        ]
        return self._move(work, "in_progress", missing)

    def complete(self, who: Who, work: Work, *, notes: bool) -> str:
        """End work that is done and signed."""
        if refused := self._step(who, work, "completed"):
            return refused
        missing = [
            *(["NOT_STARTED"] if work.state == "scheduled" else []),
            *([] if notes or work.has_notes else ["NOTES_MISSING"]),
            *(each.missing for each in work.checks if each.missing),
            *("PART_UNSETTLED" for _ in self._held(work)),
        ]
        return self._move(work, "completed", missing)

    def cancel(self, who: Who, work: Work, *, reason: bool) -> str:
        """Give work up."""
        if who.role not in PLANNERS:
            return "FORBIDDEN"
        if refused := self._step(who, work, "cancelled"):
            return refused
        answer = self._move(work, "cancelled", [] if reason else ["REASON_MISSING"])
        if answer == DONE:
            self._give_back(work)
        return answer

    def delete(self, who: Who, work: Work) -> str:
        """Take planned work out."""
        if who.role not in PLANNERS:
            return "FORBIDDEN"
        if work.state not in OPEN:
            return "TASK_CLOSED"
        if work.state != "scheduled":
            return "CONFLICT"
        work.state = "deleted"
        self._give_back(work)
        return DONE

    def assign(self, who: Who, work: Work, mechanic: int) -> str:
        """Give planned work to a mechanic."""
        if who.role not in PLANNERS:
            return "FORBIDDEN"
        if work.state not in OPEN:
            return "TASK_CLOSED"
        if work.mechanic == mechanic:
            return DONE
        if work.state != "scheduled":
            return "TASK_IN_PROGRESS"
        return self._give_to(work, mechanic)

    def hand_over(self, who: Who, work: Work, mechanic: int) -> str:
        """Give work that goes on to another mechanic; it has notes from then on."""
        if who.role not in PLANNERS:
            return "FORBIDDEN"
        if work.state not in OPEN:
            return "TASK_CLOSED"
        if work.state == "scheduled" or work.mechanic == mechanic:
            return "CONFLICT"
        answer = self._give_to(work, mechanic)
        work.has_notes = work.has_notes or answer == DONE
        return answer

    def reserve(self, who: Who, work: Work, part: Part) -> str:
        """Hold a part for work."""
        if not work.is_his(who):
            return "FORBIDDEN"
        if work.state not in OPEN:
            return "TASK_CLOSED"
        if part.status != "in_stock":
            return "PART_NOT_IN_STOCK"
        if part.held_for is not None:
            return "PART_RESERVED"
        part.held_for = work
        return DONE

    def use(self, who: Who, part: Part, work: Work) -> str:
        """Fit a part that was once held for this work."""
        if refused := self._settle(who, part, work):
            return refused
        if work.state != "in_progress":
            return "TASK_NOT_IN_PROGRESS"
        if part.status != "in_stock":
            return "PART_NOT_IN_STOCK"
        part.status, part.held_for = "used", None
        return DONE

    def release(self, who: Who, part: Part, work: Work) -> str:
        """Give a part back that was once held for this work."""
        if refused := self._settle(who, part, work):
            return refused
        part.held_for = None
        return DONE

    def put(self, who: Who, part: Part, status: str) -> str:
        """Put a part in quarantine, or back in stock."""
        if who.role is Role.AUDITOR:
            return "FORBIDDEN"
        if part.status == "used":
            return "PART_CLOSED"
        part.status = status
        return DONE

    def add_check(self, who: Who, work: Work, corrects: Check | None) -> tuple[str, Check | None]:
        """Add a check to work, or one that corrects another."""
        if not work.is_his(who):
            return "FORBIDDEN", None
        if work.state not in OPEN and (work.state, corrects is None) != ("completed", False):
            return "TASK_CLOSED", None
        if corrects is not None and corrects.result == "pending":
            return "NOT_SIGNED", None
        if corrects is not None and corrects.corrected_by is not None:
            return "ALREADY_SUPERSEDED", None
        check = Check(work, by_hand=True, corrects=corrects)
        if corrects is not None:
            corrects.corrected_by = check
        work.checks.append(check)
        return DONE, check

    def remove_check(self, who: Who, check: Check) -> str:
        """Take a check off its work."""
        if not check.work.is_his(who):
            return "FORBIDDEN"
        if check.result != "pending":
            return "ALREADY_SIGNED"
        if not check.by_hand:
            return "FROM_PROGRAM"
        if self._is_shut(check):
            return "TASK_CLOSED"
        if check.corrects is not None:
            check.corrects.corrected_by = None
        check.work.checks.remove(check)
        return DONE

    def sign(self, who: Who, check: Check, result: str) -> str:
        """Sign a check; only the mechanic of its work does."""
        if who.role is not Role.MECHANIC or not check.work.is_his(who):
            return "FORBIDDEN"
        if check.result != "pending":
            return "ALREADY_SIGNED"
        if self._is_shut(check):
            return "TASK_CLOSED"
        if check.work.state == "scheduled":
            return "TASK_NOT_IN_PROGRESS"
        check.result = result
        return DONE

    def _is_shut(self, check: Check) -> bool:
        open_states = (*OPEN, "completed") if check.corrects else OPEN
        return check.work.state not in open_states

    def _settle(self, who: Who, part: Part, work: Work) -> str | None:
        if who.role is Role.AUDITOR:
            return "FORBIDDEN"
        if part.held_for is not work:
            return "RESERVATION_CLOSED"
        return None if work.is_his(who) else "FORBIDDEN"

    def _give_to(self, work: Work, mechanic: int) -> str:
        if self._carries_other(mechanic, work):
            return "MECHANIC_BUSY"
        work.mechanic = mechanic
        return DONE

    def _carries_other(self, mechanic: int, work: Work) -> bool:
        others = (each for each in self.work if each is not work and each.mechanic == mechanic)
        return any(each.shares_time_with(work.starts) for each in others)

    def _step(self, who: Who, work: Work, state: str) -> str | None:
        if not work.is_his(who):
            return "FORBIDDEN"
        if work.state not in OPEN:
            return "TASK_CLOSED"
        return "CONFLICT" if work.state == state else None

    def _move(self, work: Work, state: str, missing: list[str]) -> str:
        if missing:
            return " ".join(sorted(missing))
        work.state = state
        return DONE

    def _held(self, work: Work) -> Iterator[Part]:
        return (part for part in self.parts if part.held_for is work)

    def _give_back(self, work: Work) -> None:
        for part in self._held(work):
            part.held_for = None
