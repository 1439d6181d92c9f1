"""Cross-origin requests: nothing unless it is configured, and then exactly what is."""

from collections.abc import AsyncIterator
from dataclasses import replace

import msgspec
import pytest

from amss.foundation.settings import WebOrigin
from builders.front_door import FrontDoor, Reply, front_door
from builders.installation import Installation
from builders.tenants import Tenant

ORIGIN = "https://planning.example.com"
PREFLIGHT = {
    "access-control-request-method": "PATCH",
    "access-control-request-headers": "authorization,content-type,idempotency-key,if-match",
}


@pytest.fixture
async def open_door(installation: Installation) -> AsyncIterator[FrontDoor]:
    origins = (WebOrigin(ORIGIN), WebOrigin("http://localhost:5173"))
    settings = msgspec.structs.replace(installation.settings, cors_allowed_origins=origins)
    async with front_door(replace(installation, settings=settings)) as door:
        yield door


def words_on_cors(answer: Reply) -> dict[str, str]:
    return {name: value for name, value in answer.headers.items() if name.startswith("access-control-")}


async def test_without_configuration_no_answer_says_a_word(api: FrontDoor, tenant: Tenant) -> None:
    answer = await api(tenant.planner, "GET /aircraft", headers={"origin": ORIGIN})
    preflight = await api(None, "OPTIONS /aircraft", headers={"origin": ORIGIN, **PREFLIGHT})

    assert (answer.status, preflight.status) == (200, 204)
    assert not words_on_cors(answer) | words_on_cors(preflight)
    assert "vary" not in answer.headers


@pytest.mark.parametrize("origin", [ORIGIN, "http://localhost:5173"])
async def test_a_named_origin_may_read_answers_and_refusals(
    open_door: FrontDoor, tenant: Tenant, origin: str
) -> None:
    answers = [
        await open_door(tenant.planner, "GET /aircraft", headers={"origin": origin}),
        await open_door(None, "GET /aircraft", headers={"origin": origin}),
        await open_door(tenant.planner, "GET /nothing", headers={"origin": origin}),
    ]

    assert [each.status for each in answers] == [200, 401, 404]
    for each in answers:
        told = words_on_cors(each)
        assert told.pop("access-control-allow-origin") == origin
        assert set(told.pop("access-control-expose-headers").split(", ")) >= {
            "ETag", "Location", "RateLimit", "RateLimit-Policy", "Retry-After", "X-Request-ID", "Idempotent-Replayed",
        }  # fmt: skip
        assert not told
        assert each.headers["vary"] == "Origin"


async def test_a_preflight_names_what_may_be_sent(open_door: FrontDoor, tenant: Tenant) -> None:
    path = f"/aircraft/{tenant.org_id}"

    preflight = await open_door(None, f"OPTIONS {path}", headers={"origin": ORIGIN, **PREFLIGHT})
    no_preflight = await open_door(None, f"OPTIONS {path}", headers={"origin": ORIGIN})

    assert preflight.status == 204
    told = words_on_cors(preflight)
    assert "PATCH" in told["access-control-allow-methods"].split(", ")
    assert set(told["access-control-allow-headers"].split(", ")) == {
        "Authorization", "Content-Type", "Idempotency-Key", "If-Match", "X-API-Key", "X-Org-ID", "X-Request-ID",
    }  # fmt: skip
    assert told["access-control-max-age"] == "600"
    assert "access-control-allow-credentials" not in told
    assert "access-control-allow-methods" not in words_on_cors(no_preflight)


@pytest.mark.parametrize(
    "origin",
    ["https://evil.example", "null", "", f"{ORIGIN}.evil.example", f"{ORIGIN}:444", "http://planning.example.com"],
)
async def test_a_wrong_origin_gets_nothing(open_door: FrontDoor, tenant: Tenant, origin: str) -> None:
    answer = await open_door(tenant.planner, "GET /aircraft", headers={"origin": origin})
    preflight = await open_door(None, "OPTIONS /aircraft", headers={"origin": origin, **PREFLIGHT})

    assert (answer.status, preflight.status) == (200, 204)
    assert not words_on_cors(answer) | words_on_cors(preflight)
    assert answer.headers["vary"] == preflight.headers["vary"] == "Origin"
