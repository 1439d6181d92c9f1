"""What planners may do with an aircraft and the work on it: the first half of the model of a hangar."""

from dataclasses import dataclass, field

from amss.foundation.access import Role
from builders.hangar_things import HOURS, OPEN, PLANNERS, Change, Order, Who, Work

DONE = "done"
BOOKING_HOURS = 24  # longer work is carried by a team


@dataclass(eq=False)
class Plans:
    """One aircraft with some slots, and its work; `now` is the hour since the opening."""

    slots: int
    now: int = 0
    grounded: bool = False
    retired: bool = False
    work: list[Work] = field(default_factory=list[Work])

    @property
    def aircraft(self) -> str:
        """The aircraft's status."""
        if self.retired or self.grounded:
            return "retired" if self.retired else "grounded"
        return "maintenance" if self._goes_on else "operational"

    @property
    def _goes_on(self) -> bool:
        return any(each.state == "in_progress" for each in self.work)

    def ground(self, who: Who) -> str:
        """Ground the aircraft."""
        if who.role is Role.AUDITOR:
            return "FORBIDDEN"
        if self.retired:
            return "AIRCRAFT_RETIRED"
        if self.grounded:
            return "CONFLICT"
        self.grounded = True
        return DONE

    def release(self, who: Who) -> str:
        """Give the aircraft back to operation."""
        if who.role not in PLANNERS:
            return "FORBIDDEN"
        if self.retired:
            return "AIRCRAFT_RETIRED"
        if self.aircraft == "operational":
            return "CONFLICT"
        if self._goes_on:
            return "AIRCRAFT_NOT_READY"
        self.grounded = False
        return DONE

    def retire(self, who: Who) -> str:
        """Take the aircraft out of service."""
        if who.role not in PLANNERS:
            return "FORBIDDEN"
        if self.retired:
            return "AIRCRAFT_RETIRED"
        if any(each.state in OPEN for each in self.work):
            return "IN_USE"
        self.retired = True
        return DONE

    def plan(self, who: Who, order: Order) -> tuple[str, Work | None]:
        """Put work on the aircraft."""
        if who.role not in PLANNERS:
            return "FORBIDDEN", None
        if self.retired:
            return "AIRCRAFT_RETIRED", None
        if self._is_busy(order.mechanic, order.starts, HOURS):
            return "MECHANIC_BUSY", None
        free = self._free_slots(order.starts, HOURS)
        if not free:
            return "TASK_OVERLAP", None
        work = Work(order.starts, min(free), order.mechanic, order.inspection)
        self.work.append(work)
        return DONE, work

    def edit(self, who: Who, work: Work, change: Change) -> str:
        """Change work; what goes on takes notes and a later end."""
        if who.role not in PLANNERS:
            return "FORBIDDEN"
        if work.state not in OPEN:
            return "TASK_CLOSED"
        inspection = work.inspection if change.inspection is None else change.inspection
        if work.state == "in_progress" and (change.later or inspection != work.inspection):
            return "TASK_IN_PROGRESS"
        if refused := self._move(work, work.starts + change.later, work.hours + change.longer):
            return refused
        work.has_notes = work.has_notes if change.notes is None else change.notes
        work.become(inspection=inspection)
        return DONE

    def _move(self, work: Work, starts: int, hours: int) -> str | None:
        if (starts, hours) == (work.starts, work.hours):
            return None
        free = self._free_slots(starts, hours, but=work)
        if not free:
            return "TASK_OVERLAP"
        if self._is_busy(work.mechanic, starts, hours, but=work):
            return "MECHANIC_BUSY"
        work.starts, work.hours = starts, hours
        work.slot = work.slot if work.slot in free else min(free)
        return None

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

    def _give_to(self, work: Work, mechanic: int) -> str:
        if self._is_busy(mechanic, work.starts, work.hours, but=work):
            return "MECHANIC_BUSY"
        work.mechanic = mechanic
        return DONE

    def _is_busy(self, mechanic: int | None, starts: int, hours: int, but: Work | None = None) -> bool:
        if mechanic is None or hours > BOOKING_HOURS:
            return False
        others = (each for each in self.work if each is not but and each.mechanic == mechanic)
        return any(each.hours <= BOOKING_HOURS and each.shares_time_with(starts, hours) for each in others)

    def _free_slots(self, starts: int, hours: int, but: Work | None = None) -> set[int]:
        taken = {each.slot for each in self.work if each is not but and each.shares_time_with(starts, hours)}
        return set(range(1, self.slots + 1)) - taken
