"""Tables as Excel workbooks and CSV; the only home of xlsxwriter and openpyxl. Text stays text: no cell is ever computed."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from zipfile import BadZipFile

import xlsxwriter
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException
from xlsxwriter.exceptions import XlsxWriterException
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook

from onething.errors import InvalidInput, OneThingError

FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")
LONGEST_NAME, LONGEST_CELL = 31, 32_767  # what Excel takes
FORBIDDEN_IN_NAME = str.maketrans(dict.fromkeys("[]:*?/\\'", " "))
MOST_ROWS = 20_000
ENCODINGS = ("utf-8-sig", "gb18030")  # what Excel writes as CSV: with a mark, or as the machine's own
Cell = str | int | float | bool | None


@dataclass(frozen=True)
class Sheet:
    """`columns` are heading and width in characters; `choices`: column -> the sheet whose first column is chosen from."""

    name: str
    columns: Sequence[tuple[str, int]]
    rows: Sequence[Sequence[Cell]]
    choices: Mapping[int, str] = field(default_factory=dict)


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
    for column, source in sheet.choices.items():
        choice = {"validate": "list", "source": f"='{source}'!$A$2:$A${MOST_ROWS}", "error_message": f"请从“{source}”表中选择"}
        page.data_validation(1, column, MOST_ROWS, column, choice)
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


def read_table(path: Path, columns: Sequence[str]) -> list[tuple[int, dict[str, str]]]:
    """(number of the row as Excel shows it, column -> text) of the first sheet of an .xlsx file, or of a .csv file; empty
    rows are left out. Raises `InvalidInput` with file and cure."""
    try:
        rows = _cells_of_workbook(path) if path.suffix.lower() == ".xlsx" else _cells_of_csv(path)
    except OSError as error:
        raise InvalidInput(f"不能读取 {path}；请检查文件是否存在、文件名是否正确", code="no-file") from error
    heading = rows[0] if rows else []
    if missing := [name for name in columns if name not in heading]:
        raise InvalidInput(f"{path.name} 第 1 行缺少列“{'”“'.join(missing)}”；请使用模板的表头", code="no-column")
    if len(rows) > MOST_ROWS:
        raise InvalidInput(f"{path.name} 超过 {MOST_ROWS} 行；请分成几份", code="too-many-rows")
    places = {name: heading.index(name) for name in columns}
    found = [
        (number, {name: row[place] if place < len(row) else "" for name, place in places.items()})
        for number, row in enumerate(rows[1:], start=2)
    ]
    return [(number, row) for number, row in found if any(row.values())]


def _cells_of_workbook(path: Path) -> list[list[str]]:
    try:
        book = load_workbook(path, read_only=True, data_only=True)
    except (BadZipFile, InvalidFileException, KeyError, ValueError) as error:
        raise InvalidInput(f"{path.name} 不是 Excel 工作簿；请另存为 .xlsx 或者 .csv", code="not-a-table") from error
    try:
        rows: Iterable[Sequence[object]] = book.worksheets[0].iter_rows(values_only=True, max_row=MOST_ROWS + 1)
        return [[_text(cell) for cell in row] for row in rows]
    finally:
        book.close()


def _cells_of_csv(path: Path) -> list[list[str]]:
    content = path.read_bytes()
    for encoding in ENCODINGS:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return [[_text(cell) for cell in row] for row in csv.reader(io.StringIO(text, newline=""))]
    raise InvalidInput(f"{path.name} 的文字编码不能识别；请用 Excel 另存为“CSV UTF-8”", code="not-a-table")


def _text(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    return cell.isoformat() if isinstance(cell, date) else str(cell).strip()
