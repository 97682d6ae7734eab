"""Asking before applying: recorded, owned, versioned; no clock starts and nothing counts as 收件 (R28-R37)."""

from __future__ import annotations

from typing import Any

import pytest

from onething.cli.demo import SAMPLE_PDF
from onething.store import accounts, applications, audit, guidance, outbox

URL = "/api/v1/guidance"
ITEMS = ["food-license", "fire-check"]


def question(**changes: Any) -> dict[str, Any]:
    return {
        "kind": "question", "bundle": "restaurant", "district": "410105", "items": ITEMS, "answers": {"signs": False},
        "question": "租的房子能不能办？",
    } | changes


def ask(person: Any, key: str = "ask-key-1", **changes: Any) -> Any:
    return person.post(URL, question(**changes), {"Idempotency-Key": key})


def answered(tools: Any, number: str, text: str = "可以。", gaps: tuple[str, ...] = ()) -> None:
    """What the worker does with the adviser's answer."""
    with tools.store.transaction() as session:
        guidance.answer(
            guidance.get(session, number), tools.clock.now(), "adviser-market-410105", "金水区市场监管部门咨询辅导员",
            text=text, gaps=gaps, notice={}, guide_version="v",
        )


def test_r28_r29_r36_a_question_is_recorded_and_starts_no_clock(tools: Any, company: Any) -> None:
    answer = ask(company)
    assert answer.status_code == 201
    number = answer.json()["number"]
    assert number.startswith("ZX41010520261123000001")
    with tools.store.reading() as session:
        request = guidance.get(session, number)
        assert (request.kind, request.channel, request.state) == ("question", "online", "open")
        assert request.adviser_group == "adviser-market-410105"
        assert [(entry.kind, entry.body) for entry in outbox.waiting(session)] == [("start-guidance", {"number": number})]
        assert [record.action for record in audit.trail(session)] == ["ask"]
        assert applications.count_by_state(session) == {}, "no application"
        assert applications.clocks(session, number) == [], "no clock"


def test_r29_the_same_key_gets_the_same_number(company: Any) -> None:
    first, again = ask(company), ask(company)
    assert (first.json(), first.status_code) == (again.json(), again.status_code)
    for change in ({"items": ["food-license"]}, {"question": "另一个问题"}, {"answers": {}}):
        other = ask(company, **change)
        assert (other.status_code, other.json()["code"]) == (409, "idempotency-key-reused"), "no question is lost"


def test_r28_the_window_records_requests_of_the_hall(tools: Any, person: Any, company: Any) -> None:
    window, requester = person("window-410105"), {"name": "赵六", "phone": "13800000009"}
    number = ask(window, requester=requester).json()["number"]
    with tools.store.reading() as session:
        request = guidance.get(session, number)
        assert (request.channel, request.requester) == ("window", requester)
    assert ask(window, "other-key-1").json()["code"] == "name-missing"
    assert ask(window, "other-key-2", district="410100", requester=requester).json()["code"] == "not-a-window"
    assert ask(company, requester=requester).json()["code"] == "not-a-window"
    assert ask(person("reviewer-market-410105"), requester=requester).json()["code"] == "not-a-window"


REFUSED = [
    ({"question": " "}, 422, "question-missing"), ({"question": "问" * 501}, 422, "too-long"),
    ({"kind": "pre-check"}, 422, "nothing-to-check"), ({"items": []}, 422, "no-item"),
    ({"bundle": "no-such"}, 404, "unknown-bundle"), ({"district": "410122"}, 422, "district"),
    ({"answers": {"other": True}}, 422, "invalid-input"), ({"state": "answered"}, 422, "extra-forbidden"),
]


@pytest.mark.parametrize(("change", "status", "code"), REFUSED, ids=lambda value: str(value)[:30])
def test_r28_what_cannot_be_answered_is_refused_and_not_saved(
    tools: Any, company: Any, change: dict[str, Any], status: int, code: str
) -> None:
    answer = ask(company, **change)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    with tools.store.reading() as session:
        assert audit.trail(session) == []


def test_r33_r37_the_answer_comes_with_the_notification_and_the_version_of_the_guide(tools: Any, company: Any) -> None:
    number = ask(company).json()["number"]
    before = company.get(f"{URL}/{number}").json()
    assert (before["answer"], before["adviser"]) == ("", "金水区市场监管部门咨询辅导岗")
    answered(tools, number)
    shown = company.get(f"{URL}/{number}").json()
    assert (shown["answer"], shown["adviser"]) == ("可以。", "金水区市场监管部门咨询辅导员")
    told = shown["notification"]
    assert [item["name"] for item in told["items"]] == ["食品经营许可", "消防安全检查"]
    assert [(m["name"], m["upload"]) for m in told["materials"]] == [
        ("身份证明", True), ("平面图", True), ("说明", True), ("营业执照", False)
    ]
    assert shown["guide_version"] == company.get("/api/v1/bundles/restaurant").json()["guide_version"]
    assert shown["guide_version"] in company.get("/bundles/restaurant").text
    assert [entry["number"] for entry in company.get(URL).json()] == [number]


def test_s10_nobody_else_finds_a_request_but_its_advisers_do(person: Any, company: Any) -> None:
    upload = company.upload("身份证明.pdf")
    number = ask(company, kind="pre-check", question="", materials={"identity": upload}).json()["number"]
    missing = person("demo-trade").get(f"{URL}/ZX410105202611230000099")
    for stranger in ("demo-trade", "reviewer-fire-410100", "adviser-market-410100"):
        answer = person(stranger).get(f"{URL}/{number}")
        assert (answer.status_code, answer.json()["code"]) == (missing.status_code, missing.json()["code"])
        assert person(stranger).get(f"/api/v1/documents/{upload}").status_code == 404
    adviser = person("adviser-market-410105")
    assert adviser.get(f"{URL}/{number}").status_code == 200
    assert adviser.get(f"/api/v1/documents/{upload}").status_code == 200


def test_s20_asking_needs_the_token_of_the_login(company: Any) -> None:
    answer = company.post(URL, question(), {"Idempotency-Key": "ask-key-1", "X-CSRF-Token": "wrong"})
    assert (answer.status_code, answer.json()["code"]) == (403, "csrf")


def test_r36_the_result_of_a_pre_check_travels_with_the_case(tools: Any, company: Any, person: Any) -> None:
    identity, plan = company.upload("身份证明.pdf"), company.upload("平面图.pdf")
    number = ask(company, kind="pre-check", question="", materials={"identity": identity}).json()["number"]
    answered(tools, number, "有 3 处需要补充", ("平面图未上传", "身份证明过期", "说明未签字"))
    foreign = person("demo-trade")
    own = {"name": "郑州样板商贸有限公司", "id_no": "91410100MA0000001X", "phone": "13800000005"}
    stolen = foreign.apply("key-number-9", guidance=[number], applicant=own).json()
    assert stolen["code"] == "unknown-guidance"
    case = company.apply(
        materials={"identity": identity, "plan": plan}, guidance=[number]
    ).json()["number"]
    assert company.get(f"/api/v1/applications/{case}").json()["guidance"] == [number]
    assert company.get(f"{URL}/{number}").json()["application"] == case
    window = person("window-410105").get(f"/staff/cases/{case}").text
    assert number in window
    assert "身份证明过期" in window
    with tools.store.reading() as session:
        assert [clock.clock for clock in applications.clocks(session, case)] == ["intake"]
        assert accounts.drafts_of(session, guidance.get(session, number).account_id) == []


# pages


def test_r28_r33_a_citizen_asks_on_the_page_and_reads_the_notification(tools: Any, person: Any) -> None:
    zhang = person("demo-zhang-san")
    form = zhang.get("/bundles/newborn/ask")
    assert form.status_code == 200
    assert "咨询不是申请" in form.text
    fields = {"key": "page-key", "question": "要带什么？", "district": "410105", "item": "query", "situation.marriage": "in"}
    answer = zhang.send("/bundles/newborn/ask", fields, follow_redirects=False)
    again = zhang.send("/bundles/newborn/ask", fields, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, again.headers["location"])
    page = zhang.get(answer.headers["location"]).text
    for words in ("婚内出生登记", "婚内生育", "等待答复", "不起算任何办理时限", "待核实"):
        assert words in page, words
    assert "非婚出生登记" not in page
    assert answer.headers["location"] in zhang.get("/guidance").text
    refused = zhang.send("/bundles/newborn/ask", fields | {"key": "other", "question": ""})
    assert refused.status_code == 422
    assert "请写下您想咨询的问题" in refused.text


def test_s10_s20_pages_of_others_are_not_there_and_forms_need_the_token(person: Any) -> None:
    zhang, other = person("demo-zhang-san"), person("demo-li-si")
    fields = {"key": "page-key", "question": "问", "district": "410105", "item": "query"}
    place = zhang.send("/bundles/newborn/ask", fields, follow_redirects=False).headers["location"]
    assert other.get(place).status_code == other.get("/guidance/ZX410105202611230000099").status_code == 404
    assert other.get(f"/staff{place}").status_code == 404
    assert zhang.get(f"/staff{place}").status_code == 404
    assert zhang.send("/bundles/newborn/ask", fields | {"csrf": "wrong"}).status_code == 403


def test_r28_the_window_enters_a_hall_request_on_the_same_page(tools: Any, person: Any) -> None:
    window = person("window-410105")
    assert "咨询人姓名" in window.get("/bundles/newborn/ask").text
    fields = {"key": "hall", "question": "问", "district": "410105", "item": "query"}
    assert "请填写咨询人姓名" in window.send("/bundles/newborn/ask", fields).text
    whole = fields | {"requester.name": "赵六", "requester.phone": "13800000009"}
    place = window.send("/bundles/newborn/ask", whole, follow_redirects=False).headers["location"]
    assert "赵六" in window.get(place).text
    number = place.rpartition("/")[2]
    found = window.get("/staff", params={"number": f" {number.lower()} "}, follow_redirects=False)
    assert found.headers["location"] == f"/staff/guidance/{number}"


def test_r34_r36_a_draft_is_pre_checked_and_its_gaps_go_along_to_the_review_page_and_the_window(
    tools: Any, company: Any, person: Any
) -> None:
    draft = company.send("/apply/restaurant", follow_redirects=False).headers["location"].split("/")[2]
    company.send(f"/drafts/{draft}/questions", {"signs": "no"})
    company.send(f"/drafts/{draft}/items", {"district": "410105", "item": "food-license"})
    applicant = {"name": "郑州示例餐饮有限公司", "id_no": "91410100MA0000000T", "phone": "13800000004"}
    company.send(f"/drafts/{draft}/details", {f"applicant.{key}": value for key, value in applicant.items()} | {
        "delivery_way": "electronic"})
    nothing = company.send(f"/guidance/pre-check/{draft}", {"key": "k1"})
    assert (nothing.status_code, "请先上传至少一份材料" in nothing.text) == (422, True)
    for key in ("identity", "plan"):
        upload = {"file": (f"{key}.pdf", SAMPLE_PDF)}
        company.client.post(f"/drafts/{draft}/materials/{key}", data={"csrf": company.csrf}, files=upload)
    assert f"/guidance/pre-check/{draft}" in company.get(f"/drafts/{draft}/materials").text
    assert person("demo-trade").get(f"/guidance/pre-check/{draft}").status_code == 404
    assert "<dd>金水区</dd>" in company.get(f"/guidance/pre-check/{draft}").text
    place = company.send(f"/guidance/pre-check/{draft}", {"key": "k2"}, follow_redirects=False).headers["location"]
    gaps = ("平面图未标注面积", "身份证明过期", "说明未签字")
    answered(tools, place.rpartition("/")[2], "经预审，有 3 处需要补充、完善。", gaps)
    review = company.get(f"/drafts/{draft}/review").text
    assert all(gap in review for gap in gaps)
    sent = company.send(f"/drafts/{draft}/review", {"promise": "yes"}, follow_redirects=False).headers["location"]
    case = sent.split("/")[2]
    for page in (company.get(f"/cases/{case}").text, person("window-410105").get(f"/staff/cases/{case}").text):
        assert all(gap in page for gap in gaps)


def test_r30_the_guide_shows_what_people_often_ask_or_says_that_nothing_is_there_yet(tools: Any, app: Any) -> None:
    from fastapi.testclient import TestClient

    from onething.catalogue.knowledge import Knowledge

    browser = TestClient(app, base_url="http://127.0.0.1:8000")
    assert "还没有整理常见问题" in browser.get("/bundles/newborn").text
    tools.catalogue.knowledge["newborn"] = Knowledge.model_validate({"bundle": "newborn", "entries": [
        {"question": "可以只办一项吗？", "answer": "可以。", "owner": "market", "source": "办事指南"}]})
    page = browser.get("/bundles/newborn").text
    assert "可以只办一项吗？" in page
    assert "待核实" in page
