"""`onething check`: one row per system; what is down is named, and makes the command fail."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from onething.cli.main import app
from onething.settings import get_settings
from simulation.engine import free_port
from simulation.outside import Outside
from tests.uploads.clamd import FakeClamd


@pytest.fixture
def check(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Run it with these settings; (exit code, rows by name)."""

    def check(*arguments: str, engine: bool = True, **named: Any) -> tuple[int, Any]:
        monkeypatch.setenv("ONETHING_VAR", str(tmp_path / "var"))
        monkeypatch.setenv("ONETHING_ENGINE_PORT", str(free_port()))
        for name, value in named.items():
            monkeypatch.setenv(f"ONETHING_{name.upper()}", str(value))
        if engine:
            monkeypatch.setattr("onething.engine.client.EngineClient.health", lambda _: True)
        get_settings.cache_clear()
        result = CliRunner().invoke(app, ["check", *arguments])
        get_settings.cache_clear()
        if "--json" not in arguments:
            return result.exit_code, result.stdout
        report = json.loads(result.stdout)
        assert report["ok"] is (result.exit_code == 0)
        return result.exit_code, {row["系统"]: row for row in report["checks"]}

    return check


def test_a_demonstration_is_all_good_or_worth_a_note(check: Any) -> None:
    code, rows = check("--json")
    assert code == 0
    assert len(rows) == 11
    assert {row["状态"] for name, row in rows.items() if name not in ("工作日历", "病毒扫描")} == {"正常"}
    code, table = check()
    assert code == 0
    assert "短信平台" in table


def test_an_engine_that_does_not_answer_is_bad_and_hides_nothing(check: Any) -> None:
    code, rows = check("--json", engine=False)
    assert code == 1
    assert rows["流程引擎"]["状态"] == "异常"
    assert "onething up" in rows["流程引擎"]["说明"]
    assert rows["数据库"]["状态"] == "正常"


def test_a_system_that_is_down_is_bad_and_the_others_are_good(check: Any, outside: Outside) -> None:
    outside.fail(sms={"outage": True})
    code, rows = check("--json", gateways_file=outside.settings_file)
    assert code == 1
    assert {name for name, row in rows.items() if row["状态"] == "异常"} == {"短信平台"}
    assert "503" in rows["短信平台"]["说明"]
    assert "可以连接" in rows["部门业务系统（market-regulation）"]["说明"]


def test_s14_no_scanner_is_a_note_that_says_what_follows(check: Any) -> None:
    _, rows = check("--json")
    assert rows["病毒扫描"]["状态"] == "注意"
    assert "不扫描病毒" in rows["病毒扫描"]["说明"]


def test_s14_a_scanner_has_to_find_the_test_file(check: Any) -> None:
    with FakeClamd() as clamd:
        code, rows = check("--json", clamav=clamd.address)
    assert (code, rows["病毒扫描"]["状态"]) == (0, "正常")
    assert "Eicar-Test-Signature" in rows["病毒扫描"]["说明"]


@pytest.mark.parametrize(("mood", "says"), [("hung-up", "没有应答"), ("garbage", "没有应答"), ("blind", "没有认出 EICAR")])
def test_s14_a_scanner_that_is_away_or_blind_is_bad(check: Any, mood: str, says: str) -> None:
    with FakeClamd(mood=mood) as clamd:
        code, rows = check("--json", clamav=clamd.address)
    assert (code, rows["病毒扫描"]["状态"]) == (1, "异常")
    assert says in rows["病毒扫描"]["说明"]


def test_systems_that_are_not_connected_are_a_note(check: Any) -> None:
    code, rows = check("--json", demo=False)
    assert code == 0
    assert rows["寄递服务"]["状态"] == "注意"
    assert "尚未接入" in rows["寄递服务"]["说明"]


def test_a_faulty_file_is_one_bad_row(check: Any, tmp_path: Path) -> None:
    file = tmp_path / "gateways.yaml"
    file.write_text("sms: {}", encoding="utf-8")
    code, rows = check("--json", gateways_file=file)
    assert code == 1
    assert "sms.url" in rows["外部系统"]["说明"]
    assert rows["数据库"]["状态"] == "正常"


def test_an_unreadable_store_is_a_bad_row(check: Any, tmp_path: Path) -> None:
    (tmp_path / "var").mkdir()
    (tmp_path / "var" / "onething.db").write_bytes(b"not a database" * 100)
    code, rows = check("--json")
    assert code == 1
    assert {name for name, row in rows.items() if row["状态"] == "异常"} == {"数据库"}
