"""What a department decided, as a paper: the refusal, and the approval that has no certificate of its own (R65, R90, R91)."""

from __future__ import annotations

from typing import Any

from onething.papers import RefusalContent, ResultContent, remedy_text
from onething.store import Application, ApplicationItem
from onething.vocabulary import ItemState, PaperKind
from workers.desk import Desk
from workers.papermaking import basis_of, holder, issuer, keep, local_date, masked_id, shared_content

GENERAL_LAW = "《中华人民共和国行政许可法》"


def refusal(session: Any, desk: Desk, application: Application, row: ApplicationItem, stage: Any) -> None:
    """不予受理 or 不予许可 decision; reasons, basis and remedy are never empty (R65, R91)."""
    item = desk.catalogue(application).items[row.item]
    who = issuer(desk, application, row.department)
    basis = [row.decision_basis] if row.decision_basis else basis_of(item) or [GENERAL_LAW]
    if row.state == ItemState.ENDED_BY_RULE:
        stage = "ended"
    elif stage == "approval" and item.kind != "licence":
        stage = "service"
    keep(session, desk, application, RefusalContent(
        **shared_content(session, desk, application, PaperKind.REFUSAL_DECISION, who), stage=stage,
        addressee=holder(application), addressee_id_masked=masked_id(application), item_name=item.name,
        bundle_name=desk.bundle(application).name, applied_on=local_date(application.submitted_at),
        reasons=[row.decision_reason], legal_basis=basis,
        remedy=remedy(desk, application),
    ), row.item)


def remedy(desk: Desk, application: Application, *, what: str = "决定") -> str:
    """What may be done against a decision in this case, and where."""
    government = f"{desk.tools.catalogue.districts[application.district].name}人民政府"
    return remedy_text(government, "有管辖权的人民法院", what=what)


def result_notice(session: Any, desk: Desk, application: Application, row: ApplicationItem) -> None:
    """办理结果通知书 for an approved item whose result is no certificate."""
    item = desk.catalogue(application).items[row.item]
    who = issuer(desk, application, row.department)
    keep(session, desk, application, ResultContent(
        **shared_content(session, desk, application, PaperKind.RESULT_NOTICE, who), addressee=holder(application),
        addressee_id_masked=masked_id(application), item_name=item.name, item_kind=item.kind,
        bundle_name=desk.bundle(application).name, applied_on=local_date(application.submitted_at), result=item.result.name,
        opinion=row.decision_reason, legal_basis=[row.decision_basis],
    ), row.item)
