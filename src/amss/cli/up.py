"""`amss up`: the whole product on one machine, nothing installed before."""

import asyncio
import os
import signal
import sys
from collections.abc import Callable, Mapping
from contextlib import AsyncExitStack
from pathlib import Path

import aiohttp
import click

from amss.cli.failing import in_one_sentence
from amss.cli.keys import new_secrets_key, new_signing_key
from amss.demo.people import PASSWORD, PEOPLE
from amss.demo.seed import fill_if_empty, is_filled
from amss.embedded import Child, Supervisor, exclusive, start_postgres, start_valkey
from amss.foundation.listening import listening
from amss.foundation.logs import start_logging
from amss.foundation.migrations import migrate
from amss.foundation.settings import LogFormat, Settings, load_settings

# What AMSS keeps beside the checkout: the stores' data, keys, logs, uploaded files.
DIRECTORY = Path(".amss")

_FAREWELL = "Ctrl-C stops everything.\n"


@click.command("up")
@in_one_sentence
def command() -> None:
    """Run everything on this machine.

    Starts Postgres and Valkey of its own (unless DATABASE_URL and REDIS_URL name others), brings the database
    up to date, fills an empty one with the demo fleet, then runs server and worker until Ctrl-C.
    """
    log_format = LogFormat.CONSOLE if sys.stdout.isatty() else LogFormat.JSON
    start_logging("info", log_format, "up")
    environment = {"APP_ENV": "development", "LOG_FORMAT": log_format.value, **os.environ}
    asyncio.run(_run_until_stopped(DIRECTORY.absolute(), environment))


async def _run_until_stopped(directory: Path, environment: Mapping[str, str]) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with AsyncExitStack() as stack:
        stack.enter_context(exclusive(directory))
        supervisor = await stack.enter_async_context(Supervisor())
        running = asyncio.create_task(_run(supervisor, directory, environment))
        stopping = asyncio.create_task(stop.wait())
        await asyncio.wait([running, stopping], return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
        if running.done():
            running.result()
        click.echo("\nStopping …", err=True)
        running.cancel()
        await asyncio.wait([running])


async def _run(supervisor: Supervisor, directory: Path, given: Mapping[str, str]) -> None:
    environment = await _with_stores(supervisor, directory, _with_keys(directory, given))
    settings = load_settings(environment)
    for name in ("http_addr", "grpc_addr", "metrics_addr", "worker_metrics_addr"):
        with listening(name.upper(), getattr(settings, name)):
            pass  # free: the child will take it
    await migrate(settings.migration_database_url or settings.database_url)
    await fill_if_empty(settings)
    await asyncio.gather(
        supervisor.start(_child("server", environment, f"http://{settings.http_addr}/ready")),
        supervisor.start(_child("worker", environment, f"http://{settings.worker_metrics_addr}/metrics")),
    )
    click.echo(_welcome(settings) + (_people() if await is_filled(settings) else "") + _FAREWELL, err=True)
    await supervisor.wait()


def _with_keys(directory: Path, given: Mapping[str, str]) -> dict[str, str]:
    """Add keys of this installation's own, made once, where none are given."""
    return {
        "JWT_PRIVATE_KEY": _kept(directory / "keys" / "jwt_private_key.pem", new_signing_key),
        "AUDIT_SEAL_KEY": _kept(directory / "keys" / "audit_seal_key.pem", new_signing_key),
        "SECRETS_KEY": _kept(directory / "keys" / "secrets_key", new_secrets_key),
        "IMPORT_STORAGE": str(directory / "imports"),
        **given,
    }


def _kept(path: Path, make: Callable[[], str]) -> str:
    if not path.exists():
        path.parent.mkdir(mode=0o700, exist_ok=True)
        unfinished = path.with_suffix(".unfinished")
        with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(make())
        unfinished.rename(path)
    return path.read_text()


async def _with_stores(supervisor: Supervisor, directory: Path, given: dict[str, str]) -> dict[str, str]:
    """Start the stores that are not given, and say where they are."""
    if not given.get("DATABASE_URL"):
        given["DATABASE_URL"] = (await start_postgres(supervisor, directory)).url
    if not given.get("REDIS_URL"):
        given["REDIS_URL"] = (await start_valkey(supervisor, directory)).url
    return given


def _child(name: str, environment: Mapping[str, str], answers_at: str) -> Child:
    return Child(
        name=name,
        argv=[sys.executable, "-m", "amss.cli", name],
        env=environment,
        is_ready=lambda: _answers(answers_at),
        stop_seconds=35,  # both give what runs 30 s to finish
    )


async def _answers(url: str) -> bool:
    try:
        async with (
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=5)) as session,
            session.get(url) as answer,
        ):
            return answer.status == 200
    except (aiohttp.ClientError, OSError, TimeoutError):
        return False


def _welcome(settings: Settings) -> str:
    return (
        f"\nAMSS is running.\n\n"
        f"  API          http://{settings.http_addr}/api/v1\n"
        f"  Reference    http://{settings.http_addr}/docs\n"
        f"  gRPC         {settings.grpc_addr}\n"
        f"  Metrics      http://{settings.metrics_addr}/metrics (server), "
        f"http://{settings.worker_metrics_addr}/metrics (worker)\n\n"
    )


def _people() -> str:
    people = "\n".join(f"  {person.email:<28}{person.role}" for person in PEOPLE)
    return f"Demo people, all with the password {PASSWORD}:\n{people}\n\n"
