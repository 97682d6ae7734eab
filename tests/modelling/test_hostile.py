"""Models made to run something inside the engine; each is refused by lint, and nothing is deployed that lint refuses (S06)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from lxml import etree
from typer.testing import CliRunner

from onething.catalogue import load_catalogue
from onething.cli import deploying, stack
from onething.cli.main import app
from onething.modelling import lint
from onething.modelling.lint import lint_model
from onething.modelling.names import camunda, find_all, parse, tag

HOME = Path(__file__).resolve().parents[2]
CATALOGUE = load_catalogue(HOME)
FILE = "bpmn/bundles/second-hand-home-transfer.bpmn"
EVIL = "${execution.getClass().forName('java.lang.Runtime')}"
OPERATON, ACTIVITI = "http://operaton.org/schema/1.0/bpmn", "http://activiti.org/bpmn"
VENDORS = {"camunda": "http://camunda.org/schema/1.0/bpmn", "operaton": OPERATON, "activiti": ACTIVITI}
SERVICE, CALL, CONDITION = ".//bpmn:serviceTask", ".//bpmn:callActivity", ".//bpmn:conditionExpression"
Change = Callable[[Any], None]


def first(model: Any, path: str) -> Any:
    return find_all(model, path)[0]


def put(path: str, name: str, value: str) -> Change:
    return lambda model: first(model, path).set(name, value)


def becomes(kind: str, **attributes: str) -> Change:
    """A step of another kind, with nothing but these attributes of the engine's."""

    def change(model: Any) -> None:
        task = first(model, SERVICE)
        task.tag = tag("bpmn", kind)
        for name in [name for name in task.attrib if name.startswith("{")]:
            del task.attrib[name]
        for name, value in attributes.items():
            task.set(camunda(name), value)

    return change


def extended(path: str, *chain: tuple[str, dict[str, str]]) -> Change:
    """Elements one in another, below the extensions of an element."""

    def change(model: Any) -> None:
        place = first(model, path)
        below = place.find(tag("bpmn", "extensionElements"))
        if below is None:
            below = etree.Element(tag("bpmn", "extensionElements"))
            place.insert(0, below)
        for name, attributes in chain:
            below = etree.SubElement(below, name, attributes)

    return change


def hidden(path: str, start: str, comment: bool, end: str) -> Change:
    """What the engine's parser joins and a reader of `text` does not see."""

    def change(model: Any) -> None:
        place = first(model, path)
        place.text = start
        between = etree.Comment("x") if comment else etree.Element(tag("bpmn", "documentation"))
        between.tail = end
        place.append(between)

    return change


def evil_language(model: Any) -> None:
    first(model, CONDITION).set("language", "groovy")
    first(model, CONDITION).text = "Runtime.getRuntime()"


def second_process(model: Any) -> None:
    process = first(model, "bpmn:process")
    other = etree.fromstring(etree.tostring(process))
    other.set("id", "other")
    process.addnext(other)


def shell(model: Any) -> None:
    becomes("sendTask")(model)
    task = first(model, ".//bpmn:sendTask")
    task.set(f"{{{OPERATON}}}type", "shell")
    extended(".//bpmn:sendTask", (f"{{{OPERATON}}}field", {"name": "command"}), (f"{{{OPERATON}}}string", {}))(model)


HOSTILE: dict[str, Change] = {
    **{f"{name}: class": put(SERVICE, f"{{{vendor}}}class", "java.lang.Runtime") for name, vendor in VENDORS.items()},
    **{f"{name}: listener": extended(SERVICE, (f"{{{vendor}}}executionListener", {"event": "start", "class": "x.Y"}))
       for name, vendor in VENDORS.items()},
    **{f"{name}: delegate": put(SERVICE, f"{{{vendor}}}delegateExpression", "${bean}") for name, vendor in VENDORS.items()},
    **{f"{name}: expression": put(SERVICE, f"{{{vendor}}}expression", EVIL) for name, vendor in VENDORS.items()},
    **{f"{name}: connector": extended(SERVICE, (f"{{{vendor}}}connector", {}), (f"{{{vendor}}}connectorId", {}))
       for name, vendor in VENDORS.items()},
    "operaton: shell": shell,
    "mail": becomes("sendTask", type="mail"),
    "shell without a namespace of its own": becomes("serviceTask", type="shell"),
    "rules with a class": becomes("businessRuleTask", **{"class": "x.Y"}),
    "rules with a decision": becomes("businessRuleTask", decisionRef="d"),
    "script": becomes("scriptTask"),
    "receive": becomes("receiveTask"),
    "condition in groovy": evil_language,
    "condition from a resource": put(CONDITION, camunda("resource"), "deployment://x.groovy"),
    "condition computes": lambda model: setattr(first(model, CONDITION), "text", EVIL),
    "condition behind a comment": hidden(CONDITION, "", True, EVIL),
    "condition around a comment": hidden(CONDITION, "$", True, EVIL[1:]),
    "condition behind an element": hidden(CONDITION, "", False, EVIL),
    "input behind a comment": hidden(".//camunda:inputParameter", "x", True, EVIL),
    "input by a script": extended(SERVICE, (camunda("inputOutput"), {}), (camunda("inputParameter"), {"name": "a"}),
                                  (camunda("script"), {"scriptFormat": "groovy"})),
    "mapping by a class": put(CALL, camunda("variableMappingClass"), "java.lang.Runtime"),
    "mapping by a bean": put(CALL, camunda("variableMappingDelegateExpression"), "${bean}"),
    "a case instead of a process": put(CALL, camunda("caseRef"), "x"),
    "form with a validator": extended(
        ".//bpmn:startEvent", (camunda("formData"), {}), (camunda("formField"), {"id": "a", "type": "string"}),
        (camunda("validation"), {}), (camunda("constraint"), {"name": "validator", "config": "x.Y"}),
    ),
    "form with a handler": put(".//bpmn:startEvent", camunda("formHandlerClass"), "java.lang.Runtime"),
    "form from elsewhere": put(".//bpmn:startEvent", camunda("formKey"), "embedded:app:http://evil.example/x.html"),
    "errors by expression": extended(SERVICE, (camunda("errorEventDefinition"), {"id": "e", "expression": "${true}"})),
    "starters": put("bpmn:process", camunda("candidateStarterGroups"), "staff"),
    "another process in the file": second_process,
    "a process of another name": put("bpmn:process", "id", "open-restaurant"),
    "priority": put(CALL, camunda("jobPriority"), "${x.y}"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_s06_no_model_runs_anything_inside_the_engine(name: str) -> None:
    model = parse((HOME / FILE).read_bytes(), FILE)
    assert lint_model(model, FILE, CATALOGUE, HOME) == []
    HOSTILE[name](model)
    changed = parse(etree.tostring(model), FILE)
    found = lint_model(changed, FILE, CATALOGUE, HOME)
    assert {finding.rule for finding in found} & {"only-allowed-elements", "process-id"}, found


def test_there_are_at_least_forty() -> None:
    assert len(HOSTILE) >= 40


def test_nothing_is_deployed_that_lint_refuses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither by the analyst's command nor when the system starts."""
    monkeypatch.setattr(deploying, "lint_all", lambda *_: [lint.Finding("a", "问题", "办法", "rule", "file")])
    monkeypatch.setattr(deploying, "deploy", lambda *_: pytest.fail("deployed"))
    done = CliRunner().invoke(app, ["model", "deploy"])
    assert done.exit_code == 1
    assert "没有部署" in done.output
    assert "问题" in done.output
    assert stack.deploy_checked is deploying.deploy_checked
