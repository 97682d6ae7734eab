"""Which district's office decides an item, and where it can be applied for: the pure rule behind every reviewer group."""

from __future__ import annotations

from collections.abc import Iterable

from onething.vocabulary import Level

LOCAL_LEVELS = frozenset({Level.COUNTY, Level.TOWNSHIP})


def city_of(district: str) -> str:
    """The city's own code (市本级) for one of its districts: `410105` -> `410100`."""
    return f"{district[:4]}00"


def offered_in(levels: Iterable[str], district: str) -> bool:
    """Whether a case in `district` may have an item of these `levels`: what counties and townships alone decide, the city
    itself (市本级) has no power over."""
    return district != city_of(district) or not set(levels) <= LOCAL_LEVELS


def reviewer_district(levels: Iterable[str], district: str) -> str:
    """The district whose office decides an item of these `levels` for a case in `district`.

    County and township items are decided where the case is; items of the city or the province, and everything a
    case brings to the city's own counter, by the city's office.
    """
    return district if LOCAL_LEVELS & set(levels) else city_of(district)
