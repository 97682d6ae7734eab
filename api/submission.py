"""提交: one transaction from a wish to a case: all of it is saved, or nothing (R25, R26, R38, R111, R112)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from typing import Any

import structlog

from api import applicant as applicants
from api import consenting
from api.application_forms import raise_disputes
from api.estimating import refuse_unpublished
from api.limiting import limit_submissions
from api.local_time import iso, local_day, time_text
from api.once import once
from api.promise import keep_promises
from api.schemas import Submitted
from api.uploads import check_size
from onething.application_form import FieldNeed, check_form, fields_for, tidied
from onething.bootstrap import Tools
from onething.catalogue import Bundle
from onething.catalogue.conditions import Answer
from onething.catalogue.levels import reviewer_district
from onething.catalogue.version import edition_of
from onething.deadlines import Deadline, clock_entry
from onething.eligibility import (
    MaterialNeed,
    check_answers,
    check_choice,
    check_materials,
    check_place,
    in_row_order,
    materials_for,
)
from onething.engine import contract
from onething.errors import Conflict, InvalidInput, NotAllowed, NotFound, faults_of, refuse
from onething.faults import reach
from onething.numbers import case_number
from onething.procedures import joint_acts_for
from onething.promises import check_promises
from onething.store import (
    Account,
    Application,
    ApplicationItem,
    Document,
    GuidanceRequest,
    Material,
    applications,
    audit,
    documents,
    guidance,
    guides,
    joint,
    notices,
    outbox,
)
from onething.vocabulary import CaseState, Channel, Clock, DeliveryMode, ItemState, Role

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Wish:
    """What somebody asks for, not yet judged. `documents` maps material keys to ids of uploaded files.

    `papers` names the materials that lie on the counter as originals; they are scanned after they were taken in (R41, R49).
    `guidance` has the numbers of pre-checks that go along with the case. `form` is the application form by field;
    `shared` what registers said of the same fields; `agreed` what was agreed to when it was handed in.
    """

    bundle: str
    district: str
    items: tuple[str, ...]
    applicant: Mapping[str, str]
    delivery_way: str
    delivery_mode: str = str(DeliveryMode.UNIFIED)
    answers: Mapping[str, Answer] = field(default_factory=dict)
    documents: Mapping[str, str] = field(default_factory=dict)
    papers: tuple[str, ...] = ()
    channel: Channel = Channel.ONLINE
    guidance: tuple[str, ...] = ()
    promises: Mapping[str, str] = field(default_factory=dict)
    signature: str = ""
    form: Mapping[str, Any] = field(default_factory=dict)
    shared: Mapping[str, Any] = field(default_factory=dict)
    agreed: consenting.Agreed = field(default_factory=consenting.Agreed)


def submit(session: Any, tools: Tools, account: Account, key: str, wish: Wish) -> Application:
    """The new case, or the one this `key` already made. Raises `InvalidInput`, `NotFound`, `Conflict`."""
    known = applications.by_idempotency_key(session, account.id, key)
    if known is not None:
        return _same_answer(known, wish)
    tools = tools.in_district(wish.district)
    bundle = tools.catalogue.bundle(wish.bundle)
    applicant = applicants.tidy(wish.applicant)
    needs = check(tools, account, bundle, applicant, wish)
    fields = fields_for(tools.catalogue, bundle, wish.items)
    wish = replace(wish, form=tidied(fields, wish.form))
    files = [own_upload(session, account, key, document) for key, document in wish.documents.items()]
    check_size(files)
    limit_submissions(session, tools, account, applicant)
    now = tools.clock.now()
    application = _case(session, tools, account, key, wish, now)
    application.applicant, application.form_sources, number = applicant, _sources(fields, wish), application.number
    applications.add(session, application, _materials(number, needs, wish, now))
    for row in files:
        row.number = number
    guidance.travel(_pre_checks(session, account, wish), number)
    guides.publish(
        session, now, bundle.slug, wish.district, application.guide_version, partial(edition_of, tools.catalogue, bundle)
    )
    raise_disputes(session, account, number, fields, wish.form, wish.shared, now)
    keep_promises(session, account, number, needs, wish, now)
    chosen = {row.item: row.reviewer_group for row in application.items}
    for act, items in joint_acts_for(bundle, chosen):
        joint.plan(session, number, act.kind, [(item, chosen[item]) for item in items])
    intake = start_intake_clock(session, tools, application, now)
    agreed = consenting.keep(session, tools, account, application, wish, now)
    audit.record(
        session, now, account.subject, "submit", number=number, bundle=bundle.slug, channel=wish.channel, consents=agreed
    )
    notices.give(
        session, now, number, "submitted",
        f"您申请的“{bundle.short_name}”已提交，办件编号 {number}。综合受理窗口将在 {time_text(intake.due)} 前完成收件审查。",
    )
    outbox.put(session, now, f"start:{number}", "start", number=number)
    return application


def _case(session: Any, tools: Tools, account: Account, key: str, wish: Wish, now: datetime) -> Application:
    """The row itself, in the edition of the guide that is in force."""
    bundle = tools.catalogue.bundle(wish.bundle)
    case = Application(
        number=_next_number(session, tools, wish.district, now), bundle=bundle.slug, account_id=account.id,
        idempotency_key=key, district=wish.district, channel=str(wish.channel), state=str(CaseState.SUBMITTED),
        delivery_way=wish.delivery_way, delivery_mode=wish.delivery_mode, answers=dict(wish.answers), submitted_at=now,
        reason="", form=dict(wish.form), guide_version=tools.catalogue.version(bundle.slug),
    )
    case.items = _items(bundle, wish)
    return case


def submit_once(tools: Tools, account: Account, key: str, asked: Any, wish: Wish) -> Submitted:
    """`submit` in a transaction of its own. `asked` is the request as it came; the same again gets the same answer."""

    def act(session: Any) -> Submitted:
        made = submit(session, tools, account, key, wish)
        return Submitted(
            number=made.number, submitted_at=iso(made.submitted_at), location=f"/api/v1/applications/{made.number}"
        )

    answer = once(tools, account, key, asked, Submitted, act)
    log.info("application kept", application=answer.number, bundle=wish.bundle)
    reach("application-kept")
    return answer


def check(
    tools: Tools, account: Account, bundle: Bundle, applicant: Mapping[str, str], wish: Wish
) -> list[MaterialNeed]:
    """Refuse what may not be submitted; else the materials of the chosen items."""
    if wish.channel == Channel.ONLINE and account.role != Role.CITIZEN:
        raise NotAllowed("工作人员账号不能网上申请；请用申请人账号登录", code="not-an-applicant")
    check_district(tools, wish.district)
    check_answers(tools.catalogue, bundle, wish.answers)
    check_choice(tools.catalogue, bundle, wish.items, wish.answers)
    check_place(tools.catalogue, bundle, wish.items, wish.district)
    sent = any(field in applicant for field in applicants.AGENT_FIELDS)
    found = applicants.faults(bundle, applicant, wish.delivery_way, wish.delivery_mode, sent)
    if wish.channel == Channel.ONLINE:
        found += applicants.not_oneself(account, applicant, wish.documents)
    found += check_form(fields_for(tools.catalogue, bundle, wish.items), wish.form, local_day(tools.clock.now()))
    needs = materials_for(tools.catalogue, bundle, wish.items, wish.answers)
    if wish.papers and wish.channel != Channel.WINDOW:
        found.append(InvalidInput("网上申请请上传电子件，不能登记纸质原件", field="materials", code="papers-online"))
    there = {*wish.documents, *wish.papers}
    refuse([*found, *faults_of(
        partial(check_materials, needs, there, wish.promises),
        partial(check_promises, needs, there, wish.promises, wish.signature, applicant["name"]),
        partial(consenting.check, tools, wish),
    )])
    refuse_unpublished(tools, bundle, wish.items, wish.channel)
    return needs


def check_district(tools: Tools, code: str) -> None:
    district = tools.catalogue.districts.get(code)
    if district is None or not district.open:
        raise InvalidInput("请选择已开通办理的地区", field="district", code="district")


def start_intake_clock(session: Any, tools: Tools, application: Application, now: datetime) -> Deadline:
    """The 2 office hours in which the window looks at what came in (R43)."""
    deadline = tools.calendar.intake_due(now, tools.calendar.counter(application.channel, application.district))
    applications.start_clock(session, application.number, Clock.INTAKE, "", now, clock_entry(deadline))
    return deadline


def own_upload(session: Any, account: Account, key: str, document_id: str, number: str | None = None) -> Document:
    """One's own upload that no other case uses; anything else looks as if it were not there (S10)."""
    row = documents.get(session, document_id)
    if row.account_id != account.id or row.paper_kind:
        raise NotFound("没有这份文件；它可能已被移除", code="unknown-document")
    if row.number not in (None, number):
        raise InvalidInput(
            f"“{row.name}”已用于其他办件；请重新上传", field=f"materials.{key}", code="document-in-use"
        )
    documents.require_safe(row, f"materials.{key}")
    return row


def _pre_checks(session: Any, account: Account, wish: Wish) -> list[GuidanceRequest]:
    """One's own pre-checks of the same bundle, whose results travel with the case (R36)."""
    requests = [guidance.get(session, number) for number in wish.guidance]
    for request in requests:
        if request.account_id != account.id or request.bundle != wish.bundle:
            raise guidance.unknown(request.number)
    return requests


def _same_answer(known: Application, wish: Wish) -> Application:
    if known.bundle != wish.bundle or {row.item for row in known.items} != set(wish.items):
        raise Conflict("这个 Idempotency-Key 已用于另一份申请；请换一个新的", code="idempotency-key-reused")
    return known


def _next_number(session: Any, tools: Tools, district: str, now: datetime) -> str:
    day = local_day(now)
    return case_number(district, day, applications.next_in_series(session, f"case/{district}/{day:%Y%m%d}"))


def _items(bundle: Bundle, wish: Wish) -> list[ApplicationItem]:
    rows = []
    for position, item in enumerate(in_row_order(bundle, wish.items)):
        row = bundle.row(item)
        group = contract.reviewer_group(row.department, reviewer_district(row.levels, wish.district))
        rows.append(ApplicationItem(
            item=item, position=position, department=row.department, reviewer_group=group,
            state=str(ItemState.SUBMITTED), accepted_by="", acceptance_reason="", pre_review_opinion="",
            pre_reviewed_by="", decided_by="", decision_reason="", decision_basis="", decided_term="",
        ))
    return rows


def _sources(fields: list[FieldNeed], wish: Wish) -> dict[str, str]:
    """The register each value was taken from; those that were typed have none."""
    shared = {need.field.key: need.field.shared for need in fields if need.field.shared}
    same = [key for key, value in wish.form.items() if wish.shared.get(key) == value]
    return {key: shared[key].dataset for key in same if key in shared}


def _materials(number: str, needs: list[MaterialNeed], wish: Wish, now: datetime) -> list[Material]:
    """Uploads with their document, government-held ones without; what is optional and left out has no row."""
    return [
        Material(
            number=number, key=need.material.key, version=1, source=need.material.source,
            document_id=wish.documents.get(need.material.key), created_at=now,
        )
        for need in needs if need.fetched or need.material.key in wish.documents or need.material.key in wish.papers
    ]
