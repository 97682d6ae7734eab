"""Frequent questions in the store: kept as the guides say, found by words. Two databases, one order of results
that puts words of the question before the name of the thing, and both before words of the answer (R28, R30)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from onething.catalogue.levels import city_of
from onething.store.tables_knowledge import KnownAnswer

Key = tuple[str, str, int]
ONE_AT_A_TIME = 0x1274_0008  # lock of PostgreSQL: several processes fill the index when they start
MAX_WORDS = 120
# A district's own entries of a thing stand in for the city's.
HERE = """(e.district = :district OR (e.district = :city AND NOT EXISTS (
    SELECT 1 FROM knowledge_entry o WHERE o.bundle = e.bundle AND o.district = :district)))"""
FIND_SQLITE = text(f"""SELECT e.id FROM knowledge_search s JOIN knowledge_entry e ON e.id = s.rowid
    WHERE knowledge_search MATCH :query AND {HERE} ORDER BY bm25(knowledge_search, 8.0, 4.0, 1.0), e.id LIMIT :limit""")
COUNT_SQLITE = text("SELECT term, doc FROM knowledge_vocabulary WHERE term IN (SELECT value FROM json_each(:words))")
# `ts_rank` does not know which words are rare, so each word brings its weight along.
FIND_POSTGRESQL = text(f"""SELECT e.id FROM unnest(CAST(:words AS text[]), CAST(:weights AS float8[])) AS w(word, weight)
    JOIN knowledge_entry e ON e.search @@ plainto_tsquery('simple', w.word) WHERE {HERE} GROUP BY e.id
    ORDER BY sum(w.weight * ts_rank('{{0.125, 0.125, 0.5, 1.0}}', e.search, plainto_tsquery('simple', w.word))) DESC, e.id
    LIMIT :limit""")
COUNT_POSTGRESQL = text("""SELECT w.word, count(e.id) FROM unnest(CAST(:words AS text[])) AS w(word)
    JOIN knowledge_entry e ON e.search @@ plainto_tsquery('simple', w.word) GROUP BY w.word""")


def refresh(session: Session, entries: Iterable[Mapping[str, Any]]) -> int:
    """Make the table say exactly this; how many entries were added, changed or removed. Nothing is written twice."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(ONE_AT_A_TIME)))
    kept = {_key(row): row for row in session.scalars(select(KnownAnswer))}
    changed = 0
    for entry in entries:
        row = kept.pop((entry["bundle"], entry["district"], entry["position"]), None)
        if row is None:
            session.add(KnownAnswer(**entry))
            changed += 1
            continue
        new = {name: value for name, value in entry.items() if getattr(row, name) != value}
        for name, value in new.items():
            setattr(row, name, value)
        changed += bool(new)
    for row in kept.values():
        session.delete(row)
    session.flush()
    return changed + len(kept)


def find(session: Session, words: Sequence[str], district: str, limit: int) -> list[KnownAnswer]:
    """Entries with any of the words, best first; those of the district where it has its own, else the city's."""
    wanted = _clean(words)
    if not wanted:
        return []
    about: dict[str, Any] = {"district": district, "city": city_of(district), "limit": limit}
    if session.get_bind().dialect.name == "sqlite":
        ids = session.scalars(FIND_SQLITE, about | {"query": " OR ".join(_quoted(word) for word in wanted)})
    else:
        counts, total = count(session, wanted), size(session)
        weights = [total / (1 + counts.get(word, 0)) for word in wanted]
        ids = session.scalars(FIND_POSTGRESQL, about | {"words": wanted, "weights": weights})
    order = {number: place for place, number in enumerate(ids)}
    rows = session.scalars(select(KnownAnswer).where(KnownAnswer.id.in_(order)))
    return sorted(rows, key=lambda row: order[row.id])


def count(session: Session, words: Sequence[str]) -> dict[str, int]:
    """In how many entries each word stands; words that stand nowhere are missing."""
    wanted = _clean(words)
    if session.get_bind().dialect.name == "sqlite":
        return dict(session.execute(COUNT_SQLITE, {"words": json.dumps(wanted)}).all())
    return dict(session.execute(COUNT_POSTGRESQL, {"words": wanted}).all())


def size(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(KnownAnswer)) or 0


def _key(row: KnownAnswer) -> Key:
    return row.bundle, row.district, row.position


def _clean(words: Sequence[str]) -> list[str]:
    """Each word once, without what no database keeps in a text."""
    return list(dict.fromkeys(word for raw in words if (word := raw.replace("\0", "").strip())))[:MAX_WORDS]


def _quoted(word: str) -> str:
    """A string in the query language of FTS5: nothing in it is an operator."""
    return '"' + word.replace('"', '""') + '"'
