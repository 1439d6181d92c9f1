"""`amss demo`."""

import asyncio
import os

import click

from amss.cli.failing import in_one_sentence
from amss.demo.seed import fill_if_empty
from amss.foundation.settings import load_settings


@click.command("demo")
@in_one_sentence
def command() -> None:
    """Fill an empty database with the demo fleet; refused in production."""
    filled = asyncio.run(fill_if_empty(load_settings(os.environ)))
    click.echo("The demo fleet is there." if filled else "This database is not empty; nothing was changed.")
