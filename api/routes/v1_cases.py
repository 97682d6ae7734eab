"""Applications: hand in, look at, withdraw, correct."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from fastapi import APIRouter, Response

from api import archives, presenting, schemas, schemas_delivery
from api.access import own_case
from api.application_forms import complete_form
from api.case_view import view
from api.consenting import Agreed
from api.context import ToolsDep, Visitor, VisitorDep, WriterDep
from api.correction import correct as correct_case
from api.correction import marks
from api.delivery_choice import choose
from api.description import refusals
from api.once import once
from api.parameters import CaseNumber, IdempotencyKey, ItemSlug, OptionalKey, PageNumber, PageSize
from api.promise import hand_in
from api.submission import Wish, submit_once
from api.withdrawal import withdraw_case, withdraw_item
from onething.bootstrap import Tools
from onething.store import applications
from onething.vocabulary import CaseState, Channel, ConsentWay

router = APIRouter(prefix="/applications", tags=["applications"])
LOCATION = {"description": "新办件的地址", "required": True, "schema": {"type": "string", "format": "uri-reference"}}
CREATED = {201: {"description": "已提交", "headers": {"Location": LOCATION}}}


@router.post("", status_code=201, summary="提交申请", responses=refusals(404, 409) | CREATED)
def submit_application(
    body: schemas.NewApplication, key: IdempotencyKey, visitor: WriterDep, tools: ToolsDep, response: Response
) -> schemas.Submitted:
    """All of it is saved, or nothing. The process starts by itself afterwards."""
    wish = Wish(
        bundle=body.bundle, district=body.district, items=tuple(body.items), answers=body.answers,
        applicant=body.applicant.model_dump(), delivery_way=str(body.delivery_way), documents=body.materials,
        channel=Channel(body.channel), delivery_mode=str(body.delivery_mode), guidance=tuple(body.guidance),
        promises=body.promises, signature=body.signature, form=body.form,
        agreed=Agreed(body.consents, ConsentWay.API),
    )
    asked = body.model_dump(mode="json")
    answer = submit_once(tools, visitor.account, key, asked, complete_form(tools, visitor.account, wish))
    response.headers["Location"] = answer.location
    return answer


@router.get("", summary="我的办件")
def list_applications(
    visitor: VisitorDep, tools: ToolsDep, page: PageNumber = 1, size: PageSize = 100
) -> list[schemas.ApplicationSummary]:
    """One's own cases, newest first. A page that is shorter than `size` is the last one."""
    with tools.store.reading() as session:
        return [
            presenting.case_summary(tools.catalogue_of(row), row, CaseState(row.state).label)
            for row in applications.of_account(session, visitor.account.id, most=size, skip=(page - 1) * size)
        ]


@router.get("/{number}", summary="办件详情：进度、时限、文书和证照")
def get_application(number: CaseNumber, visitor: VisitorDep, tools: ToolsDep) -> schemas.ApplicationDetail:
    """State, items, clocks, papers, certificates and notices of one's own case."""
    with tools.store.reading() as session:
        application = own_case(session, visitor.account, number)
        marked = marks(session, tools, application)
        return presenting.case_detail(view(session, tools, application), tools.settings.base_url, marked)


@router.post("/{number}/withdrawal", summary="撤回办件或其中一个事项", responses=refusals(409))
def withdraw(
    number: CaseNumber, body: schemas.Withdrawal, visitor: WriterDep, tools: ToolsDep, key: OptionalKey = None
) -> schemas.Withdrawn:
    """Before the decision. An item takes its parallel block and the items waiting for it along."""

    def act(session: Any) -> schemas.Withdrawn:
        application = own_case(session, visitor.account, number, lock=True)
        before = {row.item: row.state for row in application.items}
        if body.item:
            withdraw_item(session, tools, visitor.account, application, body.item)
        else:
            withdraw_case(session, tools, visitor.account, application)
        ended = [row.item for row in application.items if row.state != before[row.item]]
        return schemas.Withdrawn(number=number, state=application.state, items=ended)

    return once(tools, visitor.account, key, [number, body.model_dump(mode="json")], schemas.Withdrawn, act)


@router.post("/{number}/delivery", summary="更改领取方式", responses=refusals(409))
def choose_delivery(
    number: CaseNumber, body: schemas_delivery.DeliveryChoice, visitor: WriterDep, tools: ToolsDep, key: OptionalKey = None
) -> schemas_delivery.DeliveryInfo:
    """Together or item by item, and by which way; until the first handover."""

    def act(session: Any) -> schemas_delivery.DeliveryInfo:
        application = own_case(session, visitor.account, number, lock=True)
        choose(
            session, tools, visitor.account, application, str(body.delivery_mode), str(body.delivery_way), body.address,
            Agreed(way=ConsentWay.API),
        )
        return presenting.delivery(view(session, tools, application))

    return once(
        tools, visitor.account, key, [number, body.model_dump(mode="json")], schemas_delivery.DeliveryInfo, act
    )


@router.get(
    "/{number}/archive", response_class=Response, summary="下载归档资料包（工作人员）",
    responses=refusals(403, 409) | {200: {"description": "ZIP，含哈希清单", "content": {"application/zip": {}}}},
)
def get_archive(number: CaseNumber, visitor: VisitorDep, tools: ToolsDep, item: ItemSlug = "") -> Response:
    """For staff whose group handles the case: the package of the closed case, or of one of its items."""
    return archives.send(tools, visitor.account, number, item)


@router.post("/{number}/correction", summary="补正材料", responses=refusals(409))
def correct(
    number: CaseNumber, body: schemas.Correction, visitor: WriterDep, tools: ToolsDep, key: OptionalKey = None
) -> schemas.ApplicationSummary:
    """Replaces the named materials, all at once, when the window asked for it; and the form, where that was marked."""
    return _hand_in(number, body, visitor, tools, key, partial(correct_case, form=body.form))


@router.post("/{number}/supplement", summary="补交容缺材料", responses=refusals(409))
def supplement(
    number: CaseNumber, body: schemas.Supplement, visitor: WriterDep, tools: ToolsDep, key: OptionalKey = None
) -> schemas.ApplicationSummary:
    """Hands in materials that were promised for later (容缺受理)."""
    return _hand_in(number, body, visitor, tools, key, hand_in)


def _hand_in(
    number: str, body: schemas.Correction | schemas.Supplement, visitor: Visitor, tools: Tools, key: str | None,
    take: Callable[..., object],
) -> schemas.ApplicationSummary:
    def act(session: Any) -> schemas.ApplicationSummary:
        application = own_case(session, visitor.account, number, lock=True)
        take(session, tools, visitor.account, application, body.materials)
        return presenting.case_summary(tools.catalogue_of(application), application, CaseState(application.state).label)

    asked = [type(body).__name__, number, body.model_dump(mode="json")]
    return once(tools, visitor.account, key, asked, schemas.ApplicationSummary, act)
