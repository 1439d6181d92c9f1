"""The demo's people: one per role and a crew of mechanics, all with the same password."""

from dataclasses import dataclass

from amss.foundation.access import Role

PASSWORD = "maintain-the-fleet"  # noqa: S105 - printed at every start, and refused in production


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """Somebody who can sign in to the demo."""

    email: str
    name: str
    role: Role
    licence_number: str | None = None
    licence_kind: str | None = None


ADMIN = DemoPerson("admin@demo.example", "Ada Spiteri", Role.ADMIN)
TENANT_ADMIN = DemoPerson("tenant-admin@demo.example", "Tomas Grech", Role.TENANT_ADMIN)
PLANNER = DemoPerson("planner@demo.example", "Petra Vella", Role.SCHEDULER)
CREW = (
    DemoPerson("mechanic@demo.example", "Marco Farrugia", Role.MECHANIC, "MT.66.10421", "Part-66 B1"),
    DemoPerson("mechanic-2@demo.example", "Sunniva Borg", Role.MECHANIC, "MT.66.11873", "Part-66 B2"),
    DemoPerson("mechanic-3@demo.example", "Karl Zammit", Role.MECHANIC, "MT.66.12950", "Part-66 B1"),
)
AUDITOR = DemoPerson("auditor@demo.example", "Amal Camilleri", Role.AUDITOR)
PEOPLE = (ADMIN, TENANT_ADMIN, PLANNER, *CREW, AUDITOR)
