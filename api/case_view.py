"""What is shown of a case to its applicant and to staff: who holds what, until when, and what came of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from api.clock_view import ClockView, clock_view
from api.headline import headline
from api.procedure_view import JointView, ProcedureView, joint_acts_of, procedures_of
from api.promise import outstanding
from onething.bootstrap import Tools
from onething.cases import FINAL_CASE_STATES, OPEN_ITEM_STATES, may_withdraw_case
from onething.catalogue import Bundle, Catalogue
from onething.deliveries import may_choose, state_of
from onething.eligibility import kept_unsure
from onething.store import (
    Application,
    ApplicationItem,
    Certificate,
    DeliveryAttempt,
    Document,
    GuidanceRequest,
    Material,
    Promise,
    ResultDelivery,
    applications,
    certificates,
    deliveries,
    documents,
    guidance,
    having,
    intake,
    notices,
)
from onething.vocabulary import CaseState, Clock, DeliveryMode, DeliveryState, DeliveryWay, ItemState, PaperKind

CASE_TONES = {
    CaseState.SUBMITTED: "running", CaseState.CORRECTION: "warn", CaseState.NOT_TAKEN: "bad", CaseState.IN_PROGRESS: "running",
    CaseState.DELIVERING: "running", CaseState.UNDELIVERED: "warn", CaseState.COMPLETED: "good", CaseState.WITHDRAWN: "off",
    CaseState.EXPIRED: "off",
}
ITEM_TONES = {
    ItemState.SUBMITTED: "running", ItemState.RECEIVED: "running", ItemState.ACCEPTED: "running",
    ItemState.PRE_REVIEWED: "running", ItemState.APPROVED: "good", ItemState.REFUSED: "bad", ItemState.NOT_ACCEPTED: "bad",
    ItemState.NOT_TAKEN: "bad", ItemState.ENDED_BY_RULE: "off", ItemState.WITHDRAWN: "off", ItemState.EXPIRED: "off",
}
# The clock an applicant waits for in each state; the legal ones behind it are in the details.
WAITED_FOR = {
    ItemState.RECEIVED: Clock.ACCEPTANCE, ItemState.ACCEPTED: Clock.PROMISED, ItemState.PRE_REVIEWED: Clock.PROMISED,
}


@dataclass(frozen=True)
class Step:
    """One line of a timeline. `state`: done, now, next, bad or off."""

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
    procedures: tuple[ProcedureView, ...]
    may_withdraw: bool
    unsure: bool
    """The applicant could not tell whether it is needed; somebody has to find out before it is decided."""


@dataclass(frozen=True)
class ResultView:
    """One line of 统一出件: the result of an item and where it is (R103)."""

    item: ItemView
    certificate: Certificate | None
    state: DeliveryState
    row: ResultDelivery | None

    @property
    def title(self) -> str:
        return self.certificate.title if self.certificate else self.item.state.label

    @property
    def tone(self) -> str:
        return {DeliveryState.DELIVERED: "good", DeliveryState.UNDELIVERED: "warn"}.get(
            self.state, "off" if self.state in (DeliveryState.NOT_DUE, DeliveryState.AWAITED) else "running"
        )


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
    joint_acts: tuple[JointView, ...]
    materials: tuple[tuple[Material, str, Document | None], ...]
    papers: tuple[tuple[Document, str], ...]
    certificates: tuple[Certificate, ...]
    notices: tuple[Any, ...]
    promises: tuple[tuple[Promise, str, bool], ...]
    results: tuple[ResultView, ...]
    attempts: tuple[DeliveryAttempt, ...]
    may_withdraw: bool
    pre_checks: tuple[GuidanceRequest, ...]
    may_choose_delivery: bool
    archived: bool
    rare: frozenset[str]

    @property
    def ended(self) -> bool:
        return self.state in FINAL_CASE_STATES

    @property
    def revoked(self) -> set[str]:
        """Items whose certificate counts no more."""
        return {row.item for row in self.certificates if row.revoked_at}

    @property
    def mode(self) -> DeliveryMode:
        return DeliveryMode(self.application.delivery_mode)


def view(session: Any, tools: Tools, application: Application) -> CaseView:
    number, state = application.number, CaseState(application.state)
    catalogue = tools.catalogue_of(application)
    bundle = catalogue.bundle(application.bundle)
    stored, there = deliveries.of_case(session, number), having.rare(session, number)
    clocks = tuple(clock_view(tools, catalogue, bundle, row) for row in applications.clocks(session, number))
    special = tuple(procedures_of(session, number)) if there & {"special steps", "extensions"} else ()
    items = tuple(_item(tools, application, row, clocks, stored.get(row.item), special) for row in application.items)
    made, papers = tuple(certificates.issued(session, [number])[number]), documents.papers(session, number)
    gone = [row.title for row in made if row.revoked_at]
    running = [c for c in clocks if not c.row.item and not c.row.ended_at]
    return CaseView(
        application=application, bundle=bundle, district=tools.catalogue.districts[application.district].name,
        state=state, tone=tone(application, bool(gone)),
        headline=headline(application, late=bool(running) and running[0].overdue, revoked=gone),
        clock=running[0] if running else None, clocks=clocks, items=items,
        joint_acts=tuple(joint_acts_of(session, catalogue, number)) if "joint acts" in there else (),
        materials=tuple(_materials(session, catalogue, number)), papers=tuple(_papers(papers, catalogue)),
        certificates=made, notices=tuple(reversed(notices.of_case(session, number))),
        promises=tuple(_promises(session, catalogue, application)) if "promises" in there else (),
        results=tuple(_result(item, stored.get(item.row.item), made) for item in items),
        attempts=tuple(deliveries.attempts(session, number)) if "attempts" in there else (),
        may_withdraw=may_withdraw_case(state, [item.state for item in items]),
        pre_checks=tuple(guidance.of_case(session, number)) if "pre-checks" in there else (),
        may_choose_delivery=may_choose(state, [row.state for row in stored.values()]),
        archived=any(row.paper_kind == PaperKind.ARCHIVE and not row.item for row in papers), rare=there,
    )


def tone(application: Application, revoked: bool = False) -> str:
    """An end that is not all good is not shown as one."""
    if revoked:
        return "bad"
    mixed = any(row.state != ItemState.APPROVED for row in application.items)
    return "off" if application.state == CaseState.COMPLETED and mixed else CASE_TONES[CaseState(application.state)]


def _result(item: ItemView, stored: ResultDelivery | None, made: Iterable[Certificate]) -> ResultView:
    certificate = next((c for c in made if c.item == item.row.item), None)
    return ResultView(item, certificate, state_of(item.state, stored.state if stored else None), stored)


def _item(
    tools: Tools, application: Application, row: ApplicationItem, clocks: Iterable[ClockView],
    delivery: ResultDelivery | None, special: Iterable[ProcedureView],
) -> ItemView:
    catalogue = tools.catalogue_of(application)
    bundle = catalogue.bundle(application.bundle)
    state, department = ItemState(row.state), catalogue.department_name(row.department)
    mine = {c.clock: c for c in clocks if c.row.item == row.item and not c.row.ended_at}
    undecided = state in WAITED_FOR
    return ItemView(
        row=row, name=catalogue.items[row.item].name, department=department, state=state, tone=ITEM_TONES[state],
        holder=_holder(application, state, department), clock=mine.get(WAITED_FOR.get(state)),
        steps=tuple(_steps(tools, application, row, state, department, delivery)),
        procedures=tuple(one for one in special if one.item == row.item),
        may_withdraw=application.state == CaseState.IN_PROGRESS and undecided,
        unsure=state in OPEN_ITEM_STATES and bool(kept_unsure(catalogue, bundle, [row.item], application.answers)),
    )


def _holder(application: Application, state: ItemState, department: str) -> str:
    if application.state == CaseState.CORRECTION:
        return "您"
    return "综合受理窗口" if state == ItemState.SUBMITTED else department if state in WAITED_FOR else ""


def _steps(
    tools: Tools, application: Application, row: ApplicationItem, state: ItemState, department: str,
    delivery: ResultDelivery | None,
) -> Iterable[Step]:
    """Handed in, taken in, accepted, decided, delivered; the first that is open is "now", an ending is the last."""
    judged = tools.catalogue_of(application).items[row.item].has_acceptance_decision
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
        yield Step(state.label, ITEM_TONES[state], row.decided_at or row.accepted_at or application.closed_at, reason)
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
        apart = application.delivery_mode == DeliveryMode.SEPARATE
        return Step(label, "next", None, "当天单独送达" if apart else "全部事项办结的当天统一送达")
    handing = "等您到发证窗口领取" if application.delivery_way == DeliveryWay.COUNTER else "由发证窗口送达"
    who = {"窗口收件": "由综合受理窗口审查材料", "送达": handing}.get(label, f"由{department}办理")
    return Step(label, "now", None, who)


def _materials(session: Any, catalogue: Catalogue, number: str) -> Iterable[tuple[Material, str, Document | None]]:
    rows = applications.materials(session, number)
    files = documents.several(session, [row.document_id for row in rows if row.document_id])
    for row in rows:
        material = catalogue.materials.get(row.key)
        yield row, material.name if material else row.key, files.get(row.document_id)


def _promises(session: Any, catalogue: Catalogue, application: Application) -> Iterable[tuple[Promise, str, bool]]:
    """Each promise with the material's name, and whether it may be handed in now."""
    owed = {row.key for row in outstanding(session, application)}
    for row in intake.promises(session, application.number):
        yield row, catalogue.materials[row.key].name, row.key in owed


def _papers(papers: Iterable[Document], catalogue: Catalogue) -> Iterable[tuple[Document, str]]:
    """Notices and decisions, newest of each; licences are listed as certificates."""
    newest: Mapping[tuple[str, str], Document] = {
        (row.paper_kind, row.item): row for row in papers if row.paper_kind not in (PaperKind.LICENCE, PaperKind.ARCHIVE)
    }
    for (_, item), row in newest.items():
        yield row, catalogue.items[item].name if item in catalogue.items else ""
