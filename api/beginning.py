"""An application begins: its draft, or straight on to the first page for somebody who came to log in for it."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

from api import applicant as applicants
from api import drafts
from api.placing import begin_in
from onething.bootstrap import Tools
from onething.catalogue import Bundle
from onething.eligibility import licence_from, not_offered
from onething.store import Account, Application, accounts
from onething.vocabulary import Role

ADDRESS = "/apply/"
SENT = "sent"
"""Said of the licence: whoever has it sent me."""


def begin(tools: Tools, account: Account, slug: str, district: str, *, sent: bool = False) -> str:
    """A new draft; the address of its first page. `district` is empty where nobody has said one. Who was `sent` by the holder
    of a licence has answered that question."""
    place = begin_in(tools, account, slug, district)
    catalogue = tools.in_district(place["district"]).catalogue
    bundle = catalogue.bundle(slug)
    with tools.store.transaction() as session:
        data = drafts.fresh(catalogue, account, bundle, place["district"], placed=place["placed"]) | place
        if sent and applicants.AGENT in {question.key for question in catalogue.questions_of(bundle)}:
            data["answers"] = {applicants.AGENT: True}
        draft = accounts.new_draft(session, account.id, bundle.slug, data, tools.clock.now())
    return f"/drafts/{draft.id}/{drafts.steps_of(catalogue, bundle, data)[0]}"


def again(tools: Tools, account: Account, case: Application) -> str:
    """A new draft that says what `case` said; the address of the page where items are chosen. What registers said is asked
    anew, files are offered again on their page while they count."""
    catalogue = tools.in_district(case.district).catalogue
    bundle = catalogue.bundle(case.bundle)
    asked, away = {question.key for question in catalogue.questions_of(bundle)}, not_offered(bundle, case.district)
    data = drafts.fresh(catalogue, account, bundle, case.district) | {
        "answers": {key: answer for key, answer in case.answers.items() if key in asked}, "asked": bool(asked),
        "items": [row.item for row in case.items if bundle.row(row.item) and row.item not in away],
        "applicant": drafts.own(account, bundle) | case.applicant,
        "delivery_way": case.delivery_way, "delivery_mode": case.delivery_mode,
        "form": bundle.presets | {key: value for key, value in case.form.items() if key not in case.form_sources},
    }
    with tools.store.transaction() as session:
        draft = accounts.new_draft(session, account.id, bundle.slug, data, tools.clock.now())
    return f"/drafts/{draft.id}/items"


def wanted(tools: Tools, target: str) -> Bundle | None:
    """What the page `target` would begin."""
    return tools.catalogue.bundles.get(urlsplit(target).path.removeprefix(ADDRESS)) if target.startswith(ADDRESS) else None


def asks_licence(bundle: Bundle, account: Account) -> bool:
    """Whether it has to be asked if there is a business licence (R23); companies have one."""
    return bundle.licence_first and not applicants.is_company(account.id_no)


def in_the_way(tools: Tools, bundle: Bundle, account: Account, said: str) -> dict[str, Any] | None:
    """What a page has to say before anything is filled in: there is no licence yet, or it has an account of its own."""
    if not asks_licence(bundle, account) or said == SENT or (said == "yes" and not applicants.is_person(account)):
        return None
    first = [tools.catalogue.bundles[name] for name in licence_from(bundle) if name in tools.catalogue.bundles]
    return {"bundle": bundle, "first": first, "licensed": said == "yes"}


def after_login(tools: Tools, account: Account, target: str) -> str:
    """Where to go: `target`; or, where that would only ask to begin, what it begins."""
    district = parse_qs(urlsplit(target).query).get("district", [""])[0]
    place = tools.catalogue.districts.get(district)
    if account.role != Role.CITIZEN or (district and (place is None or not place.open)):
        return target
    bundle = wanted(tools.in_district(district), target)
    if bundle is None or asks_licence(bundle, account):
        return target
    with tools.store.reading() as session:
        if any(draft.bundle == bundle.slug for draft in accounts.drafts_of(session, account.id)):
            return target
    return begin(tools, account, bundle.slug, district)
