"""The engine is down: pages say so plainly, reading works, what is handed in is kept and starts later (F01)."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from api import engine_notice
from onething.store import outbox, troubles
from workers.pulse import Pulse

TRADE = {"name": "郑州样板商贸有限公司（演示）", "id_no": "91410100MA0000001X", "phone": "13800000005"}
ZH, EN = "办理系统正在恢复", "The case system is being restored"


@pytest.fixture
def pulse(tools: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr(engine_notice, "KEPT_SECONDS", 0.0)
    engine = SimpleNamespace(answers=True, health=lambda: engine.answers)
    return Pulse(tools, engine)


def test_f01_pages_say_that_the_engine_is_away_and_that_it_is_back(company: Any, person: Any, tools: Any, pulse: Any) -> None:
    number = company.apply().json()["number"]
    pulse.engine.answers = False
    pulse.beat()
    assert ZH not in company.get("/").text, "one missed beat is none"
    pulse.beat()
    for path in ("/", f"/cases/{number}", f"/cases/{number}/receipt", "/login"):
        assert ZH in company.get(path).text, path
    assert EN in company.get("/?lang=en").text
    again = person("demo-trade").apply(applicant=TRADE)
    assert again.status_code == 201, "handed in all the same"
    with tools.store.reading() as session:
        assert outbox.keyed(session, f"start:{again.json()['number']}")
        assert [row.key for row in troubles.standing(session)] == [troubles.ENGINE_AWAY]
    pulse.engine.answers = True
    pulse.beat()
    assert ZH not in company.get("/").text
    with tools.store.reading() as session:
        assert troubles.standing(session) == []


def test_f01_silent_workers_are_told_like_an_engine_that_is_away(
    company: Any, tools: Any, pulse: Any, clock: Any
) -> None:
    clock.move(minutes=5)
    assert ZH not in company.get("/").text, "nobody has said anything yet: nothing is known"
    pulse.beat()
    clock.move(seconds=59)
    assert ZH not in company.get("/").text
    clock.move(seconds=2)
    assert ZH in company.get("/").text, "engine and workers stopped together: nobody was left to write it down"
    Pulse(tools, pulse.engine).beat()
    assert ZH not in company.get("/").text


def test_a_beat_of_an_engine_that_answers_opens_no_trouble(tools: Any, pulse: Any) -> None:
    for answers in (True, False, True, True):
        pulse.engine.answers = answers
        pulse.beat()
    with tools.store.reading() as session:
        assert session.get(troubles.Trouble, troubles.ENGINE_AWAY) is None
