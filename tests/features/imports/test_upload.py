"""Sending a file: what is taken, what is refused, and that a refusal leaves nothing behind."""

from collections.abc import AsyncGenerator
from typing import Any

import aiohttp
import pytest

from amss.server.rest import upload
from builders.csv_files import a_worker, import_csv, send_csv
from builders.fleet import a_fleet_file
from builders.front_door import FrontDoor, Reply
from builders.installation import Installation
from builders.tenants import Tenant

UPLOAD = "POST /imports/csv"


async def test_a_file_is_taken_and_waits_for_the_worker(
    api: FrontDoor, tenant: Tenant, installation: Installation
) -> None:
    sent = await send_csv(api, tenant.planner, b"tail_number,model\nG-ONE,A320\n")

    assert sent.status == 202
    assert sent.headers["location"] == f"/api/v1/imports/{sent.json['id']}"
    shown = await api(tenant.auditor, f"GET /imports/{sent.json['id']}")
    listed = await api(tenant.auditor, "GET /imports?count=true&type=aircraft&status=pending")
    assert shown.json == sent.json
    assert listed.json == {"items": [sent.json], "next_cursor": None, "total": 1}
    assert (sent.json["status"], sent.json["file_name"]) == ("pending", "fleet.csv")
    assert sent.json["created_by"] == str(tenant.planner.id)
    assert await events_of(installation, tenant) == ["import.created"]


async def test_the_same_key_makes_one_import_and_keeps_one_file(
    api: FrontDoor, tenant: Tenant, installation: Installation
) -> None:
    content = a_fleet_file(3).content
    files_before = files_of(installation)

    first = await send_csv(api, tenant.planner, content, key="once")
    again = await send_csv(api, tenant.planner, content, key="once")
    other = await send_csv(api, tenant.planner, content + b"G-X,A320\n", key="once")

    assert (again.status, again.json, again.headers["idempotent-replayed"]) == (202, first.json, "true")
    assert again.headers["location"] == first.headers["location"]
    assert (other.status, other.code) == (409, "IDEMPOTENCY_CONFLICT")
    assert len(files_of(installation) - files_before) == 1


@pytest.mark.parametrize(
    ("form", "status", "pointer"),
    [
        ({"type": "aircraft"}, 422, "/file"),
        ({"file": b"x"}, 422, "/type"),
        ({"type": "gliders", "file": b"x"}, 422, "/type"),
        ({"type": "parts", "file": b"x"}, 422, "/type"),
        ({"type": "aircraft", "colour": "red", "file": b"x"}, 422, "/colour"),
        ({"type": "aircraft", "dry_run": "true", "file": b"x"}, 422, "/dry_run"),
        ({"type": "aircraft", "document": b"x"}, 422, "/document"),
    ],
)
async def test_a_wrong_form_is_refused_by_the_name_of_its_field(
    api: FrontDoor, tenant: Tenant, installation: Installation, form: dict[str, Any], status: int, pointer: str
) -> None:
    files_before = files_of(installation)
    data = aiohttp.FormData(quote_fields=False)
    for name, value in form.items():
        data.add_field(name, value, filename="fleet.csv" if isinstance(value, bytes) else None)
    if not any(isinstance(value, bytes) for value in form.values()):
        data = multipart(b"".join(part(name, value.encode()) for name, value in form.items()))

    refused = await send(api, tenant, data)

    assert (refused.status, refused.code) == (status, "VALIDATION")
    assert [error["pointer"] for error in refused.json["errors"]] == [pointer]
    assert files_of(installation) == files_before


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b"", "ends before its last boundary"),
        (b"hello", "cannot be read"),
        (b'--B\r\nContent-Disposition: form-data; name="type"\r\n\r\naircraft\r\n', "ends before its last boundary"),
        (b'--B\r\nContent-Disposition: form-data; name="file"; filename="f"\r\n\r\na,b', "ends before"),
        (b"--B\r\nContent-Disposition: form-data\r\n\r\nx\r\n--B--\r\n", "has no name"),
        (b"--B\r\n\r\nx\r\n--B--\r\n", "has no name"),
        (b'--B\r\nContent-Disposition: form-data; name="type"\r\n\r\n' + b"x" * 20_000 + b"\r\n--B--", "too long"),
        (
            b'--B\r\nContent-Disposition: form-data; name="file"; filename="f"\r\n\r\na\r\n' * 2 + b"--B--\r\n",
            "one file, not several",
        ),
        (b'--B\r\nContent-Disposition: form-data; name="type"\r\n\r\na\r\n' * 2 + b"--B--\r\n", "given twice"),
    ],
)
async def test_a_form_that_cannot_be_read_is_malformed_and_leaves_no_file(
    api: FrontDoor, tenant: Tenant, installation: Installation, body: bytes, says: str
) -> None:
    files_before = files_of(installation)

    refused = await send(api, tenant, Raw(body, "multipart/form-data; boundary=B"))

    assert (refused.status, refused.code) == (400, "MALFORMED"), refused.body
    assert says in refused.json["detail"]
    assert files_of(installation) == files_before


async def test_only_a_form_is_read(api: FrontDoor, tenant: Tenant) -> None:
    as_json = await api(tenant.planner, UPLOAD, {"type": "aircraft"})
    as_csv = await send(api, tenant, Raw(b"tail_number\nG-ONE\n", "text/csv"))
    no_boundary = await send(api, tenant, Raw(b"", "multipart/form-data"))

    assert [each.code for each in (as_json, as_csv, no_boundary)] == [
        "UNSUPPORTED_MEDIA_TYPE",
        "UNSUPPORTED_MEDIA_TYPE",
        "MALFORMED",
    ]


async def test_a_bad_key_leaves_no_file(api: FrontDoor, tenant: Tenant, installation: Installation) -> None:
    files_before = files_of(installation)

    refused = await send_csv(api, tenant.planner, b"tail_number\n", key="two words")

    assert (refused.status, refused.code) == (400, "MALFORMED")
    assert files_of(installation) == files_before


async def test_a_file_that_is_too_large_is_refused_and_not_kept(
    api: FrontDoor, tenant: Tenant, installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(upload, "MAX_UPLOAD_BYTES", 200_000)
    files_before = files_of(installation)

    async def unannounced() -> AsyncGenerator[bytes]:
        yield b'--B\r\nContent-Disposition: form-data; name="file"; filename="f"\r\n\r\n'
        for _ in range(30):
            yield b"x" * 10_000

    announced = await send_csv(api, tenant.planner, b"x" * 300_000)
    streamed = await api(
        tenant.planner, UPLOAD, data=unannounced(), headers={"content-type": "multipart/form-data; boundary=B"}
    )

    assert [(each.status, each.code) for each in (announced, streamed)] == [(413, "TOO_LARGE")] * 2
    assert files_of(installation) == files_before


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("C:\\fleet\\my list.csv", "my list.csv"),
        ("../../etc/passwd", "passwd"),
        ("línea ✈.csv", "línea ✈.csv"),
        ("a\x00b\x1f.csv", "ab.csv"),
        ("x" * 300, "x" * 255),
    ],
)
async def test_a_files_name_is_kept_without_folders_and_control_characters(
    api: FrontDoor, tenant: Tenant, sent: str, kept: str
) -> None:
    body = (
        part("type", b"aircraft")
        + f'--B\r\nContent-Disposition: form-data; name="file"; filename="{sent}"\r\n\r\nx\r\n'.encode()
    )

    taken = await send(api, tenant, multipart(body))

    assert (taken.status, taken.json["file_name"]) == (202, kept)


async def test_a_browser_that_chose_no_file_is_told_so(api: FrontDoor, tenant: Tenant) -> None:
    body = part("type", b"aircraft") + b'--B\r\nContent-Disposition: form-data; name="file"; filename=""\r\n\r\n\r\n'

    refused = await send(api, tenant, multipart(body))

    assert (refused.status, refused.json["errors"][0]["pointer"]) == (422, "/file")


async def test_another_tenants_import_does_not_exist(
    api: FrontDoor, tenant: Tenant, another_tenant: Tenant, installation: Installation
) -> None:
    theirs = await import_csv(api, another_tenant.planner, a_fleet_file(5).content, a_worker(installation))

    answers = [
        await api(tenant.planner, f"GET /imports/{theirs['id']}"),
        await api(tenant.planner, f"GET /imports/{theirs['id']}/rows"),
    ]

    assert [each.status for each in answers] == [404, 404]
    assert (await api(tenant.planner, "GET /imports")).json["items"] == []


async def test_a_mechanic_has_no_part_in_imports(api: FrontDoor, tenant: Tenant) -> None:
    sent = await send_csv(api, tenant.mechanic, b"tail_number\n")
    listed = await api(tenant.mechanic, "GET /imports")
    by_auditor = await send_csv(api, tenant.auditor, b"tail_number\n")

    assert [sent.status, listed.status, by_auditor.status] == [403, 403, 403]


async def test_what_is_no_csv_fails_with_a_sentence_and_changes_nothing(
    api: FrontDoor, tenant: Tenant, installation: Installation
) -> None:
    done = await import_csv(api, tenant.planner, b"PK\x03\x04" + bytes(1000), a_worker(installation))

    assert done["status"] == "failed"
    assert done["summary"]["message"] == "This is a zip archive or a workbook (.xlsx, .ods). Save the sheet as CSV."
    assert done["counts"]["total"] == 0
    assert await events_of(installation, tenant) == ["import.created", "import.failed"]


async def test_a_fault_late_in_the_file_applies_none_of_it(
    api: FrontDoor, tenant: Tenant, installation: Installation
) -> None:
    content = a_fleet_file(2_500, bad_every=None).content + b'G-ONE,"A320'

    done = await import_csv(api, tenant.planner, content, a_worker(installation))

    assert done["status"] == "failed"
    assert done["summary"]["message"] == "Row 2501 opens a quotation mark that is never closed."
    assert (done["counts"]["valid"], done["counts"]["applied"]) == (2000, 0)
    assert (await api(tenant.planner, "GET /aircraft")).json["items"] == []


async def test_unknown_columns_are_reported_and_a_file_without_rows_is_done(
    api: FrontDoor, tenant: Tenant, installation: Installation
) -> None:
    done = await import_csv(api, tenant.planner, b"tail_number,Colour,wings\n", a_worker(installation))

    assert done["status"] == "completed"
    assert done["summary"]["unknown_columns"] == ["colour", "wings"]
    assert done["counts"]["total"] == 0


class Raw:
    """A body as it is, with its content type."""

    def __init__(self, body: bytes, content_type: str) -> None:
        self.body = body
        self.content_type = content_type


def part(name: str, value: bytes) -> bytes:
    return f'--B\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n'.encode() + value + b"\r\n"


def multipart(parts: bytes) -> Raw:
    return Raw(parts + b"--B--\r\n", "multipart/form-data; boundary=B")


async def send(api: FrontDoor, tenant: Tenant, data: Raw | aiohttp.FormData) -> Reply:
    if isinstance(data, Raw):
        return await api(tenant.planner, UPLOAD, data=data.body, headers={"content-type": data.content_type})
    return await api(tenant.planner, UPLOAD, data=data)


def files_of(installation: Installation) -> set[str]:
    directory = installation.settings.import_storage
    return {each.name for each in directory.iterdir()} if directory.exists() else set()


async def events_of(installation: Installation, tenant: Tenant) -> list[str]:
    rows = await installation.owner.fetch(
        "SELECT event_type FROM outbox_events WHERE org_id = $1 ORDER BY sequence", tenant.org_id
    )
    return [row["event_type"] for row in rows]
