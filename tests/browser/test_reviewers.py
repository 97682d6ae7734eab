"""A day of reviewers in the real Tasklist, in Chromium at 1366x768: what they see, write and decide is what the store has."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from onething.deadlines import CHINA, FixedClock
from onething.engine.roster import DECISION, member_of
from onething.store import ApplicationItem, JointAct, applications, documents, joint
from onething.vocabulary import CaseState, ItemState, JointKind, JointState, PaperKind
from simulation.answers import YES
from simulation.engine import free_port, run_engine
from simulation.run import settled
from simulation.town import Town
from tests.browser.reviewer import PATIENCE, Reviewer, beside_tasklist
from workers.day_filters import DayFilters

pytestmark = [pytest.mark.engine, pytest.mark.browser]
HOME = Path(__file__).resolve().parents[2]
HYGIENE, HOTEL_TRADE, FOOD = "public-place-hygiene-permit", "hotel-special-trade-permit", "food-business-license"
HEALTH, POLICE, MARKET = (f"reviewer-{office}-410105" for office in ("health", "public-security", "market-regulation"))
WINDOW = "window-410105"
BASIS = "《公共场所卫生管理条例》第四条"


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """Of its own: these lists are to show these reviewers' tasks and no other test's."""
    folder, address = tmp_path_factory.mktemp("town"), f"http://127.0.0.1:{free_port()}"
    with run_engine(HOME, folder, front_door=address) as running, settled(HOME, running, folder / "var") as town:
        yield town


@pytest.fixture
def desk(town: Town) -> Iterator[str]:
    with beside_tasklist(town) as address:
        yield address


def decider(town: Town, group: str) -> str:
    """The second person of an office."""
    return member_of(town.tools.catalogue, group, DECISION)


def submitted(town: Town, *items: str, until: str) -> str:
    number = town.submit("open-hotel", items)
    town.work(number, until=until)
    town.wait(lambda: [task.key for task, _ in town.open_tasks(number)].count(until) == len(items))
    return number


def decided(town: Town, number: str, item: str = HYGIENE) -> ApplicationItem:
    """The item, once there is a decision."""
    town.wait(lambda: applications.item_of(town.case(number), item).decided_by)
    return applications.item_of(town.case(number), item)


def accept(town: Town, number: str) -> None:
    for task, _ in town.open_tasks(number):
        town.do(task, YES["acceptance-review"])


def test_s05_r91_a_reviewer_sees_the_tasks_of_the_own_office_only_and_grants(town: Town, chrome: Browser) -> None:
    mine = submitted(town, HYGIENE, until="approval-decision")
    theirs = submitted(town, HOTEL_TRADE, until="approval-decision")
    name = town.tools.catalogue.items[HYGIENE].name
    with Reviewer(chrome, town, decider(town, POLICE)) as police:
        expect(police.tasks()).to_have_count(1)
        expect(police.tasks()).to_contain_text(theirs)
        expect(police.page.locator("body")).not_to_contain_text(mine)
    with Reviewer(chrome, town, decider(town, HEALTH)) as reviewer:
        for one in ("待认领", "审批决定", "全部待办"):
            reviewer.looks_at(one)
            expect(reviewer.tasks()).to_have_count(1)
            expect(reviewer.tasks()).to_contain_text(f"办件编号 {mine}，{name}")
        expect(reviewer.page.locator(".task-filter", has_text="收件审查")).to_have_count(0)  # the window's
        reviewer.looks_at("特别环节")
        expect(reviewer.page.get_by_text("没有符合筛选条件的任务")).to_be_visible()
        expect(reviewer.page.locator("body")).not_to_contain_text(theirs)
        reviewer.looks_at("审批决定")
        reviewer.claims("审批决定", mine)
        for people in (".groups", ".assignee .set-value"):
            expect(reviewer.page.locator(f".meta {people}")).to_have_css("pointer-events", "none")  # a task is not given away
        for said in (mine, "开宾馆（酒店）", name, "承诺 20 个工作日", "截止", "可申请延长 10 个工作日", "证照有效期"):
            expect(reviewer.form).to_contain_text(said)
        for beside in ("添加意见", "新建任务", "发起流程", "设置跟进日期"):  # would fail, or stay in the engine alone
            expect(reviewer.page.get_by_text(beside)).to_be_hidden()
        reviewer.chooses("准予")
        reviewer.writes("法律依据", BASIS)
        reviewer.chooses("至某日")
        reviewer.writes("有效期截止日期", "2031-12-31")
        reviewer.completes()
    row = decided(town, mine)
    assert (row.state, row.decided_by) == (ItemState.APPROVED, decider(town, HEALTH))
    assert (row.decision_basis, row.decided_term) == (BASIS, "2031-12-31")
    town.work(theirs)


def test_r91_a_refusal_without_reasons_comes_back_with_what_was_typed_and_is_stored_with_them(
    town: Town, chrome: Browser
) -> None:
    number = submitted(town, HYGIENE, until="approval-decision")
    reason = "卫生检测报告显示室内空气质量不合格"
    with Reviewer(chrome, town, decider(town, HEALTH)) as reviewer:
        reviewer.claims("审批决定", number)
        reviewer.chooses("不予许可")
        reviewer.presses_complete()
        expect(reviewer.form.get_by_text("此项必填。")).to_have_count(2)
        notice = reviewer.page.get_by_text("没有提交。请按表单里的提示改正", exact=False)
        expect(notice).to_be_visible()
        reviewer.writes("不予许可的理由", "　 ")
        reviewer.writes("法律依据", BASIS)
        reviewer.completes()
        expect(notice).to_have_count(0)
        expect(reviewer.tasks(number)).to_have_count(1, timeout=PATIENCE)  # to the office: whoever is there takes it up
        assert town.states(number)[HYGIENE] == ItemState.ACCEPTED
        reviewer.claims("审批决定", number)
        expect(reviewer.form).to_contain_text("请改正后重新提交：不予许可决定必须写明理由；请填写后再提交")
        expect(reviewer.form.get_by_label("不予许可", exact=True)).to_be_checked()
        expect(reviewer.field("法律依据")).to_have_value(BASIS)
        reviewer.writes("不予许可的理由", reason)
        reviewer.completes()
    row = decided(town, number)
    assert (row.state, row.decided_by) == (ItemState.REFUSED, decider(town, HEALTH))
    assert (row.decision_reason, row.decision_basis) == (reason, BASIS)
    with town.tools.store.reading() as session:
        kinds = [paper.paper_kind for paper in documents.papers(session, number)]
    assert PaperKind.REFUSAL_DECISION in kinds


def test_r42_r43_the_window_asks_for_a_correction_once_and_for_everything(town: Town, chrome: Browser) -> None:
    number = town.submit("open-hotel", [HYGIENE])
    defect = "检测报告缺第 2 页，请补齐后重新上传"
    town.task(number, "intake-review")
    with Reviewer(chrome, town, WINDOW) as clerk:
        clerk.looks_at("收件审查")
        clerk.claims("收件审查", number)
        expect(clerk.form).to_contain_text("第 2 份 卫生检测报告")
        for box in clerk.form.get_by_role("checkbox").all():
            box.check()
        expect(clerk.field("问题和补正办法")).to_have_count(0)
        clerk.form.get_by_role("checkbox", name="齐全").nth(1).uncheck()
        clerk.chooses("需要补正，一次告知")
        clerk.writes("问题和补正办法", defect)
        clerk.completes()
        expect(clerk.page.get_by_text("没有符合筛选条件的任务")).to_be_visible(timeout=PATIENCE)
    town.wait(lambda: town.case(number).state == CaseState.CORRECTION)
    assert "卫生检测报告" in town.case(number).reason
    assert defect in town.case(number).reason
    with town.tools.store.reading() as session:
        [paper] = [one for one in documents.papers(session, number) if one.paper_kind == PaperKind.CORRECTION_NOTICE]
    assert paper.media_type == "application/pdf"


def visit(town: Town, number: str) -> JointAct:
    with town.tools.store.reading() as session:
        found = joint.act(session, number, JointKind.INSPECTION)
    assert found
    return found


def opinions(town: Town, number: str) -> list[Any]:
    with town.tools.store.reading() as session:
        return list(joint.opinions(session, number, JointKind.INSPECTION))


def test_r84_r85_the_lead_appoints_one_visit_and_a_department_gives_its_opinion(
    town: Town, chrome: Browser, desk: str
) -> None:
    number = submitted(town, FOOD, HYGIENE, until="acceptance-review")
    accept(town, number)
    town.task(number, "joint-appointment", "joint-inspection")
    with Reviewer(chrome, town, MARKET, at=desk) as lead:
        lead.looks_at("联合勘验")
        expect(lead.tasks(number)).to_contain_text(f"办件编号 {number}，联合勘验")
        expect(lead.tasks(number).locator(".left")).to_have_text(re.compile(r"还有 [1-9]\d* 个工作日"), timeout=PATIENCE)
        lead.claims("安排联合办理", number)
        for item in (FOOD, HYGIENE):
            expect(lead.form).to_contain_text(town.tools.catalogue.items[item].name)
        lead.chooses("开展联合办理")
        lead.writes("时间", "下周五上午")
        lead.writes("地点", "申请人的经营场所")
        lead.completes()
        lead.claims("安排联合办理", number)
        expect(lead.form).to_contain_text("请改正后重新提交：")
        expect(lead.field("地点")).to_have_value("申请人的经营场所")
        lead.writes("时间", "2033-01-07 09:30")
        lead.completes()
    town.wait(lambda: visit(town, number).state == JointState.APPOINTED)
    row = visit(town, number)
    assert row.appointed_for == datetime(2033, 1, 7, 9, 30, tzinfo=CHINA)
    assert (row.place, row.organised_by) == ("申请人的经营场所", MARKET)
    rectify = "疏散通道堆放杂物，应当清理"
    town.wait(lambda: [task.key for task, _ in town.open_tasks(number)].count("joint-opinion") == 2)
    with Reviewer(chrome, town, HEALTH) as reviewer:
        reviewer.looks_at("联合勘验")
        reviewer.claims("出具意见", number)
        reviewer.chooses("整改后符合")
        reviewer.writes("意见内容", rectify)
        reviewer.completes()
    [given] = town.wait(lambda: opinions(town, number))
    assert (given.department, given.opinion, given.text, given.given_by) == ("health", "rectify", rectify, HEALTH)
    town.work(number)


def test_who_accepted_an_item_does_not_decide_it(town: Town, chrome: Browser) -> None:
    number = submitted(town, HYGIENE, until="acceptance-review")
    with Reviewer(chrome, town, HEALTH) as first:
        first.claims("受理审查", number)
        first.chooses("予以受理")
        first.completes()
        first.looks_at("审批决定")
        expect(first.tasks(number)).to_have_count(1, timeout=PATIENCE)
        first.claims("审批决定", number)
        first.chooses("准予")
        first.writes("法律依据", BASIS)
        first.chooses("长期有效")
        first.completes()
        expect(first.tasks(number)).to_have_count(1, timeout=PATIENCE)
    assert town.states(number)[HYGIENE] == ItemState.ACCEPTED
    with Reviewer(chrome, town, decider(town, HEALTH)) as second:
        second.looks_at("待认领")
        second.claims("审批决定", number)
        expect(second.form).to_contain_text("受理和审批要由两个人办理")
        expect(second.field("法律依据")).to_have_value(BASIS)
        second.completes()
    row = decided(town, number)
    assert (row.state, row.accepted_by, row.decided_by) == (ItemState.APPROVED, HEALTH, decider(town, HEALTH))


def test_r72_filters_show_what_is_free_what_is_due_today_and_what_is_late(town: Town, chrome: Browser) -> None:
    later, number = (submitted(town, HYGIENE, until=step) for step in ("approval-decision", "acceptance-review"))
    due = town.task(number, "acceptance-review", HYGIENE).due
    assert due
    with Reviewer(chrome, town, HEALTH) as reviewer:
        expect(reviewer.tasks()).to_contain_text([number, later])  # the soonest due first, though it is the newest
        local = due.astimezone(CHINA)
        exactly = f"{local.month}月{local.day}日 {local:%H:%M}"
        expect(reviewer.tasks(number).locator(".due-date")).to_have_text(re.compile(rf"办理期限\s+{exactly}"))
        reviewer.tasks(number).click()
        expect(reviewer.page.locator(".task-card .due-date")).to_contain_text(exactly)
        reviewer.looks_at("待认领")
        expect(reviewer.tasks()).to_have_count(2)
        reviewer.claims("受理审查", number)
        expect(reviewer.tasks(number)).to_have_count(0)
        expect(reviewer.tasks(later)).to_have_count(1)
        for name in ("我的待办", "已认领"):
            reviewer.looks_at(name)
            expect(reviewer.tasks()).to_have_count(1)
            expect(reviewer.tasks()).to_contain_text(number)
        with Reviewer(chrome, town, decider(town, HEALTH)) as colleague:
            for name, count in (("已认领", 1), ("我的待办", 0)):
                colleague.looks_at(name)
                expect(colleague.tasks()).to_have_count(count)
        for moment, today, late in ((due - timedelta(days=1), 0, 0), (due, 1, 0), (due + timedelta(minutes=1), 1, 1)):
            DayFilters(town.engine, FixedClock(moment)).write()
            reviewer.looks_again()
            for name, count in (("今日到期", today), ("已超期", late)):
                reviewer.looks_at(name)
                expect(reviewer.tasks()).to_have_count(count)
                expect(reviewer.tasks(number)).to_have_count(count)
    for one in (later, number):
        town.work(one)


def test_r72_the_list_says_who_applies_masked_and_how_long_is_left_and_the_form_leads_to_the_item(
    town: Town, chrome: Browser, desk: str
) -> None:
    """The names come from the front door, for whoever is logged in there; the page is in a window of its own."""
    number = submitted(town, HYGIENE, until="acceptance-review")
    with Reviewer(chrome, town, HEALTH, at=desk) as reviewer:
        for beside in (reviewer.tasks(number).locator(".about + .case"), reviewer.page.locator(".task-card .case")):
            expect(beside).to_have_text(re.compile(r"开宾馆\s+张＊\s+(还有 [1-9]\d* 个工作日|今天截止)"), timeout=PATIENCE)
            reviewer.tasks(number).click()
        expect(reviewer.page.locator("body")).not_to_contain_text(town.case(number).applicant["name"])
        page = reviewer.opens("打开本事项")  # not claimed yet
        expect(page).to_have_url(f"{desk}/staff/cases/{number}?item={HYGIENE}")
        expect(page.get_by_role("heading", level=1)).to_contain_text(town.tools.catalogue.items[HYGIENE].name)
        expect(page.locator("#passage")).to_contain_text("提交申请")
        file = reviewer.opens("卫生检测报告", page)
        expect(file).to_have_url(re.compile(rf"^{desk}/documents/[0-9a-f-]+/view$"))
        expect(file.locator("main")).to_contain_text("卫生检测报告")
        reviewer.claims("受理审查", number)
        expect(reviewer.form.get_by_role("link", name="打开本事项")).to_be_visible()
    town.work(number)


def test_s10_without_a_login_at_the_front_door_the_list_is_as_ever_and_the_link_asks_for_one(
    town: Town, chrome: Browser, desk: str
) -> None:
    """The same where the account there has nothing to do with the case."""
    number = submitted(town, HYGIENE, until="acceptance-review")
    for at, subject in (("", ""), (desk, POLICE)):
        with Reviewer(chrome, town, HEALTH, at, subject) as reviewer:
            with reviewer.page.expect_request(re.compile("/staff/tasks"), timeout=PATIENCE):
                reviewer.looks_again()
            expect(reviewer.tasks(number)).to_contain_text(f"办件编号 {number}")
            reviewer.tasks(number).click()
            page = reviewer.opens("打开本事项")
            expect(page.locator("main")).to_contain_text("没有" if at else "登录")
            expect(reviewer.page.locator(".case")).to_have_count(0)
            expect(reviewer.page.locator(".page-notifications .alert")).to_have_count(0)
    town.work(number)
