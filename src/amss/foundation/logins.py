"""Which database login a process may use in production: a member of its own role, and nothing more."""

import asyncio

import structlog

from amss.foundation.database import Database
from amss.foundation.errors import Unavailable
from amss.foundation.settings import SettingsError

log = structlog.get_logger(__name__)

_RETRY_SECONDS = 1


async def must_be_narrow(database: Database, setting: str, role: str) -> None:
    """In production refuse a login that could pass by row-level security; wait while Postgres is away."""
    if not database.settings.is_production:
        return
    while (login := await _login(database, role)) is None:
        log.warning("Waiting for Postgres", setting=setting)
        await asyncio.sleep(_RETRY_SECONDS)
    name, is_member, is_more = login
    if not is_member:
        raise SettingsError(
            f"{setting}: the login {name} is no member of {role}, or `amss migrate` has not been run."
        )
    if is_more:
        raise SettingsError(
            f"{setting}: the login {name} can pass by row-level security. Use one that is a member of {role} only."
        )


async def _login(database: Database, role: str) -> tuple[str, bool, bool] | None:
    """Return the login's name, whether it is a member of the role, and whether it can do more."""
    try:
        async with database.connection() as connection:
            (row,) = await connection.fetch(
                """
                SELECT rolname::text,
                       EXISTS (SELECT FROM pg_roles AS r WHERE r.rolname = $1 AND pg_has_role(r.oid, 'MEMBER')),
                       rolsuper OR rolbypassrls OR EXISTS (
                           SELECT FROM pg_roles AS r
                           WHERE r.rolname IN ('amss_owner', 'amss_server', 'amss_worker') AND r.rolname <> $1
                             AND pg_has_role(r.oid, 'MEMBER')
                       )
                FROM pg_roles WHERE rolname = current_user
                """,
                role,
            )
            return row[0], row[1], row[2]
    except Unavailable:
        return None
