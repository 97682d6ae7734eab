"""What the hotline 12345 gets: every answer with its guide's version, per bundle and level, as JSON and XLSX (R30, R35, R37)."""

import json
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from typer.testing import CliRunner

from onething.catalogue import Catalogue
from onething.catalogue.knowledge import export_knowledge, levels_of
from onething.cli.main import app
from onething.errors import OneThingError
from onething.spreadsheets import Sheet, write_xlsx
from onething.vocabulary import Level


def run(*arguments: str, code: int = 0) -> str:
    result = CliRunner().invoke(app, ["knowledge", "export", *arguments])
    assert result.exit_code == code, result.output
    return result.output if code else result.stdout  # what is logged goes beside the answer


def exported(*arguments: str) -> list[dict[str, Any]]:
    return json.loads(run("--json", *arguments))


def test_r35_r37_every_entry_carries_version_levels_owner_and_source(catalogue: Catalogue) -> None:
    things = exported()
    assert [thing["bundle"] for thing in things] == [bundle.slug for bundle in catalogue.in_plan_order()]
    for thing in things:
        bundle = catalogue.bundle(thing["bundle"])
        assert thing["guide_version"] == catalogue.version(bundle.slug)
        assert thing["levels"] == [level.label for level in levels_of(bundle)]
        assert set(thing) == {"bundle", "name", "lead", "complete", "version", "guide_version", "levels", "entries"}
        for entry in thing["entries"]:
            assert entry["guide_version"] == thing["guide_version"]
            assert entry["levels"]
            assert set(entry["levels"]) <= set(thing["levels"])
            assert {"question", "answer", "owner", "source", "confirmed", "reviewed"} < set(entry)


def test_r35_the_levels_of_an_entry_are_those_of_its_owner(catalogue: Catalogue) -> None:
    company = {entry["question"]: entry for entry in exported("--bundle", "start-company")[0]["entries"]}
    fund = company["住房公积金登记由区里办吗？"]
    rows = [row for row in catalogue.bundle("start-company").rows if row.department == "housing-fund-management"]
    assert fund["levels"] == [level.label for level in Level if any(level in row.levels for row in rows)]


@pytest.mark.parametrize("level", ["省", "市", "县", "乡", "county"])
def test_r35_one_level_gives_the_things_with_items_of_that_level(catalogue: Catalogue, level: str) -> None:
    wanted = next(one for one in Level if level in (one.label, one.value))
    having = {b.slug for b in catalogue.bundles.values() if any(wanted in row.levels for row in b.rows)}
    assert {thing["bundle"] for thing in exported("--level", level)} == having
    assert {thing["bundle"] for thing in export_knowledge(catalogue, level=wanted)} == having


def test_r35_one_bundle_alone_and_faults_in_plain_words() -> None:
    assert [thing["bundle"] for thing in exported("--bundle", "newborn")] == ["newborn"]
    assert exported("--bundle", "newborn", "--level", "省") == []
    run("--level", "镇", code=1)
    run("--bundle", "no-such-thing", code=1)
    run("--xlsx", "/no/such/folder/a.xlsx", code=1)


def test_r35_the_workbook_holds_every_answer_with_its_version(catalogue: Catalogue, tmp_path: Path) -> None:
    file = tmp_path / "12345.xlsx"
    assert "已写入" in run("--xlsx", str(file))
    book = openpyxl.load_workbook(file)
    assert book.sheetnames == ["问答", "一件事"]
    rows = list(book["问答"].iter_rows(values_only=True))
    head, answers = rows[0], [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]
    assert head[:3] == ("一件事", "问题", "答案")
    assert len(answers) == sum(len(known.entries) for known in catalogue.knowledge.values())
    versions = {bundle.name: catalogue.version(bundle.slug) for bundle in catalogue.bundles.values()}
    assert all(row["办事指南版本"] == versions[row["一件事"]] for row in answers)
    assert {row["核实情况"] for row in answers} <= {"已核实", "待核实"}
    assert book["一件事"].max_row == len(catalogue.bundles) + 1
    sheet = book["问答"]
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref
    assert sheet["A1"].font.bold
    assert sheet["C2"].alignment.wrap_text
    assert sheet.column_dimensions["C"].width > sheet.column_dimensions["A"].width


def test_r35_json_and_workbook_can_be_had_at_once(tmp_path: Path) -> None:
    file = tmp_path / "one.xlsx"
    assert len(exported("--bundle", "newborn", "--xlsx", str(file))) == 1
    assert openpyxl.load_workbook(file)["一件事"].max_row == 2


FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "=HYPERLINK(\"http://x\",\"y\")", "\t=1", "{=1}", "http://x.example/"]


def test_no_cell_is_computed_or_linked(tmp_path: Path) -> None:
    file = tmp_path / "guard.xlsx"
    write_xlsx(file, [Sheet("a", (("值", 20),), [(text,) for text in FORMULAS])])
    sheet = openpyxl.load_workbook(file)["a"]
    cells = [sheet.cell(row, 1) for row in range(2, len(FORMULAS) + 2)]
    for cell, text in zip(cells, FORMULAS, strict=True):
        assert cell.data_type == "s", text
        assert cell.value.strip() == text.strip()
        assert cell.hyperlink is None
        assert cell.quotePrefix == (text[0] in "=+-@\t"), "stays text when somebody edits it"


def test_other_kinds_names_and_long_texts(tmp_path: Path) -> None:
    file = tmp_path / "kinds.xlsx"
    rows = [(1, 2.5, True, None), ("长" * 40_000, "", "2", "\x00\x0b")]
    names = ["一/二:三*[四]?", "一/二:三*[四]?", "x" * 40, "X" * 40, ""]
    write_xlsx(file, [Sheet(name, (("甲", 9), ("乙", 9), ("丙", 9), ("丁", 9)), rows) for name in names])
    book = openpyxl.load_workbook(file)
    assert len({name.lower() for name in book.sheetnames}) == len(names)
    assert all(len(name) <= 31 for name in book.sheetnames)
    first = next(iter(book))
    assert [cell.value for cell in first[2]] == [1, 2.5, True, None]
    assert len(first["A3"].value) == 32_767
    assert first["C3"].value == "2", "text that looks like a number stays text"
    with pytest.raises(OneThingError, match="不能写入"):
        write_xlsx(tmp_path, [Sheet("a", (("甲", 9),), [])])
