"""What the models, the workers and the front door take for granted about the engine, on both flavours as shipped."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests

from onething.engine import runtime
from simulation.engine import ADMIN, free_port

HOME = Path(__file__).resolve().parents[2]
DUE = "2031-05-06T17:30:00.000+0000"
pytestmark = pytest.mark.engine

STEP = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="trial"
                  xmlns:camunda="http://camunda.org/schema/1.0/bpmn">
  <bpmn:process id="semantics-step" isExecutable="true" camunda:historyTimeToLive="P1D">
    <bpmn:startEvent id="begin"/>
    <bpmn:sequenceFlow id="a" sourceRef="begin" targetRef="decision"/>
    <bpmn:userTask id="decision"/>
    <bpmn:sequenceFlow id="b" sourceRef="decision" targetRef="done"/>
    <bpmn:endEvent id="done"/>
  </bpmn:process>
</bpmn:definitions>"""

CALLED = """calledElement="semantics-step" camunda:calledElementBinding="deployment"><bpmn:extensionElements>
        <camunda:in businessKey="#{{execution.processBusinessKey}}"/><camunda:in source="item" target="item"/>"""

BOX = """<bpmn:sequenceFlow id="to-{item}" sourceRef="fork" targetRef="box-{item}"/>
    <bpmn:subProcess id="box-{item}"><bpmn:extensionElements><camunda:inputOutput>
        <camunda:inputParameter name="item">{item}</camunda:inputParameter>
        <camunda:inputParameter name="reviewer_group">${{group_{item}}}</camunda:inputParameter>
        {placeholders}
      </camunda:inputOutput></bpmn:extensionElements>
      <bpmn:startEvent id="{item}-begin"/>
      <bpmn:sequenceFlow id="{item}-a" sourceRef="{item}-begin" targetRef="{item}-acceptance"/>
      <bpmn:callActivity id="{item}-acceptance" """ + CALLED + """
        <camunda:out source="accepted" target="accepted"/><camunda:out source="promised_due" target="promised_due"/>
        <camunda:out source="undeclared" target="undeclared"/></bpmn:extensionElements></bpmn:callActivity>
      <bpmn:sequenceFlow id="{item}-b" sourceRef="{item}-acceptance" targetRef="{item}-work"/>
      <bpmn:serviceTask id="{item}-work" camunda:type="external" camunda:topic="semantics-{item}"/>
      <bpmn:sequenceFlow id="{item}-c" sourceRef="{item}-work" targetRef="{item}-approval"/>
      <bpmn:callActivity id="{item}-approval" """ + CALLED + """</bpmn:extensionElements></bpmn:callActivity>
      <bpmn:boundaryEvent id="{item}-promised" cancelActivity="false" attachedToRef="{item}-approval">
        <bpmn:timerEventDefinition><bpmn:timeDate>${{promised_due}}</bpmn:timeDate></bpmn:timerEventDefinition>
      </bpmn:boundaryEvent>
      <bpmn:sequenceFlow id="{item}-d" sourceRef="{item}-promised" targetRef="{item}-overdue"/>
      <bpmn:endEvent id="{item}-overdue"/>
      <bpmn:sequenceFlow id="{item}-e" sourceRef="{item}-approval" targetRef="{item}-done"/>
      <bpmn:endEvent id="{item}-done"/>
    </bpmn:subProcess>
    <bpmn:boundaryEvent id="{item}-withdrawn" attachedToRef="box-{item}">
      <bpmn:messageEventDefinition messageRef="item-message"/></bpmn:boundaryEvent>
    <bpmn:sequenceFlow id="{item}-f" sourceRef="{item}-withdrawn" targetRef="{item}-away"/>
    <bpmn:endEvent id="{item}-away"/>"""

EMPTY = '<camunda:inputParameter name="accepted"/><camunda:inputParameter name="promised_due"/>'
NULL = ('<camunda:inputParameter name="accepted">${null}</camunda:inputParameter>'
        '<camunda:inputParameter name="promised_due">${null}</camunda:inputParameter>')

CASE = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="trial"
                  xmlns:camunda="http://camunda.org/schema/1.0/bpmn">
  <bpmn:message id="item-message" name="item-withdrawn"/><bpmn:message id="case-message" name="case-withdrawn"/>
  <bpmn:process id="semantics-case" isExecutable="true" camunda:historyTimeToLive="P1D">
    <bpmn:startEvent id="begin"/>
    <bpmn:sequenceFlow id="start" sourceRef="begin" targetRef="fork"/>
    <bpmn:parallelGateway id="fork"/>
    """ + BOX.format(item="one", placeholders=EMPTY) + BOX.format(item="two", placeholders=NULL) + """
    <bpmn:subProcess id="withdrawal" triggeredByEvent="true">
      <bpmn:startEvent id="withdrawn"><bpmn:messageEventDefinition messageRef="case-message"/></bpmn:startEvent>
      <bpmn:sequenceFlow id="w" sourceRef="withdrawn" targetRef="withdrawn-done"/>
      <bpmn:endEvent id="withdrawn-done"/>
    </bpmn:subProcess>
  </bpmn:process>
</bpmn:definitions>"""


@dataclass
class Engine:
    """A running flavour, and how to run it again on the same data."""

    flavour: str
    folder: Path
    jar: Path
    handle: runtime.EngineHandle | None = None

    def start(self) -> None:
        self.handle = runtime.start(
            self.jar, port=free_port(), data_dir=self.folder / "data", credentials=ADMIN, log_file=self.folder / "engine.log"
        )
        runtime.wait_ready(self.handle)

    def stop(self) -> None:
        if self.handle:
            runtime.stop(self.handle)

    def send(self, method: str, path: str, **more: Any) -> requests.Response:
        assert self.handle
        more.setdefault("auth", (ADMIN["user"], ADMIN["password"]))
        return requests.request(method, f"{self.handle.rest_url}{path}", timeout=60, **more)

    def get(self, path: str, **params: Any) -> Any:
        answer = self.send("GET", path, params={"maxResults": 100, **params})  # a list without a limit is refused
        assert answer.status_code == 200, answer.text
        return answer.json()

    def post(self, path: str, body: dict[str, Any]) -> Any:
        answer = self.send("POST", path, json=body)
        assert answer.status_code in (200, 204), answer.text
        return answer.json() if answer.content else None


@pytest.fixture(scope="module", params=runtime.FLAVOURS)
def flavour(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    folder = tmp_path_factory.mktemp(f"semantics-{request.param}")
    engine = Engine(request.param, folder, runtime.build(request.param, HOME, folder / "build.log"))
    engine.start()
    try:
        files = {"step.bpmn": ("step.bpmn", STEP), "case.bpmn": ("case.bpmn", CASE)}
        assert engine.send("POST", "/deployment/create", data={"deployment-name": "trial"}, files=files).status_code == 200
        yield engine
    finally:
        engine.stop()


class Case:
    """One running case, asked about over REST."""

    def __init__(self, engine: Engine, number: str) -> None:
        self.engine, self.number = engine, number
        groups = {"group_one": {"value": "reviewer-one"}, "group_two": {"value": "reviewer-two"}}
        body = {"businessKey": number, "variables": groups}
        self.id: str = engine.post("/process-definition/key/semantics-case/start", body)["id"]

    def variables(self, name: str) -> dict[str, tuple[Any, str]]:
        """Where the root instance keeps `name`: box (or "case") -> (value, type)."""
        found = self.engine.get("/variable-instance", processInstanceIdIn=self.id, variableName=name)
        tree = self.engine.get(f"/process-instance/{self.id}/activity-instances")
        scopes = {child["id"]: child["activityId"] for child in tree["childActivityInstances"]} | {self.id: "case"}
        return {scopes[row["activityInstanceId"]]: (row["value"], row["type"]) for row in found}

    def task(self, item: str) -> dict[str, Any]:
        tasks = self.engine.get("/task", processInstanceBusinessKey=self.number, processVariables=f"item_eq_{item}")
        assert len(tasks) == 1
        return tasks[0]

    def accept(self, item: str) -> None:
        body = {"accepted": {"value": True, "type": "Boolean"}, "promised_due": {"value": DUE, "type": "Date"},
                "undeclared": {"value": item, "type": "String"}}
        self.engine.post(f"/task/{self.task(item)['id']}/complete", {"variables": body})

    def work(self, item: str, variables: dict[str, Any]) -> dict[str, Any]:
        topic = {"topicName": f"semantics-{item}", "lockDuration": 60000, "businessKey": self.number}
        [task] = self.engine.post("/external-task/fetchAndLock", {"workerId": "trial", "maxTasks": 1, "topics": [topic]})
        self.engine.post(f"/external-task/{task['id']}/complete", {"workerId": "trial", "variables": variables})
        return task

    def correlate(self, message: str, item: str | None = None) -> int:
        body: dict[str, Any] = {"messageName": message, "businessKey": self.number}
        if item:
            body["localCorrelationKeys"] = {"item": {"value": item, "type": "String"}}
        return self.engine.send("POST", "/message", json=body).status_code

    def running(self) -> int:
        return self.engine.get("/process-instance/count", businessKey=self.number)["count"]


@pytest.fixture
def case(flavour: Engine, request: pytest.FixtureRequest) -> Case:
    return Case(flavour, f"{flavour.flavour}-{request.node.originalname}")


def test_box_variables_stay_in_their_box(case: Case) -> None:
    """An input parameter declares a local variable: a constant, an expression, or nothing at all (both spellings)."""
    assert case.variables("item") == {"box-one": ("one", "String"), "box-two": ("two", "String")}
    assert case.variables("reviewer_group")["box-two"] == ("reviewer-two", "String")
    assert case.variables("accepted") == {"box-one": (None, "Null"), "box-two": (None, "Null")}
    for item in ("one", "two"):
        case.accept(item)
    assert case.variables("promised_due") == {"box-one": (DUE, "Date"), "box-two": (DUE, "Date")}
    assert case.variables("accepted") == {"box-one": (True, "Boolean"), "box-two": (True, "Boolean")}
    assert case.variables("undeclared") == {"case": ("two", "String")}, "without a placeholder the last one wins"


def test_what_a_worker_returns_stays_in_the_box_too(case: Case) -> None:
    case.accept("one")
    seen = case.work("one", {"accepted": {"value": False}, "approved": {"value": True}})
    assert seen["variables"]["item"]["value"] == "one"
    assert case.variables("accepted") == {"box-one": (False, "Boolean"), "box-two": (None, "Null")}
    assert case.variables("approved") == {"case": (True, "Boolean")}, "not declared, so it belongs to the case"


def test_a_timer_reads_the_date_of_its_box(case: Case) -> None:
    """R72: a boundary timer on a call activity, due at the box's own Date variable."""
    case.accept("one")
    case.work("one", {})
    [timer] = case.engine.get("/job", processInstanceId=case.id)
    assert timer["dueDate"] == DUE
    case.engine.send("POST", f"/job/{timer['id']}/execute", json={})
    walked = case.engine.get("/history/activity-instance", processInstanceId=case.id, activityId="one-overdue")
    assert len(walked) == 1
    assert case.task("one"), "it does not interrupt"


def test_an_item_is_withdrawn_by_number_and_local_item(case: Case) -> None:
    """R87."""
    case.accept("one")
    assert case.correlate("item-withdrawn", "three") == 400
    assert case.correlate("item-withdrawn", "two") == 204
    assert case.correlate("item-withdrawn", "two") == 400
    assert case.variables("item") == {"box-one": ("one", "String")}
    assert case.correlate("item-withdrawn", "one") == 204
    assert case.running() == 0


def test_a_withdrawn_case_ends_with_everything_it_called(case: Case) -> None:
    case.accept("one")
    case.work("one", {})
    assert case.running() == 3
    assert case.correlate("case-withdrawn") == 204
    assert case.running() == 0
    assert case.engine.get("/job/count", processInstanceId=case.id)["count"] == 0
    assert case.engine.get("/task/count", processInstanceBusinessKey=case.number)["count"] == 0


def test_a_long_poll_is_answered_by_the_task_that_comes(flavour: Engine) -> None:
    topic = {"topicName": "semantics-one", "lockDuration": 60000, "businessKey": f"{flavour.flavour}-poll"}
    body = {"workerId": "poller", "maxTasks": 1, "topics": [topic]}
    assert flavour.post("/external-task/fetchAndLock", {**body, "asyncResponseTimeout": 300}) == []
    answers: list[list[dict[str, Any]]] = []

    def poll() -> None:
        answers.append(flavour.post("/external-task/fetchAndLock", {**body, "asyncResponseTimeout": 50000}))

    waiting = threading.Thread(target=poll)
    waiting.start()
    Case(flavour, f"{flavour.flavour}-poll").accept("one")
    waiting.join()
    assert [task["businessKey"] for [task] in answers] == [f"{flavour.flavour}-poll"]


def test_who_completed_a_task_is_written_down(case: Case) -> None:
    """R91."""
    task = case.task("one")["id"]
    case.accept("one")
    [entry] = case.engine.get("/history/user-operation", taskId=task, operationType="Complete")
    assert entry["userId"] == ADMIN["user"]


def test_s01_even_the_list_of_engines_needs_a_login(flavour: Engine) -> None:
    for path in ("/engine", "/engine/", "/%65ngine", "/engine;x=1", "/engine/default/task"):
        for stranger in (None, ("demo", "demo"), ("nobody", "wrong")):
            assert flavour.send("GET", path, auth=stranger).status_code == 401, (path, stranger)
    assert flavour.get("/engine") == [{"name": "default"}]


def test_s04_a_key_given_twice_is_refused(flavour: Engine) -> None:
    body = '{"orQueries": [{"dueAfterExpression": "${now()}"}], "orQueries": []}'
    assert flavour.send("POST", "/task", data=body, headers={"Content-Type": "application/json"}).status_code == 400


def test_the_session_cookie_is_out_of_reach_of_scripts_and_other_sites(flavour: Engine) -> None:
    assert flavour.handle
    address = runtime.webapp_url(flavour.flavour, flavour.handle.port, "tasklist")
    answer = requests.get(address, allow_redirects=False, timeout=30)
    cookies = {line.partition("=")[0]: line for line in answer.raw.headers.getlist("Set-Cookie")}
    assert "HttpOnly" in cookies["JSESSIONID"]
    assert "SameSite=Lax" in cookies["JSESSIONID"]
    assert "SameSite" in cookies["XSRF-TOKEN"]


def test_a_stopped_engine_finds_its_cases_again(case: Case) -> None:
    case.accept("one")
    case.engine.stop()
    case.engine.start()
    assert case.running() == 2
    assert case.variables("promised_due")["box-one"] == (DUE, "Date")
    assert case.correlate("case-withdrawn") == 204
