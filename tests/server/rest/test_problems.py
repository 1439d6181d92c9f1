"""Refusals as problem details: every kind has its status, whatever refines it."""

import re
from collections.abc import Iterator

import msgspec
import pytest

from amss.foundation.errors import (
    FieldError,
    Invalid,
    MethodNotAllowed,
    Reason,
    Refusal,
    Unauthenticated,
    Unavailable,
)
from amss.server.rest.problems import TITLES, internal_problem, problem_of, status_of
from builders.front_door import FrontDoor


def kinds(of: type[Refusal]) -> Iterator[type[Refusal]]:
    for kind in of.__subclasses__():
        yield kind
        yield from kinds(kind)


@pytest.mark.parametrize("kind", sorted(set(kinds(Refusal)), key=str))
def test_every_refusal_has_a_code_and_a_status_of_its_own(kind: type[Refusal]) -> None:
    status = status_of(kind)

    assert status in TITLES
    assert status != 500
    assert kind.code.isupper()
    assert kind.code != "INTERNAL"


async def test_every_problems_type_leads_to_its_meaning(api: FrontDoor) -> None:
    codes = {kind.code: status_of(kind) for kind in (Refusal, *kinds(Refusal))}
    example = await api(None, "GET /aircraft")

    page = (await api(None, f"GET {example.json['type']}")).body.decode()

    for code, status in codes.items():
        (row,) = re.findall(rf'<tr id="{code}">(.*?)</tr>', page)
        assert str(status) in row
        assert row.endswith(".</td>")
    assert len(re.findall("<tr id=", page)) == len(codes)
    assert "nobody known, is asking" in page


async def test_the_error_page_runs_nothing_and_loads_nothing(api: FrontDoor) -> None:
    answer = await api(None, "GET /docs/errors")

    assert (answer.status, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert answer.headers["content-security-policy"].startswith("default-src 'none'; style-src 'sha256-")
    assert not re.search(r"<script|<link|<img|<iframe|\sstyle=|\son\w+=|javascript:|https?://", answer.body.decode())


def test_a_problem_has_only_the_members_that_apply() -> None:
    plain = msgspec.json.decode(problem_of(Unavailable(), "the-request").body)
    whole = msgspec.json.decode(
        problem_of(
            Invalid(
                errors=(FieldError("/a", "MISSING", "This field is required."),),
                reasons=(Reason("PART", "A part is missing.", ("1",)),),
            ),
            "the-request",
        ).body
    )

    assert set(plain) == {"type", "title", "status", "detail", "code", "request_id"}
    assert whole["errors"] == [{"pointer": "/a", "code": "MISSING", "message": "This field is required."}]
    assert whole["reasons"] == [{"code": "PART", "message": "A part is missing.", "ids": ["1"]}]


def test_what_the_asker_needs_to_go_on_is_in_the_headers() -> None:
    assert ("retry-after", "2") in problem_of(Unavailable(), "r").headers
    assert ("www-authenticate", "Bearer") in problem_of(Unauthenticated(), "r").headers
    assert ("allow", "GET, HEAD") in problem_of(MethodNotAllowed("GET, HEAD"), "r").headers
    assert internal_problem("r").headers == (("content-type", "application/problem+json"),)
