"""`amss migrate`."""

import asyncio
import os
import sys
from collections.abc import Mapping

import asyncpg
import click

from amss.cli.failing import in_one_sentence
from amss.foundation.migrations import migrate, pending
from amss.foundation.settings import SettingsError


@click.command("migrate")
@click.option("--check", is_flag=True, help="Change nothing; exit with 1 when something is missing.")
@in_one_sentence
def command(*, check: bool) -> None:
    """Bring the database up to date. Uses MIGRATION_DATABASE_URL, or DATABASE_URL where that is not set."""
    url = _owners_url(os.environ)
    if check:
        missing = asyncio.run(_missing(url))
        click.echo("\n".join(missing) or "Nothing is missing.")
        sys.exit(bool(missing))
    applied = asyncio.run(migrate(url))
    click.echo("\n".join(f"Applied {name}" for name in applied) or "Nothing is missing.")


def _owners_url(environment: Mapping[str, str]) -> str:
    """Return the only setting this command reads: who migrates need not know the server's secrets."""
    url = environment.get("MIGRATION_DATABASE_URL") or environment.get("DATABASE_URL")
    if not url:
        raise SettingsError("MIGRATION_DATABASE_URL is missing, and so is DATABASE_URL.")
    return url


async def _missing(url: str) -> list[str]:
    connection = await asyncpg.connect(url)
    try:
        return await pending(connection)
    finally:
        await connection.close()
