"""R106, R107: departments work from electronic material; who must keep paper prints a marked copy, on record."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pikepdf
import pytest

from onething.cli.demo import SAMPLE_PDF
from onething.papers import PaperError
from onething.papers.copies import CopyNote, marked_copy
from onething.store import applications, audit, documents

NOTE = CopyNote(
    application_no="41010520261123000001M", material="经营场所平面图", version=2, sha256="ab" * 32,
    printed_by="金水区市场监管局审查员", printed_at="2026年11月23日 10:00", copy_no=1, reason="部门规章要求纸质留档",
)

def two_pages() -> bytes:
    pdf, out = pikepdf.new(), io.BytesIO()
    pdf.add_blank_page()
    pdf.add_blank_page(page_size=(800, 400))
    pdf.save(out)
    return out.getvalue()


@pytest.mark.parametrize(("content", "media_type", "pages"), [
    (SAMPLE_PDF, "application/pdf", 1), (two_pages(), "application/pdf", 2),
])
def test_r107_every_page_of_the_material_is_on_a_marked_page(content: bytes, media_type: str, pages: int) -> None:
    with pikepdf.open(io.BytesIO(marked_copy(content, media_type, NOTE))) as made:
        assert len(made.pages) == pages
        assert {tuple(round(float(side)) for side in page.mediabox) for page in made.pages} == {(0, 0, 595, 842)}
        assert made.docinfo["/Title"] == "经营场所平面图（电子材料打印件）"


def test_r107_a_picture_fills_one_page(make_png: Callable[[int, int], bytes]) -> None:
    with pikepdf.open(io.BytesIO(marked_copy(make_png(4, 4), "image/png", NOTE))) as made:
        assert len(made.pages) == 1


@pytest.mark.parametrize(("content", "media_type"), [
    (b"%PDF-1.7\n", "application/pdf"), (b"x", "image/png"), (b"x", "text/plain"),
])
def test_r107_a_file_that_cannot_be_set_is_said_plainly(content: bytes, media_type: str) -> None:
    with pytest.raises(PaperError, match="不能排成打印件"):
        marked_copy(content, media_type, NOTE)


def test_r106_r107_staff_print_a_marked_copy_and_it_is_on_record(tools: Any, company: Any, person: Any, take_in: Any) -> None:
    number = company.apply().json()["number"]
    take_in(number)
    with tools.store.transaction() as session:
        case = applications.lock(session, number)
        new = documents.add(session, tools.clock.now(), case.account_id, "图.pdf", "application/pdf", SAMPLE_PDF, number=number)
        applications.add_material_version(session, number, "plan", new.id, tools.clock.now())
    reviewer, address = person("reviewer-market-410105"), f"/staff/cases/{number}/materials/plan/print"
    page = reviewer.get(f"/staff/cases/{number}").text
    assert address in page
    assert "原件由牵头部门保存" in page
    assert company.send(address, {"reason": "留档"}).status_code == 404, "the applicant has the file itself"
    assert reviewer.send(address, {"reason": " "}).status_code == 422
    for _ in range(2):
        answer = reviewer.send(address, {"reason": "部门规章要求纸质留档"})
        assert (answer.status_code, answer.headers["content-type"]) == (200, "application/pdf")
        assert answer.content.startswith(b"%PDF")
    with tools.store.reading() as session:
        prints = [row for row in audit.trail(session, number) if row.action == "print-copy"]
    assert [(row.actor, row.detail["copy"], row.detail["version"]) for row in prints] == [
        ("reviewer-market-410105", 1, 2), ("reviewer-market-410105", 2, 2),
    ]
    assert {row.detail["reason"] for row in prints} == {"部门规章要求纸质留档"}
    assert {row.detail["sha256"] for row in prints} == {new.sha256}


def test_r107_what_came_on_paper_only_is_not_printed(tools: Any, company: Any, person: Any, take_in: Any) -> None:
    number = company.apply().json()["number"]
    take_in(number)
    with tools.store.transaction() as session:
        applications.add_material_version(session, number, "plan", None, tools.clock.now())
    address = f"/staff/cases/{number}/materials/plan/print"
    assert person("reviewer-market-410105").send(address, {"reason": "留档"}).status_code == 409
