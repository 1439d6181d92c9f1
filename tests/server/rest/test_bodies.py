"""Bodies through the socket: what is refused before and after it is read, and that nothing crashes."""

from collections.abc import AsyncIterator
from io import BytesIO
from typing import Any

import msgspec
import pytest

from builders.commands import count_aircraft
from builders.front_door import FrontDoor
from builders.installation import Installation
from builders.raw_http import send_raw, send_raw_and_leave
from builders.tenants import Tenant

MEBIBYTE = 1024 * 1024
JSON = {"content-type": "application/json"}
AN_AIRCRAFT: dict[str, Any] = {"tail_number": "G-ABCD", "model": "A320-214"}


def post(tenant: Tenant, *headers: str) -> str:
    return "\n".join(["POST /api/v1/aircraft HTTP/1.1", f"Authorization: Bearer {tenant.planner.token}", *headers])


def chunked(body: bytes) -> bytes:
    return b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in (body[:10], body[10:])) + b"0\r\n\r\n"


async def test_a_body_over_a_mebibyte_is_too_large_said_or_found(
    api: FrontDoor, installation: Installation, tenant: Tenant
) -> None:
    body = msgspec.json.encode(AN_AIRCRAFT).ljust(MEBIBYTE + 1)

    async def in_pieces() -> AsyncIterator[bytes]:
        yield body[:100]
        yield body[100:]

    announced = await api(tenant.planner, "POST /aircraft", data=BytesIO(body), headers=JSON)
    only_announced = await send_raw(api, post(tenant, "Content-Length: 999999999999"), b"{")
    found = await api(tenant.planner, "POST /aircraft", data=in_pieces(), headers=JSON)

    assert {(each.status, each.code) for each in (announced, only_announced, found)} == {(413, "TOO_LARGE")}
    assert await count_aircraft(installation, tenant.org_id) == 0


async def test_a_body_of_exactly_a_mebibyte_is_read_also_in_chunks(api: FrontDoor, tenant: Tenant) -> None:
    body = msgspec.json.encode(AN_AIRCRAFT).ljust(MEBIBYTE)

    answer = await send_raw(api, post(tenant, "Transfer-Encoding: chunked"), chunked(body))

    assert answer.status == 201


@pytest.mark.parametrize("length", ["-1", "x", "1e3", "", "9" * 40, "0" * 5000 + "2", "5\nContent-Length: 6"])
async def test_a_senseless_length_is_a_bad_request(api: FrontDoor, tenant: Tenant, length: str) -> None:
    answer = await send_raw(api, post(tenant, f"Content-Length: {length}"), b"{}")

    assert answer.status in (400, 413)


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        ("application/json", 201),
        ("APPLICATION/JSON; charset=utf-8", 201),
        ("application/merge-patch+json", 201),
        ("text/plain", 415),
        ("application/x-www-form-urlencoded", 415),
        ("multipart/form-data; boundary=x", 415),
        ("application/jsonp", 415),
        ('application/json; charset="UTF-8"', 201),
        ("application/json; charset=utf-16", 415),
        (";", 415),
    ],
)
async def test_only_json_is_read(api: FrontDoor, tenant: Tenant, kind: str, status: int) -> None:
    answer = await api(tenant.planner, "POST /aircraft", AN_AIRCRAFT, headers={"content-type": kind})

    assert answer.status == status
    if status == 415:
        assert answer.code == "UNSUPPORTED_MEDIA_TYPE"


@pytest.mark.parametrize(("encoding", "status"), [("identity", 201), ("gzip", 415), ("br", 415), ("gzip, gzip", 415)])
async def test_a_body_is_read_as_it_is(api: FrontDoor, tenant: Tenant, encoding: str, status: int) -> None:
    body = msgspec.json.encode(AN_AIRCRAFT)

    answer = await send_raw(api, post(tenant, f"Content-Length: {len(body)}", f"Content-Encoding: {encoding}"), body)

    assert answer.status == status
    if status == 415:
        assert answer.code == "UNSUPPORTED_MEDIA_TYPE"


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b"null", b'{"tail_number": 7, "model": ', b"[" * 100_000, b'{"model": ' + b"[" * 100_000,
     b'{"model": "\xff"}', b'{"model": "\\ud800"}'],
)  # fmt: skip
async def test_what_is_no_json_object_is_malformed(api: FrontDoor, tenant: Tenant, body: bytes) -> None:
    answer = await send_raw(api, post(tenant, f"Content-Length: {len(body)}"), body)

    assert (answer.status, answer.code) == (400, "MALFORMED")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("model", "A\u0000320"),
        ("manufacturer", "\u0000"),
        ("cycles_total", 2**31),
        ("cycles_total", 2**63),
        ("cycles_total", 10**30),
        ("flight_minutes_total", 2**31),
        ("flight_minutes_total", "9999999:99"),
        ("planned_daily_minutes", 1e308),
        ("in_service_on", "2026-02-30"),
        ("in_service_on", "10000-01-01"),
        ("in_service_on", "9999-12-31"),
        ("in_service_on", "0893-01-01"),
        ("in_service_on", "0000-01-01"),
        ("model", "\u00000001-01-01"),
    ],
)
async def test_a_value_that_cannot_be_kept_is_named_and_changes_nothing(
    api: FrontDoor, installation: Installation, tenant: Tenant, field: str, value: object
) -> None:
    answer = await api(tenant.planner, "POST /aircraft", AN_AIRCRAFT | {field: value})

    assert (answer.status, answer.code) == (422, "VALIDATION")
    assert [fault["pointer"] for fault in answer.json["errors"]] == [f"/{field}"]
    assert await count_aircraft(installation, tenant.org_id) == 0


@pytest.mark.parametrize("day", ["1930-01-01", "2199-12-31"])
async def test_the_first_and_the_last_day_look_the_same_created_and_shown(
    api: FrontDoor, tenant: Tenant, day: str
) -> None:
    created = await api(tenant.planner, "POST /aircraft", AN_AIRCRAFT | {"in_service_on": day})

    shown = await api(tenant.planner, f"GET /aircraft/{created.json['id']}")

    assert created.json["in_service_on"] == day
    assert shown.json == created.json


async def test_a_client_that_leaves_in_the_middle_of_its_body_changes_nothing_and_holds_nothing(
    api: FrontDoor, installation: Installation, tenant: Tenant
) -> None:
    await send_raw_and_leave(api, post(tenant, "Content-Length: 1000"), b'{"tail_number": ')

    assert (await api(tenant.planner, "GET /aircraft")).status == 200
    assert installation.server.in_use == 0
    assert await count_aircraft(installation, tenant.org_id) == 0
