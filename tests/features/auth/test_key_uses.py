"""When a key was last used: written after the answer, once a minute, whatever happens to the writing."""

from datetime import timedelta
from typing import Any

from structlog.testing import capture_logs

from amss.features.auth.key_uses import MOST_AT_ONCE, KeyUses
from amss.foundation.access import Actor, ActorKind, Role
from amss.foundation.database import Database
from amss.foundation.ids import new_id
from builders.front_door import FrontDoor, Reply
from builders.installation import Installation
from builders.sign_in import SignIn
from builders.tenants import Tenant


async def make(api: FrontDoor, tenant: Tenant) -> Any:
    return (await api(tenant.tenant_admin, "POST /api-keys", {"name": "ERP", "role": "scheduler"})).json


async def test_the_use_of_a_key_is_remembered_after_the_answer_once_a_minute(
    sign_in: SignIn, installation: Installation, tenant: Tenant
) -> None:
    key = await make(sign_in.door, tenant)

    used: list[Reply] = [await sign_in.ask(key["secret"], "GET /aircraft") for _ in range(3)]
    await sign_in.door.resources.authenticator.key_uses.all_written()

    row = await installation.owner.fetchrow("SELECT * FROM api_keys WHERE org_id = $1", tenant.org_id)
    assert {each.status for each in used} == {200}
    assert (row["last_used_at"], row["version"]) == (sign_in.clock.now, 1)


async def test_two_servers_write_one_use_a_minute(
    sign_in: SignIn, installation: Installation, tenant: Tenant
) -> None:
    key = await make(sign_in.door, tenant)
    program = Actor(kind=ActorKind.API_KEY, name="ERP", role=Role.AUDITOR, org_id=tenant.org_id, id=key["id"])
    database = sign_in.door.resources.database
    begun, seconds = sign_in.clock.now, [0.0]
    one, two = [KeyUses(database, lambda: seconds[0]) for _ in range(2)]
    written: list[Any] = []

    for server, passed in ((one, 0), (two, 30), (one, 59), (two, 91), (one, 92)):
        sign_in.clock.now, seconds[0] = begun + timedelta(seconds=passed), float(passed)
        server.note(program)
        await server.all_written()
        written.append(
            await installation.owner.fetchval("SELECT last_used_at FROM api_keys WHERE id = $1", key["id"])
        )

    assert [(each - begun).seconds for each in written] == [0, 0, 0, 91, 91]


async def test_without_the_database_the_use_of_a_key_is_lost_and_told(installation: Installation) -> None:
    lost = Database("postgresql://amss@127.0.0.1:1/amss", role=None, process="lost", settings=installation.settings)
    uses = KeyUses(lost)

    with capture_logs() as lines:
        for _ in range(20):
            uses.note(Actor(kind=ActorKind.API_KEY, name="ERP", role=Role.AUDITOR, org_id=new_id(), id=new_id()))
        await uses.all_written()

    # Only so many at once: what is left out is noted by the key's next use.
    assert [line["event"] for line in lines] == ["Could not remember the use of an API key"] * MOST_AT_ONCE
