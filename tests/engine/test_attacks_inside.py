"""Attacks by what is sent as content (S04, S06, S07, S16): foreign XML, scripts and classes in a deployment or a value, texts
that look like expressions. On the running engine, in both flavours; lint refuses such models before that."""

import json
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from onething.engine import identity
from simulation.engine import ADMIN, RunningEngine
from simulation.town import Town
from tests.proxy.running import Recorder

HOME = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.engine
AUTH = (ADMIN["user"], ADMIN["password"])
CANARY = "canary-that-nobody-may-read"
HEAD = '<?xml version="1.0" encoding="{encoding}"?>{doctype}'
OMG, CAMUNDA = "www.omg.org/spec", "http://camunda.org/schema/1.0"
MODELS = {
    "bpmn": f'{HEAD}<definitions xmlns="http://{OMG}/BPMN/20100524/MODEL" xmlns:c="{CAMUNDA}/bpmn" targetNamespace="x">'
            '<process id="xml-trial" name="{text}" isExecutable="true" c:historyTimeToLive="1"><startEvent id="s"/></process>'
            '</definitions>',
    "dmn": f'{HEAD}<definitions xmlns="https://{OMG}/DMN/20191111/MODEL/" xmlns:c="{CAMUNDA}/dmn" id="d" name="x" namespace="x">'
           '<decision id="xml-trial" name="{text}" c:historyTimeToLive="1"><decisionTable id="t"><output id="o" name="o"/>'
           '</decisionTable></decision></definitions>',
    "cmmn": f'{HEAD}<definitions xmlns="http://{OMG}/CMMN/20151109/MODEL" xmlns:c="{CAMUNDA}/cmmn" targetNamespace="x">'
            '<case id="xml-trial" c:historyTimeToLive="1"><casePlanModel id="p" name="{text}">'
            '<planItem id="i" definitionRef="h"/><humanTask id="h"/></casePlanModel></case></definitions>',
}
LAUGHS = '<!DOCTYPE d [<!ENTITY a0 "lol">' + "".join(
    f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10)
) + "]>"
DOCTYPES = {
    "an entity": ('<!DOCTYPE d [<!ENTITY a "b">]>', "&a;"), "a file": ('<!DOCTYPE d [<!ENTITY a SYSTEM "{file}">]>', "&a;"),
    "an address": ('<!DOCTYPE d [<!ENTITY a SYSTEM "{there}">]>', "&a;"), "a billion laughs": (LAUGHS, "&a9;"),
    "a parameter entity": ('<!DOCTYPE d [<!ENTITY % a SYSTEM "{there}"> %a;]>', "x"),
    "a description elsewhere": ('<!DOCTYPE d SYSTEM "{there}">', "x"),
}


@pytest.fixture(scope="module")
def elsewhere() -> Iterator[Recorder]:
    """A server of the attacker's: the engine never asks it."""
    with Recorder().listening() as recorder:
        yield recorder


def deploy(wall: tuple[str, str], name: str, content: bytes, **more: bytes) -> requests.Response:
    address, files = f"{wall[1]}/engine-rest/deployment/create", {name: content, **more}
    return requests.post(address, data={"deployment-name": "trial"}, auth=AUTH, timeout=60,
                         files={name: (name, content) for name, content in files.items()})


def undeploy(wall: tuple[str, str], answer: requests.Response) -> None:
    address = f"{wall[1]}/engine-rest/deployment/{answer.json()['id']}"
    assert requests.delete(address, params={"cascade": "true"}, auth=AUTH, timeout=60).status_code == 204


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize("kind", MODELS)
def test_s16_the_engine_reads_no_entities(
    wall: tuple[str, str], elsewhere: Recorder, tmp_path: Path, kind: str, encoding: str
) -> None:
    secret = tmp_path / "secret"
    secret.write_text(CANARY)
    there = f"http://127.0.0.1:{elsewhere.port}/there"
    for doctype, text in DOCTYPES.values():
        filled = doctype.replace("{file}", secret.as_uri()).replace("{there}", there)
        model = MODELS[kind].format(encoding=encoding, doctype=filled, text=text)
        answer = deploy(wall, f"trial.{kind}", model.encode(encoding))
        assert answer.status_code in (400, 500), filled
        assert CANARY not in answer.text
    assert elsewhere.seen == []
    plain = deploy(wall, f"trial.{kind}", MODELS[kind].format(encoding=encoding, doctype="", text="x").encode(encoding))
    assert plain.status_code == 200, "without it, it is a model"
    undeploy(wall, plain)


@pytest.mark.parametrize("part", [
    '<import importType="http://www.w3.org/2001/XMLSchema" location="{}" namespace="y"/>',
    '<import importType="http://schemas.xmlsoap.org/wsdl/" location="{}" namespace="y"/>',
    '<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="{}" parse="text"/>'])
def test_s16_nor_does_it_fetch_what_a_model_names(wall: tuple[str, str], elsewhere: Recorder, part: str) -> None:
    model = MODELS["bpmn"].format(encoding="utf-8", doctype="", text="x")
    place = f"http://127.0.0.1:{elsewhere.port}/there"
    changed = model.replace("<process ", f"{part.format(place)}<process ")
    assert deploy(wall, "trial.bpmn", changed.encode()).status_code == 400
    located = model.replace(" targetNamespace", ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
                            f'xsi:schemaLocation="y {place}" targetNamespace')
    answer = deploy(wall, "trial.bpmn", located.encode())
    assert answer.status_code == 200
    undeploy(wall, answer)
    assert elsewhere.seen == []


SCRIPTS = ("groovy", "javascript", "ecmascript", "js", "nashorn", "graal.js", "python", "jython", "ruby", "jruby", "beanshell")


def test_s07_no_script_runs_even_in_a_model_that_was_deployed(wall: tuple[str, str]) -> None:
    """With an engine for one of these languages a model could do anything here."""
    start = f"{wall[1]}/engine-rest/process-definition/key/xml-trial/start"
    for language in SCRIPTS:
        model = MODELS["bpmn"].format(encoding="utf-8", doctype="", text="x").replace(
            '<startEvent id="s"/>', '<startEvent id="s"/><sequenceFlow id="f" sourceRef="s" targetRef="t"/>'
            f'<scriptTask id="t" scriptFormat="{language}" c:resource="deployment://evil.script"/>')
        answer = deploy(wall, "trial.bpmn", model.encode(), **{"evil.script": b"1 + 1"})
        assert answer.status_code == 200
        ran = requests.post(start, json={}, auth=AUTH, timeout=60)
        assert (ran.status_code, "scripting engine" in ran.text) == (500, True), (language, ran.text)
        undeploy(wall, answer)


# A task of a clerk, and what can be put into it


@pytest.fixture
def task(
    wall: tuple[str, str], town_engine: RunningEngine, request: pytest.FixtureRequest
) -> Iterator[tuple[str, str, tuple[str, str]]]:
    """(task, process instance, whose it is): of the window in the town; the other flavour has an administrator only."""
    flavour, base = wall
    rest, own, made = f"{base}/engine-rest", AUTH, None
    if flavour == town_engine.flavour:
        own = identity.credentials_of(request.getfixturevalue("town").var, "window-410105")
    else:
        made = deploy(wall, "handover.bpmn", (HOME / "bpmn/shared/handover.bpmn").read_bytes())
    started = start(rest, f"trial-{uuid.uuid4().hex}", "window-410105")
    assert started.status_code == 200, started.text
    [one] = requests.get(f"{rest}/task", params={"processInstanceId": started.json()["id"], "maxResults": 5}, auth=AUTH,
                         timeout=10).json()
    yield one["id"], started.json()["id"], own
    end(rest, started.json()["id"])
    if made is not None:
        undeploy(wall, made)


def end(rest: str, case: str) -> None:
    requests.delete(f"{rest}/process-instance/{case}", params={"skipCustomListeners": "true"}, auth=AUTH, timeout=10)


def start(rest: str, number: str, group: Any, due: Any = None) -> requests.Response:
    variables = {"application_no": {"value": number}, "window_group": {"value": group}, "acceptance_due": {"value": due}}
    return requests.post(f"{rest}/process-definition/key/handover/start", json={"businessKey": number, "variables": variables},
                         auth=AUTH, timeout=10)


CLASSES = {
    "java.net.InetAddress": "localhost", "java.io.File": "/etc/passwd", "java.net.URL": "http://127.0.0.1/",
    "ch.qos.logback.core.FileAppender": {"file": "/tmp/x"}, "java.util.ArrayList<java.io.File>": ["/etc/passwd"],
    "org.springframework.context.support.FileSystemXmlApplicationContext": "/tmp/x.xml",
}


@pytest.mark.parametrize("name", CLASSES)
def test_s07_nobody_chooses_a_class_to_be_built_inside_the_engine(wall: tuple[str, str], task: Any, name: str) -> None:
    """The engine reads such a value before it asks who may set it; one gadget among the classes it carries would be enough."""
    for place in (f"task/{task[0]}/variables/x/data", f"task/{task[0]}/localVariables/x/data",
                  f"process-instance/{task[1]}/variables/x/data", f"execution/{task[1]}/localVariables/x/data"):
        parts = {"data": ("data", json.dumps(CLASSES[name]), "application/json"), "type": (None, name, "text/plain")}
        answer = requests.post(f"{wall[1]}/engine-rest/{place}", files=parts, auth=task[2], timeout=10)
        assert answer.status_code in (400, 403, 500), answer.text
        assert "whitelisted" in answer.text or "not allowed" in answer.text, answer.text
    assert "x" not in requests.get(f"{wall[1]}/engine-rest/task/{task[0]}/variables", auth=AUTH, timeout=10).json()


OBJECT = {"objectTypeName": "java.util.ArrayList", "serializationDataFormat": "application/x-java-serialized-object"}


@pytest.mark.parametrize("value", [
    {"type": "Object", "value": "rO0ABXQAA2FiYw==", "valueInfo": OBJECT},
    {"type": "Object", "value": "[]", "valueInfo": OBJECT | {"serializationDataFormat": "application/json"}},
    {"type": "Object", "value": "<a/>", "valueInfo": OBJECT | {"serializationDataFormat": "application/xml"}},
    {"type": "Xml", "value": '<!DOCTYPE d SYSTEM "http://127.0.0.1/"><d/>'}, {"type": "Json", "value": "{}"},
    {"type": "java.lang.Runtime", "value": "x"}, {"type": "Serializable", "value": "x"},
], ids=lambda value: f"{value['type']} {value.get('valueInfo', {}).get('serializationDataFormat', '')}")
def test_s07_nothing_serialised_is_taken(wall: tuple[str, str], task: Any, value: dict[str, Any]) -> None:
    answer = requests.put(f"{wall[1]}/engine-rest/task/{task[0]}/variables/x", json=value, auth=task[2], timeout=10)
    assert answer.status_code in (400, 500)
    assert "x" not in requests.get(f"{wall[1]}/engine-rest/task/{task[0]}/variables", auth=AUTH, timeout=10).json()


EVIL = ("${1+1}", "#{1+1}", "${execution.getClass().forName('java.lang.Runtime')}", "$${1+1}", r"\${1+1}", "{{1+1}}", "=1+1")


@pytest.mark.parametrize("evil", EVIL)
def test_s04_what_people_write_is_a_text_wherever_the_engine_keeps_it(wall: tuple[str, str], task: Any, evil: str) -> None:
    """Number of the case, group, variables, name, description and comment of a task: stored as written, never worked out."""
    rest = f"{wall[1]}/engine-rest"

    def own(method: str, path: str, body: Any = None, by: tuple[str, str] = task[2]) -> Any:
        answer = requests.request(method, f"{rest}/{path}", json=body, auth=by, timeout=10)
        assert answer.status_code in (200, 204), (path, answer.text)
        return answer.json() if answer.content else None

    changes = {name: {"value": evil, "type": "String"} for name in ("handover_note", evil)}
    own("POST", f"task/{task[0]}/variables", {"modifications": changes})
    own("PUT", f"task/{task[0]}", {"name": evil, "description": evil, "owner": evil, "assignee": task[2][0]})
    own("POST", f"task/{task[0]}/comment/create", {"message": evil}, by=AUTH)
    own("POST", f"task/{task[0]}/identity-links", {"groupId": evil, "type": "candidate"})
    seen = own("GET", f"task/{task[0]}")
    assert [seen[key] for key in ("name", "description", "owner")] == [evil] * 3
    kept = own("GET", f"task/{task[0]}/variables")
    assert [kept[name]["value"] for name in changes] == [evil, evil]
    assert evil in {link["groupId"] for link in own("GET", f"task/{task[0]}/identity-links")}
    assert [comment["message"] for comment in own("GET", f"task/{task[0]}/comment", by=AUTH)] == [evil]
    begun = start(rest, evil, evil)
    assert begun.status_code == 200
    case = begun.json()["id"]
    asked = {"processInstanceId": case, "maxResults": 5}
    [other] = requests.get(f"{rest}/task", params=asked, auth=AUTH, timeout=10).json()
    links = requests.get(f"{rest}/task/{other['id']}/identity-links", auth=AUTH, timeout=10).json()
    assert [link["groupId"] for link in links] == [evil]
    assert requests.get(f"{rest}/process-instance/{case}", auth=AUTH, timeout=10).json()["businessKey"] == evil
    end(rest, case)


@pytest.mark.parametrize("evil", EVIL[:3])
def test_s04_an_expression_is_no_date_no_message_and_no_topic(wall: tuple[str, str], task: Any, evil: str) -> None:
    rest, [one, case, _] = f"{wall[1]}/engine-rest", task
    assert start(rest, "x", "x", due=evil).status_code in (400, 500), "a due date"
    for method, path, body in (
        ("PUT", f"task/{one}", {"name": "x", "due": evil}), ("PUT", f"task/{one}", {"name": "x", "followUp": evil}),
        ("POST", "message", {"messageName": evil, "businessKey": evil}),
        ("POST", "message", {"messageName": "case-withdrawn", "correlationKeys": {"application_no": {"value": evil}}}),
        ("PUT", f"process-instance/{case}/variables/x", {"value": evil, "type": "Date"}),
        ("PUT", "process-definition/key/handover/suspended", {"suspended": False, "executionDate": evil}),
    ):
        answer = requests.request(method, f"{rest}/{path}", json=body, auth=AUTH, timeout=10)
        assert answer.status_code == 400, (path, answer.text)
    topic = {"topicName": evil, "lockDuration": 1000, "businessKey": evil, "processVariables": {"application_no": evil}}
    asked = {"workerId": evil, "maxTasks": 5, "topics": [topic]}
    fetched = requests.post(f"{rest}/external-task/fetchAndLock", json=asked, auth=AUTH, timeout=10)
    assert (fetched.status_code, fetched.json()) == (200, [])


def test_s06_only_models_and_forms_are_deployed(town: Town, tmp_path: Path) -> None:
    """A decision, a case, a script or a page beside them stays where it is."""
    from onething.engine.deploy import model_files

    for folder in ("bpmn/shared", "bpmn/bundles", "forms", "forms/applications"):
        (tmp_path / folder).mkdir(parents=True, exist_ok=True)
        for name in ("a.dmn", "a.cmmn", "a.groovy", "a.js", "a.html", "a.bpmn20.xml", "a.dmn11.xml", "a.class", "a.bpmn~"):
            (tmp_path / folder / name).touch()
    assert model_files(tmp_path) == []
    sent = [entry["name"] for deployment in town.admin.transport.pages("/deployment")
            for entry in town.admin.transport.call("GET", f"/deployment/{deployment['id']}/resources")]
    assert {name.rpartition(".")[2] for name in sent if "trial" not in name} == {"bpmn", "form"}
