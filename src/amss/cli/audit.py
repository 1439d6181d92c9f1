"""`amss audit`: prove that the audit trail and signed checks are what was written."""

import asyncio
import os
from collections.abc import Iterator
from pathlib import Path

import click
import msgspec

from amss.cli.failing import in_one_sentence
from amss.features.audit.keys import SealKeyRing, key_ring, public_keys
from amss.features.verification import queries
from amss.features.verification.file import FileFindings, lines_of, verify_file
from amss.features.verification.model import AuditFindings, Verification, VerificationQuery
from amss.features.verification.service import verify
from amss.foundation.access import the_job
from amss.foundation.database import PLANNED_ONCE, Database, Origin
from amss.foundation.errors import Invalid, Refusal
from amss.foundation.ids import new_id
from amss.foundation.settings import Settings, load_settings


class CouldNotVerify(click.ClickException):
    """Nothing was verified: neither 0, all is as it was written, nor 1, something was altered."""

    exit_code = 2


@click.group("audit")
def command() -> None:
    """Prove that the audit trail and signed checks are what was written."""


@command.command("verify")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path), required=False)
@click.option(
    "--public-keys", "keys", envvar="AUDIT_SEAL_PUBLIC_KEYS", help="PEM file that verifies FILE, or a directory."
)
@click.option("--org", help="Slug of the only organization to verify.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object for each organization.")
@click.pass_context
def verify_command(
    context: click.Context, file: Path | None, keys: str | None, org: str | None, *, as_json: bool
) -> None:
    """Verify the database, or FILE: a complete NDJSON export, for which the public keys are enough.

    Exits with 0 where nothing was altered, 1 where something was, 2 where it could not be verified.
    """
    if file is not None and (org is not None or keys is None):
        raise click.UsageError("FILE is verified with --public-keys, and holds one organization: leave out --org.")
    try:
        sound = _verify_file(file, keys or "", as_json=as_json) if file else _verify_database(org, as_json=as_json)
    except click.ClickException as fault:
        raise CouldNotVerify(fault.message) from None
    context.exit(0 if sound else 1)


@command.command("public-keys")
@in_one_sentence
def public_keys_command() -> None:
    """Print the public keys of all seals, for whoever verifies an export."""
    click.echo(key_ring(load_settings(os.environ)).pem(), nl=False)


@in_one_sentence
def _verify_file(file: Path, keys: str, *, as_json: bool) -> bool:
    with file.open("rb") as opened:
        found = verify_file(lines_of(opened), SealKeyRing(public_keys(keys)))
    if as_json:
        click.echo(msgspec.json.encode(found))
    else:
        click.echo("\n".join(_sentences_of_file(found)))
    return found.verified


@in_one_sentence
def _verify_database(org: str | None, *, as_json: bool) -> bool:
    return asyncio.run(_verify_organizations(load_settings(os.environ), org, as_json=as_json))


async def _verify_organizations(settings: Settings, org: str | None, *, as_json: bool) -> bool:
    """Verify one organization after the other, as the database's owner; tell each as soon as it is done.

    One that cannot be verified leaves the others alone. That is told in the end, unless something was altered.
    """
    url = settings.migration_database_url or settings.database_url
    database = Database(url, role="amss_owner", process="amss-audit-verify", settings=settings, planning=PLANNED_ONCE)
    sound, left_out = True, list[str]()
    try:
        async with database.connection() as connection:
            organizations = await queries.find_organizations(connection, org)
        if not organizations:
            raise Invalid("There is no such organization.")
        for org_id, slug in organizations:
            origin = Origin(request_id=str(new_id()), user_agent="amss audit verify")
            try:
                async with database.transaction(the_job("audit-verify"), org_id, origin) as tx:
                    found = await verify(tx, VerificationQuery())
            except Refusal as refusal:
                left_out.append(slug)
                click.echo(f"{slug}: could not be verified. {refusal.detail}", err=True)
                continue
            told = {"organization": slug, **msgspec.to_builtins(found)}
            click.echo(msgspec.json.encode(told) if as_json else "\n".join(_sentences(slug, found)))
            sound &= found.verified
    finally:
        await database.close()
    if left_out and sound:
        raise click.ClickException(f"Not verified: {', '.join(left_out)}.")
    return sound


def _sentences(slug: str, found: Verification) -> Iterator[str]:
    verdict = "nothing was altered" if found.verified else "NOT as it was written"
    yield f"{slug}: {verdict}. {_counted(found.audit)} Signed checks: {found.signatures.items}."
    for fault in found.audit.faults:
        yield f"  {fault.message}{f' ({fault.audit_log_id})' if fault.audit_log_id else ''}"
    for item in found.signatures.faults:
        differs = f" It differs in {', '.join(item.differs)}." if item.differs else ""
        yield f"  The signed check {item.id} is not what was signed ({item.fault}).{differs}"


def _sentences_of_file(found: FileFindings) -> Iterator[str]:
    verdict = "nothing was altered" if found.verified else "NOT as it was written"
    yield f"Organization {found.org_id}, exported {found.exported_at}: {verdict}. {_counted(found.audit)}"
    yield f"Sealed up to place {found.last_place}. Whether the trail went on then, only another copy shows."
    for fault in found.audit.faults:
        yield f"  {fault.message}"


def _counted(audit: AuditFindings) -> str:
    return f"Sealed rows: {audit.rows}, seals: {audit.seals}, rows not sealed yet: {audit.unsealed}."
