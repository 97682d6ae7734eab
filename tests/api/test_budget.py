"""The first page on a phone: what it weighs on its way, without anything that was kept (issue 6)."""

from __future__ import annotations

import re
from pathlib import Path

from fastapi.testclient import TestClient

from api.app import create_app
from onething.bootstrap import build_tools
from onething.settings import Settings
from tests.api.conftest import BASE, HOME

MOST = 200 * 1024
ADDED = re.compile(r'<(?:link|script|img)[^>]+(?:href|src)="([^"]+)"')


def test_the_start_page_with_its_styles_and_scripts_is_at_most_200_kb(tmp_path: Path) -> None:
    app = create_app(build_tools(Settings(home=HOME, var=tmp_path, limits=False)))
    with TestClient(app, base_url=BASE, headers={"Accept-Encoding": "gzip"}) as browser:
        page = browser.get("/")
        parts = [page, *(browser.get(address) for address in ADDED.findall(page.text))]
    assert {part.status_code for part in parts} == {200}
    assert len(parts) >= 4, "the page, its mark, its styles, its script"
    weights = {str(part.url.path): int(part.headers["content-length"]) for part in parts}
    assert sum(weights.values()) <= MOST, weights
    assert "gzip" in page.headers["content-encoding"]
    assert not re.search(r'(?:href|src)="(?:https?:)?//', page.text), "nothing from elsewhere"
