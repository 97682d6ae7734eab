"""How long a certificate holds: its last day, or in words where the term is no fixed number of years. Pure."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta

from onething.catalogue.facts import UNKNOWN, Validity


def last_day(validity: Validity | None, issued_on: date) -> date | None:
    """Of a term of years that a law states, the day before the anniversary, as licences print it. A term that is not
    confirmed dates nothing."""
    if validity is None or validity.years is None or not validity.confirmed:
        return None
    year, month, day = issued_on.year + validity.years, issued_on.month, issued_on.day
    if day > (end := monthrange(year, month)[1]):  # 29 February: the month's last day (Civil Code, article 202)
        return date(year, month, end)
    return date(year, month, day) - timedelta(days=1)


def is_over(last: date | None, today: date) -> bool:
    return last is not None and last < today


def in_words(validity: Validity | None) -> str:
    """What stands on the certificate where there is no last day."""
    return validity.doubted if validity else UNKNOWN
