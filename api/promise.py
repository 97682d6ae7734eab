"""容缺受理 and 告知承诺: what was promised with an application, and handing the missing material in (R46-R48)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from api.uploads import check_case_size
from onething.bootstrap import Tools
from onething.eligibility import MaterialNeed, needs_of
from onething.errors import Conflict, InvalidInput
from onething.promises import consequence
from onething.store import (
    Account,
    Application,
    Material,
    Promise,
    applications,
    audit,
    documents,
    intake,
    notices,
    outbox,
)
from onething.vocabulary import CaseState, Clock, PromiseKind


def keep_promises(
    session: Any, account: Account, number: str, needs: Iterable[MaterialNeed], wish: Any, now: datetime
) -> None:
    """Record what was told, chosen and signed; the letter itself is drawn before the window looks."""
    by_key = {need.material.key: need for need in needs}
    for key, kind in wish.promises.items():
        need = by_key[key]
        session.add(Promise(
            number=number, key=key, kind=kind, item=need.items[0], days=need.tolerance_days,
            consequence=consequence(need, PromiseKind(kind)), signed_name=wish.signature.strip(), signed_at=now,
        ))
        audit.record(session, now, account.subject, f"promise-{kind}", number=number, item=need.items[0], material=key)


def outstanding(session: Any, application: Application) -> list[Promise]:
    """Materials the applicant still owes and may hand in now."""
    if application.state not in (CaseState.IN_PROGRESS, CaseState.DELIVERING):
        return []
    return [row for row in intake.promises(session, application.number)
            if row.kind == PromiseKind.TOLERANCE and row.handed_in_at is None]


def hand_in(
    session: Any, tools: Tools, account: Account, application: Application, files: Mapping[str, str]
) -> None:
    """The promised material arrives; the departments whose items need it hear of it at once."""
    owed = {row.key: row for row in outstanding(session, application)}
    if not owed:
        raise Conflict("这个办件没有待补交的容缺材料", code="nothing-owed")
    if not files:
        raise InvalidInput("请先选择要补交的文件", field="materials", code="no-material")
    now, number = tools.clock.now(), application.number
    bundle = tools.catalogue_of(application).bundle(application.bundle)
    needs = {n.material.key: n for n in needs_of(tools.catalogue_of(application), bundle, application)}
    for key, document_id in files.items():
        if key not in owed:
            raise InvalidInput(f"不需要补交材料“{key}”", field=f"material-{key}", code="unknown-material")
        _take(session, account, application, owed.pop(key), document_id, now)
        check_case_size(session, number)
        for department in {row.department for row in application.items if row.item in needs[key].items}:
            outbox.put(
                session, now, f"supplement:{number}:{key}:{department}", "push", what="supplement", number=number,
                item=needs[key].items[0], material=key, department=department,
            )
        notices.give(
            session, now, number, f"supplement-{key}",
            f"办件 {number} 容缺的“{needs[key].material.name}”已收到，并已推送审批部门。",
        )


def _take(
    session: Any, account: Account, application: Application, row: Promise, document_id: str, now: datetime
) -> None:
    number, document = application.number, documents.get(session, document_id)
    if document.account_id != account.id or document.number is not None:
        raise InvalidInput("这份文件不能用；请重新上传", field=f"material-{row.key}", code="document-in-use")
    documents.require_safe(document, f"material-{row.key}")
    document.number = number
    session.add(Material(
        number=number, key=row.key, version=1, source="applicant", document_id=document_id, created_at=now
    ))
    row.handed_in_at = now
    if all(other.item != row.item for other in outstanding(session, application)):
        applications.end_clock(session, number, Clock.SUPPLEMENT, row.item, now)
    audit.record(session, now, account.subject, "supplement", number=number, item=row.item, material=row.key)
