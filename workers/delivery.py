"""送达: gather the results, hand them over the chosen way the same day, send proof to every department (R97-R100)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from onething.engine.worker import Task
from onething.store import Application, applications, audit, notices, outbox
from onething.vocabulary import CaseState, Clock, DeliveryWay
from workers import clocks, papermaking
from workers.desk import Desk, Outcome, text


def handle(task: Task, desk: Desk) -> Outcome:
    """`step`: prepare (results are complete) or prove (handed over)."""
    actor = ""
    if text(task, "step") == "prove":
        actor = desk.completer(task, "result-handover") if text(task, "handover_receiver") else "系统"
    now = desk.tools.clock.now()
    with desk.tools.store.transaction() as session:
        application = applications.lock(session, task.application_no)
        if text(task, "step") == "prove":
            return _prove(session, desk, application, task, actor, now)
        return _prepare(session, desk, application, now)


def _prepare(session: Any, desk: Desk, application: Application, now: datetime) -> Outcome:
    number = application.number
    if application.state == CaseState.IN_PROGRESS:
        applications.set_case_state(application, CaseState.DELIVERING)
        applications.prepare_delivery(session, number, application.delivery_way, now)
        clocks.start(session, number, Clock.DELIVERY, "", now, desk.tools.calendar.same_day_due(now))
        audit.record(session, now, "系统", "prepare-delivery", number=number, way=application.delivery_way)
    due = next(c.due_at for c in applications.clocks(session, number) if c.clock == Clock.DELIVERY)
    return {"delivery_way": application.delivery_way, "delivery_due": due}


def _prove(session: Any, desk: Desk, application: Application, task: Task, actor: str, now: datetime) -> Outcome:
    number = application.number
    delivery = applications.delivery_of(session, number)
    if delivery is None or delivery.delivered_at:
        return {}
    electronic = delivery.way == DeliveryWay.ELECTRONIC
    delivery.receiver = papermaking.holder(application) if electronic else text(task, "handover_receiver")
    delivery.proof_no = text(task, "handover_proof_no")
    delivery.delivered_at, delivery.delivered_by = now, actor
    applications.end_clock(session, number, Clock.DELIVERY, "", now)
    papermaking.delivery_record(session, desk, application, delivery)
    for department in dict.fromkeys(row.department for row in application.items):
        outbox.put(
            session, now, f"proof:{number}:{department}", "push", what="delivery-proof", number=number,
            department=department,
        )
    way = DeliveryWay(delivery.way).label
    audit.record(session, now, actor, "deliver", number=number, way=delivery.way, proof=delivery.proof_no)
    message = f"办件 {number} 的办理结果已送达（{way}）。可在“我的办件”查看和下载。"
    notices.give(session, now, number, "delivered", message)
    return {}
