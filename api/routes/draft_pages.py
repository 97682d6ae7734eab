"""What each page of the application shows besides the draft itself."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from api import applicant as applicants
from api import drafts, guide_view
from api.consenting import asked_for
from api.estimating import EstimateView, estimate_view
from api.placing import elsewhere
from onething.application_form import FieldNeed, Value, fields_for, said, sections
from onething.bootstrap import Tools
from onething.catalogue import Bundle, Catalogue, Material
from onething.catalogue.facts import FormField
from onething.eligibility import MaterialNeed, materials_for, needs_of, not_offered, offers, unsure_of
from onething.promises import consequence, kinds_for, letter
from onething.store import Document, applications, documents
from onething.uploads import extension_of
from onething.vocabulary import DeliveryWay


def _questions(tools: Tools, bundle: Bundle, data: drafts.Data) -> dict[str, Any]:
    return {
        "optional": drafts.may_stay_open(tools.catalogue, bundle),
        "silenced": drafts.silenced(tools.catalogue, bundle, drafts.by_hand(tools.catalogue, bundle, data)),
        "owing": bool(data["items"]) and drafts.unanswered(tools.catalogue, bundle, data),
    }


def _items(tools: Tools, bundle: Bundle, data: drafts.Data) -> dict[str, Any]:
    """Single rows, blocks as one choice, and open situations as radio groups; apart what is neither called for nor chosen."""
    chosen = data.get("items", [])
    shown = offers(bundle, data["answers"], unsure_of(tools.catalogue, bundle, data["answers"]))
    undecided = [s for s in bundle.situations if data["answers"].get(s.question) in (None, "")]
    open_groups = {s.group for s in undecided}
    away = set(not_offered(bundle, drafts.place_of(data))) - set(chosen)
    choices: dict[str, list[Any]] = {}  # in the order of the plan, a block where its first row stands
    for offer in shown:
        if offer.row.situation not in open_groups and offer.row.item not in away:
            choices.setdefault(offer.row.parallel or offer.row.item, []).append(offer)
    spare = [one for one in choices.values() if not any(offer.needed or offer.row.item in chosen for offer in one)]
    if len(spare) == len(choices):
        spare = []  # nothing is called for: one looks at what there is
    needs = {row.item: _needs_of(tools.catalogue, bundle, data, row.item) for row in bundle.rows}
    return {
        "choices": [one for one in choices.values() if one not in spare], "spare": spare,
        "as_answered": bool(chosen) and all(
            offer.needed == (offer.row.item in chosen) for one in choices.values() for offer in one
        ),
        "situations": [(s, options) for s in undecided if (options := _options(bundle, s.group, away))],
        "elsewhere": [
            one.row.item for one in shown if one.row.item in away and (one.needed or one.row.situation in open_groups)
        ],
        "districts": [d for d in tools.catalogue.districts.values() if d.open],
        "named": tools.catalogue.districts.get(data.get("named", "")),
        "estimate": _estimate(tools, bundle, data) if chosen else None,
        "needs": needs,
        "brings": lambda items: sorted({
            need.material.key for item in items for need in needs.get(item, ()) if need.upload and need.required
        }),
    }


def _needs_of(catalogue: Catalogue, bundle: Bundle, data: drafts.Data, item: str) -> list[MaterialNeed]:
    """What one item asks for, chosen beside those that are chosen now."""
    needs = materials_for(catalogue, bundle, [*data.get("items", []), item], data["answers"])
    return [need for need in needs if item in need.items]


def _estimate(tools: Tools, bundle: Bundle, data: drafts.Data) -> EstimateView:
    return estimate_view(tools, bundle, data["items"], district=data["district"])


def _options(bundle: Bundle, group: str, away: Collection[str]) -> list[tuple[str, str, list[str]]]:
    """(value, label, items) of each option of a situation that has an item which is not `away`."""
    found: dict[str, tuple[str, str, list[str]]] = {}
    for row in bundle.rows:
        if row.situation == group and row.option and row.item not in away:
            entry = found.setdefault(row.option, (row.option, guide_view.option_label(bundle, row), []))
            entry[2].append(row.item)
    return list(found.values())


def _details(tools: Tools, bundle: Bundle, data: drafts.Data) -> dict[str, Any]:
    place = tools.catalogue.districts[data["district"]]
    return {
        "company_only": applicants.company_only(bundle), "labels": applicants.labels(bundle), "place": place,
        "represented": drafts.represented(tools.catalogue, bundle, data),
    }


def _form(tools: Tools, bundle: Bundle, data: drafts.Data) -> dict[str, Any]:
    """Sections with each field, what the register says of it, and what was typed."""
    needs = _once(fields_for(tools.catalogue, bundle, data["items"]), data)
    return {"sections": sections(needs), "shared": data.get("shared", {}), "typed": data.get("form", {}), "said": said}


def _once(needs: Iterable[FieldNeed], data: drafts.Data) -> list[FieldNeed]:
    """Without what a register says just as the applicant was named one page before."""
    typed, known = data.get("form", {}), data.get("shared", {})
    told = {data["applicant"].get("name"), data["applicant"].get("id_no")}
    return [n for n in needs if n.field.key in typed or n.field.key not in known or known[n.field.key] not in told]


def _twins(needs: Iterable[FieldNeed], values: Mapping[str, Value]) -> dict[str, FormField]:
    """Fields that say the same as the one their value was proposed from: an address is read once."""
    fields = {need.field.key: need.field for need in needs}
    return {
        key: field for key, field in fields.items()
        if field.starts_as in fields and values.get(key) not in (None, "") and values[key] == values.get(field.starts_as)
    }


def _materials(tools: Tools, bundle: Bundle, data: drafts.Data) -> dict[str, Any]:
    needs, promised = drafts.needs_for(tools.catalogue, bundle, data), drafts.wanted_promises(tools.catalogue, bundle, data)
    with tools.store.reading() as session:
        files = {key: documents.get(session, document) for key, document in data["documents"].items()}
    return {
        "uploads": [n for n in needs if n.upload], "fetched": [n for n in needs if n.fetched], "files": files,
        "made": [(n, tools.catalogue.items[n.origin]) for n in needs if n.origin],
        "max_mib": tools.settings.max_upload_mib, "promised": promised, "letter": letter(needs, promised),
        "offered": {n.material.key: [(kind, consequence(n, kind)) for kind in kinds_for(n)] for n in needs},
    }


def earlier_upload(session: Any, account_id: str, material: Material, now: datetime) -> Document | None:
    """What one handed in before of this material, while the guide lets it count again."""
    if not material.valid_days:
        return None
    known = documents.handed_in_before(session, account_id, material.key, now - timedelta(days=material.valid_days))
    return known if known and extension_of(known.name) in material.formats else None


@dataclass(frozen=True)
class Earlier:
    """A file that may be used again. `beyond`: what is asked of it now and was not where it was handed in."""

    document: Document
    beyond: tuple[str, ...]


def earlier_uploads(tools: Tools, account_id: str, bundle: Bundle, data: drafts.Data) -> dict[str, Earlier]:
    now, wanted = tools.clock.now(), [need for need in drafts.needs_for(tools.catalogue, bundle, data) if need.upload]
    with tools.store.reading() as session:
        found = [(need, earlier_upload(session, account_id, need.material, now)) for need in wanted]
        return {need.material.key: Earlier(row, _beyond(session, tools, need, row)) for need, row in found if row is not None}


def _beyond(session: Any, tools: Tools, need: MaterialNeed, row: Document) -> tuple[str, ...]:
    case = applications.get(session, str(row.number))
    catalogue = tools.catalogue_of(case)
    before = needs_of(catalogue, catalogue.bundle(case.bundle), case)
    asked = {note for one in before if one.material.key == need.material.key for note in one.notes}
    return tuple(note for note in need.notes if note not in asked)


def _review(tools: Tools, bundle: Bundle, data: drafts.Data) -> dict[str, Any]:
    open_ones = unsure_of(tools.catalogue, bundle, data["answers"])
    answered = [
        (q, "不清楚" if q.key in open_ones else q.said(data["answers"][q.key])) for q in tools.catalogue.questions_of(bundle)
        if q.key in open_ones | data["answers"].keys()
    ]
    rows = [(bundle.row(item), tools.catalogue.items[item]) for item in data["items"]]
    needs = fields_for(tools.catalogue, bundle, data["items"])
    values = drafts.form_values(data, needs)
    shown = _once(needs, data)
    return _materials(tools, bundle, data) | {
        "sections": sections(shown), "values": values, "said": said, "twins": _twins(shown, values),
        "disputed": drafts.disputed(data, needs), "answered": answered, "rows": rows,
        "district": tools.catalogue.districts[data["district"]], "labels": applicants.labels(bundle),
        "elsewhere": elsewhere(tools.catalogue, needs, values, data["district"]),
        "way": DeliveryWay(data["delivery_way"]).label if data["delivery_way"] else "",
        "estimate": _estimate(tools, bundle, data), "represented": drafts.represented(tools.catalogue, bundle, data),
        "consents": asked_for(tools, drafts.wish_of(tools.catalogue, bundle, data)),
    }


PAGES = {
    "questions": _questions, "items": _items, "details": _details, "form": _form, "materials": _materials, "review": _review,
}
