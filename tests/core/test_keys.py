"""`onething keys` and what `onething check` says of the ring (S13)."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from onething.bootstrap import open_store
from onething.cli import check
from onething.cli.main import app
from onething.settings import Settings, get_settings
from onething.store import Account, Store, accounts, documents
from tests.stores import empty_store

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
Run = Callable[..., tuple[int, str]]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    empty_store(tmp_path).close()
    store = open_store(Settings(var=tmp_path))
    with store.transaction() as session:
        account = accounts.ensure(session, "a", "citizen", "张三", id_no="410102199001010012")
        documents.add(session, NOW, account.id, "图.pdf", "application/pdf", b"%PDF")
    yield store
    store.close()


@pytest.fixture
def run(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    def run(*arguments: str) -> tuple[int, str]:
        monkeypatch.setenv("ONETHING_VAR", str(tmp_path))
        get_settings.cache_clear()
        done = CliRunner().invoke(app, ["keys", *arguments])
        get_settings.cache_clear()
        return done.exit_code, done.stdout + done.stderr

    return run


def shown(run: Run) -> list[dict[str, Any]]:
    code, said = run("show", "--json")
    assert code == 0
    return json.loads(said)["keys"]


def test_s13_a_key_lives_from_first_use_to_its_end(run: Run, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    [first] = shown(run)
    assert (first["values"], first["files"], first["algorithm"]) == (3, 1, "A256GCM")
    assert "secret" not in str(first)
    assert "wrapped" not in str(first)
    assert run("rotate")[0] == 0
    older, newer = shown(run)
    assert (older["active"], newer["active"]) == (False, True)
    code, said = run("retire", older["key"])
    assert code == 1
    assert "reseal" in said
    code, said = run("reseal")
    assert code == 0
    assert "3 个字段、1 个文件；还剩 0 个" in said
    assert run("retire", older["key"])[0] == 1, "only just superseded"
    ring = json.loads(store.ring.path.read_text(encoding="ascii"))
    ring["keys"][0]["superseded"] = (datetime.now(UTC) - timedelta(minutes=16)).isoformat()
    store.ring.path.write_text(json.dumps(ring), encoding="ascii")
    assert run("retire", older["key"])[0] == 0
    assert run("retire", newer["key"])[0] == 1, "the active one stays"
    assert [one["key"] for one in shown(run)] == [newer["key"]]
    assert "张三" in [row.name for row in everybody(store)]
    assert run("show")[0] == 0


def everybody(store: Store) -> list[Account]:
    with store.reading() as session:
        return accounts.all_accounts(session)


def test_s13_verify_finds_what_was_moved(run: Run, store: Store) -> None:
    code, said = run("verify")
    assert code == 0
    assert "3 个字段、1 个文件" in said
    with store.transaction() as session:
        session.connection().exec_driver_sql("UPDATE document SET name = (SELECT name FROM account)")
    code, said = run("verify")
    assert code == 1
    assert "document/" in said


def test_s13_check_says_whether_the_ring_opens_and_fits(store: Store, tmp_path: Path) -> None:
    settings = Settings(var=tmp_path)

    def row(name: str) -> dict[str, str]:
        return next(one for one in check.checked(settings) if one["系统"] == name)

    assert row("加密密钥")["状态"] == row("数据库")["状态"] == check.GOOD
    ring = store.ring.path.read_bytes()
    store.ring.path.write_bytes(ring[:50])
    assert row("加密密钥")["状态"] == check.BAD
    store.ring.path.unlink()
    assert "备份" in row("数据库")["说明"]
    assert row("加密密钥")["状态"] == check.NOTE
    store.ring.create(plain=False)
    assert "密钥环里没有" in row("数据库")["说明"], "a ring of another store"
    store.ring.path.write_bytes(ring)
    assert row("加密密钥")["状态"] == row("数据库")["状态"] == check.GOOD
