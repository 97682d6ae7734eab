"""What a clerk registers: one transaction of record, audit and the promise to tell the engine; no engine is called here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from stdnum.cn import ric

from api.masking import mask_id
from api.uploads import Upload
from onething.application_form import fields_of, naming
from onething.bootstrap import Tools
from onething.errors import Conflict, InvalidInput, NotAllowed, refuse
from onething.intake import Judgement, check_decision, defects
from onething.store import Account, Application, WindowAct, applications, audit, documents, outbox, window
from onething.vocabulary import Channel, DeliveryWay
from onething.window import (
    CHOOSE,
    CORRECT,
    COUNTER_CASE,
    DELIVER,
    DIGITISE,
    GIVE_BACK,
    HAND_OVER,
    PAPER_REPLY,
    RELATIONS,
    REVIEW,
    SUPPLEMENT,
    WITHDRAW,
    Act,
    group_of,
    reference,
)

DECISIONS = {
    "accepted": "收件", "on-the-spot": "当场补正", "correction": "需要补正，一次告知", "rejected": "不予收件",
}

RECORDED = {
    REVIEW: "收件审查", DIGITISE: "纸质材料转电子", HAND_OVER: "移交纸质原件", DELIVER: "发放结果", GIVE_BACK: "退还原件",
    COUNTER_CASE: "代为申请", PAPER_REPLY: "登记部门纸质反馈", WITHDRAW: "撤回", CHOOSE: "更改领取方式",
    CORRECT: "收取补正材料", SUPPLEMENT: "收取容缺补交的材料",
}
"""What was registered, as the record of a case names it."""


@dataclass(frozen=True)
class Wanted:
    """What the form said; `form` has every field as text."""

    task: str
    scope: str = ""
    form: Mapping[str, str] = field(default_factory=dict)
    scan: Upload | None = None

    def text(self, name: str) -> str:
        return " ".join(self.form.get(name, "").split())


@dataclass(frozen=True)
class Checked:
    """`answers` and `judged` go to the engine; `words` (by the name of their variable) and `facts` stay here (S11). A
    judgement is (complete, legal, problem) by the material and its version."""

    answers: Mapping[str, Any] = field(default_factory=dict)
    words: Mapping[str, str] = field(default_factory=dict)
    facts: Mapping[str, str] = field(default_factory=dict)
    judged: Mapping[str, tuple[bool, bool, str]] = field(default_factory=dict)

    @property
    def said(self) -> dict[str, str]:
        problems = {material: problem for material, (_, _, problem) in self.judged.items()}
        return {name: text for name, text in {**self.words, **problems}.items() if text}

    def told(self, act_no: int) -> tuple[dict[str, Any], dict[str, list[Any]]]:
        """Answers and judgements as the engine may know them."""
        words = {name: reference(act_no) if text else "" for name, text in self.words.items()}
        judged = {
            material: [complete, legal, reference(act_no) if problem else ""]
            for material, (complete, legal, problem) in self.judged.items()
        }
        return {**self.answers, **words}, judged


def register(session: Any, tools: Tools, account: Account, case: Application, wish: Wanted) -> WindowAct:
    """Raises `Conflict` when the case does not wait for it (any more), `InvalidInput` for what is missing."""
    act = _due(session, case, wish)
    group = group_of(act.task, case.district)
    if group not in account.organisation.split():
        raise NotAllowed("这一步由另一个窗口岗位办理；请用相应岗位登录", code="not-the-window")
    last = window.told(session, [case.number]).of(case.number, act)
    if last and last.done_at is None:
        raise Conflict("这一步已经登记，系统正在办理；请稍候刷新页面", code="already-registered")
    checked = CHECKS[act.task](session, tools, case, wish)
    now, key = tools.clock.now(), f"task:{case.number}:{act.task}:{len(window.of_case(session, case.number)) + 1}"
    row = window.record(
        session, case, act.task, account.subject, now, scope=act.scope, round=act.round, promise=key,
        document_id=keep_scan(session, tools, case, wish.scan), said=checked.said, **checked.facts,
    )
    answers, judged = checked.told(row.act_no)
    outbox.put(
        session, now, key, "finish-task", number=case.number, task=act.task, scope=act.scope, round=act.round, group=group,
        clerk=account.subject, answers=answers, judged=judged,
    )
    audit.record(session, now, account.subject, f"window-{act.task}", number=case.number, item=act.scope, act=row.act_no)
    return row


def _due(session: Any, case: Application, wish: Wanted) -> Act:
    for act in window.due(session, case):
        if (act.task, act.scope) == (wish.task, wish.scope):
            return act
    raise Conflict("这个办件现在不需要这一步；可能已经由他人办理，请刷新页面", code="not-due")


def keep_scan(session: Any, tools: Tools, case: Application, scan: Upload | None) -> str | None:
    """The scan of what was signed, kept with the case."""
    if scan is None:
        return None
    now = tools.clock.now()
    return documents.add(
        session, now, case.account_id, scan.name, scan.media_type, scan.file, number=case.number
    ).id


def _review(session: Any, tools: Tools, case: Application, wish: Wanted) -> Checked:
    """Two judgements for each material; the same rules as behind Tasklist's form (R42-R45)."""
    catalogue = tools.catalogue_of(case)
    found = [_judgement(row, wish) for row in applications.materials(session, case.number)]
    decision, reason = wish.text("decision"), wish.text("reason")
    if decision == "correction":
        reason = naming((need for need in fields_of(catalogue, case) if wish.text(f"mark.{need.field.key}")), reason)
    if decision not in DECISIONS:
        raise InvalidInput("请选择收件结论", field="decision", code="decision-missing")
    if decision == "on-the-spot" and case.channel != Channel.WINDOW:
        raise InvalidInput("网上申请不能当场补正；请改选“需要补正，一次告知”", field="decision", code="not-on-the-spot")
    names = {key: material.name for key, material in catalogue.materials.items()}
    try:
        check_decision(decision, reason, defects(found), names)
    except InvalidInput as error:
        for one in error.all:
            one.field = one.field or "decision"
        raise
    judged = {f"{one.key}:{one.version}": (one.complete, one.legal, one.problem) for one in found}
    return Checked({"intake_decision": decision}, {"intake_reason": reason}, {"note": DECISIONS[decision]}, judged)


def _judgement(row: Any, wish: Wanted) -> Judgement:
    good = [wish.form.get(f"{name}.{row.key}") == "yes" for name in ("complete", "legal")]
    return Judgement(row.key, row.version, *good, "" if all(good) else wish.text(f"problem.{row.key}")[:500])


def _digitise(session: Any, tools: Tools, case: Application, wish: Wanted) -> Checked:
    known = tools.catalogue_of(case).materials
    missing = [
        known[row.key].name for row in applications.materials(session, case.number)
        if row.source == "applicant" and row.document_id is None
    ]
    if missing:
        raise InvalidInput(f"还没有扫描：{'、'.join(missing)}；请先逐份扫描或拍照上传", field="scans", code="not-scanned")
    note = wish.text("note")[:500]
    return Checked({"digitised": True}, {"digitising_note": note}, {"note": note})


def _hand_over(session: Any, tools: Tools, case: Application, wish: Wanted) -> Checked:
    receiver, note = wish.text("receiver")[:100], wish.text("note")[:500]
    if not receiver:
        raise InvalidInput("请填写牵头部门的接收人姓名", field="receiver", code="receiver-missing")
    return Checked({}, {"handover_receiver": receiver, "handover_note": note}, {"person": receiver, "note": note})


def _deliver(session: Any, tools: Tools, case: Application, wish: Wanted) -> Checked:
    """Handed over with identity and signature, sent off by courier, or not delivered and why (R97, R99, R102)."""
    if wish.form.get("outcome") == "failed":
        reason = wish.text("reason")[:500]
        if not reason:
            raise InvalidInput("请写明没有送达的原因", field="reason", code="reason-missing")
        return Checked({"delivery_outcome": "failed"}, {"delivery_reason": reason}, {"note": reason})
    proof = wish.text("proof")[:100]
    if case.delivery_way == DeliveryWay.COURIER:
        facts = {"person": case.applicant["name"], "note": f"交寄，运单号 {proof}" if proof else "交寄"}
    else:
        refuse(collector_faults(wish, case, "结果签收单"))
        facts = {**collector(wish, case), "note": f"签收单 {proof}" if proof else ""}
    words = {"handover_receiver": facts["person"], "handover_proof_no": proof}
    return Checked({"delivery_outcome": "delivered"}, words, facts)


def _give_back(session: Any, tools: Tools, case: Application, wish: Wanted) -> Checked:
    refuse(collector_faults(wish, case, "退还签收单"))
    facts, note = collector(wish, case), wish.text("note")[:200]
    return Checked({}, {"return_receiver": facts["person"], "return_note": note}, {**facts, "note": note})


def collector(wish: Wanted, case: Application) -> dict[str, str]:
    """Who stands at the counter, and by which identity."""
    person, relation = wish.text("receiver")[:100], wish.text("relation")
    if relation == "self":  # whose number is compared below
        person = person or str(case.applicant.get("name", ""))
    return {"person": person, "person_id": mask_id(_id_no(wish)), "relation": RELATIONS.get(relation, "")}


def collector_faults(wish: Wanted, case: Application, slip: str = "", who: str = "谁来领取") -> list[InvalidInput]:
    """What is missing about them, in the order of the form, in its words; and their name under the `slip`, if there is one."""
    found, relation, id_no = [], wish.text("relation"), _id_no(wish)
    if relation not in RELATIONS:
        found.append(InvalidInput(f"请选择{who}", field="relation", code="relation-missing"))
    if not collector(wish, case)["person"]:
        found.append(InvalidInput("请填写姓名", field="receiver", code="receiver-missing"))
    if unreadable := identity_faults(id_no, "id_no"):
        found += unreadable
    elif relation == "self" and id_no != case.applicant.get("id_no"):
        found.append(InvalidInput(
            "证件号码与申请人不一致；请核对证件，或者选择“代办人”“法定代表人”", field="id_no", code="not-the-applicant"
        ))
    if slip and wish.form.get("signed") != "yes":
        found.append(InvalidInput(f"请先在{slip}上签名，再勾选", field="signed", code="not-signed"))
    return found


def _id_no(wish: Wanted) -> str:
    return wish.text("id_no").replace(" ", "").upper()


def identity_faults(id_no: str, name: str) -> list[InvalidInput]:
    if not id_no:
        return [InvalidInput("请填写身份证号码", field=name, code="id-missing")]
    if not ric.is_valid(id_no):
        return [InvalidInput("居民身份证号码不正确；请对照身份证填写 18 位号码", field=name, code="id-number")]
    return []


CHECKS = {REVIEW: _review, DIGITISE: _digitise, HAND_OVER: _hand_over, DELIVER: _deliver, GIVE_BACK: _give_back}


def paper_reply(session: Any, tools: Tools, account: Account, case: Application, wish: Wanted) -> WindowAct:
    """未接入的部门: what came back on paper, with its number and a scan. The lead department is told and decides in Tasklist, as
    the department itself is not there."""
    row, note = next((one for one in case.items if one.item == wish.scope), None), wish.text("note")[:500]
    if row is None:
        raise InvalidInput("请选择是哪个事项的纸质反馈", field="scope", code="item-missing")
    if not note:
        raise InvalidInput("请填写纸质反馈的文号或内容", field="note", code="note-missing")
    now = tools.clock.now()
    kept = window.record(
        session, case, PAPER_REPLY, account.subject, now, scope=row.item, note=note,
        document_id=keep_scan(session, tools, case, wish.scan),
    )
    audit.record(session, now, account.subject, "window-paper-reply", number=case.number, item=row.item, act=kept.act_no)
    key, lead = f"paper-reply:{case.number}:{kept.act_no}", tools.catalogue_of(case).bundle(case.bundle).lead
    outbox.put(session, now, key, "push", what="paper-reply", event=key, number=case.number, item=row.item, department=lead)
    return kept
