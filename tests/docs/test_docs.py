"""The docs say what is true: commands exist and run, settings and terms are complete, links lead somewhere."""

import json
import re
from datetime import datetime
from pathlib import Path

import pytest
from typer.main import get_command
from typer.testing import CliRunner

from onething.cli.main import app
from onething.deadlines import FixedClock
from onething.settings import Settings
from onething.vocabulary import Labelled, glossary
from tests.docs import lint_page

HOME = Path(__file__).resolve().parents[2]
PAGES = sorted([*HOME.glob("*.md"), *HOME.glob("docs/**/*.md")])
READMES = ("README.md", "README.zh-CN.md")


def text(path: str) -> str:
    return (HOME / path).read_text(encoding="utf-8")


def commands(page: str) -> set[str]:
    return set(re.findall(r"`?(make [a-z]+|onething(?: [a-z]+)+)", page))


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
def test_every_link_leads_to_a_file(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", page.read_text(encoding="utf-8")):
        assert "://" in target or (page.parent / target).exists(), target


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
def test_every_command_exists(page: Path) -> None:
    targets = set(re.findall(r"^([a-z-]+):", text("Makefile"), re.MULTILINE))
    tree = get_command(app)
    for command in commands(page.read_text(encoding="utf-8")):
        program, *words = command.split()
        if program == "make":
            assert words[0] in targets, command
            continue
        group = tree
        for word in words:
            if not hasattr(group, "commands"):
                break  # an argument
            assert word in group.commands, command
            group = group.commands[word]


def test_both_readmes_name_the_same_commands_and_files() -> None:
    english, chinese = (text(name) for name in READMES)
    assert commands(english) == commands(chinese)
    links = [set(re.findall(r"\]\(([^)]+)\)", page)) - set(READMES) for page in (english, chinese)]
    assert links[0] == links[1]


@pytest.mark.parametrize("readme", READMES)
def test_the_tree_in_the_readme_is_the_real_one(readme: str) -> None:
    block = re.search(r"```text\n(catalogue/.*?)```", text(readme), re.DOTALL)
    assert block
    named = set(re.findall(r"^([a-z]+)/", block.group(1), re.MULTILINE)) | {"docs"}
    real = {p.name for p in HOME.iterdir() if p.is_dir() and not p.name.startswith((".", "__")) and p.name != "var"}
    assert named == {name for name in real if not name.endswith(".egg-info")}


@pytest.mark.parametrize(
    "arguments",
    [["catalogue", "export", "--json"], ["knowledge", "export", "--json"], ["model", "lint"],
     ["status"], ["audit", "verify"]],
    ids=" ".join,
)
def test_the_reading_commands_run(arguments: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from onething.settings import get_settings

    monkeypatch.setenv("ONETHING_VAR", str(tmp_path))
    get_settings.cache_clear()
    result = CliRunner().invoke(app, arguments)
    get_settings.cache_clear()
    assert result.exit_code == 0, result.output
    if "--json" in arguments:
        assert len(json.loads(result.stdout)) == 50


@pytest.mark.parametrize(("today", "code"), [("2026-10-01", 0), ("2026-11-10", 1)])
def test_f13_the_calendar_check_fails_below_sixty_days(
    today: str, code: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from onething.cli import reports
    from onething.settings import get_settings

    monkeypatch.setenv("ONETHING_VAR", str(tmp_path))
    get_settings.cache_clear()
    real, at = reports.build_tools, datetime.fromisoformat(f"{today}T10:00:00+08:00")
    monkeypatch.setattr(reports, "build_tools", lambda settings: real(settings, clock=FixedClock(at)))
    result = CliRunner().invoke(app, ["calendar", "check", "--json"])
    get_settings.cache_clear()
    assert result.exit_code == code
    report = json.loads(result.stdout)
    assert report["已公布至"] == "2026-12-31"
    assert ("cn-2027.yaml" in report["办法"]) == bool(code)


def test_an_unknown_case_is_one_plain_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from onething.settings import get_settings

    monkeypatch.setenv("ONETHING_VAR", str(tmp_path))
    get_settings.cache_clear()
    result = CliRunner().invoke(app, ["case", "show", "N1"])
    get_settings.cache_clear()
    assert result.exit_code == 1
    assert "没有编号为 N1 的办件；请核对编号" in result.stderr
    assert "Traceback" not in result.output


def test_every_setting_is_documented_and_nothing_else() -> None:
    named = set(re.findall(r"`(ONETHING_[A-Z_]+)`", text("docs/settings.md")))
    assert named == {f"ONETHING_{name.upper()}" for name in Settings.model_fields} | {"ONETHING_FONT_DIR"}


def test_the_glossary_is_the_vocabulary() -> None:
    assert text("docs/glossary.md") == glossary()
    assert Labelled.__subclasses__()


def test_every_decision_has_context_decision_and_consequences() -> None:
    for path in HOME.glob("docs/adr/*.md"):
        page = path.read_text(encoding="utf-8")
        assert all(f"**{part}.**" in page for part in ("Context", "Decision", "Consequences")), path.name


def test_the_page_of_lint_rules_is_generated() -> None:
    told = "docs/lint.md 过时；请运行 python -m tests.docs.lint_page"
    assert lint_page.PAGE.read_text(encoding="utf-8") == lint_page.page(), told
