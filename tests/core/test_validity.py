"""How long a certificate holds (R86)."""

from datetime import date

import pytest

from onething.catalogue.facts import Validity
from onething.validity import in_words, is_over, last_day


def term(years: int | None, *, confirmed: bool = True, text: str = "5年") -> Validity:
    return Validity(text=text, years=years, source="《办法》第十条", confirmed=confirmed)


@pytest.mark.parametrize(("issued_on", "years", "last"), [
    (date(2026, 11, 27), 5, date(2031, 11, 26)), (date(2026, 3, 1), 2, date(2028, 2, 29)),
    (date(2026, 1, 1), 1, date(2026, 12, 31)), (date(2028, 2, 29), 3, date(2031, 2, 28)),
    (date(2028, 2, 29), 4, date(2032, 2, 28)),
])
def test_a_term_of_years_ends_the_day_before_the_anniversary(issued_on: date, years: int, last: date) -> None:
    assert last_day(term(years), issued_on) == last
    assert not is_over(last, last)
    assert is_over(last, date.fromordinal(last.toordinal() + 1))


@pytest.mark.parametrize("validity", [None, term(None), term(5, confirmed=False)])
def test_what_is_not_known_for_sure_dates_nothing(validity: Validity | None) -> None:
    assert last_day(validity, date(2026, 11, 27)) is None
    assert not is_over(None, date(2126, 1, 1))


def test_doubt_is_said_once() -> None:
    assert in_words(None) == "待核实"
    assert in_words(term(5)) == "5年"
    assert in_words(term(5, confirmed=False)) == "5年（待核实）"
    assert in_words(term(None, confirmed=False, text="最长期限待核实")) == "最长期限待核实"
