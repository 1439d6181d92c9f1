"""Nobody sets what the server owns: generated from the operation table, for whatever it holds tomorrow."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args, get_origin

import msgspec
import pytest

from amss.foundation.operation import Kind, Operation
from amss.server.operations import OPERATIONS
from builders.csv_files import a_form
from builders.front_door import FrontDoor, Reply
from builders.installation import Installation
from builders.sign_in import an_admin
from builders.tenants import Tenant

WRITES = [each for each in OPERATIONS if each.body is not None]
UPLOADS = [each for each in WRITES if each.kind is Kind.UPLOAD]
# What no answer shows, but a row has.
HIDDEN = {
    "org_id", "deleted_at", "password_hash", "reset_code_hash", "tokens_valid_from", "key_hash", "prefix", "secret",
    "created_by", "created_by_org_id", "permissions", "is_admin", "slot", "storage_key", "due_item_id",
}  # fmt: skip
# The fields with power that a caller may set, and where: whoever adds one says so here.
GIVEN = {
    "role": {"POST /users", "PATCH /users/{user_id}", "POST /api-keys"},
    # An aircraft comes with what it has flown, and may come grounded; afterwards both have commands of their own.
    # A piece comes into the store in stock or quarantined, and moves between there and the bin.
    "status": {
        "PATCH /organizations/{organization_id}", "POST /aircraft", "POST /part-items",
        "PATCH /part-items/{part_item_id}",
    },
    "flight_minutes_total": {"POST /aircraft"},
    "cycles_total": {"POST /aircraft"},
    "legal_hold": {"PATCH /organizations/{organization_id}"},
    "slug": {"PATCH /organizations/{organization_id}", "POST /organizations"},
    "active": {
        "PATCH /users/{user_id}", "POST /maintenance-programs", "PATCH /maintenance-programs/{program_id}",
        "POST /maintenance-programs/{program_id}/preview",
    },
    "state": {"PATCH /maintenance-tasks/{task_id}/state", "PATCH /part-reservations/{reservation_id}/state"},
    "must_change_password": {"POST /users", "PATCH /users/{user_id}"},
    "expires_at": {"POST /api-keys"},
    "id": set(), "org_id": set(), "version": set(), "created_at": set(), "updated_at": set(), "deleted_at": set(),
    "created_by": set(), "last_login_at": set(),
    "completed_at": set(), "started_at": set(), "last_used_at": set(), "revoked_at": set(), "late": set(),
}  # fmt: skip


def fields_of(shape: type[msgspec.Struct]) -> dict[str, Any]:
    return {each.encode_name: each.type for each in msgspec.structs.fields(shape)}


def parts_of(kind: Any) -> Iterator[tuple[type[msgspec.Struct], bool]]:
    """Yield the shapes a field is made of, and whether it is a list of them."""
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        yield kind, False
    for each in get_args(kind):
        for shape, listed in parts_of(each):
            yield shape, listed or get_origin(kind) in (list, tuple)


def shown_anywhere() -> set[str]:
    shapes = [shape for each in OPERATIONS for shape in (each.answers, each.lists) if shape is not None]
    return {name for shape in shapes for name in fields_of(shape)}


def smuggled(shape: type[msgspec.Struct]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield a pointer and a body for every field that is not the caller's, also inside of nested objects."""
    for name in sorted((shown_anywhere() | HIDDEN) - fields_of(shape).keys()):
        yield f"/{name}", {name: "mine now"}
    for name, kind in fields_of(shape).items():
        for part, listed in parts_of(kind):
            for pointer, body in smuggled(part):
                inside = f"/{name}/0{pointer}" if listed else f"/{name}{pointer}"
                yield inside, {name: [body] if listed else body}


@pytest.mark.parametrize("operation", WRITES, ids=lambda operation: operation.route)
def test_a_field_with_power_is_accepted_only_where_this_table_says(operation: Operation) -> None:
    assert operation.body is not None
    accepted = {name for name in GIVEN if name in fields_of(operation.body)}

    assert accepted == {name for name, routes in GIVEN.items() if operation.route in routes}


@pytest.mark.parametrize(
    "operation", [each for each in WRITES if each.kind is not Kind.UPLOAD], ids=lambda operation: operation.route
)
async def test_what_the_server_owns_is_refused_by_name(
    api: FrontDoor, installation: Installation, tenant: Tenant, operation: Operation
) -> None:
    assert operation.body is not None
    admin = await an_admin(installation)
    path = re.sub(r"{\w+}", str(tenant.org_id), operation.route)
    # So many requests that one organization's rate limit would not do for all operations.
    headers = {"if-match": '"v1"', "x-forwarded-for": "198.51.100.7", "x-org-id": str(tenant.org_id)}

    answers = [(pointer, await api(admin, path, body, headers=headers)) for pointer, body in smuggled(operation.body)]

    assert len(answers) > 50
    for pointer, answer in answers:
        problem, inside = answer.json, pointer
        if operation.kind is Kind.BATCH and pointer.startswith("/items/0"):
            problem, inside = answer.json["results"][0]["problem"], pointer.removeprefix("/items/0")
        assert (problem["status"], problem["code"]) == (422, "VALIDATION"), (pointer, answer.body)
        assert (inside, "UNKNOWN") in {(each["pointer"], each["code"]) for each in problem["errors"]}


@pytest.mark.parametrize("operation", UPLOADS, ids=lambda operation: operation.route)
async def test_what_the_server_owns_is_refused_in_a_form_and_nothing_is_kept(
    api: FrontDoor, installation: Installation, tenant: Tenant, operation: Operation
) -> None:
    assert operation.body is not None
    files_before = set(files_in(installation.settings.import_storage))
    answers: list[tuple[str, Reply]] = []

    for pointer, fields in smuggled(operation.body):
        form = a_form(b"tail_number,model\nG-ABCD,A320\n")
        for name, value in fields.items():
            form.add_field(name, value)
        answers.append((pointer, await api(tenant.planner, operation.route, data=form)))

    assert len(answers) > 50
    for pointer, answer in answers:
        assert (answer.status, answer.code) == (422, "VALIDATION"), (pointer, answer.body)
        assert [(each["pointer"], each["code"]) for each in answer.json["errors"]] == [(pointer, "UNKNOWN")]
    assert (await api(tenant.planner, "GET /imports")).json["items"] == []
    assert set(files_in(installation.settings.import_storage)) == files_before


def files_in(folder: Path) -> list[Path]:
    return [*folder.iterdir()] if folder.exists() else []
