"""Reading in SQL what a what-if judges anew."""

from typing import Any

import msgspec

from amss.features.aircraft.model import Aircraft
from amss.features.due.list_model import DueItemQuery
from amss.features.due.model import DueItem
from amss.features.due.queries import DUE_ITEMS, TENANTS_TODAY
from amss.features.due.what_if import SUPPOSED, FleetFacts
from amss.features.programs.model import Program
from amss.features.programs.queries import limits_of
from amss.foundation.reading import Reader


async def read_fleet_facts(reader: Reader, query: DueItemQuery, *, limit: int) -> FleetFacts:
    """Return all about the due items a what-if asks for, but for what its rates decide: at most so many."""
    values: list[Any] = []
    where = DUE_ITEMS.where(query, values, without=SUPPOSED)
    row = await reader.row(
        f"""
        WITH items AS MATERIALIZED (
            SELECT t.* FROM {DUE_ITEMS.source}{where} LIMIT {limit}
        )
        SELECT coalesce((SELECT json_agg(to_jsonb(t)) FROM items t), '[]')::text AS items,
               coalesce((
                   SELECT json_agg(to_jsonb(p) || jsonb_build_object('limits', {limits_of("p")}))
                   FROM maintenance_programs p
                   WHERE p.org_id = tenant.org::uuid AND p.id IN (SELECT program_id FROM items)
               ), '[]')::text AS programs,
               coalesce((
                   SELECT json_agg(to_jsonb(a)) FROM aircraft a
                   WHERE a.org_id = tenant.org::uuid AND a.id IN (SELECT aircraft_id FROM items)
               ), '[]')::text AS fleet,
               {TENANTS_TODAY} AS today
        """,
        *values,
    )
    return FleetFacts(
        items=msgspec.json.decode(row["items"], type=tuple[DueItem, ...]),
        programs=msgspec.json.decode(row["programs"], type=tuple[Program, ...]),
        fleet=msgspec.json.decode(row["fleet"], type=tuple[Aircraft, ...]),
        today=row["today"],
    )
