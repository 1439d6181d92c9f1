"""Paths, methods and headers: every answer has a request id, security headers and, when refused, a problem."""

from typing import Any

import pytest

from amss.foundation.ids import new_id
from builders.front_door import FrontDoor, Reply
from builders.raw_http import send_raw
from builders.tenants import Tenant

AN_AIRCRAFT: dict[str, Any] = {"tail_number": "G-ABCD", "model": "A320-214"}


def assert_secured(answer: Reply) -> None:
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["cache-control"] == "no-store"
    assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
    assert "server" not in answer.headers


@pytest.mark.parametrize(
    ("route", "status", "code"),
    [
        ("GET /nothing", 404, "NOT_FOUND"),
        ("GET /aircraft/", 404, "NOT_FOUND"),
        ("GET /aircraft/7", 404, "NOT_FOUND"),
        ("GET /aircraft/%00", 404, "NOT_FOUND"),
        ("GET /aircraft/%ff", 404, "NOT_FOUND"),
        ("GET //aircraft", 404, "NOT_FOUND"),
        ("DELETE /aircraft", 405, "METHOD_NOT_ALLOWED"),
        ("TRACE /aircraft", 405, "METHOD_NOT_ALLOWED"),
        ("GET /aircraft?colour=red", 400, "MALFORMED"),
        ("GET /aircraft?q=%zz", 400, "MALFORMED"),
        ("GET /aircraft?q=%ff%ff", 400, "MALFORMED"),
        ("GET /aircraft?cursor=bm90IG91cnM", 400, "MALFORMED"),
        ("GET /aircraft?model=%00", 422, "VALIDATION"),
        ("GET /aircraft?limit=99999999999999999999", 422, "VALIDATION"),
        ("GET /aircraft?status=flying", 422, "VALIDATION"),
        ("GET /aircraft?sort=colour", 422, "VALIDATION"),
    ],
)
async def test_a_refused_request_gets_a_whole_problem(
    api: FrontDoor, tenant: Tenant, route: str, status: int, code: str
) -> None:
    method, path = route.split(" ")

    answer = await send_raw(
        api,
        f"{method} /api/v1{path} HTTP/1.1\nAuthorization: Bearer {tenant.planner.token}\nX-Request-ID: the-request",
    )

    problem = answer.json
    assert answer.headers["content-type"] == "application/problem+json"
    assert (problem["status"], problem["code"], problem["type"]) == (status, code, f"/docs/errors#{code}")
    assert (answer.status, problem["request_id"], answer.headers["x-request-id"]) == (status, *["the-request"] * 2)
    assert problem["title"]
    assert problem["detail"].endswith(".")
    if status == 422:
        assert all(set(fault) == {"pointer", "code", "message"} for fault in problem["errors"])
    assert_secured(answer)


async def test_what_a_path_answers_to_is_told(api: FrontDoor, tenant: Tenant) -> None:
    options = await api(None, "OPTIONS /aircraft")
    wrong = await api(tenant.planner, "PUT /aircraft")
    of_one = await api(None, f"OPTIONS /aircraft/{new_id()}")

    assert (options.status, options.body) == (204, b"")
    assert options.headers["allow"] == wrong.headers["allow"] == "GET, HEAD, OPTIONS, POST"
    assert "PATCH" in of_one.headers["allow"]
    assert_secured(options)


async def test_a_wrong_method_beside_the_api_is_told_too(api: FrontDoor) -> None:
    answer = await api(None, "POST /health")

    assert (answer.status, answer.code, answer.headers["allow"]) == (405, "METHOD_NOT_ALLOWED", "GET, HEAD")


async def test_head_is_get_without_the_body(api: FrontDoor, tenant: Tenant) -> None:
    await api(tenant.planner, "POST /aircraft", AN_AIRCRAFT)
    get = await api(tenant.planner, "GET /aircraft")

    head = await api(tenant.planner, "HEAD /aircraft")
    refused = await api(tenant.planner, "HEAD /nothing")

    assert (head.status, head.body, head.headers["content-length"]) == (200, b"", str(len(get.body)))
    assert (refused.status, refused.body) == (404, b"")


@pytest.mark.parametrize("given", ["12345678", "a.B_c-9" * 10, "x" * 128])
async def test_a_good_request_id_is_kept(api: FrontDoor, tenant: Tenant, given: str) -> None:
    answer = await api(tenant.planner, "GET /aircraft", headers={"x-request-id": given})

    assert answer.headers["x-request-id"] == given


@pytest.mark.parametrize(
    "given", [None, "", "1234567", "x" * 129, "with space", "semi;colon", "ümlaut-name", "{}{}{}{}{}"]
)
async def test_any_other_request_id_is_replaced(api: FrontDoor, given: str | None) -> None:
    header = "" if given is None else f"\nX-Request-ID: {given}"

    answers = [await send_raw(api, f"GET /health HTTP/1.1{header}") for _ in range(2)]

    made = {answer.headers["x-request-id"] for answer in answers}
    assert len(made) == 2
    assert given not in made
    assert {len(each) for each in made} == {36}


async def test_every_kind_of_answer_is_secured(api: FrontDoor, tenant: Tenant) -> None:
    answers = [
        await api(tenant.planner, "POST /aircraft", AN_AIRCRAFT),
        await api(tenant.planner, "POST /aircraft", {}),
        await api(tenant.mechanic, "POST /aircraft", AN_AIRCRAFT),
        await api(None, "GET /aircraft"),
        await api(None, "GET /health"),
        await api(None, "GET /openapi.json"),
    ]

    assert [each.status for each in answers] == [201, 422, 403, 401, 200, 200]
    for each in answers:
        assert_secured(each)
        assert each.headers["x-request-id"]


@pytest.mark.parametrize(
    ("tag", "status"),
    [
        ('"v1"', 200),
        (' "v1" ', 200),
        ("*", 200),
        ('"v2"', 412),
        ('"v0"', 412),
        ('"v9999999999"', 412),
        ('W/"v1"', 400),
        ('"v1", "v2"', 400),
        ('"v²"', 400),
        ('"v' + "9" * 5000 + '"', 400),
        ("1", 400),
        ("v1", 400),
        ('"v1', 400),
        ('"1"', 400),
        ('"v-1"', 400),
        ('""', 400),
        ("", 400),
    ],
)
async def test_if_match_is_the_tag_of_one_version(api: FrontDoor, tenant: Tenant, tag: str, status: int) -> None:
    aircraft = (await api(tenant.planner, "POST /aircraft", AN_AIRCRAFT)).json

    head = f"PATCH /api/v1/aircraft/{aircraft['id']} HTTP/1.1\nAuthorization: Bearer {tenant.planner.token}"
    answer = await send_raw(api, f"{head}\nIf-Match: {tag}\nContent-Length: 14", b'{"model": "X"}')

    assert answer.status == status
    if status == 200:
        assert answer.headers["etag"] == '"v2"'


async def test_a_client_address_is_told_by_trusted_proxies_alone(api: FrontDoor, tenant: Tenant) -> None:
    await api(tenant.planner, "POST /aircraft", AN_AIRCRAFT, headers={"x-forwarded-for": "203.0.113.9"})

    audit = await api(tenant.auditor, "GET /audit-logs")

    assert audit.json["items"][0]["ip_address"] == "127.0.0.1"
