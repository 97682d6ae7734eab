"""The store on real SQLite files and a real PostgreSQL: all or nothing, numbers once, audit chain, promised work."""

import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory

from onething.cli import check
from onething.errors import Conflict, NotFound
from onething.settings import Settings
from onething.store import Application, ApplicationItem, Store, accounts, applications, audit, documents, outbox
from onething.store.session import MIGRATIONS, newest_version
from onething.vocabulary import CaseState

HOME = Path(__file__).resolve().parents[2]
NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


@pytest.fixture
def store(store: Store) -> Store:
    store.migrate()  # a second time: nothing happens
    return store


def add_case(store: Store, number: str = "N1") -> None:
    with store.transaction() as session:
        account = accounts.ensure(session, "dev:a", "citizen", "张三")
        case = Application(
            number=number, bundle="open-restaurant", account_id=account.id, idempotency_key=number, district="410105",
            channel="online", state="submitted", delivery_way="electronic", applicant={}, answers={}, submitted_at=NOW,
            items=[ApplicationItem(item="a", position=0, department="d", reviewer_group="g", state="submitted")],
        )
        applications.add(session, case, [])


def test_what_fails_halfway_leaves_nothing(store: Store) -> None:
    with pytest.raises(RuntimeError), store.transaction() as session:
        accounts.ensure(session, "dev:a", "citizen", "张三")
        raise RuntimeError
    with store.reading() as session:
        assert accounts.all_accounts(session) == []


def test_the_same_number_is_refused_as_a_conflict(store: Store) -> None:
    add_case(store)
    with pytest.raises(Conflict, match="刚刚改动"):
        add_case(store)


def test_two_writers_of_one_case_wait_for_each_other(store: Store) -> None:
    add_case(store)
    numbers: list[int] = []

    def count() -> None:
        for _ in range(20):
            with store.transaction() as session:
                numbers.append(applications.next_in_series(session, "case/2026"))

    threads = [threading.Thread(target=count) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(numbers) == list(range(1, 81))


def test_a_move_that_the_rules_forbid_is_not_saved(store: Store) -> None:
    add_case(store)
    with pytest.raises(Conflict), store.transaction() as session:
        case = applications.lock(session, "N1")
        case.reason = "must not stay"
        applications.set_case_state(case, CaseState.COMPLETED)
    with store.reading() as session:
        assert applications.get(session, "N1").reason == ""


def test_r124_promised_work_is_kept_once_and_tried_again(store: Store) -> None:
    with store.transaction() as session:
        outbox.put(session, NOW, "start:N1", "start", number="N1")
        outbox.put(session, NOW, "start:N1", "start", number="N1")
        [entry] = outbox.due(session, NOW)
        outbox.postpone(session, entry.id, NOW, "engine down")
        assert outbox.due(session, NOW) == []
        assert [e.id for e in outbox.due(session, NOW + timedelta(seconds=2))] == [entry.id]
        outbox.done(session, NOW, entry.id)
        assert outbox.waiting(session) == []


def test_files_are_stored_by_content_and_owner_only(store: Store) -> None:
    add_case(store)
    with store.transaction() as session:
        account = accounts.ensure(session, "dev:a", "citizen", "张三")
        row = documents.add(session, NOW, account.id, "平面图.pdf", "application/pdf", b"%PDF-1.7", number="N1")
        assert documents.content(session, documents.get(session, row.id)) == b"%PDF-1.7"
        path = store.files / row.sha256[:2] / row.sha256
        assert path.stat().st_mode & 0o077 == 0
        with pytest.raises(NotFound):
            documents.get(session, "../../etc/passwd")


def test_s20_a_login_ends_when_idle_or_old(store: Store) -> None:
    idle = timedelta(minutes=30)
    with store.transaction() as session:
        account = accounts.ensure(session, "dev:a", "citizen", "张三")
        token = accounts.log_in(session, account, NOW).token
        assert accounts.session_of(session, token, NOW + timedelta(minutes=29), idle)
        assert accounts.session_of(session, token, NOW + timedelta(minutes=31), idle) is None
        for minutes in range(20, 13 * 60, 20):
            accounts.touch(session, token, NOW + timedelta(minutes=minutes))
        assert accounts.session_of(session, token, NOW + timedelta(hours=12, minutes=50), idle) is None


def test_the_trail_stays_in_the_order_of_time(store: Store) -> None:
    """Two steps of one case may take the time before they take their turn; a clock that is hours back is not hidden."""
    noon = datetime(2026, 11, 23, 12, tzinfo=UTC)
    for at in (noon, noon - timedelta(milliseconds=3), noon - timedelta(hours=2)):
        with store.transaction() as session:
            audit.record(session, at, "系统", "step", number="")
    with store.reading() as session:
        rows = audit.trail(session)
    assert [row.at for row in rows][-3:] == [noon, noon, noon - timedelta(hours=2)]
    assert audit.first_fault(rows) is None


def test_the_newest_migration_is_known_by_its_name_and_alembic_rests_where_nothing_is_to_do(store: Store) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    assert ScriptDirectory.from_config(config).get_current_head() == newest_version()
    code = (
        "import sys; from pathlib import Path; from onething.store import Store;"
        f"Store({store.url!r}, Path({str(store.files)!r})).migrate(); assert 'alembic' not in sys.modules"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, cwd=HOME)
    assert done.returncode == 0, done.stderr


def test_the_check_says_when_the_server_takes_too_few_connections(
    postgres: Callable[[], str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = Settings(var=tmp_path, database_url=postgres())
    assert check._store(settings)[0] == check.GOOD
    monkeypatch.setattr(check, "ENOUGH", 10_000)
    state, said = check._store(settings)
    assert state == check.NOTE
    assert "max_connections" in said
    assert check._store(Settings(var=tmp_path / "alone", home=HOME))[0] == check.GOOD, "SQLite has no such limit"
