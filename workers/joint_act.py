"""联合评审, 联合勘验, 联合验收: one appointment, one opinion per department, one record, by the lead (R84, R85)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from onething.cases import require_reason
from onething.deadlines import CHINA
from onething.engine.worker import Task
from onething.errors import InvalidInput
from onething.store import Application, JointAct, applications, audit, joint, notices, outbox
from onething.vocabulary import Clock, JointKind, JointState, Opinion
from workers import fronts, procedure_papers
from workers.desk import Desk, Outcome, or_back, text

NEXT = "joint_next"
ONE_DEPARTMENT = "只有一个部门参加，由该部门自行办理"


def handle(task: Task, desk: Desk) -> Outcome:
    """`step`: prepare (all items accepted), appoint, opinion and record (after a person's form), asked (whose opinion)."""
    step = text(task, "step")
    if step == "asked":
        return {"opinion_group": text(task, "opinion_groups").split(",")[int(task.variables["loopCounter"] or 0)]}
    if step == "prepare":
        return _prepare(task, desk)
    if step == "appoint":
        return {NEXT: "again", **or_back(_appoint, task, desk)}
    return or_back({"opinion": _opinion, "record": _record}[step], task, desk)


def _find(session: Any, task: Task) -> tuple[Application, JointAct]:
    application = applications.lock(session, task.application_no)
    row = joint.act(session, application.number, JointKind(text(task, "item").removeprefix("joint-")))
    assert row is not None, "planned when the case was handed in"
    return application, row


def _prepare(task: Task, desk: Desk) -> Outcome:
    """Due with the first of the items; a single department needs no joint act."""
    with desk.tools.store.transaction() as session:
        application, row = _find(session, task)
        if row.state == JointState.PLANNED and len(joint.groups(row)) < 2:
            _not_needed(session, desk, application, row, "系统", ONE_DEPARTMENT)
        names = {item: desk.catalogue(application).items[item].name for item, _ in row.participants}
        due = [clock.due_at for clock in applications.clocks(session, application.number)
               if clock.clock == Clock.PROMISED and clock.item in names]
        return {
            NEXT: "not-needed" if row.state == JointState.NOT_NEEDED else "needed",
            "joint_note": "、".join(names.values()), "joint_due": min(due, default=None),
        }


def _not_needed(session: Any, desk: Desk, application: Application, row: JointAct, actor: str, reason: str) -> None:
    now = desk.tools.clock.now()
    row.state, row.reason, row.organised_by = str(JointState.NOT_NEEDED), reason, actor
    audit.record(session, now, actor, "joint-act-not-needed", number=application.number, kind=row.kind, reason=reason)
    fronts.wake(session, desk, application, [item for item, _ in row.participants], now)


def _appoint(task: Task, desk: Desk) -> Outcome:
    """The lead names time and place for all, or says why no joint act is needed."""
    actor, decision = desk.completer(task, "joint-appointment"), text(task, "joint_decision")
    with desk.tools.store.transaction() as session:
        application, row = _find(session, task)
        if row.state == JointState.PLANNED:
            if decision == "not-needed":
                reason = require_reason(text(task, "joint_reason"), f"不开展{JointKind(row.kind).label}")
                _not_needed(session, desk, application, row, actor, reason)
            elif decision == "appointed":
                _keep_appointment(session, desk, application, row, task, actor)
            else:
                raise InvalidInput("请选择是否开展联合办理", field="joint_decision", code="no-answer")
        groups = joint.groups(row)
        return {NEXT: str(row.state), "opinion_groups": ",".join(groups), "opinion_count": len(groups)}


def _keep_appointment(
    session: Any, desk: Desk, application: Application, row: JointAct, task: Task, actor: str
) -> None:
    now, place = desk.tools.clock.now(), text(task, "joint_place")
    when = appointed_time(text(task, "joint_time"), now)
    if not place:
        raise InvalidInput("请填写地点", field="joint_place", code="place-missing")
    row.state, row.appointed_for, row.place, row.organised_by = str(JointState.APPOINTED), when, place, actor
    label, number = JointKind(row.kind).label, application.number
    audit.record(session, now, actor, "appoint-joint-act", number=number, kind=row.kind, time=when.isoformat(), place=place)
    departments = _departments(desk, application, row)
    for department in departments:
        outbox.put(
            session, now, f"joint-act:{number}:{row.kind}:{department}", "push", what="joint-appointment", number=number,
            department=department, joint=row.kind, time=when.isoformat(),
        )
    names = "、".join(desk.tools.catalogue.department_name(department) for department in departments)
    moment = f"{when.astimezone(CHINA):%Y年%m月%d日 %H:%M}"
    notices.give(
        session, now, number, f"joint-{row.kind}",
        f"办件 {number} 的{label}定于 {moment}，地点：{place}。{names}一次到场，请予配合。",
    )


def appointed_time(words: str, now: datetime) -> datetime:
    """`2026-12-01 09:30` in China's time, not in the past."""
    try:
        when = datetime.strptime(words, "%Y-%m-%d %H:%M").replace(tzinfo=CHINA)
    except ValueError:
        raise InvalidInput("时间请按“2026-12-01 09:30”的格式填写", field="joint_time", code="bad-time") from None
    if when <= now:
        raise InvalidInput("约定的时间已经过去；请填写今后的时间", field="joint_time", code="past-time")
    return when


def _departments(desk: Desk, application: Application, row: JointAct) -> list[str]:
    mine = {entry.item: entry.department for entry in application.items}
    return list(dict.fromkeys(mine[item] for item, _ in row.participants))


def _opinion(task: Task, desk: Desk) -> Outcome:
    """One opinion per department, whatever number of its items takes part."""
    group = text(task, "opinion_group")
    actor, now = desk.completer(task, "joint-opinion", group), desk.tools.clock.now()
    opinion, words = text(task, "opinion"), text(task, "opinion_text")
    with desk.tools.store.transaction() as session:
        application, row = _find(session, task)
        department = next(entry.department for entry in application.items if entry.reviewer_group == group)
        known = [given.department for given in joint.opinions(session, application.number, JointKind(row.kind))]
        if row.state == JointState.APPOINTED and department not in known:
            if opinion not in list(Opinion):
                raise InvalidInput("请选择意见后再提交", field="opinion", code="no-answer")
            if opinion != Opinion.PASS:
                words = require_reason(words, f"“{Opinion(opinion).label}”的意见")
            joint.give_opinion(
                session, application.number, JointKind(row.kind), department, Opinion(opinion), words, now, actor
            )
            audit.record(
                session, now, actor, "joint-opinion", number=application.number, kind=row.kind, department=department,
                opinion=opinion,
            )
    return {}


def _record(task: Task, desk: Desk) -> Outcome:
    """One signed record; its result goes to every department, and the items that waited for it go on."""
    actor, now, words = desk.completer(task, "joint-record"), desk.tools.clock.now(), text(task, "joint_record")
    with desk.tools.store.transaction() as session:
        application, row = _find(session, task)
        if row.state == JointState.APPOINTED:
            number = application.number
            row.record = require_reason(words, f"{JointKind(row.kind).label}记录")
            row.state, row.recorded_at, row.recorded_by = str(JointState.RECORDED), now, actor
            procedure_papers.joint_record(session, desk, application, row)
            audit.record(session, now, actor, "record-joint-act", number=number, kind=row.kind)
            for department in _departments(desk, application, row):
                outbox.put(
                    session, now, f"joint-record:{number}:{row.kind}:{department}", "push", what="joint-record",
                    number=number, department=department, joint=row.kind,
                )
            fronts.wake(session, desk, application, [item for item, _ in row.participants], now)
    return {}
