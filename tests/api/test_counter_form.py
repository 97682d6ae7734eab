"""The dense form at the counter, with the real things: what is asked, kept, told and printed before it is handed in (R38-R48)."""

from __future__ import annotations

import subprocess
from typing import Any

import pytest

from api.app import create_app
from onething.bootstrap import Tools
from onething.catalogue import load_catalogue
from onething.store.tables import Draft
from tests.api.conftest import HOME, Person

WINDOW, DISTRICT, BUNDLE = "window-410105", "410105", "open-restaurant"
FOOD, AD = "food-business-license", "outdoor-advertising-permit"


@pytest.fixture
def real(tools: Tools) -> Tools:
    return Tools(tools.settings, tools.store, load_catalogue(HOME), tools.calendar, tools.clock)


@pytest.fixture
def person(real: Tools) -> Any:
    app = create_app(real)
    return lambda subject="": Person(app, subject)


@pytest.fixture
def clerk(person: Any) -> Person:
    return person(WINDOW)


@pytest.fixture
def desk(clerk: Any) -> str:
    """开饭店 for the company of the demonstration, whose agent stands at the counter; the address of the form."""
    return clerk.send("/staff/window/new", {
        "bundle": BUNDLE, "relation": "agent", "agent.name": "张三", "agent.id_no": "410102199001010012",
        "applicant.name": "郑州示例餐饮有限公司", "applicant.id_no": "91410100MA0000000T", "applicant.phone": "13800000004",
    }).headers["location"]


def kept(real: Tools, address: str) -> dict[str, Any]:
    with real.store.reading() as session:
        return dict(session.get_one(Draft, address.rpartition("/")[2]).data)


def text_of(pdf: bytes) -> str:
    return subprocess.run(["pdftotext", "-raw", "-", "-"], input=pdf, capture_output=True, check=True).stdout.decode()


def answers_to(real: Tools, **changes: str) -> dict[str, str]:
    local = real.in_district(DISTRICT).catalogue
    asked = [one for one in local.questions_of(local.bundle(BUNDLE)) if one.key != "agent"]
    return {one.key: one.options[0].value if one.options else "100" if one.type == "number" else "no" for one in asked} | changes


def test_r38_who_stands_there_is_not_asked_for_an_agent(real: Tools, clerk: Any, desk: str) -> None:
    assert "是否委托他人" not in clerk.get(desk).text
    clerk.send(desk, answers_to(real) | {"action": "save", "agent": "no"})
    assert kept(real, desk)["answers"]["agent"] is True
    assert "material.power-of-attorney" in clerk.get(desk).text


def test_r42_questions_without_answers_are_told_when_items_are_asked_for(clerk: Any, desk: str) -> None:
    empty = clerk.send(desk, {"action": "save"})
    assert empty.status_code == 422
    assert "请回答" in empty.text


def test_r26_an_item_that_was_left_out_stays_out_and_new_ones_are_shown_before_handing_in(
    real: Tools, clerk: Any, desk: str
) -> None:
    clerk.send(desk, answers_to(real) | {"action": "save"})
    assert f'value="{AD}">' in clerk.get(desk).text, "not called for, and there to be chosen"
    clerk.send(desk, answers_to(real, large_advert="yes") | {"action": "save"})
    assert AD in kept(real, desk)["items"]
    saved = clerk.send(desk, answers_to(real, large_advert="yes") | {"action": "save", "item": FOOD}).headers["location"]
    assert "已保存" in clerk.get(saved).text
    assert kept(real, desk)["items"] == [FOOD]
    answer = clerk.send(desk, answers_to(real, large_advert="yes", fire_area_reached="yes") | {"action": "submit", "item": FOOD})
    assert kept(real, desk)["items"] == [FOOD, "fire-safety-inspection"], "what was unticked does not come back"
    assert "回答改变了要办的事项" in answer.text


def test_what_was_typed_and_ticked_stays_when_something_is_wrong(real: Tools, clerk: Any, desk: str) -> None:
    clerk.send(desk, answers_to(real) | {"action": "save"})
    page = clerk.send(desk, answers_to(real) | {"action": "submit", "item": FOOD, "signed": "yes"})
    assert page.status_code == 422
    assert 'name="signed" value="yes" checked' in page.text
    field = next(iter(real.catalogue.items[FOOD].fields))
    clerk.send(desk, answers_to(real) | {"action": "save", f"form.{field}": "记下来", "material.power-of-attorney": "paper"})
    assert kept(real, desk)["form"][field] == "记下来", "even where no item is ticked"


def test_r48_the_consequence_stands_beside_each_way_to_promise(real: Tools, clerk: Any, desk: str) -> None:
    clerk.send(desk, answers_to(real) | {"action": "save"})
    page = clerk.get(desk).text
    assert page.count('class="small told tolerance"') == page.count('value="tolerance"') > 0


def test_typing_is_kept_by_itself_and_changes_neither_answers_nor_items(real: Tools, clerk: Any, desk: str) -> None:
    clerk.send(desk, answers_to(real) | {"action": "save"})
    before = kept(real, desk)
    typed = answers_to(real, fire_area_reached="yes") | {"keep": "yes", "applicant.phone": "13911112222"}
    assert clerk.send(desk, typed).status_code == 204
    after = kept(real, desk)
    assert (after["items"], after["answers"]) == (before["items"], before["answers"])
    assert after["applicant"]["phone"] == "13911112222"


def test_r47_the_form_is_printed_for_the_signature_before_handing_in(real: Tools, clerk: Any, person: Any, desk: str) -> None:
    assert clerk.get(f"{desk}/form.pdf").status_code == 409
    clerk.send(desk, answers_to(real) | {"action": "save"})
    answer = clerk.send(desk, answers_to(real) | {"action": "form", "item": FOOD})
    assert answer.headers["location"] == f"{desk}/form.pdf"
    paper = clerk.get(f"{desk}/form.pdf")
    said = text_of(paper.content)
    assert "郑州示例餐饮有限公司" in said.split("申请人声明")[0]
    assert "郑州示例餐饮有限公司" not in said.split("申请人声明")[1], "the line for the signature is empty"
    assert "办件编号" not in said
    assert "张三" in said, "who was sent"
    assert "窗口领取" in said
    assert person("window-410100").get(f"{desk}/form.pdf").status_code == 404


def test_r47_the_letter_of_promise_is_printed_for_the_hand(real: Tools, clerk: Any, desk: str) -> None:
    clerk.send(desk, answers_to(real) | {"action": "save"})
    assert clerk.get(f"{desk}/letter.pdf").status_code == 409, "nothing is promised yet"
    key = next(use.key for use in real.catalogue.items[FOOD].materials if use.tolerance)
    answer = clerk.send(desk, answers_to(real) | {"action": "letter", "item": FOOD, f"material.{key}": "tolerance"})
    said = text_of(clerk.get(answer.headers["location"]).content)
    assert "逾期不补交的，审批部门可以依法作出不予许可等决定" in said.replace("\n", "")
    assert "郑州示例餐饮有限公司" in said.split("承诺人")[0]
    assert "郑州示例餐饮有限公司" not in said.split("承诺人")[1]
    assert "打印承诺书" in clerk.get(desk).text
    assert clerk.get(f"{desk}/other.pdf").status_code == 404
