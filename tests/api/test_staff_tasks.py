"""What Tasklist is told of cases, and the page of one item that its forms lead to (R72, R91, S10, S20)."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from api.app import create_app
from onething.intake import Judgement
from onething.settings import Settings
from onething.store import applications, audit, certificates, documents, intake, joint
from onething.vocabulary import Clock, ItemState, JointKind, JointState, PaperKind
from tests.api.conftest import COMPANY, PDF, Person
from tests.api.test_guidance import answered, ask
from tests.browser.house import DRAIN, FOOD, House
from workers import clocks

REVIEWER, FIRE, STRANGER = "reviewer-market-410105", "reviewer-fire-410100", "reviewer-city-management-410105"
ADVISER = "adviser-market-410105"
TASKLIST = "http://127.0.0.1:8080"


@pytest.fixture
def number(company: Person, take_in: Callable[[str], None]) -> str:
    number = company.apply().json()["number"]
    take_in(number)
    return number


def accept(tools: Any, number: str, item: str = "food-license") -> None:
    with tools.store.transaction() as session:
        case = applications.lock(session, number)
        clocks.start_handling(session, tools, case, item, tools.clock.now())
        applications.set_item_state(applications.item_of(case, item), ItemState.ACCEPTED)


def told(person: Any, who: str, *numbers: str) -> Any:
    answer = person(who).get("/staff/tasks", params={"case": list(numbers)})
    assert answer.status_code == 200
    return answer.json()


def clock_of(told: Any, number: str, label: str = "承诺办结时限") -> Any:
    [found] = [one for one in told[number]["clocks"] if one["label"] == label]
    return found


def test_s10_an_office_is_told_of_its_own_cases_with_masked_names_and_of_no_others(person: Any, number: str, tools: Any) -> None:
    accept(tools, number)
    for who in (REVIEWER, FIRE, "window-410105", "supervisor-410105"):
        found = told(person, who, number, "41010520991231000001X")
        assert list(found) == [number]
        assert (found[number]["applicant"], found[number]["bundle"]) == ("郑州＊＊＊公司", "开饭店")
    for who in (STRANGER, "window-410100", COMPANY, "demo-li-si"):
        assert told(person, who, number) == {}
    text = person(REVIEWER).get("/staff/tasks", params={"case": number}).text
    assert all(secret not in text for secret in ("示例餐饮", "91410100MA0000000T", "13800000004"))
    assert person("").get("/staff/tasks", params={"case": number}).status_code == 401


def test_r72_working_days_left_and_over_are_those_of_the_ledger(person: Any, number: str, tools: Any, clock: Any) -> None:
    accept(tools, number)
    first = clock_of(told(person, REVIEWER, number), number)
    assert (first["items"], first["state"], first["days"]) == (["食品经营许可"], "running", 9)
    with tools.store.reading() as session:
        [row] = [one for one in applications.clocks(session, number) if one.clock == Clock.PROMISED]
    clock.moment = row.due_at - timedelta(hours=1)
    assert (clock_of(told(person, REVIEWER, number), number)["state"], first["due"][:10]) == ("running", f"{row.due_at:%Y-%m-%d}")
    assert clock_of(told(person, REVIEWER, number), number)["days"] == 0
    clock.moment = row.due_at + timedelta(minutes=1)
    late = clock_of(told(person, REVIEWER, number), number)
    assert (late["state"], late["days"]) == ("overdue", 0)
    clock.moment = row.due_at + timedelta(days=7)
    late = clock_of(told(person, REVIEWER, number), number)
    assert (late["state"], late["days"]) == ("overdue", 5)


def test_r72_what_waits_on_nobody_of_the_office_is_not_counted(person: Any, number: str, tools: Any) -> None:
    """A paused clock says so; the applicant's own and the legal ones behind are left to the page of the case."""
    accept(tools, number)
    with tools.store.transaction() as session:
        [row] = [one for one in applications.clocks(session, number) if one.clock == Clock.PROMISED]
        row.paused_at = tools.clock.now()
    found = told(person, REVIEWER, number)
    assert clock_of(found, number)["state"] == "paused"
    assert "法定办结时限" not in {one["label"] for one in found[number]["clocks"]}
    with tools.store.transaction() as session:
        applications.end_all_clocks(session, number, tools.clock.now())
    assert told(person, REVIEWER, number)[number]["clocks"] == []


def test_r84_r72_a_joint_visit_is_due_with_the_first_of_its_items(person: Any, number: str, tools: Any) -> None:
    """It has no clock of its own; the task in Tasklist is about the visit."""
    for item in ("food-license", "fire-check"):
        accept(tools, number, item)
    with tools.store.transaction() as session:
        promised = {row.item: row for row in applications.clocks(session, number) if row.clock == Clock.PROMISED}
        promised["fire-check"].due_at = promised["food-license"].due_at - timedelta(days=1)
        first = promised["fire-check"].due_at
        joint.plan(session, number, JointKind.INSPECTION, [(item, REVIEWER) for item in promised])
    [visit] = [one for one in told(person, REVIEWER, number)[number]["clocks"] if one["items"] == ["联合勘验"]]
    assert (visit["due"][:10], visit["label"], visit["state"]) == (f"{first:%Y-%m-%d}", "承诺办结时限", "running")
    with tools.store.transaction() as session:
        joint.acts(session, number)[0].state = str(JointState.RECORDED)
    assert "联合勘验" not in {name for one in told(person, REVIEWER, number)[number]["clocks"] for name in one["items"]}


def test_r36_r72_a_consultation_has_its_day_and_its_asker_for_those_who_advise(
    person: Any, company: Person, tools: Any, clock: Any
) -> None:
    number = ask(company).json()["number"]
    for who in (REVIEWER, COMPANY):
        assert told(person, who, number) == {}
    found = told(person, ADVISER, number)[number]
    assert (found["applicant"], found["bundle"]) == ("郑州＊＊＊公司", "开饭店")
    [waits] = found["clocks"]
    assert (waits["label"], waits["items"], waits["state"], waits["days"]) == ("答复期限", [], "running", 1)
    clock.move(days=30)
    [late] = told(person, ADVISER, number)[number]["clocks"]
    assert late["state"] == "overdue"
    assert late["days"] > 15
    answered(tools, number)
    assert told(person, ADVISER, number)[number]["clocks"] == []


def test_s20_asking_for_tasks_keeps_no_login_alive(person: Any, number: str, tools: Any, clock: Any) -> None:
    reviewer = person(REVIEWER)
    for _ in range(4):
        clock.move(minutes=tools.settings.session_minutes / 4 + 1)
        last = reviewer.get("/staff/tasks", params={"case": number}).status_code
    assert last == 401


def test_s22_more_numbers_than_a_page_of_tasklist_has_are_refused(person: Any) -> None:
    assert person(REVIEWER).get("/staff/tasks", params={"case": ["1"] * 51}).status_code == 422


@pytest.mark.parametrize(("origin", "changes", "allowed"), [
    (TASKLIST, {}, True), ("http://127.0.0.1:9", {}, False), ("https://elsewhere.example", {}, False), ("null", {}, False),
    (TASKLIST, {"public_url": "https://ywt.example.gov.cn"}, False), (TASKLIST, {"demo": False}, False),
])
def test_s20_only_a_demonstration_lets_its_own_tasklist_read_the_answer_from_another_port(
    origin: str, changes: dict[str, Any], allowed: bool, tools: Any, number: str
) -> None:
    reviewer = Person(create_app(tools), REVIEWER)
    settings = Settings(**tools.settings.model_dump() | changes)
    reviewer.client.app.state.tools = replace(tools, settings=settings)
    headers = reviewer.get("/staff/tasks", params={"case": number}, headers={"Origin": origin}).headers
    assert headers.get("access-control-allow-origin") == (TASKLIST if allowed else None)
    assert headers.get("access-control-allow-credentials") == ("true" if allowed else None)
    page = reviewer.get(f"/staff/cases/{number}", headers={"Origin": origin})
    assert "access-control-allow-origin" not in page.headers


def page_of(person: Any, number: str, item: str, who: str = REVIEWER) -> str:
    answer = person(who).get(f"/staff/cases/{number}", params={"item": item})
    assert answer.status_code == 200
    return answer.text


def main_of(page: str) -> str:
    return page[page.index("<main"):page.index("</main>")]


def judge(tools: Any, number: str) -> None:
    """The window finds fault with the plan and with nothing else."""
    with tools.store.transaction() as session:
        rows = {row.key: row.version for row in applications.materials(session, number)}
        judgements = [
            Judgement(key, version, key != "plan", True, "缺第二层" if key == "plan" else "") for key, version in rows.items()
        ]
        intake.add_check(session, number, "task-1", "window-410105", tools.clock.now(), "correction", judgements)


def test_r91_the_page_of_an_item_has_its_materials_with_the_windows_judgement_and_no_others(
    person: Any, number: str, tools: Any
) -> None:
    judge(tools, number)
    accept(tools, number)
    page = main_of(page_of(person, number, "food-license"))
    materials = page[page.index('id="materials"'):]
    materials = materials[:materials.index("</section>")]
    found = re.findall(r"<strong>([^<]+)</strong>", materials)
    assert found == ["身份证明", "平面图"]
    assert re.search(r'href="/documents/[0-9a-f-]+/view"[^>]*><strong>平面图', materials)
    assert materials.count("缺第二层") == 1
    assert materials.index("不齐全") > materials.index("平面图") > materials.index("齐全，符合法定形式")
    assert "承诺办结时限：还剩 9 个工作日" in page
    assert "提交申请" in page[page.index('id="passage"'):]
    fire = main_of(page_of(person, number, "fire-check", FIRE))
    assert "身份证明" not in fire
    assert "营业执照" in fire


def test_r91_a_version_that_the_window_has_not_judged_says_so(person: Any, number: str, tools: Any, company: Person) -> None:
    judge(tools, number)
    with tools.store.transaction() as session:
        applications.add_material_version(session, number, "plan", company.upload(), tools.clock.now())
    page = main_of(page_of(person, number, "food-license"))
    plan = page[page.index("平面图</strong>"):]
    plan = plan[:plan.index("</li>")]
    assert "窗口还没有审查" in plan
    assert "第 2 次提交" in plan
    assert "缺第二层" not in page


def test_r91_papers_about_the_item_and_the_whole_case_are_there_and_no_others(person: Any, number: str, tools: Any) -> None:
    with tools.store.transaction() as session:
        owner = applications.get(session, number).account_id
        made = {
            item: documents.add(
                session, tools.clock.now(), owner, "纸.pdf", "application/pdf", PDF, number=number, item=item, paper_no=item,
                paper_kind=PaperKind.ACCEPTANCE_NOTICE if item else PaperKind.RECEIPT,
            ).id for item in ("", "food-license", "fire-check")
        }
    page = main_of(page_of(person, number, "food-license"))
    assert [item for item, paper in made.items() if f'href="/documents/{paper}"' in page] == ["", "food-license"]


def test_r91_of_the_form_there_is_what_the_item_needs(tmp_path: Path) -> None:
    house = House(tmp_path)
    number = house.apply(COMPANY, "open-restaurant", (FOOD, DRAIN))
    page = Person(house.app, "reviewer-urban-management-410105").get(f"/staff/cases/{number}", params={"item": DRAIN}).text
    house.tools.store.close()
    for said in ("单位信息", "日排水量"):
        assert said in main_of(page)
    assert "经营项目" not in main_of(page)


def test_r72_the_page_of_an_item_has_what_came_of_the_item_before_it(
    person: Any, number: str, tools: Any, company: Person
) -> None:
    before = main_of(page_of(person, number, "final-check"))
    assert "前置结果" in before
    assert "还没有结果" in before
    document = company.upload()
    with tools.store.transaction() as session:
        row = applications.item_of(applications.lock(session, number), "fire-check")
        row.state, row.decided_at, row.decision_basis = str(ItemState.APPROVED), tools.clock.now(), "《消防法》第十五条"
        made = certificates.reserve(
            session, number, "fire-check", "s1", lambda n: f"XF{n}", title="消防安全检查合格证", holder="示例",
            issuer="消防救援机构", issued_on=tools.clock.now().date(),
        )
        certificates.publish(made, document)
        certificate_no = made.certificate_no
    after = main_of(page_of(person, number, "final-check"))
    front = after[after.index("前置结果"):after.index('id="materials"')]
    for said in ("消防安全检查", "《消防法》第十五条", "消防安全检查合格证", certificate_no):
        assert said in front
    assert "还没有结果" not in front
    assert "前置结果" not in main_of(page_of(person, number, "food-license"))


def test_s10_s25_the_page_of_an_item_is_for_who_handles_the_case_and_every_look_is_recorded(
    person: Any, number: str, tools: Any
) -> None:
    for who in (STRANGER, COMPANY, "window-410100"):
        assert person(who).get(f"/staff/cases/{number}", params={"item": "food-license"}).status_code == 404
    page_of(person, number, "food-license")
    page_of(person, number, "fire-check")
    with tools.store.reading() as session:
        looks = [row for row in audit.trail(session, number) if row.action == "look-at-case"]
    assert [row.actor for row in looks] == [REVIEWER] * 2


@pytest.mark.parametrize("item", ["signboard", "nonsense", "<script>"])
def test_an_item_that_the_case_does_not_have_shows_the_whole_case(item: str, person: Any, number: str) -> None:
    page = page_of(person, number, item)
    assert "打印留存" in page
    assert item not in main_of(page)

