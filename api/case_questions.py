"""咨询 on a case: to the window or the department that has it, answered on the staff page, kept with the case."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from onething.bootstrap import Tools
from onething.cases import FINAL_CASE_STATES, OPEN_ITEM_STATES
from onething.engine import contract
from onething.errors import Conflict, InvalidInput
from onething.store import Account, Application, CaseQuestion, audit, notices, outbox, questions
from onething.vocabulary import CaseState, ItemState

LONGEST, MOST_OPEN = 500, 3


@dataclass(frozen=True)
class QuestionView:
    row: CaseQuestion
    office: str
    may_answer: bool


def offices(tools: Tools, application: Application) -> dict[str, str]:
    """Group -> name of who can be asked now: the window always, a department while it handles, the counter while it delivers."""
    if application.state in FINAL_CASE_STATES:
        return {}
    catalogue, names = tools.catalogue_of(application), {contract.window_group(application.district): "综合受理窗口"}
    if application.state == CaseState.IN_PROGRESS:
        for row in application.items:
            if ItemState(row.state) in OPEN_ITEM_STATES:
                names[row.reviewer_group] = catalogue.department_name(row.department)
    if application.state in (CaseState.DELIVERING, CaseState.UNDELIVERED):
        names[contract.delivery_group(application.district)] = "发证窗口"
    return names


def ask(session: Any, tools: Tools, account: Account, application: Application, office: str, text: str) -> CaseQuestion:
    """Raises `InvalidInput` for what is wrong with the form, `Conflict` where nothing can be asked."""
    known, question = offices(tools, application), text.strip()
    if not known:
        raise Conflict("这个办件已经结束，不能再提问；有疑问请在办事指南中咨询，或拨打 12345", code="case-ended")
    if office not in known:
        raise InvalidInput("请选择向谁咨询", field="office", code="unknown-office")
    if not question:
        raise InvalidInput("请写下您想问的问题", field="question", code="question-missing")
    if len(question) > LONGEST:
        raise InvalidInput(f"问题太长；最多 {LONGEST} 个字", field="question", code="too-long")
    if sum(row.answered_at is None for row in questions.of_case(session, application.number)) >= MOST_OPEN:
        raise Conflict(f"已有 {MOST_OPEN} 个问题在等答复；请等答复后再问", code="questions-waiting")
    now = tools.clock.now()
    row = questions.add(session, now, application.number, office, question)
    audit.record(session, now, account.subject, "ask-on-case", number=application.number, office=office, question=row.id)
    outbox.put(
        session, now, f"question:{row.id}", "push", what="case-question", event=row.id, number=application.number, to=[office]
    )
    return row


def answer(session: Any, tools: Tools, account: Account, application: Application, question_id: str, text: str) -> None:
    """Once, by the office that was asked; the applicant is told. Raises `NotFound`, `InvalidInput`, `Conflict`."""
    row, words = questions.get(session, application.number, question_id, lock=True), text.strip()
    if row.office not in account.organisation.split():
        raise Conflict("这个问题由其他岗位答复；请转告被咨询的岗位", code="not-asked")
    if row.answered_at is not None:
        raise Conflict("这个问题已经答复；请刷新页面查看", code="question-answered")
    if not 1 <= len(words) <= LONGEST:
        raise InvalidInput(f"请填写答复，最多 {LONGEST} 个字", field=f"answer-{row.id}", code="answer-missing")
    now, number = tools.clock.now(), application.number
    questions.answer(row, now, account.subject, words)
    audit.record(session, now, account.subject, "answer-question", number=number, office=row.office, question=row.id)
    notices.give(
        session, now, number, f"question-{row.id[:8]}", f"您对办件 {number} 提出的问题已有答复，请在“我的办件”查看。"
    )


def asked(session: Any, tools: Tools, account: Account, application: Application) -> list[QuestionView]:
    """Newest first, for the applicant and for staff."""
    mine = account.organisation.split()
    return [
        QuestionView(row, office_name(tools, application, row.office), row.office in mine and row.answered_at is None)
        for row in questions.of_case(session, application.number)
    ]


def office_name(tools: Tools, application: Application, office: str) -> str:
    """In plain words, also after the case has gone on."""
    district = application.district
    counters = {contract.window_group(district): "综合受理窗口", contract.delivery_group(district): "发证窗口"}
    catalogue = tools.catalogue_of(application)
    departments = {row.reviewer_group: catalogue.department_name(row.department) for row in application.items}
    return (counters | departments).get(office, "经办部门")
