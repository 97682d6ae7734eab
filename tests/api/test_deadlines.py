"""Limits explained before, during and after an application (R54, R60, R72, R90, R122; F13)."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from onething.bootstrap import Tools
from onething.cli.demo import SAMPLE_PDF
from onething.deadlines import WorkCalendar
from onething.store import applications
from tests.api.test_pages import follow, look

URL = "/api/v1/bundles/restaurant/estimate"
ENDS = "2026年12月7日 星期一 前办结"  # in on Monday, accepted on Tuesday, nine working days for the food licence


def test_r122_the_guide_promises_for_all_items_and_says_when_it_would_end(company: Any) -> None:
    page = look(company, "/bundles/restaurant")
    assert "收件后 10 个工作日内，其中受理 1 个工作日" in page
    assert f"如果今天提交，预计 {ENDS}" in page
    assert company.get("/api/v1/bundles/restaurant").json()["promise"] == {
        "working_days": 10, "path": ["food-license"], "confirmed": True,
    }


def test_r25_r72_the_estimate_follows_the_choice(company: Any) -> None:
    whole = company.get(URL, params={"item": ["food-license", "fire-check", "final-check"]}).json()
    assert (whole["working_days"], whole["path"]) == (10, ["food-license"])
    assert whole["items"]["final-check"] == "2026-12-02T17:00:00+08:00", "a day after fire-check, as its result comes"
    part = company.get(URL, params={"item": ["fire-check", "final-check"]}).json()
    assert (part["working_days"], part["path"]) == (7, ["fire-check", "final-check"])
    assert part["ends_at"] == part["items"]["final-check"]
    assert part["intake_due"] == "2026-11-23T12:00:00+08:00"
    refused = company.get("/api/v1/bundles/second-hand-house/estimate", params={"item": ["tax"]})
    assert (refused.status_code, refused.json()["code"]) == (422, "parallel-block-split")
    assert company.get(URL).status_code == 422


def test_r72_anybody_may_ask_before_logging_in(person: Any) -> None:
    assert person().get(URL, params={"item": ["food-license"]}).json()["sentence"] == f"如果今天提交，预计 {ENDS}"


def test_r60_r72_the_pages_of_the_application_say_it_and_the_receipt_explains_the_two_hours(company: Any) -> None:
    questions = follow(company.send("/apply/restaurant"))
    draft = questions.rsplit("/", 1)[0]
    items = follow(company.send(questions, {"signs": "no"}))
    assert ENDS in look(company, items)
    details = follow(company.send(items, {"item": ["fire-check", "final-check"], "district": "410105"}))
    fields = {"applicant.name": "郑州示例餐饮有限公司", "applicant.id_no": "91410100MA0000000T", "applicant.phone": "13800000004"}
    materials = follow(company.send(details, fields | {"delivery_way": "electronic", "delivery_mode": "unified"}))
    pdf = SAMPLE_PDF
    follow(company.send(f"{draft}/materials/plan", files={"file": ("图.pdf", pdf)}))
    review = look(company, follow(company.send(materials)))
    assert "预计 2026年12月2日 星期三 前办结" in review
    assert "最晚 2026年11月23日 星期一 12:00 前告诉您材料是否齐全" in review
    address = follow(company.send(f"{draft}/review", {"promise": "yes"}))
    page = look(company, address)
    assert "窗口审查的 2 小时按办公时间计算" in page
    assert "自提交时起，至 11月23日 12:00 止" in page
    assert "2026年12月2日 星期三 前全部办结" in page
    assert "2026年12月2日 星期三 前全部办结" in look(company, address.removesuffix("/receipt")), "on the page of the case too"


def test_r60_no_end_is_said_while_a_clock_stands_still(company: Any, tools: Any) -> None:
    number = company.apply().json()["number"]
    assert "前全部办结" in company.get(f"/cases/{number}").text
    with tools.store.transaction() as session:
        applications.clocks(session, number)[0].paused_at = tools.clock.now()
    assert "前全部办结" not in company.get(f"/cases/{number}").text


def test_r60_out_of_hours_the_receipt_names_the_next_opening(company: Any, clock: Any) -> None:
    clock.moment = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)  # Friday, 20:00 in China
    company = type(company)(company.client.app, "demo-restaurant")
    page = look(company, f"/cases/{company.apply().json()['number']}/receipt")
    assert "提交时不在办公时间，自 11月23日 09:00 开始办公时起，至 11月23日 11:00 止" in page


def test_f13_an_estimate_into_an_unpublished_year_says_provisional(company: Any, clock: Any) -> None:
    clock.moment = datetime(2026, 12, 24, 2, 0, tzinfo=UTC)
    page = look(company, "/bundles/restaurant")
    assert "前办结（暂定）" in page
    assert "2027 年放假安排尚未公布" in page
    assert company.get(URL, params={"item": ["food-license"]}).json()["provisional"]


def test_f13_where_provisional_is_not_allowed_nothing_is_taken_in_but_guides_stay(
    app: Any, tools: Tools, company: Any, clock: Any
) -> None:
    strict = WorkCalendar.load(tools.settings.home / "catalogue" / "calendars", provisional=False)
    app.state.tools = Tools(tools.settings, tools.store, tools.catalogue, strict, tools.clock)
    clock.moment = datetime(2026, 12, 24, 2, 0, tzinfo=UTC)
    company = type(company)(app, "demo-restaurant")
    page = look(company, "/bundles/restaurant")
    assert "2027 年放假安排尚未公布，暂时不能给出预计日期" in page
    assert company.get(URL, params={"item": ["food-license"]}).json()["ends_at"] is None
    refused = company.apply()
    assert (refused.status_code, refused.json()["code"]) == (503, "calendar-not-published")
    assert company.get("/api/v1/applications").json() == []


@pytest.mark.parametrize("path", ["/api/v1/bundles/restaurant", "/bundles/restaurant"])
def test_f13_a_faulty_year_file_does_not_stop_the_front_door(
    company: Any, tools: Tools, tmp_path: Any, path: str
) -> None:
    for name in ("cn-2026.yaml", "office-hours.yaml"):
        (tmp_path / name).write_bytes((tools.settings.home / "catalogue" / "calendars" / name).read_bytes())
    tools.calendar.folder = tmp_path
    (tmp_path / "cn-2027.yaml").write_text("year: 20", encoding="utf-8")
    assert company.get(path).status_code == 200
    assert json.dumps(sorted(tools.calendar.years)) == "[2024, 2025, 2026]"
