"""How long a certificate holds (R86)."""

from datetime import date

import pytest

from onething.catalogue.facts import Validity
from onething.catalogue.results import Result
from onething.errors import InvalidInput
from onething.validity import fixed_term, in_words, is_over, last_day, term_note


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


DAY = date(2026, 11, 27)


def result(validity: Validity | None, *, certificate: bool = True) -> Result:
    return Result(name="某证", certificate=certificate, validity=validity)


@pytest.mark.parametrize(("of", "choice", "until", "kept"), [
    (term(5), "", "", ""), (term(5), "long", "", ""), (None, "long", "", "long"),
    (term(4, confirmed=False), "catalogue", "", "catalogue"),
    (term(None, text="以许可证上写明的日期为准"), "catalogue", "", "catalogue"),
    (term(None, confirmed=False, text="随执业许可证校验（待核实）"), "catalogue", "", "catalogue"),
    (None, "until", "2031-11-26", "2031-11-26"), (None, "until", " 2031年2月9日 ", "2031-02-09"),
])
def test_whoever_decides_fixes_the_term_where_no_law_does(of: Validity | None, choice: str, until: str, kept: str) -> None:
    assert fixed_term(result(of), choice, until, DAY) == kept


@pytest.mark.parametrize(("of", "choice", "until", "field"), [
    (None, "", "", "approval_term"), (None, "catalogue", "", "approval_term"),
    (term(None, confirmed=False, text="最长期限待核实"), "catalogue", "", "approval_term"),
    (None, "until", "", "approval_valid_until"), (None, "until", "2031-02-30", "approval_valid_until"),
    (None, "until", "2026-11-27", "approval_valid_until"), (None, "until", "五年", "approval_valid_until"),
])
def test_a_term_that_nobody_knows_or_that_is_no_day_is_told(of: Validity | None, choice: str, until: str, field: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        fixed_term(result(of), choice, until, DAY)
    assert caught.value.field == field


def test_what_is_no_certificate_has_no_term() -> None:
    assert fixed_term(result(None, certificate=False), "", "", DAY) == ""
    assert term_note(result(None, certificate=False)) == ""


def test_the_chosen_term_dates_the_certificate_or_stands_on_it_without_doubt() -> None:
    unsure = term(4, confirmed=False, text="4年")
    assert last_day(unsure, DAY, "catalogue") == date(2030, 11, 26)
    assert last_day(unsure, DAY, "2028-01-01") == date(2028, 1, 1)
    assert last_day(unsure, DAY, "long") is None
    assert in_words(unsure, "long") == "长期有效"
    assert in_words(term(None, confirmed=False, text="随执业许可证校验（待核实）"), "catalogue") == "随执业许可证校验"


def test_the_reviewer_is_told_whether_there_is_a_term_to_choose() -> None:
    assert "自动计算" in term_note(result(term(5)))
    assert "请在作出决定时选定" in term_note(result(None))
