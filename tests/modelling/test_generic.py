"""The generic rules of bpmn-io's bpmnlint on every model; each that is kept sees its fault, which our own refuse too or not."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterable
from pathlib import Path

import pytest
from lxml import etree

from onething.catalogue import Catalogue
from onething.modelling.lint import lint_model
from onething.modelling.names import BPMN, find_all, parse, tag
from tests.js.packages import package
from tests.modelling.test_lint import HOUSE, Spoil, drop, on_each_other, one, set_on

HOME = Path(__file__).resolve().parents[2]
CONFIG = HOME / ".bpmnlintrc"
SETTINGS = json.loads(CONFIG.read_text(encoding="utf-8"))
LINE = re.compile(r"^\s+\S+\s+(?:error|warning)\s+.*\S\s+(\S+)\s*$")


def added(*fragments: str) -> Spoil:
    """Elements more in the process, named and drawn; both ends of a flow name it, as Modeler saves it."""

    def spoil(model: etree._Element) -> None:
        for number, fragment in enumerate(fragments):
            element = etree.fromstring(f'<x xmlns="{BPMN}">{fragment}</x>')[0]
            one(model, "bpmn:process").append(element)
            draw(model, element, 700 * number)
            for end, word in (("sourceRef", "outgoing"), ("targetRef", "incoming")):
                if end in element.attrib:
                    etree.SubElement(one(model, f".//*[@id='{element.get(end)}']"), tag("bpmn", word)).text = element.get("id")

    return spoil


def draw(model: etree._Element, element: etree._Element, x: int) -> None:
    """Far from everything else."""
    for number, part in enumerate(element.iter(f"{{{BPMN}}}*")):
        name = etree.QName(part).localname
        if name == "sequenceFlow":
            drawn = etree.SubElement(one(model, ".//bpmndi:BPMNPlane"), tag("bpmndi", "BPMNEdge"), bpmnElement=part.get("id"))
            for place in ("0", "10"):
                etree.SubElement(drawn, tag("di", "waypoint"), x=place, y="-9000")
        elif name.endswith(("Event", "Gateway", "Task", "Process")):
            part.set("name", part.get("name", "多余的一步"))
            drawn = etree.SubElement(one(model, ".//bpmndi:BPMNPlane"), tag("bpmndi", "BPMNShape"), bpmnElement=part.get("id"))
            size = {"width": "36", "height": "36"} if part is not element else {"width": "600", "height": "90"}
            etree.SubElement(drawn, tag("dc", "Bounds"), x=str(x + 60 * number), y="-8000", **size)


def without_all(kind: str) -> Spoil:
    def spoil(model: etree._Element) -> None:
        for element in find_all(model, f"bpmn:process/bpmn:{kind}"):
            element.getparent().remove(element)

    return spoil


def unconditional(model: etree._Element) -> None:
    drop(".//bpmn:conditionExpression")(model)


def flow(start: str, end: str, name: str = "odd-flow") -> str:
    return f'<sequenceFlow id="{name}" sourceRef="{start}" targetRef="{end}"/>'


def twice(model: etree._Element) -> None:
    first = one(model, "bpmn:process/bpmn:sequenceFlow")
    added(flow(first.get("sourceRef"), first.get("targetRef")))(model)


def in_between(model: etree._Element) -> None:
    """A gateway that one flow reaches and one leaves."""
    first = one(model, ".//bpmn:sequenceFlow[@sourceRef='submitted']")
    end, name = first.get("targetRef"), first.get("id")
    first.set("targetRef", "odd")
    drop(f".//*[@id='{end}']/bpmn:incoming")(model)
    added(f'<exclusiveGateway id="odd"><incoming>{name}</incoming></exclusiveGateway>', flow("odd", end))(model)


TIMER = '<timerEventDefinition id="{0}"><timeDate>x</timeDate></timerEventDefinition>'
FAULTS: dict[str, Spoil] = {
    "ad-hoc-sub-process": added('<adHocSubProcess id="odd"><startEvent id="odd-start"/></adHocSubProcess>'),
    "conditional-event": added('<intermediateCatchEvent id="odd"><conditionalEventDefinition id="c"/></intermediateCatchEvent>'),
    "conditional-flows": unconditional,
    "end-event-required": without_all("endEvent"),
    "event-based-gateway": added('<eventBasedGateway id="odd"/>', flow("odd", "choose-items")),
    "event-sub-process-typed-start-event": added(
        '<subProcess id="odd" triggeredByEvent="true"><startEvent id="odd-start"/></subProcess>'),
    "global": lambda model: model.insert(0, etree.Element(tag("bpmn", "error"), id="odd", name="odd", errorCode="odd")),
    "link-event": added('<intermediateThrowEvent id="odd"><linkEventDefinition id="l" name="nowhere"/></intermediateThrowEvent>'),
    "no-bpmndi": drop(".//bpmndi:BPMNShape"),
    "no-complex-gateway": added('<complexGateway id="odd"/>'),
    "no-disconnected": added('<manualTask id="odd"/>'),
    "no-duplicate-sequence-flows": twice,
    "no-implicit-end": added('<manualTask id="odd"/>', flow("choose-items", "odd")),
    "no-implicit-split": added('<manualTask id="odd"/>', flow("odd", "items-done"), flow("odd", "items-done", "other-flow")),
    "no-implicit-start": added('<manualTask id="odd"/>', flow("odd", "items-done")),
    "no-overlapping-elements": on_each_other,
    "single-blank-start-event": added('<startEvent id="odd"/>'),
    "single-event-definition": added(f'<startEvent id="odd">{TIMER.format("a")}{TIMER.format("b")}</startEvent>'),
    "start-event-required": without_all("startEvent"),
    "sub-process-blank-start-event": added(
        f'<subProcess id="odd"><startEvent id="odd-start">{TIMER.format("a")}</startEvent></subProcess>'),
    "superfluous-gateway": in_between,
    "superfluous-label": set_on(".//bpmn:sequenceFlow[@sourceRef='submitted']", "name", "odd"),
    "superfluous-termination": added(
        f'<subProcess id="odd"><startEvent id="a"><outgoing>f</outgoing></startEvent>{flow("a", "b", "f")}'
        '<endEvent id="b"><incoming>f</incoming><terminateEventDefinition id="t"/></endEvent></subProcess>'),
}


def found(files: Iterable[Path]) -> dict[str, set[str]]:
    """Rules that find something, by file, of one run for all."""
    command = ["node", str(package("bpmnlint/bin/bpmnlint.js")), "--config", str(CONFIG), *map(str, files)]
    done = subprocess.run(command, cwd=package("bpmnlint").parents[1], capture_output=True, text=True, check=False)
    assert done.stderr == "", f"it needs Node.js 20 or newer: {done.stderr}"
    rules: dict[str, set[str]] = {str(file): set() for file in files}
    place = ""
    for line in re.sub(r"\x1b\[[0-9;]*m", "", done.stdout).splitlines():
        place = line.strip() if line.strip() in rules else place
        if match := LINE.match(line):
            rules[place].add(match[1])
    assert done.returncode == any(rules.values()), done.stdout
    return rules


@pytest.fixture(scope="module")
def spoiled(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder, files = tmp_path_factory.mktemp("faults"), {}
    for rule, spoil in FAULTS.items():
        model = parse((HOME / f"bpmn/{HOUSE}.bpmn").read_bytes(), rule)
        spoil(model)
        files[rule] = folder / f"{rule}.bpmn"
        files[rule].write_bytes(etree.tostring(model, encoding="utf-8", xml_declaration=True))
    return files


def test_no_generic_rule_finds_anything_in_a_model() -> None:
    models = sorted(HOME.glob("bpmn/*/*.bpmn"))
    assert len(models) == 59
    assert {Path(file).name: rules for file, rules in found(models).items() if rules} == {}


def test_every_rule_that_is_kept_sees_its_fault(spoiled: dict[str, Path]) -> None:
    seen = found(spoiled.values())
    assert {rule: seen[str(file)] for rule, file in spoiled.items() if rule not in seen[str(file)]} == {}


def test_what_is_switched_off_says_why() -> None:
    """And nothing else is: every other rule of the package has a fault here."""
    off = {rule for rule, level in SETTINGS["rules"].items() if level == "off"}
    assert SETTINGS["extends"] == "bpmnlint:all"
    assert set(SETTINGS["rules"]) == off == set(SETTINGS["why"])
    known = {path.stem for path in package("bpmnlint/rules").glob("*.js")} - {"helper"}
    assert known == off | set(FAULTS)


def test_the_page_says_which_of_our_rules_refuse_the_same(spoiled: dict[str, Path], catalogue: Catalogue) -> None:
    page = (HOME / "docs" / "models.md").read_text(encoding="utf-8")
    told = dict(re.findall(r"^\| `([\w-]+)` \| (.*?) \|$", page, re.MULTILINE))
    file = f"bpmn/{HOUSE}.bpmn"
    ours = {}
    for rule, path in spoiled.items():
        rules = sorted({finding.rule for finding in lint_model(parse(path.read_bytes(), file), file, catalogue, HOME)})
        ours[rule] = ", ".join(f"`{name}`" for name in rules) or "no: only this package"
    assert told == ours | SETTINGS["why"]
