"""Files that no row names go; whatever is in use, or just being handed in, stays."""

import hashlib
import os
from datetime import UTC, datetime, timedelta

import pytest

from onething.store import Store, accounts, documents

NOW = datetime(2026, 11, 23, 2, tzinfo=UTC)


@pytest.fixture
def kept(store: Store) -> Store:
    with store.transaction() as session:
        account = accounts.ensure(session, "dev:zhang", "citizen", "张三")
        documents.add(session, NOW, account.id, "甲.pdf", "application/pdf", b"kept")
    return store


def orphan(store: Store, content: bytes, age: timedelta) -> None:
    """As if a process had died between the file and its row."""
    with pytest.raises(KeyboardInterrupt), store.transaction() as session:
        account = accounts.ensure(session, "dev:zhang", "citizen", "张三")
        documents.add(session, NOW, account.id, "乙.pdf", "application/pdf", content)
        raise KeyboardInterrupt
    for path in files(store):
        os.utime(path, ((datetime.now(UTC) - age).timestamp(),) * 2)


def files(store: Store) -> list:
    return [path for path in store.files.rglob("*") if path.is_file()]


def sweep(store: Store) -> int:
    with store.reading() as session:
        return documents.sweep(session, datetime.now(UTC) - timedelta(hours=24))


def test_only_old_files_without_a_row_go(kept: Store) -> None:
    orphan(kept, b"left", timedelta(hours=25))
    folder = kept.files / "tmp1234"
    folder.mkdir()
    (folder / "case.zip").write_bytes(b"half an archive")
    os.utime(folder / "case.zip", (0, 0))
    assert sweep(kept) == 2
    assert [path.name for path in files(kept)] == [hashlib.sha256(b"kept").hexdigest()]
    assert not folder.exists()
    assert sweep(kept) == 0


def test_a_young_file_stays(kept: Store) -> None:
    orphan(kept, b"left", timedelta(hours=1))
    assert sweep(kept) == 0
    assert len(files(kept)) == 2


def test_content_that_is_handed_in_again_stays(kept: Store) -> None:
    """The file lies there already; its time is renewed before the row comes."""
    orphan(kept, b"left", timedelta(hours=25))
    with kept.transaction() as session:
        account = accounts.ensure(session, "dev:zhang", "citizen", "张三")
        row = documents.add(session, NOW, account.id, "乙.pdf", "application/pdf", b"left")
        assert sweep(kept) == 0
    with kept.reading() as session:
        assert documents.content(session, row) == b"left"
