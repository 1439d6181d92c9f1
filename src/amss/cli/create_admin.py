"""`amss create-admin`: the first person who can let others in."""

import asyncio
import os
import sys

import click
import msgspec

from amss.cli.failing import in_one_sentence
from amss.features.organizations import service as organizations
from amss.features.users import service as users
from amss.features.users.model import NewUser, User
from amss.foundation.access import Role, the_job
from amss.foundation.database import Database, Origin
from amss.foundation.errors import Invalid
from amss.foundation.ids import new_id
from amss.foundation.settings import Settings, load_settings


@click.command("create-admin")
@click.option("--email", required=True, help="What the administrator signs in with.")
@click.option("--name", required=True, help="The administrator's name.")
@in_one_sentence
def command(email: str, name: str) -> None:
    """Make an administrator of the installation.

    The password is asked for, or read from standard input where that is no terminal.
    """
    settings = load_settings(os.environ)
    try:
        order = msgspec.convert({"email": email, "name": name, "role": Role.ADMIN, "password": _password()}, NewUser)
        admin = asyncio.run(create_admin(settings, order))
    except msgspec.ValidationError as fault:
        raise click.ClickException(str(fault)) from None
    except Invalid as refusal:
        raise click.ClickException(" ".join(each.message for each in refusal.errors)) from None
    click.echo(f"{admin.name} can sign in as {admin.email}.")


def _password() -> str:
    if sys.stdin.isatty():
        return click.prompt("Password", hide_input=True, confirmation_prompt=True)
    return sys.stdin.readline().rstrip("\r\n")


async def create_admin(settings: Settings, order: NewUser) -> User:
    """Take somebody into the organization `system`, as the database's owner: nobody could be asked before."""
    url = settings.migration_database_url or settings.database_url
    database = Database(url, role="amss_owner", process="amss-create-admin", settings=settings)
    origin = Origin(request_id=str(new_id()), user_agent="amss create-admin")
    try:
        async with database.transaction(the_job("create-admin"), new_id(), origin) as tx:
            await organizations.enter_system(tx)
            return await users.create(tx, order)
    finally:
        await database.close()
