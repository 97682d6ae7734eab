"""Withdrawing and correcting: the store changes first, the engine hears of it by the outbox (R54, R86-R88)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from onething.intake import Judgement
from onething.store import applications, audit, intake, notices, outbox
from onething.vocabulary import CaseState, ItemState

URL = "/api/v1/applications"


def correlations(tools: Any) -> list[dict[str, Any]]:
    with tools.store.reading() as session:
        return [entry.body for entry in outbox.waiting(session) if entry.kind == "correlate"]


def states(tools: Any, number: str) -> dict[str, str]:
    with tools.store.reading() as session:
        case = applications.get(session, number)
        return {"": case.state} | {row.item: row.state for row in case.items}


def set_item(tools: Any, number: str, item: str, *path: ItemState) -> None:
    with tools.store.transaction() as session:
        for state in path:
            applications.set_item_state(applications.item_of(applications.lock(session, number), item), state)


def test_withdrawing_the_case_ends_all_and_tells_the_engine_r86(tools: Any, company: Any) -> None:
    number = company.apply().json()["number"]
    answer = company.post(f"{URL}/{number}/withdrawal")
    assert answer.status_code == 200
    assert set(states(tools, number).values()) == {"withdrawn"}
    assert correlations(tools) == [{"message": "case-withdrawn", "number": number, "variables": {}}]
    with tools.store.reading() as session:
        assert all(clock.ended_at for clock in applications.clocks(session, number))
        assert audit.trail(session)[-1].action == "withdraw-case"
    again = company.post(f"{URL}/{number}/withdrawal").json()
    assert (again["status"], again["code"]) == (409, "already-withdrawn")


def test_one_item_takes_along_what_waits_for_it_r87(tools: Any, company: Any, take_in: Any) -> None:
    number = company.apply().json()["number"]
    early = company.post(f"{URL}/{number}/withdrawal", {"item": "fire-check"}).json()
    assert early["code"] == "not-taken-in-yet"
    take_in(number)
    answer = company.post(f"{URL}/{number}/withdrawal", {"item": "fire-check"}).json()
    assert answer["items"] == ["fire-check", "final-check"]
    assert states(tools, number) == {
        "": "in-progress", "food-license": "received", "fire-check": "withdrawn", "final-check": "withdrawn"
    }
    assert [body["item"] for body in correlations(tools)] == ["fire-check", "final-check"]
    assert {body["message"] for body in correlations(tools)} == {"item-withdrawn"}
    with tools.store.reading() as session:
        reason = applications.item_of(applications.get(session, number), "final-check").decision_reason
        texts = [row.text for row in notices.of_case(session, number)]
    assert "消防安全检查" in reason
    assert any("停止办理" in text for text in texts)


def test_the_last_item_takes_the_case_along(tools: Any, company: Any, take_in: Any) -> None:
    number = company.apply(items=["fire-check", "final-check"], materials={"plan": company.upload()}).json()["number"]
    take_in(number)
    company.post(f"{URL}/{number}/withdrawal", {"item": "fire-check"})
    assert set(states(tools, number).values()) == {"withdrawn"}
    assert [body["message"] for body in correlations(tools)] == ["case-withdrawn"]


def test_a_parallel_block_goes_together_r26(tools: Any, person: Any, take_in: Any) -> None:
    zhang = person("demo-zhang-san")
    wish = {"bundle": "second-hand-house", "answers": {}, "items": ["tax", "transfer", "query"]}
    wish["applicant"] = {"name": "张三（演示）", "id_no": "410102199001010012", "phone": "13800000001"}
    number = zhang.apply(**wish, materials={"contract": zhang.upload()}).json()["number"]
    take_in(number)
    answer = zhang.post(f"{URL}/{number}/withdrawal", {"item": "tax"}).json()
    assert answer["items"] == ["tax", "transfer"]
    assert states(tools, number)["query"] == "received"


def test_after_the_decision_withdrawal_is_refused_with_the_remedy_r88(tools: Any, company: Any, take_in: Any) -> None:
    number = company.apply().json()["number"]
    take_in(number)
    set_item(tools, number, "food-license", ItemState.ACCEPTED, ItemState.REFUSED)
    answer = company.post(f"{URL}/{number}/withdrawal", {"item": "food-license"}).json()
    assert (answer["status"], answer["code"]) == (409, "already-decided")
    assert "行政复议" in answer["detail"]
    company.post(f"{URL}/{number}/withdrawal")
    assert states(tools, number) == {
        "": "withdrawn", "food-license": "refused", "fire-check": "withdrawn", "final-check": "withdrawn"
    }


def ask_correction(tools: Any, number: str) -> None:
    with tools.store.transaction() as session:
        case = applications.lock(session, number)
        applications.set_case_state(case, CaseState.CORRECTION)
        case.reason = "平面图看不清"


def test_correction_makes_new_versions_and_a_new_clock_r54(tools: Any, company: Any, clock: Any) -> None:
    number = company.apply().json()["number"]
    not_due = company.post(f"{URL}/{number}/correction", {"materials": {"plan": company.upload()}}).json()
    assert not_due["code"] == "no-correction-due"
    ask_correction(tools, number)
    clock.move(days=1)
    company = type(company)(company.client.app, "demo-restaurant")
    answer = company.post(f"{URL}/{number}/correction", {"materials": {"plan": company.upload("新图.pdf")}})
    assert answer.json()["state"] == "submitted"
    with tools.store.reading() as session:
        assert {row.key: row.version for row in applications.materials(session, number)}["plan"] == 2
        due = applications.clocks(session, number)[0].due_at
    body = correlations(tools)[0]
    assert (body["message"], body["number"]) == ("materials-corrected", number)
    assert datetime.fromisoformat(body["variables"]["intake_due"]["$date"]) == due
    ask_correction(tools, number)
    company.post(f"{URL}/{number}/correction", {"materials": {"plan": company.upload("再新图.pdf")}})
    assert len(correlations(tools)) == 2


def returned_for_two(tools: Any, company: Any) -> str:
    """Of a new case two materials were found wanting."""
    number = company.apply().json()["number"]
    found = [Judgement("identity", 1, complete=False, legal=True, problem="缺背面"),
             Judgement("plan", 1, complete=True, legal=False, problem="没有盖章")]
    with tools.store.transaction() as session:
        intake.add_check(session, number, "task-1", "window-410105", tools.clock.now(), "correction", found)
    ask_correction(tools, number)
    return str(number)


def test_r43_everything_that_was_marked_is_put_right_at_once(tools: Any, company: Any) -> None:
    number = returned_for_two(tools, company)
    half = company.post(f"{URL}/{number}/correction", {"materials": {"plan": company.upload("新图.pdf")}}).json()
    assert (half["status"], half["code"], half["field"]) == (422, "correction-incomplete", "material-identity")
    assert "“身份证明”还没有重新上传" in half["detail"]
    assert states(tools, number)[""] == "correction"
    both = {"plan": company.upload("新图.pdf"), "identity": company.upload("新证.pdf")}
    more = company.post(f"{URL}/{number}/correction", {"materials": both | {"letter": company.upload("说明.pdf")}}).json()
    assert (more["status"], more["code"], more["field"]) == (422, "material-not-marked", "materials.letter")
    assert "窗口没有指出“说明”" in more["detail"]
    assert states(tools, number)[""] == "correction"
    assert company.post(f"{URL}/{number}/correction", {"materials": both}).status_code == 200


def test_a_bad_correction_changes_nothing(tools: Any, company: Any) -> None:
    number = company.apply().json()["number"]
    ask_correction(tools, number)
    for materials, code in (
        ({}, "no-material"), ({"other": "x"}, "unknown-material"), ({"licence-copy": "x"}, "unknown-material"),
        ({"plan": company.upload(), "identity": "none"}, "unknown-document"),
    ):
        assert company.post(f"{URL}/{number}/correction", {"materials": materials}).json()["code"] == code
    assert states(tools, number)[""] == "correction"
    with tools.store.reading() as session:
        assert {row.version for row in applications.materials(session, number)} == {1}
    assert correlations(tools) == []


def test_the_case_tells_state_clocks_and_notices(company: Any, take_in: Any) -> None:
    number = company.apply().json()["number"]
    case = company.get(f"{URL}/{number}").json()
    assert (case["state"], case["name"], len(case["items"])) == ("submitted", "开饭店", 3)
    assert case["clocks"][0]["due_at"] == "2026-11-23T12:00:00+08:00"
    assert case["items"][0]["held_by"] == "综合受理窗口"
    assert company.get(URL).json()[0]["number"] == number
    take_in(number)
    assert company.get(f"{URL}/{number}").json()["items"][1]["held_by"] == "消防救援机构"


def test_a_form_that_was_not_marked_stays_as_it_is(tools: Any, company: Any) -> None:
    number = company.apply().json()["number"]
    ask_correction(tools, number)
    answer = company.post(f"{URL}/{number}/correction", {"materials": {"plan": company.upload("新图.pdf")}, "form": {}}).json()
    assert (answer["status"], answer["code"]) == (422, "form-not-marked")
    assert states(tools, number)[""] == "correction"
