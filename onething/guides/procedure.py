"""工作规程: who does what in which step within which limit, from the models and the catalogue together. Pure (R126).

The models say which steps there are and in which order; whoever calls this has read them (`onething.modelling.steps`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from onething.catalogue import Bundle, Catalogue, District, Item, Row
from onething.catalogue.facts import Fact
from onething.catalogue.levels import reviewer_district
from onething.catalogue.models import Limit
from onething.catalogue.wording import quoted
from onething.guides.document import Document, Group, Line, Section, Table, one
from onething.guides.procedure_words import (
    AT_ONCE,
    BASIS,
    BOX,
    DECIDES,
    DOES,
    LICENSING_LAW,
    LIMITS,
    SYSTEM,
    SYSTEM_DOES,
    WHO,
)
from onething.guides.subject import TO_CONFIRM, Subject, code_of
from onething.vocabulary import ItemKind, Role

HEAD = ("步骤", "由谁", "做什么", "时限", "依据")
WIDTHS = (2.0, 2.0, 5.0, 2.5, 2.5)
OWN = "本一件事"
TableRow = tuple[str, ...]


@dataclass(frozen=True)
class Step:
    """A task or call of a model. `part` is the sub-process around it, `item` the item whose box it stands in or whose call
    it is; `group`, `due` are expressions of the model, `does` the property `step`, `timers` the names of its limits."""

    process: str
    process_name: str
    part: str
    id: str
    name: str
    kind: Literal["person", "system", "call"]
    item: str = ""
    group: str = ""
    topic: str = ""
    does: str = ""
    form: str = ""
    due: str = ""
    calls: str = ""
    timers: tuple[str, ...] = ()

    @property
    def supervises(self) -> bool:
        """What a limit that ran out leads to: told once for all, not after each step."""
        return self.topic == "supervise"


def work_procedure(catalogue: Catalogue, bundle: Bundle, district: District, steps: Sequence[Step]) -> Document:
    """`steps`: of the bundle's model, of every model it calls, and of the consultation before it."""
    s = Subject(catalogue, bundle, district)
    return Document(
        title=f"{bundle.name}工作规程", subtitle=district.name, version=catalogue.version(bundle.slug),
        sections=(
            _scope(s), _duties(s, steps), _order(s),
            Section("common", "通用步骤", tables=(Table(HEAD, tuple(_common(s, steps)), WIDTHS),)),
            *(_item_section(s, number, row, item, steps) for number, (row, item) in enumerate(s.rows, start=1)),
            _supervision(steps),
        ),
    )


def _scope(s: Subject) -> Section:
    return one(
        "scope", "适用范围",
        f"适用于{s.district.name}办理“{s.bundle.name}”一件事（本系统编码 {code_of(s.bundle)}），共 {len(s.rows)} 个事项",
        "步骤、先后顺序取自现行流程模型，部门、时限、依据取自事项目录；两者更新后本规程随之更新",
        "申请人可以选择全部或部分事项（依法并行办理的除外）；没有选择的事项不办理，也不影响其他事项",
    )


def _duties(s: Subject, steps: Sequence[Step]) -> Section:
    lead, adviser = _here(s)
    rows = [
        (Role.ADVISER.label, adviser, "一次告知所需材料、流程、时限和注意事项；预审材料"),
        (Role.WINDOW.label, f"{s.district.name}综合受理窗口", "统一收件、一次告知、推送材料、移交原件；申请人撤回时统一退还材料"),
        (Role.LEAD.label, lead, "组织联办、统一留存原件" + ("、组织联合办理" if _calls(steps, "joint-act") else "")),
        *(("联办部门", name, f"办理{items}") for name, items in _departments(s).items()),
        (Role.DELIVERY.label, f"{s.district.name}发证窗口", "按申请人选择的方式当天送达，移交送达凭证"),
        (Role.SUPERVISOR.label, Role.SUPERVISOR.label, "跟踪督促；超期、再次告知的督办"),
    ]
    return Section("duties", "职责分工", tables=(Table(("岗位", "由谁担任", "职责"), tuple(rows), (2.0, 3.0, 6.0)),))


def _here(s: Subject) -> tuple[str, str]:
    """The lead department and who advises, in this district."""
    lead, adviser = s.catalogue.department_name(s.bundle.lead), s.catalogue.office_name(s.bundle.adviser_office)
    return f"{s.district.name}{lead}", f"{s.district.name}{adviser}"


def _departments(s: Subject) -> dict[str, str]:
    """Office -> its items."""
    found: dict[str, list[str]] = {}
    for row, item in s.rows:
        found.setdefault(_office(s, row), []).append(f"“{item.name}”")
    return {office: "、".join(items) for office, items in found.items()}


def _office(s: Subject, row: Row) -> str:
    """The office that decides the item for a case of this district; partners serve everywhere under their own name."""
    department = s.catalogue.departments[row.department]
    place = s.catalogue.districts.get(reviewer_district(row.levels, s.district.code), s.district)
    return department.name if department.kind == "partner" else f"{place.name}{department.name}"


def _order(s: Subject) -> Section:
    names = {row.item: item.name for row, item in s.rows}

    def said(items: Iterable[str]) -> str:
        return quoted(names[item] for item in items)

    waits = [f"“{item.name}”在{said(row.after)}之后决定{'（选办哪个等哪个）' if row.after[1:] else ''}，此前先行容缺预审"
             for row, item in s.rows if row.after]
    for group in dict.fromkeys(row.parallel for row, _ in s.rows if row.parallel):
        waits.append(f"{said(s.bundle.block(group))}依法并行办理，一并选择、不得拆分")
    waits += [f"{act.kind.label}：{said(act.items)}由牵头部门组织，一次约定、一份记录，各部门各出具一次意见"
              for act in s.bundle.joint_acts]
    return one("order", "办理顺序", *(waits or ["各事项没有先后顺序，同时办理，互不等待"]))


# the common steps


def _common(s: Subject, steps: Sequence[Step]) -> Iterator[TableRow]:
    """Process by process in the order in which the bundle's model calls them, then what is the bundle's own."""
    items, own = {row.item for row, _ in s.rows}, s.bundle.process
    for process in _called_in_order(steps, own):
        yield from (_row(s, step) for step in steps if step.process == process and _shown(step))
    yield from (_row(s, step) for step in steps if step.process == own and step.item not in items and _shown(step))


def _shown(step: Step) -> bool:
    return step.kind != "call" and not step.supervises


def _calls(steps: Iterable[Step], process: str) -> list[Step]:
    return [step for step in steps if step.calls == process]


def _called_in_order(steps: Sequence[Step], own: str) -> list[str]:
    """What nobody calls comes before all; a model called for the whole case stands where that call does, not where an
    item calls it first."""
    known = dict.fromkeys(step.process for step in steps if step.process != own)
    calls = [step for step in steps if step.process == own and step.calls in known]
    whole = {step.calls for step in calls if not step.item}
    called = dict.fromkeys(step.calls for step in calls if not step.item or step.calls not in whole)
    deeper = dict.fromkeys(step.calls for step in steps if step.calls in known and step.calls not in called)
    before = [process for process in known if process not in called and process not in deeper]
    return [*before, *called, *deeper]


def _row(s: Subject, step: Step) -> TableRow:
    person = step.kind == "person"
    limit = LIMITS.get(_variable(step.due), "按流程模型规定的期限") if step.due else "及时" if person else AT_ONCE
    if (step.topic, step.does) == ("intake", "expire"):
        rule = s.catalogue.procedures.correction
        limit = _marked(f"一次告知后满 {rule.days} 个工作日", rule.confirmed)
    does = DOES.get(step.form) if person else SYSTEM_DOES.get((step.topic, step.does))
    return (
        f"{_stage(s, step)} · {step.name}", _who(s, step) if person else SYSTEM, does or f"按流程模型办理“{step.name}”",
        limit + ("；超期报督办" if step.timers and person else ""), _basis(s, step),
    )


def _stage(s: Subject, step: Step) -> str:
    if step.process != s.bundle.process:
        return step.process_name
    return step.part if step.part != step.process_name else "归档" if step.topic == "archive" else OWN


def _who(s: Subject, step: Step) -> str:
    group = _variable(step.group)
    for row, _ in s.rows:
        if group == f"group_{row.item.replace('-', '_')}" or (group == "reviewer_group" and row.item == step.item):
            return _office(s, row)
    lead, adviser = _here(s)
    return WHO.get(group, "流程模型指定的岗位").format(district=s.district.name, lead=lead, adviser=adviser)


def _variable(expression: str) -> str:
    """`${intake_due}` -> `intake_due`."""
    found = re.fullmatch(r"[$#]\{\s*(\w+)\s*\}", expression.strip())
    return found.group(1) if found else ""


def _basis(s: Subject, step: Step) -> str:
    extension = s.catalogue.procedures.extension
    special = {"special-step": f"{LICENSING_LAW}第四十五条", "extension-decision": _cited(extension)}
    stage = BASIS.get(step.process) or BASIS.get(step.topic) or BASIS["withdrawal" if "撤回" in step.part else "approval"]
    return special.get(step.form, f"实施方案附件3“{stage}”")


# the steps of one item


def _item_section(s: Subject, number: int, row: Row, item: Item, steps: Sequence[Step]) -> Section:
    places = (row.item, f"block-{row.parallel}") if row.parallel else (row.item,)
    mine = [step for step in steps if step.process == s.bundle.process and step.item in places and not step.supervises]
    rows: list[TableRow] = []
    for step in mine:
        if step.calls == "approval":
            rows += [*_before_decision(s, row, item), _approval(s, step, row, item), *_extension(s, row, item)]
        else:
            rows.append(_box_row(s, step, row, item))
    heading = f"{item.kind.label}；由{_office(s, row)}办理；行使层级：{'、'.join(f'{level.label}级' for level in row.levels)}"
    remark = (Line(f"备注：{row.remark}"),) if row.remark else ()
    tables = (Table(HEAD, tuple(rows), WIDTHS),) if rows else ()
    return Section(f"item-{item.slug}", f"事项{number}：{item.name}", (Group((Line(heading), *remark)),), tables)


def _box_row(s: Subject, step: Step, row: Row, item: Item) -> TableRow:
    """A step of the box, in the item's own words where there are some."""
    key = (step.topic or step.calls, step.does)
    if step.kind == "person" or key not in BOX:
        plain = _row(s, step)
        return (step.name, *plain[1:])
    who, does, limit, basis = BOX[key]
    return (step.name, who or _office(s, row), does.format(result=item.result.name), limit, basis)


def _before_decision(s: Subject, row: Row, item: Item) -> Iterator[TableRow]:
    if row.after:
        fronts = s.quoted(row.after)
        begin = "受理后" if item.has_acceptance_decision else "转办后"
        yield (
            "容缺预审", _office(s, row), f"先审查{fronts}的结果以外的材料；发现问题不必等待，及时告知；收到前置结果后即时决定",
            f"{begin} {item.pre_review_days} 个工作日内（承诺时限减 1 个工作日，待核实）", "实施方案附件3“审批”",
        )
    for act in s.bundle.joint_acts:
        if row.item in act.items:
            does = f"参加{act.kind.label}，出具一次意见；记录形成之前不能作出决定，不能另行上门；只剩一个部门参加的自行办理"
            basis = act.source or "实施方案附件3“审批”"
            yield (act.kind.label, "牵头部门组织", does, "参加事项中最早的承诺办结时限内", _marked(basis, act.confirmed))
    for use in item.special_steps:
        rule = s.catalogue.procedures.rule(use.kind)
        yield (
            f"特别环节：{use.kind.label}", _office(s, row), "确需启动时写明理由，出具特别程序告知书；结束后登记结果",
            "所需时间不计入办理时限" if rule.stops_clock else "计入办理时限",
            _marked(use.source or rule.source, use.confirmed),
        )


def _approval(s: Subject, step: Step, row: Row, item: Item) -> TableRow:
    promised, statutory = item.limits.promised, item.limits.statutory
    limit = f"{_days('承诺', promised)}，{_days('法定', statutory)}" + ("；超期报督办" if step.timers else "")
    does = DECIDES.get(item.kind, DECIDES[ItemKind.LICENCE]).format(result=item.result.name)
    cited = dict.fromkeys(_cited(entry) for entry in (statutory, promised) if entry.source)
    return (step.name, _office(s, row), does, limit, "；".join(cited) or TO_CONFIRM)


def _days(name: str, limit: Limit) -> str:
    return _marked(f"{name} {limit.days} 个工作日", limit.confirmed)


def _extension(s: Subject, row: Row, item: Item) -> Iterator[TableRow]:
    rule = s.catalogue.procedures.extension
    if item.kind in rule.kinds:
        does = "承办人写明理由提出，负责人批准（不能是同一人），出具延长办理期限告知书；只能延长一次"
        yield ("延期", f"{_office(s, row)}负责人", does, f"最多延长 {rule.days} 个工作日", _cited(rule))


def _marked(text: str, confirmed: bool) -> str:
    return text if confirmed or TO_CONFIRM in text else f"{text}（{TO_CONFIRM}）"


def _cited(entry: Limit | Fact | object) -> str:
    source, confirmed = getattr(entry, "source", ""), bool(getattr(entry, "confirmed", False))
    return _marked(source or TO_CONFIRM, confirmed)


def _supervision(steps: Sequence[Step]) -> Section:
    late = dict.fromkeys(step.name for step in steps if step.supervises)
    names = [f"“{name}”：期限一到自动登记，报牵头部门和市政务服务办公室；不中断办理，也不自动作出决定" for name in late]
    return one(
        "supervision", "督办和规程更新", *names, "到期前预警、催办都不改变时限；暂停、延期都记入时限台账，申请人可以查看",
        "法律法规、部门职责、材料或时限变化的，由牵头部门会同联办部门更新事项目录和流程模型，已收件的办件按收件时的版本办理",
    )
