"""What the applicant is given in writing when a case or an item ends and no department has decided on it (R54, R58, R86)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from onething.papers import Defect, NotTakenContent
from onething.store import Application
from onething.vocabulary import PaperKind
from workers.decision_papers import GENERAL_LAW, remedy
from workers.desk import Desk
from workers.papermaking import holder, keep, local_date, masked_id, shared_content

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
        defects=[Defect(material=name, problem=problem, cure=cure) for name, problem, cure in lines],
        legal_basis=[WRITTEN_PROOF] if any(item.kind == "licence" for item in items) else [],
        clerk_name=desk.staff_name(actor), remedy=remedy(desk, application, what="告知"),
    ))


def _window(desk: Desk, application: Application) -> str:
    return f"{desk.tools.catalogue.districts[application.district].name}综合受理窗口"
