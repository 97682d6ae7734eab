"""Who has many cases waits no longer than who has few: lists come a page at a time, and ask as often whatever they show."""

from __future__ import annotations

import re
from typing import Any

import pytest
from sqlalchemy import event

from api.case_view import view
from api.glance import glances
from api.holding import holdings
from api.paging import pages
from onething.bootstrap import Tools
from onething.store import applications, certificates
from onething.vocabulary import CaseState, ItemState
from tests.api.test_pages import look
from workers import clocks

MANY = 45


@pytest.fixture
def many(company: Any) -> list[str]:
    """Numbers of one company's cases, newest first."""
    return [company.apply(f"long-list-{count}").json()["number"] for count in range(MANY)][::-1]


def shown(page: str) -> list[str]:
    return re.findall(r'<h3><a href="/cases/([0-9A-Z]+)"', page)


def end(tools: Tools, numbers: list[str], certificate: bool = False) -> None:
    """As if the applicant had withdrawn, or been granted something."""
    with tools.store.transaction() as session:
        for number in numbers:
            row = applications.lock(session, number)
            applications.set_case_state(row, CaseState.WITHDRAWN)
            if certificate:
                today = tools.clock.now().date()
                made = certificates.reserve(
                    session, number, "food-license", "s", lambda count: f"C{count:03}", title="许可证", holder="某公司",
                    issuer="市场监管部门", issued_on=today,
                )
                certificates.publish(made, None)  # type: ignore[arg-type]


@pytest.mark.parametrize(("asked", "number"), [
    ("", 1), ("1", 1), ("2", 2), ("3", 3), ("4", 3), ("999999999999999999999", 3), ("0", 1), ("-1", 1), ("２", 1), ("x", 1),
])
def test_an_address_always_shows_a_page_there_is(asked: str, number: int) -> None:
    page = pages(asked, MANY)
    assert (page.number, page.last, page.skip) == (number, 3, (number - 1) * 20)
    assert pages(asked, 0).number == pages(asked, 0).last == 1


def test_every_case_is_on_one_page_of_the_list(company: Any, many: list[str]) -> None:
    found = [look(company, f"/cases?open={page}") for page in (1, 2, 3)]
    assert [len(shown(page)) for page in found] == [20, 20, 5]
    assert [number for page in found for number in shown(page)] == many
    assert "第 2 页，共 3 页" in found[1]
    assert all(f'href="?open={page}"' in found[1] for page in (1, 3))
    assert 'rel="next"' not in found[2]
    assert 'rel="prev"' not in found[0]


def test_open_and_ended_ones_are_paged_each_by_itself(company: Any, many: list[str], tools: Tools) -> None:
    end(tools, many[:22])
    page = look(company, "/cases?ended=2")
    assert shown(page) == many[22:42] + many[20:22]
    assert "全部 23 个正在办理的办件" in look(company, "/me")
    assert shown(look(company, "/me")) == many[22:27] + many[:5]


def test_certificates_come_a_page_at_a_time(company: Any, many: list[str], tools: Tools) -> None:
    end(tools, many[:21], certificate=True)
    assert look(company, "/me/certificates").count('<li class="certificate"') == 20
    assert look(company, "/me/certificates?page=2").count('<li class="certificate"') == 1
    asked = [company.get(f"/api/v1/certificates?size=20&page={page}").json() for page in (1, 2, 3)]
    assert [row["number"] for rows in asked for row in rows] == many[:21]


def test_the_api_gives_pages_too(company: Any, many: list[str]) -> None:
    asked = [company.get(f"/api/v1/applications?size=30&page={page}").json() for page in (1, 2, 3)]
    assert [row["number"] for rows in asked for row in rows] == many
    assert [len(rows) for rows in asked] == [30, 15, 0]
    assert len(company.get("/api/v1/applications").json()) == MANY
    assert company.get("/api/v1/applications?size=101").status_code == 422


def test_the_terminal_shows_the_newest_and_opens_others_by_number(company: Any, many: list[str]) -> None:
    page = look(company, "/terminal/cases")
    assert re.findall(r'href="/terminal/cases/([0-9A-Z]+)"', page) == many[:20]
    assert "更早的请扫回执上的二维码" in page
    assert company.get(f"/terminal/cases?number={many[-1]}").headers["location"] == f"/terminal/cases/{many[-1]}"


@pytest.mark.parametrize(("who", "address"), [
    ("demo-restaurant", "/cases"), ("demo-restaurant", "/me"), ("demo-restaurant", "/me/certificates"),
    ("window-410105", "/staff/window"), ("supervisor-410105", "/staff/supervision"),
])
def test_the_database_is_asked_as_often_for_many_as_for_few(
    person: Any, company: Any, tools: Tools, take_in: Any, who: str, address: str
) -> None:
    asked: list[str] = []
    event.listen(tools.store.engine, "before_cursor_execute", lambda _c, _u, statement, *_: asked.append(statement))
    reader, questions = person(who), []
    for more in (6, 12):
        for count in range(more):
            company.apply(f"questions-{more}-{count}")
        look(reader, address)
        asked.clear()
        look(reader, address)
        questions.append(len(asked))
    assert questions[0] == questions[1], asked


def test_a_list_says_the_same_as_the_page_of_who_has_a_case(company: Any, tools: Tools, take_in: Any) -> None:
    numbers = [company.apply(f"who-has-it-{count}", delivery_mode=mode).json()["number"] for count, mode in enumerate(
        ["unified", "separate", "unified", "unified", "unified"]
    )]
    for number in numbers[1:]:
        take_in(number)
    with tools.store.transaction() as session:
        rows = [applications.lock(session, number) for number in numbers]
        clocks.start_handling(session, tools, rows[1], "food-license", tools.clock.now())
        applications.set_item_state(rows[1].items[0], ItemState.ACCEPTED)
        for entry in rows[2].items:
            applications.set_item_state(entry, ItemState.ACCEPTED)
            applications.set_item_state(entry, ItemState.APPROVED)
        applications.set_case_state(rows[3], CaseState.DELIVERING)
        applications.set_case_state(rows[4], CaseState.WITHDRAWN)
    with tools.store.reading() as session:
        rows = applications.several(session, numbers)
        found = [holdings(one) for one in glances(session, tools, rows)]
        assert found == [holdings(view(session, tools, row)) for row in rows]
    assert sorted(map(len, found)) == [0, 1, 1, 1, 3]
