"""The ledger in SQL."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from uuid import UUID

from amss.features.aircraft.model import Aircraft
from amss.features.utilization.model import (
    CountersOn,
    DayFlown,
    MonthFlownOut,
    UtilizationEntry,
    UtilizationEntryOut,
)
from amss.foundation.database import Transaction, columns, placeholders, values_of
from amss.foundation.reading import Listing

_STANDING = "reverses_id IS NULL AND reversed_by_id IS NULL"

ENTRIES = Listing(
    shows=UtilizationEntryOut,
    source="utilization_entries t WHERE t.org_id = tenant.org::uuid",
    expressions={"flight_minutes": "t.minutes"},
    filters={
        "aircraft_id": "t.aircraft_id = {}",
        "flown_from": "t.flown_on >= {}",
        "flown_to": "t.flown_on < {}",
    },
    sorts={"flown_on": ("t.flown_on", "date")},
    default_sort="-flown_on",
    versioned=False,
)

# Within one aircraft a month is enough to go on from; its id stands where a cursor wants one.
MONTHS = Listing(
    shows=MonthFlownOut,
    source=f"""(
        SELECT org_id, aircraft_id AS id, date_trunc('month', flown_on::timestamp)::date AS month,
               sum(minutes) AS flight_minutes, sum(cycles) AS cycles, count(*) AS entries
        FROM utilization_entries
        WHERE org_id = tenant.org::uuid AND {_STANDING}
        GROUP BY 1, 2, 3
    ) t WHERE t.org_id = tenant.org::uuid""",
    expressions={"month": "to_char(t.month, 'YYYY-MM')"},
    filters={
        "aircraft_id": "t.id = {}",
        "flown_from": "t.month >= date_trunc('month', {}::date::timestamp)::date",
        "flown_to": "t.month < {}",
    },
    sorts={"month": ("t.month", "date")},
    default_sort="-month",
    versioned=False,
)


async def hold_fleet(tx: Transaction, *, ids: Collection[UUID], tails: Collection[str]) -> list[Aircraft]:
    """Return the live aircraft with these ids or tail numbers, held by id: two who come at once do not deadlock."""
    return await tx.all(
        Aircraft,
        f"""
        SELECT {columns(Aircraft)} FROM aircraft
        WHERE org_id = $1 AND (id = ANY ($2) OR tail_number = ANY ($3)) AND deleted_at IS NULL
        ORDER BY id
        FOR NO KEY UPDATE
        """,
        tx.org_id,
        ids,
        tails,
    )


async def counters_on(tx: Transaction, asked: Sequence[tuple[UUID, date]]) -> list[CountersOn]:
    """Return what aircraft had flown in all by the end of a day each, and when they last flew by then.

    Before the first entry that is the opening balance.
    """
    return await tx.all(
        CountersOn,
        """
        SELECT a.id AS aircraft_id, asked.day AS "on",
               a.opening_flight_minutes + coalesce(sum(e.minutes), 0) AS flight_minutes,
               a.opening_cycles + coalesce(sum(e.cycles), 0) AS cycles, max(e.flown_on) AS last_flown_on
        FROM unnest($2::uuid[], $3::date[]) AS asked (aircraft_id, day)
        JOIN aircraft a ON a.org_id = $1 AND a.id = asked.aircraft_id
        LEFT JOIN utilization_entries e ON e.org_id = $1 AND e.aircraft_id = a.id AND e.flown_on <= asked.day
        GROUP BY a.org_id, a.id, asked.day
        """,
        tx.org_id,
        [aircraft_id for aircraft_id, _ in asked],
        [day for _, day in asked],
    )


async def counters_at(tx: Transaction, aircraft_id: UUID, moment: datetime) -> CountersOn:
    """Return of one aircraft what `counters_on` returns, for the day of a moment in the organization's time zone.

    Counted backwards from its totals, since such a day is hardly ever long past and the ledger may be long.
    """
    return await tx.one(
        CountersOn,
        """
        SELECT a.id AS aircraft_id, local.day AS "on",
               a.flight_minutes_total - coalesce(sum(later.minutes), 0) AS flight_minutes,
               a.cycles_total - coalesce(sum(later.cycles), 0) AS cycles, (
                   SELECT max(e.flown_on) FROM utilization_entries e
                   WHERE e.org_id = $1 AND e.aircraft_id = $2 AND e.flown_on <= local.day
               ) AS last_flown_on
        FROM organizations o
        CROSS JOIN LATERAL (SELECT ($3::timestamptz AT TIME ZONE o.time_zone)::date) local (day)
        JOIN aircraft a ON a.org_id = o.id AND a.id = $2
        LEFT JOIN utilization_entries later
            ON later.org_id = $1 AND later.aircraft_id = $2 AND later.flown_on > local.day
        WHERE o.id = $1
        GROUP BY a.org_id, a.id, local.day
        """,
        tx.org_id,
        aircraft_id,
        moment,
    )


async def find_standing(tx: Transaction, aircraft_id: UUID, external_id: str) -> UtilizationEntry | None:
    """Return the entry that stands under an external id."""
    return await tx.first(
        UtilizationEntry,
        f"""
        SELECT {columns(UtilizationEntry)} FROM utilization_entries
        WHERE org_id = $1 AND aircraft_id = $2 AND external_id = $3 AND {_STANDING}
        """,
        tx.org_id,
        aircraft_id,
        external_id,
    )


async def flown_besides(tx: Transaction, aircraft_id: UUID, day: date, *, without: UUID | None) -> DayFlown:
    """Return what stands in the ledger for a day, without one entry."""
    return await tx.one(
        DayFlown,
        f"""
        SELECT coalesce(sum(minutes), 0) AS flight_minutes, coalesce(sum(cycles), 0) AS cycles
        FROM utilization_entries
        WHERE org_id = $1 AND aircraft_id = $2 AND flown_on = $3 AND {_STANDING} AND id IS DISTINCT FROM $4::uuid
        """,
        tx.org_id,
        aircraft_id,
        day,
        without,
    )


async def add(tx: Transaction, entry: UtilizationEntry) -> None:
    """Insert an entry."""
    await tx.run(
        f"INSERT INTO utilization_entries ({columns(UtilizationEntry)}) VALUES ({placeholders(UtilizationEntry)})",
        *values_of(entry),
    )


async def mark_reversed(tx: Transaction, entry: UtilizationEntry) -> None:
    """Note on an entry which other takes it back."""
    await tx.run(
        "UPDATE utilization_entries SET reversed_by_id = $3, updated_at = $4 WHERE org_id = $1 AND id = $2",
        entry.org_id,
        entry.id,
        entry.reversed_by_id,
        entry.updated_at,
    )


async def save_totals(tx: Transaction, aircraft: Aircraft) -> None:
    """Write back what an aircraft has flown in all."""
    await tx.run(
        "UPDATE aircraft SET flight_minutes_total = $3, cycles_total = $4 WHERE org_id = $1 AND id = $2",
        aircraft.org_id,
        aircraft.id,
        aircraft.flight_minutes_total,
        aircraft.cycles_total,
    )
