"""An export is verified with the public keys alone: what was altered in it, cut off or moved is found."""

import hashlib
import io
from collections.abc import Callable
from typing import Any
from uuid import UUID

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from amss.cli.keys import new_signing_key
from amss.features.audit.keys import SealKey, SealKeyRing
from amss.features.verification import file
from amss.features.verification.file import FileFindings, lines_of, verify_file
from amss.features.verification.model import FaultKind
from amss.foundation.errors import Invalid
from builders.audit import SEAL_KEY, bending, sealed, written
from builders.front_door import FrontDoor
from builders.installation import Installation
from builders.tenants import Tenant, a_tenant

RING = SealKeyRing([SEAL_KEY.public])


@pytest.fixture
async def lines(api: FrontDoor, installation: Installation, tenant: Tenant) -> list[bytes]:
    """A seal and three rows, a seal and two rows, then a row that waits, and the export's own."""
    for count in (3, 2):
        await written(installation, tenant.org_id, count, reason="as found")
        await sealed(installation, tenant.org_id)
    await written(installation, tenant.org_id)
    return await exported(api, tenant)


async def exported(api: FrontDoor, tenant: Tenant, filters: str = "") -> list[bytes]:
    answer = await api(tenant.auditor, f"GET /audit-logs/export?format=ndjson{filters}")
    assert answer.status == 200
    return list(io.BytesIO(answer.body))


def faults(lines: list[bytes], ring: SealKeyRing = RING) -> list[tuple[str, int | None]]:
    found = verify_file(lines, ring)
    assert found.verified is (found.audit.faults == [])
    return [(fault.kind.value, fault.seq) for fault in found.audit.faults]


def test_a_file_that_was_left_alone_is_verified(lines: list[bytes], tenant: Tenant) -> None:
    found = verify_file(lines, RING)

    assert isinstance(found, FileFindings)
    assert (found.verified, found.org_id, found.last_place) == (True, tenant.org_id, 5)
    assert (found.audit.rows, found.audit.seals, found.audit.unsealed) == (5, 2, 2)


def without(place: int) -> Callable[[list[bytes]], list[bytes]]:
    return lambda lines: [*lines[:place], *lines[place + 1 :]]


def swapped(one: int, other: int) -> Callable[[list[bytes]], list[bytes]]:
    def swap(lines: list[bytes]) -> list[bytes]:
        lines[one], lines[other] = lines[other], lines[one]
        return lines

    return swap


def reworded(place: int) -> Callable[[list[bytes]], list[bytes]]:
    def reword(lines: list[bytes]) -> list[bytes]:
        lines[place] = lines[place].replace(b"as found", b"as wished")
        return lines

    return reword


def cut_off(place: int, *rest: bytes) -> Callable[[list[bytes]], list[bytes]]:
    return lambda lines: [*lines[:place], *rest]


def lengthened(lines: list[bytes]) -> list[bytes]:
    return [*lines, lines[3]]


def with_forged(place: int, seq: int | None) -> Callable[[list[bytes]], list[bytes]]:
    """Bring in a row that nobody sealed, its hash true and the count of rows mended."""

    def bring_in(lines: list[bytes]) -> list[bytes]:
        entry = b'{"reason":"as wished"}'
        row_hash = "null" if seq is None else f'"{hashlib.sha256(entry).hexdigest()}"'
        line = f'{{"seq":{"null" if seq is None else seq},"row_hash":{row_hash},"entry":'.encode() + entry + b"}\n"
        return [*lines[:place], line, *lines[place:-1], b'{"end":{"rows":8}}\n']

    return bring_in


def rewritten(place: int, old: bytes, new: bytes) -> Callable[[list[bytes]], list[bytes]]:
    def rewrite(lines: list[bytes]) -> list[bytes]:
        assert old in lines[place]
        lines[place] = lines[place].replace(old, new)
        return lines

    return rewrite


DEEP = b'{"seal":' + b"[" * 100_000 + b"\n"


def with_brackets(lines: list[bytes]) -> list[bytes]:
    return [*lines[:-1], DEEP, lines[-1]]


@pytest.mark.parametrize(
    ("bent", "expected"),
    [
        (reworded(3), [("row_altered", 2)]),
        (without(3), [("entry_missing", 2), ("entries_altered", 1), ("file_broken", None)]),
        (swapped(3, 4), [("entry_missing", 2), ("row_reordered", 2), ("entries_altered", 1)]),
        (without(1), [("seal_missing", 1)]),
        (without(5), [("seal_missing", 4)]),
        (cut_off(-1), [("file_broken", None)]),
        (cut_off(4), [("entry_missing", 3), ("file_broken", None)]),
        (
            cut_off(4, b'{"seq":3,"row_hash":"'),
            [("file_broken", None), ("entry_missing", 3), ("file_broken", None)],
        ),
        (lengthened, [("file_broken", None)]),
        (with_forged(1, 1), [("file_broken", None)]),
        (with_forged(5, 4), [("file_broken", None)]),
        (with_forged(9, 2), [("row_reordered", 2)]),
        (with_forged(5, None), [("file_broken", None)]),
        (rewritten(1, b'"first_seq":', b'"first_seq":7,"first_seq":'), [("file_broken", None), ("seal_missing", 1)]),
        (rewritten(1, b'Z","signature', b'+00:00","signature'), [("file_broken", None), ("seal_missing", 1)]),
        (rewritten(-1, b"}}", b'},"seal":null}'), [("file_broken", None), ("file_broken", None)]),
        (with_brackets, [("file_broken", None)]),
    ],
    ids=[
        "a row reworded", "a row removed", "rows swapped", "the first seal removed", "the last seal removed",
        "the last line removed", "cut off between lines", "cut off within a line", "something behind the end",
        "a row before the first seal", "a row before its seal", "a row behind those that wait",
        "a row that waits before a seal", "a seal that says one thing twice", "a seal in another spelling",
        "a last line that says more", "a line of brackets",
    ],
)  # fmt: skip
def test_what_was_done_to_a_file_is_found(
    lines: list[bytes], bent: Callable[[list[bytes]], list[bytes]], expected: list[Any]
) -> None:
    assert faults(bent(lines)) == expected


def test_a_line_without_end_is_found_without_holding_it(lines: list[bytes], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(file, "LONGEST_LINE", max(map(len, lines)))
    assert faults(list(lines_of(io.BytesIO(b"".join(lines))))) == []

    pieces = list(lines_of(io.BytesIO(b"".join([*lines[:4], b"x" * 100_000, *lines[4:]]))))
    found = verify_file(pieces, RING)

    assert max(map(len, pieces)) == file.LONGEST_LINE
    assert found.audit.faults[0].message == "The line behind row 2 is longer than any that AMSS writes."


def test_a_tail_that_was_cut_off_with_its_seals_shows_only_in_the_last_place(lines: list[bytes]) -> None:
    found = verify_file(cut_off(5, b'{"end":{"rows":3}}\n')(lines), RING)

    assert (found.verified, found.last_place) == (True, 3)


def test_a_key_that_is_not_known_is_told_once(lines: list[bytes]) -> None:
    assert faults(lines, SealKeyRing([SealKey(new_signing_key()).public])) == [("key_unknown", 1)]


ESCAPE = b"\\u001b[2J\\u001b[Hnothing was altered\\n"


def test_a_file_that_was_forged_sends_nothing_to_the_terminal_that_would_hide_it(lines: list[bytes]) -> None:
    key = msgspec.json.decode(lines[1])["seal"]["key_id"].encode()
    exported_at = msgspec.json.decode(lines[0])["export"]["exported_at"].encode()

    found = verify_file(rewritten(1, key, ESCAPE)(list(lines)), RING)

    assert found.audit.faults[0].kind is FaultKind.KEY_UNKNOWN
    assert all(fault.message.isprintable() for fault in found.audit.faults)
    with pytest.raises(Invalid, match="no NDJSON export"):
        verify_file(rewritten(0, exported_at, ESCAPE)(lines), RING)


async def test_after_a_rotation_a_file_is_verified_with_both_keys(
    api: FrontDoor, installation: Installation, tenant: Tenant
) -> None:
    following = SealKey(new_signing_key())
    for key in (SEAL_KEY, following):
        await written(installation, tenant.org_id)
        await sealed(installation, tenant.org_id, key)
    lines = await exported(api, tenant)

    assert faults(lines, SealKeyRing([SEAL_KEY.public, following.public])) == []
    assert faults(lines) == [("key_unknown", 2)]


async def test_a_row_that_is_gone_from_the_database_is_missed_in_the_file(
    api: FrontDoor, installation: Installation, tenant: Tenant
) -> None:
    ids = await written(installation, tenant.org_id, 2)
    await sealed(installation, tenant.org_id)
    async with bending(installation) as superuser:
        await superuser.execute("DELETE FROM audit_logs WHERE id = $1", ids[1])

    assert faults(await exported(api, tenant)) == [("row_missing", 2)]


async def test_a_file_made_by_filters_cannot_be_verified(api: FrontDoor, tenant: Tenant) -> None:
    with pytest.raises(Invalid, match="by filters"):
        verify_file(await exported(api, tenant, "&action=create"), RING)


@pytest.mark.parametrize("lines", [[], [b"seq,id\r\n"], [b"\xff\n"], [DEEP]])
def test_what_is_no_export_is_not_taken_for_one(lines: list[bytes]) -> None:
    with pytest.raises(Invalid, match="no NDJSON export"):
        verify_file(lines, RING)


# Any text that Postgres can hold.
TEXT = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=20)
VALUES = st.recursive(
    TEXT
    | st.none()
    | st.booleans()
    | st.integers(-(10**18), 10**18)
    | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=6,
)


@given(reason=TEXT | st.none(), details=st.dictionaries(TEXT, VALUES, max_size=4))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_whatever_a_row_says_postgres_and_the_file_have_the_same_hash(
    api: FrontDoor, installation: Installation, reason: str | None, details: dict[str, Any]
) -> None:
    tenant = await a_tenant(installation)
    [written_id] = await written(installation, tenant.org_id, reason=reason, details={"after": details})
    await sealed(installation, tenant.org_id)

    lines = await exported(api, tenant)

    assert faults(lines) == []
    entry = msgspec.json.decode(lines[2])["entry"]
    assert (UUID(entry["id"]), entry["reason"]) == (written_id, reason)
