"""流程图 of a case shows the version of the model that the case runs on, not the file of today (F14)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from api.glance import glances
from api.live_diagram import diagram
from onething.engine.case_model import CaseModels
from onething.store import applications
from simulation.town import Town
from tests.process.workshop import Workshop, workshop_of

pytestmark = pytest.mark.engine
PROCESS, ITEM = "open-barbershop", "public-place-hygiene-permit"
NEW = ">整理归档<"


@pytest.fixture
def workshop(town: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workshop]:
    with workshop_of(town, tmp_path, PROCESS, ITEM, monkeypatch) as shop:
        yield shop


def drawn(town: Town, number: str, models: CaseModels) -> str:
    with town.tools.store.reading() as session:
        shown, = glances(session, town.tools, [applications.get(session, number)])
    return diagram(town.tools, shown, {}, models)


def test_f14_a_case_is_drawn_on_the_version_it_runs_on(workshop: Workshop) -> None:
    town = workshop.town
    models = CaseModels(town.admin.rest_url, town.var)
    before = workshop.case("acceptance-review")
    workshop.deploy(lambda text: text.replace('id="archive" name="归档"', 'id="archive" name="整理归档"'))
    after = workshop.case("acceptance-review")
    assert NEW not in drawn(town, before, models)
    assert NEW in (new := drawn(town, after, models))
    assert 'data-here=""' in new, "in the colours of where the case stands"
    assert workshop.migrate(PROCESS, "--case", before, "--apply")[0] == 0
    assert NEW in drawn(town, before, models), "a case that was moved is drawn on what it runs on now"
    away = CaseModels("http://127.0.0.1:9/engine-rest", town.var)
    assert away.of(after) is None
    assert NEW not in drawn(town, after, away), "without the engine the file of today is drawn"


def test_f14_only_a_version_is_kept_and_an_engine_without_an_answer_is_left_alone(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    town = workshop.town
    models = CaseModels(town.admin.rest_url, town.var)
    number = workshop.case("acceptance-review")
    assert models.of("no-such-case") is None
    text = models.of(number)
    calls = []
    monkeypatch.setattr(models._engine(), "model_xml", lambda definition: calls.append(definition))
    assert (models.of(number), calls) == (text, [])
    away = CaseModels("http://127.0.0.1:9/engine-rest", town.var)
    assert away.of(number) is None
    monkeypatch.setattr(away, "rest_url", town.admin.rest_url)
    monkeypatch.setattr(away, "_client", None)
    assert away.of(number) is None, "not asked again at once"
    monkeypatch.setattr(away, "_asked_again_at", 0.0)
    assert away.of(number) == text
