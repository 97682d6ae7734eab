"""办理地区: where a matter is handled follows from where it is. Proposed from registers, compared with the form."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from api import applicant as applicants
from api.application_forms import known
from onething.application_form import WHO_APPLIES, FieldNeed
from onething.bootstrap import Tools
from onething.catalogue import Bundle, Catalogue, District
from onething.catalogue.facts import FormField
from onething.store import Account


def named_in(catalogue: Catalogue, address: str) -> District | None:
    """The district an address names first; the city itself is in every address and says nothing."""
    found = [
        (address.index(name), district) for district in catalogue.districts.values() if district.kind == "county"
        for name in (district.name, *district.also_called) if name in address
    ]
    return min(found, key=lambda one: one[0])[1] if found else None


def of_registers(tools: Tools, account: Account, bundle: Bundle) -> District | None:
    """The district of the first address that registers know: of what the bundle is about, else of whoever applies."""
    fields = tools.catalogue.fields
    own = "registered_address" if applicants.is_company(account.id_no) else "household_address"
    asked = [fields[key] for row in bundle.rows for key in tools.catalogue.items[row.item].fields if fields[key].locates]
    sources = dict.fromkeys(field.key if field.shared else field.starts_as for field in asked)
    wanted = [fields[key] for key in (*sources, own) if key in fields]
    values = known(tools, account, account.id_no, wanted)
    return next(filter(None, (named_in(tools.catalogue, str(values.get(field.key, ""))) for field in wanted)), None)


def begin_in(tools: Tools, account: Account, slug: str, said: str) -> dict[str, Any]:
    """What a new draft has of its district: `said` in the address of the page, else proposed; `placed` when it need not be
    asked, `named` the district that registers name, open or not."""
    opened = [district for district in tools.catalogue.districts.values() if district.open]
    if said or len(opened) == 1:
        return {"district": said or opened[0].code, "placed": True, "named": ""}
    found = of_registers(tools, account, tools.catalogue.bundle(slug))
    placed = found is not None and found.open
    return {"district": found.code if placed else opened[0].code, "placed": placed, "named": found.code if found else ""}


def of_guide(tools: Tools, account: Account | None, kept: str) -> str:
    """Whose information a guide shows where its address says nothing: the district chosen last in this browser, else the one
    of the account's address; empty for the city."""
    if kept in tools.catalogue.districts:
        return kept
    found = named_in(tools.catalogue, account.address) if account else None
    return found.code if found else ""


def elsewhere(
    catalogue: Catalogue, needs: Iterable[FieldNeed], values: Mapping[str, Any], district: str
) -> tuple[FormField, District] | None:
    """An address of the form and the district it names, where none names the `district` that was chosen. Where what it is
    about has an address of its own, that of whoever applies says nothing."""
    said = [(need.field, named_in(catalogue, str(values.get(need.field.key, "")))) for need in needs if need.field.locates]
    named = [(field, place) for field, place in said if place is not None]
    named = [one for one in named if one[0].section not in WHO_APPLIES] or named
    if any(place.code == district for _, place in named):
        return None
    city = catalogue.districts[district].kind == "city"  # it stands in for districts that are not open
    return next(((field, place) for field, place in named if place.open or not city), None)
