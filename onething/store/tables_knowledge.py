"""Frequent questions with their answers, cut into words for search (R28, R30, R35, R37).

The full-text index over the words is the database's own (FTS5 in SQLite, a tsvector in PostgreSQL): made by the
migration, kept right by triggers or by the database, and known to `onething/store/knowledge.py` only.
"""

from __future__ import annotations

from sqlalchemy import String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from onething.store.tables import Base


class KnownAnswer(Base):
    """One question with its answer, under the version of the guide that it belongs to. The words stand apart by blanks."""

    __tablename__ = "knowledge_entry"
    __table_args__ = (UniqueConstraint("bundle", "district", "position"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    bundle: Mapped[str] = mapped_column(String(64))
    district: Mapped[str] = mapped_column(String(6))
    position: Mapped[int]
    question: Mapped[str] = mapped_column(Text)
    answer: Mapped[str] = mapped_column(Text)
    owner: Mapped[str] = mapped_column(String(64))
    source: Mapped[str] = mapped_column(Text)
    confirmed: Mapped[bool]
    guide_version: Mapped[str] = mapped_column(String(16))
    question_words: Mapped[str] = mapped_column(Text)
    thing_words: Mapped[str] = mapped_column(Text)
    answer_words: Mapped[str] = mapped_column(Text)
