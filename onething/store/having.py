"""Which of the tables that hold nothing of most cases hold something of one: asked at once, so that a page need not ask each."""

from __future__ import annotations

from sqlalchemy import bindparam, exists, select
from sqlalchemy.orm import Session

from onething.store.tables_delivery import DeliveryAttempt
from onething.store.tables_feedback import CaseQuestion, Rating
from onething.store.tables_guidance import GuidanceRequest
from onething.store.tables_guides import DataDispute
from onething.store.tables_intake import Promise
from onething.store.tables_procedures import Extension, JointAct, SpecialStep

RARE = {
    "attempts": DeliveryAttempt.number, "disputes": DataDispute.number, "extensions": Extension.number,
    "joint acts": JointAct.number, "pre-checks": GuidanceRequest.application_no, "promises": Promise.number,
    "questions": CaseQuestion.number, "ratings": Rating.number, "special steps": SpecialStep.number,
}
QUESTION = select(*(exists().where(number == bindparam("number")) for number in RARE.values()))


def rare(session: Session, number: str) -> frozenset[str]:
    """Names of `RARE` of which the case has any."""
    answers = session.execute(QUESTION, {"number": number}).one()
    return frozenset(name for name, there in zip(RARE, answers, strict=True) if there)
