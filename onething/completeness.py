"""What each department still has to confirm in the guides: the list that it works off. Pure (R6, R7).

Three states: confirmed (a source was read), to confirm (said, but nobody has confirmed it), missing (nothing is said).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from onething.catalogue import Catalogue, Item
from onething.catalogue.facts import Fact
from onething.catalogue.models import MaterialUse
from onething.guides.full import ATTENTION

CONFIRMED, TO_CONFIRM, MISSING = "已核实", "待核实", "缺少"
ELEMENTS = (
    "设定依据", "法定时限", "承诺时限", "申请条件", "收费情况", "中介服务", "特别环节", "特殊注意事项", "申请材料", "材料依据",
    "审查要点", "常见错误", "申请表字段", "办理结果",
)


@dataclass(frozen=True)
class Statement:
    """One statement of a guide, the department that answers for it, and how far it is."""

    department: str
    item: str
    element: str
    text: str
    state: str


def statements(catalogue: Catalogue) -> list[Statement]:
    """Of every item, under each department that decides it somewhere."""
    offices: dict[str, dict[str, None]] = {}
    for bundle in catalogue.in_plan_order():
        for row in bundle.rows:
            offices.setdefault(row.item, {})[row.department] = None
    return [
        Statement(department, slug, element, text, state)
        for slug, departments in offices.items()
        for element, text, state in _of_item(catalogue, catalogue.items[slug])
        for department in departments
    ]


def _of_item(catalogue: Catalogue, item: Item) -> Iterator[tuple[str, str, str]]:
    yield from _several("设定依据", ((entry.text, entry.confirmed) for entry in item.basis))
    for element, limit in (("法定时限", item.limits.statutory), ("承诺时限", item.limits.promised)):
        yield element, f"{limit.days} 个工作日{f'（{limit.source}）' if limit.source else ''}", _state(limit.confirmed)
    yield from _several("申请条件", _facts(item.conditions))
    yield from _several("收费情况", _facts([item.fee] if item.fee else []))
    yield from _several("中介服务", _facts([item.intermediary] if item.intermediary else []))
    for use in item.special_steps:
        yield "特别环节", use.kind.label, _state(use.confirmed)
    for key, title in ATTENTION.items():
        fact = getattr(item.attention, key) if item.attention else None
        yield "特殊注意事项", f"{title}：{fact.text if fact else ''}", _state(fact.confirmed) if fact else MISSING
    for use in item.materials:
        yield from _of_material(catalogue, use)
    yield from _several("审查要点", _facts(item.review_points))
    yield from _several("常见错误", ((error.wrong, False) for error in item.common_errors))
    if not item.fields:
        yield "申请表字段", "申请人信息以外没有字段", TO_CONFIRM
    for key in item.fields:
        yield "申请表字段", catalogue.fields[key].label, TO_CONFIRM
    yield "办理结果", item.result.name, TO_CONFIRM
    if item.result.validity:
        yield "办理结果", f"有效期：{item.result.validity.text}", _state(item.result.validity.confirmed)
    if shows := item.result.shows:
        names = "、".join(line.label or catalogue.fields[line.field].label for line in shows.lines)
        yield "办理结果", f"证照载明：{names or '只有持证人'}", _state(shows.confirmed)
    elif item.result.certificate:
        yield "办理结果", "证照载明事项", MISSING


def _of_material(catalogue: Catalogue, use: MaterialUse) -> Iterator[tuple[str, str, str]]:
    material = catalogue.materials[use.key]
    parts = {"材料来源": material.issuer, "受理标准": material.standard}
    if material.source == "government":
        parts |= {"共享部门": material.holder or material.issuer, "共享数据": material.dataset}
    lacking = [name for name, value in parts.items() if not value]
    yield "申请材料", material.name + (f"：缺少{'、'.join(lacking)}" if lacking else ""), (
        MISSING if lacking else _state(material.confirmed)
    )
    if use.basis is None:
        yield "材料依据", f"{material.name}：没有写依据", MISSING
    else:
        yield "材料依据", f"{material.name}：{use.basis.text}", _state(use.basis.confirmed)


def _facts(facts: Iterable[Fact]) -> Iterator[tuple[str, bool]]:
    return ((fact.text, fact.confirmed) for fact in facts)


def _several(element: str, said: Iterable[tuple[str, bool]]) -> Iterator[tuple[str, str, str]]:
    nothing = True
    for text, confirmed in said:
        nothing = False
        yield element, text, _state(confirmed)
    if nothing:
        yield element, "", MISSING


def _state(confirmed: bool) -> str:
    return CONFIRMED if confirmed else TO_CONFIRM


def by_department(catalogue: Catalogue, found: Iterable[Statement]) -> dict[str, Counter[str]]:
    """Department slug -> how many statements in each state, in the order of departments.yaml."""
    counted: dict[str, Counter[str]] = {slug: Counter() for slug in catalogue.departments}
    for statement in found:
        counted[statement.department][statement.state] += 1
    return {slug: counts for slug, counts in counted.items() if counts}


def by_element(found: Iterable[Statement]) -> dict[str, Counter[str]]:
    """Each statement counts once, however many departments answer for it."""
    counted: dict[str, Counter[str]] = {element: Counter() for element in ELEMENTS}
    seen = {(s.item, s.element, s.text, s.state) for s in found}
    for _, element, _, state in sorted(seen):
        counted[element][state] += 1
    return counted
