"""How commands fail: what an operator can mend is one sentence on standard error and exit code 1."""

import functools
from collections.abc import Callable
from typing import ParamSpec, TypeVar

import asyncpg
import click

from amss.embedded import CannotRun
from amss.foundation.errors import Refusal
from amss.foundation.listening import AddressTakenError
from amss.foundation.migrations import MigrationRefusedError
from amss.foundation.pem import KeyUnusable
from amss.foundation.settings import SettingsError

P = ParamSpec("P")
R = TypeVar("R")

_MENDABLE = (SettingsError, KeyUnusable, AddressTakenError, MigrationRefusedError, CannotRun, Refusal)
# What stands between a command and its database: an unfit URL, a wrong login, a right that it lacks, a full server.
_NO_DATABASE = (
    asyncpg.ClientConfigurationError,
    asyncpg.PostgresConnectionError,
    asyncpg.InvalidAuthorizationSpecificationError,
    asyncpg.InvalidCatalogNameError,
    asyncpg.InsufficientPrivilegeError,
    asyncpg.InsufficientResourcesError,
    asyncpg.OperatorInterventionError,
    asyncpg.LockNotAvailableError,
)


def in_one_sentence(command: Callable[P, R]) -> Callable[P, R]:
    """Tell a mendable fault without a traceback; anything else is a defect and shows itself whole."""

    @functools.wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return command(*args, **kwargs)
        except _MENDABLE as fault:
            raise click.ClickException(str(fault)) from None
        except OSError as fault:
            raise click.ClickException(
                f"AMSS cannot reach what it needs: {str(fault) or 'no answer in time'}."
            ) from None
        except _NO_DATABASE as fault:
            raise click.ClickException(f"The database cannot be used: {str(fault).rstrip('.')}.") from None

    return run
