"""分发: papers become files, the case goes to all chosen departments at once, originals to the lead (R49-R51, R55-R57)."""

from __future__ import annotations

from onething.engine.worker import Task
from onething.errors import InvalidInput
from onething.store import applications, audit, intake, outbox
from onething.vocabulary import CaseState, Clock
from workers import originals, papermaking
from workers.desk import INPUT_PROBLEM, Desk, Outcome, or_back, text


def handle(task: Task, desk: Desk) -> Outcome:
    """`step`: digitised, hand-over and receive follow a person's form; push is the system's own."""
    if text(task, "step") == "push":
        return _push(task, desk)
    return or_back(STEPS[text(task, "step")], task, desk)


def _digitised(task: Task, desk: Desk) -> Outcome:
    """The scans are there; a breach of the two hours stays on record (R49)."""
    actor, now = desk.completer(task, "digitising"), desk.tools.clock.now()
    with desk.tools.store.transaction() as session:
        application = applications.lock(session, task.application_no)
        clock = next((c for c in applications.clocks(session, application.number) if c.clock == Clock.DIGITISING), None)
        if clock is None or clock.ended_at:
            return {}
        if task.variables.get("digitised") is not True:
            raise InvalidInput("请把纸质材料全部扫描后勾选“已全部转为电子材料”")
        missing = [desk.catalogue(application).materials[row.key].name
                   for row in applications.materials(session, application.number)
                   if row.source == "applicant" and row.document_id is None]
        if missing:
            raise InvalidInput(f"还没有电子件：{'、'.join(missing)}；请在“办件查阅”页面上传扫描件后再提交")
        clock.ended_at = now
        clock.overdue_at = clock.overdue_at or (now if now > clock.due_at else None)
        audit.record(session, now, actor, "digitise", number=application.number, late=clock.overdue_at is not None)
    return {}


def _push(task: Task, desk: Desk) -> Outcome:
    """All chosen departments in one transaction, nobody else; who is not connected is asked of the lead (R50, R56)."""
    now = desk.tools.clock.now()
    with desk.tools.store.transaction() as session:
        application = applications.lock(session, task.application_no)
        number, lead = application.number, desk.bundle(application).lead
        if application.state != CaseState.IN_PROGRESS or intake.dispatches(session, number):
            return {}
        departments = list(dict.fromkeys(row.department for row in application.items))
        for department in departments:
            connected = desk.tools.catalogue.departments[department].connected
            intake.dispatch(session, number, department, "push" if connected else "pull", now)
            outbox.put(
                session, now, f"materials:{number}:{department}", "push", number=number, department=department,
                what="materials" if connected else "pull-request", to=department if connected else lead,
            )
        audit.record(session, now, "系统", "dispatch", number=number, departments=departments)
    return {}


def _hand_over(task: Task, desk: Desk) -> Outcome:
    """The window hands the originals over; the list is drawn from what was taken in (R51)."""
    actor, now = desk.completer(task, "paper-handover"), desk.tools.clock.now()
    receiver = text(task, "handover_receiver")
    with desk.tools.store.transaction() as session:
        application = applications.lock(session, task.application_no)
        known = intake.handover(session, application.number)
        if application.state in (CaseState.WITHDRAWN, CaseState.COMPLETED) or (known and known.received_at):
            return {}
        if not receiver:
            raise InvalidInput("请填写牵头部门的接收人姓名")
        listed = papermaking.originals(session, desk, application)
        intake.hand_over(session, application.number, listed, receiver, text(task, "handover_note"), actor, now)
        audit.record(session, now, actor, "hand-over-originals", number=application.number, originals=listed)
    return {}


def _receive(task: Task, desk: Desk) -> Outcome:
    """The lead counts and acknowledges; what does not tally goes back to the window (R51, R104)."""
    actor, now = desk.completer(task, "paper-receipt"), desk.tools.clock.now()
    with desk.tools.store.transaction() as session:
        application = applications.lock(session, task.application_no)
        row = intake.handover(session, application.number)
        if row is None or row.received_at:
            return {}
        if text(task, "originals_received") != "complete":
            note = text(task, "receipt_note") or "未写明"
            audit.record(session, now, actor, "originals-differ", number=application.number, note=note)
            return {INPUT_PROBLEM: f"牵头部门清点与清单不符：{note}。请核对后重新移交"}
        row.received_at, row.received_by = now, actor
        originals.hand_over(session, desk, application, row.handed_by, now, row.receiver, row.note)
        papermaking.handover_ledger(session, desk, application, row)
        audit.record(session, now, actor, "receive-originals", number=application.number)
    return {}


STEPS = {"digitised": _digitised, "hand-over": _hand_over, "receive": _receive}
