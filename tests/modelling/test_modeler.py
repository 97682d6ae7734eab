"""Every model opens in the canvas of Camunda Modeler without a warning and survives being saved there."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, sync_playwright

from onething.modelling.names import parse
from onething.modelling.read import boxes, precedence, topics

HOME = Path(__file__).resolve().parents[2]
SCRIPTS = HOME / "tests" / "js"
OPEN = """async (xml) => {
  const { warnings } = await modeler.importXML(xml);
  const { xml: saved } = await modeler.saveXML({ format: true });
  return { warnings: warnings.map(w => w.message), saved };
}"""


@pytest.fixture(scope="module")
def modeler() -> Iterator[Page]:
    dist = SCRIPTS / "node_modules" / "camunda-bpmn-js" / "dist"
    if not dist.exists():
        subprocess.run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=SCRIPTS, check=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page()
        page.set_content("<div id='canvas' style='width:1600px;height:900px'></div>")
        page.add_script_tag(path=dist / "camunda-platform-modeler.production.min.js")
        page.evaluate("window.modeler = new BpmnModeler({ container: '#canvas' })")
        yield page
        browser.close()


@pytest.mark.browser
@pytest.mark.parametrize("path", sorted(HOME.glob("bpmn/*/*.bpmn")), ids=lambda path: path.stem)
def test_opens_without_a_warning_and_is_saved_whole(modeler: Page, path: Path) -> None:
    answer = modeler.evaluate(OPEN, path.read_text(encoding="utf-8"))
    assert answer["warnings"] == []
    before, after = parse(path.read_bytes(), path.name), parse(answer["saved"].encode(), path.name)
    assert set(boxes(before)) == set(boxes(after))
    assert precedence(before) == precedence(after)
    assert topics(before) == topics(after)


@pytest.mark.browser
def test_the_canvas_does_warn_of_a_broken_reference(modeler: Page) -> None:
    text = (HOME / "bpmn/shared/acceptance.bpmn").read_text(encoding="utf-8")
    broken = text.replace('targetRef="record-acceptance"', 'targetRef="nowhere"', 1)
    assert modeler.evaluate(OPEN, broken)["warnings"]
