"""The client and the deployment against the real engine."""

import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from onething.engine.client import EngineClient
from onething.engine.deploy import deploy, deployments, incident_count, model_files
from onething.engine.errors import EngineRefused, EngineUnauthorised, ModelRefused
from onething.errors import EngineError

pytestmark = pytest.mark.engine
DUE = datetime(2031, 5, 6, 17, 30, tzinfo=UTC)


@pytest.fixture
def number() -> str:
    return f"410105-{uuid.uuid4().hex[:10]}"


@pytest.fixture
def case(client: EngineClient, trial_home: Path, number: str) -> str:
    deploy(trial_home, client)
    variables = {"application_no": number, "bundle": "trial", "group_one": "reviewer-x", "promised_due": DUE}
    assert client.start_process("case-trial", number, variables).new
    return number


def test_a_second_start_returns_the_first(client: EngineClient, case: str) -> None:
    """Finding 9: the engine itself accepts duplicates; also when the first has ended."""
    first = client.root_instance(case)
    assert client.start_process("case-trial", case, {}).id == first.id
    assert client.correlate("case-withdrawn", case)
    again = client.start_process("case-trial", case, {})
    assert (again.id, again.new) == (first.id, False)
    assert client.process_state(case) == "COMPLETED"


def test_item_withdrawn_ends_one_box_only(client: EngineClient, case: str) -> None:
    """R87: found by the box's local item."""
    assert client.correlate("item-withdrawn", case, item="item-two")
    assert not client.correlate("item-withdrawn", case, item="item-two")
    assert not client.correlate("item-withdrawn", case, item="item-three")
    cancelled = {activity.id for activity in client.activities(case) if activity.cancelled}
    assert "box-two" in cancelled
    assert "box-one" not in cancelled
    assert client.process_state(case) == "ACTIVE"


def test_case_withdrawn_ends_everything(client: EngineClient, case: str) -> None:
    assert client.correlate("case-withdrawn", case)
    assert not client.correlate("case-withdrawn", case)
    assert all(instance.ended for instance in client.instances(case))
    assert client.timers(case) == []
    assert client.user_tasks(case) == []


def test_a_front_result_reaches_the_called_approval_of_its_item(client: EngineClient, case: str) -> None:
    """R77: found by the variable item of the called instance."""
    assert not client.correlate("front-result-arrived", "another-case", item="item-one")
    assert client.correlate("front-result-arrived", case, {"front_passed": True}, item="item-one")
    [task] = client.user_tasks(case)
    variables = client.form_variables(task.id)
    assert (variables["item"], variables["front_passed"]) == ("item-one", True)
    assert (task.key, task.form, task.due) == ("approval-decision", "approval-decision", DUE)
    assert client.user_tasks(case, candidate_group="reviewer-x") == [task]
    assert client.user_tasks(case, candidate_group="reviewer-y") == []


def test_the_person_who_completed_is_known(client: EngineClient, case: str) -> None:
    """R91."""
    client.correlate("front-result-arrived", case, item="item-one")
    [task] = client.user_tasks(case)
    assert client.completer(task.process_instance_id, "approval-decision") == ""
    client.claim(task.id)
    client.complete_task(task.id, {"approval_decision": "approve", "approval_basis": "依据"})
    assert client.completer(task.process_instance_id, "approval-decision") == client.user
    with pytest.raises(EngineRefused):
        client.complete_task(task.id, {})


def test_a_timer_is_moved_and_fired(client: EngineClient, case: str) -> None:
    """R72, R90: by moving the job, whatever the clock says."""
    client.correlate("front-result-arrived", case, item="item-one")
    [timer] = client.timers(case)
    assert (timer.activity, timer.due) == ("promised", DUE)
    client.move_due_date(timer.id, DUE + timedelta(days=3))
    assert client.timers(case)[0].due == DUE + timedelta(days=3)
    client.execute_job(timer.id)
    assert "overdue" in {activity.id for activity in client.activities(case)}
    assert len(client.user_tasks(case)) == 1, "the timer does not interrupt"


def test_the_walked_path_includes_called_processes(client: EngineClient, case: str) -> None:
    client.correlate("item-withdrawn", case, item="item-two")
    client.correlate("front-result-arrived", case, item="item-one")
    client.complete_task(client.user_tasks(case)[0].id)
    steps = [(step.process, step.id) for step in client.activities(case)]
    path = [("case-trial", "begin"), ("case-trial", "one-approval"), ("approval-trial", "approval-decision"),
            ("approval-trial", "done"), ("case-trial", "end-one")]
    assert [step for step in steps if step in path and step[1] != "begin"] == path[1:]
    assert steps[0] == path[0]
    assert client.variables(case) == {}


def test_whatever_is_asked_of_something_that_ended_is_gone(client: EngineClient, case: str) -> None:
    """F10: the engine says it with 404, 400 or 500, differently per resource; one property tells it from other refusals."""
    client.correlate("front-result-arrived", case, item="item-one")
    instance = client.root_instance(case).id
    task, timer = client.user_tasks(case)[0].id, client.timers(case)[0].id
    assert client.correlate("case-withdrawn", case)
    asked = {
        "variables": lambda: client.instance_variables(instance),
        "set variables": lambda: client.set_variables(instance, {"promised_due": DUE}),
        "end": lambda: client.delete_process(instance),
        "form": lambda: client.form_variables(task),
        "task due": lambda: client.move_task_due(task, DUE),
        "claim": lambda: client.claim(task),
        "complete": lambda: client.complete_task(task),
        "timer due": lambda: client.move_due_date(timer, DUE),
        "timer stop": lambda: client.stop_timer(timer, stopped=True),
        "timer fire": lambda: client.execute_job(timer),
    }
    kept = {}
    for name, ask in asked.items():
        try:
            kept[name] = f"answered: {ask()}"
        except EngineRefused as refused:
            if not refused.gone:
                kept[name] = str(refused)
    assert kept == {"timer stop": "answered: None"}, "stopping a timer that is gone is answered like one that is there"
    with pytest.raises(EngineRefused) as refused:
        client.start_process("no-such-model", "410105-x", {})
    assert not refused.value.transient


def test_health_and_login(client: EngineClient) -> None:
    assert client.health()
    stranger = EngineClient(client.rest_url, "nobody", "wrong")
    assert not stranger.health()
    with pytest.raises(EngineUnauthorised):
        stranger.instances("x")


def test_unchanged_files_make_no_new_version(client: EngineClient, trial_home: Path) -> None:
    seen: list[tuple[int, int, str]] = []
    first = deploy(trial_home, client, progress=lambda *step: seen.append(step))
    second = deploy(trial_home, client)
    assert (second.new, second.id) == (False, first.id)
    assert first.processes == ["approval-trial", "case-trial", "worker-trial"]
    assert [step[0] for step in seen] == list(range(1, len(model_files(trial_home)) + 1))
    assert first.id in deployments(client)
    assert incident_count(client) >= 0


def test_a_refused_model_is_one_sentence_with_file_line_and_cure(client: EngineClient, tmp_path: Path) -> None:
    folder = tmp_path / "bpmn" / "bundles"
    folder.mkdir(parents=True)
    good = (Path(__file__).parent / "models" / "worker-trial.bpmn").read_text(encoding="utf-8")
    (folder / "broken.bpmn").write_text(good.replace('targetRef="done"', 'targetRef="nowhere"'), encoding="utf-8")
    with pytest.raises(ModelRefused) as raised:
        deploy(tmp_path, client)
    assert "bpmn/bundles/broken.bpmn 第 " in raised.value.message
    assert "Camunda Modeler" in raised.value.message


@pytest.mark.parametrize("content", ["", "<a/>", "{}", "<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><a>&b;</a>"])
def test_a_file_that_is_no_model_is_named(client: EngineClient, tmp_path: Path, content: str) -> None:
    (tmp_path / "bpmn" / "shared").mkdir(parents=True)
    (tmp_path / "bpmn" / "shared" / "odd.bpmn").write_text(content, encoding="utf-8")
    with pytest.raises(EngineError) as raised:
        deploy(tmp_path, client)
    assert "odd.bpmn" in raised.value.message


def test_nothing_to_deploy_says_so(client: Any, tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="没有任何流程模型"):
        deploy(tmp_path, client)
