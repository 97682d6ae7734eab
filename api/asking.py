"""咨询: from a wish to a recorded request, online or in the hall; starts no clock and is no case (R28, R29, R36)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from api.applicant import PHONE
from api.limiting import require
from api.local_time import local_day
from api.submission import check_district, own_upload
from onething.bootstrap import Tools
from onething.catalogue import Bundle
from onething.catalogue.conditions import Answer
from onething.eligibility import check_answers, check_choice, in_row_order, materials_for
from onething.engine import contract
from onething.errors import Conflict, InvalidInput, NotAllowed
from onething.guidance import check_question
from onething.numbers import guidance_number
from onething.store import Account, GuidanceRequest, applications, audit, guidance, outbox
from onething.vocabulary import Channel, GuidanceKind, GuidanceState, Role


@dataclass(frozen=True)
class Inquiry:
    """What somebody wants to know, not yet judged. `requester` is who stands at the counter; empty online."""

    kind: GuidanceKind
    bundle: str
    district: str
    items: tuple[str, ...]
    question: str = ""
    answers: Mapping[str, Answer] = field(default_factory=dict)
    documents: Mapping[str, str] = field(default_factory=dict)
    draft_id: str = ""
    requester: Mapping[str, str] = field(default_factory=dict)


def ask(session: Any, tools: Tools, account: Account, key: str, inquiry: Inquiry) -> GuidanceRequest:
    """The new request, or the one this `key` already made. Raises `InvalidInput`, `NotFound`, `NotAllowed`, `Conflict`."""
    known = guidance.by_idempotency_key(session, account.id, key)
    if known is not None:
        return _same_answer(known, inquiry)
    tools = tools.in_district(inquiry.district)
    bundle = tools.catalogue.bundle(inquiry.bundle)
    question = check_question(inquiry.kind, inquiry.question, inquiry.documents)
    requester = _requester(account, inquiry)
    _check_choice(tools, bundle, inquiry)
    for material, document in inquiry.documents.items():
        own_upload(session, account, material, document)
    if account.role == Role.CITIZEN:
        require(session, tools, "ask", {"account": account.id})
    now, day = tools.clock.now(), local_day(tools.clock.now())
    serial = applications.next_in_series(session, f"guidance/{inquiry.district}/{day:%Y%m%d}")
    request = GuidanceRequest(
        number=guidance_number(inquiry.district, day, serial), account_id=account.id, idempotency_key=key,
        kind=str(inquiry.kind), channel=str(Channel.WINDOW if requester else Channel.ONLINE), requester=requester,
        bundle=bundle.slug, district=inquiry.district, items=in_row_order(bundle, inquiry.items),
        answers=dict(inquiry.answers), question=question, draft_id=inquiry.draft_id,
        adviser_group=contract.adviser_group(bundle.adviser_office, inquiry.district), state=str(GuidanceState.OPEN),
        asked_at=now, answered_by="", adviser_name="", answer="", gaps=[], guide_version="", notice={},
    )
    guidance.add(session, request, inquiry.documents)
    audit.record(
        session, now, account.subject, "ask", number=request.number, bundle=bundle.slug, kind=request.kind,
        channel=request.channel,
    )
    outbox.put(session, now, f"start:{request.number}", "start-guidance", number=request.number)
    return request


def ask_once(tools: Tools, account: Account, key: str, inquiry: Inquiry) -> GuidanceRequest:
    """`ask` in a transaction of its own; who loses a race for the same key gets the winner's answer."""
    try:
        with tools.store.transaction() as session:
            return ask(session, tools, account, key, inquiry)
    except Conflict as error:
        if error.code != "changed-meanwhile":
            raise
        with tools.store.transaction() as session:
            return ask(session, tools, account, key, inquiry)


def _check_choice(tools: Tools, bundle: Bundle, inquiry: Inquiry) -> None:
    """The same rules as for an application, but materials may be missing: that is what a pre-check is for."""
    check_district(tools, inquiry.district)
    check_answers(tools.catalogue, bundle, inquiry.answers)
    check_choice(tools.catalogue, bundle, inquiry.items, inquiry.answers)
    wanted = {need.material.key for need in materials_for(tools.catalogue, bundle, inquiry.items, None) if need.upload}
    for material in inquiry.documents:
        if material not in wanted:
            raise InvalidInput(
                f"所选事项不需要材料“{material}”；请移除后再提交", field=f"materials.{material}", code="unknown-material"
            )


def _requester(account: Account, inquiry: Inquiry) -> dict[str, str]:
    """Citizens ask for themselves; the window of that district enters requests of the hall, with name and phone."""
    if account.role == Role.CITIZEN:
        if inquiry.requester:
            raise NotAllowed("网上咨询以登录账号的名义提出，不能代他人填写", code="not-a-window")
        return {}
    if contract.window_group(inquiry.district) not in account.organisation.split():
        raise NotAllowed("只有本地区综合受理窗口可以登记大厅咨询；请用窗口账号登录", code="not-a-window")
    name, phone = (str(inquiry.requester.get(part) or "").strip() for part in ("name", "phone"))
    if not 1 <= len(name) <= 100:
        raise InvalidInput("请填写咨询人姓名或单位名称", field="requester.name", code="name-missing")
    if not PHONE.match(phone):
        raise InvalidInput("请填写咨询人的手机号码，或带区号的固定电话", field="requester.phone", code="phone")
    return {"name": name, "phone": phone}


def _same_answer(known: GuidanceRequest, inquiry: Inquiry) -> GuidanceRequest:
    before = (
        known.bundle, known.kind, known.district, set(known.items), known.answers, known.question,
        {row.key: row.document_id for row in known.materials},
    )
    now = (
        inquiry.bundle, inquiry.kind, inquiry.district, set(inquiry.items), inquiry.answers, inquiry.question.strip(),
        inquiry.documents,
    )
    if before != now:
        raise Conflict(
            f"这份咨询已经提交过，编号 {known.number}；要问别的，请重新打开咨询页面（接口请换一个 Idempotency-Key）",
            code="idempotency-key-reused",
        )
    return known
