"""The command line, one file per command. A command's module is loaded only when it is asked for."""

import importlib

import click

from amss import __version__

COMMANDS = {
    "up": "Run everything on this machine, with its own Postgres and Valkey.",
    "server": "Run amss-server: REST and gRPC.",
    "worker": "Run amss-worker: the background jobs.",
    "migrate": "Bring the database up to date.",
    "demo": "Fill an empty database with the demo fleet.",
    "create-admin": "Make an administrator of the installation.",
    "keys": "Make the keys an installation needs.",
    "audit": "Prove that the audit trail is what was written.",
    "events": "Let events come to the stream again.",
    "config": "Show the effective settings, secrets masked.",
    "webhook-listen": "Receive webhooks and verify their signatures.",
}


class Commands(click.Group):
    """The commands by name; listing them costs no import."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Return the names in the order a newcomer meets them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Load one command."""
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"amss.cli.{cmd_name.replace('-', '_')}")
        return module.command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """List the commands without loading them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.command(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="amss")
def main() -> None:
    """AMSS: plan, track and prove aircraft maintenance."""
