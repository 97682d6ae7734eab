"""Store and engine held against each other, on the real engine: what differs is repaired by rule or told to a person."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from onething.cli import incidents
from onething.engine import checking
from onething.engine.variables import encode
from onething.engine.worker import ProgrammingError
from onething.errors import NotFound
from onething.store import audit, outbox, troubles
from simulation.town import Town
from workers import reconciler, restarting
from workers.reconciler import Reconciler

pytestmark = pytest.mark.engine
ITEM = "food-business-license"


@pytest.fixture
def later(town: Town, monkeypatch: pytest.MonkeyPatch) -> Reconciler:
    """As it looks when no difference counts as work under way."""
    monkeypatch.setattr(reconciler, "SETTLED", timedelta(0))
    return Reconciler(town.tools, town.engine)


@pytest.fixture
def number(town: Town) -> str:
    number = town.submit("open-restaurant", [ITEM])
    town.work(number, until="intake-review")
    return number


def standing(town: Town, kind: str, number: str) -> list[str]:
    with town.tools.store.reading() as session:
        return [row.what for row in troubles.standing(session, [kind]) if row.number == number]


def actions(town: Town, number: str) -> list[str]:
    with town.tools.store.reading() as session:
        return [row.action for row in audit.trail(session, number)]


def test_a_case_whose_process_is_gone_is_begun_again_and_ends_once(town: Town, number: str, later: Reconciler) -> None:
    """As after an engine restored from an older day: history and all are gone."""
    first = town.admin.root_instance(number)
    town.admin.delete_process(first.id)
    town.admin.transport.call("DELETE", f"/history/process-instance/{first.id}")
    assert town.admin.root_instance(number) is None
    later.look()
    town.wait(lambda: town.admin.root_instance(number))
    town.work(number)
    assert town.case(number).state == "completed"
    assert actions(town, number).count("start-again") == 1
    assert actions(town, number).count("receive") <= 1
    later.look()
    assert town.admin.process_state(number) == "COMPLETED"


def test_a_case_that_was_started_twice_keeps_the_older_process(town: Town, number: str, later: Reconciler) -> None:
    first = town.admin.root_instance(number)
    body = {"businessKey": number, "variables": encode(town.admin.instance_variables(first.id))}
    town.admin.transport.call("POST", "/process-definition/key/open-restaurant/start", json=body)
    later.look()
    roots = checking.root_instances(town.engine, [number])[number]
    assert [one.ended is None for one in roots] == [True, False]
    assert roots[0].id == first.id
    assert "delete-duplicate-process" in actions(town, number)
    town.work(number)
    assert town.case(number).state == "completed"


def test_a_process_without_a_case_is_told_and_forgotten_when_it_is_gone(town: Town, later: Reconciler) -> None:
    variables = {"application_no": {"type": "String", "value": "nobody"}}
    body = {"businessKey": "nobody", "variables": variables}
    instance = town.admin.transport.call("POST", "/process-definition/key/guidance/start", json=body)["id"]
    later.look()
    assert len(standing(town, "orphan", "nobody")) == 1
    town.admin.delete_process(instance)
    Reconciler(later.tools, town.engine).look()
    assert standing(town, "orphan", "nobody") == []


def test_an_engine_that_forgot_many_cases_is_not_filled_again_without_a_person(
    town: Town, number: str, later: Reconciler, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reconciler, "MANY_MISSING", 1)
    monkeypatch.setattr(restarting, "open_cases", lambda _session: ["410105202601010000010"])
    later.look()
    with town.tools.store.reading() as session:
        [row] = troubles.standing(session, ["forgotten"])
        assert "onething retry engine:forgotten" in row.what
        assert outbox.keyed(session, "start:410105202601010000010") == []
    monkeypatch.setattr(restarting, "open_cases", lambda _session: [number])
    Reconciler(later.tools, town.engine).look()
    with town.tools.store.reading() as session:
        assert troubles.standing(session, ["forgotten"]) == []


@pytest.fixture
def broken(town: Town) -> Iterator[list[str]]:
    """Intake fails for as long as the list is empty."""
    handler, mended = town.worker.handlers["intake"], []

    def failing(task: Any) -> Any:
        if not mended:
            raise ProgrammingError("收件步骤出错；请改正程序")
        return handler(task)

    town.worker.handlers["intake"] = failing
    yield mended
    town.worker.handlers["intake"] = handler


def test_a_failed_step_is_told_with_its_case_and_can_be_let_run_again(
    town: Town, later: Reconciler, broken: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """`onething incidents` and `onething retry`."""
    number = town.submit("open-restaurant", [ITEM])
    town.wait(lambda: town.admin.incidents(number))
    later.look()
    [what] = standing(town, "engine", number)
    assert "收件步骤出错" in what
    settings = town.tools.settings.model_copy(update={"engine_url": town.admin.rest_url})
    failed = [row["办件"] for row in incidents.standing(town.tools) if row["类别"] == "步骤失败"]
    assert failed.count(number) == 1, "the town's engine may hold incidents of other tests"
    with pytest.raises(NotFound):
        incidents.let_run(settings, "no-such")
    broken.append("mended")
    assert incidents.let_run(settings, number) == 1
    town.work(number)
    assert town.case(number).state == "completed"
    later.look()
    assert standing(town, "engine", number) == []
