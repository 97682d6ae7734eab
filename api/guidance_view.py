"""What is shown of a consultation to who asked, to the advisers, and with the later case to the window."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from onething.bootstrap import Tools
from onething.catalogue import Bundle
from onething.eligibility import materials_for
from onething.guidance import Notification, missing_names, notification
from onething.store import Document, GuidanceRequest, documents
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
    catalogue = tools.catalogue_of(request)
    bundle = catalogue.bundle(request.bundle)
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
        missing=missing_names(materials_for(catalogue, bundle, request.items, request.answers), files),
    )
