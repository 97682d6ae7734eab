"""How long a certificate holds: by law, or as whoever decides fixes it, on a last day or in words. Pure."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, timedelta

from onething.catalogue.facts import UNKNOWN, Validity
from onething.catalogue.results import Result
from onething.errors import InvalidInput

LONG, AS_LISTED = "long", "catalogue"
"""What may be chosen with an approval besides a day; a case keeps one of these or the last day."""


def by_law(validity: Validity | None) -> bool:
    """Whether the term is a number of years that a law states: then nobody chooses it."""
    return validity is not None and validity.years is not None and validity.confirmed


def fixed_term(result: Result, choice: str, until: str, decided_on: date) -> str:
    """What is kept of the choice: a day (ISO), `long`, `catalogue`, or nothing where there is nothing to choose.

    A term that nobody knows is told (InvalidInput): it would stand on the certificate as not confirmed.
    """
    if not result.certificate or by_law(result.validity):
        return ""
    if choice == LONG:
        return LONG
    if choice == AS_LISTED:
        if _listed(result.validity):
            return AS_LISTED
        raise InvalidInput(
            "目录没有写明这种证照的有效期；请选“至某日”并填写日期，或选“长期有效”", field="approval_term", code="no-term"
        )
    if choice != "until":
        raise InvalidInput("请选择证照有效期后再提交", field="approval_term", code="no-term")
    return _day(until, decided_on).isoformat()


def usual_term(result: Result) -> str:
    """The choice of somebody who follows the catalogue as far as it goes."""
    return AS_LISTED if _listed(result.validity) else LONG


def _day(text: str, decided_on: date) -> date:
    found = re.fullmatch(r"\s*(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?\s*", text)
    try:
        last = date(*map(int, found.groups())) if found else None
    except ValueError:
        last = None
    if last is None:
        raise InvalidInput("证照有效期的截止日期请写成 2031-12-31 的样子", field="approval_valid_until", code="bad-date")
    if last <= decided_on:
        raise InvalidInput("证照有效期的截止日期要晚于今天", field="approval_valid_until", code="bad-date")
    return last


def _listed(validity: Validity | None) -> bool:
    return validity is not None and (validity.years is not None or UNKNOWN not in _undoubted(validity))


def _undoubted(validity: Validity) -> str:
    """As listed, and confirmed by whoever chose it."""
    return validity.text.replace(f"（{UNKNOWN}）", "")


def last_day(validity: Validity | None, issued_on: date, term: str = "") -> date | None:
    """As fixed with the decision. Of a term of years that a law states, or that was chosen as listed, the day before the
    anniversary, as licences print it. A term that is not confirmed by either dates nothing."""
    if term and term not in (LONG, AS_LISTED):
        return date.fromisoformat(term)
    if validity is None or validity.years is None or not (validity.confirmed or term == AS_LISTED):
        return None
    year, month, day = issued_on.year + validity.years, issued_on.month, issued_on.day
    if day > (end := monthrange(year, month)[1]):  # 29 February: the month's last day (Civil Code, article 202)
        return date(year, month, end)
    return date(year, month, day) - timedelta(days=1)


def is_over(last: date | None, today: date) -> bool:
    return last is not None and last < today


def in_words(validity: Validity | None, term: str = "") -> str:
    """What stands on the certificate where there is no last day."""
    if term == LONG:
        return "长期有效"
    if validity is None:
        return UNKNOWN
    return _undoubted(validity) if term == AS_LISTED else validity.doubted


def term_note(result: Result) -> str:
    """For whoever decides: what the catalogue says of the term, and who fixes it."""
    if not result.certificate:
        return ""
    if by_law(result.validity):
        return f"证照有效期：{result.validity.text}（{result.validity.source}），自动计算，不用选择。"
    return f"证照有效期：目录写的是“{in_words(result.validity)}”，请在作出决定时选定。"
