"""An upload that cannot be kept: the storage is full or away, which is no fault of the sender's."""

import resource
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from builders.csv_files import send_csv
from builders.front_door import FrontDoor, front_door
from builders.installation import Installation
from builders.tenants import Tenant

FULL_AT_BYTES = 32 * 1024 * 1024


def files_in(installation: Installation) -> set[str]:
    directory = installation.settings.import_storage
    return {each.name for each in directory.iterdir()} if directory.exists() else set()


@pytest.fixture
def a_full_disk() -> Iterator[None]:
    """Let no file of this process grow beyond a limit: the system's answer is that of a full disk.

    The limit leaves room for the file that the output of the tests may go to.
    """
    allowed = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (FULL_AT_BYTES, allowed[1]))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, allowed)


@pytest.mark.usefixtures("a_full_disk")
async def test_a_full_disk_is_no_fault_of_the_sender_and_leaves_nothing(
    api: FrontDoor, tenant: Tenant, installation: Installation
) -> None:
    before = files_in(installation)

    refused = await send_csv(api, tenant.planner, b"tail_number,model\n".ljust(FULL_AT_BYTES + 1, b"\n"))

    assert (refused.status, refused.code, refused.headers["retry-after"]) == (503, "UNAVAILABLE", "60")
    assert files_in(installation) == before


async def test_a_storage_that_is_not_there_is_no_fault_of_the_sender(
    installation: Installation, tenant: Tenant, tmp_path: Path
) -> None:
    (tmp_path / "imports").write_text("a file where the directory should be")
    settings = msgspec.structs.replace(installation.settings, import_storage=tmp_path / "imports")

    async with front_door(replace(installation, settings=settings)) as api:
        refused = await send_csv(api, tenant.planner, b"tail_number,model\nG-ABCD,A320\n")

    assert (refused.status, refused.code) == (503, "UNAVAILABLE")
