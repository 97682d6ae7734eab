"""Every model opens in the canvas of Camunda Modeler without a warning and survives being saved there."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page

from onething.catalogue import Catalogue
from onething.engine.contract import EXTRA_STEP
from onething.engine.steps import STEPS
from onething.modelling import templates
from onething.modelling.box import EXTRA_IN
from onething.modelling.compare import compare
from onething.modelling.lint import lint_model
from onething.modelling.names import BPMN, BPMNDI, DC, camunda, find_all, parse
from onething.modelling.read import boxes, precedence, topics
from onething.modelling.sync import sync
from tests.modelling.adding import BOOKSTORE, BOX, VISIT, add_step, modeler_page
from tests.modelling.hand import without

HOME = Path(__file__).resolve().parents[2]
OPEN = """async (xml) => {
  const { warnings } = await modeler.importXML(xml);
  const { xml: saved } = await modeler.saveXML({ format: true });
  return { warnings: warnings.map(w => w.message), saved };
}"""


@pytest.fixture(scope="module")
def modeler() -> Iterator[Page]:
    with modeler_page() as page:
        yield page


@pytest.mark.browser
@pytest.mark.parametrize("path", sorted(HOME.glob("bpmn/*/*.bpmn")), ids=lambda path: path.stem)
def test_opens_without_a_warning_and_is_saved_whole(modeler: Page, path: Path) -> None:
    answer = modeler.evaluate(OPEN, path.read_text(encoding="utf-8"))
    assert answer["warnings"] == []
    before, after = parse(path.read_bytes(), path.name), parse(answer["saved"].encode(), path.name)
    assert set(boxes(before)) == set(boxes(after))
    assert precedence(before) == precedence(after)
    assert topics(before) == topics(after)
    assert [one.sentence for one in compare(before, after) if "整张图" not in one.sentence] == []


@pytest.mark.browser
@pytest.mark.parametrize("process", ["newborn", "open-restaurant", "second-hand-home-transfer"])
def test_a_model_saved_there_is_synced_and_opens_again(modeler: Page, process: str, catalogue: Catalogue) -> None:
    """`onething model sync` finds nothing to do in it, and after an item went and came back nothing is broken."""
    file = f"bpmn/bundles/{process}.bpmn"
    saved = modeler.evaluate(OPEN, (HOME / file).read_text(encoding="utf-8"))["saved"].encode()
    own, bundle = catalogue.processes()[process]
    assert sync(saved, file, bundle, own).data == saved
    fewer, smaller = without(catalogue, process, bundle.rows[0].item)
    less = sync(saved, file, smaller, fewer).data
    assert set(less.splitlines()) <= set(saved.splitlines()), "every line as the modeler wrote it"
    more = sync(less, file, bundle, own).data
    assert [modeler.evaluate(OPEN, data.decode())["warnings"] for data in (less, more)] == [[], []]


APPLY = """async ([xml, templates]) => {
  const errors = [];
  modeler.on('elementTemplates.errors', event => errors.push(...event.errors.map(e => e.message)));
  modeler.get('elementTemplatesLoader').setTemplates(templates);
  const applied = {};
  for (const template of templates) {
    await modeler.importXML(xml);
    const element = modeler.get('elementRegistry').get(template.elementType ? 'task' : 'step');
    modeler.get('elementTemplates').applyTemplate(element, modeler.get('elementTemplates').get(template.id));
    applied[template.id] = (await modeler.saveXML()).xml;
  }
  return { errors, applied };
}"""
EMPTY = f"""<definitions xmlns="{BPMN}" xmlns:bpmndi="{BPMNDI}" xmlns:dc="{DC}" id="d" targetNamespace="t"><process id="p">
<serviceTask id="step"/><task id="task"/></process>
<bpmndi:BPMNDiagram id="g"><bpmndi:BPMNPlane id="l" bpmnElement="p"><bpmndi:BPMNShape id="s"
bpmnElement="step"><dc:Bounds x="0" y="0" width="100" height="80"/></bpmndi:BPMNShape><bpmndi:BPMNShape id="t" bpmnElement="task">
<dc:Bounds x="200" y="0" width="100" height="80"/></bpmndi:BPMNShape></bpmndi:BPMNPlane></bpmndi:BPMNDiagram>
</definitions>"""


@pytest.mark.browser
def test_every_element_template_makes_the_step_it_names(modeler: Page) -> None:
    answer = modeler.evaluate(APPLY, [EMPTY, templates.templates()])
    assert answer["errors"] == []
    extra, *steps = answer["applied"].values()
    [call] = find_all(parse(extra.encode(), "applied"), ".//bpmn:callActivity")
    passed = {one.get("source"): one.get("target") for one in find_all(call, ".//camunda:in[@source]")}
    assert (call.get("calledElement"), passed) == (EXTRA_STEP, {name: name for name in EXTRA_IN})
    for step, xml in zip(STEPS, steps, strict=True):
        [task] = find_all(parse(xml.encode(), "applied"), ".//bpmn:serviceTask")
        said = {one.get("name"): one.get("value") for one in find_all(task, ".//camunda:property")}
        assert (task.get("name"), task.get(camunda("type")), task.get(camunda("topic"))) == (step.name, "external", step.topic)
        assert said == ({"step": step.step} if step.step else {})


@pytest.mark.browser
def test_an_analyst_adds_a_step_to_one_item(modeler: Page, catalogue: Catalogue) -> None:
    """Drawn, saved: lint has nothing to say, `sync` leaves it as it is, and it is one call in the box and one line more."""
    file, (own, bundle) = f"bpmn/bundles/{BOOKSTORE}.bpmn", catalogue.processes()[BOOKSTORE]
    before = (HOME / file).read_text(encoding="utf-8")
    answer = add_step(modeler, before, BOX, VISIT)
    assert (answer["warnings"], answer["errors"], answer["type"]) == ([], [], "bpmn:CallActivity")
    saved = answer["saved"].encode()
    assert lint_model(parse(saved, file), file, catalogue, HOME) == []
    assert sync(saved, file, bundle, own).data == saved
    told = [one.sentence for one in compare(parse(before.encode(), file), parse(saved, file))]
    added, rewired = [sentence for sentence in told if "移动" not in sentence and "大小" not in sentence]
    assert added.startswith(f"新增调用活动“{VISIT}”")
    assert added.endswith("在“予以受理？”之后，在“审批”之前")
    assert rewired.endswith(f"改接为“予以受理？” → “{VISIT}”")


def test_the_element_templates_are_generated() -> None:
    told = "元素模板过时；请运行 onething model templates"
    assert (HOME / templates.PLACE).read_text(encoding="utf-8") == templates.text(), told


@pytest.mark.browser
def test_the_canvas_does_warn_of_a_broken_reference(modeler: Page) -> None:
    text = (HOME / "bpmn/shared/acceptance.bpmn").read_text(encoding="utf-8")
    broken = text.replace('targetRef="record-acceptance"', 'targetRef="nowhere"', 1)
    assert modeler.evaluate(OPEN, broken)["warnings"]
