"""What is shown of a consultation to who asked, to the advisers, and with the later case to the window."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from onething.bootstrap import Tools
from onething.catalogue import Bundle
from onething.eligibility import materials_for
from onething.engine import contract
from onething.guidance import Notification, missing_names, notification
from onething.store import Account, Document, GuidanceRequest, applications, documents, guidance
from onething.vocabulary import GuidanceKind, GuidanceState, Role

TONES = {GuidanceState.OPEN: "running", GuidanceState.ANSWERED: "good"}


@dataclass(frozen=True)
class GuidanceView:
    """`told` is the notification as it was given with the answer, before that as it would be given now."""

    request: GuidanceRequest
    bundle: Bundle
    kind: GuidanceKind
    state: GuidanceState
    tone: str
    adviser: str
    told: Notification
    files: tuple[tuple[str, Document], ...]
    missing: tuple[str, ...]


def view(session: Any, tools: Tools, request: GuidanceRequest) -> GuidanceView:
    catalogue, bundle = tools.catalogue, tools.catalogue.bundle(request.bundle)
    state = GuidanceState(request.state)
    place, office = catalogue.districts[request.district].name, catalogue.office_name(bundle.adviser_office)
    told = Notification.model_validate(request.notice) if request.notice else notification(
        catalogue, bundle, request.district, request.items, request.answers
    )
    files = {row.key: documents.get(session, row.document_id) for row in request.materials}
    return GuidanceView(
        request=request, bundle=bundle, kind=GuidanceKind(request.kind), state=state, tone=TONES[state],
        adviser=request.adviser_name or f"{place}{office}{Role.ADVISER.label}", told=told,
        files=tuple((catalogue.materials[key].name, row) for key, row in files.items()),
        missing=missing_names(materials_for(catalogue, bundle, request.items), files),
    )


def own_request(session: Any, account: Account, number: str) -> GuidanceRequest:
    """One's own; somebody else's looks just like one that never was (S10)."""
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
    """Its advisers and the window of its district; once it went along with a case, those who handle that."""
    if account.role == Role.CITIZEN:
        return False
    groups = {request.adviser_group, contract.window_group(request.district)}
    if request.application_no:
        groups |= {row.reviewer_group for row in applications.get(session, request.application_no).items}
    return not groups.isdisjoint(account.organisation.split())
