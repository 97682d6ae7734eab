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
BOX = "出版物零售业务经营许可（工作场所为单位自有产权）"
ROOM = 170  # px
ADD = """async ([xml, templates, box, name, template, room]) => {
  const of = service => modeler.get(service), errors = [];
  modeler.on('elementTemplates.errors', event => errors.push(...event.errors.map(e => e.message)));
  of('elementTemplatesLoader').setTemplates(templates);
  const { warnings } = await modeler.importXML(xml);
  const around = of('elementRegistry').find(e => e.type === 'bpmn:SubProcess' && e.businessObject.name === box);
  const approval = around.children.find(e => e.businessObject.calledElement === 'approval'), [flow] = approval.incoming;
  const all = of('elementRegistry').filter(element => element.parent && !element.labelTarget), start = approval.x - 4;
  const { movingShapes, resizingShapes } = of('spaceTool').calculateAdjustments(all, 'x', room, start);
  of('modeling').createSpace(movingShapes, resizingShapes, { x: room, y: 0 }, 'e', start);
  const task = of('elementFactory').createShape({ type: 'bpmn:Task' });
  const put = of('modeling').createShape(task, { x: start + room / 2, y: approval.y + approval.height / 2 }, flow);
  const step = of('elementTemplates').applyTemplate(put, of('elementTemplates').getAll().find(t => t.name === template));
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


def add_step(modeler: Page, xml: str, box: str, name: str, *, template: str = "附加环节", room: int = ROOM) -> dict[str, Any]:
    """Into the box of that name: space made, a task dropped on the line into 审批, the template chosen, the name typed; what
    was saved."""
    answer: dict[str, Any] = modeler.evaluate(ADD, [xml, templates.templates(), box, name, template, room])
    return answer


@cache
def bookstore_with_a_visit() -> bytes:
    """开书店 with 现场勘验 in the box of 出版物零售, as the canvas saves it."""
    with modeler_page() as modeler:
        xml = (HOME / "bpmn" / "bundles" / f"{BOOKSTORE}.bpmn").read_text(encoding="utf-8")
        return str(add_step(modeler, xml, BOX, VISIT)["saved"]).encode()
