"""Refused sign-ins are written down after the answer, but before the process ends, and never without bound."""

from typing import Any

import msgspec
import pytest
from structlog.testing import capture_logs

from amss.features.auth import service
from amss.features.auth.entry import Entry
from amss.features.auth.model import Login
from amss.features.auth.refusals import RefusedSignIn, RefusedSignIns
from amss.features.auth.rules import AuthInvalid
from amss.foundation.database import Database
from amss.journal import afterwards
from amss.server.main import open_resources
from builders.installation import Installation
from builders.tenants import ORIGIN, Person


async def refusals_of(installation: Installation, person: Person) -> int:
    return await installation.owner.fetchval(
        "SELECT count(*) FROM audit_logs WHERE org_id = $1 AND action = 'login_failed'", person.org_id
    )


def a_refusal(person: Person) -> RefusedSignIn:
    return RefusedSignIn(person.org_id, person.id)


async def test_a_server_that_stops_has_written_down_the_last_refusal(
    installation: Installation, mechanic: Person
) -> None:
    async with open_resources(installation.settings) as resources:
        entry = Entry(resources.database, resources.limiter, resources.keys, resources.refused_sign_ins, ORIGIN)

        with pytest.raises(AuthInvalid):
            await service.login(entry, Login(email=mechanic.email, password="not his password"))

    assert await refusals_of(installation, mechanic) == 1


async def test_a_flood_is_audited_as_far_as_it_can_be_and_logged_whole(
    installation: Installation, mechanic: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(afterwards, "MOST_AT_ONCE", 3)
    refused = RefusedSignIns(installation.server)

    with capture_logs() as lines:
        for _ in range(5):
            refused.write_down_later(ORIGIN, [a_refusal(mechanic)])
        await refused.all_written()

    events = [line["event"] for line in lines]
    assert await refusals_of(installation, mechanic) == 3
    assert events.count("Refused a sign-in") == 5
    assert events.count("Too many refusals to audit this one") == 2


@pytest.mark.parametrize("fault", [{"database_url": "postgresql://amss@127.0.0.1:1/amss"}, {"role": "no_such_role"}])
async def test_a_refusal_that_cannot_be_written_is_in_the_log(
    installation: Installation, mechanic: Person, fault: dict[str, Any]
) -> None:
    settings = msgspec.structs.replace(
        installation.settings, database_url=fault.get("database_url", installation.settings.database_url)
    )
    lost = Database(settings.database_url, role=fault.get("role"), process="lost", settings=settings)
    refused = RefusedSignIns(lost)

    with capture_logs() as lines:
        refused.write_down_later(ORIGIN, [a_refusal(mechanic)])
        await refused.all_written()

    assert [line["event"] for line in lines] == ["Refused a sign-in", "Could not record a refusal"]
