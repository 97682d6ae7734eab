"""Files that wait for their scan: shut for everybody, settled once, and what was there before stays open (S14)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import text

from onething.errors import InvalidInput
from onething.store import Store, accounts, documents
from onething.store.session import MIGRATIONS
from onething.vocabulary import FileSafety

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


def add(store: Store, content: bytes, waiting: bool = True) -> str:
    with store.transaction() as session:
        account = accounts.ensure(session, "dev:zhang", "citizen", "张三")
        return documents.add(session, NOW, account.id, "甲.pdf", "application/pdf", content, waiting=waiting).id


def test_s14_a_waiting_file_is_shut_and_settled_once(store: Store) -> None:
    document = add(store, b"first")
    with store.reading() as session:
        row = documents.get(session, document)
        with pytest.raises(InvalidInput, match="正在安全检查"):
            documents.content(session, row)
        assert [one.id for one in documents.waiting(session)] == [document]
        assert documents.unchecked(session, row).read() == b"first"
    with store.transaction() as session:
        assert documents.settle(session, document, FileSafety.PASSED)
    with store.transaction() as session:
        assert not documents.settle(session, document, FileSafety.INFECTED), "another process was first"
        assert documents.content(session, documents.get(session, document)) == b"first"
        assert documents.waiting(session) == []


def test_s14_the_sweep_takes_what_a_dead_process_left_of_an_infected_file(store: Store) -> None:
    bad, good = add(store, b"bad"), add(store, b"good", waiting=False)
    with store.transaction() as session:
        documents.settle(session, bad, FileSafety.INFECTED)
    with store.reading() as session:
        assert documents.sweep(session, datetime.now(UTC) + timedelta(hours=1)) == 1
        assert documents.content(session, documents.get(session, good)) == b"good"
        with pytest.raises(InvalidInput, match="没有通过安全检查"):
            documents.content(session, documents.get(session, bad))


def test_s14_what_was_stored_before_the_column_stays_open(store: Store) -> None:
    document = add(store, b"old", waiting=False)
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["engine"] = store.engine
    before = ScriptDirectory.from_config(config).get_revision("0013").down_revision
    command.downgrade(config, str(before))
    with store.engine.connect() as connection:
        assert "safety" not in connection.execute(text("SELECT * FROM document")).keys()  # noqa: SIM118
    store.migrate()
    with store.reading() as session:
        assert documents.content(session, documents.get(session, document)) == b"old"
