"""Forms and files through the socket: boundaries that are none, files that drip, who may read what was kept."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from amss.server.rest import upload
from builders.csv_files import send_csv
from builders.front_door import FrontDoor
from builders.installation import Installation
from builders.tenants import Tenant


@pytest.mark.parametrize("boundary", ["", '""', "x" * 71, "x" * 5000, "a{b", '"a "', "\xfc"])
async def test_a_boundary_that_is_none_is_malformed(api: FrontDoor, tenant: Tenant, boundary: str) -> None:
    kind = {"content-type": f"multipart/form-data; boundary={boundary}"}

    answer = await api(tenant.planner, "POST /imports/csv", data=b"--x--", headers=kind)

    assert (answer.status, answer.code) == (400, "MALFORMED")


async def test_a_file_that_drips_is_given_up_and_leaves_nothing(
    api: FrontDoor, tenant: Tenant, installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(upload, "UPLOAD_SECONDS", 0.5)
    directory = installation.settings.import_storage

    async def dripping() -> AsyncIterator[bytes]:
        yield b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\n'
        for _ in range(1000):
            yield b"a"
            await asyncio.sleep(0.01)

    before = set(directory.iterdir()) if directory.exists() else set[Path]()
    kind = {"content-type": "multipart/form-data; boundary=x"}
    async with asyncio.timeout(5):
        answer = await api(tenant.planner, "POST /imports/csv", data=dripping(), headers=kind)

    assert (answer.status, answer.code) == (400, "MALFORMED")
    assert set(directory.iterdir()) == before


async def test_a_file_in_a_content_encoding_is_not_read(api: FrontDoor, tenant: Tenant) -> None:
    kind = {"content-type": "multipart/form-data; boundary=x", "content-encoding": "gzip"}

    answer = await api(tenant.planner, "POST /imports/csv", data=b"x", headers=kind)

    assert (answer.status, answer.code) == (415, "UNSUPPORTED_MEDIA_TYPE")


async def test_a_customers_file_is_readable_for_our_account_alone(
    api: FrontDoor, tenant: Tenant, installation: Installation
) -> None:
    directory = installation.settings.import_storage
    before = set(directory.iterdir()) if directory.exists() else set[Path]()

    sent = await send_csv(api, tenant.planner, b"tail_number,model\nG-ABCD,A320\n")

    (file,) = set(directory.iterdir()) - before
    assert sent.status == 202
    assert directory.stat().st_mode & 0o777 == 0o700
    assert file.stat().st_mode & 0o777 == 0o600
