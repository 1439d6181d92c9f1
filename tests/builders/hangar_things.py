"""Who and what there is in a hangar, as its model knows them. Hours and days count from its opening, at noon."""

from dataclasses import dataclass, field

from amss.foundation.access import Role

PLANNERS = (Role.TENANT_ADMIN, Role.SCHEDULER)
OPEN = ("scheduled", "in_progress")
HOURS = 4  # what every piece of work is planned for
OPENING_HOUR = 12


def day_of(hour: int) -> int:
    """Return the day of an hour; the opening's is 0."""
    return (hour + OPENING_HOUR) // 24


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


@dataclass(frozen=True)
class Order:
    """What a planner wants done; its mechanic by number."""

    starts: int
    mechanic: int | None
    inspection: bool


@dataclass(frozen=True)
class Change:
    """What a planner wants changed; None, and no hours, leave it as it is."""

    inspection: bool | None = None
    notes: bool | None = None  # whether it has some
    later: int = 0
    longer: int = 0


@dataclass(eq=False)
class Work:
    """A task; its mechanic by number."""

    starts: int
    slot: int
    mechanic: int | None
    inspection: bool
    hours: int = HOURS
    state: str = "scheduled"
    has_notes: bool = False
    checks: list[Check] = field(default_factory=list[Check])

    def __post_init__(self) -> None:
        """Give an inspection its check."""
        self.become(inspection=self.inspection)

    def become(self, *, inspection: bool) -> None:
        """Have the checks of an inspection, or of other work; those added by hand stay."""
        self.inspection = inspection
        of_its_own = [each for each in self.checks if not each.by_hand]
        if inspection and not of_its_own:
            self.checks.append(Check(self, by_hand=False))
        if not inspection:
            self.checks = [each for each in self.checks if each.by_hand]

    def is_his(self, who: Who) -> bool:
        """Whether he may work on it: a mechanic on his own alone."""
        return who.role in PLANNERS or (who.role is Role.MECHANIC and who.number == self.mechanic)

    def shares_time_with(self, starts: int, hours: int) -> bool:
        """Whether it is open while other work would go on."""
        return self.state in OPEN and self.starts < starts + hours and starts < self.starts + self.hours

    @property
    def as_seen(self) -> str:
        """How the database would have it."""
        return f"{self.state} {'inspection' if self.inspection else 'repair'} {self.slot}"


@dataclass(eq=False)
class Part:
    """A piece in the store, and the work it is held for."""

    last_day: int | None = None
    status: str = "in_stock"
    held_for: Work | None = None

    def is_good_at(self, hour: int) -> bool:
        """Whether it may still be fitted."""
        return self.last_day is None or day_of(hour) <= self.last_day

    def is_to_be_had_at(self, hour: int) -> bool:
        """Whether other work may still hold it."""
        return self.status == "in_stock" and self.held_for is None and self.is_good_at(hour)
