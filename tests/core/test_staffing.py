"""Who holds which post, from a table: read with every fault, per day, with deputies (S08, R31)."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
import xlsxwriter

from onething import organisation
from onething.catalogue import load_catalogue
from onething.errors import InvalidInput
from onething.spreadsheets import read_table
from onething.staffing import COLUMNS, read, thin

HOME = Path(__file__).resolve().parents[2]
GROUPS = organisation.posts(load_catalogue(HOME))
FOOD, HEAD = "reviewer-market-regulation-410105", "head-market-regulation-410105"
ADVISER = "adviser-market-regulation-410105"
DAY = date(2026, 12, 1)
Line = tuple[str, str, str, str, str, str]


def table(*lines: Line) -> list[tuple[int, dict[str, str]]]:
    return [(number, dict(zip(COLUMNS, line, strict=True))) for number, line in enumerate(lines, 2)]


def told(*lines: Line) -> list[str]:
    with pytest.raises(InvalidInput) as refused:
        read("人员.csv", table(*lines), GROUPS, {"workers"})
    return [one.message for one in refused.value.all]


def test_posts_are_read_by_name_or_id_and_held_on_their_days() -> None:
    people = read("人员.csv", table(
        ("zhang", "张三", GROUPS[FOOD], "", "", ""), ("zhang", "", HEAD, "", "2026-12-01", "2026年12月31日"),
        ("li", "李四", FOOD, "", "", "2026/11/30"),
    ), GROUPS, ())
    assert people.names == {"zhang": "张三", "li": "李四"}
    assert people.posts_on(date(2026, 11, 30)) == {"zhang": {FOOD}, "li": {FOOD}}
    assert people.posts_on(DAY) == {"zhang": {FOOD, HEAD}, "li": set()}
    assert people.posts_on(date(2027, 1, 1)) == {"zhang": {FOOD}, "li": set()}


def test_who_is_away_holds_nothing_and_the_deputy_holds_both() -> None:
    people = read("人员.csv", table(
        ("zhang", "张三", FOOD, "", "", ""), ("li", "李四", HEAD, "", "", ""),
        ("li", "", "", "zhang", "2026-12-01", "2026-12-03"),
    ), GROUPS, ())
    assert people.posts_on(DAY) == {"zhang": frozenset(), "li": {FOOD, HEAD}}
    assert people.away(date(2026, 12, 3)) == {"zhang"}
    assert people.posts_on(date(2026, 12, 4)) == {"zhang": {FOOD}, "li": {HEAD}}


def test_every_fault_is_told_with_row_column_and_cure() -> None:
    assert told(
        ("张三", "张三", FOOD, "", "", ""), ("workers", "张三", FOOD, "", "", ""), ("a1", "", FOOD, "", "", ""),
        ("b1", "王五", "金水区食品科", "", "", ""), ("b1", "赵六", FOOD, "", "", ""), ("c1", "钱七", "", "", "", ""),
        ("d1", "孙八", FOOD, "", "12月1日", ""), ("e1", "周九", FOOD, "", "2026-12-02", "2026-12-01"),
        ("f1", "吴十", "", "zhang", "", ""),
    ) == [
        "人员.csv 第 2 行“账号”：请填 2 至 63 个英文字母、数字或 . _ - @，以字母或数字开头",
        "人员.csv 第 3 行“账号”：workers 是系统自用的账号；请换一个",
        "人员.csv 第 4 行“姓名”：请填写姓名；同一账号第一行必须写",
        "人员.csv 第 5 行“岗位”：没有“金水区食品科”；请从“岗位”表中选择",
        "人员.csv 第 6 行“姓名”：b1 在前面写的是“王五”；一个账号只能是一个人",
        "人员.csv 第 7 行“岗位”：“岗位”和“代替”填一个，也只填一个；代替别人的，在“代替”填被代替人的账号",
        "人员.csv 第 8 行“起”：“12月1日”不是日期；请写成 2026-12-01",
        "人员.csv 第 9 行“止”：早于“起”；请改正日期",
        "人员.csv 第 10 行“起”：代替别人的要写起止日期",
    ]


@pytest.mark.parametrize(("line", "words"), [
    (("li", "李四", "", "nobody", "2026-12-01", "2026-12-02"), "第 3 行“代替”：表中没有账号 nobody"),
    (("zhang", "", "", "zhang", "2026-12-01", "2026-12-02"), "第 3 行“代替”：不能代替自己"),
    (("zhang", "", FOOD, "", "", ""), "第 3 行“账号”：与第 2 行重复"),
    (("zhang", "", ADVISER, "", "", ""), "咨询辅导人员不能同时审批"),
])
def test_what_only_the_whole_table_shows(line: Line, words: str) -> None:
    assert words in told(("zhang", "张三", FOOD, "", "", ""), line)[0]


def test_r31_standing_in_makes_nobody_advise_and_decide() -> None:
    [fault] = told(
        ("zhang", "张三", FOOD, "", "", ""), ("li", "李四", ADVISER, "", "", ""),
        ("li", "", "", "zhang", "2026-12-01", "2026-12-02"),
    )
    assert "li（李四）自 2026-12-01 起" in fault


def test_what_is_thin_is_named() -> None:
    people = read("人员.csv", table(("zhang", "张三", FOOD, "", "", "")), GROUPS, ())
    found = thin(people, GROUPS, DAY)
    assert found["alone"] == [FOOD]
    assert FOOD not in found["empty"]
    assert len(found["empty"]) == len(GROUPS) - 1


def test_excel_and_csv_of_either_encoding_say_the_same(tmp_path: Path) -> None:
    line = ("zhang", "张三", GROUPS[FOOD], "", "2026-12-01", "")
    text = "\r\n".join((",".join(COLUMNS), ",".join(line), ",,,,,")) + "\r\n"
    (tmp_path / "a.csv").write_bytes(text.encode("utf-8-sig"))
    (tmp_path / "b.csv").write_bytes(text.encode("gb18030"))
    book = xlsxwriter.Workbook(str(tmp_path / "c.xlsx"))
    page = book.add_worksheet("人员")
    page.write_row(0, 0, COLUMNS)
    page.write_row(1, 0, line[:4])
    page.write_datetime(1, 4, DAY, book.add_format({"num_format": "yyyy-mm-dd"}))
    book.close()
    for name in ("a.csv", "b.csv", "c.xlsx"):
        assert read_table(tmp_path / name, COLUMNS) == table(line)


def test_the_template_offers_every_post_and_is_read_as_nobody(tmp_path: Path) -> None:
    organisation.write_template(tmp_path / "人员.xlsx", GROUPS)
    assert read_table(tmp_path / "人员.xlsx", COLUMNS) == []


@pytest.mark.parametrize(("name", "content", "words"), [
    ("a.xlsx", b"no workbook", "不是 Excel 工作簿"), ("a.csv", b"\xff\xff\x00", "不能识别"),
    ("a.csv", "账号,姓名\n".encode(), "第 1 行缺少列“岗位”“代替”“起”“止”"), ("none.csv", None, "不能读取"),
])
def test_a_file_that_is_no_table_is_told(name: str, content: bytes | None, words: str, tmp_path: Path) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(InvalidInput, match=words):
        read_table(tmp_path / name, COLUMNS)
