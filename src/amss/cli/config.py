"""`amss config`."""

import os
import re
from urllib.parse import urlsplit

import click
import msgspec

from amss.cli.failing import in_one_sentence
from amss.foundation.settings import load_settings

_SECRET = re.compile("key|token|password|secret")


@click.command("config")
@in_one_sentence
def command() -> None:
    """Show the effective settings, secrets masked."""
    settings = load_settings(os.environ)
    for field in msgspec.structs.fields(settings):
        value = getattr(settings, field.name)
        if isinstance(value, tuple):
            value = ",".join(map(str, value))
        click.echo(f"{field.name.upper()}={_masked(field.name, '' if value is None else str(value))}")


def _masked(name: str, value: str) -> str:
    if value and _SECRET.search(name) and not name.endswith("ttl"):
        return "[hidden]"
    password = urlsplit(value).password if "://" in value else None
    return value.replace(f":{password}@", ":[hidden]@") if password else value
