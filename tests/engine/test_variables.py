"""The codec both ways: only what the engine keeps faithfully gets in (D20, D21, D24)."""

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onething.engine.errors import VariableError
from onething.engine.variables import MAX_TEXT, decode, decode_known, encode
from onething.vocabulary import Channel

TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=MAX_TEXT // 2)
OFFSETS = st.integers(-12 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
TIMES = st.datetimes(datetime(1901, 1, 1), datetime(9990, 1, 1), timezones=OFFSETS).map(
    lambda at: at.replace(microsecond=at.microsecond // 1000 * 1000)
)
VALUES = st.one_of(TEXT, st.booleans(), st.integers(-(2**63), 2**63 - 1), TIMES, st.none())
NAMES = st.from_regex(r"\A[a-z_][a-z0-9_]{0,30}\Z")


@given(st.dictionaries(NAMES, VALUES, max_size=5))
def test_every_allowed_value_comes_back_as_it_was(variables: dict) -> None:
    back = decode(encode(variables))
    assert back == variables
    assert {name: type(value) for name, value in back.items()} == {n: type(v) for n, v in variables.items()}


def test_each_value_carries_its_engine_type() -> None:
    at = datetime(2026, 11, 23, 9, 30, 0, 1999, timezone(timedelta(hours=8)))
    typed = encode({"a": "甲", "b": True, "c": 7, "d": at, "e": None, "f": Channel.ONLINE})
    assert [typed[name]["type"] for name in "abcdef"] == ["String", "Boolean", "Long", "Date", "Null", "String"]
    assert typed["d"]["value"] == "2026-11-23T09:30:00.001+0800"
    assert type(typed["f"]["value"]) is str


@given(st.one_of(
    st.floats(), st.decimals(), st.binary(), st.dates(), st.lists(st.integers()), st.dictionaries(TEXT, TEXT),
    st.sets(st.integers()), st.datetimes(), st.tuples(st.integers()),
))
def test_everything_else_is_refused(value: object) -> None:
    with pytest.raises(VariableError):
        encode({"value": value})


@pytest.mark.parametrize("value", [
    "甲" * (MAX_TEXT + 1), "😀" * (MAX_TEXT // 2 + 1), "a\x00b", "\ud800", 2**63, Decimal("1.5"), date(2026, 1, 1),
    datetime(2026, 1, 1), datetime(1600, 1, 1, tzinfo=UTC), {"value": "x", "type": "Object"}, b"",
])
def test_poison_is_named_without_its_value(value: object) -> None:
    with pytest.raises(VariableError) as raised:
        encode({"secret_number": value})
    assert "secret_number" in raised.value.message
    assert str(value)[:20] not in raised.value.message


@pytest.mark.parametrize("name", ["", "a b", "a-b", "1a", "${x}", "a" * 101, 5])
def test_a_name_that_is_no_identifier_is_refused(name: object) -> None:
    with pytest.raises(VariableError):
        encode({name: 1})  # type: ignore[dict-item]


@pytest.mark.parametrize("typed", [
    {"type": "Object", "value": "rO0AB"}, {"type": "Json", "value": "{}"}, {"type": "Double", "value": 1.5},
    {"type": "Long", "value": True}, {"type": "Boolean", "value": 1}, {"type": "String", "value": 1}, {"type": "Bytes"},
    {"type": "Date", "value": "yesterday"}, None, {"value": "x"},
])
def test_what_we_never_sent_is_not_decoded(typed: object) -> None:
    with pytest.raises(VariableError):
        decode({"x": typed})
    assert decode_known({"x": typed, "y": {"type": "Long", "value": 1}}) == ({"y": 1}, ["x"])
