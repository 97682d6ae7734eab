"""送达: gather what is to be handed over, hand it over the chosen way the same day, prove it to everybody (R94-R103)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from typing import Any

from onething import deliveries as rules
from onething.cases import OPEN_ITEM_STATES, require_reason
from onething.catalogue.wording import quoted
from onething.engine.worker import Task
from onething.store import (
    Application,
    DeliveryAttempt,
    applications,
    audit,
    deliveries,
    effects,
    notices,
    outbox,
    ratings,
)
from onething.vocabulary import CaseState, Clock, DeliveryMode, DeliveryState, DeliveryWay, ItemState, OutsideSystem
from onething.window import receiver
from workers import clocks, papermaking
from workers.desk import Desk, Outcome, or_back, text

SYSTEM = "系统"
NOT_COUNTED = "办结当日不计入"


def handle(task: Task, desk: Desk) -> Outcome:
    """`step`: prepare (again after a failure), sender and sent (results of another level), prove (one attempt)."""
    if text(task, "step") == "prove":
        return {"delivery_outcome": "", **or_back(_step, task, desk)}
    return _step(task, desk)


def _step(task: Task, desk: Desk) -> Outcome:
    step, actor = text(task, "step"), SYSTEM
    if step == "sent":
        actor = desk.completer(task, "result-sending", text(task, "sender_group"))
    elif step == "prove" and text(task, "delivery_way") != DeliveryWay.ELECTRONIC:
        actor = desk.completer(task, "result-handover")
    now = desk.tools.clock.now()
    with desk.tools.store.transaction() as session:
        application = applications.lock(session, task.application_no)
        return STEPS[step](session, desk, application, task, actor, now)


def _open_results(session: Any, desk: Desk, application: Application, scope: str) -> list[str]:
    """Items in `scope` with a result that nobody has been given yet."""
    states = {row.item: ItemState(row.state) for row in application.items}
    stored = {item: row.state for item, row in deliveries.of_case(session, application.number).items()}
    return rules.in_scope(desk.bundle(application), rules.undelivered(states, stored), scope)


def _senders(application: Application, items: list[str]) -> list[str]:
    return rules.senders(
        (row.reviewer_group for row in application.items if row.item in items), application.district
    )


def _prepare(
    session: Any, desk: Desk, application: Application, task: Task, actor: str, now: datetime
) -> Outcome:
    """What is left to deliver, how, and until when; nothing for an item whose applicant now wants all at once."""
    number, scope, way = application.number, text(task, "item"), application.delivery_way
    if scope == rules.CASE and application.state == CaseState.IN_PROGRESS:
        applications.set_case_state(application, CaseState.DELIVERING)
    items = _open_results(session, desk, application, scope)
    if not items or (scope and application.delivery_mode == DeliveryMode.UNIFIED):
        return {"delivery_needed": False, "delivery_way": way}
    rows = deliveries.prepare(session, number, items, scope)
    sending = _senders(application, items) if way != DeliveryWay.ELECTRONIC else []
    waiting = [row for row in rows if _group(application, row.item) in sending and row.arrived_at is None]
    for row in rows:
        if row not in waiting:
            deliveries.arrive(row, now)
    tries = len(deliveries.attempts(session, number, scope))
    outcome = {"delivery_needed": True, "delivery_way": way, "delivery_attempt": tries + 1}
    if waiting:
        due = _clock(session, desk, application, Clock.SENDING, scope, now, [row.item for row in waiting])
        return {**outcome, "cross_level_count": len(sending), "sending_due": due}
    due = _clock(session, desk, application, Clock.DELIVERY, scope, now)
    if way == DeliveryWay.COURIER:
        parcel = rules.parcel(number, scope, tries + 1)
        outbox.put(session, now, f"courier:{parcel}", "courier", number=number, scope=scope, attempt=tries + 1)
    return {**outcome, "cross_level_count": 0, "delivery_due": due}


def _group(application: Application, item: str) -> str:
    return applications.item_of(application, item).reviewer_group


def _clock(
    session: Any, desk: Desk, application: Application, clock: Clock, scope: str, now: datetime, sent: Collection[str] = ()
) -> datetime:
    """当天 from the arrival of the last result. For the other level one working day, but only today where what is `sent` was
    promised for today (R81). A clock that runs goes on."""
    rows = applications.clocks(session, application.number)
    for row in rows:
        if (row.clock, row.item, row.ended_at) == (clock, scope, None):
            return row.due_at
    calendar = desk.tools.calendar
    today, promised = calendar.same_day_due(now), [row.due_at for row in rows if row.clock == Clock.PROMISED and row.item in sent]
    at_once = clock == Clock.DELIVERY or any(now < due_at <= today.due for due_at in promised)
    due = today if at_once else calendar.limit_due(now, 1, NOT_COUNTED)
    audit.record(session, now, SYSTEM, f"start-{clock}", number=application.number, item=scope)
    return clocks.start(session, application.number, clock, scope, now, due)


def _sender(session: Any, desk: Desk, application: Application, task: Task, actor: str, now: datetime) -> Outcome:
    """Which office of another level this one of the parallel tasks is for: the same for the same counter."""
    groups = _senders(application, _open_results(session, desk, application, text(task, "item")))
    return {"sender_group": groups[int(task.variables["loopCounter"] or 0)]}


def _sent(session: Any, desk: Desk, application: Application, task: Task, actor: str, now: datetime) -> Outcome:
    """One office sent all its results, once (R96); with the last one the window's clock may start (R98)."""
    number, scope, group = application.number, text(task, "item"), text(task, "sender_group")
    stored = deliveries.of_case(session, number)
    rows = [stored[item] for item in _open_results(session, desk, application, scope) if item in stored]
    mine = [row for row in rows if _group(application, row.item) == group and row.arrived_at is None]
    for row in mine:
        deliveries.arrive(row, now, actor, text(task, "sending_note"))
    if mine:
        audit.record(
            session, now, actor, "send-results", number=number, item=scope, items=[row.item for row in mine]
        )
    if all(row.arrived_at for row in rows):
        applications.end_clock(session, number, Clock.SENDING, scope, now)
    return {}


def _prove(session: Any, desk: Desk, application: Application, task: Task, actor: str, now: datetime) -> Outcome:
    """Record one attempt, at most once; what it was counts, however often this step runs."""
    number, scope, count = application.number, text(task, "item"), int(task.variables.get("delivery_attempt") or 0)
    known = deliveries.attempt(session, number, scope, count)
    items = _open_results(session, desk, application, scope)
    if known or not items:
        return {"delivery_outcome": known.outcome if known else str(DeliveryState.DELIVERED)}
    stored = deliveries.of_case(session, number)
    row = _attempt(session, application, task, scope, count, actor, now)
    deliveries.record(session, row, [stored[item] for item in items if item in stored])
    applications.end_clock(session, number, Clock.DELIVERY, scope, now)
    audit.record(
        session, now, actor, "deliver" if row.outcome == DeliveryState.DELIVERED else "delivery-failed", number=number,
        item=scope, way=row.way, attempt=count, proof=row.proof_no, reason=row.reason, items=items,
    )
    if row.outcome == DeliveryState.DELIVERED:
        _delivered(session, desk, application, row, items, now)
    else:
        _failed(session, application, row, now)
    return {"delivery_outcome": row.outcome}


def _waybill(session: Any, number: str, scope: str, count: int) -> str:
    """What the courier's order was receipted with, where nobody wrote down another number."""
    key = f"{OutsideSystem.COURIER}:{rules.parcel(number, scope, count)}"
    return next((effect.receipt for effect in effects.of_case(session, number) if effect.key == key), "")


def _attempt(
    session: Any, application: Application, task: Task, scope: str, count: int, actor: str, now: datetime
) -> DeliveryAttempt:
    way = text(task, "delivery_way")
    row = DeliveryAttempt(
        number=application.number, scope=scope, attempt=count, way=way, outcome=str(DeliveryState.DELIVERED),
        receiver=papermaking.holder(application), proof_no="", reason="", at=now, actor=actor,
    )
    if way != DeliveryWay.ELECTRONIC:
        row.receiver = receiver(text(task, "handover_receiver"), row.receiver)
        row.proof_no = text(task, "handover_proof_no") or _waybill(session, application.number, scope, count)
        if text(task, "delivery_outcome") == "failed":
            row.outcome = str(DeliveryState.UNDELIVERED)
            row.receiver, row.reason = "", require_reason(text(task, "delivery_reason"), "未送达登记")
    return row


def _delivered(
    session: Any, desk: Desk, application: Application, row: DeliveryAttempt, items: list[str], now: datetime
) -> None:
    """Proof to every co-department, once (R100); the applicant is told."""
    number = application.number
    if application.state == CaseState.UNDELIVERED:
        applications.set_case_state(application, CaseState.DELIVERING)
    papermaking.delivery_record(session, desk, application, row, items)
    for department in dict.fromkeys(entry.department for entry in application.items):
        outbox.put(
            session, now, f"proof:{number}:{row.scope}:{department}", "push", what="delivery-proof", number=number,
            item=row.scope, department=department, items=items,
        )
    what = quoted(desk.catalogue(application).items[item].name for item in items) if row.scope else f"办件 {number} "
    notices.give(
        session, now, number, "delivered", item=row.scope,
        text=f"{what}的办理结果已送达（{DeliveryWay(row.way).label}）。可在“我的办件”查看和下载。",
    )
    if _all_handed_over(session, application):
        ratings.offer(session, now, number, notices.key_of(number, "delivered", row.scope))


def _all_handed_over(session: Any, application: Application) -> bool:
    """Nothing is undecided and nothing lies here: the SMS about this result is the last, and asks for a rating (R121)."""
    states = {row.item: ItemState(row.state) for row in application.items}
    stored = {item: row.state for item, row in deliveries.of_case(session, application.number).items()}
    return OPEN_ITEM_STATES.isdisjoint(states.values()) and not rules.undelivered(states, stored)


def _failed(session: Any, application: Application, row: DeliveryAttempt, now: datetime) -> None:
    """Back to the window as 未送达; nothing is archived meanwhile (R102)."""
    if application.state == CaseState.DELIVERING:
        applications.set_case_state(application, CaseState.UNDELIVERED)
    notices.give(
        session, now, application.number, f"undelivered-{row.attempt}", item=row.scope,
        text=f"办件 {application.number} 的办理结果没有送达（{DeliveryWay(row.way).label}），原因：{row.reason}。"
        "结果仍在发证窗口，将再次送达；您也可以在“我的办件”更改领取方式或收件地址。",
    )


STEPS: Mapping[str, Callable[[Any, Desk, Application, Task, str, datetime], Outcome]] = {
    "prepare": _prepare, "sender": _sender, "sent": _sent, "prove": _prove,
}
