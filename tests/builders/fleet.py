"""Files of aircraft: a made-up fleet of any size with known faults, and the real one where it lies beside us."""

import csv
import io
from dataclasses import dataclass, field
from pathlib import Path

COLUMNS = (
    "tail_number", "model", "icao_type", "manufacturer", "serial_number", "status", "capacity_slots",
    "flight_hours_total", "cycles_total", "in_service_on",
)  # fmt: skip

TYPES = (
    ("A320-214", "A320", "Airbus"),
    ("737-800", "B738", "Boeing"),
    ("ATR 72-600", "AT76", "ATR"),
    ("E190-E2", "E290", "Embraer"),
    ("Dash 8-400", "DH8D", "De Havilland Canada"),
)

# Each takes its turn: the column, what is written into it, and the code it is refused with.
FAULTS = (
    ("tail_number", "N 4?", "PATTERN"),
    ("model", "", "MISSING"),
    ("icao_type", "a320", "INVALID"),
    ("status", "flying", "INVALID"),
    ("capacity_slots", "0", "INVALID"),
    ("flight_hours_total", "12:75", "INVALID"),
    ("cycles_total", "-3", "INVALID"),
    ("in_service_on", "03/04/2020", "INVALID"),
)


@dataclass(frozen=True)
class FleetFile:
    """A CSV file, its good tail numbers, and its bad rows: row number → (column, code)."""

    content: bytes
    tails: list[str] = field(default_factory=list[str])
    faults: dict[int, tuple[str, str]] = field(default_factory=dict[int, tuple[str, str]])

    @property
    def rows(self) -> int:
        return len(self.tails) + len(self.faults)


def a_fleet_file(rows: int, *, bad_every: int | None = 100) -> FleetFile:
    """Write a fleet in which every `bad_every`-th row has one fault; the same call writes the same bytes."""
    tails: list[str] = []
    faults: dict[int, tuple[str, str]] = {}
    lines: list[dict[str, str]] = []
    for number in range(1, rows + 1):
        aircraft = an_aircraft_row(number)
        if bad_every and number % bad_every == 0:
            column, text, code = FAULTS[number // bad_every % len(FAULTS)]
            aircraft[column] = text
            faults[number] = (column, code)
        else:
            tails.append(aircraft["tail_number"])
        lines.append(aircraft)
    return FleetFile(as_csv(lines), tails, faults)


def an_aircraft_row(number: int) -> dict[str, str]:
    """Return the cells of one good row, different for every number."""
    model, icao_type, manufacturer = TYPES[number % len(TYPES)]
    return {
        "tail_number": f"X-{number:05}",
        "model": model,
        "icao_type": icao_type,
        "manufacturer": manufacturer,
        "serial_number": f"{manufacturer[:2].upper()}{number * 7}",
        "status": "grounded" if number % 50 == 0 else "operational",
        "capacity_slots": str(5 + number % 10),
        "flight_hours_total": f"{number * 13 % 60_000}:{number % 60:02}",
        "cycles_total": str(number * 5 % 30_000),
        "in_service_on": f"{2000 + number % 25}-{1 + number % 12:02}-{1 + number % 28:02}",
    }


def as_csv(rows: list[dict[str, str]], *, delimiter: str = ",") -> bytes:
    """Write rows under the header of their columns."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, fieldnames=list(rows[0]), delimiter=delimiter)
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def the_real_fleet(vrs_aircraft: Path) -> bytes:
    """Write the aircraft of the Virtual Radar Server's list under our columns."""
    with vrs_aircraft.open(encoding="utf-8-sig", newline="") as file:
        return as_csv(
            [
                {
                    "tail_number": row["Registration"],
                    "model": row["Model"],
                    "icao_type": row["ModelICAO"],
                    "manufacturer": row["Manufacturer"],
                    "serial_number": row["SerialNumber"],
                    "in_service_on": f"{row['YearBuilt']}-01-01" if row["YearBuilt"] else "",
                }
                for row in csv.DictReader(file)
            ]
        )
