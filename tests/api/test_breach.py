"""Who has to be told when personal data may have leaked, and of what (S25; PIPL, article 57)."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from typer.testing import CliRunner

from onething import breach
from onething.cli import breach as command
from onething.cli.main import app as cli
from onething.store import audit
from onething.store.breaches import Scope
from tests.api.test_guidance import ask

WINDOW, OTHER, ADVISER = "window-410105", "reviewer-market-410105", "adviser-market-410105"


@pytest.fixture
def numbers(company: Any) -> list[str]:
    return [company.apply(f"breach-key-{count}").json()["number"] for count in range(3)]


def listed(tools: Any, clock: Any, **scope: Any) -> list[breach.Line]:
    since, until = scope.pop("since", clock.now() - timedelta(days=30)), scope.pop("until", clock.now() + timedelta(days=1))
    with tools.store.reading() as session:
        return breach.concerned(session, tools, Scope(since, until, **scope))


def test_s25_a_stolen_login_lists_what_it_opened_and_nothing_else(
    company: Any, person: Any, tools: Any, clock: Any, numbers: list[str]
) -> None:
    clerk = person(WINDOW)
    for number in (numbers[0], numbers[2], numbers[0]):
        clerk.get(f"/staff/cases/{number}")
    person(OTHER).get(f"/staff/cases/{numbers[1]}")
    lines = listed(tools, clock, actors=(WINDOW,))
    assert [line.number for line in lines] == [numbers[0], numbers[2]]
    assert {(line.name, line.phone) for line in lines} == {("郑州示例餐饮有限公司（演示）", "13800000004")}
    assert lines[0].opened
    assert lines[0].opened.actions == ("look-at-case",)
    assert {"姓名（名称）", "证件号码", "电话", "平面图"} <= set(lines[0].kinds)
    assert "*" in lines[0].id_masked
    assert lines[0].bundle == "开饭店"


def test_s25_time_and_numbers_narrow_the_list(person: Any, tools: Any, clock: Any, numbers: list[str]) -> None:
    clerk, before = person(WINDOW), clock.now()
    clerk.get(f"/staff/cases/{numbers[0]}")
    clock.move(days=2)
    person(WINDOW).get(f"/staff/cases/{numbers[1]}")

    def shown(**scope: Any) -> list[str]:
        return [line.number for line in listed(tools, clock, **scope)]

    assert shown(actors=(WINDOW,), until=before + timedelta(days=1)) == [numbers[0]]
    assert shown(actors=(WINDOW,), since=before + timedelta(days=1)) == [numbers[1]]
    assert shown(actors=(WINDOW,), numbers=(numbers[1], "unknown")) == [numbers[1]]
    assert shown(numbers=(numbers[2],)) == [numbers[2]]
    assert shown() == sorted(numbers)
    assert shown(until=before - timedelta(days=1)) == []


def test_s25_a_consultation_is_listed_with_its_asker(company: Any, person: Any, tools: Any, clock: Any) -> None:
    number = ask(company).json()["number"]
    person(ADVISER).get(f"/staff/guidance/{number}")
    [line] = listed(tools, clock, actors=(ADVISER,))
    assert (line.number, line.name) == (number, "郑州示例餐饮有限公司（演示）")
    assert "咨询的问题和答复" in line.kinds


def test_s25_the_command_writes_a_list_for_its_owner_only_and_leaves_a_record(
    person: Any, tools: Any, numbers: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(command, "build_tools", lambda _settings: tools)
    person(WINDOW).get(f"/staff/cases/{numbers[0]}")
    out = tmp_path / "名单.xlsx"
    asked = ["breach", "--out", str(out), "--reason", "账号被盗用", "--seen-by", WINDOW, "--case", numbers[0], "--case", "x"]
    said = CliRunner().invoke(cli, [*asked, "--json"])
    assert said.exit_code == 0, said.output
    assert json.loads(said.stdout) == {"people": 1, "cases": 1, "sensitive": 0, "unknown": ["x"], "file": str(out)}
    assert out.stat().st_mode & 0o077 == 0
    book = load_workbook(out)
    [head, line] = [[cell.value for cell in row] for row in book["通知名单"].rows]
    assert dict(zip(head, line, strict=True))["电话"] == "13800000004"
    assert dict(zip(head, line, strict=True))["做了什么"] == "查看办件"
    told = {row[0].value: row[1].value for row in book["范围和通知内容"].rows}
    assert "第五十七条" in told["依据"]
    assert told["涉及的账号"] == WINDOW
    with tools.store.reading() as session:
        rows = audit.trail(session)
    assert [row.action for row in rows[-2:]] == ["export-breach-list", "list-after-breach"]
    assert rows[-1].number == numbers[0]


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ([], "--seen-by 或 --case"), (["--case", "x", "--since", "昨天"], "“昨天”不是日期"),
        (["--everybody", "--reason", " "], "--reason"),
    ],
)
def test_s25_a_list_without_a_scope_a_reason_or_a_date_is_refused(
    tools: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, more: list[str], said: str
) -> None:
    monkeypatch.setattr(command, "build_tools", lambda _settings: tools)
    done = CliRunner().invoke(cli, ["breach", "--out", str(tmp_path / "x.xlsx"), "--reason", "演练", *more])
    assert done.exit_code == 1
    assert said in done.output.replace("\n", "")
    assert not (tmp_path / "x.xlsx").exists()
