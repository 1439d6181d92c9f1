"""The chapters of the ATA numbering."""

import csv
from pathlib import Path

import pytest

from amss.features.programs import ata
from builders.front_door import FrontDoor
from builders.tenants import Tenant


def test_the_table_is_by_number_and_every_chapter_has_a_name_of_its_own() -> None:
    assert list(ata.CHAPTERS) == sorted(ata.CHAPTERS)
    assert all(len(chapter) == 2 and chapter.isdigit() for chapter in ata.CHAPTERS)
    assert len(set(ata.CHAPTERS.values())) == len(ata.CHAPTERS)


@pytest.mark.parametrize(
    ("written", "stored"), [("32", "32"), ("3211", "32-11"), ("32-11", "32-11"), ("32-1100", "32-11-00")]
)
def test_a_reference_is_written_with_hyphens(written: str, stored: str) -> None:
    assert ata.hyphenated(written) == stored


def test_every_chapter_in_use_by_an_authority_is_known(shared_data: Path) -> None:
    path = shared_data / "faa-jasc" / "ata_chapters.csv"
    if not path.exists():
        pytest.skip("the authority's list of chapters does not lie beside this checkout")

    with path.open(encoding="utf-8", newline="") as rows:
        in_use = {row["ata_chapter"] for row in csv.DictReader(rows)}

    assert in_use == ata.CHAPTERS.keys()


async def test_everybody_signed_in_may_list_the_chapters_and_keep_them_for_a_day(
    api: FrontDoor, tenant: Tenant
) -> None:
    answer = await api(tenant.mechanic, "GET /ata-chapters")
    nobody = await api(None, "GET /ata-chapters")

    assert answer.status == 200
    assert answer.json["items"][:2] == [
        {"chapter": "00", "name": "General"},
        {"chapter": "04", "name": "Airworthiness limitations"},
    ]
    assert len(answer.json["items"]) == len(ata.CHAPTERS)
    assert answer.headers["cache-control"] == "private, max-age=86400"
    assert nobody.status == 401
