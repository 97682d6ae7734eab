"""综合受理窗口业务手册: one standard for taking in, and the points to examine, for everybody at the counter. Pure (R21)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from onething.application_form import FieldNeed, fields_for
from onething.application_form import sections as form_sections
from onething.catalogue import Bundle, Catalogue, District
from onething.catalogue.conditions import OPERATORS, Answer, parse
from onething.catalogue.models import Question
from onething.catalogue.wording import condition_text, quoted
from onething.eligibility import MaterialNeed
from onething.guides import counter
from onething.guides.document import NONE, Document, Group, Line, Section, Table, line, one
from onething.guides.full import attention_lines, error_lines
from onething.guides.subject import TO_CONFIRM, Subject
from onething.promises import consequence, kinds_by_item, kinds_for
from onething.vocabulary import Audience

Comparison = tuple[str, str, Answer]


def counter_manual(catalogue: Catalogue, bundle: Bundle, district: District) -> Document:
    s = Subject(catalogue, bundle, district)
    return Document(
        title=f"{bundle.name}综合受理窗口业务手册", subtitle=district.name, version=catalogue.version(bundle.slug),
        sections=tuple(part(s) for part in PARTS),
    )


# before anything is handed in


def applicant(s: Subject) -> Section:
    """Who applies, and who may act for them."""
    if s.bundle.licence_first:
        who = ["申请人是企业或者个体工商户：核对营业执照上的名称、18 位统一社会信用代码和法定代表人（经营者）",
               "到窗口的人：核对居民身份证，登记姓名和联系电话"]
    elif s.bundle.audience == Audience.ENTERPRISE:
        who = ["申请人是单位的核对统一社会信用代码，还没有单位的核对投资人（经营者）的居民身份证",
               "到窗口的人：核对居民身份证，登记姓名和联系电话"]
    else:
        who = ["申请人本人：核对居民身份证；未成年人由监护人申请，核对监护关系", "登记申请人的姓名、证件号码、联系电话和地址"]
    groups = [Group(tuple(Line(text) for text in (*who, "身份信息能在线核验的，不要求提交复印件")), "核对身份"),
              Group(tuple(_agent(s)), "代为办理")]
    present = s.each("", "", lambda pair: list(attention_lines(pair[1], PRESENCE)))
    groups += [Group(group.lines, "：".join(filter(None, ("是否到场、照片", group.title)))) for group in present.groups]
    return Section("applicant", "核对申请人", tuple(groups))


def _agent(s: Subject) -> Iterator[Line]:
    need = next((need for need in s.needs() if need.material.key == "power-of-attorney"), None)
    if need is None:
        yield Line("本一件事的材料中没有授权委托书；代为办理的，按下面各事项“是否须本人亲自办理”执行")
        return
    names = "、".join(f"“{s.catalogue.items[item].name}”" for item in need.items)
    others = [item.name for row, item in s.rows if row.item not in need.items]
    yield Line(f"可以委托他人办理：{names}；收取授权委托书，并核对代理人身份", need.material.confirmed)
    yield Line(f"授权委托书受理标准：{need.material.standard or TO_CONFIRM}", need.material.confirmed)
    if others:
        yield Line(f"没有列授权委托书的事项：{'、'.join(f'“{name}”' for name in others)}；以“是否须本人亲自办理”为准")


PRESENCE = {
    "in_person": "是否须本人亲自办理", "all_parties": "是否须所有当事人到场", "appointment": "是否须预约", "photo": "照片和仪容",
}


def licence(s: Subject) -> Section:
    if not s.bundle.licence_first:
        return one("licence", "营业执照", "本一件事不要求先行取得营业执照")
    return one(
        "licence", "营业执照",
        Line("申请人需先行取得营业执照；收件前先查验", source="实施方案附件1注"),
        "通过电子证照共享查验：在有效期内、登记状态为存续，名称和统一社会信用代码与申请人一致",
        Line("还没有营业执照的，不收件，告知先办理“企业开办”；个体经营的先办理“个体工商户登记”", link="/bundles/start-company"),
    )


def questions(s: Subject) -> Section:
    """What to ask, and what each answer leads to."""
    asked = s.catalogue.questions_of(s.bundle)
    if not asked:
        return one("questions", "需要询问的问题", "没有需要询问的问题；请申请人选择要办理的事项")
    rows = [
        (question.text, said, "；".join(dict.fromkeys(results)) or "不影响事项和材料")
        for question in asked for said, results in _possible(s, question)
    ]
    table = Table(("问题", "回答", "结果"), tuple(rows), (3.0, 2.0, 5.0))
    hints = tuple(Line(f"“{question.text}”说明：{question.note}") for question in asked if question.note)
    note = Line("申请人没有选择、但按回答需要办理的事项，要当面提示；申请人坚持不选的，不影响其他事项")
    return Section("questions", "需要询问的问题", (Group((*hints, note)),), (table,))


def _possible(s: Subject, question: Question) -> Iterator[tuple[str, list[str]]]:
    """Each possible answer with what follows; for a number the conditions that name it."""
    rules = [rule for rule in _rules(s) if rule.naming(question.key)]
    if question.type == "number":
        for when in dict.fromkeys(rule.when for rule in rules):
            said = condition_text([question], when).removeprefix(f"“{question.text}”")
            yield said, [rule.brings for rule in rules if rule.when == when]
        return
    answers: list[Answer] = [True, False] if question.type == "boolean" else [option.value for option in question.options]
    for answer in answers:
        results = [rule.brings if rule.follows(question.key, answer) else rule.otherwise for rule in rules]
        yield question.said(answer), [text for text in results if text]


@dataclass(frozen=True)
class Rule:
    """What a condition of the catalogue, read, brings when it holds and when it does not."""

    options: tuple[tuple[Comparison, ...], ...]
    brings: str
    otherwise: str = ""
    when: str = ""

    @classmethod
    def read(cls, when: str, brings: str, otherwise: str = "") -> Rule:
        return cls(tuple(tuple(option) for option in parse(when)), brings, otherwise, when)

    def naming(self, key: str) -> list[list[Comparison]]:
        """The alternatives that name the question, without the other questions."""
        found = [[part for part in option if part[0] == key] for option in self.options]
        return [option for option in found if option]

    def follows(self, key: str, answer: Answer) -> bool:
        """Whether this answer can make the condition true, whatever the others are."""
        return any(all(OPERATORS[symbol](answer, value) for _, symbol, value in option) for option in self.naming(key))


def _rules(s: Subject) -> Iterator[Rule]:
    """Of situations, rows and materials."""
    asked = {situation.group: situation.question for situation in s.bundle.situations}
    for row, item in s.rows:
        several = "（还要看另一个问题的回答）" if row.situation and row.when else ""
        if row.situation:
            yield Rule((((asked[row.situation], "==", row.option or ""),),), f"办理“{item.name}”{several}")
        if row.when:
            yield Rule.read(row.when, f"需要办理“{item.name}”{several}", f"不需要办理“{item.name}”")
    uses: dict[tuple[str, str], list[str]] = {}
    for _, item in s.rows:
        for use in item.materials:
            if use.when:
                uses.setdefault((use.when, s.catalogue.materials[use.key].name), []).append(item.name)
    for (when, material), names in uses.items():
        yield Rule.read(when, f"{quoted(names)}需要材料“{material}”")


def choice(s: Subject) -> Section:
    """Which items stand alone, together, or exclude each other."""
    names = {row.item: item.name for row, item in s.rows}
    lines = [Line("申请人自主选择全部或部分事项；没有选择的不办理", True, "实施方案二（一）")]
    for situation in s.bundle.situations:
        group = [names[row.item] for row in s.bundle.rows if row.situation == situation.group]
        lines.append(Line(f"{situation.title}：{quoted(group)}按回答选择，不同情形不能同时选择"))
    for block in dict.fromkeys(row.parallel for row in s.bundle.rows if row.parallel):
        group = [names[item] for item in s.bundle.block(block)]
        lines.append(Line(f"{quoted(group)}依法并行办理，须一并选择，不能拆开"))
    if s.away:
        lines.append(Line(f"{s.quoted(s.away)}由所在区县办理，本窗口不收件；请申请人在所在区县申请"))
    for row, item in s.rows:
        if row.after:
            fronts = quoted([names[front] for front in row.after])
            lines.append(Line(f"“{item.name}”要用到{fronts}的结果；没有一并选择的，请申请人确认已经办好"))
    lines += [Line(f"“{item.name}”备注：{row.remark}") for row, item in s.rows if row.remark]
    return one("choice", "选择事项", *lines)


# 收件标准


def materials(s: Subject) -> Section:
    groups = tuple(_material(s, need) for need in s.needs())
    return Section("materials", "收件（受理）标准", groups or (Group((Line("不需要提交材料"),)),))


def _material(s: Subject, need: MaterialNeed) -> Group:
    material, known = need.material, need.material.confirmed
    names = s.quoted(need.items)
    lines = [Line(f"用于：{names}{'' if need.required else '（可以不交）'}")]
    if need.conditions:
        asked = s.catalogue.questions_of(s.bundle)
        lines.append(Line(f"什么时候需要：{'；或者'.join(condition_text(asked, when) for when in need.conditions)}"))
    lines += [
        Line(f"齐全：{_complete(s, need)}"), Line(f"法定形式：{material.standard or TO_CONFIRM}", known),
        Line(f"来源：{material.issuer or TO_CONFIRM}", known), *_fetched(s, need), *_promised(s, need),
    ]
    notes = "；".join(filter(None, (material.note, *need.notes)))
    return Group((*lines, Line(f"注意：{notes or NONE}")), material.name)


def _complete(s: Subject, need: MaterialNeed) -> str:
    material = need.material
    formats = "、".join(material.formats).upper()
    if need.origin:
        return f"由本次办理的“{s.catalogue.items[need.origin].name}”产生，不用提交；没有一并选办的，按下面的办法取得"
    if not need.upload:
        return f"已通过共享或者在线核验取得；取得不了、由申请人补交的，交电子件（{formats}）"
    paper = f"，另交纸质 {material.copies} 份（{material.size}）" if material.paper else ""
    return f"{material.form.label}；网上申请交电子件（{formats}），窗口申请当场收取、扫描{paper}；各页完整清晰"


TRUST = {
    "A": "政府核发", "B": "窗口核验过的可以重复使用", "C": "收取时与原件核对", "D": "申请人自行制作，对真实性负责",
}


def _fetched(s: Subject, need: MaterialNeed) -> Iterator[Line]:
    material = need.material
    if material.source != "government":
        yield Line(f"获取：由申请人提交；{TRUST[material.trust]}（信任等级 {material.trust}）", material.confirmed)
        return
    holder = s.catalogue.department_name(material.holder) if material.holder else f"提供部门（{TO_CONFIRM}）"
    yield Line(f"获取：免于提交，从{holder}共享“{material.dataset or TO_CONFIRM}”", material.confirmed)
    yield Line("获取不到时：先在线核验；仍然核验不了的，按“共享获取失败怎么办”处理")


def _promised(s: Subject, need: MaterialNeed) -> list[Line]:
    kinds = kinds_for(need)
    if kinds or not need.upload:
        return [Line(f"{kind.label}（须告知的不利后果）：{consequence(need, kind)}", False) for kind in kinds] or [
            Line("容缺受理、告知承诺：不涉及")]
    only = [
        Line(f"选办的事项中只有{s.quoted(some.items)}用到它时，可以{kind.label}：{consequence(some, kind)}", False)
        for kind, some in kinds_by_item(s.catalogue, s.bundle, need)
    ]
    told = "容缺受理、告知承诺：{}不实行，缺少的一次告知补正"
    return [Line(told.format("全部事项一并办理时" if only else "")), *only]


def form(s: Subject) -> Section:
    needs = fields_for(s.catalogue, s.bundle, s.chosen)
    shared = [need for need in needs if need.field.shared]
    lines = [
        Line(f"全部事项合用一张申请表，除申请人信息外共 {len(needs)} 项，其中 {len(shared)} 项由共享数据自动填写，请申请人核对"),
        Line("共享数据有误的，按申请人说的填写并登记异议，由提供部门核实；不因此退件"),
    ]
    groups = [Group(tuple(lines))]
    for title, found in form_sections(needs).items():
        groups.append(Group(tuple(Line(_field(s, need)) for need in found), title))
    return Section("form", "申请表审查", tuple(groups))


def _field(s: Subject, need: FieldNeed) -> str:
    field = need.field
    marks = [
        "" if field.required else "选填", f"由{s.catalogue.department_name(field.shared.department)}共享" if field.shared else "",
        field.error.removesuffix("。"), field.help.removesuffix("。"),
    ]
    said = "；".join(filter(None, marks))
    return f"{field.label}{f'（{field.unit}）' if field.unit else ''}{f'：{said}' if said else ''}"


def review(s: Subject) -> Section:
    return s.each("review", "审查要点", lambda pair: [line(point) for point in pair[1].review_points])


def errors(s: Subject) -> Section:
    return s.each("errors", "常见错误", lambda pair: error_lines(pair[1]))


PARTS = (applicant, licence, questions, choice, materials, form, review, errors, *counter.SECTIONS)
