"""What may be done to the work, the parts and the checks of one aircraft: a model to compare AMSS with.

It knows no database and no HTTP. Each act answers "done", or the code by which it is refused; where something is
missing for a step, the codes of all that is. Nobody asks for deleted work.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from amss.foundation.access import Role
from builders.hangar_plans import DONE, Plans
from builders.hangar_things import OPEN, PLANNERS, Check, Part, Who, Work

CANCELLABLE_HOURS = 24
MIN_STOCK = 2


@dataclass(eq=False)
class Hangar(Plans):
    """One aircraft with its work, and the store."""

    any_mechanic: bool = False
    parts: list[Part] = field(default_factory=list[Part])

    @property
    def held_until_a_day(self) -> list[Part]:
        """The parts that are held for work and will not be good for ever."""
        return [part for part in self.parts if part.held_for is not None and part.last_day is not None]

    @property
    def is_short_of_parts(self) -> bool:
        """Whether fewer parts than there should be may be had for other work."""
        return sum(part.is_to_be_had_at(self.now) for part in self.parts) < MIN_STOCK

    def let_sign(self, who: Who, *, any_mechanic: bool) -> str:
        """Settle whether any mechanic signs."""
        if who.role is not Role.TENANT_ADMIN:
            return "FORBIDDEN"
        self.any_mechanic = any_mechanic
        return DONE

    def start(self, who: Who, work: Work) -> str:
        """Begin work."""
        if refused := self._step(who, work, "in_progress"):
            return refused
        missing = [
            *(["MECHANIC_MISSING"] if work.mechanic is None else []),
            *(["TOO_EARLY"] if work.starts > self.now else []),
            *("PART_NOT_IN_STOCK" for part in self._held(work) if part.status != "in_stock"),
            *("PART_EXPIRED" for part in self._held(work) if not part.is_good_at(self.now)),
        ]
        return self._enter(work, "in_progress", missing)

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
        return self._enter(work, "completed", missing)

    def cancel(self, who: Who, work: Work, *, reason: bool, allow_late: bool) -> str:
        """Give work up; a day after its start only a tenant_admin does, and says so."""
        if who.role not in PLANNERS:
            return "FORBIDDEN"
        if refused := self._step(who, work, "cancelled"):
            return refused
        late = self.now > work.starts + CANCELLABLE_HOURS and not (allow_late and who.role is Role.TENANT_ADMIN)
        missing = [*([] if reason else ["REASON_MISSING"]), *(["LATE_CANCEL"] if late else [])]
        answer = self._enter(work, "cancelled", missing)
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
        if not part.is_good_at(max(self.now, work.starts)):
            return "PART_EXPIRED"
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
        if not part.is_good_at(self.now):
            return "PART_EXPIRED"
        part.status, part.held_for = "used", None
        return DONE

    def put_back(self, who: Who, part: Part, work: Work) -> str:
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

    def date_anew(self, who: Who, part: Part, last_day: int | None) -> str:
        """Give a part another last day, or none."""
        if who.role is Role.AUDITOR:
            return "FORBIDDEN"
        if part.status == "used" and part.last_day != last_day:
            return "PART_CLOSED"
        part.last_day = last_day
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
        """Sign a check; only the mechanic of its work does, or any of them where that is settled."""
        if who.role is not Role.MECHANIC or not (self.any_mechanic or check.work.is_his(who)):
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

    def _step(self, who: Who, work: Work, state: str) -> str | None:
        if not work.is_his(who):
            return "FORBIDDEN"
        if work.state not in OPEN:
            return "TASK_CLOSED"
        return "CONFLICT" if work.state == state else None

    def _enter(self, work: Work, state: str, missing: list[str]) -> str:
        if missing:
            return " ".join(sorted(missing))
        work.state = state
        return DONE

    def _held(self, work: Work) -> Iterator[Part]:
        return (part for part in self.parts if part.held_for is work)

    def _give_back(self, work: Work) -> None:
        for part in self._held(work):
            part.held_for = None
