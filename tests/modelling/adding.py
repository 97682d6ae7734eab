"""An analyst adds a step to one item in the canvas of Camunda Modeler, as docs/analysts.md says: room, a task, its template."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, sync_playwright

from onething.modelling import templates
from tests.js.packages import package

HOME = Path(__file__).resolve().parents[2]
BOOKSTORE, ITEM, VISIT = "open-bookstore", "publication-retail-permit-owned", "现场勘验"
ADD = """async ([xml, templates, item, name]) => {
  const of = service => modeler.get(service), errors = [];
  modeler.on('elementTemplates.errors', event => errors.push(...event.errors.map(e => e.message)));
  of('elementTemplatesLoader').setTemplates(templates);
  const { warnings } = await modeler.importXML(xml);
  const approval = of('elementRegistry').get(`${item}-approval`), [flow] = approval.incoming;
  const all = of('elementRegistry').filter(element => element.parent && !element.labelTarget), start = approval.x - 4;
  const { movingShapes, resizingShapes } = of('spaceTool').calculateAdjustments(all, 'x', 170, start);
  of('modeling').createSpace(movingShapes, resizingShapes, { x: 170, y: 0 }, 'e', start);
  const task = of('elementFactory').createShape({ type: 'bpmn:Task' });
  const put = of('modeling').createShape(task, { x: start + 85, y: approval.y + approval.height / 2 }, flow);
  const step = of('elementTemplates').applyTemplate(put, of('elementTemplates').get('onething.extra-step'));
  of('modeling').updateLabel(step, name);
  const { xml: saved } = await modeler.saveXML({ format: true });
  return { warnings: warnings.map(w => w.message), errors, type: step.type, saved };
}"""


@contextmanager
def modeler_page() -> Iterator[Page]:
    """A page with the canvas of Camunda Modeler (platform 7) as `modeler`."""
    dist = package("camunda-bpmn-js/dist")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page()
        page.set_content("<div id='canvas' style='width:1600px;height:900px'></div>")
        page.add_script_tag(path=dist / "camunda-platform-modeler.production.min.js")
        page.evaluate("window.modeler = new BpmnModeler({ container: '#canvas' })")
        yield page
        browser.close()


def add_step(modeler: Page, xml: str, item: str, name: str) -> dict[str, Any]:
    """With the space tool, a task dropped on the line into 审批, the template chosen and the name typed; what was saved."""
    answer: dict[str, Any] = modeler.evaluate(ADD, [xml, templates.templates(), item, name])
    return answer


@cache
def bookstore_with_a_visit() -> bytes:
    """开书店 with 现场勘验 in the box of 出版物零售, as the canvas saves it."""
    with modeler_page() as modeler:
        xml = (HOME / "bpmn" / "bundles" / f"{BOOKSTORE}.bpmn").read_text(encoding="utf-8")
        return str(add_step(modeler, xml, ITEM, VISIT)["saved"]).encode()
