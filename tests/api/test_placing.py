"""办理地区: proposed from the registered address, asked where nobody knows, compared with the addresses of the form (R27)."""

from __future__ import annotations

import re
from typing import Any

import pytest

from api.placing import named_in
from onething.application_form import examples, fields_for
from onething.bootstrap import Tools
from onething.catalogue import load_catalogue
from onething.eligibility import materials_for
from onething.store import accounts
from tests.api.conftest import COMPANY, HOME, SAMPLE_PDF, Person
from tests.api.test_application_forms import ID, ITEM, SHOP, begin, to_form, tools, typed
from tests.api.test_case_papers import text_of

__all__ = ["tools"]
CATALOGUE = load_catalogue(HOME)
ASKED = {q.key: q.options[0].value if q.options else "no" for q in CATALOGUE.questions_of(CATALOGUE.bundle(SHOP))}
DRAINAGE = "urban-drainage-permit"
SELECTED = '<option value="410105" selected>'
APPLICANT = {
    "applicant.name": "郑州示例餐饮有限公司（演示）", "applicant.id_no": ID, "applicant.phone": "13800000004",
    "delivery_way": "electronic", "delivery_mode": "unified",
}


def draft_of(tools: Tools, subject: str) -> Any:
    with tools.store.reading() as session:
        [draft] = accounts.drafts_of(session, accounts.by_subject(session, [subject])[subject].id)
        return draft.data


@pytest.mark.parametrize(("address", "code"), [
    ("郑州市金水区花园路 1 号", "410105"), ("河南省郑州市二七区金水路 3 号", "410103"), ("郑州高新区科学大道", "410172"),
    ("郑州市郑州航空港经济综合实验区", "410173"), ("新密市青屏大街", "410183"), ("郑州市花园路 1 号", ""), ("", ""),
])
def test_an_address_names_its_district(address: str, code: str) -> None:
    found = named_in(CATALOGUE, address)
    assert (found.code if found else "") == code


def test_the_district_of_the_registered_address_is_chosen(company: Person, tools: Tools) -> None:
    draft = begin(company, SHOP)
    assert (draft_of(tools, COMPANY)["district"], draft_of(tools, COMPANY)["placed"]) == ("410105", True)
    company.send(f"{draft}/questions", ASKED)
    page = company.get(f"{draft}/items").text
    assert SELECTED in page
    assert "按您登记的地址选好" in page


def test_what_the_address_of_the_page_says_comes_first(company: Person, tools: Tools) -> None:
    begin(company, SHOP, district="410100")
    assert draft_of(tools, COMPANY)["district"] == "410100"


def test_where_nobody_knows_it_is_asked(person: Any) -> None:
    citizen = person("demo-li-si")  # registered in a district that is not open
    draft = begin(citizen, "newborn")
    bundle = CATALOGUE.bundle("newborn")
    asked = {q.key: q.options[0].value if q.options else "no" for q in CATALOGUE.questions_of(bundle)}
    citizen.send(f"{draft}/questions", asked)
    page = citizen.get(f"{draft}/items").text
    assert SELECTED not in page
    assert "您登记的地址在二七区，那里还没有开通网上办理" in page
    chosen = {"item": [row.item for row in bundle.rows if f'value="{row.item}" checked' in page]}
    assert "请选择已开通办理的地区" in citizen.send(f"{draft}/items", chosen | {"district": ""}).text
    assert citizen.get(f"{draft}/details").headers["location"].endswith("/items"), "nothing goes past it"
    citizen.send(f"{draft}/items", chosen | {"district": "410105"})
    assert SELECTED in citizen.get(f"{draft}/items").text


@pytest.mark.parametrize(("district", "address", "told"), [
    ("410100", "郑州市金水区示例路 1 号", "“经营场所地址”写的是金水区，办理地区选的是郑州市"),
    ("410105", "郑州市航空港区示例路 1 号", "“经营场所地址”写的是郑州航空港经济综合实验区，办理地区选的是金水区"),
    ("410105", "郑州市金水区示例路 1 号", ""), ("410105", "示例路 1 号", ""), ("410100", "郑州市中原区示例路 1 号", ""),
])
def test_an_address_elsewhere_is_noticed_before_it_is_handed_in(company: Person, district: str, address: str, told: str) -> None:
    draft, bundle = to_form(company), CATALOGUE.bundle(SHOP)
    company.send(f"{draft}/items", {"item": DRAINAGE, "district": district})
    fields = fields_for(CATALOGUE, bundle, [DRAINAGE])
    company.send(f"{draft}/form", typed(examples(fields) | {"premises_address": address}))
    for need in materials_for(CATALOGUE, bundle, [DRAINAGE], {}):
        company.send(f"{draft}/materials/{need.material.key}", files={"file": ("a.pdf", SAMPLE_PDF)})
    page = company.get(f"{draft}/review").text
    assert ("请核对办理地区" in page) == bool(told)
    assert told in page


def test_s10_a_name_that_is_not_the_accounts_is_told_where_it_is_typed(company: Person) -> None:
    draft = begin(company, SHOP)
    company.send(f"{draft}/questions", ASKED)
    company.send(f"{draft}/items", {"item": ITEM, "district": "410105"})
    answer = company.send(f"{draft}/details", APPLICANT | {"applicant.name": "别家餐饮有限公司"})
    assert answer.status_code == 422
    assert "与登录的账号不一致" in answer.text
    assert company.get(f"{draft}/form").headers["location"].endswith("/details")
    assert company.send(f"{draft}/details", APPLICANT).status_code == 303


def test_s10_whoever_applies_for_somebody_else_may_name_them(person: Any) -> None:
    citizen = person("demo-wang-wu")
    bundle = next(one for one in CATALOGUE.bundles.values() if not one.licence_first and one.audience == "individual"
                  and any(question.key == "agent" for question in CATALOGUE.questions_of(one)))
    draft = begin(citizen, bundle.slug)
    asked = {q.key: q.options[0].value if q.options else "yes" for q in CATALOGUE.questions_of(bundle)}
    citizen.send(f"{draft}/questions", asked)
    page = citizen.get(f"{draft}/items").text
    chosen = [row.item for row in bundle.rows if f'value="{row.item}" checked' in page]
    citizen.send(f"{draft}/items", {"item": chosen, "district": "410105"})
    answer = citizen.send(f"{draft}/details", {
        "applicant.name": "赵六", "applicant.id_no": "410102199001010012", "applicant.phone": "13800000003",
        "applicant.agent_name": "王五", "applicant.agent_id_no": "11010519491231002X",
        "delivery_way": "electronic", "delivery_mode": "unified",
    })
    assert answer.status_code == 303, answer.text


@pytest.mark.parametrize(("subject", "told"), [(COMPANY, True), ("demo-zhang-san", False)])
def test_a_company_is_told_what_only_a_self_employed_person_may_have(person: Any, subject: str, told: bool) -> None:
    anybody = person(subject)
    draft = begin(anybody, SHOP, licence="sent")
    page = anybody.get(f"{draft}/questions").text
    assert ("公司不能办“开小吃店、小食品店”" in page) == told
    assert ('href="/bundles/open-restaurant"' in page) == told


def test_who_has_no_licence_yet_is_led_to_the_one_that_is_needed(person: Any) -> None:
    citizen = person("demo-zhang-san")
    small, large = (citizen.send(f"/apply/{slug}", {"licence": "no"}).text for slug in (SHOP, "open-restaurant"))
    assert "/bundles/register-self-employed" in small
    assert "/bundles/start-company" not in small
    assert "/bundles/start-company" in large


def test_what_was_kept_as_nobody_knew_can_be_taken_out(company: Person) -> None:
    draft = begin(company, SHOP)
    company.send(f"{draft}/questions", ASKED | {"drainage_covered": "later"})
    assert f'value="{DRAINAGE}" checked' in company.get(f"{draft}/items").text
    company.send(f"{draft}/items", {"item": [ITEM, DRAINAGE], "district": "410105"})
    company.send(f"{draft}/details", APPLICANT)
    page = company.get(f"{draft}/form").text
    assert "因为您答了“不清楚”而保留的事项" in page
    assert page.index("因为您答了") < page.index("城镇污水排入排水管网许可") < page.index("<h1")
    assert f'href="/drafts/{draft.rpartition("/")[2]}/items">去掉' in page
    company.send(f"{draft}/questions", ASKED | {"drainage_covered": "no"})
    assert "因为您答了" not in company.get(f"{draft}/form").text


def test_what_was_kept_as_nobody_knew_is_seen_at_the_counter_from_the_first_moment(company: Person, person: Any) -> None:
    items, bundle = [ITEM, DRAINAGE], CATALOGUE.bundle(SHOP)
    draft = begin(company, SHOP)
    company.send(f"{draft}/questions", ASKED | {"drainage_covered": "later"})
    company.send(f"{draft}/items", {"item": items, "district": "410105"})
    company.send(f"{draft}/details", APPLICANT)
    company.send(f"{draft}/form", typed(examples(fields_for(CATALOGUE, bundle, items))))
    for need in materials_for(CATALOGUE, bundle, items, {}):
        company.send(f"{draft}/materials/{need.material.key}", files={"file": ("a.pdf", SAMPLE_PDF)})
    number = company.send(f"{draft}/review", {"promise": "yes"}).headers["location"].split("/")[2]
    clerk, told = person("window-410105"), "申请时答了“不清楚”，是否需要办理，由窗口核实。"
    assert company.get(f"/cases/{number}").text.count(told) == 1
    receipt = company.get(f"/cases/{number}/receipt").text
    assert f"城镇污水排入排水管网许可：{told}" in receipt
    assert receipt.count(told) == 1
    paper = text_of(company.get(f"/cases/{number}/receipt.pdf").content)
    assert paper.count("（申请时答了“不清楚”，是否需要办理，由窗口核实）") == 1
    assert clerk.get(f"/staff/cases/{number}").text.count(told) == 1
    assert clerk.get(f"/staff/window/{number}").text.count("申请人不清楚是否需要办理，请核实") == 1


def test_a_guide_opens_with_the_district_chosen_last_else_that_of_the_account(person: Any, tools: Tools) -> None:
    def shown(reader: Any, query: str = "") -> str:
        page = reader.get(f"/bundles/{SHOP}{query}").text
        return str(re.search(r'<option value="(\d+)" selected', page).group(1))  # type: ignore[union-attr]

    stranger = person("demo-zhang-san")
    assert shown(stranger) == "410100", "the city, where nothing is known"
    with tools.store.transaction() as session:
        account = next(one for one in accounts.all_accounts(session) if one.subject == "demo-zhang-san")
        account.address = "河南省郑州市金水区示例路 3 号"
    assert shown(stranger) == "410105"
    other = next(code for code in CATALOGUE.districts if code not in ("410100", "410105"))
    assert shown(stranger, f"?district={other}") == other
    assert shown(stranger) == other, "chosen last"
    assert shown(stranger, "?district=410100") == "410100"
    assert shown(stranger) == "410100"
