"""What the applicant is given in writing when a case or an item ends and no department has decided on it (R54, R58, R86)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from onething.papers import Defect, EndingContent, NotTakenContent
from onething.store import Application, applications, custody, documents
from onething.vocabulary import ItemState, PaperKind
from workers.decision_papers import GENERAL_LAW, remedy
from workers.desk import Desk
from workers.papermaking import holder, keep, local_date, masked_id, shared_content

NO_ORIGINALS = "本办件没有留存申请人的纸质原件。"
WRITTEN_PROOF = f"{GENERAL_LAW}第三十二条"


def not_taken(
    session: Any, desk: Desk, application: Application, actor: str, reason: str, lines: Iterable[tuple[str, str, str]]
) -> None:
    """不予收件告知书; `lines` are (material, problem, cure), as on a notice of what is to be put right."""
    items = [desk.catalogue(application).items[row.item] for row in application.items]
    keep(session, desk, application, NotTakenContent(
        **shared_content(session, desk, application, PaperKind.NOT_TAKEN_NOTICE, _window(desk, application)),
        addressee=holder(application), addressee_id_masked=masked_id(application),
        bundle_name=desk.bundle(application).name, applied_on=local_date(application.submitted_at),
        items=[item.name for item in items], reasons=[reason],
        defects=[Defect(material=name, problem=problem.rstrip("。"), cure=cure) for name, problem, cure in lines],
        legal_basis=[WRITTEN_PROOF] if any(item.kind == "licence" for item in items) else [],
        clerk_name=desk.staff_name(actor), remedy=remedy(desk, application, what="告知"),
    ))


def expired(session: Any, desk: Desk, application: Application, now: datetime, asked: Any) -> None:
    """Nobody completed the case; `asked` is the clock of the correction, with the notice's day and the last day."""
    notice = documents.paper(session, application.number, PaperKind.CORRECTION_NOTICE)
    _keep(
        session, desk, application, now, [row.item for row in application.items], cause="expired",
        told_on=local_date(asked.started_at) if asked else None, told_by=notice.paper_no if notice else "",
        due_on=local_date(asked.due_at) if asked else None, remedy=remedy(desk, application, what="告知"),
        originals=_returned(session, desk, application),
    )


def case_withdrawn(session: Any, desk: Desk, application: Application, now: datetime) -> None:
    """Of the items that ended with the case; what was decided before is delivered. Once."""
    if not documents.paper(session, application.number, PaperKind.ENDING_NOTICE):
        ended = [
            row.item for row in application.items
            if row.state == ItemState.WITHDRAWN and row.decision_reason == application.reason
        ]
        _keep(
            session, desk, application, application.closed_at or now, ended or [row.item for row in application.items],
            cause="case", originals=_returned(session, desk, application),
        )


def items_withdrawn(desk: Desk, number: str, front: str, items: list[str]) -> None:
    """Drawn by the relay: the model goes on with the other items, and has no step for this one. Once, and not for a case
    whose person was cleared after its time: then nobody can be named."""
    with desk.tools.store.transaction() as session:
        application = applications.lock(session, number)
        if documents.paper(session, number, PaperKind.ENDING_NOTICE, front) or application.cleared_at:
            return
        at = applications.item_of(application, front).decided_at or desk.tools.clock.now()
        window = _window(desk, application)
        kept = f"纸质原件继续用于办理其他事项；需要取回只用于上述事项的原件的，请与{window}联系。"
        _keep(
            session, desk, application, at, items, cause="item", front=desk.catalogue(application).items[front].name,
            originals=kept if custody.held(session, number) else NO_ORIGINALS, about=front,
        )


def _keep(
    session: Any, desk: Desk, application: Application, at: datetime, items: list[str], about: str = "", **more: Any
) -> None:
    known = desk.catalogue(application).items
    keep(session, desk, application, EndingContent(
        **shared_content(session, desk, application, PaperKind.ENDING_NOTICE, _window(desk, application)),
        addressee=holder(application), addressee_id_masked=masked_id(application),
        bundle_name=desk.bundle(application).name, applied_on=local_date(application.submitted_at), ended_on=local_date(at),
        items=[known[item].name for item in items], **more,
    ), about)


def _returned(session: Any, desk: Desk, application: Application) -> str:
    """What becomes of the originals of a case that has ended (R89)."""
    if not custody.held(session, application.number):
        return NO_ORIGINALS
    return f"提交的纸质原件由{_window(desk, application)}统一退还，请凭有效证件领取并在签收单上签名。"


def _window(desk: Desk, application: Application) -> str:
    return f"{desk.tools.catalogue.districts[application.district].name}综合受理窗口"
