"""The second half of the counter manual: outcomes, papers, clocks, handing on, delivery and return. Pure (R21)."""

from __future__ import annotations

from collections.abc import Iterator

from onething.catalogue.levels import reviewer_district
from onething.eligibility import materials_for
from onething.guides.document import Group, Line, Section, Table, line, one
from onething.guides.subject import TO_CONFIRM, Subject
from onething.promises import kinds_for
from onething.vocabulary import CheckOutcome, DeliveryMode, DeliveryWay, PaperKind

PLAN = "实施方案附件3“{}”"
INTAKE, DELIVERY, ARCHIVE = PLAN.format("收件"), PLAN.format("送达"), PLAN.format("归档")


def sharing(s: Subject) -> Section:
    """What to do when a register does not answer (R40, R112)."""
    if not any(need.fetched for need in s.needs()):
        return one("sharing", "共享获取失败怎么办", "本一件事没有要通过共享获取的材料")
    return one(
        "sharing", "共享获取失败怎么办",
        "收件审查页列明每份共享材料“已获取”或者失败的原因，失败原因由系统记录",
        "先按“获取”一栏的提供部门在线核验；核验到的，视同已获取",
        "仍然核验不了的，判为不齐全，写明“共享获取失败”，随一次性告知通知书一并告知申请人补交；补交时系统先再获取一次",
        "没有失败记录的，不得要求申请人提交政府部门核发的材料",
    )


def outcomes(s: Subject) -> Section:
    """What the window may conclude, and what follows."""
    rule, licence = s.catalogue.procedures.correction, "、没有先行取得营业执照" if s.bundle.licence_first else ""
    said = {
        CheckOutcome.ACCEPTED: (
            Line("每份材料都齐全、符合法定形式（容缺受理、告知承诺的已签署承诺书）：当场收件，出具收件回执", source=INTAKE),
        ),
        CheckOutcome.CORRECTION: (
            Line("任何一份不齐全或者不符合法定形式：把全部问题和补正办法写进一份一次性告知通知书，不得分次告知", source=INTAKE),
            Line(f"申请人在 {rule.days} 个工作日内补正，到期前 {rule.remind_before} 个工作日提醒；逾期的办件终止，可以重新申请",
                 rule.confirmed, rule.source),
            Line("补正后沿用原办件编号，重新计算 2 个工作小时；没有改动的材料不再重复审查"),
        ),
        CheckOutcome.ON_THE_SPOT: (
            Line("窗口申请能够当场补齐的，指导申请人当场补齐补正，不出通知书，继续在原来的 2 小时内审查", source=INTAKE),
        ),
        CheckOutcome.NEEDS_REASON: (
            Line("首次审查时已能看到而没有告知的问题，不能自行再次告知；由市政务服务办公室说明理由、决定是否同意，并单独计数"),
        ),
        CheckOutcome.REJECTED: (
            Line(f"依法不能收件的（如不属于本一件事{licence}）：写明具体理由并告知申请人"),
            Line("不予收件的，指引申请人到应当办理的地方"),
        ),
    }
    return Section("outcomes", "收件结论", tuple(Group(lines, outcome.label) for outcome, lines in said.items()))


def papers(s: Subject) -> Section:
    promised = _promisable(s)
    names = "、".join(f"“{name}”" for name in promised)
    rows = [
        (PaperKind.RECEIPT.label, "收件时", "申请人", "办件编号、收件时间、材料清单、事项和受理的最晚时间；可以扫码查询"),
        (PaperKind.CORRECTION_NOTICE.label, "需要补正时", "申请人", "全部问题和补正办法，补正的最后日期"),
        (PaperKind.NOT_TAKEN_NOTICE.label, "不予收件时", "申请人", "理由、材料中的问题和改正办法、怎样重新申请、救济途径"),
        (PaperKind.ENDING_NOTICE.label, "逾期未补正，或者申请人撤回时", "申请人", "原因、终止的事项、原件的退还、怎样重新申请"),
        (PaperKind.GUIDANCE_NOTICE.label, "咨询辅导答复时", "申请人", "按其需求列明材料、流程、时限、注意事项和指南版本"),
        *[(PaperKind.PROMISE_LETTER.label, "收件前", "申请人签署，窗口存档", f"用于{names}：写明不利后果；没有签署的不能收件")
          for _ in list(promised)[:1]],
        (PaperKind.HANDOVER_LEDGER.label, "收取纸质原件后", "牵头部门", "移交的每份原件、移交人、接收人和时间"),
        (PaperKind.DELIVERY_RECORD.label, "送达时", "领取人签收，移交各办理部门", "领取人、送达方式、时间和凭证号"),
    ]
    note = () if promised else (Group((Line("承诺书：本一件事没有实行容缺受理、告知承诺的材料，不需要"),)),)
    table = Table(("文书", "什么时候", "交给谁", "写明什么"), tuple(rows), (2.0, 2.0, 2.5, 5.0))
    return Section("papers", "出具的文书", note, (table,))


def clocks(s: Subject) -> Section:
    rule = s.catalogue.procedures.correction
    rows = [
        ("收件审查", "2 个工作小时", "收到申请（网上为提交后）", INTAKE),
        ("纸质材料转为电子材料", "2 个工作小时", "收件", INTAKE),
        ("推送联办部门", "转为电子材料后同步推送；网上申请收件后即时推送", "收件", INTAKE),
        ("移交纸质原件给牵头部门", "与推送同时，最迟 1 个工作日（待核实）", "收件", INTAKE),
        ("申请人补正", f"{rule.days} 个工作日{'' if rule.confirmed else '（待核实）'}", "一次告知", rule.source),
        *_supplements(s),
        ("办理部门决定是否受理", "1 个工作日", "收件", PLAN.format("受理")),
        ("送达", "当天", "结果到达发证窗口", DELIVERY),
        ("撤回后退还材料", "1 个工作日（待核实）", "撤回", PLAN.format("审批")),
    ]
    note = Line("工作小时只计算办公时间；窗口下班后提交的，从下一个工作日上班时起算。超期自动登记并报督办，不会自动收件")
    table = Table(("时限", "多久", "从何时起", "依据"), tuple(rows), (3.0, 3.0, 2.5, 3.0))
    return Section("clocks", "窗口时限", (Group((note,)),), (table,))


def _promisable(s: Subject) -> dict[str, int]:
    """Name of every material that may be missing for one choice of items or another -> days to hand it in, 0 for a promise."""
    found: dict[str, int] = {}
    for item in s.chosen:
        for need in materials_for(s.catalogue, s.bundle, [item], None):
            if kinds_for(need):
                days = found.get(need.material.name) or need.tolerance_days
                found[need.material.name] = min(days, need.tolerance_days or days)
    return found


def _supplements(s: Subject) -> Iterator[tuple[str, str, str, str]]:
    for name, days in _promisable(s).items():
        if days:
            yield f"补交容缺材料“{name}”", f"{days} 个工作日（待核实）", "收件", "办事指南“容缺受理情况”"


def hand_on(s: Subject) -> Section:
    """To every chosen department at once; originals to the lead alone."""
    departments, offices = s.catalogue.departments, dict.fromkeys(row.department for row, _ in s.rows)
    merged = [departments[office].name for office in offices if office in s.district.merge_intake_acceptance]
    apart = [departments[office].name for office in offices if not departments[office].connected]
    lead = s.catalogue.department_name(s.bundle.lead)
    lines = [
        Line("纸质材料扫描成电子材料，连同在线获取的材料，同步推送至全部所选事项的办理部门；没有选择的不推送", source=INTAKE),
        Line(f"纸质原件连同移交清单交{lead}统一留存，双方登记；联办部门不留原件，需要纸质的打印电子材料", source=ARCHIVE),
    ]
    if apart:
        lines.append(Line(f"{'、'.join(apart)}的系统尚未对接：推送后即时通知{lead}组织获取申报信息", False, INTAKE))
    if merged:
        lines.append(Line(f"{'、'.join(merged)}已授权窗口受理：收件即受理，由窗口出具受理通知书", source=PLAN.format("受理")))
    else:
        lines.append(Line(f"受理决定由各办理部门作出，窗口不代为受理（{s.district.name}没有登记收件受理一体化的授权）"))
    for act in s.bundle.joint_acts:
        names = "、".join(f"“{s.catalogue.items[item].name}”" for item in act.items)
        told = f"告知申请人：同时选办{names}的，由牵头部门组织一次{act.kind.label}，不用分别接待"
        lines.append(Line(told, act.confirmed, act.source))
    return one("hand-on", "推送和移交", *lines)


def delivery(s: Subject) -> Section:
    modes, ways = "、".join(mode.label for mode in DeliveryMode), "、".join(way.label for way in DeliveryWay)
    far = [f"“{item.name}”（{s.catalogue.districts[place].name}）" for row, item in s.rows
           if (place := reviewer_district(row.levels, s.district.code)) != s.district.code and place in s.catalogue.districts]
    lines = [
        Line(f"收件时请申请人选择：{modes}；{ways}。首次发放之前可以变更", source=DELIVERY),
        Line("结果齐备（分别领取的，每项结果到达）当天按选定的方式送达", source=DELIVERY),
        Line("当面发放的核对领取人身份并请其签收，邮寄的登记单号"),
        Line("不予受理、不予许可的决定同样送达，并告知救济途径"),
        Line("送达凭证及时移交各办理部门；没有送达的标明“未送达”，写明原因后重新办理，不得归档", source=DELIVERY),
        Line("电子证照请申请人在“个人中心”查看、下载", source=DELIVERY),
    ]
    if far:
        lines.insert(2, Line(f"跨层级办理的{'、'.join(far)}：由办理部门一次送至或邮寄至本地发证窗口", source=DELIVERY))
    return one("delivery", "送达", *lines)


def give_back(s: Subject) -> Section:
    block = any(row.parallel for row in s.bundle.rows)
    return one(
        "give-back", "撤回和退还材料",
        Line("作出决定之前，申请人可以撤回整个申请或者其中一项；已作出决定的不能撤回，告知救济途径", source=PLAN.format("审批")),
        Line("撤回整个申请的，由窗口把留存的纸质原件收齐，一次统一退还，登记领取人", source=PLAN.format("审批")),
        Line("撤回一项不影响其他没有先后关系的事项" + ("；依法并行办理的事项只能一并撤回" if block else "")),
    )


def contacts(s: Subject) -> Section:
    """Whom the clerk asks."""
    lead, adviser = s.catalogue.department_name(s.bundle.lead), s.catalogue.office_name(s.bundle.adviser_office)
    lines = [Line(f"牵头部门：{lead}；咨询辅导：{adviser}")]
    for office in dict.fromkeys(row.department for row, _ in s.rows):
        items = "、".join(f"“{item.name}”" for row, item in s.rows if row.department == office)
        numbers = s.catalogue.service.hotlines_of(office)
        phone = "、".join(f"{entry.number}（{entry.name}）" for entry in numbers)
        known = bool(numbers) and all(entry.confirmed for entry in numbers)
        lines.append(Line(f"{s.catalogue.department_name(office)}办理{items}；电话：{phone or TO_CONFIRM}", known))
    lines += [line(fact) for fact in s.catalogue.service.consultation]
    return one("contacts", "遇到问题找谁", *lines)


SECTIONS = (sharing, outcomes, papers, clocks, hand_on, delivery, give_back, contacts)
