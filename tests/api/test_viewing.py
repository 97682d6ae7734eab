"""The viewer: pages of a file for whoever may have it, on record, and never the file itself (S10, S15, S25)."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
from PIL import Image

from onething.cli.demo import SAMPLE_PDF
from onething.store import applications, audit

WINDOW = "window-410105"


@pytest.fixture
def number(company: Any) -> str:
    files = {key: company.upload(f"{name}.pdf", SAMPLE_PDF) for key, name in (("identity", "身份证明"), ("plan", "平面图"))}
    return str(company.apply(materials=files).json()["number"])


@pytest.fixture
def files(number: str, tools: Any) -> dict[str, str]:
    with tools.store.reading() as session:
        return {row.key: row.document_id for row in applications.materials(session, number) if row.document_id}


def looked(tools: Any, number: str) -> list[tuple[str, str]]:
    with tools.store.reading() as session:
        return [(row.actor, row.detail["document"]) for row in audit.trail(session, number) if row.action == "look-at-file"]


def test_pages_are_pictures_no_browser_keeps_s15(company: Any, files: dict[str, str]) -> None:
    page = company.get(f"/documents/{files['plan']}/view")
    assert page.status_code == 200
    assert "平面图.pdf" in page.text
    [(source, width, height)] = re.findall(r'<img src="([^"]+)" width="(\d+)" height="(\d+)"', page.text)
    answer = company.get(source)
    assert Image.open(io.BytesIO(answer.content)).size == (int(width), int(height))
    assert answer.headers["content-type"] == "image/jpeg"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["content-security-policy"].startswith("sandbox")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert company.get(f"/documents/{files['plan']}/pages/2").status_code == 404


def test_one_goes_from_file_to_file_of_the_case(company: Any, files: dict[str, str]) -> None:
    page = company.get(f"/documents/{files['plan']}/view").text
    links = re.findall(r'href="/documents/([^"]+)/view"( aria-current="page")?', page)
    assert dict(links) == {files["identity"]: "", files["plan"]: ' aria-current="page"'}


def test_staff_are_on_record_once_for_every_file_they_look_at_s25(
    person: Any, number: str, files: dict[str, str], tools: Any, clock: Any
) -> None:
    """Also who asks for the picture alone; the pages of one file are one look."""
    clerk, plan, identity = person(WINDOW), files["plan"], files["identity"]
    assert clerk.get(f"/documents/{plan}/pages/1").status_code == 200
    for _ in range(2):
        assert clerk.get(f"/documents/{plan}/view").status_code == 200
    assert looked(tools, number) == [(WINDOW, plan)]
    clerk.get(f"/documents/{identity}/pages/1")
    assert looked(tools, number) == [(WINDOW, plan), (WINDOW, identity)]
    clock.move(minutes=11)
    clerk.get(f"/documents/{plan}/pages/1")
    assert len(looked(tools, number)) == 3


def test_the_owner_is_not_on_record_for_own_files(company: Any, number: str, files: dict[str, str], tools: Any) -> None:
    assert company.get(f"/documents/{files['plan']}/view").status_code == 200
    assert looked(tools, number) == []


def test_what_cannot_be_drawn_can_be_downloaded(company: Any, number: str) -> None:
    """A file of before the gate was what it is now."""
    broken = company.upload("旧.pdf")
    page = company.get(f"/documents/{broken}/view")
    assert page.status_code == 200
    assert ("<img" in page.text) or ("请下载后查看" in page.text)
    assert f'href="/documents/{broken}"' in page.text


@pytest.mark.parametrize(("query", "way"), [
    ("?draft=d1&step=review", 'href="/drafts/d1/review"'), ("?draft=../me&step=review", 'href="/drafts/..%2Fme/review"'),
])
def test_from_an_application_it_leads_back_there(company: Any, query: str, way: str) -> None:
    fresh = company.upload("平面图.pdf", SAMPLE_PDF)
    assert way in company.get(f"/documents/{fresh}/view{query}").text
    assert "/drafts/" not in company.get(f"/documents/{fresh}/view?draft=d1&step=nowhere").text


def test_the_counter_and_the_reviewer_are_led_to_the_viewer(person: Any, number: str, files: dict[str, str]) -> None:
    assert f'href="/documents/{files["plan"]}/view"' in person(WINDOW).get(f"/staff/window/{number}").text
    reviewer = person("reviewer-market-410105")
    assert f'href="/documents/{files["plan"]}/view"' in reviewer.get(f"/staff/cases/{number}").text
