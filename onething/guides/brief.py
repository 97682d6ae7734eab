"""简版办事指南: the 16 elements of the leaflet, short; whoever wants more scans the code (R1, R4, R5, R16)."""

from __future__ import annotations

from onething.catalogue import Bundle, Catalogue, District, Item, Row
from onething.catalogue.wording import quoted
from onething.guides import full
from onething.guides.document import Document, Group, Line, Section, one
from onething.guides.subject import Subject

ELEMENTS = (
    "name", "items", "audience", "levels", "materials", "ways", "flow", "results", "limits", "fees", "collection",
    "consultation", "complaints", "query", "attention", "form",
)


def brief_guide(catalogue: Catalogue, bundle: Bundle, district: District) -> Document:
    subject = Subject(catalogue, bundle, district)
    whole = {section.key: section for section in (element(subject) for element in full.ELEMENTS)}
    shorter = {
        "name": one("name", "事项名称", bundle.name), "items": _items(subject), "materials": _materials(subject),
        "flow": _flow(subject), "results": _results(subject), "limits": _limits(subject, whole), "attention": _attention(subject),
    }
    return Document(
        title=f"{bundle.short_name} · 简版办事指南", subtitle=district.name, version=catalogue.version(bundle.slug),
        sections=tuple(shorter.get(key) or _without_sources(whole[key]) for key in ELEMENTS),
    )


def _without_sources(section: Section) -> Section:
    groups = [Group(tuple(Line(line.text, line.confirmed, link=line.link) for line in group.lines), group.title)
              for group in section.groups]
    return Section(section.key, section.title, tuple(groups))


def _items(s: Subject) -> Section:
    def said(number: int, row: Row, item: Item) -> str:
        office = s.catalogue.department_name(row.department)
        if row.item in s.away:
            return f"{number}. {item.name}（{office}，由所在区县办理）"
        return f"{number}. {item.name}（{office}）"
    return one("items", "联办事项", *(said(number, row, item) for number, (row, item) in enumerate(s.rows, start=1)))


def _materials(s: Subject) -> Section:
    needs = s.needs()
    brought = tuple(
        Line(need.material.name + ("" if need.required else "（可选）") + ("（按情形）" if need.conditions else ""),
             need.material.confirmed)
        for need in needs if need.upload
    )
    free = [need.material.name for need in needs if not need.upload]
    groups = [Group(brought or (Line("不需要提交材料"),), "需要准备")]
    if free:
        groups.append(Group((Line("、".join(free)),), "免提交"))
    return Section("materials", "申请材料", tuple(groups))


def _flow(s: Subject) -> Section:
    waits = [Line(f"“{item.name}”在前置事项之后决定") for row, item in s.rows if row.after]
    steps = "咨询 → 申请 → 收件（2 个工作小时）→ 受理（1 个工作日）→ 审批 → 送达"
    special = list(dict.fromkeys(use.kind.label for _, item in s.rows for use in item.special_steps))
    lines = [Line(steps), *(waits[:2] or [Line("各事项同时办理，互不等待")])]
    if special:
        lines.append(Line(f"可能有的特别环节：{'、'.join(special)}", False))
    return one("flow", "办理流程", *lines)


def _results(s: Subject) -> Section:
    return one("results", "办理结果名称", "、".join(dict.fromkeys(item.result.name for _, item in s.rows)))


def _limits(s: Subject, whole: dict[str, Section]) -> Section:
    own = [Line(f"{item.name}：{item.limits.promised.days} 个工作日", item.limits.promised.confirmed) for _, item in s.rows]
    return one("limits", "承诺办结时限", *whole["limits"].groups[0].lines, *own)


def _attention(s: Subject) -> Section:
    """For each of the four questions one line; where the items answer differently one for each answer, the rarer ones first and
    by the names of their items."""
    lines: list[Line] = []
    for key, question in full.ATTENTION.items():
        said: dict[tuple[str, bool], list[str]] = {}
        for _, item in s.rows:
            [line] = full.attention_lines(item, {key: ""})
            said.setdefault((line.text.removeprefix("："), line.confirmed), []).append(item.name)
        for number, ((answer, confirmed), names) in enumerate(sorted(said.items(), key=lambda entry: len(entry[1])), start=1):
            text = f"{question}，办{quoted(names)}时：{answer}"
            if number == len(said):
                text = f"{question}：{answer}" if number == 1 else f"{question}，其他事项：{answer}" if len(names) > 1 else text
            lines.append(Line(text, confirmed))
    return one("attention", "特殊注意事项", *lines)
