"""完整版办事指南: the 26 elements of annex 3, none of them empty (R6-R14)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from onething.application_form import fields_for
from onething.catalogue import Bundle, Catalogue, District, Item, Row
from onething.catalogue.facts import Fact
from onething.estimates import critical_path, steps_of
from onething.guides.document import NONE, Document, Group, Line, Section, line, one
from onething.guides.materials import materials
from onething.guides.subject import TO_CONFIRM, Subject, code_of
from onething.promises import kinds_by_item


def full_guide(catalogue: Catalogue, bundle: Bundle, district: District) -> Document:
    subject = Subject(catalogue, bundle, district)
    return Document(
        title=f"{bundle.name}办事指南", subtitle=f"{district.name} · 完整版", version=catalogue.version(bundle.slug),
        sections=tuple(element(subject) for element in ELEMENTS),
    )


def name_and_code(s: Subject) -> Section:
    return one(
        "name", "事项名称及编码", f"“{s.bundle.name}”一件事（通称：{s.bundle.short_name}）", f"本网站编号：{code_of(s.bundle)}",
        Line("省一体化政务服务平台事项编码：待核实", False), *_batch(s),
    )


def _batch(s: Subject) -> Iterator[Line]:
    """优化一批、新增一批、拓展一批 (R127)."""
    if change := s.bundle.change:
        yield Line(f"清单批次：{change.since}年，{change.what}", change.confirmed, change.source)


def items_and_codes(s: Subject) -> Section:
    lines = [Line(f"{n}. {item.name}（{item.kind.label}，本网站编号 {code_of(s.bundle)}-{n:02d}）")
             for n, (_, item) in enumerate(s.rows, start=1)]
    return one("items", "联办事项及编码", *lines, Line("政务服务事项基本目录编码：待核实", False))


def lead(s: Subject) -> Section:
    return one("lead", "牵头部门", s.catalogue.department_name(s.bundle.lead))


def co_departments(s: Subject) -> Section:
    names = dict.fromkeys(s.catalogue.department_name(row.department) for row, _ in s.rows)
    return one("co-departments", "联办部门", "、".join(names))


def audience(s: Subject) -> Section:
    whom = s.bundle.whom
    more = [Line(f"适用范围：{whom.text}", whom.confirmed, whom.source)] if whom else []
    return one("audience", "服务对象", s.bundle.audience.label, *more)


def basis(s: Subject) -> Section:
    return s.each("basis", "设定依据", lambda pair: [
        Line(entry.text, entry.confirmed, f"{entry.edition}版" if entry.edition else "") for entry in pair[1].basis
    ] or [Line(TO_CONFIRM, False)])


def levels(s: Subject) -> Section:
    def lines(pair: tuple[Row, Item]) -> Iterator[Line]:
        yield Line("、".join(f"{level.label}级" for level in pair[0].levels))
        if pair[0].item in s.away:
            yield Line(BY_COUNTIES)
    return s.each("levels", "行使层级", lines)


BY_COUNTIES = "由所在区县办理，请选择所在区县；所在区县没有开通网上办理的，到当地政务服务中心窗口办理"


def conditions(s: Subject) -> Section:
    section = s.each("conditions", "申请条件", lambda pair: [line(fact) for fact in pair[1].conditions])
    if not s.bundle.licence_first:
        return section
    first = Line("申请人需先行取得营业执照", source="实施方案附件1注", link="/bundles/start-company")
    return Section(section.key, section.title, (Group((first,), "本一件事"), *section.groups))


def intermediary(s: Subject) -> Section:
    return s.each("intermediary", "中介服务", lambda pair: list(_maybe(pair[1].intermediary)))


def _maybe(fact: Fact | None) -> Iterator[Line]:
    yield line(fact) if fact else Line(TO_CONFIRM, False)


def ways(s: Subject) -> Section:
    groups = [Group(tuple(line(fact) for fact in s.catalogue.service.ways), "受理方式")]
    for window in s.district.windows:
        lines = [Line(f"地址：{window.address.text}", window.address.confirmed, window.address.source),
                 Line(f"时间：{window.hours.text}", window.hours.confirmed, window.hours.source)]
        if window.phone:
            lines.append(Line(f"电话：{window.phone.text}", window.phone.confirmed, window.phone.source))
        groups.append(Group(tuple(lines), window.name))
    if not s.district.windows:
        groups.append(Group((Line(f"{s.district.name}政务服务中心综合受理窗口；地址和办公时间待核实", False),), "办理地址和时间"))
    return Section("ways", "办理方式", tuple(groups))


def flow(s: Subject) -> Section:
    from_general = Group(tuple(Line(text) for text in FLOW), "办理流程")
    waits = [Line(f"“{item.name}”在{s.quoted(row.after)}之后作出决定，此前先行预审")
             for row, item in s.rows if row.after]
    together = [
        Line(f"{act.kind.label}：{'、'.join(s.catalogue.items[item].name for item in act.items)}由牵头部门组织一次完成",
             act.confirmed)
        for act in s.bundle.joint_acts
    ]
    blocks = [Line(f"“{item.name}”依法与其他并行办理的事项一并办理") for row, item in s.rows if row.parallel]
    rule = s.catalogue.procedures.rule
    special = [
        Line(f"“{item.name}”：{use.kind.label}（停止计时）" if rule(use.kind).stops_clock else
             f"“{item.name}”：{use.kind.label}（计时照常）", use.confirmed, use.source)
        for _, item in s.rows for use in item.special_steps
    ]
    order = (*waits, *blocks) or (Line("各事项没有先后顺序，同时办理，互不等待"),)
    return Section("flow", "办理流程", (
        from_general, Group(order, "办理顺序"), Group((*special, *together) or (Line(NONE),), "特别环节"),
    ))


FLOW = (
    "咨询辅导：网上、窗口或电话咨询，一次告知所需材料、流程、时限和注意事项",
    "收件：综合受理窗口在 2 个工作小时内审查；材料齐全、符合法定形式的出具收件回执，否则一次告知需要补正的全部内容",
    "受理：各办理部门在 1 个工作日内决定是否受理；办理时限自受理起按事项分别计算",
    "审批：没有先后顺序的事项同时审批；有先后顺序的，后置事项先行容缺预审，收到前置结果后即时决定",
    "送达：按选择的方式当天送达；电子证照可在“个人中心”查看和下载",
    "归档：全部结果送达后归档；评价（好差评）自愿",
)


def results(s: Subject) -> Section:
    def lines(pair: tuple[Row, Item]) -> Iterator[Line]:
        item = pair[1]
        yield Line(f"{item.result.name}{'（电子证照，样本见附件）' if item.result.certificate else ''}",
                   link=f"/items/{item.slug}/sample.pdf" if item.result.certificate else "")
        if item.result.validity:
            yield Line(f"有效期：{item.result.validity.text}", item.result.validity.confirmed, item.result.validity.source)
    return s.each("results", "办理结果", lines)


def limits(s: Subject) -> Section:
    def lines(pair: tuple[Row, Item]) -> Iterator[Line]:
        promised, statutory = pair[1].limits.promised, pair[1].limits.statutory
        yield Line(f"承诺 {promised.days} 个工作日", promised.confirmed, promised.source)
        yield Line(f"法定 {statutory.days} 个工作日", statutory.confirmed, statutory.source)
    whole = critical_path(steps_of(s.catalogue, s.bundle, s.chosen))
    section = s.each("limits", "承诺办结时限", lines)
    together = Line(f"全部事项一并办理：收件后 {whole.days} 个工作日内（受理 1 个工作日在内，特别环节不计算的时间除外）", False)
    return Section(section.key, section.title, (Group((together,), "本一件事"), *section.groups))


def fees(s: Subject) -> Section:
    return s.each("fees", "收费情况", lambda pair: list(_maybe(pair[1].fee)))


def collection(s: Subject) -> Section:
    return one("collection", "领取方式", *(line(fact) for fact in s.catalogue.service.collection))


def remedies(s: Subject) -> Section:
    def lines(pair: tuple[Row, Item]) -> list[Line]:
        found = s.catalogue.service.remedies_of(pair[1].kind, pair[0].department)
        return [Line(remedy.text, remedy.confirmed, remedy.source) for remedy in found]
    return s.each("remedies", "行政救济途径与方式", lines)


def consultation(s: Subject) -> Section:
    lines = [line(fact) for fact in s.catalogue.service.consultation]
    for department in dict.fromkeys(row.department for row, _ in s.rows):
        for hotline in s.catalogue.service.hotlines_of(department):
            name = s.catalogue.department_name(department)
            lines.append(Line(f"{name}：{hotline.number}（{hotline.name}）", hotline.confirmed, hotline.source))
    return one("consultation", "咨询方式", *lines)


def complaints(s: Subject) -> Section:
    return one("complaints", "监督投诉渠道", *(line(fact) for fact in s.catalogue.service.complaints))


def query(s: Subject) -> Section:
    return one("query", "办理进程和结果查询", *(line(fact) for fact in s.catalogue.service.query))


ATTENTION = {
    "appointment": "是否须预约办理", "in_person": "是否须本人亲自办理", "all_parties": "是否须所涉所有当事人亲自到场",
    "photo": "照片和仪容",
}


def attention(s: Subject) -> Section:
    section = s.each("attention", "特殊注意事项", lambda pair: attention_lines(pair[1], ATTENTION))
    notes = tuple(Line(note) for note in s.bundle.notes)
    return Section(section.key, section.title, (*section.groups, *((Group(notes, "本一件事"),) if notes else ())))


def attention_lines(item: Item, titles: Mapping[str, str]) -> Iterator[Line]:
    """The answer of the item to each of the four questions, under the titles given."""
    for key, title in titles.items():
        fact = getattr(item.attention, key) if item.attention else Fact(text=TO_CONFIRM)
        yield Line(f"{title}：{fact.text}", fact.confirmed, fact.source)


def form_sample(s: Subject) -> Section:
    count = len(fields_for(s.catalogue, s.bundle, s.chosen))
    return one(
        "form", "申请表（样本）及示范文本",
        Line(f"空白样本：一张申请表，申请人信息之外共 {count} 项", link=f"{s.path}/form.pdf{s.query}"),
        Line("示范文本：填写示例", link=f"{s.path}/form-example.pdf{s.query}"),
    )


def promise_sample(s: Subject) -> Section:
    promised = [need.material.name for need in s.needs() if kinds_by_item(s.catalogue, s.bundle, need)]
    if not promised:
        return one("promise", "承诺告知书（样本）及示范文本", "无（本一件事没有实行容缺受理、告知承诺的材料）")
    return one(
        "promise", "承诺告知书（样本）及示范文本",
        Line(f"适用于：{'、'.join(promised)}", link=f"{s.path}/promise.pdf{s.query}"),
    )


def chart(s: Subject) -> Section:
    return one("chart", "事项办理流程图", Line("看大图", link=f"{s.path}/flow.svg{s.query}"))


def common_errors(s: Subject) -> Section:
    return s.each("errors", "常见错误示例", lambda pair: error_lines(pair[1]))


def error_lines(item: Item) -> list[Line]:
    return [Line(f"错误：{error.wrong}。正确：{error.right}") for error in item.common_errors]


def faq(s: Subject) -> Section:
    known = s.catalogue.knowledge.get(s.bundle.slug)
    if known is None:
        return one("faq", "常见问题解答", "还没有整理常见问题，可以直接咨询")
    groups = tuple(Group((Line(entry.answer, entry.confirmed, entry.source),), entry.question) for entry in known.entries)
    return Section("faq", "常见问题解答", groups)


ELEMENTS = (
    name_and_code, items_and_codes, lead, co_departments, audience, basis, levels, conditions, materials, intermediary, ways,
    flow, results, limits, fees, collection, remedies, consultation, complaints, query, attention, form_sample, promise_sample,
    chart, common_errors, faq,
)
