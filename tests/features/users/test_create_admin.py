"""`amss create-admin`: the first person who can let others in, made by a process of its own."""

import asyncio
import os
import sys
from pathlib import Path

import asyncpg
import pytest

from amss.embedded import Stores
from amss.features.users import passwords
from amss.foundation.migrations import migrate
from builders.databases import an_empty_database
from builders.installation import environment_for

PASSWORD = "the first key to the hangar"


async def create_admin(url: str, stores: Stores, password: str, email: str = "root@example.test") -> tuple[int, str]:
    """Run the command with the password on standard input; return its exit code and all it said."""
    environment = environment_for(stores, Path("unused"), DATABASE_URL=url)
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "amss.cli", "create-admin", "--email", email, "--name", "Root",
        env={**os.environ, **environment},
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    said, _ = await process.communicate(f"{password}\n".encode())
    assert process.returncode is not None
    return process.returncode, said.decode()


async def test_the_first_admin_of_an_empty_installation_is_made_with_his_organization(stores: Stores) -> None:
    async with an_empty_database(stores) as url:
        await migrate(url)

        first = await create_admin(url, stores, PASSWORD)
        second = await create_admin(url, stores, PASSWORD, "deputy@example.test")
        again = await create_admin(url, stores, PASSWORD)

        connection = await asyncpg.connect(url)
        people = await connection.fetch(
            """
            SELECT slug, role, email::text, password_hash, (SELECT count(*) FROM org_policies) AS policies
            FROM users JOIN organizations ON organizations.id = org_id ORDER BY users.id
            """
        )
        audit = await connection.fetch(
            "SELECT action, actor_kind, actor_name, entity_type FROM audit_logs ORDER BY id"
        )
        await connection.close()

    assert first == (0, "Root can sign in as root@example.test.\n")
    assert second[0] == 0
    assert again == (1, "Error: root@example.test already belongs to somebody in your organization.\n")
    assert [(row["slug"], row["role"], row["email"], row["policies"]) for row in people] == [
        ("system", "admin", "root@example.test", 1),
        ("system", "admin", "deputy@example.test", 1),
    ]
    assert await passwords.is_password(PASSWORD, people[0]["password_hash"])
    assert [tuple(row) for row in audit] == [
        ("create", "system", "create-admin", "organization"),
        ("create", "system", "create-admin", "user"),
        ("create", "system", "create-admin", "user"),
    ]


@pytest.mark.parametrize(
    ("password", "sentence"),
    [
        ("short", "Expected `str` of length >= 12 - at `$.password`"),
        ("password1234", "This password is one of the first anybody would try."),
    ],
)
async def test_a_weak_password_is_refused_in_a_sentence(stores: Stores, password: str, sentence: str) -> None:
    refused = await create_admin(stores.database_url, stores, password)

    assert refused == (1, f"Error: {sentence}\n")
