"""Pictures of the shared processes for docs/process.md: `python -m tests.docs.pictures` draws them anew with Chromium."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

HOME = Path(__file__).resolve().parents[2]
PICTURES = HOME / "docs" / "pictures"
DRAWN = PICTURES / "process.json"
"""Which version of each model the pictures show."""
EXAMPLE = HOME / "bpmn" / "bundles" / "open-restaurant.bpmn"
MODELER = HOME / "tests" / "js" / "node_modules" / "camunda-bpmn-js" / "dist"


def models() -> dict[str, Path]:
    """Name of the picture -> model."""
    shared = {f"process-{path.stem}": path for path in sorted(HOME.glob("bpmn/shared/*.bpmn"))}
    return {**shared, "diagram-open-restaurant": EXAMPLE}


def versions() -> dict[str, str]:
    return {name: hashlib.sha256(path.read_bytes()).hexdigest() for name, path in models().items()}


def draw(browser: Browser) -> None:
    canvas = browser.new_page()
    canvas.set_content("<div id=c style='width:1600px;height:1000px'></div>")
    canvas.add_script_tag(path=str(MODELER / "camunda-platform-modeler.production.min.js"))
    for sheet in (MODELER / "assets").glob("*.css"):
        canvas.add_style_tag(path=str(sheet))
    canvas.evaluate("window.modeler = new BpmnModeler({container: '#c'})")
    for name, path in models().items():
        svg = canvas.evaluate(
            "async (xml) => { await modeler.importXML(xml); return (await modeler.saveSVG()).svg }", path.read_text("utf-8")
        )
        width, height = (float(n) for n in re.search(r'width="([\d.]+)" height="([\d.]+)"', svg).groups())
        page = browser.new_page(viewport={"width": round(width) + 1, "height": round(height) + 1})
        data = base64.b64encode(svg.encode()).decode()
        page.set_content(f"<body style='margin:0;background:white'><img src='data:image/svg+xml;base64,{data}'></body>")
        page.screenshot(path=str(PICTURES / f"{name}.png"))
        page.close()


if __name__ == "__main__":
    with sync_playwright() as play:
        draw(play.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"]))
    DRAWN.write_text(json.dumps(versions(), indent=2) + "\n", encoding="utf-8")
