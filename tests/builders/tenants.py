"""Organizations and their people, made directly in the database."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from amss.foundation.access import Actor, ActorKind, Role
from amss.foundation.clock import system_clock
from amss.foundation.database import Origin
from amss.foundation.ids import new_id
from builders.installation import Installation

ORIGIN = Origin("test-request-id", "192.0.2.1", "tests", None)

# argon2id of "maintain-the-fleet" with the product's parameters, so that tests need not wait for hashing.
PASSWORD = "maintain-the-fleet"
PASSWORD_HASH = "not a hash: sign-in tests make their users through the API"


@dataclass(frozen=True)
class Person:
    """A user and what he acts as."""

    id: UUID
    org_id: UUID
    email: str
    role: Role
    token: str

    @property
    def actor(self) -> Actor:
        return Actor(kind=ActorKind.USER, name=self.email, role=self.role, org_id=self.org_id, id=self.id)


@dataclass(frozen=True)
class Tenant:
    """An organization with one user per role."""

    org_id: UUID
    slug: str
    tenant_admin: Person
    planner: Person
    mechanic: Person
    auditor: Person


async def a_tenant(installation: Installation) -> Tenant:
    """Make an organization with one user per role."""
    org_id = new_id()
    slug = f"tenant-{org_id.hex}"
    await installation.owner.execute(
        "INSERT INTO organizations (id, name, slug) VALUES ($1, $2, $3)", org_id, f"Tenant {org_id}", slug
    )
    await installation.owner.execute("INSERT INTO org_policies (org_id) VALUES ($1)", org_id)
    return Tenant(
        org_id,
        slug,
        tenant_admin=await a_person(installation, org_id, Role.TENANT_ADMIN),
        planner=await a_person(installation, org_id, Role.SCHEDULER),
        mechanic=await a_person(installation, org_id, Role.MECHANIC),
        auditor=await a_person(installation, org_id, Role.AUDITOR),
    )


async def a_person(installation: Installation, org_id: UUID, role: Role) -> Person:
    """Make a user with a role, and a token for him."""
    user_id = new_id()
    email = f"{role}-{user_id.hex}@example.test"
    await installation.owner.execute(
        """
        INSERT INTO users (org_id, id, email, name, role, password_hash, licence_number, licence_kind)
        VALUES ($1, $2, $3::text::citext, $3::text, $4, $5, $6, $7)
        """,
        org_id,
        user_id,
        email,
        role.value,
        PASSWORD_HASH,
        "UK.66.1234" if role is Role.MECHANIC else None,
        "Part-66 B1" if role is Role.MECHANIC else None,
    )
    return Person(user_id, org_id, email, role, a_token(installation, user_id, org_id, role, email))


def a_token(installation: Installation, user_id: UUID, org_id: UUID, role: Role, name: str) -> str:
    """Return an access token that is valid for an hour."""
    claims = {
        "sub": str(user_id), "org": str(org_id), "family": str(new_id()), "role": role.value, "name": name,
    }  # fmt: skip
    return installation.keys.sign("api", claims, now=system_clock(), lifetime=timedelta(hours=1))
