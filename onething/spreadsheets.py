"""Tables as Excel workbooks; the only home of xlsxwriter. Text stays text: no cell of ours is ever computed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import xlsxwriter
from xlsxwriter.exceptions import XlsxWriterException
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook

from onething.errors import OneThingError

FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")
LONGEST_NAME, LONGEST_CELL = 31, 32_767  # what Excel takes
FORBIDDEN_IN_NAME = str.maketrans(dict.fromkeys("[]:*?/\\'", " "))
Cell = str | int | float | bool | None


@dataclass(frozen=True)
class Sheet:
    """`columns` are heading and width in characters."""

    name: str
    columns: Sequence[tuple[str, int]]
    rows: Sequence[Sequence[Cell]]


def write_xlsx(path: Path, sheets: Sequence[Sheet]) -> None:
    """Headings that stay in view and filter, wrapped text, even margins. Raises `OneThingError` if it cannot be written."""
    workbook = xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False})
    look = {"text_wrap": True, "valign": "top", "font_name": "Microsoft YaHei", "font_size": 10}
    heading = workbook.add_format(look | {"bold": True, "bg_color": "#E8EDF4", "bottom": 1, "valign": "vcenter"})
    plain, guarded = workbook.add_format(look), workbook.add_format(look | {"quote_prefix": True, "num_format": "@"})
    taken: set[str] = set()
    for sheet in sheets:
        _write(workbook, sheet, _name(sheet.name, taken), heading, plain, guarded)
    try:
        workbook.close()
    except (OSError, XlsxWriterException) as error:
        raise OneThingError(f"不能写入 {path}；请检查文件夹是否存在、文件是否正被打开", code="spreadsheet") from error


def _write(workbook: Workbook, sheet: Sheet, name: str, heading: Format, plain: Format, guarded: Format) -> None:
    page = workbook.add_worksheet(name)
    for column, (title, width) in enumerate(sheet.columns):
        page.set_column(column, column, width)
        page.write_string(0, column, title, heading)
    for number, row in enumerate(sheet.rows, start=1):
        for column, cell in enumerate(row):
            if isinstance(cell, str):
                style = guarded if cell.startswith(FORMULA_SIGNS) else plain
                page.write_string(number, column, cell[:LONGEST_CELL], style)
            else:
                page.write(number, column, cell, plain)
    page.freeze_panes(1, 0)
    if sheet.rows:
        page.autofilter(0, 0, len(sheet.rows), len(sheet.columns) - 1)
    page.set_landscape()
    page.set_paper(9)  # A4
    page.fit_to_pages(1, 0)
    page.repeat_rows(0)


def _name(wanted: str, taken: set[str]) -> str:
    """A name that Excel takes, used once."""
    name = base = (wanted.translate(FORBIDDEN_IN_NAME).strip() or "表")[:LONGEST_NAME]
    number = 2
    while name.lower() in taken:
        name, number = f"{base[: LONGEST_NAME - 5]}（{number}）", number + 1
    taken.add(name.lower())
    return name
