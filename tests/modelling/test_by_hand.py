"""The step of docs/analysts.md drawn with mouse and keyboard: palette, properties panel, direct editing, dragging.

The canvas, palette, context pad and properties panel are the ones that Camunda Modeler shows. Its list of templates is the
desktop application's own and not in the package: the button Select is pressed, and the test answers what the list would.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page

from onething.catalogue import Catalogue
from onething.modelling import templates
from onething.modelling.compare import compare
from onething.modelling.lint import lint_model
from onething.modelling.names import parse
from onething.modelling.sync import sync
from tests.js.packages import package
from tests.modelling.adding import BOOKSTORE, BOX, HOME, ITEM, VISIT, modeler_page
from tests.modelling.hand import bounds_of, by_id

pytestmark = pytest.mark.browser
FILE = f"bpmn/bundles/{BOOKSTORE}.bpmn"
STORY = (HOME / "docs/analysts.md").read_text(encoding="utf-8").split("## 给一个事项加一个环节\n")[1].split("\n## ")[0]
SHOW = """async ([xml, templates]) => {
  document.body.style = 'margin:0; display:flex';
  document.body.innerHTML = "<div id='canvas' style='width:1250px;height:900px'></div>"
    + "<div id='panel' style='width:350px;height:900px;overflow:auto'></div>";
  window.modeler = new BpmnModeler({ container: '#canvas', propertiesPanel: { parent: '#panel' } });
  modeler.get('elementTemplatesLoader').setTemplates(templates);
  modeler.on('elementTemplates.select', ({ element }) => modeler.get('elementTemplates').applyTemplate(
    element, modeler.get('elementTemplates').getAll().find(template => template.name === window.chosen)));
  await modeler.importXML(xml);
  modeler.get('canvas').zoom(1.0);
}"""


class Hand:
    """What a person sees and does, in pixels of the screen."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def place(self, element: str) -> tuple[float, float, float, float]:
        """Left, middle and right of an element, and its middle height."""
        box = self.page.locator(f"[data-element-id='{element}'] .djs-visual").first.bounding_box()
        assert box
        return box["x"], box["x"] + box["width"] / 2, box["x"] + box["width"], box["y"] + box["height"] / 2

    def tool(self, title: str) -> tuple[float, float]:
        box = self.page.locator(".djs-palette").get_by_title(title, exact=True).bounding_box()
        assert box
        return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2

    def drag(self, start: tuple[float, float], end: tuple[float, float]) -> None:
        mouse = self.page.mouse
        mouse.move(*start)
        mouse.down()
        mouse.move((start[0] + end[0]) / 2, (start[1] + end[1]) / 2, steps=5)
        mouse.move(*end, steps=10)
        mouse.up()


@pytest.fixture
def hand() -> Iterator[Hand]:
    with modeler_page() as page:
        page.set_viewport_size({"width": 1600, "height": 900})
        for sheet in sorted(package("camunda-bpmn-js/dist").glob("assets/**/*.css")):
            page.add_style_tag(path=sheet)
        page.evaluate(SHOW, [(HOME / FILE).read_text(encoding="utf-8"), templates.templates()])
        yield Hand(page)


def told(words: str) -> str:
    """What the page says to take, press or type."""
    [found] = re.findall(words, STORY)
    return str(found)


def saved(hand: Hand) -> bytes:
    return str(hand.page.evaluate("async () => (await modeler.saveXML({ format: true })).xml")).encode()


def make_room(hand: Hand, height: float) -> None:
    """With the space tool, pressed left of 审批 at this height."""
    x = hand.place(f"{ITEM}-approval")[0] - 8
    hand.page.mouse.click(*hand.tool(told(r"工具栏选 (.+?)（快捷键")))
    hand.drag((x, height), (x + int(told(r"向右拖 (\d+) 像素")), height))


def test_p17_the_step_is_added_with_mouse_and_keyboard_and_lint_and_sync_keep_it(hand: Hand, catalogue: Catalogue) -> None:
    page, call, approval = hand.page, f"{ITEM}-acceptance", f"{ITEM}-approval"
    make_room(hand, 150)
    _, _, gate, line = hand.place(f"{ITEM}-accepted")
    hand.drag(hand.tool(told(r"工具栏把 (.+?)（圆角矩形）")), ((gate + hand.place(approval)[0]) / 2, line))
    page.keyboard.press("Escape")
    page.evaluate("name => { window.chosen = name }", told(r"，选“(.+?)”。"))
    page.locator("#panel").get_by_role("button", name=told(r"Template 处点 (\w+)，")).click()
    page.locator("#panel").get_by_text(told(r"展开属性栏的 (.+?)，"), exact=True).click()
    page.get_by_label(told(r"，在“(.+?)”填")).fill(told(r"填 `(.+?)`"))
    _, middle, _, height = hand.place(call)
    page.mouse.dblclick(middle, height - 8)
    page.keyboard.press("Control+a")
    page.keyboard.type("受理（窗口）")
    page.mouse.click(1000, 150)
    hand.drag(hand.place("not-taken-in")[1::2], (hand.place("not-taken-in")[1] + 30, hand.place("not-taken-in")[3] + 20))
    before, after = parse((HOME / FILE).read_bytes(), FILE), parse(saved(hand), FILE)
    assert lint_model(after, FILE, catalogue, HOME) == []
    own, bundle = catalogue.processes()[BOOKSTORE]
    assert sync(saved(hand), FILE, bundle, own).changes == ()
    kinds = {one.kind: one for one in compare(before, after) if one.kind != "moved"}
    assert kinds["added"].sentence.startswith(f"新增调用活动“{VISIT}”")
    assert kinds["added"].sentence.endswith("在“予以受理？”之后，在“审批”之前")
    assert kinds["rewired"].sentence.endswith(f"改接为“予以受理？” → “{VISIT}”")
    assert kinds.keys() == {"added", "rewired", "renamed"}
    assert by_id(after, call).get("name") == "受理（窗口）"
    was, now = (float(bounds_of(model, "not-taken-in").get("x", 0)) - float(bounds_of(model, "submitted").get("x", 0))
                for model in (before, after))
    assert now - was == pytest.approx(30, abs=10), "dragged; the canvas snaps"


def test_room_is_made_outside_of_the_boxes(hand: Hand) -> None:
    """As the page says: all boxes grow alike. Pressed on a line inside, the tool moves nothing else."""
    box, other = f"box-{ITEM}", "box-fire-safety-inspection"
    _, _, right, line = hand.place(box)
    make_room(hand, line)
    assert hand.place(box)[2] == right, "no room made from inside"
    hand.page.keyboard.press("Escape")
    make_room(hand, 150)
    assert hand.place(box)[2] - right == pytest.approx(170, abs=1)
    assert hand.place(other)[2] == hand.place(box)[2]


def test_the_page_names_what_is_shown(hand: Hand) -> None:
    assert BOX in STORY
    titles = hand.page.locator(".djs-palette .entry").evaluate_all("all => all.map(one => one.title)")
    assert {told(r"工具栏选 (.+?)（快捷键"), told(r"工具栏把 (.+?)（圆角矩形）")} <= set(titles)
