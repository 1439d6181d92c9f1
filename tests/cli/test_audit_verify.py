"""`amss audit verify` as an operator and an auditor call it: a sentence for each finding, and an exit code."""

import asyncio
import os
import sys
from pathlib import Path
from uuid import UUID

import asyncpg
import msgspec
import pytest

from amss.embedded import Stores
from amss.features.audit.keys import SealKeyRing
from amss.foundation.ids import new_id
from amss.foundation.migrations import migrate
from builders.audit import SEAL_KEY, bending, sealed, written
from builders.databases import an_empty_database
from builders.front_door import FrontDoor
from builders.installation import Installation, environment_for
from builders.tenants import Tenant

# A process that knows neither the database nor any key.
NOTHING_SET = dict.fromkeys(("DATABASE_URL", "AUDIT_SEAL_KEY", "JWT_PRIVATE_KEY"), "")


async def amss_audit(*options: str, **environment: str) -> tuple[int | None, str]:
    """Run a command; return its exit code and all it says."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "amss.cli", "audit", *options,
        env=os.environ | environment,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    said, _ = await process.communicate()
    return process.returncode, said.decode()


@pytest.fixture
def environment(stores: Stores, tmp_path: Path) -> dict[str, str]:
    return environment_for(stores, tmp_path)


@pytest.fixture
async def trail(installation: Installation, tenant: Tenant) -> None:
    await written(installation, tenant.org_id, 2, reason="as found")
    await sealed(installation, tenant.org_id)


@pytest.mark.usefixtures("trail")
async def test_the_database_is_verified_organization_by_organization(
    installation: Installation, tenant: Tenant, environment: dict[str, str]
) -> None:
    sound = await amss_audit("verify", "--org", tenant.slug, **environment)
    async with bending(installation) as superuser:
        await superuser.execute("UPDATE audit_logs SET reason = 'x' WHERE org_id = $1", tenant.org_id)
    altered = await amss_audit("verify", "--org", tenant.slug, **environment)
    in_json = await amss_audit("verify", "--org", tenant.slug, "--json", **environment)

    assert sound[0] == 0
    assert sound[1].startswith(f"{tenant.slug}: nothing was altered. Sealed rows: 2, seals: 1, ")
    assert altered[0] == 1
    assert "  The row at place 1 was altered after it was sealed." in altered[1]
    found = msgspec.json.decode(in_json[1])
    assert (in_json[0], found["organization"], found["verified"]) == (1, tenant.slug, False)


async def test_an_organization_that_cannot_be_verified_now_keeps_no_other_from_it(
    stores: Stores, tmp_path: Path
) -> None:
    async with an_empty_database(stores) as url:
        await migrate(url)
        owner = await asyncpg.connect(url)
        first, *_ = [await an_organization(owner, slug) for slug in ("first", "second")]
        # As somebody holds it who verifies his own organization.
        await owner.execute("SELECT pg_advisory_lock(4204, hashtext($1))", str(first))

        code, said = await amss_audit("verify", **environment_for(stores, tmp_path, DATABASE_URL=url))
        await owner.close()

    assert code == 2
    assert "first: could not be verified. Another verification is running." in said
    assert "second: nothing was altered." in said
    assert said.endswith("Error: Not verified: first.\n")


async def an_organization(owner: asyncpg.Connection, slug: str) -> UUID:
    org_id = new_id()
    await owner.execute("INSERT INTO organizations (id, name, slug) VALUES ($1, $2, $2)", org_id, slug)
    return org_id


@pytest.mark.usefixtures("trail")
async def test_a_file_is_verified_with_the_public_keys_alone(
    api: FrontDoor, tenant: Tenant, environment: dict[str, str], tmp_path: Path
) -> None:
    file, keys = tmp_path / "audit-logs.ndjson", tmp_path / "keys.pem"
    file.write_bytes((await api(tenant.auditor, "GET /audit-logs/export?format=ndjson")).body)
    printed = await amss_audit("public-keys", **environment)
    keys.write_text(printed[1])
    asked = ("verify", str(file), "--public-keys", str(keys))

    sound = await amss_audit(*asked, **NOTHING_SET)
    file.write_bytes(file.read_bytes().replace(b"as found", b"as wished", 1))
    altered = await amss_audit(*asked, "--json", **NOTHING_SET)

    assert printed == (0, SealKeyRing([SEAL_KEY.public]).pem())
    assert (sound[0], "nothing was altered" in sound[1]) == (0, True)
    [fault] = msgspec.json.decode(altered[1])["audit"]["faults"]
    assert (altered[0], fault["kind"], fault["seq"]) == (1, "row_altered", 1)


async def test_what_cannot_be_verified_is_told_apart_from_what_was_altered(
    environment: dict[str, str], tmp_path: Path
) -> None:
    file, keys = tmp_path / "audit-logs.csv", tmp_path / "keys.pem"
    file.write_text("seq,id\r\n")
    keys.write_text(SealKeyRing([SEAL_KEY.public]).pem())

    for options, sentence in (
        (("verify", str(file)), "FILE is verified with --public-keys"),
        (("verify", str(file), "--public-keys", str(file)), "AUDIT_SEAL_PUBLIC_KEYS"),
        (("verify", str(file), "--public-keys", str(keys)), "no NDJSON export"),
        (("verify", "--org", "nobody"), "There is no such organization."),
    ):
        code, said = await amss_audit(*options, **environment)
        assert (code, sentence in said) == (2, True), said
