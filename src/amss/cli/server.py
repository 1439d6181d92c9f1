"""`amss server`, also installed as `amss-server`."""

import os

import click
import uvloop

from amss.cli.failing import in_one_sentence
from amss.foundation.logs import start_logging
from amss.foundation.settings import load_settings
from amss.server.main import serve


@click.command("server")
@in_one_sentence
def command() -> None:
    """Run amss-server: REST and gRPC, until it is told to stop."""
    settings = load_settings(os.environ)
    start_logging(settings.log_level, settings.log_format, "server")
    uvloop.run(serve(settings))


main = command
