"""What each page of the application shows besides the draft itself."""

from __future__ import annotations

from typing import Any

from api import applicant as applicants
from api import drafts, guide_view
from api.estimating import estimate_view
from onething.bootstrap import Tools
from onething.catalogue import Bundle
from onething.eligibility import materials_for, offers
from onething.promises import consequence, kinds_for
from onething.store import documents
from onething.vocabulary import DeliveryWay


def _questions(tools: Tools, bundle: Bundle, data: drafts.Data) -> dict[str, Any]:
    return {"optional": {situation.question for situation in bundle.situations}}


def _items(tools: Tools, bundle: Bundle, data: drafts.Data) -> dict[str, Any]:
    """Single rows, blocks as one choice, and open situations as radio groups."""
    shown = offers(bundle, data["answers"])
    undecided = [s for s in bundle.situations if data["answers"].get(s.question) in (None, "")]
    open_groups = {s.group for s in undecided}
    choices: dict[str, list[Any]] = {}  # in the order of the plan, a block where its first row stands
    for offer in shown:
        if offer.row.situation not in open_groups:
            choices.setdefault(offer.row.parallel or offer.row.item, []).append(offer)
    return {
        "choices": list(choices.values()),
        "situations": [(s, _options(bundle, s.group)) for s in undecided],
        "districts": [d for d in tools.catalogue.districts.values() if d.open],
        "estimate": estimate_view(tools, bundle, data["items"]) if data.get("items") else None,
    }


def _options(bundle: Bundle, group: str) -> list[tuple[str, str, list[str]]]:
    """(value, label, items) of each option of a situation."""
    found: dict[str, tuple[str, str, list[str]]] = {}
    for row in bundle.rows:
        if row.situation == group and row.option:
            entry = found.setdefault(row.option, (row.option, guide_view.option_label(bundle, row), []))
            entry[2].append(row.item)
    return list(found.values())


def _details(tools: Tools, bundle: Bundle, data: drafts.Data) -> dict[str, Any]:
    return {"company_only": applicants.company_only(bundle)}


def _materials(tools: Tools, bundle: Bundle, data: drafts.Data) -> dict[str, Any]:
    needs = materials_for(tools.catalogue, bundle, data["items"])
    with tools.store.reading() as session:
        files = {key: documents.get(session, document) for key, document in data["documents"].items()}
    return {
        "uploads": [n for n in needs if n.upload], "fetched": [n for n in needs if not n.upload], "files": files,
        "max_mib": tools.settings.max_upload_mib, "promised": drafts.wanted_promises(tools.catalogue, bundle, data),
        "offered": {n.material.key: [(kind, consequence(n, kind)) for kind in kinds_for(n)] for n in needs},
    }


def _review(tools: Tools, bundle: Bundle, data: drafts.Data) -> dict[str, Any]:
    answered = [(q, q.said(data["answers"][q.key])) for q in bundle.questions if q.key in data["answers"]]
    rows = [(bundle.row(item), tools.catalogue.items[item]) for item in data["items"]]
    return _materials(tools, bundle, data) | {
        "answered": answered, "rows": rows, "district": tools.catalogue.districts[data["district"]].name,
        "way": DeliveryWay(data["delivery_way"]).label, "estimate": estimate_view(tools, bundle, data["items"]),
    }


PAGES = {"questions": _questions, "items": _items, "details": _details, "materials": _materials, "review": _review}
