"""Rows of many cases in one look."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, TypeVar

from sqlalchemy import Select
from sqlalchemy.orm import Session

R = TypeVar("R")


def by_number(session: Session, query: Select[tuple[R]], numbers: Collection[str]) -> dict[str, list[R]]:
    """Case number -> its rows in the order of `query`, which is about these cases; each of `numbers` is there."""
    found: dict[str, list[R]] = {number: [] for number in numbers}
    for row in session.scalars(query) if numbers else ():
        of_case: Any = row
        found[of_case.number].append(row)
    return found
