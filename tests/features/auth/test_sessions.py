"""Sessions through the front door: refreshing, reuse, logging out, and what ends them."""

import asyncio
from datetime import timedelta
from typing import Any

import asyncpg
import pytest

from builders.installation import Installation
from builders.sign_in import SignIn, said_in
from builders.tenants import Person

MINUTE = timedelta(minutes=1)


@pytest.fixture
async def refresh_token(sign_in: SignIn, mechanic: Person) -> str:
    return (await sign_in.login(mechanic.email)).json["refresh_token"]


async def tokens_of(installation: Installation, person: Person) -> list[Any]:
    return await installation.owner.fetch("SELECT * FROM refresh_tokens WHERE user_id = $1 ORDER BY id", person.id)


async def test_a_refresh_token_is_exchanged_for_the_next_pair(
    sign_in: SignIn, installation: Installation, mechanic: Person, refresh_token: str
) -> None:
    sign_in.clock.pass_by(14 * MINUTE)

    refreshed = await sign_in.refresh(refresh_token)

    me = await sign_in.door(refreshed.json["access_token"], "GET /auth/me")
    first, second = await tokens_of(installation, mechanic)
    assert (refreshed.status, me.status) == (200, 200)
    assert (second["parent_id"], second["family_id"]) == (first["id"], first["family_id"])
    assert (first["used_at"], second["used_at"]) == (sign_in.clock.now, None)
    assert str(second["ip"]) == sign_in.address


async def test_a_token_at_rest_cannot_be_used(
    installation: Installation, mechanic: Person, refresh_token: str
) -> None:
    [stored] = await tokens_of(installation, mechanic)

    assert len(stored["jti_hash"]) == 32
    assert said_in(refresh_token)["jti"] not in str(stored)


async def test_the_parent_shown_again_within_ten_seconds_yields_a_sibling(
    sign_in: SignIn, refresh_token: str
) -> None:
    first = await sign_in.refresh(refresh_token)
    sign_in.clock.pass_by(timedelta(seconds=10))

    sibling = await sign_in.refresh(refresh_token)

    assert sibling.status == 200
    assert said_in(sibling.json["refresh_token"])["family"] == said_in(first.json["refresh_token"])["family"]
    assert (await sign_in.refresh(first.json["refresh_token"])).status == 200
    assert (await sign_in.refresh(sibling.json["refresh_token"])).status == 200


async def test_a_token_shown_again_later_ends_the_session_for_both_holders(
    sign_in: SignIn, installation: Installation, mechanic: Person, refresh_token: str
) -> None:
    current = (await sign_in.refresh(refresh_token)).json["refresh_token"]
    sign_in.clock.pass_by(timedelta(seconds=11))

    the_thief = await sign_in.refresh(refresh_token)
    the_owner = await sign_in.refresh(current)

    assert [(each.status, each.code) for each in (the_thief, the_owner)] == [(401, "AUTH_INVALID")] * 2
    assert all(token["revoked_at"] for token in await tokens_of(installation, mechanic))
    [row] = await installation.owner.fetch(
        "SELECT * FROM audit_logs WHERE org_id = $1 AND action = 'logout'", mechanic.org_id
    )
    assert row["reason"] == "A refresh token was used a second time."


async def test_a_grandparent_ends_the_session_even_within_ten_seconds(sign_in: SignIn, refresh_token: str) -> None:
    second = (await sign_in.refresh(refresh_token)).json["refresh_token"]
    third = (await sign_in.refresh(second)).json["refresh_token"]

    replayed = await sign_in.refresh(refresh_token)

    assert (replayed.status, (await sign_in.refresh(third)).status) == (401, 401)


async def test_reuse_ends_one_session_and_leaves_the_others(
    sign_in: SignIn, mechanic: Person, refresh_token: str
) -> None:
    on_the_tablet = (await sign_in.login(mechanic.email)).json["refresh_token"]
    await sign_in.refresh(refresh_token)
    sign_in.clock.pass_by(MINUTE)

    await sign_in.refresh(refresh_token)

    assert (await sign_in.refresh(on_the_tablet)).status == 200


async def test_a_token_that_lies_idle_too_long_is_stale(sign_in: SignIn, refresh_token: str) -> None:
    sign_in.clock.pass_by(timedelta(days=7))

    stale = await sign_in.refresh(refresh_token)

    assert (stale.status, stale.code) == (401, "AUTH_INVALID")


async def test_a_session_ends_after_thirty_days_however_busy(sign_in: SignIn, refresh_token: str) -> None:
    for _ in range(5):
        sign_in.clock.pass_by(timedelta(days=5, hours=20))
        refresh_token = (await sign_in.refresh(refresh_token)).json["refresh_token"]

    lifetime = said_in(refresh_token)["exp"] - said_in(refresh_token)["iat"]
    sign_in.clock.pass_by(timedelta(seconds=lifetime))
    ended = await sign_in.refresh(refresh_token)

    assert lifetime == timedelta(days=30) / timedelta(seconds=1) - 5 * timedelta(days=5, hours=20).total_seconds()
    assert ended.status == 401


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE users SET active = false WHERE org_id = $1",
        "UPDATE users SET deleted_at = now() WHERE org_id = $1",
        "UPDATE organizations SET status = 'suspended' WHERE id = $1",
    ],
)
async def test_who_may_not_sign_in_may_not_refresh(
    sign_in: SignIn, installation: Installation, mechanic: Person, refresh_token: str, change: str
) -> None:
    await installation.owner.execute(change, mechanic.org_id)

    refused = await sign_in.refresh(refresh_token)

    assert (refused.status, refused.code) == (401, "AUTH_INVALID")


async def test_a_refresh_carries_the_role_as_it_is_now(
    sign_in: SignIn, installation: Installation, mechanic: Person, refresh_token: str
) -> None:
    await installation.owner.execute("UPDATE users SET role = 'auditor', name = 'Ada' WHERE id = $1", mechanic.id)

    refreshed = await sign_in.refresh(refresh_token)

    claims = said_in(refreshed.json["access_token"])
    assert (claims["role"], claims["name"]) == ("auditor", "Ada")


async def test_two_refreshes_at_once_yield_siblings_of_one_family(
    sign_in: SignIn, installation: Installation, mechanic: Person, refresh_token: str
) -> None:
    both = await asyncio.gather(*(sign_in.refresh(refresh_token) for _ in range(2)))

    root, *siblings = await tokens_of(installation, mechanic)
    assert [each.status for each in both] == [200, 200]
    assert [each["parent_id"] for each in siblings] == [root["id"]] * 2


async def until_waiting(installation: Installation, count: int) -> None:
    """Wait until so many of the sign-in's connections stand before a lock."""
    async with asyncio.timeout(2):
        while count != await installation.owner.fetchval(
            """
            SELECT count(*) FROM pg_stat_activity
            WHERE application_name = 'test-sign-in' AND wait_event_type = 'Lock'
            """
        ):
            await asyncio.sleep(0.01)


async def test_a_logout_also_ends_what_a_running_refresh_is_about_to_make(
    sign_in: SignIn, installation: Installation, mechanic: Person, refresh_token: str
) -> None:
    holder = await asyncpg.connect(installation.settings.database_url)
    async with holder.transaction():
        await holder.execute("SELECT FROM refresh_tokens WHERE user_id = $1 FOR UPDATE", mechanic.id)
        refreshing = asyncio.create_task(sign_in.refresh(refresh_token))
        await until_waiting(installation, 1)
        leaving = asyncio.create_task(sign_in.logout(refresh_token))
        await until_waiting(installation, 2)
    await holder.close()

    refreshed, left = await refreshing, await leaving

    assert (refreshed.status, left.status) == (200, 204)
    assert [token["revoked_at"] for token in await tokens_of(installation, mechanic)] == [sign_in.clock.now] * 2
    assert (await sign_in.refresh(refreshed.json["refresh_token"])).status == 401


async def test_a_logout_ends_the_session_once(
    sign_in: SignIn, installation: Installation, mechanic: Person, refresh_token: str
) -> None:
    current = (await sign_in.refresh(refresh_token)).json["refresh_token"]

    out = await sign_in.logout(current)
    again = await sign_in.logout(current)

    refused = await sign_in.refresh(current)
    logouts = await installation.owner.fetchval(
        "SELECT count(*) FROM audit_logs WHERE org_id = $1 AND action = 'logout' AND user_id = $2",
        mechanic.org_id,
        mechanic.id,
    )
    assert (out.status, out.body, again.status) == (204, b"", 204)
    assert (refused.status, refused.code, logouts) == (401, "AUTH_INVALID", 1)


async def test_the_two_kinds_of_token_do_not_stand_for_each_other(sign_in: SignIn, mechanic: Person) -> None:
    tokens = (await sign_in.login(mechanic.email)).json

    as_refresh = await sign_in.refresh(tokens["access_token"])
    as_access = await sign_in.door(tokens["refresh_token"], "GET /auth/me")
    nonsense = await sign_in.refresh("not.a.token")
    out = await sign_in.logout("not.a.token")

    assert [(each.status, each.code) for each in (as_refresh, nonsense, out)] == [(401, "AUTH_INVALID")] * 3
    assert (as_access.status, as_access.code) == (401, "AUTH")


async def test_no_answer_row_or_event_holds_a_password_or_its_hash(
    sign_in: SignIn, installation: Installation, mechanic: Person, refresh_token: str
) -> None:
    await sign_in.login(mechanic.email, "an unmistakable wrong password")
    await sign_in.refresh(refresh_token)

    written = await installation.owner.fetch(
        """
        SELECT details::text AS text FROM audit_logs WHERE org_id = $1
        UNION ALL SELECT payload::text FROM outbox_events WHERE org_id = $1
        """,
        mechanic.org_id,
    )
    everything = " ".join(row["text"] for row in written)
    assert not any(secret in everything for secret in ("argon2", "unmistakable", "maintain-the-fleet", refresh_token))
