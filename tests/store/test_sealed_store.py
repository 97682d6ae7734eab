"""The store with sealed columns: moved values do not open, keys change under way, nothing from before is lost (S13, P13)."""

import subprocess
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import text
from sqlalchemy.exc import StatementError

from onething.errors import Conflict
from onething.store import Account, Document, Store, accounts, documents, resealing, troubles
from onething.store.keyring import GRACE, Ring
from onething.store.sealing import KeyMissing, SealBroken
from onething.store.session import MIGRATIONS
from simulation.postgres import program

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
CANARY = "赵金丝雀-410102199001010012"


def fill(store: Store, count: int = 3) -> None:
    with store.transaction() as session:
        for place in range(count):
            person = accounts.ensure(session, f"p{place:04}", "citizen", f"{CANARY}{place}", id_no=f"41010219900101{place:04}")
            accounts.new_draft(session, person.id, "newborn", {"name": CANARY, "n": place}, NOW)
            documents.add(session, NOW, person.id, f"{CANARY}.pdf", "application/pdf", f"%PDF {CANARY} {place}".encode())


def everything(store: Store) -> list[Any]:
    with store.reading() as session:
        people = accounts.all_accounts(session)
        papers = sorted(session.query(Document), key=lambda row: row.sha256)
        return [
            [(row.subject, row.name, row.id_no, row.phone) for row in people],
            sorted(str(draft.data) for person in people for draft in accounts.drafts_of(session, person.id)),
            [(row.name, documents.content(session, row)) for row in papers],
        ]


def sql(store: Store, statement: str, **values: Any) -> None:
    with store.transaction() as session:
        session.execute(text(statement), values)


def at_rest(store: Store) -> bytes:
    """All that lies on the disk, or in a dump of the database, and the files."""
    found = b"".join(path.read_bytes() for path in store.files.rglob("*") if path.is_file())
    if store.engine.dialect.name == "sqlite":
        return found + b"".join(path.read_bytes() for path in store.files.parent.glob("store.db*"))
    url = store.engine.url
    dump = [str(program("pg_dump")), "-h", url.host, "-p", str(url.port), "-U", url.username, url.database]
    return found + subprocess.run([str(part) for part in dump], capture_output=True, check=True).stdout


def hidden(store: Store) -> bool:
    stored = at_rest(store)
    canaries = [CANARY, "金丝雀", "4101021990"]
    return not any(canary.encode() in stored or canary.encode("unicode_escape") in stored for canary in canaries)


def test_s13_values_are_plain_in_python_and_sealed_at_rest(store: Store) -> None:
    fill(store)
    people, drafts, papers = everything(store)
    assert [row[1] for row in people] == [f"{CANARY}{place}" for place in range(3)]
    assert CANARY in drafts[0]
    assert CANARY.encode() in papers[0][1]
    assert hidden(store)


@pytest.mark.parametrize(("one", "other"), [("name", "name"), ("id_no", "id_no"), ("name", "id_no")])
def test_s13_values_that_were_moved_do_not_open_and_somebody_is_told(store: Store, one: str, other: str) -> None:
    fill(store)
    sql(store, f"UPDATE account SET {one} = (SELECT {other} FROM account WHERE subject = 'p0001') WHERE subject = 'p0000'")
    with pytest.raises(SealBroken, match=f"account/.*/{one}"), store.reading() as session:
        [getattr(row, one) for row in accounts.all_accounts(session)]
    with store.reading() as session:
        [trouble] = troubles.standing(session, [troubles.SEAL])
        assert "核查" in trouble.what
        assert CANARY not in trouble.what
        assert [row.phone for row in accounts.all_accounts(session)] == [""] * 3, "what was not touched still opens"


def test_s13_a_plain_value_slipped_in_is_refused(store: Store) -> None:
    fill(store)
    sql(store, "UPDATE account SET name = '冒名' WHERE subject = 'p0000'")
    with pytest.raises(SealBroken, match="没有加密"), store.reading() as session:
        [row.name for row in accounts.all_accounts(session)]


def test_s13_files_that_were_swapped_do_not_open(store: Store) -> None:
    fill(store, 2)
    first, second = [path for path in store.files.rglob("*") if path.is_file()]
    content = first.read_bytes()
    second.rename(first)
    second.write_bytes(content)
    assert set(resealing.verify(store).broken) == {f"files/{first.name}", f"files/{second.name}"}
    with store.reading() as session:
        assert len(troubles.standing(session, [troubles.SEAL])) == 2
    second.rename(store.files / "aside")
    first.rename(second)
    (store.files / "aside").rename(first)
    assert resealing.verify(store).broken == {}
    with store.reading() as session:
        assert troubles.standing(session, [troubles.SEAL]) == []


def test_s13_an_id_number_is_found_by_its_blind_index(store: Store) -> None:
    fill(store)
    with store.transaction() as session:
        assert [row.subject for row in accounts.by_id_no(session, " 410102199001010001")] == ["p0001"]
        assert accounts.by_id_no(session, "410102199001010009") == []
        accounts.by_id_no(session, "410102199001010001")[0].id_no = "41010219900101999x"
    with store.reading() as session:
        assert [row.subject for row in accounts.by_id_no(session, "41010219900101999X")] == ["p0001"]
        with pytest.raises(StatementError, match="compared"):
            session.query(Account).filter(Account.name == "张三").all()


def test_setting_the_same_again_writes_nothing(store: Store) -> None:
    fill(store, 1)
    with store.transaction() as session:
        [row] = accounts.all_accounts(session)
        row.name = str(row.name)
        assert not session.is_modified(row)


def test_s13_keys_change_while_people_read_and_write(store: Store) -> None:
    fill(store, 30)
    before, first, stop, problems = everything(store), store.ring.active.name, threading.Event(), []

    def work() -> None:
        mine = Store(store.url, store.files)  # a process of its own, with its own copy of the ring
        turn = 0
        while not stop.is_set():
            try:
                assert everything(mine)[1:] == before[1:]
                with mine.transaction() as session:
                    person = accounts.all_accounts(session)[turn % 30]
                    person.phone = str(turn)
            except Exception as error:
                problems.append(error)
                return
            turn += 1
        mine.close()

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for _ in range(3):
        store.ring.rotate(NOW)
        resealing.reseal(store)
    stop.set()
    for thread in threads:
        thread.join()
    assert problems == []
    assert resealing.reseal(store).left == 0
    assert set(resealing.usage(store)) == {store.ring.active.name}
    with pytest.raises(Conflict, match="刚刚"):
        resealing.retire(store, first, NOW + timedelta(minutes=1))
    resealing.retire(store, first, NOW + GRACE)
    assert everything(store)[1:] == before[1:]
    assert len(store.ring.listed()) == 3


def test_s13_a_key_in_use_is_not_dropped(store: Store) -> None:
    fill(store)
    first = store.ring.active.name
    with pytest.raises(Conflict, match="12 个字段"):
        resealing.retire(store, first, NOW)
    store.ring.rotate(NOW)
    with pytest.raises(Conflict, match="3 个文件"):
        resealing.retire(store, first, NOW + GRACE)


class Killed(BaseException):
    """As if the process were gone: nothing cleans up."""


@pytest.mark.parametrize("where", ["account", "draft", "files"])
def test_s13_resealing_that_dies_halfway_goes_on_where_it_was(
    store: Store, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    monkeypatch.setattr(resealing, "BATCH", 4)
    fill(store, 10)
    before, turns = everything(store), []
    store.ring.rotate(NOW)

    def die(_self: Any, _target: Any) -> None:
        turns.append(1)
        if len(turns) == 3:
            raise Killed
        return replace(_self, _target)

    def say(place: str, _count: int) -> None:
        if place == where:
            raise Killed

    replace = Path.replace
    with monkeypatch.context() as patched, pytest.raises(Killed):
        if where == "files":
            patched.setattr(Path, "replace", die)
        resealing.reseal(store, say if where != "files" else lambda *_: None)
    used = resealing.usage(store)
    assert len(used) == 2, "some are sealed anew, some are not"
    assert everything(store) == before
    assert resealing.reseal(store).left == 0
    assert set(resealing.usage(store)) == {store.ring.active.name}
    assert everything(store) == before


def upgrade(store: Store, revision: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["engine"] = store.engine
    command.upgrade(config, revision)


@pytest.fixture
def old(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    """A store from before the encryption, with a person, a draft and a file."""
    url = f"sqlite:///{tmp_path / 'store.db'}" if request.param == "sqlite" else request.getfixturevalue("postgres")()
    store = Store(url, tmp_path / "files")
    upgrade(store, "0010")
    name = "0e" + "0" * 62
    (store.files / "0e").mkdir()
    (store.files / "0e" / name).write_bytes(f"%PDF {CANARY}".encode())
    for statement in (
        "INSERT INTO account (id, subject, role, name, id_no, phone, organisation) "
        f"VALUES ('1', 'a', 'citizen', '{CANARY}', '410102199001010012', '', '')",
        "INSERT INTO draft (id, account_id, bundle, data, updated_at) "
        f"""VALUES ('d', '1', 'newborn', '{{"name": "{CANARY}"}}', '2026-11-23 08:00:00')""",
        "INSERT INTO document (id, account_id, item, paper_kind, paper_no, name, media_type, sha256, size, created_at) "
        f"VALUES ('f', '1', '', '', '', '{CANARY}.pdf', 'application/pdf', '{name}', 5, '2026-11-23 08:00:00')",
    ):
        with store.engine.begin() as connection:
            connection.exec_driver_sql("BEGIN" if request.param == "sqlite" else "SELECT 1")
            connection.exec_driver_sql(statement)
            connection.exec_driver_sql("COMMIT" if request.param == "sqlite" else "SELECT 1")
    return store


@pytest.mark.parametrize("old", ["sqlite", "postgresql"], indirect=True)
def test_s13_a_store_from_before_is_read_and_then_sealed(old: Store) -> None:
    assert not hidden(old)
    old.migrate()
    before = everything(old)
    assert before[0] == [("a", CANARY, "410102199001010012", "")]
    assert before[2][0][1] == f"%PDF {CANARY}".encode()
    with old.transaction() as session:
        accounts.ensure(session, "new", "citizen", "新人")
    assert old.ring.plain
    tally = resealing.reseal(old)
    assert (tally.values, tally.files, tally.left) == (4, 1, 0)
    if old.engine.dialect.name == "postgresql":
        old.engine.dispose()
    assert hidden(old)
    assert not old.ring.plain, "from now on nothing plain is read"
    assert everything(old)[1:] == before[1:]
    with old.reading() as session:
        assert [row.subject for row in accounts.by_id_no(session, "410102199001010012")] == ["a"]
    old.close()


def test_s13_without_its_keys_a_store_says_so_and_makes_no_new_ones(store: Store, tmp_path: Path) -> None:
    fill(store, 1)
    (tmp_path / "keys").rename(tmp_path / "moved")
    again = Store(store.url, store.files)
    with pytest.raises(KeyMissing, match="备份"):
        again.migrate()
    assert not (tmp_path / "keys").exists()
    other = Ring.beside(tmp_path / "other")
    other.create(plain=False)
    strange = Store(store.url, store.files, other)
    with pytest.raises(KeyMissing, match="密钥环里没有"):
        everything(strange)
    (tmp_path / "moved").rename(tmp_path / "keys")
    again.migrate()
    assert everything(again)[0][0][1].startswith(CANARY)
    again.close()
    strange.close()
