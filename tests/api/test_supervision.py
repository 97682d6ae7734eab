"""督办清单 and 催办 for supervisor and lead; the ledger in the API and on pages (R70, R72, R90, R119, R123)."""

from __future__ import annotations

import re
from typing import Any

import pytest

from onething.bootstrap import Tools
from onething.store import applications, audit, outbox, procedures, supervision
from onething.vocabulary import Clock, StepKind
from tests.api.test_pages import look
from workers import clocks, supervise

URL, PAGE = "/api/v1/supervision", "/staff/supervision"
SUPERVISOR, LEAD = "supervisor-410105", "reviewer-market-410105"


@pytest.fixture
def number(company: Any, tools: Tools, take_in: Any) -> str:
    """Accepted on Monday 23 November: nine working days for the food licence, five for the others."""
    number = company.apply().json()["number"]
    take_in(number)
    with tools.store.transaction() as session:
        now = tools.clock.now()
        applications.end_all_clocks(session, number, now)
        for item in ("food-license", "fire-check"):
            clocks.start_handling(session, tools, applications.get(session, number), item, now)
    return number


def lines(person: Any) -> list[tuple[str, str]]:
    return [(line["clock"]["item"], line["clock"]["clock"]) for line in person.get(URL).json()["clocks"]]


def test_r119_the_supervisor_sees_open_limits_soonest_first(person: Any, number: str) -> None:
    staff = person(SUPERVISOR)
    assert lines(staff) == [
        ("fire-check", "promised"), ("food-license", "promised"), ("fire-check", "statutory"), ("food-license", "statutory"),
    ]
    page = look(staff, PAGE)
    assert page.index("消防安全检查") < page.index("食品经营许可")
    assert "还剩 5 个工作日" in page
    assert "督办清单" in look(staff, "/staff")


def test_r52_of_a_limit_of_hours_the_time_that_is_left_is_told(person: Any, company: Any, clock: Any) -> None:
    """As at the counter; for whoever waits too. What ends on another day has days."""
    number = company.apply().json()["number"]
    clock.move(minutes=10)
    page = look(person(SUPERVISOR), PAGE)
    assert "收件审查：还剩 1 小时 50 分" in page
    assert re.search(r"<h3>开饭店</h3>\s*<p[^>]*>整个办件", page), "which case it is comes first"
    assert "收件审查：还剩 1 小时 50 分" in look(company, f"/cases/{number}")
    assert "1 h 50 min left" in company.get(f"/cases/{number}?lang=en").text
    clock.move(minutes=70)
    assert "收件审查：还剩 40 分钟" in look(person(SUPERVISOR), PAGE)
    clock.move(hours=5)
    type(company)(company.client.app, "demo-restaurant").apply("late-key")
    assert "收件审查：还剩 1 个工作日" in look(person(SUPERVISOR), PAGE)


def test_r119_leads_see_their_bundles_and_nobody_else_sees_any(person: Any, company: Any, number: str) -> None:
    lead = person(LEAD)
    assert len(lines(lead)) == 4
    for other in (company, person("window-410105"), person("supervisor-410100")):
        answer = other.get(URL)
        assert (answer.status_code, answer.json().get("clocks")) in ((403, None), (200, []))
    assert company.get(URL).json()["code"] == "not-overseeing"
    body = {"number": number, "item": "food-license", "clock": "promised"}
    assert person("supervisor-410100").post(f"{URL}/reminders", body).status_code == 404
    assert company.post(f"{URL}/reminders", body).status_code == 404


def test_r70_one_item_with_two_late_clocks_is_one_overdue_item(person: Any, number: str, clock: Any, tools: Tools) -> None:
    clock.move(days=60)
    supervise.sweep(tools)
    found = person(SUPERVISOR).get(URL).json()
    figures = {name: found[name] for name in ("open", "overdue", "overdue_items", "overdue_cases")}
    assert figures == {"open": 4, "overdue": 4, "overdue_items": 2, "overdue_cases": 1}
    assert "已超期" in look(person(SUPERVISOR), PAGE)


def test_r123_a_reminder_is_told_and_recorded_as_often_a_day_as_allowed(
    person: Any, number: str, clock: Any, tools: Tools
) -> None:
    staff = person(SUPERVISOR)
    body = {"number": number, "item": "food-license", "clock": "promised"}
    before = staff.get(URL).json()["clocks"][1]["clock"]["due_at"]
    assert staff.post(f"{URL}/reminders", body).json() == {"told": "reviewer-market-410105"}
    again = staff.post(f"{URL}/reminders", body)
    assert (again.status_code, again.json()["code"]) == (409, "reminded-enough")
    assert staff.post(f"{URL}/reminders", {**body, "item": "fire-check"}).status_code == 201, "each clock by itself"
    clock.move(days=1)
    staff = person(SUPERVISOR)
    answer = staff.send(PAGE, body)
    assert answer.status_code == 303
    page = look(staff, answer.headers["location"])
    assert "已催办" in page
    assert "催办 2 次" in page
    refused = staff.send(PAGE, body)
    assert (refused.status_code, "每天最多 1 次" in refused.text) == (409, True)
    assert "请拨打" not in look(staff, f"{PAGE}?told=请拨打"), "nobody puts words into this page by a link"
    with tools.store.reading() as session:
        said = [(row.item, row.actor) for row in supervision.of_case(session, number)]
        assert said.count(("food-license", SUPERVISOR)) == 2
        assert len(outbox.keyed(session, "reminder:")) == 3
        assert len([row for row in audit.trail(session, number) if row.action == "remind"]) == 3
    assert staff.get(URL).json()["clocks"][1]["clock"]["due_at"] == before, "a reminder never moves the limit"


def test_r90_a_clock_that_stands_still_says_so_and_is_not_pressed(
    person: Any, company: Any, number: str, clock: Any, tools: Tools
) -> None:
    with tools.store.transaction() as session:
        clocks.pause(session, number, "fire-check", tools.clock.now())
    clock.move(days=30)
    staff = person(SUPERVISOR)
    body = {"number": number, "item": "fire-check", "clock": "promised"}
    assert staff.post(f"{URL}/reminders", body).json()["code"] == "clock-paused"
    found = staff.get(URL).json()
    assert [line["clock"]["item"] for line in found["clocks"][2:]] == ["fire-check"] * 2, "last in the list"
    assert found["overdue_items"] == 1
    assert "暂停计时" in look(staff, PAGE)
    page = look(type(company)(company.client.app, "demo-restaurant"), f"/cases/{number}")
    assert "恢复后重新计算截止时间" in page


def test_r72_r90_the_api_tells_each_day_counted_skipped_or_paused_and_why(
    company: Any, number: str, clock: Any, tools: Tools
) -> None:
    with tools.store.transaction() as session:
        clocks.pause(session, number, "food-license", tools.clock.now())
        step = procedures.start_step(
            session, number, "food-license", StepKind.HEARING, stops_clock=True, reason="听证", at=tools.clock.now(), by="r"
        )
        clock.move(days=2)
        procedures.end_step(step, tools.clock.now(), "r", "已听证")
        clocks.recount(session, tools, number, "food-license")
    company = type(company)(company.client.app, "demo-restaurant")
    found = company.get(f"/api/v1/applications/{number}").json()["clocks"]
    promised = next(c for c in found if (c["item"], c["clock"]) == ("food-license", Clock.PROMISED))
    assert (promised["days"], promised["paused_at"]) == (9, None)
    days = {line["day"]: (line["kind"], line["number"], line["reason"]) for line in promised["ledger"]}
    assert days["2026-11-23"] == ("skipped", 0, "受理当日不计入")
    assert days["2026-11-24"] == ("paused", 0, "听证（暂停）")
    assert days["2026-11-25"] == ("counted", 1, "工作日")
    assert days["2026-11-28"] == ("skipped", 3, "周末")
    assert promised["ledger"][-1]["number"] == 9
    assert promised["due_at"].startswith(promised["ledger"][-1]["day"])
    assert "听证（暂停）" in look(company, f"/cases/{number}")
