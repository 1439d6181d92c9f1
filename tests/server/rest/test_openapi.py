"""The contract and its reference page."""

import base64
import hashlib
import re
from typing import Any

import msgspec
import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from amss.foundation.access import Permission
from amss.foundation.operation import Kind, Operation, Precondition
from amss.server.operations import API_BASE, OPERATIONS
from amss.server.rest.openapi import openapi_document
from amss.server.rest.problems import status_of
from builders.front_door import FrontDoor

# Through JSON, as a reader of it would.
DOCUMENT: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(openapi_document(OPERATIONS)))
BY_NAME = {operation.name: operation for operation in OPERATIONS}


def described(operation: Operation) -> dict[str, Any]:
    return DOCUMENT["paths"][API_BASE + operation.path][operation.method.lower()]


def codes_of(operation: Operation, status: int) -> set[str]:
    answer = described(operation)["responses"].get(str(status), {"description": ": "})
    return set(answer["description"].partition(": ")[2].split(", "))


async def test_the_document_is_served_and_valid(api: FrontDoor) -> None:
    answer = await api(None, "GET /openapi.json")

    assert (answer.status, answer.headers["content-type"]) == (200, "application/json")
    assert answer.json == DOCUMENT
    OpenAPIV31SpecValidator(answer.json).validate()


def test_no_two_operations_share_a_name_or_a_route() -> None:
    assert len(BY_NAME) == len({operation.route for operation in OPERATIONS}) == len(OPERATIONS)
    assert sum(len(methods) for methods in DOCUMENT["paths"].values()) == len(OPERATIONS)


@pytest.mark.parametrize("name", BY_NAME)
def test_an_operation_says_what_it_does_who_may_and_what_may_go_wrong(name: str) -> None:
    operation = BY_NAME[name]

    told = described(operation)

    assert (told["operationId"], told["x-permission"]) == (name, operation.permission.value)
    assert told["summary"]
    assert not told["summary"].endswith(".")
    assert told["description"].endswith(".")
    assert str(operation.status) in told["responses"]
    assert {"MALFORMED"} <= codes_of(operation, 400)
    assert {"RATE_LIMITED"} <= codes_of(operation, 429)
    assert {"UNAVAILABLE"} <= codes_of(operation, 503)
    for refusal in operation.refuses:
        assert refusal.code in codes_of(operation, status_of(refusal))
    if operation.permission is Permission.PUBLIC:
        assert told["security"] == []
    else:
        assert "AUTH" in codes_of(operation, 401)
        assert "FORBIDDEN" in codes_of(operation, 403)


@pytest.mark.parametrize("name", BY_NAME)
def test_an_operation_describes_everything_it_takes(name: str) -> None:
    operation = BY_NAME[name]
    told = described(operation)

    taken = {(each["in"], each["name"]): each["required"] for each in told["parameters"]}

    assert {key[1] for key in taken if key[0] == "path"} == set(re.findall(r"{(\w+)}", operation.path))
    query = msgspec.structs.fields(operation.query) if operation.query else ()
    assert {key[1] for key in taken if key[0] == "query"} == {each.encode_name for each in query}
    assert (("header", "Idempotency-Key") in taken) is operation.idempotent
    expected = {Precondition.NONE: None, Precondition.OPTIONAL: False, Precondition.REQUIRED: True}
    assert taken.get(("header", "If-Match")) is expected[operation.precondition]
    assert ("requestBody" in told) is (operation.body is not None)
    if operation.idempotent:
        assert {"IDEMPOTENCY_CONFLICT", "IDEMPOTENCY_IN_PROGRESS"} <= codes_of(operation, 409)
    if operation.precondition is Precondition.REQUIRED:
        assert {"PRECONDITION_REQUIRED"} <= codes_of(operation, 428)
    if operation.body is not None:
        assert {"VALIDATION"} <= codes_of(operation, 422)
        assert {"TOO_LARGE"} <= codes_of(operation, 413)


@pytest.mark.parametrize("name", BY_NAME)
def test_every_post_that_changes_something_takes_a_key_and_lists_are_read(name: str) -> None:
    operation = BY_NAME[name]
    signs_in = operation.path.startswith("/auth/")

    if operation.method == "POST" and operation.kind is not Kind.READ and not signs_in:
        assert operation.idempotent
    if operation.method == "GET":
        assert operation.kind in (Kind.READ, Kind.EXPORT, Kind.STREAM)


def test_a_problem_is_described_with_all_its_members() -> None:
    problem = DOCUMENT["components"]["schemas"]["Problem"]

    assert set(problem["required"]) == {"type", "title", "status", "detail", "code", "request_id"}
    assert set(problem["properties"]) - set(problem["required"]) == {"errors", "reasons"}


@pytest.mark.parametrize("name", [each.name for each in OPERATIONS if each.kind is Kind.BATCH])
def test_a_batch_is_described_with_its_items_and_what_becomes_of_each(name: str) -> None:
    told, schemas = described(BY_NAME[name]), DOCUMENT["components"]["schemas"]

    body = schemas[schema_name(told["requestBody"])]
    item = schemas[body["properties"]["items"]["items"]["$ref"].rpartition("/")[2]]
    results = schemas[schema_name(told["responses"]["200"])]["properties"]["results"]
    result = schemas[results["items"]["$ref"].rpartition("/")[2]]
    assert body["properties"]["items"]["maxItems"] == 500
    assert item["required"]
    assert set(result["required"]) == {"index", "status"}
    assert set(result["properties"]) == {"index", "status", "id", "problem"}
    assert result["properties"]["problem"]["$ref"].endswith("/Problem")


def schema_name(content: dict[str, Any]) -> str:
    return content["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]


async def test_the_reference_page_runs_nothing_and_loads_nothing(api: FrontDoor) -> None:
    answer = await api(None, "GET /docs")

    page = answer.body.decode()
    (style,) = re.findall(r"<style>(.*?)</style>", page, re.DOTALL)
    policy = answer.headers["content-security-policy"]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert (answer.status, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert policy == f"default-src 'none'; style-src 'sha256-{digest}'; frame-ancestors 'none'"
    assert not re.search(r"<script|<link|<img|<iframe|\sstyle=|\son\w+=|javascript:|https?://", page)
    for operation in OPERATIONS:
        assert f'id="{operation.name}"' in page
    for place in re.findall(r'href="#([^"]+)"', page):
        assert f'id="{place}"' in page
