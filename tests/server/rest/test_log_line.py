"""The one line a request leaves in the log."""

from typing import Any

import pytest
import structlog
from structlog.testing import LogCapture

from builders.front_door import FrontDoor
from builders.tenants import Tenant

AN_AIRCRAFT = {"tail_number": "G-ABCD", "model": "a model nobody should log"}
TRACE = "00-0123456789abcdef0123456789abcdef-0123456789abcdef-01"


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What the edge logs, as it is before it is printed."""
    capture = LogCapture()
    whatever_its_level = structlog.make_filtering_bound_logger(0)
    log = structlog.wrap_logger(None, processors=[capture], wrapper_class=whatever_its_level)
    monkeypatch.setattr("amss.server.rest.app.log", log)
    return capture.entries


async def test_a_request_is_one_line_with_who_where_and_how_long(
    api: FrontDoor, tenant: Tenant, lines: list[Any]
) -> None:
    sent = {"x-request-id": "the-request", "traceparent": TRACE}

    await api(tenant.planner, f"GET /aircraft/{tenant.org_id}?", headers=sent)

    (line,) = lines
    assert (line["event"], line["log_level"]) == ("Answered", "info")
    assert (line["request_id"], line["trace_id"]) == ("the-request", "0123456789abcdef0123456789abcdef")
    assert (line["method"], line["route"], line["status"]) == ("GET", "/api/v1/aircraft/{aircraft_id}", 404)
    assert (line["org"], line["principal"]) == (str(tenant.org_id), f"user:{tenant.planner.id}")
    assert (line["code"], 0 < line["duration_ms"] < 5000) == ("NOT_FOUND", True)


async def test_nothing_of_bodies_queries_and_tokens_is_logged(
    api: FrontDoor, tenant: Tenant, lines: list[Any]
) -> None:
    await api(tenant.planner, "POST /aircraft", AN_AIRCRAFT)
    await api(tenant.planner, "POST /aircraft", AN_AIRCRAFT | {"model": 7, "nobody": "should log"})
    await api(tenant.planner, "GET /aircraft?q=nobody")

    assert [line["status"] for line in lines] == [201, 422, 200]
    assert "nobody" not in str(lines)
    assert tenant.planner.token not in str(lines)


async def test_refusals_before_and_beside_an_operation_have_a_line_with_their_route(
    api: FrontDoor, tenant: Tenant, lines: list[Any]
) -> None:
    for person, route in (
        (None, "GET /aircraft"),
        (tenant.planner, "DELETE /aircraft"),
        (None, "OPTIONS /aircraft"),
        (None, "GET /somewhere/secret"),
        (None, "GET /health"),
    ):
        await api(person, route)

    assert [(line["route"], line["status"]) for line in lines] == [
        ("/api/v1/aircraft", 401),
        ("/api/v1/aircraft", 405),
        ("/api/v1/aircraft", 204),
        ("unknown", 404),
        ("/health", 200),
    ]
    assert len({line["request_id"] for line in lines}) == 5


@pytest.mark.parametrize("given", ["", "01-aa-bb-00", TRACE.upper(), TRACE + "-more", f"00-{'0' * 32}-{'1' * 16}-01"])
async def test_a_trace_is_begun_where_none_is_given(
    api: FrontDoor, tenant: Tenant, lines: list[Any], given: str
) -> None:
    await api(tenant.planner, "GET /aircraft", headers={"traceparent": given})

    (line,) = lines
    assert len(line["trace_id"]) == 32
    assert line["trace_id"] not in given
