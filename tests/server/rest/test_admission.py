"""What a request must be before anything else is asked of it: its version, its host, what it accepts."""

from dataclasses import replace

import msgspec
import pytest

from amss.foundation.settings import HostName
from amss.server.rest.admission import accepts_json
from builders.front_door import FrontDoor, front_door
from builders.installation import Installation
from builders.raw_http import connected
from builders.tenants import Tenant


@pytest.mark.parametrize(
    ("head", "status"),
    [
        ("GET /health HTTP/1.1\r\nHost: amss", 200),
        ("GET /health HTTP/1.1\r\nHost: amss.example.com:8443", 200),
        ("GET /health HTTP/1.1\r\nHost: [::1]:80", 200),
        ("GET /health HTTP/1.0", 200),
        ("GET /health HTTP/1.1", 400),
        ("GET /health HTTP/1.1\r\nHost:", 400),
        ("GET /health HTTP/1.1\r\nHost: a\r\nHost: b", 400),
        ("GET /health HTTP/1.1\r\nHost: a\r\nHost: a", 400),
        ("GET /health HTTP/1.1\r\nHost: a/b", 400),
        ("GET /health HTTP/1.1\r\nHost: user@a", 400),
        ("GET /health HTTP/1.1\r\nHost: a b", 400),
        ("GET /health", 400),
        ("GET /health HTTP/1.1\r\nHost: a\r\nExpect: 200-nope", 400),
        ("GET /health HTTP/1.1\r\nHost: a\r\nExpect: 100-Continue", 200),
    ],
)
async def test_a_request_says_its_version_and_one_host(api: FrontDoor, head: str, status: int) -> None:
    async with connected(api) as wire:
        await wire.send(f"{head}\r\n\r\n".encode())

        answer = await wire.answer()

    assert answer.status == status
    if status == 400:
        assert answer.code == "MALFORMED"


async def test_a_server_with_hosts_answers_for_them_alone(installation: Installation, tenant: Tenant) -> None:
    hosts = (HostName("amss.example.com"), HostName("[::1]"))
    settings = msgspec.structs.replace(installation.settings, trusted_hosts=hosts)

    async with front_door(replace(installation, settings=settings)) as door:
        right = [
            await door(tenant.planner, "GET /aircraft", headers={"host": host})
            for host in ("amss.example.com", "AMSS.example.com:8443", "[::1]:8080")
        ]
        wrong = [
            await door(tenant.planner, route, headers={"host": host})
            for route in ("GET /aircraft", "GET /docs")
            for host in ("127.0.0.1:8080", "amss.example.com.evil.example", "evil-amss.example.com", "a")
        ]
        watched = [await door(None, route) for route in ("GET /health", "GET /ready")]

    assert {each.status for each in right} == {200}
    assert {(each.status, each.code) for each in wrong} == {(400, "MALFORMED")}
    assert {each.status for each in watched} == {200}


@pytest.mark.parametrize(
    ("accept", "accepted"),
    [
        ("*/*", True),
        ("application/*", True),
        ("application/json", True),
        ("Application/JSON; charset=utf-8", True),
        ("application/problem+json", True),
        ("application/json, text/plain, */*", True),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8", True),
        ("text/html, application/json;q=0.1", True),
        ("text/html", False),
        ("text/*, image/png", False),
        ("application/xml", False),
        ("application/json;q=0", False),
        ("application/json; q=0.000, */*", False),
        ("*/*;q=0", False),
        ("json", False),
        (",", False),
    ],
)
def test_json_is_accepted_by_its_name_or_a_range_that_holds_it(accept: str, accepted: bool) -> None:  # noqa: FBT001
    assert accepts_json(accept) == accepted


async def test_who_reads_no_json_is_told_so_on_the_api_alone(api: FrontDoor, tenant: Tenant) -> None:
    refused = await api(tenant.planner, "GET /aircraft", headers={"accept": "text/html"})
    options = await api(None, "OPTIONS /aircraft", headers={"accept": "text/html"})
    page = await api(None, "GET /docs", headers={"accept": "text/html"})
    silent = await api(tenant.planner, "GET /aircraft", headers={"accept": ""})

    assert (refused.status, refused.code) == (406, "NOT_ACCEPTABLE")
    assert refused.headers["content-type"] == "application/problem+json"
    assert (options.status, page.status, silent.status) == (204, 200, 200)
