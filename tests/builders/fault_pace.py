"""How large a row of the fault matrix is, and in what haste: small and hasty unless asked for more."""

from collections.abc import Mapping
from dataclasses import dataclass

ORGANIZATIONS, AGGREGATES = 4, 10  # of each organization


@dataclass(frozen=True)
class Pace:
    """How many events, how fast they are recorded, and how many times as fast AMSS's clock runs."""

    events: int
    pause_seconds: float  # between ten and the next ten
    haste: float
    outage_seconds: float
    step_minutes: float  # of a clock that is stepped

    @property
    def rounds(self) -> int:
        """How often each aggregate changes."""
        return -(-self.events // (ORGANIZATIONS * AGGREGATES))

    @property
    def spared(self) -> int:
        """How many events or deliveries a doomed worker lives through: it dies in the middle of its work."""
        return self.events // 16


SMALL = Pace(events=520, pause_seconds=0.02, haste=10, outage_seconds=2, step_minutes=1)
FULL = Pace(events=5_000, pause_seconds=0.04, haste=1, outage_seconds=30, step_minutes=5)


def chosen_pace(environment: Mapping[str, str]) -> Pace:
    """Return the full size where `FAULTS=full` asks for it."""
    return FULL if environment.get("FAULTS") == "full" else SMALL
