"""`amss events`: let the stream have again what it had before."""

import asyncio
import os
from datetime import datetime

import click
import msgspec

from amss.cli.failing import in_one_sentence
from amss.features.verification.queries import find_organizations
from amss.foundation.errors import Invalid
from amss.foundation.settings import Settings, load_settings
from amss.foundation.shapes import Moment
from amss.journal import outbox
from amss.worker.main import open_context


def _moment(_context: click.Context, _option: click.Parameter, value: str) -> datetime:
    """Read a moment with its offset from UTC, as the API writes it."""
    try:
        return msgspec.convert(value, Moment)
    except msgspec.ValidationError:
        raise click.BadParameter(f"{value!r} is no moment; write for example 2026-11-24T04:00:00Z.") from None


class Republished(msgspec.Struct, frozen=True):
    """How many events come again, of which organization (null: of all), since when."""

    events: int
    organization: str | None
    since: datetime


@click.group("events")
def command() -> None:
    """Let events come to the stream again."""


@command.command("republish")
@click.option("--since", callback=_moment, required=True, help="What was streamed from this moment on comes again.")
@click.option("--org", help="Slug of the only organization whose events come again.")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON object.")
@in_one_sentence
def republish(since: datetime, org: str | None, *, as_json: bool) -> None:
    """Let the worker write events to the stream `amss.events` again, under the same ids and in their order.

    Webhooks and the feed are not concerned. Exits with 0 where it is done, also where there was nothing to do, 1
    where it could not be done, 2 where the command was misspelt.
    """
    done = asyncio.run(_republish(load_settings(os.environ), since, org))
    click.echo(msgspec.json.encode(done) if as_json else _sentence(done))


async def _republish(settings: Settings, since: datetime, org: str | None) -> Republished:
    async with open_context(settings) as context, context.database.connection() as connection:
        found = None if org is None else await find_organizations(connection, org)
        if found == []:
            raise Invalid("There is no such organization.")
        org_id = found[0][0] if found else None
        events = await outbox.stream_again(connection, since=since, now=context.now, org_id=org_id)
    return Republished(events, org, since)


def _sentence(done: Republished) -> str:
    whose = f" of {done.organization}" if done.organization else ""
    return f"Events{whose} that come to the stream again: {done.events}."
