"""The audit trail: changes are refused; what was changed nevertheless is found, also a cut tail and a chain made anew (S12)."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import text

from onething import anchors
from onething.errors import Conflict
from onething.papers.authority import LocalAuthority
from onething.store import Store, audit

NOW = datetime(2026, 11, 23, 2, tzinfo=UTC)
COUNT = 12
ANCHORED = 8


def written(store: Store, count: int, first: int = 0) -> None:
    with store.transaction() as session:
        for number in range(first, first + count):
            audit.record(session, NOW + timedelta(minutes=number), "li", "approve", number=f"N{number}", reason="符合条件")


@pytest.fixture
def kept(store: Store, tmp_path: Path) -> SimpleNamespace:
    """Twelve records; a head was signed after the eighth."""
    authority = LocalAuthority(tmp_path / "authority")
    written(store, ANCHORED)
    with store.reading() as session:
        assert anchors.keep(tmp_path / "heads", authority, audit.head(session), NOW)
    written(store, COUNT - ANCHORED, first=ANCHORED)
    return SimpleNamespace(store=store, heads=tmp_path / "heads", authority=authority)


def found(kept: SimpleNamespace) -> list[str]:
    with kept.store.reading() as session:
        return anchors.faults(audit.everything(session), anchors.heads(kept.heads, kept.authority.trust))[1]


def unlock(session: Any) -> None:
    """What somebody with the rights of the database's owner can do."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("ALTER TABLE audit DISABLE TRIGGER audit_append_only"))
    else:
        for change in ("update", "delete"):
            session.execute(text(f"DROP TRIGGER IF EXISTS audit_no_{change}"))


def edit(session: Any) -> None:
    session.execute(text("UPDATE audit SET actor = 'wang' WHERE seq = 3"))


def edit_address(session: Any) -> None:
    session.execute(text("UPDATE audit SET ip = '10.0.0.9' WHERE seq = 3"))


def remove(session: Any) -> None:
    session.execute(text("DELETE FROM audit WHERE seq = 5"))


def remove_first(session: Any) -> None:
    session.execute(text("DELETE FROM audit WHERE seq = 1"))


def swap(session: Any) -> None:
    for was, becomes in ((4, 999), (5, 4), (999, 5)):
        session.execute(text("UPDATE audit SET seq = :becomes WHERE seq = :was"), {"was": was, "becomes": becomes})


def insert(session: Any) -> None:
    """One more, made with care, before the end: all that follow would have to change too."""
    session.execute(text("UPDATE audit SET seq = seq + 1000 WHERE seq >= 6"))
    session.execute(text("UPDATE audit SET seq = seq - 999 WHERE seq >= 1006"))
    row = session.execute(text("SELECT hash FROM audit WHERE seq = 5")).one()
    forge(session, 6, row.hash)


def cut_tail(session: Any) -> None:
    session.execute(text("DELETE FROM audit WHERE seq >= 8"))


def cut_everything(session: Any) -> None:
    session.execute(text("DELETE FROM audit"))


def write_anew(session: Any) -> None:
    """A whole chain that fits, with one decision changed."""
    session.execute(text("DELETE FROM audit"))
    previous = audit.GENESIS
    for seq in range(1, COUNT + 1):
        previous = forge(session, seq, previous)


def forge(session: Any, seq: int, previous: str) -> str:
    row = {
        "seq": seq, "at": NOW, "actor": "li", "action": "refuse", "number": "N1", "item": "", "detail": {}, "ip": "",
        "previous": previous,
    }
    row["hash"] = audit.digest(SimpleNamespace(**row))
    session.connection().execute(audit.insert(audit.ROWS), [row])
    return row["hash"]


def test_s12_an_honest_trail_has_no_faults(kept: SimpleNamespace) -> None:
    assert found(kept) == []


@pytest.mark.parametrize("change", ["UPDATE audit SET actor = 'wang'", "DELETE FROM audit WHERE seq = 12", "DELETE FROM audit"])
def test_s12_the_database_refuses_any_change(kept: SimpleNamespace, change: str) -> None:
    with pytest.raises(Conflict), kept.store.transaction() as session:
        session.execute(text(change))
    assert found(kept) == []


@pytest.mark.parametrize(
    ("tamper", "said"),
    [
        (edit, "第 3 条"), (edit_address, "第 3 条"), (remove, "第 6 条"), (remove_first, "第 2 条"), (swap, "第 4 条"),
        (insert, "第 7 条"), (cut_tail, "尾部被截去"), (cut_everything, "尾部被截去"), (write_anew, "重写"),
    ],
)
def test_s12_whatever_is_done_to_the_trail_is_found(
    kept: SimpleNamespace, tamper: Callable[[Any], None], said: str
) -> None:
    with kept.store.transaction() as session:
        unlock(session)
        tamper(session)
    assert any(said in problem for problem in found(kept)), found(kept)


def test_s12_a_head_that_was_changed_proves_nothing_and_is_named(kept: SimpleNamespace) -> None:
    [path] = kept.heads.iterdir()
    told = json.loads(path.read_text())
    path.write_text(json.dumps({**told, "seq": 3}) + "\nnonsense\n" + json.dumps(told) + "\n")
    assert [problem.split("无效")[0] for problem in found(kept)] == [
        f"签名锚点 {path.name}:1 ", f"签名锚点 {path.name}:2 "
    ]


def test_s12_a_head_signed_by_somebody_else_proves_nothing(kept: SimpleNamespace, tmp_path: Path) -> None:
    with kept.store.transaction() as session:
        unlock(session)
        write_anew(session)
    with kept.store.reading() as session:
        anchors.keep(kept.heads, LocalAuthority(tmp_path / "another"), audit.head(session), NOW)
    assert any("不是本系统签发" in problem for problem in found(kept))
    assert any("重写" in problem for problem in found(kept))


def test_s12_a_head_is_written_once_and_only_its_owner_reads_it(kept: SimpleNamespace) -> None:
    with kept.store.reading() as session:
        newest = audit.head(session)
    assert anchors.keep(kept.heads, kept.authority, newest, NOW)
    assert not anchors.keep(kept.heads, kept.authority, newest, NOW)
    [path] = kept.heads.iterdir()
    assert path.stat().st_mode & 0o077 == 0
    assert len(path.read_text().splitlines()) == 2


def test_s12_a_record_says_where_the_request_came_from(store: Store) -> None:
    token = audit.ORIGIN.set("192.0.2.7")
    try:
        written(store, 1)
    finally:
        audit.ORIGIN.reset(token)
    written(store, 1, first=1)
    with store.reading() as session:
        rows = audit.trail(session)
    assert [row.ip for row in rows] == ["192.0.2.7", ""]
    assert audit.first_fault(rows) is None


def test_s12_a_change_of_personal_data_leaves_a_trace_that_tells_nothing(store: Store) -> None:
    with store.reading() as session:
        before, after = audit.trace(session, "13800000001", "13800000002")
        assert audit.trace(session, "", "13800000002") == ["", after]
    assert before != after
    assert [len(before), len(after)] == [64, 64]


def test_s12_pages_of_the_trail_join(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit, "PAGE", 3)
    written(store, 7)
    with store.reading() as session:
        rows = list(audit.everything(session))
    assert [row.seq for row in rows] == list(range(1, 8))
    assert audit.first_fault(rows) is None


def test_nobody_waits_for_the_chain_while_somebody_else_works(postgres: Callable[[], str], tmp_path: Path) -> None:
    """On PostgreSQL many write at once: who records first and commits last comes last, with a time that fits."""
    store = Store(postgres(), tmp_path / "files")
    store.migrate()
    with store.transaction() as slow:
        slow.execute(text("SELECT 1"))
        audit.record(slow, NOW, "li", "draws-a-paper", number="N1")
        with store.transaction() as quick:
            audit.record(quick, NOW + timedelta(seconds=1), "wang", "accept", number="N2")
    with store.reading() as session:
        rows = audit.trail(session)
    assert [row.number for row in rows] == ["N2", "N1"]
    assert rows[1].at == rows[0].at
    assert audit.first_fault(rows) is None


def test_a_transaction_that_fails_leaves_no_record(store: Store) -> None:
    with pytest.raises(RuntimeError), store.transaction() as session:
        audit.record(session, NOW, "li", "approve", number="N1")
        raise RuntimeError
    written(store, 1)
    with store.reading() as session:
        assert [row.number for row in audit.trail(session)] == ["N0"]
