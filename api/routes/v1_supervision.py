"""Supervision: open limits by due time, and reminders (催办)."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from fastapi import APIRouter

from api import schemas_supervision as schemas
from api.context import ToolsDep, VisitorDep, WriterDep
from api.description import refusals
from api.once import once
from api.parameters import OptionalKey
from api.presenting import clock_info
from api.supervision import Line, overview, remind

router = APIRouter(prefix="/supervision", tags=["supervision"])


@router.get("", summary="督办清单", responses=refusals(403))
def list_supervision(visitor: VisitorDep, tools: ToolsDep) -> schemas.SupervisionList:
    """For the supervisor of a district, or a lead department's bundles. Others are refused."""
    with tools.store.reading() as session:
        found = overview(session, tools, visitor.account)
    return schemas.SupervisionList(
        **asdict(found.figures), clocks=[_line(line) for line in found.lines],
    )


@router.post("/reminders", status_code=201, summary="催办", responses=refusals(404, 409))
def remind_clock(
    body: schemas.NewReminder, visitor: WriterDep, tools: ToolsDep, key: OptionalKey = None
) -> schemas.Reminded:
    """Press once; at most as often a day as the item allows. Never moves the limit."""

    def act(session: Any) -> schemas.Reminded:
        return schemas.Reminded(told=remind(session, tools, visitor.account, body.number, body.item, body.clock))

    return once(tools, visitor.account, key, body.model_dump(mode="json"), schemas.Reminded, act)


def _line(line: Line) -> schemas.OverseenClock:
    return schemas.OverseenClock(
        number=line.application.number, name=line.name, subject=line.clock.subject, holder=line.holder,
        clock=clock_info(line.clock), warnings=line.warnings, reminders=line.reminders, may_remind=line.may_remind,
    )
