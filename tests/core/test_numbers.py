"""Numbers are read aloud, copied by hand and typed: a slip is noticed, what only looks alike is understood."""

from __future__ import annotations

from datetime import date

import pytest

from onething.numbers import case_number, grouped, is_case_number, meant

NUMBERS = [case_number("410105", date(2026, 11, 23), serial) for serial in range(1, 400)]


def test_a_case_number_is_understood_as_it_is_grouped_and_typed() -> None:
    for number in NUMBERS:
        assert meant(grouped(number).lower()) == number


@pytest.mark.parametrize(("right", "wrong"), [("0", "O"), ("O", "0"), ("1", "I"), ("I", "1")])
def test_a_check_character_that_looks_alike_is_taken_for_the_right_one(right: str, wrong: str) -> None:
    ending = [number for number in NUMBERS if number.endswith(right)]
    assert ending
    for number in ending:
        assert not is_case_number(number[:-1] + wrong)
        assert meant(number[:-1] + wrong) == number


def test_letters_among_the_digits_are_digits() -> None:
    number = NUMBERS[0]
    assert meant(number[:-1].replace("0", "O").replace("1", "I") + number[-1]) == number


@pytest.mark.parametrize("text", ["", "O", "41010520261123000002X", "https://example.org/cases/1", "演示"])
def test_what_is_no_number_stays_as_it_is(text: str) -> None:
    assert meant(text) == text.upper()
