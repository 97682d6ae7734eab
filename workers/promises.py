"""容缺受理: the letter before intake, the clock from intake, and who hears of a material that did not come (R46-R48)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from onething.bootstrap import Tools
from onething.cases import FAILED_ITEM_STATES
from onething.deadlines import recompute
from onething.eligibility import needs_of
from onething.errors import InvalidInput
from onething.store import Application, Deadline, applications, audit, documents, intake, outbox
from onething.vocabulary import Clock, PaperKind, PromiseKind
from workers import clocks, papermaking
from workers.desk import Desk


def letter(desk: Desk, number: str) -> None:
    """Draw and keep the signed letter, once, before the window looks at the case (R47)."""
    with desk.tools.store.transaction() as session:
        application = applications.lock(session, number)
        rows = intake.promises(session, number)
        if rows and documents.paper(session, number, PaperKind.PROMISE_LETTER) is None:
            papermaking.promise_letter(session, desk, application, rows)


def line(session: Any, desk: Desk, application: Application) -> str:
    """What the clerk reads above the materials; empty when everything was handed in."""
    known = desk.catalogue(application).materials
    return "；".join(
        f"“{known[row.key].name}”{PromiseKind(row.kind).label}，"
        + (f"{row.days} 个工作日内补交" if row.kind == PromiseKind.TOLERANCE else "以承诺代替提交")
        for row in intake.promises(session, application.number) if row.handed_in_at is None
    )


def check_signed(session: Any, desk: Desk, application: Application) -> None:
    """Nothing is taken in while a required material is missing without a signed letter (R47)."""
    signed = {row.key for row in intake.promises(session, application.number) if row.signed_name}
    there = {row.key for row in applications.materials(session, application.number)} | signed
    needs = needs_of(desk.catalogue(application), desk.bundle(application), application)
    missing = [n.material.name for n in needs if n.upload and n.required and n.material.key not in there]
    if missing:
        names = "、".join(f"“{name}”" for name in missing)
        raise InvalidInput(f"{names}没有提交，也没有签署承诺书，不能收件；请改选“需要补正”并写明")


def start(session: Any, tools: Tools, number: str, now: datetime) -> None:
    """The time for handing in begins with intake; when it is over, somebody looks (R46)."""
    for row in intake.promises(session, number):
        if row.kind != PromiseKind.TOLERANCE or row.handed_in_at:
            continue
        deadline = recompute(tools.calendar, Clock.SUPPLEMENT, now, row.days)
        row.due_at = clocks.start(session, number, Clock.SUPPLEMENT, row.item, now, deadline)
        outbox.put(session, row.due_at, f"supplement-due:{number}:{row.key}", "supplement-due", number=number, material=row.key)


def move(session: Any, tools: Tools, clock: Deadline) -> None:
    """The calendar changed: the dates of what is still to come, and when somebody looks, follow the clock."""
    for row in intake.promises(session, clock.number):
        if row.item == clock.item and row.kind == PromiseKind.TOLERANCE and row.due_at and not row.handed_in_at:
            row.due_at = tools.calendar.limit_due(clock.started_at, row.days).due
            outbox.move(session, f"supplement-due:{clock.number}:{row.key}", row.due_at)


def tell_if_missing(tools: Tools, number: str, key: str) -> None:
    """At the due time: the item's department and the supervisor are told of what was not handed in; decides nothing."""
    now = tools.clock.now()
    with tools.store.transaction() as session:
        application = applications.lock(session, number)
        row = next(one for one in intake.promises(session, number) if one.key == key)
        item = applications.item_of(application, row.item)
        if row.handed_in_at or row.told_at or item.state in FAILED_ITEM_STATES:
            return
        row.told_at = now
        for clock in applications.clocks(session, number):
            if (clock.clock, clock.item) == (Clock.SUPPLEMENT, row.item) and clock.overdue_at is None:
                clock.overdue_at = now
        outbox.put(
            session, now, f"supplement-late:{number}:{key}", "push", what="supplement-late", number=number, item=row.item,
            material=key, department=item.department, to=[item.department, "supervisor"],
        )
        audit.record(session, now, "系统", "supplement-late", number=number, item=row.item, material=key)
