"""The organization's limit through the front door."""

import dataclasses
import time

import pytest
from redis.asyncio import Redis

from amss.foundation.ids import new_id
from amss.foundation.rate_limit import RateLimiter
from amss.server import rate_limits
from amss.server.authentication import Caller
from builders.front_door import FrontDoor, front_door
from builders.installation import Installation
from builders.sign_in import an_admin
from builders.tenants import Tenant, a_tenant


async def allow_per_minute(installation: Installation, tenant: Tenant, limit: int) -> None:
    await installation.owner.execute(
        "UPDATE org_policies SET api_rate_limit_per_min = $2 WHERE org_id = $1", tenant.org_id, limit
    )


async def test_every_answer_of_an_operation_says_what_is_allowed_and_what_is_left(
    api: FrontDoor, tenant: Tenant
) -> None:
    answers = [
        await api(tenant.planner, "GET /aircraft"),
        await api(tenant.planner, "GET /auth/me"),
        await api(tenant.planner, "GET /aircraft?colour=red"),
        await api(tenant.mechanic, "POST /aircraft", {}),
        await api(tenant.planner, "GET /aircraft/7"),
        await api(tenant.planner, f"GET /aircraft/{new_id()}"),
        await api(tenant.planner, "POST /aircraft", {}),
    ]

    assert [each.status for each in answers] == [200, 200, 400, 403, 404, 404, 422]
    assert {each.headers["ratelimit-policy"] for each in answers} == {'"api";q=6000;w=60'}
    assert answers[0].headers["ratelimit"] == '"api";r=5999;t=1'
    assert all(each.headers["ratelimit"].startswith('"api";r=599') for each in answers)


async def test_what_is_refused_before_anybody_is_known_is_not_counted(api: FrontDoor, tenant: Tenant) -> None:
    answers = [
        await api(None, "GET /aircraft"),
        await api(tenant.planner, "GET /nothing"),
        await api(tenant.planner, "PUT /aircraft"),
    ]
    after = await api(tenant.planner, "GET /aircraft")

    assert [each.status for each in answers] == [401, 404, 405]
    assert not any("ratelimit" in each.headers for each in answers)
    assert after.headers["ratelimit"] == '"api";r=5999;t=1'


async def test_more_than_the_policy_allows_is_refused_with_the_time_to_wait(
    api: FrontDoor, installation: Installation, tenant: Tenant, another_tenant: Tenant
) -> None:
    await allow_per_minute(installation, tenant, 3)

    answers = [await api(person, "GET /aircraft") for person in (tenant.planner, tenant.mechanic) * 2]
    elsewhere = await api(another_tenant.planner, "GET /aircraft")

    denied = answers[3]
    assert [each.status for each in answers] == [200, 200, 200, 429]
    assert (denied.code, denied.headers["ratelimit-policy"]) == ("RATE_LIMITED", '"api";q=3;w=60')
    assert denied.headers["ratelimit"].startswith('"api";r=0;t=')
    assert 18 <= int(denied.headers["retry-after"]) <= 20
    assert elsewhere.status == 200


async def test_a_denied_command_changes_nothing_and_spends_no_key(
    api: FrontDoor, installation: Installation, tenant: Tenant
) -> None:
    await allow_per_minute(installation, tenant, 1)
    await api(tenant.planner, "GET /aircraft")

    denied = await api(
        tenant.planner, "POST /aircraft", {"tail_number": "G-ABCD", "model": "A320"}, headers={"idempotency-key": "k"}
    )

    assert denied.status == 429
    for table in ("aircraft", "idempotency_keys"):
        assert not await installation.owner.fetchval(f"SELECT count(*) FROM {table} WHERE org_id = $1", tenant.org_id)


async def test_a_changed_limit_holds_from_the_next_request_on(
    api: FrontDoor, installation: Installation, tenant: Tenant
) -> None:
    admin = await an_admin(installation)
    path = f"/organizations/{tenant.org_id}/policy"
    before = await api(tenant.planner, "GET /aircraft")

    await api(tenant.tenant_admin, f"PATCH {path}", {"api_rate_limit_per_min": 50})
    by_the_tenant = await api(tenant.planner, "GET /aircraft")
    await api(admin, f"PATCH {path}", {"api_rate_limit_per_min": 60})
    by_an_admin_from_elsewhere = await api(tenant.planner, "GET /aircraft")

    told = [each.headers["ratelimit-policy"] for each in (before, by_the_tenant, by_an_admin_from_elsewhere)]
    assert told == ['"api";q=6000;w=60', '"api";q=50;w=60', '"api";q=60;w=60']


async def test_only_so_many_limits_are_remembered(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rate_limits, "_REMEMBERED", 3)
    admin = await an_admin(installation)
    limits = rate_limits.RequestLimits(installation.server, RateLimiter(installation.redis))

    for _ in range(5):
        await limits.allow(Caller(admin.actor, (await a_tenant(installation)).org_id))

    assert len(limits) == 3


async def test_who_signs_in_is_told_what_is_left_of_his_tries(api: FrontDoor, tenant: Tenant) -> None:
    wrong = {"email": tenant.planner.email, "password": "not his password"}

    refused = [await api(None, "POST /auth/login", wrong) for _ in range(11)]

    assert {each.headers["ratelimit-policy"] for each in refused} == {
        '"login:email";q=10;w=300, "login:ip";q=100;w=300'
    }
    assert [each.headers["ratelimit"].startswith('"login:email";r=9;') for each in refused[:2]] == [True, False]
    assert (refused[10].status, refused[10].headers["ratelimit"][:18]) == (429, '"login:email";r=0;')


async def test_without_redis_the_api_goes_on_and_the_limit_stands(installation: Installation, tenant: Tenant) -> None:
    await allow_per_minute(installation, tenant, 2)
    lost = dataclasses.replace(installation, redis=Redis.from_url("redis://127.0.0.1:1"))

    async with front_door(lost) as api:
        begun = time.monotonic()
        answers = [await api(tenant.planner, "GET /aircraft") for _ in range(3)]
        ready = await api(None, "GET /ready")

    assert [each.status for each in answers] == [200, 200, 429]
    assert ready.json == {"status": "ready", "degraded": ["redis"]}
    assert time.monotonic() - begun < 2
