"""Signing in: users with a password, a clock that is set, tokens that are looked into."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from ipaddress import IPv6Address, ip_network
from typing import Any
from uuid import UUID

import jwt
import msgspec
from argon2 import PasswordHasher

from amss.features.organizations.model import SYSTEM
from amss.foundation.access import Role
from amss.foundation.clock import system_clock
from amss.foundation.database import Database
from amss.foundation.ids import new_id
from builders.front_door import FrontDoor, Reply, front_door
from builders.installation import Installation
from builders.tenants import ORIGIN, PASSWORD, Person, a_person


@dataclass
class SetClock:
    """A clock that only moves when it is told to."""

    now: datetime

    def __call__(self) -> datetime:
        return self.now

    def pass_by(self, time: timedelta) -> None:
        self.now += time


@cache
def password_hash() -> str:
    """Return the hash of the tests' password, made with the product's parameters."""
    return PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1).hash(PASSWORD)


async def with_password(installation: Installation, person: Person) -> Person:
    """Let a person sign in with the tests' password."""
    await installation.owner.execute(
        "UPDATE users SET password_hash = $3 WHERE org_id = $1 AND id = $2", person.org_id, person.id, password_hash()
    )
    return person


async def an_admin(installation: Installation) -> Person:
    """Make an admin, in the organization `system`."""
    await installation.owner.execute(
        "INSERT INTO organizations (id, name, slug) VALUES ($1, 'System', $2) ON CONFLICT DO NOTHING",
        new_id(),
        SYSTEM,
    )
    system = await installation.owner.fetchval("SELECT id FROM organizations WHERE slug = $1", SYSTEM)
    await installation.owner.execute("INSERT INTO org_policies (org_id) VALUES ($1) ON CONFLICT DO NOTHING", system)
    return await a_person(installation, system, Role.ADMIN)


@asynccontextmanager
async def a_door_at(installation: Installation, clock: SetClock) -> AsyncGenerator[FrontDoor]:
    """Open a front door of one's own: its clock is set, and a request may say which address it comes from."""
    settings = msgspec.structs.replace(installation.settings, trusted_proxies=(ip_network("127.0.0.0/8"),))
    database = Database(
        settings.database_url, role="amss_server", process="test-sign-in", settings=settings, clock=clock
    )
    async with front_door(replace(installation, settings=settings, server=database)) as door:
        yield door
    await database.close()


class SignIn:
    """What people do at the sign-in, each test from an address of its own."""

    def __init__(self, door: FrontDoor, clock: SetClock) -> None:
        self.door = door
        self.clock = clock
        self.address = str(IPv6Address((0x20010DB8 << 96) | (new_id().int & 0xFFFF_FFFF) << 64 | 1))

    @property
    def _from_here(self) -> dict[str, str]:
        return {"x-forwarded-for": self.address}

    async def login(self, email: str, password: str = PASSWORD, **more: Any) -> Reply:
        body = {"email": email, "password": password, **more}
        return await self.door(None, "POST /auth/login", body, headers=self._from_here)

    async def ask(self, person: Person | str | None, route: str, body: Any = None, **headers: str) -> Reply:
        """Send any request from here."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        return await self.door(person, route, body, headers={**self._from_here, **sent})

    async def refresh(self, token: str) -> Reply:
        return await self.door(None, "POST /auth/refresh", {"refresh_token": token}, headers=self._from_here)

    async def logout(self, token: str) -> Reply:
        return await self.door(None, "POST /auth/logout", {"refresh_token": token}, headers=self._from_here)


async def remember_session(database: Database, person: Person) -> str:
    """Keep the session that a person's token speaks of, though he never signed in; return its id."""
    family_id = UUID(said_in(person.token)["family"])
    async with database.transaction(person.actor, person.org_id, ORIGIN) as tx:
        await tx.run(
            """
            INSERT INTO refresh_tokens (org_id, id, user_id, family_id, jti_hash, expires_at, session_expires_at)
            VALUES ($1, $2, $3, $4, $5, now() + interval '7 days', now() + interval '30 days')
            """,
            person.org_id, new_id(), person.id, family_id, family_id.bytes,
        )  # fmt: skip
    return str(family_id)


def a_set_clock() -> SetClock:
    """Return a clock that stands at the present whole second."""
    return SetClock(system_clock().astimezone(UTC).replace(microsecond=0))


def said_in(token: str) -> dict[str, Any]:
    """Return what a token says, unverified."""
    return jwt.decode(token, options={"verify_signature": False})
