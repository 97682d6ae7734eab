"""A fault in a calendar file names file, key and cure; a file that is half filled in is no published year."""

from pathlib import Path

import pytest

from onething.deadlines import load_hours, load_years
from onething.errors import CatalogueError

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
