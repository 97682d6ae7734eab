"""From the log-in to the first page of an application, and what its pages leave out (R23, R24, R25)."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest

from api.app import create_app
from api.guide_view import all_materials, by_need
from onething.catalogue import load_catalogue
from onething.numbers import is_credit_code
from onething.store import accounts, applications
from onething.vocabulary import ItemState
from tests.api.conftest import CITIZEN, COMPANY, HOME, SAMPLE_PDF, Person
from tests.api.test_pages import follow

SERVICE = "/apply/restaurant"
APPLICANT = {
    "applicant.name": "郑州示例餐饮有限公司（演示）", "applicant.id_no": "91410100MA0000000T",
    "applicant.phone": "13800000004", "delivery_way": "electronic",
}


@pytest.fixture
def real(tools: Any) -> Any:
    """The front door with the city's own catalogue."""
    return create_app(replace(tools, catalogue=load_catalogue(HOME)))


def log_in(app: Any, subject: str, target: str) -> str:
    """As the log-in page does it; where it leads."""
    return Person(app).client.post("/login", data={"subject": subject, "target": target}).headers["location"]


def drafts_of(tools: Any, subject: str) -> list[Any]:
    with tools.store.reading() as session:
        return list(accounts.drafts_of(session, accounts.by_subject(session, [subject])[subject].id))


def test_who_logs_in_to_apply_is_on_the_first_page_at_once(app: Any, tools: Any) -> None:
    there = log_in(app, COMPANY, f"{SERVICE}?district=410105")
    [draft] = drafts_of(tools, COMPANY)
    assert there == f"/drafts/{draft.id}/questions"
    assert (draft.bundle, draft.data["district"]) == ("restaurant", "410105")
    assert log_in(app, COMPANY, SERVICE) == SERVICE  # there is one already: go on with it, or begin anew
    assert len(drafts_of(tools, COMPANY)) == 1


@pytest.mark.parametrize(("subject", "target"), [
    (CITIZEN, SERVICE),  # is asked for the licence first
    ("window-410105", SERVICE), (COMPANY, f"{SERVICE}?district=410122"), (COMPANY, f"{SERVICE}?district=x"),
    (COMPANY, "/apply/unknown"), (COMPANY, "/cases"), (COMPANY, "/guidance?next=/apply/restaurant"),
])
def test_r23_everything_else_leads_where_it_was_wanted(subject: str, target: str, app: Any, tools: Any) -> None:
    assert log_in(app, subject, target) == target
    assert not drafts_of(tools, COMPANY)


def test_r23_the_log_in_says_whose_account_it_takes(app: Any) -> None:
    said = "“开饭店”要有营业执照，请用企业或者个体工商户的账号登录。"
    visitor = Person(app)
    assert said in visitor.get("/login", params={"target": SERVICE}).text
    for other in ("/apply/newborn", "/apply/unknown", "/bundles/restaurant", "/"):
        assert "要有营业执照" not in visitor.get("/login", params={"target": other}).text


def test_r23_a_person_can_go_on_as_a_company(app: Any) -> None:
    person = Person(app, CITIZEN)
    assert "换账号登录" in person.get(SERVICE).text
    assert "换账号登录" not in Person(app, COMPANY).get(SERVICE).text
    answer = person.send("/logout", {"target": SERVICE})
    assert answer.headers["location"] == f"/login?target={SERVICE}"
    assert person.get("/cases").status_code != 200


def test_r23_a_person_with_a_licence_is_told_at_once_whose_account_applies(app: Any, tools: Any) -> None:
    page = Person(app, CITIZEN).send(SERVICE, {"licence": "yes", "district": "410105"})
    assert page.status_code == 200
    assert "请用营业执照的账号登录" in page.text
    assert f'name="target" value="{SERVICE}?district=410105"' in page.text
    assert not drafts_of(tools, CITIZEN), "nothing was begun"


def test_r23_a_person_is_never_filled_in_as_the_company(app: Any, tools: Any) -> None:
    person = Person(app, CITIZEN)
    follow(person.send(SERVICE, {"licence": "sent"}))
    [draft] = drafts_of(tools, CITIZEN)
    applicant = draft.data["applicant"]
    assert (applicant["name"], applicant["id_no"]) == ("", "")
    assert (applicant["agent_name"], applicant["agent_id_no"]) == ("张三（演示）", "410102199001010012")


def test_s10_who_says_nobody_was_sent_learns_it_at_the_question(real: Any) -> None:
    person = Person(real, CITIZEN)
    questions = follow(person.send("/apply/open-small-food-shop", {"licence": "sent"}))
    chosen = re.findall(r'name="agent" value="(\w+)" checked', person.get(questions).text)
    assert chosen == ["yes"], "whoever was sent has said so"
    answers = {"drainage_covered": "yes", "premises": "leased"}
    refused = person.send(questions, answers | {"agent": "no"})
    assert refused.status_code == 422
    assert "请换用营业执照的账号登录" in refused.text
    assert person.send(questions, answers | {"agent": "yes"}).status_code == 303


def test_s10_a_number_of_a_company_is_refused_to_a_person_with_the_way_out(company: Person, app: Any) -> None:
    answer = Person(app, CITIZEN).apply(items=["food-license"])
    assert answer.status_code == 422
    assert "请换用营业执照的账号登录" in answer.text


def test_a_shop_of_the_demonstration_finds_its_form_filled_in(real: Any) -> None:
    """Whom the site asks to log in is there to try it: registered in a district that is open."""
    login = Person(real).get("/login").text
    assert "金水区示例面馆（演示）" in login
    assert "个体工商户 · " in login
    questions = log_in(real, "demo-noodle-shop", "/apply/open-small-food-shop")
    shop, draft = Person(real, "demo-noodle-shop"), questions.rsplit("/", 1)[0]
    assert "公司不能办" not in shop.get(questions).text
    items = follow(shop.send(questions, {"drainage_covered": "yes", "premises": "leased", "agent": "no"}))
    assert '<option value="410105" selected>' in shop.get(items).text
    details = follow(shop.send(items, {"item": ["small-food-shop-registration"], "district": "410105"}))
    page = shop.get(details).text
    assert is_credit_code("92410105MA00000026")
    for own in ("金水区示例面馆（演示）", "92410105MA00000026", "已按您的账号填好"):
        assert own in page
    follow(shop.send(details, {
        "applicant.name": "金水区示例面馆（演示）", "applicant.id_no": "92410105MA00000026", "applicant.phone": "13800000006",
        "delivery_way": "electronic",
    }))
    form = shop.get(f"{draft}/form").text
    assert 'value="郑州市金水区示例路 6 号"' in form
    assert "王五（演示）" in form


@pytest.mark.parametrize("target", ["https://example.org/", "//example.org", "/\\example.org", ""])
def test_s20_a_logout_leads_nowhere_else(target: str, app: Any) -> None:
    assert Person(app, CITIZEN).send("/logout", {"target": target}).headers["location"] == "/"


def test_r24_what_the_answers_do_not_call_for_is_folded_away(company: Person) -> None:
    questions = follow(company.send(SERVICE))
    items = follow(company.send(questions, {"signs": "no"}))
    shown, _, folded = company.get(items).text.partition("按您的回答不需要办理的事项")
    assert 'value="food-license"' in shown
    assert 'value="signboard"' not in shown
    assert 'value="signboard"' in folded
    assert "不需要办理" in folded
    follow(company.send(items, {"item": ["food-license", "signboard"], "district": "410105"}))
    assert "按您的回答不需要办理的事项" not in company.get(items).text  # chosen all the same (R25): it stands with the others


def test_what_several_items_ask_for_is_counted_once(company: Person) -> None:
    items = follow(company.send(follow(company.send(SERVICE)), {"signs": "no"}))
    follow(company.send(items, {"item": ["food-license", "fire-check", "final-check"], "district": "410105"}))
    page = company.get(items).text
    brought = re.findall(r'data-brings="([^"]*)" name="item" value="[\w-]+" checked', page)
    assert sum(len(keys.split()) for keys in brought) == 3
    assert '已选事项共要交 <span data-count>2</span> 份材料' in page


def test_every_missing_document_is_named_with_a_link_to_its_place(company: Person) -> None:
    questions = follow(company.send(SERVICE))
    items = follow(company.send(questions, {"signs": "no"}))
    details = follow(company.send(items, {"item": ["food-license"], "district": "410105"}))
    materials = follow(company.send(details, APPLICANT))
    page = company.send(materials)
    assert page.status_code == 422
    assert re.findall(r'href="#(material-\w+)">请上传“(\w+)”', page.text) == [
        ("material-identity", "身份证明"), ("material-plan", "平面图"),
    ]


def test_the_way_back_keeps_what_was_typed(company: Person) -> None:
    questions = follow(company.send(SERVICE))
    items = follow(company.send(questions, {"signs": "no"}))
    details = follow(company.send(items, {"item": ["food-license"], "district": "410105"}))
    assert follow(company.send(details, {"applicant.name": "面馆", "back": "yes"})) == items
    shown = company.get(details).text
    assert 'value="面馆"' in shown
    assert "请填写" not in shown, "nothing is judged on the way back"


def test_a_guide_lists_first_what_everybody_brings() -> None:
    catalogue = load_catalogue(HOME)
    bundle = catalogue.bundle("open-restaurant")
    uploads, _ = all_materials(catalogue, bundle)
    always, sometimes = by_need(catalogue, bundle, uploads)
    assert [need.material.key for need in always] == ["premises-plan", "management-rules"]
    groups = {names: [need.material.key for need in needs] for names, needs in sometimes}
    assert groups[()] == ["power-of-attorney"], "an answer decides"
    assert groups["城镇污水排入排水管网许可",] == [
        "drainage-plan", "drainage-pretreatment-proof", "drainage-works-report", "drainage-water-test-report",
    ]
    told = [need for _, needs in [((), always), *sometimes] for need in needs]
    assert sorted(need.material.key for need in told) == sorted(need.material.key for need in uploads)


def test_where_answers_decide_about_everything_nothing_is_set_apart() -> None:
    catalogue = load_catalogue(HOME)
    whole = catalogue.bundle("open-restaurant")
    late = whole.model_copy(update={"rows": [row for row in whole.rows if row.when]})
    uploads, _ = all_materials(catalogue, late)
    assert by_need(catalogue, late, uploads) == (uploads, [])


def test_r112_who_hands_in_the_same_once_more_is_told_before(company: Person, tools: Any) -> None:
    number = company.apply().json()["number"]
    questions = follow(company.send(SERVICE))
    items = follow(company.send(questions, {"signs": "no"}))
    details = follow(company.send(items, {"item": ["food-license"], "district": "410105"}))
    materials = follow(company.send(details, APPLICANT))
    for key in ("identity", "plan"):
        follow(company.send(f"{materials}/{key}", files={"file": (f"{key}.pdf", SAMPLE_PDF)}))
    review = follow(company.send(materials))
    page = company.get(review).text
    assert "您已经提交过“开饭店”" in page
    assert f'href="/cases/{number}"' in page
    with tools.store.transaction() as session:
        for row in applications.lock(session, number).items:
            row.state = str(ItemState.WITHDRAWN)
    assert "您已经提交过" not in company.get(review).text
