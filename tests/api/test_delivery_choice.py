"""The applicant's choice of mode and way, and 个人中心 (R94, R95, R99, R101, R103)."""

from datetime import date

import pytest

from onething.store import applications, audit, certificates, deliveries, documents, outbox
from onething.vocabulary import CaseState, DeliveryState
from tests.api.conftest import CITIZEN, PDF


@pytest.fixture
def number(company) -> str:
    return company.apply(delivery_mode="separate").json()["number"]


def put_at_the_window(tools, number: str, state: DeliveryState) -> None:
    with tools.store.transaction() as session:
        for row in deliveries.prepare(session, number, ["food-license"], "food-license"):
            deliveries.arrive(row, tools.clock.now())
            row.state = str(state)


def test_r94_the_mode_is_chosen_when_applying(company, number) -> None:
    found = company.get(f"/api/v1/applications/{number}").json()["delivery"]
    assert (found["mode"], found["way"], found["changeable"]) == ("separate", "electronic", True)


def test_r95_mode_way_and_address_can_be_changed_until_the_first_handover(company, number, tools) -> None:
    wish = {"delivery_mode": "unified", "delivery_way": "courier"}
    refused = company.post(f"/api/v1/applications/{number}/delivery", wish)
    assert (refused.status_code, refused.json()["code"]) == (422, "address-missing")
    put_at_the_window(tools, number, DeliveryState.UNDELIVERED)
    changed = company.post(f"/api/v1/applications/{number}/delivery", wish | {"address": "郑州市金水区示例路 1 号"})
    assert (changed.json()["mode"], changed.json()["way"]) == ("unified", "courier")
    with tools.store.reading() as session:
        case = applications.get(session, number)
        [message] = outbox.keyed(session, f"delivery-changed:{number}:")
        assert case.applicant["address"] == "郑州市金水区示例路 1 号"
        assert [row.action for row in audit.trail(session, number)].count("choose-delivery") == 1
    assert message.body["item"] == "food-license"
    assert message.body["variables"] == {"delivery_way": "courier"}
    put_at_the_window(tools, number, DeliveryState.DELIVERED)
    late = company.post(f"/api/v1/applications/{number}/delivery", wish | {"delivery_way": "counter"})
    assert (late.status_code, late.json()["code"]) == (409, "already-delivered")


def test_r95_the_page_saves_the_choice_and_names_what_is_missing(company, number, tools) -> None:
    page = company.get(f"/cases/{number}/delivery")
    assert "各事项办结后分别领取" in page.text
    assert f"/cases/{number}/delivery" in company.get(f"/cases/{number}").text
    fields = {"delivery_mode": "unified", "delivery_way": "courier", "applicant.address": ""}
    assert "请填写详细的收件地址" in company.send(f"/cases/{number}/delivery", fields).text
    assert company.send(f"/cases/{number}/delivery", fields | {"delivery_way": "counter"}).status_code == 303
    with tools.store.reading() as session:
        case = applications.get(session, number)
        assert (case.delivery_mode, case.delivery_way) == ("unified", "counter")
    with tools.store.transaction() as session:
        applications.set_case_state(applications.lock(session, number), CaseState.WITHDRAWN)
    assert company.get(f"/cases/{number}/delivery").status_code == 409


def test_r95_nobody_changes_the_choice_of_another(person, number) -> None:
    stranger = person(CITIZEN)
    wish = {"delivery_mode": "unified", "delivery_way": "counter"}
    assert stranger.post(f"/api/v1/applications/{number}/delivery", wish).status_code == 404
    assert stranger.get(f"/cases/{number}/delivery").status_code == 404


def test_r103_one_list_shows_every_result_with_its_state(company, number, tools) -> None:
    put_at_the_window(tools, number, DeliveryState.AT_WINDOW)
    found = company.get(f"/api/v1/applications/{number}").json()["delivery"]["results"]
    assert [row["label"] for row in found] == ["待送达", "尚未办结", "尚未办结"]
    page = company.get(f"/cases/{number}").text
    assert "统一出件" in page
    assert "待送达" in page


def test_r101_all_e_certificates_of_the_account_are_in_one_place(company, person, number, tools) -> None:
    with tools.store.transaction() as session:
        case = applications.get(session, number)
        row = certificates.reserve(
            session, number, "food-license", "series", lambda serial: f"C{serial}", title="食品经营许可证", holder="h",
            issuer="金水区市场监管部门", issued_on=date(2026, 11, 23),
        )
        document = documents.add(
            session, tools.clock.now(), case.account_id, "证.pdf", "application/pdf", PDF, number=number,
            item="food-license", paper_kind="licence", paper_no="C1",
        )
        certificates.publish(row, document.id)
    page = company.get("/me/certificates").text
    assert "食品经营许可证" in page
    assert f"/documents/{document.id}" in page
    [listed] = company.get("/api/v1/certificates").json()
    assert (listed["certificate_no"], listed["number"]) == ("C1", number)
    stranger = person(CITIZEN)
    assert stranger.get("/api/v1/certificates").json() == []
    assert "还没有证照" in stranger.get("/me/certificates").text


def test_both_choices_that_are_missing_are_told_at_once(company) -> None:
    number = company.apply().json()["number"]
    page = company.send(f"/cases/{number}/delivery", {})
    assert page.status_code == 422
    for said in ("请选择统一领取还是分别领取", "请选择结果领取方式"):
        assert page.text.count(said) == 2, "in the summary and at its field"
