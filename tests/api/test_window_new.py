"""新建窗口申请: identify or make the applicant, act for them on record, one dense form (R38, R41, R46, R47)."""

from __future__ import annotations

from typing import Any

import pytest

from onething.store import accounts, applications, audit, window

WANG = {
    "bundle": "newborn", "applicant.name": "王小五", "applicant.id_no": "410105 19951111 9017", "applicant.phone": "13812345678",
    "relation": "self",
}
WINDOW = "window-410105"


@pytest.fixture
def clerk(person: Any) -> Any:
    return person(WINDOW)


@pytest.fixture
def nobody(tools: Any) -> str:
    """A valid number that no account has yet."""
    with tools.store.reading() as session:
        assert not window.applicants(session, "41010519951111008X")
    return "41010519951111008X"


def begin(clerk: Any, **changes: str) -> Any:
    return clerk.send("/staff/window/new", {**WANG, **changes})


def hand_in(clerk: Any, address: str, **fields: str) -> Any:
    clerk.send(address, {"marriage": "in", "action": "save"})
    full = {
        "marriage": "in", "item": "birth-in", "material.identity": "paper", "delivery_way": "counter", "signed": "yes",
        "action": "submit", "applicant.phone": "13812345678",
    }
    return clerk.send(address, full | fields)


def test_r38_r41_a_new_applicant_is_made_and_the_clerk_acts_for_them_on_record(tools: Any, clerk: Any, nobody: str) -> None:
    started = begin(clerk, **{"applicant.id_no": nobody, "applicant.name": "赵六"})
    assert started.status_code == 303, started.text
    address = started.headers["location"]
    page = clerk.get(address).text
    assert "4101**********008X" in page
    assert nobody not in page, "masked once it was checked"
    answer = hand_in(clerk, address)
    assert answer.status_code == 303, answer.text
    number = answer.headers["location"].rpartition("/")[2]
    with tools.store.reading() as session:
        case = applications.get(session, number)
        owner = accounts.get(session, case.account_id)
        [row] = window.of_case(session, number)
        materials = {one.key: one for one in applications.materials(session, number)}
        trail = [(entry.actor, entry.action) for entry in audit.trail(session, number)]
    assert (case.channel, case.district, case.state) == ("window", "410105", "submitted")
    assert (owner.name, owner.id_no, owner.role) == ("赵六", nobody, "citizen")
    assert materials["identity"].document_id is None, "it lies on the counter, not in a file"
    assert (row.task, row.clerk, row.person, row.relation) == ("counter-case", WINDOW, "赵六", "本人")
    assert row.person_id == "4101**********008X"
    assert (WINDOW, "act-for-applicant") in trail
    assert clerk.get(address).headers["location"].endswith(number), "going back leads to the case"


def test_r38_a_known_applicant_is_found_and_sees_the_case(clerk: Any, person: Any) -> None:
    number = hand_in(clerk, begin(clerk, **{"applicant.name": "王五"}).headers["location"]).headers["location"].rpartition("/")[2]
    assert person("demo-wang-wu").get(f"/cases/{number}").status_code == 200
    assert person("demo-li-si").get(f"/cases/{number}").status_code == 404


@pytest.mark.parametrize(("changes", "field"), [
    ({"applicant.id_no": "410105199511119018"}, "applicant.id_no"), ({"applicant.name": "别人"}, "applicant.name"),
    ({"applicant.phone": "12"}, "applicant.phone"), ({"relation": ""}, "relation"), ({"bundle": ""}, "bundle"),
    ({"relation": "agent"}, "agent.name"), ({"relation": "agent", "agent.name": "钱七", "agent.id_no": "1"}, "agent.id_no"),
    ({"bundle": "restaurant", "applicant.id_no": "91410100MA0000000T", "applicant.name": "郑州示例餐饮有限公司"}, "relation"),
])
def test_r41_what_is_wrong_is_said_beside_the_field_and_nothing_is_made(
    tools: Any, clerk: Any, changes: dict[str, str], field: str
) -> None:
    answer = begin(clerk, **changes)
    assert answer.status_code == 422
    assert f'href="#{field}"' in answer.text
    with tools.store.reading() as session:
        assert not [row for row in accounts.all_accounts(session) if row.subject.startswith("counter-")]


def test_r42_r47_missing_papers_and_an_unsigned_form_stop_the_case(clerk: Any) -> None:
    address = begin(clerk, **{"applicant.name": "王五"}).headers["location"]
    missing = hand_in(clerk, address, **{"material.identity": ""})
    assert missing.status_code == 422
    assert "还缺少材料：身份证明" in missing.text
    unsigned = hand_in(clerk, address, signed="")
    assert unsigned.status_code == 422
    assert "请申请人阅读并在申请表上签名，再勾选" in unsigned.text


def test_only_the_window_of_the_district_begins_and_goes_on(clerk: Any, person: Any) -> None:
    address = begin(clerk, **{"applicant.name": "王五"}).headers["location"]
    assert person("window-410100").get(address).status_code == 404
    assert person("delivery-410105").get("/staff/window/new").status_code == 403
    assert person("demo-wang-wu").get("/staff/window/new").status_code == 403
    assert person().get("/staff/window/new").status_code == 401


def test_papers_are_refused_online(company: Any, tools: Any) -> None:
    from api.submission import Wish, submit
    from onething.errors import InvalidInput

    with pytest.raises(InvalidInput, match="电子件"), tools.store.transaction() as session:
        account = next(row for row in accounts.all_accounts(session) if row.subject == "demo-wang-wu")
        submit(session, tools, account, "k" * 12, Wish(
            bundle="newborn", district="410105", items=("birth-in",), answers={"marriage": "in"}, delivery_way="counter",
            applicant={"name": "王五", "id_no": "410105199511119017", "phone": "13812345678"}, papers=("identity",),
        ))


def test_r38_what_is_known_of_a_number_is_filled_in_and_on_record(tools: Any, clerk: Any, nobody: str) -> None:
    found = begin(clerk, action="find", **{"applicant.name": "", "applicant.phone": "", "bundle": ""})
    assert found.status_code == 200
    assert 'value="王五（演示）"' in found.text
    assert 'value="13800000003"' in found.text
    with tools.store.reading() as session:
        assert (WINDOW, "find-applicant") in {(one.actor, one.action) for one in audit.trail(session)}
    typed = begin(clerk, action="find", **{"applicant.name": "王五", "applicant.phone": "13812345678"})
    assert 'value="王五"' in typed.text, "what was typed is not overwritten"
    assert "没有登记过" in begin(clerk, action="find", **{"applicant.id_no": nobody}).text
    assert begin(clerk, action="find", **{"applicant.id_no": "12"}).status_code == 422


def test_r41_brackets_of_either_width_are_the_same_name(clerk: Any, tools: Any) -> None:
    company = {"bundle": "restaurant", "relation": "legal", "agent.name": "张三", "agent.id_no": "410102199001010012",
               "applicant.id_no": "91410100MA0000000T"}
    for name in ("郑州示例餐饮有限公司(演示)", "郑州示例餐饮有限公司 （演示）"):
        assert begin(clerk, **company, **{"applicant.name": name}).status_code == 303
    assert "另一个姓名" in begin(clerk, **company, **{"applicant.name": "郑州样板餐饮有限公司"}).text


def test_r41_all_faults_of_the_first_page_are_told_at_once(clerk: Any) -> None:
    page = clerk.send("/staff/window/new", {"relation": "agent"}).text
    for field in ("bundle", "agent.name", "agent.id_no", "applicant.name", "applicant.id_no", "applicant.phone"):
        assert f'href="#{field}"' in page, field
    assert "不正确" not in page, "what is empty is not called wrong"
