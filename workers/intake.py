"""收件: list the materials, record what the window found, one notice or the receipt (R40-R45, R53, R54, R58, R59)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from onething.cases import FINAL_CASE_STATES
from onething.engine import contract
from onething.engine.worker import Task
from onething.errors import InvalidInput
from onething.intake import (
    APPLICATION_FORM,
    FORM_NAME,
    Judgement,
    check_decision,
    defects,
    late_defects,
    list_keys,
    read_judgements,
    sentences,
)
from onething.store import Application, IntakeCheck, Material, applications, audit, intake, joint, notices, window
from onething.vocabulary import CaseState, Channel, Clock, ItemState
from onething.window import REVIEW
from workers import clocks, correcting, ending_papers, originals, papermaking, promises, sharing
from workers.desk import INPUT_PROBLEM, Desk, Outcome, or_back, text

OUTCOME = "intake_outcome"
Line = tuple[str, str, str]


def handle(task: Task, desk: Desk) -> Outcome:
    """`step`: prepare (list the materials), record (after the clerk), reason (after the supervisor), expire (no correction)."""
    step = text(task, "step")
    if step == "prepare":
        sharing.fetch(desk, task.application_no)
        promises.letter(desk, task.application_no)
        return _prepare(task, desk)
    if step == "expire":
        return correcting.expire(task, desk)
    if step == "reason":
        return {OUTCOME: "needs-reason", **or_back(_reason, task, desk)}
    return {OUTCOME: "again", **or_back(_record, task, desk)}


def _prepare(task: Task, desk: Desk) -> Outcome:
    """One row for each material; what was found in order before, and has not changed, is ticked already."""
    with desk.tools.store.reading() as session:
        return _rows(session, desk, applications.get(session, task.application_no))


def _rows(session: Any, desk: Desk, application: Application) -> Outcome:
    number, known_materials = application.number, desk.catalogue(application).materials
    rows = applications.materials(session, number)
    here = window.newest_act(session, number, REVIEW)  # what a clerk wrote at the counter is shown there only (S11)
    last, shared = intake.last_judgements(session, number), intake.shared(session, number)
    values: dict[str, Any] = {
        "material_keys": list_keys((row.key, row.version) for row in rows), "intake_decision": None,
        "intake_reason": "", "promised": promises.line(session, desk, application), INPUT_PROBLEM: "",
    }
    for position, row in enumerate(rows, start=1):
        known = last.get(row.key)
        known = known if known and known.version == row.version else None
        complete, legal, defect = contract.judgement_variables(position)
        values[contract.material_variable(position)] = _line(known_materials[row.key].name, row, shared.get(row.key))
        values[complete], values[legal] = bool(known and known.complete), bool(known and known.legal)
        values[defect] = known.problem if known and not here else ""
    return values


def _line(name: str, row: Material, shared: Any) -> str:
    if row.source == "government" and row.document_id is None:
        return f"{name}（共享获取失败：{shared.problem}）" if shared and shared.problem else f"{name}（共享获取，免于提交）"
    form = "" if row.document_id else "，纸质"
    return f"{name}（第 {row.version} 次提交{form}）" if row.version > 1 or form else name


def _record(task: Task, desk: Desk) -> Outcome:
    decision, reason = text(task, "intake_decision"), text(task, "intake_reason")
    actor, now = desk.completer(task, "intake-review"), desk.tools.clock.now()
    with desk.tools.store.transaction() as session:
        application = applications.lock(session, task.application_no)
        if application.state != CaseState.SUBMITTED or intake.check_by_task(session, task.id):
            return _replay(session, desk, application)
        found = read_judgements(text(task, "material_keys"), task.variables)
        check_decision(decision, reason, defects(found), _names(desk, application))
        if decision == "accepted":
            promises.check_signed(session, desk, application)
        if decision == "on-the-spot" and application.channel != Channel.WINDOW:
            raise InvalidInput("网上申请不能当场补正；请改选“需要补正，一次告知”")
        if decision == "correction":
            found.append(Judgement(APPLICATION_FORM, 1, not reason, True, reason))
            late = late_defects(found, intake.told(session, application.number))
            decision = "needs-reason" if late else decision
        check = intake.add_check(session, application.number, task.id, actor, now, decision, found)
        audit.record(session, now, actor, f"intake-{decision}", number=application.number, check=check.check_no)
        if decision == "needs-reason":
            check.late = [one.key for one in late]
        elif decision == "correction":
            _ask_correction(session, desk, application, check, now)
        elif decision == "on-the-spot":
            _fix_on_the_spot(session, application, check, now)
        elif decision == "accepted":
            _take_in(session, desk, application, actor, now)
        elif decision == "rejected":
            _reject(session, desk, application, check, reason, now)
        else:
            raise InvalidInput("请选择收件结论后再提交")
        return _replay(session, desk, application)


def _reason(task: Task, desk: Desk) -> Outcome:
    """The supervisor allows a second notice with a reason, or does not (R59)."""
    actor, now = desk.completer(task, "repeat-notice"), desk.tools.clock.now()
    with desk.tools.store.transaction() as session:
        application = applications.lock(session, task.application_no)
        check = intake.checks(session, application.number)[-1]
        if check.outcome == "needs-reason":
            reason = text(task, "repeat_reason")
            if not reason:
                raise InvalidInput("请写明同意或不同意再次告知的理由")
            check.late_reason, check.late_reason_by = reason, actor
            allowed = text(task, "repeat_decision") == "allow"
            check.outcome = "correction" if allowed else "denied"
            audit.record(
                session, now, actor, f"repeat-notice-{'allowed' if allowed else 'denied'}", number=application.number,
                late=check.late, reason=reason,
            )
            if allowed:
                _ask_correction(session, desk, application, check, now)
        return _replay(session, desk, application)


def _take_in(session: Any, desk: Desk, application: Application, actor: str, now: datetime) -> None:
    number, calendar = application.number, desk.tools.calendar
    applications.end_clock(session, number, Clock.INTAKE, "", now)
    applications.set_case_state(application, CaseState.IN_PROGRESS)
    application.received_at, application.reason = now, ""
    for row in application.items:
        applications.set_item_state(row, ItemState.RECEIVED)
    due = clocks.start_acceptance(session, desk.tools, application, now)
    promises.start(session, desk.tools, number, now)
    if application.channel == Channel.WINDOW:
        due_to_scan = calendar.intake_due(now, calendar.counter("window", application.district))
        clocks.start(session, number, Clock.DIGITISING, "", now, due_to_scan)
    originals.take_in(session, application, actor, now)
    papermaking.receipt(session, desk, application, actor, due["acceptance_due"])
    name = desk.bundle(application).short_name
    notices.give(
        session, now, number, "received",
        f"您申请的“{name}”已收件，办件编号 {number}。各部门将在 1 个工作日内作出是否受理的决定。",
    )


def _ask_correction(
    session: Any, desk: Desk, application: Application, check: IntakeCheck, now: datetime
) -> None:
    """One notice with every defect, a line for each material (R43)."""
    found, lines = _told(session, desk, application, check)
    mark = {APPLICATION_FORM: "："}  # a remark, where a material has a finding
    application.reason = "；".join(
        f"{name}{mark.get(one.key, '')}{problem}" for one, (name, problem, _) in zip(found, lines, strict=True)
    )
    applications.end_clock(session, application.number, Clock.INTAKE, "", now)
    applications.set_case_state(application, CaseState.CORRECTION)
    due = correcting.start(session, desk.tools, application, check.check_no, now)
    papermaking.correction_notice(session, desk, application, check, lines, due)
    notices.give(
        session, now, application.number, f"correction-{check.check_no}",
        f"办件 {application.number} 的材料需要补正：{application.reason.rstrip('。')}。"
        f"请在 {papermaking.local_date(due):%Y年%m月%d日}前登录网上办事，或者到窗口，一次补齐再提交。",
    )


def _told(session: Any, desk: Desk, application: Application, check: IntakeCheck) -> tuple[list[Judgement], list[Line]]:
    """What the check found, and (material, problem, cure) of each as papers tell it."""
    names, found = _names(desk, application), defects(intake.judgements(session, application.number, check.check_no))
    return found, [(names[one.key], *sentences(one)) for one in found]


def _fix_on_the_spot(session: Any, application: Application, check: IntakeCheck, now: datetime) -> None:
    """The applicant replaces it at the counter: a new version on paper, the same case, the same two hours (R44)."""
    for one in defects(intake.judgements(session, application.number, check.check_no)):
        applications.add_material_version(session, application.number, one.key, None, now)


def _reject(
    session: Any, desk: Desk, application: Application, check: IntakeCheck, reason: str, now: datetime
) -> None:
    """Told in writing, with the reason and what was found with each material."""
    applications.end_clock(session, application.number, Clock.INTAKE, "", now)
    applications.set_case_state(application, CaseState.NOT_TAKEN)
    application.closed_at, application.reason = now, reason
    for row in application.items:
        applications.set_item_state(row, ItemState.NOT_TAKEN)
    joint.settle(session, application, now)
    _, lines = _told(session, desk, application, check)
    ending_papers.not_taken(session, desk, application, check.clerk, reason, lines)
    notices.give(
        session, now, application.number, "not-taken",
        f"办件 {application.number} 不予收件，理由：{application.reason.rstrip('。')}。"
        "不予收件告知书可以在“我的办件”下载，或者到综合受理窗口领取；如有疑问请到窗口咨询。",
    )


def _replay(session: Any, desk: Desk, application: Application) -> Outcome:
    """What the model needs next, read back from the store: the same however often a step runs."""
    state = application.state
    if state in FINAL_CASE_STATES:
        return {OUTCOME: "rejected"}
    if state == CaseState.CORRECTION:
        due = next(row.due_at for row in applications.clocks(session, application.number) if row.clock == Clock.CORRECTION)
        return {OUTCOME: "correction", "correction_due": due}
    if state == CaseState.SUBMITTED:
        check = intake.checks(session, application.number)[-1]
        if check.outcome == "denied":
            denied = f"督办岗位不同意再次告知：{check.late_reason}。请只就申请人没有改正的问题作出结论"
            return {OUTCOME: "again", INPUT_PROBLEM: denied}
        if check.outcome == "on-the-spot":
            return {OUTCOME: "again", **_rows(session, desk, application)}
        return {OUTCOME: check.outcome}
    return {OUTCOME: "accepted", **_dates(session, desk, application)}


def _dates(session: Any, desk: Desk, application: Application) -> dict[str, Any]:
    """When the departments must have decided on acceptance; for papers, the two hours and the list of originals."""
    due = {row.clock: row.due_at for row in applications.clocks(session, application.number)}
    acceptance = due.get(Clock.ACCEPTANCE, application.received_at)
    listed = papermaking.originals(session, desk, application)
    lines = "\n".join(f"{position}. {one['name']} {one['copies']} 份" for position, one in enumerate(listed, start=1))
    return {
        "acceptance_due": acceptance, "deemed_acceptance_due": due.get(Clock.DEEMED_ACCEPTANCE, acceptance),
        "digitising_due": due.get(Clock.DIGITISING), "originals": lines,
        "due_note": clocks.acceptance_note(desk.tools, application.received_at),
    }


def _names(desk: Desk, application: Application) -> dict[str, str]:
    return {key: row.name for key, row in desk.catalogue(application).materials.items()} | {APPLICATION_FORM: FORM_NAME}
