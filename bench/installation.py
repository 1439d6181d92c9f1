"""What a bench runs on: stores of its own with the schema in them, and organizations that may ask without limit."""

import os
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from uuid import UUID

import asyncpg
from processes import children_of

from amss.cli.keys import new_secrets_key, new_signing_key
from amss.embedded import temporary_stores
from amss.features.auth.tokens import TokenKeys
from amss.foundation.access import Role
from amss.foundation.ids import new_id
from amss.foundation.migrations import migrate
from amss.foundation.settings import Settings, load_settings


@dataclass(frozen=True)
class Installation:
    """Running stores: the environment of a process that works on them, and their own processes by name."""

    environment: dict[str, str]
    processes: dict[str, int]

    @cached_property
    def settings(self) -> Settings:
        """The settings of a process of this environment."""
        return load_settings(self.environment)

    async def owner(self) -> asyncpg.Connection:
        """Return a connection of the owner of the tables, whose commits wait for the disk as in production.

        Of a commit that is not yet on disk, VACUUM would mark no page as seen by all.
        """
        return await asyncpg.connect(self.settings.database_url, server_settings={"synchronous_commit": "on"})

    def token(self, org_id: UUID, user_id: UUID, role: Role) -> str:
        """Return what somebody of an organization shows with his requests, good for an hour."""
        whose = {"sub": str(user_id), "org": str(org_id), "family": str(new_id())}
        claims = {**whose, "role": role.value, "name": role.value}
        keys = TokenKeys(self.settings.jwt_private_key)
        return keys.sign("api", claims, now=datetime.now(UTC), lifetime=timedelta(hours=1))


@asynccontextmanager
async def an_installation() -> AsyncGenerator[Installation]:
    """Run a Postgres and a Valkey until the end of the block."""
    async with temporary_stores() as stores:
        await migrate(stores.database_url)
        environment = {
            **os.environ,
            "APP_ENV": "development",
            "DATABASE_URL": stores.database_url,
            "REDIS_URL": stores.redis_url,
            "JWT_PRIVATE_KEY": new_signing_key(),
            "SECRETS_KEY": new_secrets_key(),
            "LOG_LEVEL": "warning",
        }
        yield Installation(environment, {name: pid for pid, name in children_of(os.getpid()).items()})


async def add_organization(owner: asyncpg.Connection, slug: str) -> UUID:
    """Set up an organization that may ask as often as it likes, and return its id."""
    org_id = new_id()
    await owner.execute("INSERT INTO organizations (id, name, slug) VALUES ($1, $2, $2)", org_id, slug)
    await owner.execute("INSERT INTO org_policies (org_id, api_rate_limit_per_min) VALUES ($1, 1000000)", org_id)
    return org_id


async def add_person(owner: asyncpg.Connection, org_id: UUID, role: Role) -> UUID:
    """Give an organization somebody of a role, and return his id."""
    user_id = new_id()
    await owner.execute(
        """
        INSERT INTO users (org_id, id, email, name, role, password_hash)
        VALUES ($1, $2, $3, 'Somebody', $4, '')
        """,
        org_id, user_id, f"{user_id}@bench.test", role.value,
    )  # fmt: skip
    return user_id
