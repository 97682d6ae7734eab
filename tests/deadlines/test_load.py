"""A fault in a calendar file names file, key and cure; a file that is half filled in is no published year."""

import shutil
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from onething.cli.main import app
from onething.deadlines import WorkCalendar, calendar_problems, load_hours, load_years
from onething.errors import CatalogueError
from onething.settings import get_settings

HOME = Path(__file__).resolve().parents[2]
FOLDER = HOME / "catalogue" / "calendars"

SOURCE = "source: {notice: 通知, number: 1号, confirmed: false}\n"
FIXED = "".join(
    f"  - {{date: 2027-{day}, name: {name}}}\n"
    for day, name in (("01-01", "元旦"), ("05-01", "劳动节"), ("05-02", "劳动节"), ("10-01", "国庆节"),
                      ("10-02", "国庆节"), ("10-03", "国庆节"))
)
GOOD = f"year: 2027\n{SOURCE}holidays:\n{FIXED}"


def write(folder: Path, text: str, name: str = "cn-2027.yaml") -> Path:
    (folder / name).write_text(text, encoding="utf-8")
    return folder / name


def test_a_full_year_is_read(tmp_path: Path) -> None:
    write(tmp_path, GOOD + "workdays: [{date: 2027-02-14, name: 春节调休}]\n")
    year = load_years(tmp_path)[2027]
    assert (len(year.off), len(year.work), year.source.confirmed) == (6, 1, False)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("", "文件"),
        ("year: [", "第 1 行"),
        (GOOD.replace("2027\n", "2025\n", 1), "year"),
        (GOOD.replace("2027\n", "'2027'\n", 1), "year"),
        (GOOD.replace("holidays", "holiday"), "holiday"),
        (GOOD + "holidays: []\n", "第 10 行"),
        (GOOD.replace(SOURCE, ""), "source"),
        (GOOD.replace("confirmed: false", "confirmed: maybe"), "source"),
        (GOOD + "  - {date: 2026-12-31, name: 元旦}", r"holidays\[6\]\.date.*2027 年内"),
        (GOOD + "  - {date: 2027-01-01, name: 元旦}", r"holidays\[6\]\.date.*重复"),
        (GOOD + "  - {date: tomorrow, name: 元旦}", r"holidays\[6\]\.date"),
        (GOOD + "  - {date: 2027-01-02 09:00:00, name: 元旦}", r"holidays\[6\]\.date.*不是日期"),
        (GOOD + "  - {date: 2027-02-30, name: 春节}", "文件"),
        (GOOD + "  - {date: 2027-02-08}", r"holidays\[6\]\.name"),
        (GOOD + "  - 2027-02-08", r"holidays\[6\]\.name"),
        (GOOD + "workdays: [{date: 2027-01-01, name: 元旦}]", "workdays.*同时"),
        (GOOD + "workdays: [{date: 2027-02-15, name: 春节调休}]", "workdays.*周六"),
        (GOOD + "workdays: 2027-02-14", "workdays"),
        (GOOD.replace("  - {date: 2027-10-03, name: 国庆节}\n", ""), "holidays.*缺少 2027-10-03"),
    ],
)
def test_a_fault_in_a_year_names_file_key_and_cure(tmp_path: Path, text: str, key: str) -> None:
    write(tmp_path, text)
    with pytest.raises(CatalogueError, match=rf"cn-2027\.yaml：{key}.*。.*请"):
        load_years(tmp_path)


def test_no_year_at_all_is_a_fault(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match="没有任何"):
        load_years(tmp_path)


HOURS = 'window: {hours: ["09:00-12:00"], intake_hours: 2, confirmed: true}\n'
ONLINE = HOURS.replace("window", "online")


def test_hours_are_read_and_unconfirmed_ones_say_so(tmp_path: Path) -> None:
    hours = load_hours(write(tmp_path, HOURS + ONLINE.replace("true", "false"), "office-hours.yaml"))
    assert hours["window"].label == "工作日 09:00—12:00"
    assert hours["online"].label == "工作日 09:00—12:00（待核实）"


@pytest.mark.parametrize(
    ("text", "key"),
    [
        (HOURS, "online"),
        (HOURS + ONLINE + "fax: {}", "fax"),
        (HOURS + ONLINE.replace('["09:00-12:00"]', "[]"), r"online\.hours"),
        (HOURS + ONLINE.replace("09:00-12:00", "13:00-12:00"), r"online\.hours"),
        (HOURS + ONLINE.replace("09:00-12:00", "9 to 5"), r"online\.hours"),
        (HOURS + ONLINE.replace('["09:00-12:00"]', '["13:00-17:00", "09:00-12:00"]'), r"online\.hours"),
        (HOURS + ONLINE.replace('["09:00-12:00"]', "[9, 12]"), r"online\.hours"),
        (HOURS + ONLINE.replace("intake_hours: 2", "intake_hours: 0"), r"online\.intake_hours"),
        (HOURS + ONLINE.replace("intake_hours: 2", "intake_hours: true"), r"online\.intake_hours"),
        (HOURS + ONLINE.replace("true", "1"), r"online\.confirmed"),
    ],
)
def test_a_fault_in_the_hours_names_file_key_and_cure(tmp_path: Path, text: str, key: str) -> None:
    path = write(tmp_path, text, "office-hours.yaml")
    with pytest.raises(CatalogueError, match=rf"office-hours\.yaml：{key}.*。.*请"):
        load_hours(path)


def test_missing_hours_are_a_fault(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match="不存在"):
        load_hours(tmp_path / "office-hours.yaml")


@pytest.mark.parametrize(
    ("today", "longest", "missing"),
    [("2026-11-01", 20, []), ("2026-12-10", 20, [2027]), ("2026-11-24", 45, [2027]), ("2027-02-01", 20, [2027])],
)
def test_f13_a_year_is_missed_as_soon_as_a_limit_reaches_into_it(today: str, longest: int, missing: list[int]) -> None:
    calendar = WorkCalendar.load(FOLDER, provisional=True)
    found = calendar_problems(calendar, date.fromisoformat(today), longest)
    assert len(found) == len(missing)
    for year, sentence in zip(missing, found, strict=True):
        assert f"缺少 catalogue/calendars/cn-{year}.yaml" in sentence
        assert "国务院公布放假安排后" in sentence
        assert "暂定" in sentence
    calendar.provisional = False
    assert all("不予收件" in sentence for sentence in calendar_problems(calendar, date.fromisoformat(today), longest))


@pytest.fixture
def check(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """`onething calendar check` on a copy of the catalogue."""
    shutil.copytree(HOME / "catalogue", tmp_path / "catalogue")
    monkeypatch.setenv("ONETHING_HOME", str(tmp_path))
    get_settings.cache_clear()
    yield lambda: CliRunner().invoke(app, ["calendar", "check"])
    get_settings.cache_clear()


def published(folder: Path, year: int) -> Path:
    text = GOOD.replace("2027", str(year))
    return write(folder / "catalogue" / "calendars", text, f"cn-{year}.yaml")


def test_f13_calendar_check_ends_with_zero_only_when_every_year_is_there_and_sound(check, tmp_path: Path) -> None:
    this = date.today().year
    for year in (this, this + 1):
        if not (FOLDER / f"cn-{year}.yaml").exists():
            published(tmp_path, year)
    good = check()
    assert good.exit_code == 0, good.output
    file = tmp_path / "catalogue" / "calendars" / f"cn-{this}.yaml"
    whole = file.read_text(encoding="utf-8")
    file.write_text(whole.replace("holidays:", "holidays:\n  - {date: 1999-01-01, name: 元旦}", 1), encoding="utf-8")
    faulty = check()
    assert faulty.exit_code == 1
    assert f"cn-{this}.yaml" in faulty.stderr
    assert "请移到对应年份的文件" in faulty.stderr
    file.unlink()
    missing = check()
    assert missing.exit_code == 1
    assert f"缺少 catalogue/calendars/cn-{this}.yaml" in missing.stderr
    assert "Traceback" not in missing.output
