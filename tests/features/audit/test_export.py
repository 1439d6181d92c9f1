"""The trail as a file: complete, in pages, harmless to a spreadsheet, and noted in the trail itself."""

import csv
import hashlib
import io
from typing import Any

import msgspec
import pytest

from amss.features.audit import export
from amss.foundation.exporting import csv_lines
from builders.audit import sealed, written
from builders.front_door import FrontDoor
from builders.installation import Installation
from builders.tenants import Tenant

NOTHING = msgspec.Raw()


class Line(msgspec.Struct):
    """A line of NDJSON; an entry is kept as the bytes it stands in."""

    export: dict[str, Any] | None = None
    seal: dict[str, Any] | None = None
    end: dict[str, Any] | None = None
    seq: int | None = None
    row_hash: str | None = None
    entry: msgspec.Raw = NOTHING


async def lines_of(api: FrontDoor, tenant: Tenant, filters: str = "") -> list[Line]:
    answer = await api(tenant.auditor, f"GET /audit-logs/export?format=ndjson{filters}")
    assert answer.status == 200, answer.body
    assert answer.headers["content-type"] == "application/x-ndjson"
    return [msgspec.json.decode(line, type=Line) for line in answer.body.splitlines()]


@pytest.mark.parametrize(
    ("limit", "least"), [("PAGE_ROWS", 2), ("PAGE_ROWS", 3), ("PAGE_BYTES", 1), ("PAGE_BYTES", 5)]
)
async def test_a_whole_file_has_every_row_under_its_seal_and_then_those_that_wait(
    api: FrontDoor,
    installation: Installation,
    tenant: Tenant,
    monkeypatch: pytest.MonkeyPatch,
    limit: str,
    least: int,
) -> None:
    monkeypatch.setattr(export, limit, least)
    ids: list[Any] = []
    for count in (3, 1):
        ids += await written(installation, tenant.org_id, count)
        await sealed(installation, tenant.org_id)
    ids += await written(installation, tenant.org_id, 2)

    head, *lines, end = await lines_of(api, tenant)

    assert head.export is not None
    assert (head.export["format"], head.export["org_id"], head.export["filters"]) == (1, str(tenant.org_id), {})
    places = [
        line.seq if line.seal is None else f"{line.seal['first_seq']}-{line.seal['last_seq']}" for line in lines
    ]
    assert places == ["1-3", 1, 2, 3, "4-4", 4, None, None, None]
    entries = [msgspec.json.decode(line.entry) for line in lines if line.entry != NOTHING]
    assert [entry["id"] for entry in entries[:-1]] == [str(each) for each in ids]
    assert (entries[-1]["action"], entries[-1]["details"]) == ("export", {"format": "ndjson", "filters": {}})
    assert end.end == {"rows": 7}


async def test_the_hash_of_a_row_is_that_of_the_bytes_that_stand_in_the_file(
    api: FrontDoor, installation: Installation, tenant: Tenant
) -> None:
    await written(installation, tenant.org_id, 2, details={"before": {"näme": 'a "b" \\ c\n'}, "after": None})
    await sealed(installation, tenant.org_id)

    rows = [line for line in await lines_of(api, tenant) if line.seq is not None]

    assert len(rows) == 2
    for row in rows:
        assert hashlib.sha256(bytes(row.entry)).hexdigest() == row.row_hash


async def test_filters_hold_for_the_file_as_for_the_list(
    api: FrontDoor, installation: Installation, tenant: Tenant
) -> None:
    await written(installation, tenant.org_id)
    aircraft = (await api(tenant.planner, "POST /aircraft", {"tail_number": "G-ABCD", "model": "A320"})).json
    await sealed(installation, tenant.org_id)

    head, line, end = await lines_of(api, tenant, f"&entity_id={aircraft['id']}&action=create")

    assert head.export is not None
    assert head.export["filters"] == {"entity_id": aircraft["id"], "action": "create"}
    assert msgspec.json.decode(line.entry)["details"]["after"] == aircraft
    assert (line.seq, end.end) == (2, {"rows": 1})


# What becomes a cell of its own where lists are separated by semicolons.
SPLIT = ["a;=1+1", 'a;"=1+1"', "a;b;-x", "a\n@x", "a\r\n+x", "a; -5", "a-1;b=2"]


@pytest.mark.parametrize(("limit", "least"), [("PAGE_ROWS", 2), ("PAGE_BYTES", 1)])
async def test_a_spreadsheet_gets_every_row_and_calculates_none(
    api: FrontDoor,
    installation: Installation,
    tenant: Tenant,
    monkeypatch: pytest.MonkeyPatch,
    limit: str,
    least: int,
) -> None:
    monkeypatch.setattr(export, limit, least)
    reasons = [
        "=1+1",
        "+x",
        "-x",
        "@x",
        "\tx",
        "\rx",
        "\nx",
        'say "so", twice',
        "plain",
        "",
        "'=x",
        "ä\u2028ß",
        *SPLIT,
    ]
    for reason in reasons:
        await written(installation, tenant.org_id, reason=reason)
    await sealed(installation, tenant.org_id)

    answer = await api(tenant.tenant_admin, "GET /audit-logs/export?format=csv")

    assert answer.headers["content-disposition"] == 'attachment; filename="audit-logs.csv"'
    rows = list(csv.DictReader(io.StringIO(answer.body.decode(), newline="")))
    as_we_write_them = csv.reader(io.StringIO(csv_lines([[each] for each in reasons]).decode(), newline=""))
    assert [row["reason"] for row in rows[:-1]] == [each[0] for each in as_we_write_them]
    assert [row["seq"] for row in rows] == [*(str(n) for n in range(1, len(reasons) + 1)), ""]
    assert msgspec.json.decode(rows[-1]["details"]) == {"format": "csv", "filters": {}}


async def test_a_tenants_file_is_its_own(
    api: FrontDoor, installation: Installation, tenant: Tenant, another_tenant: Tenant
) -> None:
    await written(installation, another_tenant.org_id)
    await sealed(installation, another_tenant.org_id)

    lines = await lines_of(api, tenant)

    assert [line.seq for line in lines if line.entry != NOTHING] == [None]
    assert all(line.seal is None for line in lines)


async def test_who_plans_reads_the_trail_and_takes_no_file_of_it(api: FrontDoor, tenant: Tenant) -> None:
    answer = await api(tenant.planner, "GET /audit-logs/export")

    assert (answer.status, answer.code) == (403, "FORBIDDEN")
