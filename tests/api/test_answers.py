"""Question and answer on the real catalogue, as a page and in the API: public, cited, honest (R28, R30, R35, R37)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from html import unescape
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from onething.bootstrap import Tools
from onething.catalogue import load_catalogue
from onething.deadlines import FixedClock, WorkCalendar
from onething.settings import Settings
from onething.store import Store, knowledge
from tests.api.test_pages import Outline

HOME = Path(__file__).resolve().parent.parent.parent
HEALTH = "饭店服务员都得办健康证不"
WEATHER = "今天天气怎么样"
NEAR = "我家楼下那个网吧的招牌颜色太亮了，能换成别的颜色吗"


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tools]:
    var = tmp_path_factory.mktemp("answers")
    settings = Settings(home=HOME, var=var)
    store = Store(settings.store_url, var / "files")
    store.migrate()
    calendar = WorkCalendar.load(HOME / "catalogue" / "calendars", provisional=True)
    clock = FixedClock(datetime(2026, 11, 23, 2, 0, tzinfo=UTC))
    yield Tools(settings=settings, store=store, catalogue=load_catalogue(HOME), calendar=calendar, clock=clock)
    store.close()


@pytest.fixture(scope="module")
def client(real: Tools) -> TestClient:
    return TestClient(create_app(real), base_url="http://127.0.0.1:8000", raise_server_exceptions=False)


def page(client: TestClient, **query: str) -> str:
    answer = client.get("/answers", params=query)
    assert answer.status_code == 200
    return answer.text


def test_r28_the_start_page_leads_to_question_and_answer(client: TestClient) -> None:
    assert 'href="/answers"' in client.get("/").text
    assert "/answers?q=" in client.get("/?q=健康证").text
    assert "/answers?q=" in page(client), "popular questions"


def test_r28_r37_the_page_answers_and_cites_the_guide(client: TestClient, real: Tools) -> None:
    text, slug = page(client, q=HEALTH), "open-restaurant"
    for words in ("店里每个人都要有健康证明吗？", "市场监管部门", "食品安全法", "待核实", real.catalogue.version(slug)):
        assert words in text
    version = f"/bundles/{slug}/versions#v-{real.catalogue.version(slug)}"
    for link in (f"/bundles/{slug}", version, f"/bundles/{slug}/ask", "tel:12345"):
        assert f'href="{link}"' in text
    assert "不知道" not in text
    assert "<script>" not in text


def test_r28_the_page_says_so_when_it_does_not_know(client: TestClient) -> None:
    text = page(client, q=WEATHER)
    for words in ("没有找到答案", "暂时没有", "tel:12345", "常见问题", 'href="/"'):
        assert words in text
    assert "选一件事咨询" in text
    assert "<article" not in text
    near = page(client, q=NEAR)
    assert "没有找到答案" in near
    assert 'href="/bundles/open-internet-cafe/ask"' in near


def test_r27_the_district_travels_with_the_question(client: TestClient, real: Tools) -> None:
    local = real.catalogue.in_district("410105")
    slug = next((slug for slug in local.bundles if local.version(slug) != real.catalogue.version(slug)), "newborn")
    question = f"{local.bundle(slug).short_name} {local.knowledge[slug].entries[0].question}"
    text = page(client, q=question, district="410105")
    assert local.version(slug) in text
    assert f"/bundles/{slug}?district=410105" in text
    assert 'name="district" value="410105"' in text
    assert client.get("/answers", params={"q": "x", "district": "999999"}).status_code == 422
    body = client.get("/api/v1/answers", params={"q": question, "district": "410105"}).json()
    assert body["answers"][0]["guide_version"] == local.version(slug)


def test_r28_r37_the_api_answers_without_login(client: TestClient, real: Tools) -> None:
    answer = client.get("/api/v1/answers", params={"q": HEALTH})
    assert answer.status_code == 200
    body = answer.json()
    assert body["known"] is True
    assert body["district"] == "410100"
    first = body["answers"][0]
    assert first["bundle"] == "open-restaurant"
    assert first["guide"] == "/bundles/open-restaurant"
    assert client.get(first["guide"]).status_code == 200
    assert first["guide_version"] == real.catalogue.version("open-restaurant")
    assert first["confirmed"] is False
    assert 0 < first["sureness"] <= 1
    unknown = client.get("/api/v1/answers", params={"q": WEATHER}).json()
    assert (unknown["known"], unknown["answers"]) == (False, [])
    assert "没有这个问题的答案" in unknown["advice"]
    assert client.get("/api/v1/answers", params={"q": NEAR}).json()["related"][0]["ask"] == "/bundles/open-internet-cafe/ask"


@pytest.mark.parametrize("query", [{}, {"q": ""}, {"q": "问" * 201}, {"q": "x", "district": "1' OR 1=1"}], ids=range(4))
def test_the_api_refuses_what_is_too_long_or_missing(client: TestClient, query: dict[str, str]) -> None:
    answer = client.get("/api/v1/answers", params=query)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("question", [
    '" OR * NEAR(', "<img src=x onerror=alert(1)>", "'; DROP TABLE knowledge_entry; --", "\0", "问" * 5000, "%00%",
    "{{ 7*7 }}", "🙂",
], ids=range(8))
def test_hostile_questions_do_no_harm(client: TestClient, real: Tools, question: str) -> None:
    text = page(client, q=question)
    assert "<img" not in text
    assert "49" not in unescape(text).split("</form>")[0].split("<form")[-1]
    assert ("只按前 200 个字查找" in text) == (len(question) > 200)
    refused = "\0" in question  # no database would take it
    assert client.get("/api/v1/answers", params={"q": question[:200]}).status_code == (422 if refused else 200)
    with real.store.reading() as session:
        assert knowledge.size(session) > 0


def test_r30_the_front_door_follows_the_catalogue_when_it_starts(real: Tools, tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path / 'store.db'}", tmp_path / "files")
    store.migrate()
    entry = real.catalogue.knowledge["newborn"].entries[0].model_copy(update={"answer": "改过的答案。"})
    known = real.catalogue.knowledge["newborn"].model_copy(update={"entries": (entry,)})
    changed = replace(real.catalogue, knowledge={"newborn": known}, versions={}, local={})
    for catalogue, words in ((real.catalogue, entry.answer), (changed, "改过的答案。")):
        tools = replace(real, store=store, catalogue=catalogue)
        client = TestClient(create_app(tools), base_url="http://127.0.0.1:8000")
        text = page(client, q=f"孩子出生 {entry.question}")
        assert catalogue.version("newborn") in text
        assert ("改过的答案。" in text) == (catalogue is changed), words
    store.close()


def test_the_page_is_sound_for_readers_of_its_outline(client: TestClient) -> None:
    for query in ({}, {"q": HEALTH}, {"q": WEATHER}, {"q": NEAR, "district": "410105"}, {"q": "问" * 201}):
        Outline(page(client, **query)).check(str(query))
