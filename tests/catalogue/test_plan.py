"""R22: the catalogue says exactly what annexes 1 and 2 of the plan say. The plan's text is not part of the project:
`PLAN` names the file, and the comparison is skipped where it is not at hand."""

from __future__ import annotations

import os
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from onething.catalogue import Catalogue, load_catalogue
from onething.catalogue.export import export_plan_format

HOME = Path(__file__).resolve().parents[2]
COLUMNS = 7  # number, bundle, lead, item, department, levels, remark
PARALLEL = "并行办理"
ANNEXES = {
    "enterprise": ("企业政务服务“一件事一次办”事项基础清单\n\n（第一批）\n", "注：1."),
    "individual": ("个人政务服务“一件事一次办”事项基础清单\n\n（第一批）\n", "注：带*"),
}


def read_plan() -> str:
    path = os.environ.get("PLAN", "")
    if not path or not Path(path).is_file():
        pytest.skip("PLAN does not name the plan's text; the catalogue cannot be compared with it here")
    return Path(path).read_text(encoding="utf-8")


def cells_of(text: str, audience: str) -> list[str]:
    """The table's cells: a cell begins with a tab and may run over several lines."""
    head, foot = ANNEXES[audience]
    table = text.split(head, 1)[1].split(foot, 1)[0]
    table = table.split("\t备注\n", 1)[1]
    return ["".join(line.strip() for line in cell.split("\n")) for cell in table.split("\t")[1:]]


def rows_of(cells: list[str]) -> list[tuple[list[str], bool]]:
    """Rows of seven cells; rows of a merged “并行办理” cell have one more, empty after its first row."""
    rows: list[tuple[list[str], bool]] = []
    position, merged = 0, False
    while position < len(cells):
        extra = cells[position + 4]
        merged = extra == PARALLEL or (merged and extra == "")
        width = COLUMNS + merged
        row = cells[position : position + width]
        assert len(row) == width, f"the table ends inside a row: {row}"
        if merged:
            del row[4]
        rows.append((row, merged))
        position += width
    return rows


def parse_plan(text: str) -> list[dict[str, Any]]:
    bundles: list[dict[str, Any]] = []
    for audience in ANNEXES:
        for (number, name, lead, item, department, levels, remark), parallel in rows_of(cells_of(text, audience)):
            if number:
                bundles.append({
                    "audience": audience, "number": int(number), "name": name.removeprefix("*"),
                    "national": name.startswith("*"), "lead": re.sub(r"\s", "", lead), "items": [],
                })
            bundles[-1]["items"].append({
                "name": item, "department": re.sub(r"\s", "", department),
                "levels": levels.removesuffix("级").split("、"), "remark": remark, "parallel": parallel,
            })
    return bundles


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue(HOME)


@pytest.fixture(scope="module")
def exported(catalogue: Catalogue) -> list[dict[str, Any]]:
    return export_plan_format(catalogue)


def count(bundles: list[dict[str, Any]]) -> dict[str, int]:
    rows = [row for bundle in bundles for row in bundle["items"]]
    audiences = Counter(bundle["audience"] for bundle in bundles)
    return {
        "bundles": len(bundles), **audiences, "national": sum(bundle["national"] for bundle in bundles),
        "rows": len(rows), "items": len({row["name"] for row in rows}),
        "departments": len({row["department"] for row in rows}), "parallel": sum(row["parallel"] for row in rows),
    }


def test_counts_of_the_catalogue(exported: list[dict[str, Any]]) -> None:
    """R22: the figures of the annexes."""
    assert count(exported) == {
        "bundles": 50, "enterprise": 29, "individual": 21, "national": 13,
        "rows": 233, "items": 163, "departments": 31, "parallel": 3,
    }


def test_bundles_equal_the_plan(exported: list[dict[str, Any]]) -> None:
    """R22: names, order, numbers, stars and lead departments."""
    plan = parse_plan(read_plan())
    head = ("audience", "number", "name", "national", "lead")
    assert [[b[key] for key in head] for b in exported] == [[b[key] for key in head] for b in plan]


def test_rows_equal_the_plan(exported: list[dict[str, Any]]) -> None:
    """R22, R26: every row with item, department, levels, remark and 并行办理, in the order of the plan."""
    plan = parse_plan(read_plan())
    differences = [
        f"{ours['name']} row {position}: {mine} != {theirs}"
        for ours, planned in zip(exported, plan, strict=True)
        for position, (mine, theirs) in enumerate(zip(ours["items"], planned["items"], strict=True), 1)
        if mine != theirs
    ]
    assert not differences, "\n".join(differences)


def test_items_are_defined_once(catalogue: Catalogue) -> None:
    """R19, R22: 163 distinct names, each one item; none is left over."""
    assert len({item.name for item in catalogue.items.values()}) == len(catalogue.items) == 163
    assert {row.item for bundle in catalogue.bundles.values() for row in bundle.rows} == set(catalogue.items)
