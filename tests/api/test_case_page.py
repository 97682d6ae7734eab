"""The case page after submitting: who has it, until when, the live diagram and questions (R20, R66, F14)."""

from __future__ import annotations

import re
from typing import Any

import pytest

from onething.deadlines import clock_entry
from onething.modelling.live import Stand, marks
from onething.modelling.read import boxes, read_model
from onething.numbers import grouped
from onething.store import accounts, applications, audit, notices, outbox, procedures, questions
from onething.vocabulary import CaseState, Clock, DeliveryWay, ItemState
from tests.api.conftest import COMPANY, HOME, restaurant
from tests.modelling.hand import extra_step

WINDOW, REVIEWER, FIRE = "window-410105", "reviewer-market-410105", "reviewer-fire-410100"


def end(tools: Any, number: str, state: CaseState, item_state: ItemState | None = None) -> None:
    """Put the case straight into that state, as the workers leave it."""
    with tools.store.transaction() as session:
        case = applications.lock(session, number)
        case.state, case.closed_at = str(state), tools.clock.now()
        for row in case.items:
            if item_state:
                row.state, row.decided_at = str(item_state), tools.clock.now()


@pytest.fixture
def number(company: Any) -> str:
    return company.apply().json()["number"]


def test_it_says_who_has_the_case_since_when_and_until_when(company: Any, number: str) -> None:
    page = company.get(f"/cases/{number}").text
    held = page[page.index('class="card held"'):]
    held = held[:held.index("</section>")]
    assert "金水区综合受理窗口" in held
    assert "审查材料" in held
    assert "从 2026年11月23日 星期一 10:00 起" in held
    assert "收件审查" in held
    assert "接下来" in held
    assert "如何计算" in page


def test_each_department_is_named_while_they_decide(company: Any, number: str, take_in: Any) -> None:
    take_in(number)
    page = company.get(f"/cases/{number}").text
    held = page[page.index('class="card held"'):page.index("看流程图")]
    assert "市场监管部门" in held
    assert "消防救援机构" in held
    assert "决定是否受理“食品经营许可”" in held
    assert "按您选的“电子送达”送达" in held


def test_an_overdue_limit_is_not_hidden(person: Any, number: str, clock: Any) -> None:
    clock.move(days=3)
    page = person(COMPANY).get(f"/cases/{number}").text
    assert "收件审查已超期" in page[:page.index("看流程图")]


def test_nobody_has_a_case_that_has_ended(company: Any, number: str, tools: Any) -> None:
    end(tools, number, CaseState.COMPLETED, ItemState.APPROVED)
    page = company.get(f"/cases/{number}").text
    assert "现在谁在办" not in page
    assert "去评价" in page
    assert "就这个办件提问" not in page


def test_the_diagram_page_says_the_same_in_words_and_works_without_the_engine(company: Any, number: str) -> None:
    page = company.get(f"/cases/{number}/diagram").text
    assert "文字说明" in page
    for name in ("食品经营许可", "消防安全检查", "开业核查"):
        assert f"<td>{name}</td>" in page
    assert "金水区综合受理窗口" in page
    assert page.index("文字说明</h2>") < page.index("流程图</h2>"), "a phone shows little of the picture"
    for label in ("部门", "办到哪一步"):
        assert f'<td data-label="{label}">' in page
    assert "—" not in page[page.index("<tbody>"):page.index("</tbody>")]


def test_a_real_bundle_is_drawn_in_the_colours_of_the_case(company: Any, person: Any, number: str) -> None:
    assert person("demo-li-si").get(f"/cases/{number}/diagram").status_code == 404
    assert person().get(f"/cases/{number}/diagram").status_code == 401


def test_the_receipt_is_found_again_with_its_code_and_the_form(company: Any, number: str) -> None:
    assert f'href="/cases/{number}/receipt"' in company.get(f"/cases/{number}").text
    page = company.get(f"/cases/{number}/receipt").text
    assert 'aria-label="办件二维码"><svg' in page
    assert company.get(f"/cases/{number}/form.pdf").content.startswith(b"%PDF")


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_a_notice_gives_the_number_as_the_rest_of_the_page_does(company: Any, number: str, language: str) -> None:
    for path in (f"/cases/{number}", "/me"):
        page = company.get(path, params={"lang": language}).text
        assert grouped(number) in page
        assert not re.search(rf">[^<>]*{number}", page), path


MODEL = HOME / "bpmn" / "bundles" / "open-restaurant.bpmn"
CHOSEN = {
    "food-business-license": ItemState.ACCEPTED, "fire-safety-inspection": ItemState.RECEIVED,
    "urban-drainage-permit": ItemState.REFUSED,
}


def stood(**changes: Any) -> dict[str, str]:
    return marks(read_model(MODEL), Stand(**{"state": CaseState.IN_PROGRESS, "taken_in": True, "items": CHOSEN} | changes))


def test_marks_follow_the_states_of_the_store() -> None:
    found = stood(late=frozenset({"fire-safety-inspection"}))
    assert found["submitted"] == found["intake-call"] == "done"
    assert found["food-business-license-acceptance"] == "done"
    assert found["food-business-license-approval"] == "now"
    assert found["fire-safety-inspection-acceptance"] == "overdue"
    assert found["urban-drainage-permit-refused"] == "done"
    assert "urban-drainage-permit-certificate" not in found
    assert found["box-outdoor-advertising-permit"] == found["outdoor-advertising-permit-approval"] == "skipped"
    assert "delivery-call" not in found


def test_an_added_step_is_marked_and_the_decision_waits_for_it() -> None:
    item, model = "food-business-license", read_model(MODEL)
    extra_step(model, item, "现场\n勘验")
    extra_step(model, "urban-drainage-permit", "现场勘验", "Activity_8")

    def found(reached: dict[str, bool]) -> tuple[str | None, ...]:
        marked = marks(model, Stand(CaseState.IN_PROGRESS, True, CHOSEN, extra={item: reached}))
        return marked.get("Activity_9"), marked.get(f"{item}-approval"), marked.get("Activity_8")

    assert found({}) == (None, "now", None)
    assert found({"现场勘验": True}) == ("now", None, None)
    assert found({"现场勘验": False}) == ("done", "now", None)


def test_r91_an_added_step_is_on_the_page_of_staff_and_applicant(
    company: Any, person: Any, number: str, take_in: Any, tools: Any
) -> None:
    take_in(number)
    with tools.store.transaction() as session:
        row = procedures.start_step(
            session, number, "food-license", procedures.EXTRA, stops_clock=False, reason="现场勘验", at=tools.clock.now(),
            by="系统",
        )
        assert procedures.open_step(session, number, "food-license") is None, "no special step that its form could end"
        procedures.end_step(row, tools.clock.now(), REVIEWER, "整改后符合。书架已固定")
        assert not procedures.moved(session, number)
    for page in (company.get(f"/cases/{number}").text, person(REVIEWER).get(f"/staff/cases/{number}").text):
        card = page[page.index('id="item-food-license"'):]
        for said in ("现场勘验", "计入办理期限。", "整改后符合。书架已固定"):
            assert said in card
    [told] = company.get(f"/api/v1/applications/{number}").json()["items"][0]["procedures"]
    assert (told["label"], told["effect"], told["outcome"]) == ("现场勘验", "计入办理期限", "整改后符合。书架已固定")
    assert "On-site visit" in company.get(f"/cases/{number}", headers={"accept-language": "en"}).text


@pytest.mark.parametrize(("state", "node", "mark"), [
    (CaseState.SUBMITTED, "intake-call", "now"), (CaseState.CORRECTION, "intake-call", "waiting"),
    (CaseState.NOT_TAKEN, "not-taken-in", "done"), (CaseState.DELIVERING, "delivery-call", "now"),
    (CaseState.UNDELIVERED, "delivery-call", "waiting"), (CaseState.COMPLETED, "archived", "done"),
    (CaseState.WITHDRAWN, "case-withdrawn", "done"),
])
def test_every_state_of_a_case_has_its_place(state: CaseState, node: str, mark: str) -> None:
    assert stood(state=state)[node] == mark


def test_only_nodes_of_the_model_are_marked() -> None:
    """What is drawn by our own layout has every id that is marked, in all fifty bundles."""
    for path in sorted((HOME / "bpmn" / "bundles").glob("*.bpmn")):
        model = read_model(path)
        ids = {element.get("id") for element in model.iter() if isinstance(element.tag, str)}
        items = [item for item in boxes(model) if not item.startswith("block-")]
        found = marks(model, Stand(CaseState.COMPLETED, True, dict.fromkeys(items, ItemState.APPROVED)))
        assert {"submitted", "intake-call", "delivery-call", "archive", "archived"} <= ids, path.name
        assert all(f"{item}-approval" in ids and found[f"{item}-approval"] == "done" for item in items), path.name
        assert "now" not in found.values()


def ask(company: Any, number: str, office: str = REVIEWER, text: str = "什么时候现场核查？") -> Any:
    return company.send(f"/cases/{number}/questions", {"office": office, "question": text})


def test_a_question_reaches_its_office_and_the_answer_the_case(
    company: Any, person: Any, number: str, take_in: Any, tools: Any
) -> None:
    take_in(number)
    page = company.get(f"/cases/{number}/questions").text
    assert "市场监管部门" in page
    assert "综合受理窗口" in page
    assert ask(company, number).headers["location"] == f"/cases/{number}#questions"
    assert "等待答复" in company.get(f"/cases/{number}").text
    reviewer, other = person(REVIEWER), person(FIRE)
    assert "什么时候现场核查？" in reviewer.get("/staff/questions").text
    assert "什么时候现场核查？" not in other.get("/staff/questions").text
    with tools.store.reading() as session:
        [row] = questions.of_case(session, number)
        assert [entry.body["to"] for entry in outbox.keyed(session, f"question:{row.id}")] == [[REVIEWER]]
    url = f"/staff/cases/{number}/questions/{row.id}"
    assert url in reviewer.get(f"/staff/cases/{number}").text
    assert url not in other.get(f"/staff/cases/{number}").text
    assert other.send(url, {"answer": "我来答"}).status_code == 409
    assert reviewer.send(url, {"answer": " "}).status_code == 422
    assert reviewer.send(url, {"answer": "下周一上午，请安排人在场。"}).status_code == 303
    assert reviewer.send(url, {"answer": "再答一次"}).status_code == 409
    page = company.get(f"/cases/{number}").text
    assert "下周一上午，请安排人在场。" in page
    listed = company.get("/guidance").text
    assert f'href="/cases/{number}#questions"' in listed
    assert "已答复" in listed
    assert number not in person("demo-li-si").get("/guidance").text
    with tools.store.reading() as session:
        [told] = [row for row in notices.of_case(session, number) if "已有答复" in row.text]
        assert "下周一" not in told.text, "an SMS says that there is an answer, not what it is"
        assert outbox.keyed(session, f"sms:{told.key}")
        assert {"ask-on-case", "answer-question"} <= {row.action for row in audit.trail(session, number)}


def test_a_question_says_something_to_somebody_and_not_endlessly(company: Any, person: Any, number: str) -> None:
    assert "请写下您想问的问题" in ask(company, number, WINDOW, " ").text
    assert ask(company, number, FIRE).status_code == 422, "the department does not have it yet"
    assert ask(company, number, WINDOW, "问" * 501).status_code == 422
    assert [ask(company, number, WINDOW, f"第{n}问").status_code for n in range(4)] == [303, 303, 303, 409]
    assert "请等答复后再问" in company.get(f"/cases/{number}/questions").text
    assert ask(person("demo-li-si"), number, WINDOW).status_code == 404


def test_nothing_is_asked_on_an_ended_case(company: Any, number: str, tools: Any) -> None:
    end(tools, number, CaseState.WITHDRAWN, ItemState.WITHDRAWN)
    assert company.get(f"/cases/{number}/questions").status_code == 409
    assert ask(company, number, WINDOW).status_code == 409


def test_personal_centre_shows_what_is_there_and_what_to_do_when_nothing_is(company: Any, person: Any, number: str) -> None:
    page = company.get("/me").text
    assert "金水区综合受理窗口" in page
    assert f"/cases/{number}" in page
    empty = person("demo-li-si").get("/me").text
    assert "没有正在办理的办件" in empty
    assert "选一件事" in empty
    assert person(WINDOW).get("/me").status_code == 403


def test_what_waits_for_the_applicant_stands_first(company: Any, number: str, tools: Any) -> None:
    later = company.apply("second-key").json()["number"]
    assert "等您办理" not in company.get("/me").text
    end(tools, number, CaseState.CORRECTION)
    page = company.get("/me").text
    assert page.index("等您办理") < page.index(f"/cases/{number}/correction") < page.index("正在办理") < page.index(later)


@pytest.mark.parametrize("state", [CaseState.NOT_TAKEN, CaseState.WITHDRAWN, CaseState.EXPIRED])
def test_a_case_that_came_to_nothing_leads_to_a_new_one(state: CaseState, company: Any, number: str, tools: Any) -> None:
    end(tools, number, state, ItemState.NOT_TAKEN)
    page = company.get(f"/cases/{number}").text
    assert f'action="/cases/{number}/again"' in page
    assert page.index("重新申请") < page.index("评价这次办理")
    assert "会列在这里" not in page, "nothing comes any more"


def test_r111_applying_again_brings_along_what_was_said(company: Any, tools: Any) -> None:
    number = company.apply(
        answers={"signs": True}, items=["food-license", "fire-check"], delivery_way="courier",
        applicant=restaurant(company)["applicant"] | {"address": "郑州市金水区示例路 1 号"},
    ).json()["number"]
    early = company.send(f"/cases/{number}/again")
    assert early.status_code == 409
    end(tools, number, CaseState.WITHDRAWN, ItemState.WITHDRAWN)
    with tools.store.transaction() as session:
        case = applications.lock(session, number)
        case.form, case.form_sources = {"business_area": 60, "company_name": "郑州示例"}, {"company_name": "企业登记信息"}
    answer = company.send(f"/cases/{number}/again")
    draft_id = answer.headers["location"].split("/")[2]
    assert answer.headers["location"] == f"/drafts/{draft_id}/items"
    page = company.get(f"/drafts/{draft_id}/items").text
    assert page.count(" checked") >= 2
    with tools.store.reading() as session:
        draft = accounts.draft(session, draft_id, case.account_id).data
    assert (draft["items"], draft["answers"], draft["district"]) == (["food-license", "fire-check"], {"signs": True}, "410105")
    assert (draft["applicant"]["address"], draft["delivery_way"]) == ("郑州市金水区示例路 1 号", "courier")
    assert draft["form"].get("business_area") == 60
    assert "company_name" not in draft["form"], "the register is asked anew"
    assert "下一步：" in company.get("/cases").text


def test_r88_the_expected_end_is_that_of_what_is_left(company: Any, number: str, take_in: Any) -> None:
    take_in(number)
    told = re.compile("各项时限都用足时，(.*?) 前全部办结")
    before = told.search(company.get(f"/cases/{number}").text)
    answer = company.send(f"/cases/{number}/withdrawal", {"item": "food-license"})
    page = company.get(answer.headers["location"]).text
    assert "事项已撤回，其他事项继续办理" in page
    after = told.search(page)
    assert before is not None
    assert after is not None
    assert before[1] != after[1]


def test_who_would_leave_out_an_item_too_early_is_told_how(company: Any, number: str, take_in: Any) -> None:
    assert "收件以后才能只撤回其中一个事项" in company.get(f"/cases/{number}").text
    take_in(number)
    assert "收件以后才能只撤回其中一个事项" not in company.get(f"/cases/{number}").text


def test_r95_where_results_go_stands_on_the_case(company: Any, number: str) -> None:
    wish = {"delivery_mode": "unified", "delivery_way": "courier", "applicant.address": "郑州市金水区示例路 1 号"}
    company.send(f"/cases/{number}/delivery", wish)
    assert "寄到：郑州市金水区示例路 1 号" in company.get(f"/cases/{number}").text
    company.send(f"/cases/{number}/delivery", wish | {"delivery_way": "counter"})
    assert "领取地点：金水区政务服务中心发证窗口，地址：待核实。" in company.get(f"/cases/{number}").text


def test_who_collects_is_not_pressed_by_our_limit(company: Any, number: str, tools: Any) -> None:
    with tools.store.transaction() as session:
        applications.lock(session, number).delivery_way = str(DeliveryWay.COUNTER)
    end(tools, number, CaseState.DELIVERING, ItemState.APPROVED)
    page = company.get(f"/cases/{number}").text
    assert "等您到发证窗口领取；领取人请带本人身份证件" in page
    assert "送达：最晚" not in page


def test_an_ended_case_moves_to_the_ended_ones(company: Any, number: str, tools: Any) -> None:
    assert "<h2>正在办理 <" in company.get("/cases").text
    end(tools, number, CaseState.COMPLETED, ItemState.APPROVED)
    page = company.get("/cases").text
    assert "<h2>已经结束 <" in page
    assert "<h2>正在办理 <" not in page


def test_days_left_are_working_days(company: Any, number: str, take_in: Any, tools: Any) -> None:
    """From Monday the 23rd; Saturday and Sunday do not count."""
    take_in(number)
    with tools.store.transaction() as session:
        case = applications.lock(session, number)
        row = applications.item_of(case, "food-license")
        row.state, row.accepted_at = str(ItemState.ACCEPTED), tools.clock.now()
        due = tools.calendar.limit_due(tools.clock.now(), 9)
        applications.start_clock(session, number, Clock.PROMISED, "food-license", tools.clock.now(), clock_entry(due))
    page = company.get(f"/cases/{number}").text
    left = tools.calendar.remaining_working_days(tools.clock.now(), due.due)
    assert (due.due.date() - tools.clock.now().date()).days > left
    assert f"承诺办结时限：还剩 {left} 个工作日" in page


def test_the_receipt_of_an_ended_case_promises_nothing(company: Any, number: str, tools: Any) -> None:
    assert "综合受理窗口审查材料" in company.get(f"/cases/{number}/receipt").text
    end(tools, number, CaseState.WITHDRAWN, ItemState.WITHDRAWN)
    page = company.get(f"/cases/{number}/receipt").text
    assert "您已撤回这个办件" in page
    assert "综合受理窗口审查材料" not in page


def test_r95_a_change_of_delivery_is_confirmed(company: Any, number: str) -> None:
    answer = company.send(f"/cases/{number}/delivery", {"delivery_mode": "unified", "delivery_way": "counter"})
    assert "领取方式已更改" in company.get(answer.headers["location"].partition("#")[0]).text
    assert "领取方式已更改" not in company.get(f"/cases/{number}").text
