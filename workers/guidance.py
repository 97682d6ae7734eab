"""咨询辅导: keep the adviser's answer, tell everything for this choice at once, cite the guide (R29, R31, R33-R37)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from onething.catalogue.models import Limit
from onething.catalogue.wording import quoted
from onething.engine.worker import Task
from onething.errors import InvalidInput
from onething.guidance import Notification, gap_lines, notification
from onething.papers import GuidanceContent, GuidanceItem, GuidanceMaterial, file_name
from onething.store import GuidanceRequest, applications, audit, documents, guidance, outbox
from onething.vocabulary import GuidanceKind, GuidanceState, PaperKind
from onething.window import contact_of
from workers.desk import Desk, Outcome, or_back, text
from workers.papermaking import local_date, paper_number, signed, token_of, verify_url

NO_GAPS = "经预审，没有发现需要补充、完善的内容。"
USER_TASKS = {GuidanceKind.QUESTION: "guidance-answer", GuidanceKind.PRE_CHECK: "guidance-pre-check"}


def handle(task: Task, desk: Desk) -> Outcome:
    return or_back(_record, task, desk)


def _record(task: Task, desk: Desk) -> Outcome:
    """Records the answer once. Touches no case and no clock (R36)."""
    kind = GuidanceKind(text(task, "guidance_kind"))
    actor, now = desk.completer(task, USER_TASKS[kind]), desk.tools.clock.now()
    answer, gaps = _answer_of(kind, task)
    with desk.tools.store.transaction() as session:
        request = guidance.get(session, task.application_no, lock=True)
        if request.state == GuidanceState.OPEN:
            catalogue = desk.tools.catalogue_of(request)
            told = notification(catalogue, catalogue.bundle(request.bundle), request.district, request.items, request.answers)
            guidance.answer(
                request, now, actor, desk.staff_name(actor), text=answer, gaps=gaps,
                notice=told.model_dump(mode="json"), guide_version=told.guide_version,
            )
            request.document_id = _paper(session, desk, request, told, now)
            audit.record(
                session, now, actor, f"guidance-{kind}", number=request.number, gaps=len(gaps),
                guide_version=told.guide_version,
            )
            outbox.put(session, now, f"sms:{request.number}:answered", "guidance-sms", number=request.number)
    return {}


def _answer_of(kind: GuidanceKind, task: Task) -> tuple[str, tuple[str, ...]]:
    if kind == GuidanceKind.QUESTION:
        answer = text(task, "guidance_answer")
        if not answer:
            raise InvalidInput("答复内容不能为空；请填写后再提交", field="guidance_answer", code="answer-missing")
        return answer, ()
    if text(task, "pre_check_opinion") == "complete":
        return NO_GAPS, ()
    gaps = gap_lines(text(task, "pre_check_gaps"))
    if not gaps:
        raise InvalidInput("请写明需要补充、完善的全部内容，一行一条", field="pre_check_gaps", code="gaps-missing")
    return f"经预审，有 {len(gaps)} 处需要补充、完善，已一次列出。", gaps


def _paper(session: Any, desk: Desk, request: GuidanceRequest, told: Notification, now: datetime) -> str:
    """Draw, sign and keep the notification; the id of the file. It belongs to no case."""
    catalogue = desk.tools.catalogue_of(request)
    office = catalogue.office_name(catalogue.bundle(request.bundle).adviser_office)
    year = local_date(now).year
    kind = PaperKind.GUIDANCE_NOTICE
    serial = applications.next_in_series(session, f"paper/{kind}/{request.district}/{year}")
    paper = GuidanceContent(
        number=paper_number(desk, request.district, "导", year, serial), application_no=request.number,
        issuer=f"{told.district_name}{office}", issued_on=local_date(now), demo=desk.tools.settings.demo,
        contact=contact_of(desk.tools.catalogue.districts[request.district]),
        verify_url=verify_url(desk), addressee=guidance.asker(session, request),
        bundle_name=told.bundle_name, kind_name=GuidanceKind(request.kind).label, place=told.district_name,
        question=request.question, answer=request.answer,
        gaps=request.gaps if request.kind == GuidanceKind.PRE_CHECK else None,
        said=[f"{question}{said}" for question, said in told.said],
        items=[_item(entry) for entry in told.items], steps=told.steps, notes=told.notes,
        materials=[
            GuidanceMaterial(name=m.name, form=_form(m), note=_note(m)) for m in told.materials
        ] or [GuidanceMaterial(name="不需要提交材料", form="—")],
        adviser_name=request.adviser_name, guide_version=told.guide_version,
    )
    row = documents.add(
        session, now, request.account_id, file_name(paper), "application/pdf", signed(desk, paper),
        paper_kind=paper.kind, paper_no=paper.number, verify_token=token_of(paper),
    )
    return row.id


def _item(entry: Any) -> GuidanceItem:
    waits = f"\n在{quoted(entry.fronts)}之后决定" if entry.fronts else ""
    limit = f"承诺 {_days(entry.promised)}\n法定 {_days(entry.statutory)}{waits}"
    return GuidanceItem(name=entry.name, department=entry.department, limit=limit, result=entry.result)


def _days(limit: Limit) -> str:
    return f"{limit.days} 个工作日{'' if limit.confirmed else '（待核实）'}"


def _form(material: Any) -> str:
    if not material.upload:
        return "免提交"
    return f"{'、'.join(material.formats).upper()}{f'，{material.copies} 份' if material.copies > 1 else ''}"


def _note(material: Any) -> str:
    note = material.note or ("" if material.upload else "政府部门核发，由窗口调取")
    return "；".join(filter(None, [
        "可选" if material.upload and not material.required else "", note, "" if material.confirmed else "待核实",
    ]))
