"""An application begins: its draft, or straight on to the first page for somebody who came to log in for it."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

from api import applicant as applicants
from api import drafts
from onething.bootstrap import Tools
from onething.catalogue import Bundle
from onething.store import Account, accounts
from onething.vocabulary import Role

ADDRESS = "/apply/"


def first_district(tools: Tools) -> str:
    return next(one.code for one in tools.catalogue.districts.values() if one.open)


def begin(tools: Tools, account: Account, bundle: Bundle, district: str) -> str:
    """A new draft; the address of its first page. `tools` are those of the district."""
    with tools.store.transaction() as session:
        data = drafts.fresh(tools.catalogue, account, bundle, district)
        draft = accounts.new_draft(session, account.id, bundle.slug, data, tools.clock.now())
    return f"/drafts/{draft.id}/{drafts.steps_of(tools.catalogue, bundle, data)[0]}"


def wanted(tools: Tools, target: str) -> Bundle | None:
    """What the page `target` would begin."""
    return tools.catalogue.bundles.get(urlsplit(target).path.removeprefix(ADDRESS)) if target.startswith(ADDRESS) else None


def asks_licence(bundle: Bundle, account: Account) -> bool:
    """Whether it has to be asked if there is a business licence (R23); companies have one."""
    return bundle.licence_first and not applicants.is_company(account.id_no)


def after_login(tools: Tools, account: Account, target: str) -> str:
    """Where to go: `target`; or, where that would only ask to begin, what it begins."""
    district = parse_qs(urlsplit(target).query).get("district", [first_district(tools)])[0]
    place = tools.catalogue.districts.get(district)
    if account.role != Role.CITIZEN or place is None or not place.open:
        return target
    tools = tools.in_district(district)
    bundle = wanted(tools, target)
    if bundle is None or asks_licence(bundle, account):
        return target
    with tools.store.reading() as session:
        if any(draft.bundle == bundle.slug for draft in accounts.drafts_of(session, account.id)):
            return target
    return begin(tools, account, bundle, district)
