"""市本级 does not take what counties alone decide: neither chosen, nor handed in by page, counter or program (R80)."""

from __future__ import annotations

import re
from typing import Any

import pytest

from onething.application_form import examples, fields_for
from onething.bootstrap import Tools
from onething.catalogue import load_catalogue
from onething.eligibility import not_offered
from onething.store import accounts
from onething.store.tables import Draft
from tests.api.conftest import COMPANY, HOME, Person
from tests.api.test_application_forms import ID, begin, tools

__all__ = ["tools"]
CATALOGUE = load_catalogue(HOME)
CITY, DISTRICT = "410100", "410105"
HOTEL, SPECIAL, FOOD, HYGIENE = "open-hotel", "hotel-special-trade-permit", "food-business-license", "public-place-hygiene-permit"
REFUSED = "“旅馆业特种行业许可”由所在区县办理，市本级不办理；请在所在区县申请，或者不选"
NOT_HERE = "由所在区县办理的事项，这里不能选"


def answers(slug: str) -> dict[str, str]:
    asked = CATALOGUE.questions_of(CATALOGUE.bundle(slug))
    return {one.key: one.options[0].value if one.options else "100" if one.type == "number" else "no" for one in asked}


def ticked(page: str) -> set[str]:
    return set(re.findall(r'name="item" value="([a-z-]+)" checked', page))


def drafted(tools: Tools) -> dict[str, Any]:
    with tools.store.reading() as session:
        [draft] = accounts.drafts_of(session, accounts.by_subject(session, [COMPANY])[COMPANY].id)
        return dict(draft.data)


def test_what_counties_alone_decide_is_not_to_be_chosen_in_the_city(company: Person) -> None:
    draft = begin(company, HOTEL, district=CITY)
    company.send(f"{draft}/questions", answers(HOTEL))
    page = company.get(f"{draft}/items").text
    assert FOOD in ticked(page)
    assert f'value="{SPECIAL}"' not in page
    assert page.index(NOT_HERE) < page.index("旅馆业特种行业许可") < page.index('id="items"')
    answer = company.send(f"{draft}/items", {"item": sorted(ticked(page)), "district": CITY})
    assert answer.headers["location"].endswith("/details")
    here = begin(company, HOTEL, district=DISTRICT)
    company.send(f"{here}/questions", answers(HOTEL))
    assert NOT_HERE not in company.get(f"{here}/items").text


def test_a_situation_of_which_counties_decide_every_case_is_no_choice_in_the_city(company: Person) -> None:
    later = answers("open-bookstore") | {"premises": "later"}
    for district, offered in ((CITY, False), (DISTRICT, True)):
        draft = begin(company, "open-bookstore", district=district)
        company.send(f"{draft}/questions", later)
        page = company.get(f"{draft}/items").text
        assert 'id="items"' in page
        assert ('name="situation.premises"' in page) == offered
        assert (NOT_HERE in page) != offered


def test_whoever_asks_for_it_in_the_city_is_told_and_keeps_what_was_chosen(company: Person, tools: Tools) -> None:
    draft = begin(company, HOTEL, district=DISTRICT)
    company.send(f"{draft}/questions", answers(HOTEL))
    company.send(f"{draft}/items", {"item": [FOOD, SPECIAL], "district": DISTRICT})
    answer = company.send(f"{draft}/items", {"item": [FOOD, SPECIAL], "district": CITY})
    assert answer.status_code == 422
    assert REFUSED in answer.text
    assert ticked(answer.text) == {FOOD, SPECIAL}, "it can be taken out, or the district changed"
    assert (drafted(tools)["district"], drafted(tools)["items"]) == (DISTRICT, [FOOD, SPECIAL])
    assert company.send(f"{draft}/items", {"item": FOOD, "district": CITY}).headers["location"].endswith("/details")


def test_in_ones_own_district_it_comes_back_by_itself(company: Person, tools: Tools) -> None:
    draft = begin(company, HOTEL, district=CITY)
    company.send(f"{draft}/questions", answers(HOTEL))
    answer = company.send(f"{draft}/items", {"item": FOOD, "district": DISTRICT})
    assert answer.headers["location"].endswith("/items?moved=yes")
    assert ticked(company.get(f"{draft}/items").text) == {FOOD, SPECIAL}, "what was left out by hand stays out"
    answer = company.send(f"{draft}/items", {"item": FOOD, "district": DISTRICT})
    assert answer.headers["location"].endswith("/details"), "it need not be chosen"


def test_a_draft_of_before_leads_back_to_the_choice(company: Person, tools: Tools) -> None:
    draft = begin(company, HOTEL, district=DISTRICT)
    company.send(f"{draft}/questions", answers(HOTEL))
    company.send(f"{draft}/items", {"item": [FOOD, SPECIAL], "district": DISTRICT})
    with tools.store.transaction() as session:
        row = session.get_one(Draft, draft.rpartition("/")[2])
        row.data = row.data | {"district": CITY}
    assert company.get(f"{draft}/details").headers["location"].endswith("/items")
    assert ticked(company.get(f"{draft}/items").text) == {FOOD, SPECIAL}


def test_where_nobody_has_said_the_district_everything_can_be_chosen(person: Any) -> None:
    citizen = person("demo-li-si")  # registered in a district that is not open
    draft = begin(citizen, "newborn")
    citizen.send(f"{draft}/questions", answers("newborn"))
    page = citizen.get(f"{draft}/items").text
    assert "birth-registration" in ticked(page)
    assert NOT_HERE not in page
    answer = citizen.send(f"{draft}/items", {"item": sorted(ticked(page)), "district": CITY})
    assert "“对新出生婴儿办理出生登记（国内出生）”由所在区县办理" in answer.text
    answer = citizen.send(f"{draft}/items", {"item": sorted(ticked(page)), "district": DISTRICT})
    assert answer.headers["location"].endswith("/details")


def test_a_program_is_refused_with_the_same_sentence(company: Person) -> None:
    asked = {key: {"yes": True, "no": False}.get(value, value) for key, value in answers(HOTEL).items()}
    body = {
        "bundle": HOTEL, "district": CITY, "items": [FOOD, SPECIAL], "answers": asked, "delivery_way": "electronic",
        "applicant": {"name": "郑州示例餐饮有限公司（演示）", "id_no": ID, "phone": "13800000004"}, "materials": {},
        "form": examples(fields_for(CATALOGUE, CATALOGUE.bundle(HOTEL), [FOOD, SPECIAL])),
    }
    answer = company.post("/api/v1/applications", body, {"Idempotency-Key": "in-the-city"})
    assert (answer.status_code, answer.json()["code"], answer.json()["detail"]) == (422, "decided-by-counties", REFUSED)
    answer = company.post("/api/v1/applications", body | {"items": [FOOD]}, {"Idempotency-Key": "in-the-city-2"})
    assert answer.json().get("code") != "decided-by-counties"


def test_programs_are_told_what_a_district_offers(company: Person) -> None:
    for query, offered in (("", False), (f"?district={CITY}", False), (f"?district={DISTRICT}", True)):
        items = company.get(f"/api/v1/bundles/{HOTEL}{query}").json()["items"]
        assert {one["item"]: one["offered"] for one in items if one["item"] in (FOOD, SPECIAL)} == {FOOD: True, SPECIAL: offered}


def test_the_counter_of_the_city_does_not_take_it(person: Any) -> None:
    clerk = person(f"window-{CITY}")
    desk = clerk.send("/staff/window/new", {
        "bundle": HOTEL, "relation": "agent", "agent.name": "张三", "agent.id_no": "410102199001010012",
        "applicant.name": "郑州示例餐饮有限公司", "applicant.id_no": ID, "applicant.phone": "13800000004",
    }).headers["location"]
    clerk.send(desk, answers(HOTEL) | {"action": "save"})
    page = clerk.get(desk).text
    assert ticked(page) >= {FOOD, HYGIENE}
    assert f'value="{SPECIAL}"' not in page
    assert "由所在区县办理，本窗口不收：“旅馆业特种行业许可”" in page
    answer = clerk.send(desk, answers(HOTEL) | {"action": "submit", "item": [FOOD, SPECIAL]})
    assert answer.status_code == 422
    assert REFUSED in answer.text


@pytest.mark.parametrize(("slug", "heading"), [
    (HOTEL, "有的事项由所在区县办理，请选择所在区县。"), ("open-freight-company", "这件事由所在区县办理，请选择所在区县。"),
    ("open-small-food-shop", "这件事由所在区县办理，请选择所在区县。"), ("open-restaurant", ""),
])
def test_the_guide_of_the_city_leads_to_ones_district(person: Any, slug: str, heading: str) -> None:
    page = person().get(f"/bundles/{slug}").text
    away = not_offered(CATALOGUE.bundle(slug), CITY)
    assert page.count("<span>由所在区县办理</span>") == len(away)
    assert heading in page
    assert (f'href="/bundles/{slug}?district={DISTRICT}">金水区</a>' in page) == bool(heading)
    local = person().get(f"/bundles/{slug}?district={DISTRICT}").text
    assert "由所在区县办理" not in local


def test_the_guide_says_so_in_english(person: Any) -> None:
    page = person().get(f"/bundles/{HOTEL}?lang=en").text
    assert "Some items are done by the district where you belong: please choose your district for them." in page
    whole = person().get(f"/bundles/{HOTEL}/guide?lang=en").text
    assert "Done by the district where you belong: please choose your district" in whole
    assert "done by the district where you belong)" in person().get(f"/bundles/{HOTEL}/brief?lang=en").text
