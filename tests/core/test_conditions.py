"""The condition language of the catalogue (R24)."""

import pytest

from onething.catalogue.conditions import holds, variables_of
from onething.errors import OneThingError


@pytest.mark.parametrize(
    ("text", "answers", "expected"),
    [
        ("ktv == true", {"ktv": True}, True),
        ("ktv == true", {"ktv": False}, False),
        ("ktv == true", {}, False),
        ("area >= 200", {"area": 200}, True),
        ("area >= 200", {"area": 199.5}, False),
        ("area >= 200", {"area": "big"}, False),
        ("area >= 200 and lodging == true", {"area": 300, "lodging": False}, False),
        ("area >= 200 or lodging == true", {"area": 10, "lodging": True}, True),
        ("kind == 'parents'", {"kind": "parents"}, True),
        ("kind != parents", {"kind": "adult"}, True),
        ("trade == buy-and-sell or trade == hire", {"trade": "buy-and-sell"}, True),
    ],
)
def test_holds(text: str, answers: dict, expected: bool) -> None:
    assert holds(text, answers) is expected


def test_names_the_questions_it_needs() -> None:
    assert variables_of("area >= 200 or lodging == true and ktv == false") == {"area", "lodging", "ktv"}


@pytest.mark.parametrize("text", ["", "area", "area => 3", "__import__('os') == 1", "a == 1 and"])
def test_what_it_cannot_read_is_refused_with_the_cure(text: str) -> None:
    with pytest.raises(OneThingError, match="看不懂条件"):
        holds(text, {})
