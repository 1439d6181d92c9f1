"""A database that refuses something to one organization, as a fault would."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from uuid import UUID

import asyncpg

from amss.foundation.ids import new_id


@asynccontextmanager
async def refused(
    owner: asyncpg.Connection, table: str, what: str, org_id: UUID, condition: str, *, where: str = "true"
) -> AsyncGenerator[None]:
    """Raise a condition of PL/pgSQL wherever a row of the organization is touched in such a way (`INSERT`, …)."""
    name = f"refused_{new_id().hex}"
    await owner.execute(
        f"""
        CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF coalesce(NEW.org_id, OLD.org_id) = '{org_id}' AND {where} THEN RAISE {condition}; END IF;
            RETURN coalesce(NEW, OLD);
        END $$;
        CREATE TRIGGER {name} BEFORE {what} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}();
        """
    )
    try:
        yield
    finally:
        await owner.execute(f"DROP FUNCTION {name} CASCADE")
