"""Every row of every table that belongs to one case: what the archive takes in, also of tables that come later (R109)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import inspect, select
from sqlalchemy.orm import Session

from onething.store.tables import Base


def of_case(session: Session, number: str) -> dict[str, list[Any]]:
    """Table name -> rows in the order of their keys, for each table that refers to an application."""
    found: dict[str, list[Any]] = {}
    for mapper in Base.registry.mappers:
        for column in mapper.local_table.columns:
            if any(key.target_fullname == "application.number" for key in column.foreign_keys):
                query = select(mapper.class_).where(column == number).order_by(*inspect(mapper.class_).primary_key)
                found[mapper.local_table.name] = list(session.scalars(query))
    return dict(sorted(found.items()))
