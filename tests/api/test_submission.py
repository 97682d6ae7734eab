"""Submitting by the API: one transaction, same key same answer, and every refusal leaves nothing behind."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from api.applicant import LETTER, not_oneself
from onething.catalogue import load_catalogue
from onething.numbers import is_case_number
from onething.store import applications, audit, notices, outbox
from onething.vocabulary import Channel

URL = "/api/v1/applications"
HOME = Path(__file__).resolve().parents[2]


def saved(tools: Any) -> tuple[int, int, int]:
    """Cases, promised works and audit records in the store."""
    with tools.store.reading() as session:
        cases = sum(applications.count_by_state(session).values())
        return cases, len(outbox.waiting(session)), len(audit.trail(session))


def test_one_submission_makes_case_items_materials_clock_and_promise_r25_r38_r112(tools: Any, company: Any) -> None:
    answer = company.apply()
    assert answer.status_code == 201
    number = answer.json()["number"]
    assert is_case_number(number)
    assert number.startswith("41010520261123000001")
    with tools.store.reading() as session:
        case = applications.get(session, number)
        assert [row.item for row in case.items] == ["food-license", "fire-check", "final-check"]
        groups = [row.reviewer_group for row in case.items]
        assert groups == ["reviewer-market-410105", "reviewer-fire-410100", "reviewer-market-410105"]
        held = {row.key: (row.source, bool(row.document_id)) for row in applications.materials(session, number)}
        assert held == {
            "identity": ("applicant", True), "plan": ("applicant", True), "licence-copy": ("government", False)
        }
        assert [clock.clock for clock in applications.clocks(session, number)] == ["intake"]
        assert {entry.key for entry in outbox.waiting(session)} == {f"start:{number}", f"sms:{number}::submitted"}
        start = next(entry for entry in outbox.waiting(session) if entry.kind == "start")
        assert start.body == {"number": number}
        assert [record.action for record in audit.trail(session)] == ["submit"]
        assert audit.first_fault(audit.trail(session)) is None
        assert len(notices.of_case(session, number)) == 1


def test_the_same_key_gets_the_same_answer(tools: Any, company: Any) -> None:
    body = {"materials": {"identity": company.upload(), "plan": company.upload()}}
    first, again = company.apply(**body), company.apply(**body)
    assert (first.status_code, first.json()) == (again.status_code, again.json())
    assert saved(tools)[0] == 1
    other = company.apply(items=["food-license"], **body)
    assert (other.status_code, other.json()["code"]) == (409, "idempotency-key-reused")


def test_without_a_key_nothing_is_taken(tools: Any, company: Any) -> None:
    answer = company.post(URL, {})
    assert answer.status_code == 422
    assert saved(tools) == (0, 0, 0)


REFUSED = [
    ({"bundle": "no-such"}, 404, "unknown-bundle", "一件事清单"),
    ({"items": ["no-such"]}, 404, "unknown-item", "办事指南"),
    ({"items": []}, 422, "no-item", "至少选择"),
    ({"items": ["food-license", "food-license"]}, 422, "duplicate-item", "两次"),
    ({"answers": {"other": True}}, 422, "invalid-input", "没有问题"),
    ({"district": "410122"}, 422, "district", "已开通"),
    ({"materials": {}}, 422, "missing-material", "身份证明、平面图"),
    ({"delivery_way": "courier"}, 422, "address-missing", "收件地址"),
    ({"delivery_way": "pigeon"}, 422, "enum", "delivery_way"),
    ({"channel": "window"}, 422, "literal-error", "channel"),
    ({"state": "completed"}, 422, "extra-forbidden", "不接受字段“state”"),
]


@pytest.mark.parametrize(("change", "status", "code", "words"), REFUSED, ids=lambda value: str(value)[:40])
def test_bad_input_is_refused_in_plain_words_and_nothing_is_saved_r24_r25(
    tools: Any, company: Any, change: dict[str, Any], status: int, code: str, words: str
) -> None:
    answer = company.apply(**change)
    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (status, code)
    assert answer.headers["content-type"] == "application/problem+json"
    assert words in problem["detail"]
    assert {"type", "title", "status", "detail", "code"} <= problem.keys()
    assert saved(tools) == (0, 0, 0)


@pytest.mark.parametrize(("field", "value", "code"), [
    ("id_no", "91410100MA0000000X", "id-number"), ("id_no", "410102199001010012", "id-number"),
    ("phone", "12345", "phone"), ("name", " ", "name-missing"),
])
def test_the_applicant_is_checked_r23(tools: Any, company: Any, field: str, value: str, code: str) -> None:
    applicant = {"name": "某公司", "id_no": "91410100MA0000000T", "phone": "13800000004", field: value}
    problem = company.apply(applicant=applicant).json()
    assert (problem["code"], problem["field"]) == (code, f"applicant.{field}")
    assert saved(tools) == (0, 0, 0)


PERSON = {"name": "张三（演示）", "id_no": "410102199001010012", "phone": "13800000001"}


def test_exclusive_situations_exclude_each_other(tools: Any, person: Callable[[str], Any]) -> None:
    zhang = person("demo-zhang-san")
    wish = {"bundle": "newborn", "answers": {}, "applicant": PERSON, "materials": {"identity": zhang.upload()}}
    both = zhang.apply(items=["birth-in", "birth-out"], **wish).json()
    assert (both["code"], both["status"]) == ("exclusive-situations", 422)
    wrong = zhang.apply(**wish | {"answers": {"marriage": "out"}}, items=["birth-in"]).json()
    assert wrong["code"] == "situation-mismatch"
    assert saved(tools) == (0, 0, 0)
    assert zhang.apply(items=["birth-in"], **wish | {"answers": {"marriage": "in"}}).status_code == 201


def test_a_parallel_block_is_not_split_r26(tools: Any, person: Callable[[str], Any]) -> None:
    zhang = person("demo-zhang-san")
    wish = {"bundle": "second-hand-house", "answers": {}, "applicant": PERSON}
    wish["materials"] = {"contract": zhang.upload()}
    assert zhang.apply(items=["tax", "query"], **wish).json()["code"] == "parallel-block-split"
    assert saved(tools) == (0, 0, 0)
    assert zhang.apply(items=["tax", "transfer"], **wish).status_code == 201


def test_staff_do_not_apply_online_but_a_window_makes_the_same_case_r38(tools: Any, person: Any) -> None:
    from api.submission import Wish, submit
    from onething.store import accounts

    window = person("window-410105")
    assert window.apply().json()["code"] == "not-an-applicant"
    with tools.store.transaction() as session:
        clerk = next(a for a in accounts.all_accounts(session) if a.subject == "window-410105")
        case = submit(session, tools, clerk, "window-key", Wish(
            bundle="second-hand-house", district="410105", items=("query",), applicant=PERSON,
            delivery_way="counter", channel=Channel.WINDOW,
        ))
        assert (case.channel, case.state) == ("window", "submitted")


def test_documents_are_bound_once_and_only_ones_own_count_s10(tools: Any, company: Any, person: Any) -> None:
    used = company.upload()
    assert company.apply("key-number-1", materials={"identity": used, "plan": used}).status_code == 201
    again = company.apply("key-number-2", materials={"identity": used, "plan": used}).json()
    assert again["code"] == "document-in-use"
    foreign = person("demo-trade").upload()
    stolen = company.apply("key-number-3", materials={"identity": foreign, "plan": company.upload()}).json()
    missing = company.apply("key-number-3", materials={"identity": "none", "plan": company.upload()}).json()
    assert stolen == missing
    assert saved(tools)[0] == 1


def test_a_race_for_the_same_key_saves_one_case(tools: Any, company: Any) -> None:
    """Two requests with one key: the second waits for the first and gets its number."""
    import threading

    materials = {"identity": company.upload(), "plan": company.upload()}
    numbers: list[str] = []

    def press() -> None:
        numbers.append(company.apply(materials=materials).json().get("number", ""))

    threads = [threading.Thread(target=press) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(numbers)) == 1
    assert saved(tools)[0] == 1


@pytest.mark.parametrize("change", [{"id_no": "91410100MA0000001X"}, {"name": "郑州样板商贸有限公司"}])
def test_s10_online_nobody_applies_as_somebody_else(company: Any, change: dict[str, str]) -> None:
    own = {"name": "郑州示例餐饮有限公司", "id_no": "91410100MA0000000T", "phone": "13800000004"}
    refused = company.apply("key-forged", applicant=own | change)
    assert (refused.status_code, refused.json()["code"]) == (422, "not-oneself")
    another_telephone = company.apply("key-of-ones-own", applicant=own | {"phone": "13800000009"})
    assert another_telephone.status_code == 201, another_telephone.text


def test_s10_whoever_applies_for_somebody_else_brings_the_letter_of_authority() -> None:
    account: Any = SimpleNamespace(id_no="91410100MA0000000T", name="郑州示例餐饮有限公司（演示）")
    other = {"name": "郑州样板商贸有限公司", "id_no": "91410100MA0000001X"}
    assert [fault.field for fault in not_oneself(account, other, {"plan"})] == ["applicant.id_no"]
    assert not_oneself(account, other, {"plan", LETTER}) == []
    catalogue = load_catalogue(HOME)
    assert LETTER in catalogue.materials
    asked = {use.when for item in catalogue.items.values() for use in item.materials if use.key == LETTER}
    assert asked == {"agent == true"}
