"""From text to shapes: what fits, and every fault of what does not."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from amss.foundation.errors import Invalid, Malformed, NotFound
from amss.server.rest.decoding import MAX_FAULTS, decode_body, decode_ids, decode_query

Small = Annotated[int, msgspec.Meta(ge=0, le=2_000_000_000)]


class Part(msgspec.Struct, forbid_unknown_fields=True):
    id: UUID
    quantity: Small = 1


class Thing(msgspec.Struct, forbid_unknown_fields=True):
    name: str
    count: Small = 0
    on: date | None = None
    main: Part | None = None
    parts: Annotated[list[Part], msgspec.Meta(max_length=3)] | None = None
    tags: tuple[str, ...] = ()
    more: dict[str, Any] = {}
    renamed: int | msgspec.UnsetType = msgspec.field(default=msgspec.UNSET, name="a/b~c")


class Query(msgspec.Struct, forbid_unknown_fields=True):
    limit: Annotated[int, msgspec.Meta(ge=1, le=200)] = 50
    q: str | None = None
    on: date | None = None
    late: bool = False
    at: datetime | None = msgspec.field(default=None, name="from")


def faults(body: Any) -> dict[str, str]:
    with pytest.raises(Invalid) as refused:
        decode_body(body if isinstance(body, bytes) else msgspec.json.encode(body), Thing)
    return {fault.pointer: fault.code for fault in refused.value.errors}


def test_what_fits_is_decoded() -> None:
    assert decode_body(b'{"name": "\\ud83d\\ude00", "count": 7}', Thing) == Thing("😀", 7)


def test_every_fault_is_told_at_once_wherever_it_is() -> None:
    told = faults(
        {
            "count": -1, "on": "2026-02-30", "colour": "red", "a/b~c": "x", "tags": ["a", 7],
            "main": {"id": "x", "size": 1},
            "parts": [{"id": str(UUID(int=1))}, {"quantity": "two"}, 7],
        }
    )  # fmt: skip

    assert told == {
        "/name": "MISSING", "/count": "INVALID", "/on": "INVALID", "/colour": "UNKNOWN", "/a~1b~0c": "INVALID",
        "/tags/1": "INVALID", "/main/id": "INVALID", "/main/size": "UNKNOWN",
        "/parts/1/id": "MISSING", "/parts/1/quantity": "INVALID", "/parts/2": "INVALID",
    }  # fmt: skip


def test_a_list_where_an_object_belongs_is_one_fault_and_so_is_a_list_too_long() -> None:
    parts = [{"id": str(UUID(int=1))}] * 4

    assert faults({"name": "x", "main": [1, 2]}) == {"/main": "INVALID"}
    assert faults({"name": "x", "parts": parts}) == {"/parts": "INVALID"}


@pytest.mark.parametrize("zeros", [10, 19, 20, 100, 5000])
@pytest.mark.parametrize("number", ["1", "-1", "0.1", "1e"])
def test_a_number_that_is_too_large_is_invalid(number: str, zeros: int) -> None:
    body = f'{{"name": "x", "count": {number}{"0" * zeros if number != "1e" else zeros}}}'

    assert set(faults(body.encode()).values()) == {"INVALID"}


def test_the_character_that_no_text_in_postgres_can_hold_is_found_wherever_it_is() -> None:
    told = faults(
        {"name": "a\0b", "tags": ["ok", "\0"], "more": {"k": [{"x": "\0"}], "\0": 1}, "main": {"id": "1", "q": 1}}
    )

    assert told == {
        "/name": "INVALID", "/tags/1": "INVALID", "/more/k/0/x": "INVALID", "/more/\0": "INVALID",
        "/main/id": "INVALID", "/main/q": "UNKNOWN",
    }  # fmt: skip
    assert decode_body(rb'{"name": "\\u0000"}', Thing) == Thing("\\u0000")


def test_of_a_million_faults_a_hundred_are_told() -> None:
    assert len(faults({str(n): n for n in range(50_000)})) == MAX_FAULTS
    assert len(faults({"name": "x", "tags": [1] * 50_000})) == MAX_FAULTS


def test_of_a_field_given_twice_the_last_counts() -> None:
    assert decode_body(b'{"name": "first", "name": "last"}', Thing) == Thing("last")


@pytest.mark.parametrize(
    "body",
    [
        b"", b" ", b"{", b"null", b"7", b'"x"', b"[]", b'{"name": "x"} x', b"{'name': 'x'}", b'{"name": NaN}',
        b'{"name": "\xff"}', b'{"\xff": 1}', b'\xef\xbb\xbf{"name": "x"}', b'{"name": "\\ud800"}',
        b'{"name": "\\udc00x"}', b'{"name": 7, "count": ', b'{"colour": 7, "name": "\xff"}',
        b"[" * 100_000, b'{"name": ' + b"[" * 100_000, b'{"more": {"x":' + b"[" * 100_000,
        b'{"colour": ' + b'{"a":' * 100_000,
    ],
)  # fmt: skip
def test_what_is_no_json_object_is_malformed(body: bytes) -> None:
    with pytest.raises(Malformed):
        decode_body(body, Thing)


@given(st.binary(max_size=60) | st.text(max_size=60).map(lambda text: f'{{"name": {text}}}'.encode(errors="replace")))
def test_no_bytes_crash_the_decoder(body: bytes) -> None:
    try:
        decoded = decode_body(body, Thing)
    except (Invalid, Malformed):
        return
    assert isinstance(decoded, Thing)


@given(st.binary(max_size=60))
def test_no_query_crashes_the_decoder(query: bytes) -> None:
    try:
        decoded = decode_query(query, Query)
    except (Invalid, Malformed):
        return
    assert isinstance(decoded, Query)


def test_a_query_is_read_with_its_escapes() -> None:
    assert decode_query(b"limit=7&q=a%26b+c%C3%A9&late=true", Query) == Query(7, "a&b cé", None, late=True)
    assert decode_query(b"", Query) == Query()


@pytest.mark.parametrize(
    "query", [b"colour=red", b"limit=1&limit=2", b"limit", b"limit=1&", b"q=%", b"q=%zz", b"q=%ff", b"q=\xff", b"=1"]
)
def test_a_query_that_cannot_be_read_is_malformed(query: bytes) -> None:
    with pytest.raises(Malformed):
        decode_query(query, Query)


def test_every_wrong_value_of_a_query_is_told_at_once() -> None:
    with pytest.raises(Invalid) as refused:
        decode_query(b"limit=0&q=a%00b&on=yesterday&late=perhaps", Query)
    with pytest.raises(Invalid) as only_nul:
        decode_query(b"q=%00", Query)

    assert {fault.pointer for fault in refused.value.errors} == {"limit", "q", "on", "late"}
    assert [fault.pointer for fault in only_nul.value.errors] == ["q"]


@pytest.mark.parametrize("limit", ["201", "-1", "99999999999999999999", "9" * 5000, "1.5", "", "٣x"])
def test_a_limit_out_of_bounds_is_invalid(limit: str) -> None:
    with pytest.raises(Invalid):
        decode_query(f"limit={limit}".encode(), Query)


def test_a_path_with_no_id_in_it_names_nothing() -> None:
    for text in ("1", "x" * 36, "\0", "00000000-0000-0000-0000-00000000000g", "9" * 5000):
        with pytest.raises(NotFound):
            decode_ids([text])


@pytest.mark.parametrize("query", [b"on=null", b"on=NULL", b"on=%6eull", b"q=null&from=null&on=null"])
def test_null_is_no_value_of_a_parameter(query: bytes) -> None:
    with pytest.raises(Invalid) as refused:
        decode_query(query, Query)

    assert {fault.code for fault in refused.value.errors} == {"INVALID"}
    assert {fault.pointer for fault in refused.value.errors} <= {"on", "from"}


def test_null_is_a_text_like_any_other() -> None:
    assert decode_query(b"q=null", Query) == Query(q="null")


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"])
def test_a_moment_that_utc_does_not_have_is_named(moment: str) -> None:
    class Window(msgspec.Struct, forbid_unknown_fields=True):
        start: datetime
        more: list[datetime] = []

    with pytest.raises(Invalid) as in_query:
        decode_query(f"from={moment.replace('+', '%2B')}".encode(), Query)
    with pytest.raises(Invalid) as in_body:
        decode_body(msgspec.json.encode({"start": moment, "more": ["2026-01-01T00:00:00Z", moment]}), Window)

    assert [fault.pointer for fault in in_query.value.errors] == ["from"]
    assert [fault.pointer for fault in in_body.value.errors] == ["/start", "/more/1"]


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59+14:00"])
def test_the_first_and_the_last_moment_are_moments(moment: str) -> None:
    query = decode_query(f"from={moment.replace('+', '%2B')}".encode(), Query)

    assert isinstance(query, Query)
    assert query.at == datetime.fromisoformat(moment)
