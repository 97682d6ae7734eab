"""Editions of the guides, and disputes about what registers said."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from onething.store.tables_guides import DataDispute, GuideEdition


def publish(
    session: Session, at: datetime, bundle: str, district: str, version: str, content: Callable[[], Mapping[str, Any]]
) -> bool:
    """Keep this edition; False if it is the one in force already. One that comes back is in force from now on again.

    `content` is asked for only when the edition is new: every case that comes in passes here.
    """
    newest = in_force(session, bundle, district)
    if newest is not None and newest.version == version:
        return False
    row = session.get(GuideEdition, (version, bundle, district))
    if row is None:
        session.add(GuideEdition(
            version=version, bundle=bundle, district=district, content=dict(content()), effective_at=at
        ))
    else:
        row.effective_at = at
    session.flush()
    return True


def in_force(session: Session, bundle: str, district: str) -> GuideEdition | None:
    return next(iter(editions(session, bundle, district)), None)


def editions(session: Session, bundle: str, district: str) -> list[GuideEdition]:
    """Newest first."""
    query = select(GuideEdition).where(GuideEdition.bundle == bundle, GuideEdition.district == district)
    return list(session.scalars(query.order_by(GuideEdition.effective_at.desc(), GuideEdition.version)))


def since(session: Session, bundle: str, district: str, version: str) -> datetime | None:
    """When this edition came into force; None for one that was not published yet."""
    query = select(GuideEdition.effective_at).where(
        GuideEdition.bundle == bundle, GuideEdition.district == district, GuideEdition.version == version
    )
    return session.scalar(query)


def edition(session: Session, bundle: str, district: str, version: str) -> GuideEdition | None:
    return session.get(GuideEdition, (version, bundle, district))


def dispute(session: Session, row: DataDispute) -> None:
    session.add(row)


def disputes(session: Session, number: str) -> list[DataDispute]:
    return list(session.scalars(select(DataDispute).where(DataDispute.number == number).order_by(DataDispute.field)))
