"""The counter's screen: its queue by deadline, its search, its keyboard, and who may see it (R38, R49, R52, R97)."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from onething.store import applications, audit
from onething.vocabulary import CaseState

STATIC = Path(__file__).resolve().parents[2] / "api" / "pages" / "static"


@pytest.fixture
def clerk(person: Any) -> Any:
    return person("window-410105")


@pytest.fixture
def numbers(company: Any, clock: Any) -> list[str]:
    """Three cases one after the other; the last in another district."""
    found = [company.apply("first-key").json()["number"]]
    clock.move(minutes=20)
    found.append(company.apply("second-key").json()["number"])
    found.append(company.apply("third-key", district="410100").json()["number"])
    return found


def lines(page: str) -> list[str]:
    return re.findall(r'data-line href="/staff/window/([0-9A-Z]+)', page)


def test_r52_the_queue_is_the_districts_own_and_the_soonest_is_first(
    clerk: Any, person: Any, numbers: list[str], clock: Any
) -> None:
    page = clerk.get("/staff/window").text
    assert lines(page) == numbers[:2]
    assert "还剩 1 小时 40 分" in page
    assert all(f"尾号 {one[-4:]}" in page for one in numbers[:2]), "cases of one applicant are told apart"
    assert page.index('data-key="n"') < page.index("data-line"), "above a queue of any length"
    assert lines(clerk.get("/staff/window?show=intake-review").text) == numbers[:2]
    assert lines(clerk.get("/staff/window?show=digitising").text) == []
    clock.move(hours=5)
    assert "已超期" in person("window-410105").get("/staff/window").text


def test_who_does_not_work_at_the_counter_sees_nothing_of_it(person: Any, numbers: list[str]) -> None:
    for subject, status in (("demo-restaurant", 403), ("reviewer-market-410105", 403), ("", 401)):
        assert person(subject).get("/staff/window").status_code == status
        assert person(subject).get(f"/staff/window/{numbers[0]}").status_code == status
    own = person("window-410105")
    foreign, none = (own.get(f"/staff/window/{one}") for one in (numbers[2], "NONE"))
    assert foreign.status_code == none.status_code == 404
    assert foreign.text.replace(numbers[2], "NONE") == none.text
    stranger = person("window-410100")
    for address in ("acts/intake-review", "scans/plan", "correction", "paper-reply"):
        assert stranger.send(f"/staff/window/{numbers[0]}/{address}").status_code == 404, address
    for address in ("slip.pdf", "label.pdf", "papers/x"):
        assert stranger.get(f"/staff/window/{numbers[0]}/{address}").status_code == 404, address


def test_a_file_of_another_case_is_not_shown_under_this_one(clerk: Any, numbers: list[str]) -> None:
    other = clerk.get(f"/staff/window/{numbers[1]}").text
    document = re.search(r"/documents/([0-9a-f-]+)/view", other)
    assert document
    assert clerk.get(f"/staff/window/{numbers[1]}/papers/{document[1]}").status_code == 200
    assert clerk.get(f"/staff/window/{numbers[0]}/papers/{document[1]}").status_code == 404


@pytest.mark.parametrize("text", ["示例餐饮", "000T", "0004"])
def test_a_case_is_found_by_name_and_by_the_last_four(clerk: Any, numbers: list[str], text: str) -> None:
    assert set(lines(clerk.get(f"/staff/window?q={text}").text)) == set(numbers[:2])


def test_s25_who_saw_a_name_in_a_search_is_on_record_once(clerk: Any, numbers: list[str], tools: Any, person: Any) -> None:
    for _ in range(2):
        clerk.get("/staff/window?q=示例餐饮")
    with tools.store.reading() as session:
        seen = [[row.actor for row in audit.trail(session, number) if row.action == "find-case"] for number in numbers]
    assert seen[:2] == [["window-410105"], ["window-410105"]]
    assert not any(seen[2:])
    assert "查找时看到办件" in person("demo-restaurant").get("/me/data").text


def test_a_number_opens_its_case_and_little_finds_nothing(clerk: Any, numbers: list[str]) -> None:
    assert clerk.get(f"/staff/window?q={numbers[0]}").headers["location"] == f"/staff/window/{numbers[0]}"
    read_aloud = f"{numbers[0][:6]} {numbers[0][6:14]} {numbers[0][14:-1].replace('0', 'O')} {numbers[0][-1].lower()}"
    assert clerk.get(f"/staff/window?q={read_aloud}").headers["location"].endswith(numbers[0])
    assert clerk.get(f"/staff/window?q={numbers[0][-8:]}").headers["location"].endswith(numbers[0])
    for text in ("示", "0", "4", numbers[2]):
        page = clerk.get(f"/staff/window?q={text}").text
        assert lines(page) == [], text
        assert "没有找到" in page


def test_the_token_of_the_login_is_asked_for(clerk: Any, numbers: list[str]) -> None:
    answer = clerk.client.post(f"/staff/window/{numbers[0]}/acts/intake-review", data={"csrf": "wrong"})
    assert answer.status_code == 403


def test_every_shortcut_on_the_list_has_its_place_and_nothing_is_inline(clerk: Any, numbers: list[str]) -> None:
    """`?` shows them; each letter leads somewhere on one of the pages, the rest is in window.js."""
    pages = clerk.get("/staff/window").text + clerk.get(f"/staff/window/{numbers[0]}").text
    keys = set(re.findall(r'data-key="(.)"', pages))
    assert {"/", "?", "1", "6", "o", "n", "m", "a", "d"} <= keys
    script = (STATIC / "window.js").read_text(encoding="utf-8")
    assert all(f'"{key}"' in script for key in ("j", "k", "Enter"))
    assert "快捷键" in pages
    assert not re.search(r"<script(?![^>]*\bsrc=)|\son\w+=|\sstyle=", pages)


def test_cases_that_wait_for_their_applicant_are_listed(tools: Any, person: Any, company: Any, clerk: Any) -> None:
    """Somebody comes back with the papers: the clerk need not search."""
    number = company.apply().json()["number"]
    with tools.store.transaction() as session:
        applications.get(session, number).state = str(CaseState.CORRECTION)
    page = clerk.get("/staff/window").text
    assert "等申请人补正（1）" in page
    assert f'href="/staff/window/{number}"' in page.split("等申请人补正")[1]
    assert "等申请人补正" not in person("window-410100").get("/staff/window").text


def test_who_comes_with_the_whole_number_is_found_however_old_the_case_is(
    clerk: Any, numbers: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("onething.store.window.NEWEST", 1)
    found = lines_found(clerk.get("/staff/window", params={"q": "91410100MA0000000T"}).text)
    assert found == [numbers[1], numbers[0]], "not the one of another district"
    nothing = clerk.get("/staff/window", params={"q": "没有这个人"}).text
    assert "只在最近 1 个办件中查找" in nothing


def lines_found(page: str) -> list[str]:
    return re.findall(r'data-line href="/staff/window/([0-9A-Z]+)"', page)
