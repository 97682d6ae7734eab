"""Applications: hand in, look at, withdraw, correct."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Header, Response

from api import archives, presenting, schemas, schemas_delivery
from api.access import own_case
from api.application_forms import complete_form
from api.case_view import view
from api.context import ToolsDep, VisitorDep, WriterDep
from api.correction import correct as correct_case
from api.delivery_choice import choose
from api.local_time import iso
from api.promise import hand_in
from api.submission import Wish, submit_once
from api.withdrawal import withdraw_case, withdraw_item
from onething.store import applications
from onething.vocabulary import CaseState, Channel

router = APIRouter(prefix="/applications", tags=["applications"])
IdempotencyKey = Annotated[
    str, Header(alias="Idempotency-Key", min_length=8, max_length=80, pattern=r"^[A-Za-z0-9_.:-]+$",
                description="Chosen by the client for one application; sent again, it gets the same answer")
]


@router.post("", status_code=201)
def submit_application(
    body: schemas.NewApplication, key: IdempotencyKey, visitor: WriterDep, tools: ToolsDep, response: Response
) -> schemas.Submitted:
    """All of it is saved, or nothing. The process starts by itself afterwards."""
    wish = Wish(
        bundle=body.bundle, district=body.district, items=tuple(body.items), answers=body.answers,
        applicant=body.applicant.model_dump(), delivery_way=str(body.delivery_way), documents=body.materials,
        channel=Channel(body.channel), delivery_mode=str(body.delivery_mode), guidance=tuple(body.guidance),
        promises=body.promises, signature=body.signature, form=body.form,
    )
    application = submit_once(tools, visitor.account, key, complete_form(tools, visitor.account, wish))
    location = f"/api/v1/applications/{application.number}"
    response.headers["Location"] = location
    return schemas.Submitted(number=application.number, submitted_at=iso(application.submitted_at), location=location)


@router.get("")
def list_applications(visitor: VisitorDep, tools: ToolsDep) -> list[schemas.ApplicationSummary]:
    """One's own cases, newest first."""
    with tools.store.reading() as session:
        return [
            presenting.case_summary(tools.catalogue_of(row), row, CaseState(row.state).label)
            for row in applications.of_account(session, visitor.account.id)
        ]


@router.get("/{number}")
def get_application(number: str, visitor: VisitorDep, tools: ToolsDep) -> schemas.ApplicationDetail:
    """State, items, clocks, papers, certificates and notices of one's own case."""
    with tools.store.reading() as session:
        case = view(session, tools, own_case(session, visitor.account, number))
        return presenting.case_detail(case, tools.settings.base_url)


@router.post("/{number}/withdrawal")
def withdraw(number: str, body: schemas.Withdrawal, visitor: WriterDep, tools: ToolsDep) -> schemas.Withdrawn:
    """Before the decision. An item takes its parallel block and the items waiting for it along."""
    with tools.store.transaction() as session:
        application = own_case(session, visitor.account, number, lock=True)
        before = {row.item: row.state for row in application.items}
        if body.item:
            withdraw_item(session, tools, visitor.account, application, body.item)
        else:
            withdraw_case(session, tools, visitor.account, application)
        ended = [row.item for row in application.items if row.state != before[row.item]]
        return schemas.Withdrawn(number=number, state=application.state, items=ended)


@router.post("/{number}/delivery")
def choose_delivery(
    number: str, body: schemas_delivery.DeliveryChoice, visitor: WriterDep, tools: ToolsDep
) -> schemas_delivery.DeliveryInfo:
    """Together or item by item, and by which way; until the first handover."""
    with tools.store.transaction() as session:
        application = own_case(session, visitor.account, number, lock=True)
        choose(
            session, tools, visitor.account, application, str(body.delivery_mode), str(body.delivery_way), body.address
        )
        return presenting.delivery(view(session, tools, application))


@router.get(
    "/{number}/archive", response_class=Response,
    responses={200: {"description": "A ZIP file with a manifest of hashes", "content": {"application/zip": {}}}},
)
def get_archive(number: str, visitor: VisitorDep, tools: ToolsDep, item: str = "") -> Response:
    """For staff whose group handles the case: the package of the closed case, or of one of its items."""
    return archives.send(tools, visitor.account, number, item)


@router.post("/{number}/correction")
def correct(number: str, body: schemas.Correction, visitor: WriterDep, tools: ToolsDep) -> schemas.ApplicationSummary:
    """Replaces the named materials, all at once, when the window asked for it."""
    with tools.store.transaction() as session:
        application = own_case(session, visitor.account, number, lock=True)
        correct_case(session, tools, visitor.account, application, body.materials)
        return presenting.case_summary(tools.catalogue_of(application), application, CaseState(application.state).label)


@router.post("/{number}/supplement")
def supplement(number: str, body: schemas.Supplement, visitor: WriterDep, tools: ToolsDep) -> schemas.ApplicationSummary:
    """Hands in materials that were promised for later (容缺受理)."""
    with tools.store.transaction() as session:
        application = own_case(session, visitor.account, number, lock=True)
        hand_in(session, tools, visitor.account, application, body.materials)
        return presenting.case_summary(tools.catalogue_of(application), application, CaseState(application.state).label)
