"""What is shown of a case to its applicant and to staff: who holds what, until when, and what came of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from onething.bootstrap import Tools
from onething.cases import may_withdraw_case
from onething.catalogue import Bundle
from onething.store import (
    Application,
    ApplicationItem,
    Certificate,
    Deadline,
    Delivery,
    Document,
    Material,
    applications,
    certificates,
    documents,
    notices,
)
from onething.vocabulary import CaseState, CertificateState, Clock, ItemState, PaperKind

CASE_TONES = {
    CaseState.SUBMITTED: "running", CaseState.CORRECTION: "warn", CaseState.NOT_TAKEN: "bad",
    CaseState.IN_PROGRESS: "running", CaseState.DELIVERING: "running", CaseState.COMPLETED: "good",
    CaseState.WITHDRAWN: "off",
}
ITEM_TONES = {
    ItemState.SUBMITTED: "running", ItemState.RECEIVED: "running", ItemState.ACCEPTED: "running",
    ItemState.PRE_REVIEWED: "running", ItemState.APPROVED: "good", ItemState.REFUSED: "bad",
    ItemState.NOT_ACCEPTED: "bad", ItemState.NOT_TAKEN: "bad", ItemState.ENDED_BY_RULE: "off",
    ItemState.WITHDRAWN: "off",
}
# The clock an applicant waits for in each state; the legal ones behind it are in the details.
WAITED_FOR = {
    ItemState.RECEIVED: Clock.ACCEPTANCE, ItemState.ACCEPTED: Clock.PROMISED, ItemState.PRE_REVIEWED: Clock.PROMISED,
}


@dataclass(frozen=True)
class ClockView:
    clock: Clock
    row: Deadline
    days_left: int
    overdue: bool

    @property
    def tone(self) -> str:
        if self.row.ended_at:
            return "off"
        return "bad" if self.overdue else "warn" if self.days_left <= 1 else "running"


@dataclass(frozen=True)
class Step:
    """One line of a timeline. `state`: done, now, next or bad."""

    label: str
    state: str
    at: datetime | None = None
    note: str = ""


@dataclass(frozen=True)
class ItemView:
    row: ApplicationItem
    name: str
    department: str
    state: ItemState
    tone: str
    holder: str
    clock: ClockView | None
    steps: tuple[Step, ...]
    may_withdraw: bool


@dataclass(frozen=True)
class CaseView:
    application: Application
    bundle: Bundle
    district: str
    state: CaseState
    tone: str
    headline: str
    clock: ClockView | None
    clocks: tuple[ClockView, ...]
    items: tuple[ItemView, ...]
    materials: tuple[tuple[Material, str, Document | None], ...]
    papers: tuple[tuple[Document, str], ...]
    certificates: tuple[Certificate, ...]
    notices: tuple[Any, ...]
    delivery: Delivery | None
    may_withdraw: bool


def view(session: Any, tools: Tools, application: Application) -> CaseView:
    number, state = application.number, CaseState(application.state)
    bundle = tools.catalogue.bundle(application.bundle)
    delivery = applications.delivery_of(session, number)
    clocks = tuple(_clock(tools, row) for row in applications.clocks(session, number))
    items = tuple(_item(tools, application, row, clocks, delivery) for row in application.items)
    running = [c for c in clocks if not c.row.item and not c.row.ended_at]
    return CaseView(
        application=application, bundle=bundle, district=tools.catalogue.districts[application.district].name,
        state=state, tone=CASE_TONES[state], headline=_headline(state, application, delivery),
        clock=running[0] if running else None, clocks=clocks, items=items,
        materials=tuple(_materials(session, tools, number)), papers=tuple(_papers(session, tools, number)),
        certificates=tuple(published(session, number)), notices=tuple(reversed(notices.of_case(session, number))),
        delivery=delivery, may_withdraw=may_withdraw_case(state, [item.state for item in items]),
    )


def published(session: Any, number: str) -> list[Certificate]:
    return [c for c in certificates.of_case(session, number) if c.state != CertificateState.RESERVED]


def _clock(tools: Tools, row: Deadline) -> ClockView:
    now = tools.clock.now()
    overdue = bool(row.overdue_at) or (row.ended_at is None and row.due_at <= now)
    return ClockView(Clock(row.clock), row, tools.calendar.remaining_working_days(now, row.due_at), overdue)


def _item(
    tools: Tools, application: Application, row: ApplicationItem, clocks: Iterable[ClockView], delivery: Delivery | None
) -> ItemView:
    state, department = ItemState(row.state), tools.catalogue.department_name(row.department)
    mine = {c.clock: c for c in clocks if c.row.item == row.item and not c.row.ended_at}
    undecided = state in WAITED_FOR
    return ItemView(
        row=row, name=tools.catalogue.items[row.item].name, department=department, state=state, tone=ITEM_TONES[state],
        holder=_holder(application, state, department), clock=mine.get(WAITED_FOR.get(state)),
        steps=tuple(_steps(tools, application, row, state, department, delivery)),
        may_withdraw=application.state == CaseState.IN_PROGRESS and undecided,
    )


def _holder(application: Application, state: ItemState, department: str) -> str:
    if application.state == CaseState.CORRECTION:
        return "您"
    return "综合受理窗口" if state == ItemState.SUBMITTED else department if state in WAITED_FOR else ""


def _steps(
    tools: Tools, application: Application, row: ApplicationItem, state: ItemState, department: str,
    delivery: Delivery | None,
) -> Iterable[Step]:
    """Handed in, taken in, accepted, decided, delivered; the first that is open is "now", an ending is the last."""
    judged = tools.catalogue.items[row.item].has_acceptance_decision
    done = [Step("提交申请", "done", application.submitted_at)]
    if application.received_at:
        done.append(Step("窗口收件", "done", application.received_at))
    if row.accepted_at and judged and state != ItemState.NOT_ACCEPTED:
        done.append(Step("部门受理", "done", row.accepted_at, row.acceptance_reason))
    if row.pre_review_opinion and state == ItemState.PRE_REVIEWED:
        done.append(Step("材料预审", "done", None, "材料已预审，等待前置事项的结果"))
    if state == ItemState.APPROVED:
        done.append(Step("作出决定：准予" if judged else "出具结果", "done", row.decided_at, row.decision_reason))
    elif ITEM_TONES[state] in ("bad", "off"):
        reason = row.acceptance_reason if state == ItemState.NOT_ACCEPTED else row.decision_reason or application.reason
        yield from done
        yield Step(state.label, "bad", row.decided_at or row.accepted_at or application.closed_at, reason)
        return
    if delivery and delivery.delivered_at:
        done.append(Step("送达", "done", delivery.delivered_at))
    path = ["提交申请", "窗口收件", *(["部门受理"] if judged else []), "作出决定" if judged else "出具结果", "送达"]
    left = path[len([step for step in done if step.label != "材料预审"]):]
    yield from done
    if left:
        yield _open_step(left[0], application, department)
        yield from (Step(label, "next") for label in left[1:])


def _open_step(label: str, application: Application, department: str) -> Step:
    """What the item waits for, and who does it."""
    if label == "窗口收件" and application.state == CaseState.CORRECTION:
        return Step("补正材料", "now", None, "等您补正后，由综合受理窗口再次审查")
    if label == "送达" and application.state == CaseState.IN_PROGRESS:
        return Step(label, "next", None, "全部事项办结的当天统一送达")
    who = {"窗口收件": "由综合受理窗口审查材料", "送达": "由发证窗口送达"}.get(label, f"由{department}办理")
    return Step(label, "now", None, who)


def _headline(state: CaseState, application: Application, delivery: Delivery | None) -> str:
    """What happens next and who does it, in one sentence."""
    undecided = sum(ItemState(row.state) in WAITED_FOR for row in application.items)
    return {
        CaseState.SUBMITTED: "综合受理窗口正在审查您的材料，会在下面的时限内告诉您结果。",
        CaseState.CORRECTION: f"请您补正材料：{application.reason}",
        CaseState.NOT_TAKEN: f"窗口没有收件：{application.reason}",
        CaseState.IN_PROGRESS: f"各部门正在同时办理，还有 {undecided} 个事项没有作出决定。",
        CaseState.DELIVERING: "全部事项已有结果，发证窗口将在当天送达。",
        CaseState.COMPLETED: "全部事项已办结，结果已送达。",
        CaseState.WITHDRAWN: "您已撤回这个办件；如仍需办理，请重新申请。",
    }[state]


def _materials(session: Any, tools: Tools, number: str) -> Iterable[tuple[Material, str, Document | None]]:
    for row in applications.materials(session, number):
        material = tools.catalogue.materials.get(row.key)
        document = documents.get(session, row.document_id) if row.document_id else None
        yield row, material.name if material else row.key, document


def _papers(session: Any, tools: Tools, number: str) -> Iterable[tuple[Document, str]]:
    """Notices and decisions, newest of each; licences are listed as certificates."""
    newest: Mapping[tuple[str, str], Document] = {
        (row.paper_kind, row.item): row for row in documents.papers(session, number)
        if row.paper_kind != PaperKind.LICENCE
    }
    for (_, item), row in newest.items():
        yield row, tools.catalogue.items[item].name if item in tools.catalogue.items else ""
