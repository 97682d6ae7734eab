"""Consultations: ask, list, read the answer."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Response

from api import guidance_schemas as schemas
from api import looking
from api.access import own_request, staff_request
from api.asking import Inquiry, ask
from api.context import ToolsDep, VisitorDep, WriterDep
from api.description import refusals
from api.guidance_view import GuidanceView, view
from api.local_time import iso
from api.once import once
from api.parameters import GuidanceNo, IdempotencyKey
from api.routes.v1_cases import CREATED
from onething.store import guidance

router = APIRouter(prefix="/guidance", tags=["guidance"])


@router.post("", status_code=201, summary="咨询，或者预审材料", responses=refusals(404, 409) | CREATED)
def ask_guidance(
    body: schemas.NewGuidance, key: IdempotencyKey, visitor: WriterDep, tools: ToolsDep, response: Response
) -> schemas.Asked:
    """A question, or a pre-check of uploads. Starts no clock and counts as no application."""
    inquiry = Inquiry(
        kind=body.kind, bundle=body.bundle, district=body.district, items=tuple(body.items), answers=body.answers,
        question=body.question, documents=body.materials,
        requester=body.requester.model_dump() if body.requester else {},
    )

    def act(session: Any) -> schemas.Asked:
        made = ask(session, tools, visitor.account, key, inquiry)
        return schemas.Asked(
            number=made.number, asked_at=iso(made.asked_at), location=f"/api/v1/guidance/{made.number}"
        )

    answer = once(tools, visitor.account, key, body.model_dump(mode="json"), schemas.Asked, act)
    response.headers["Location"] = answer.location
    return answer


@router.get("", summary="我的咨询")
def list_guidance(visitor: VisitorDep, tools: ToolsDep) -> list[schemas.GuidanceSummary]:
    """One's own consultations (of a window: those it entered), newest first."""
    with tools.store.reading() as session:
        return [
            schemas.GuidanceSummary(**_summary(view(session, tools, row)))
            for row in guidance.of_account(session, visitor.account.id)
        ]


@router.get("/{number}", summary="咨询的答复")
def get_guidance(number: GuidanceNo, visitor: VisitorDep, tools: ToolsDep) -> schemas.GuidanceDetail:
    """Question, answer, adviser, version of the guide and the notification; one's own, or one's office's."""
    if not visitor.is_citizen:
        looking.at_request(tools, visitor.account, number)
    with tools.store.reading() as session:
        read = own_request(session, visitor.account, number) if visitor.is_citizen else staff_request(
            session, tools, visitor.account, number
        )
        return _detail(view(session, tools, read))


def _summary(shown: GuidanceView) -> dict[str, object]:
    request = shown.request
    return {
        "number": request.number, "kind": request.kind, "label": shown.kind.label, "bundle": request.bundle,
        "name": shown.bundle.short_name, "channel": request.channel, "state": request.state,
        "state_label": shown.state.label, "asked_at": iso(request.asked_at),
    }


def _detail(shown: GuidanceView) -> schemas.GuidanceDetail:
    request = shown.request
    return schemas.GuidanceDetail(
        **_summary(shown), district=request.district, items=request.items, question=request.question,
        answer=request.answer, gaps=request.gaps, adviser=shown.adviser, answered_at=iso(request.answered_at),
        guide_version=shown.told.guide_version, notification=shown.told.model_dump(mode="json"),
        document_id=request.document_id, application=request.application_no,
    )
