"""`amss worker`, also installed as `amss-worker`."""

import os

import click
import uvloop

from amss.cli.failing import in_one_sentence
from amss.foundation.logs import start_logging
from amss.foundation.settings import load_settings
from amss.worker.main import work


@click.command("worker")
@in_one_sentence
def command() -> None:
    """Run amss-worker: outbox, webhooks, imports, generation and retention, until it is told to stop."""
    settings = load_settings(os.environ)
    start_logging(settings.log_level, settings.log_format, "worker")
    uvloop.run(work(settings))


main = command
