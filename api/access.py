"""Who may see which case and file: one's own, or for staff what their group handles; all else was never there (S10)."""

from __future__ import annotations

from typing import Any

from onething.bootstrap import Tools
from onething.engine import contract
from onething.errors import NotFound
from onething.store import (
    Account,
    Application,
    Document,
    GuidanceRequest,
    applications,
    certificates,
    documents,
    guidance,
)
from onething.vocabulary import PaperKind, Role


def own_case(session: Any, account: Account, number: str, *, lock: bool = False) -> Application:
    """The case if it is the account's; otherwise the same `NotFound` as for a number that does not exist."""
    return applications.own(session, number, account.id, lock=lock)


def staff_case(session: Any, tools: Tools, account: Account, number: str, *, lock: bool = False) -> Application:
    application = applications.lock(session, number) if lock else applications.get(session, number)
    if not handles(tools, account, application):
        raise applications.unknown(number)
    return application


def handles(tools: Tools, account: Account, application: Application) -> bool:
    return bool(offices_in(tools, account, application))


def offices_in(tools: Tools, account: Account, application: Application) -> list[str]:
    """Those of the account's groups (kept in its organisation) that have work in this case."""
    district, lead = application.district, tools.catalogue_of(application).bundle(application.bundle).lead
    involved = {
        contract.window_group(district), contract.delivery_group(district), contract.supervisor_group(district),
        contract.lead_group(lead, district), *(row.reviewer_group for row in application.items),
        *(contract.head_group(row.department, contract.district_of(row.reviewer_group)) for row in application.items),
    }
    return [] if account.role == Role.CITIZEN else [group for group in account.organisation.split() if group in involved]


def own_request(session: Any, account: Account, number: str) -> GuidanceRequest:
    """One's own consultation; somebody else's looks just like one that never was (S10)."""
    request = guidance.get(session, number)
    if request.account_id != account.id:
        raise guidance.unknown(number)
    return request


def staff_request(session: Any, tools: Tools, account: Account, number: str) -> GuidanceRequest:
    request = guidance.get(session, number)
    if not advises(session, tools, account, request):
        raise guidance.unknown(number)
    return request


def advises(session: Any, tools: Tools, account: Account, request: GuidanceRequest) -> bool:
    """Its advisers and the window of its district; once it went along with a case, whoever handles that."""
    if account.role == Role.CITIZEN:
        return False
    groups = {request.adviser_group, contract.window_group(request.district)}
    if not groups.isdisjoint(account.organisation.split()):
        return True
    number = request.application_no
    return number is not None and handles(tools, account, applications.get(session, number))


def readable_document(session: Any, tools: Tools, account: Account, document_id: str) -> Document:
    """A file one may download: an upload of one's own, or a file of a case one may see."""
    row = documents.get(session, document_id)
    if row.number is None:
        shown = guidance.shown_to(session, row.id)
        allowed = row.account_id == account.id or any(advises(session, tools, account, request) for request in shown)
    else:
        application = applications.get(session, row.number)
        allowed = application.account_id == account.id or handles(tools, account, application)
    if not allowed or not _issued(session, row):
        raise NotFound("没有这份文件；它可能已被移除", code="unknown-document")
    return row


def _issued(session: Any, row: Document) -> bool:
    """A licence can be had once it is published, not while it is being made (S19)."""
    if row.paper_kind != PaperKind.LICENCE:
        return row.paper_kind != PaperKind.ARCHIVE  # taken out through its own door, which keeps a record
    return any(made.document_id == row.id for made in certificates.issued(session, [row.number])[row.number])
