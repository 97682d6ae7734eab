"""好差评: five grades, optional, once per case, without a name for the department (R121)."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from onething.catalogue.ratings import Ratings, ratings_of
from onething.errors import InvalidInput, NotFound, Unavailable
from onething.gateways import DemoGateway, Gateways
from onething.ratings import check_grade, known_answers, may_rate
from onething.store import accounts, applications, deliveries, everything, notices, ratings
from onething.vocabulary import CaseState, DeliveryState, Grade, ItemState
from tests.api.conftest import BASE, COMPANY, HOME
from tests.api.test_case_page import end
from workers.delivery import _all_handed_over
from workers.relay import Relay

REVIEWER, FIRE = "reviewer-market-410105", "reviewer-fire-410100"


@pytest.fixture
def ended(company: Any, tools: Any) -> str:
    number = company.apply().json()["number"]
    end(tools, number, CaseState.COMPLETED, ItemState.APPROVED)
    return number


@pytest.fixture
def link(ended: str, tools: Any) -> str:
    """As the SMS about the result carries it."""
    with tools.store.transaction() as session:
        notices.give(session, tools.clock.now(), ended, "delivered", "办理结果已送达。")
        ratings.offer(session, tools.clock.now(), ended, notices.key_of(ended, "delivered"))
        return ratings.token_of_notice(session, notices.key_of(ended, "delivered"))


class Away:
    """No engine answers; what needs none goes out all the same."""

    def start_process(self, *_: Any) -> None:
        raise Unavailable("流程引擎暂时不可用；请稍后再试")


def kept(tools: Any, number: str) -> Any:
    with tools.store.reading() as session:
        return ratings.given(session, number)


def test_r121_five_grades_each_with_one_to_three_questions_of_a_version() -> None:
    found = ratings_of(HOME)
    assert [grade.label for grade in Grade] == ["非常满意", "满意", "基本满意", "不满意", "非常不满意"]
    assert {grade: 1 <= len(asked) <= 3 for grade, asked in found.grades.items()} == dict.fromkeys(Grade, True)
    with pytest.raises(ValueError, match="一至三个"):
        Ratings.model_validate({"version": 2, "grades": {"satisfied": []}})


def test_only_after_the_end_or_a_refusal() -> None:
    assert not may_rate(CaseState.IN_PROGRESS, [ItemState.ACCEPTED])
    assert may_rate(CaseState.IN_PROGRESS, [ItemState.ACCEPTED, ItemState.REFUSED])
    assert may_rate(CaseState.NOT_TAKEN, [ItemState.NOT_TAKEN])


def test_answers_are_those_of_the_grade() -> None:
    ticked = {"good": ["fast", "nonsense"], "wrong": ["slow"]}
    assert known_answers(ratings_of(HOME), Grade.VERY_SATISFIED, ticked) == {"good": ["fast"]}
    with pytest.raises(InvalidInput):
        check_grade("excellent")


def test_of_answers_that_exclude_each_other_one_counts(company: Any, ended: str, tools: Any) -> None:
    url = f"/cases/{ended}/rating"
    page = company.get(f"{url}?grade=dissatisfied").text
    assert re.findall(r'type="(\w+)" name="q\.(\w+)"', page) == [("checkbox", "wrong")] * 7 + [("radio", "visits")] * 4
    company.send(url, {"grade": "dissatisfied", "q.visits": ["none", "twice"], "q.wrong": ["slow", "late"]})
    assert kept(tools, ended).answers == {"wrong": ["slow", "late"], "visits": ["none"]}


def test_the_page_asks_the_grade_first_and_then_what_fits_it(company: Any, ended: str, tools: Any) -> None:
    url = f"/cases/{ended}/rating"
    page = company.get(url).text
    assert all(grade.label in page for grade in Grade)
    assert "哪里没有做好？" not in page
    second = company.get(f"{url}?grade=dissatisfied").text
    assert "哪里没有做好？" in second
    sent = {"grade": "dissatisfied", "q.wrong": ["slow", "unclear"], "q.visits": "twice", "text": " 来回跑 "}
    assert company.send(url, sent).headers["location"] == "/rating/thanks"
    assert "谢谢您的评价" in company.get("/rating/thanks").text
    row = kept(tools, ended)
    assert (row.grade, row.answers, row.text) == ("dissatisfied", {"wrong": ["slow", "unclear"], "visits": ["twice"]}, "来回跑")
    assert (row.questions_version, row.channel, row.district) == (ratings_of(HOME).version, "page", "410105")
    assert row.offices == [FIRE, REVIEWER]
    assert company.send(url, sent).status_code == 409
    assert "您已于" in company.get(f"/cases/{ended}").text


def test_it_is_optional_and_waits_for_the_end(company: Any, person: Any, tools: Any) -> None:
    number = company.apply().json()["number"]
    assert company.get(f"/cases/{number}/rating").status_code == 409
    assert company.send(f"/cases/{number}/rating", {"grade": "satisfied"}).status_code == 409
    assert "去评价" not in company.get(f"/cases/{number}").text
    assert person("demo-li-si").get(f"/cases/{number}/rating").status_code == 404
    assert kept(tools, number) is None


def test_a_grade_alone_is_enough_and_none_is_not(company: Any, ended: str, tools: Any) -> None:
    url = f"/cases/{ended}/rating"
    missing = company.send(url, {})
    assert (missing.status_code, "请选择一个评价等级" in missing.text) == (422, True)
    assert company.send(url, {"grade": "satisfied", "text": "长" * 501}).status_code == 422
    assert kept(tools, ended) is None
    assert company.send(url, {"grade": "satisfied"}).status_code == 303
    assert kept(tools, ended).answers == {}


def test_the_link_of_the_sms_needs_no_login_and_works_once(person: Any, ended: str, link: str, tools: Any) -> None:
    anybody = person()
    page = anybody.get(f"/rate/{link}").text
    assert "“开饭店”办得怎么样？" in page
    assert ended not in page.replace(" ", "")
    assert "郑州示例餐饮" not in page
    answer = anybody.client.post(f"/rate/{link}", data={"grade": "very-satisfied", "q.good": "fast"})
    assert answer.headers["location"] == "/rating/thanks"
    assert (kept(tools, ended).channel, kept(tools, ended).answers) == ("sms", {"good": ["fast"]})
    for again in (anybody.get(f"/rate/{link}"), anybody.client.post(f"/rate/{link}", data={"grade": "satisfied"})):
        assert again.status_code == 404
    unknown = anybody.get("/rate/does-not-exist")
    assert (unknown.status_code, "链接已经用过或者失效" in unknown.text) == (404, True)


def test_a_fault_does_not_use_the_link_up(person: Any, link: str) -> None:
    anybody = person()
    assert anybody.client.post(f"/rate/{link}", data={"grade": ""}).status_code == 422
    assert anybody.get(f"/rate/{link}").status_code == 200


def test_the_link_ends_after_thirty_days(person: Any, link: str, clock: Any) -> None:
    clock.move(days=31)
    assert person().get(f"/rate/{link}").status_code == 404


def test_r121_once_whichever_way_comes_first(company: Any, person: Any, ended: str, link: str, tools: Any) -> None:
    assert company.send(f"/cases/{ended}/rating", {"grade": "satisfied"}).status_code == 303
    assert person().get(f"/rate/{link}").status_code == 404
    assert person().client.post(f"/rate/{link}", data={"grade": "basic"}).status_code == 404
    assert (kept(tools, ended).channel, kept(tools, ended).grade) == ("page", "satisfied")


def test_r121_who_rated_by_the_link_is_not_asked_again_on_the_page(company: Any, person: Any, ended: str, link: str) -> None:
    assert person().client.post(f"/rate/{link}", data={"grade": "basic"}).status_code == 303
    assert company.get(f"/cases/{ended}/rating").status_code == 409
    assert company.send(f"/cases/{ended}/rating", {"grade": "satisfied"}).status_code == 409
    page = company.get(f"/cases/{ended}").text
    assert "您已于" in page
    assert "去评价" not in page


def test_r121_two_at_the_same_moment_are_one(company: Any, person: Any, ended: str, link: str, tools: Any) -> None:
    """By the link and on the page at once: the case is locked before it is asked whether there is one."""
    ways = [
        lambda: company.send(f"/cases/{ended}/rating", {"grade": "satisfied"}).status_code,
        *[lambda: person().client.post(f"/rate/{link}", data={"grade": "basic"}).status_code] * 3,
    ]
    with ThreadPoolExecutor(len(ways)) as pool:
        answers = [each.result() for each in [pool.submit(way) for way in ways]]
    assert answers.count(303) == 1, answers
    with tools.store.reading() as session:
        assert len(ratings.about(session, [REVIEWER])) == 1


def test_departments_read_what_was_said_and_not_who_said_it(company: Any, person: Any, ended: str, tools: Any) -> None:
    company.send(f"/cases/{ended}/rating", {"grade": "very-dissatisfied", "q.wrong": "late", "text": "等得太久"})
    page = person(REVIEWER).get("/staff/ratings").text
    assert "等得太久" in page
    assert "超过承诺时限" in page
    assert "2026年11月" in page
    assert "等得太久" in person(FIRE).get("/staff/ratings").text
    with tools.store.reading() as session:
        account = next(row for row in accounts.all_accounts(session) if row.subject == COMPANY)
    for secret in (ended, account.name, account.id_no, account.phone, "23日"):
        assert secret not in page.replace(" ", "")
    assert "等得太久" not in person("window-410105").get("/staff/ratings").text
    assert company.get("/staff/ratings").status_code == 403


def test_neither_archive_nor_staff_page_tells_who_rated(company: Any, person: Any, ended: str, link: str, tools: Any) -> None:
    company.send(f"/cases/{ended}/rating", {"grade": "very-dissatisfied", "text": "等得太久"})
    with tools.store.reading() as session:
        assert not {"rating", "rating_link"} & everything.of_case(session, ended).keys()
    page = person(REVIEWER).get(f"/staff/cases/{ended}").text
    assert "等得太久" not in page
    assert link not in page


def test_the_sms_about_the_last_result_carries_the_link_and_nothing_else_does(
    company: Any, ended: str, link: str, tools: Any, tmp_path: Path
) -> None:
    named = {name: DemoGateway(name, tmp_path) for name in ("sms", "platform", "hotline", "courier", "sharing", "licences")}
    Relay(tools, Away(), Gateways(**named)).work_once()  # type: ignore[arg-type]
    told = named["sms"].path.read_text(encoding="utf-8")
    assert f"办理结果已送达。请评价：{BASE}/rate/{link}" in told
    assert told.count("/rate/") == 1
    assert link not in company.get(f"/cases/{ended}").text, "the page needs a login and has its own way"


def test_only_the_last_result_asks(ended: str, tools: Any) -> None:
    with tools.store.transaction() as session:
        case = applications.lock(session, ended)
        rows = deliveries.prepare(session, ended, [row.item for row in case.items], "")
        for row in rows[:-1]:
            row.state = str(DeliveryState.DELIVERED)
        assert not _all_handed_over(session, case), "one result still lies at the window"
        rows[-1].state = str(DeliveryState.DELIVERED)
        assert _all_handed_over(session, case)
        case.items[0].state = str(ItemState.ACCEPTED)
        assert not _all_handed_over(session, case), "one item is still undecided"
        session.rollback()


def test_s20_who_reads_the_table_of_links_cannot_rate(link: str, ended: str, tools: Any) -> None:
    """A hash is kept; the SMS gets the same token each time it is tried, and another store's keys give another."""
    with tools.store.reading() as session:
        key = notices.key_of(ended, "delivered")
        assert ratings.token_of_notice(session, key) == link
        assert ratings.token_of_notice(session, notices.key_of(ended, "submitted")) == ""
        row = ratings.open_link(session, link, tools.clock.now())
        assert link not in str(row.facts())
        for known in row.facts().values():
            with pytest.raises(NotFound):
                ratings.open_link(session, str(known), tools.clock.now())
