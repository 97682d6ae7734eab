"""Several files for one material through the front door: one PDF, pages added later, and every limit of S14."""

from __future__ import annotations

import io
from typing import Any

import pytest
from PIL import Image
from sqlalchemy import select

from onething.store import Document, accounts, applications, documents
from onething.uploads import sizes
from tests.api.conftest import NEIGHBOUR, PDF
from tests.api.test_case_actions import ask_correction
from tests.api.test_uploads import clamd as clamd
from tests.api.test_uploads import draft_with_files, scanning  # noqa: F401
from tests.uploads.clamd import FakeClamd


def photo(colour: str = "white") -> bytes:
    target = io.BytesIO()
    Image.new("RGB", (300, 200), colour).save(target, "JPEG")
    return target.getvalue()


def several(*names: str, field: str = "file", content: bytes | None = None) -> list[tuple[str, tuple[str, bytes]]]:
    return [(field, (name, content or photo())) for name in names]


def material(tools: Any, draft: str, key: str = "identity") -> tuple[str, int]:
    """(name, pages) of what the draft holds."""
    with tools.store.reading() as session:
        owner = accounts.by_subject(session, ["demo-restaurant"])["demo-restaurant"].id
        data = accounts.draft(session, draft.rpartition("/")[2], owner).data
        row = documents.get(session, data["documents"][key])
        return row.name, len(sizes(row.media_type, documents.content(session, row)))


def count(tools: Any) -> int:
    with tools.store.reading() as session:
        return len(session.scalars(select(Document.id)).all())


def test_three_photos_are_one_material_of_three_pages_s14(company: Any, tools: Any) -> None:
    draft = draft_with_files(company)
    sent = company.send(f"{draft}/materials/identity", files=several("合同1.jpg", "合同2.jpg", "合同3.jpg"))
    assert sent.status_code == 303, sent.text
    assert material(tools, draft) == ("合同1（3 页）.pdf", 3)
    page = company.get(f"{draft}/materials").text
    assert ("共 3 页" in page, "再拍一页" in page, page.count(" multiple")) == (True, True, 5)


def test_a_further_page_goes_behind_and_removing_starts_anew_s14(company: Any, tools: Any) -> None:
    draft = draft_with_files(company)
    address = f"{draft}/materials/identity"
    company.send(address, files=several("一.jpg"))
    for pages in (2, 3):
        assert company.send(address, {"append": "yes"}, files=several("IMG.jpg")).status_code == 303
        assert material(tools, draft) == (f"一（{pages} 页）.pdf", pages)
    assert company.send(address, {"append": "yes"}, files=several("四.jpg", "五.jpg")).status_code == 303
    assert material(tools, draft) == ("一（5 页）.pdf", 5)
    company.send(f"{address}/remove")
    first = company.send(address, {"append": "yes"}, files=several("新.jpg"))
    assert first.status_code == 303, "where nothing is left it is the first page"
    assert material(tools, draft) == ("新.jpg", 1)
    company.send(address, files=several("换.jpg"))
    assert material(tools, draft) == ("换.jpg", 1)


def test_a_refused_page_is_named_and_what_was_there_stays_s14(company: Any, tools: Any) -> None:
    draft = draft_with_files(company)
    address = f"{draft}/materials/identity"
    company.send(address, files=several("一.jpg", "二.jpg"))
    before = count(tools)
    for fields in ({}, {"append": "yes"}):
        files = [*several("好.jpg"), ("file", ("坏.jpg", b"x")), ("file", ("文.docx", b"PK"))]
        page = company.send(address, fields, files=files)
        assert page.status_code == 415
        assert ("坏.jpg" in page.text, "文.docx" in page.text, "好.jpg" in page.text) == (True, True, False)
        assert page.text.count('href="#material-identity"') == 2
    assert (material(tools, draft), count(tools)) == (("一（2 页）.pdf", 2), before)


def noise(megapixels: float) -> bytes:
    target, side = io.BytesIO(), int((megapixels * 1e6) ** 0.5)
    Image.effect_noise((side, side), 120).save(target, "PDF", quality=95)
    return target.getvalue()


def test_the_limit_of_a_file_holds_for_all_pages_s14(company: Any, tools: Any) -> None:
    """1 MiB here: three quarters and three quarters are too much, at once or one after the other."""
    draft = draft_with_files(company)
    address, heavy = f"{draft}/materials/identity", noise(0.85)
    assert 600_000 < len(heavy) < 1024 * 1024
    files = several("一.pdf", "二.pdf", content=heavy)
    at_once = company.send(address, files=files)
    assert (at_once.status_code, "加上“二.pdf”" in at_once.text) == (413, True), at_once.text[:300]
    assert company.send(address, files=files[:1]).status_code == 303
    later = company.send(address, {"append": "yes"}, files=files[1:])
    assert (later.status_code, "加上“二.pdf”" in later.text) == (413, True)
    assert material(tools, draft)[0] == "一.pdf"
    many = company.send(address, files=several(*(f"{n}.jpg" for n in range(21))))
    assert (many.status_code, "最多选 20 个文件" in many.text) == (413, True)
    large = company.send(address, files=several("超.pdf", content=PDF + b"\0" * 2 * 1024 * 1024) + several("好.jpg"))
    assert (large.status_code, "超.pdf" in large.text, "好.jpg" in large.text) == (413, True, False)
    whole = company.send(address, files=several(*(f"{n}.pdf" for n in range(18)), content=b"%PDF-" + b"\0" * 3 * 1024 * 1024))
    assert (whole.status_code, "50 MB" in whole.text) == (413, True)
    assert material(tools, draft)[0] == "一.pdf"


def test_a_material_of_pictures_only_takes_one_s14(company: Any, tools: Any) -> None:
    start = company.send("/apply/restaurant").headers["location"].rpartition("/")[0]
    company.send(f"{start}/questions", {"signs": "yes"})
    company.send(f"{start}/items", {"item": ["food-license", "signboard"], "district": "410105"})
    answer = company.send(f"{start}/materials/photo", files=several("一.jpg", "二.jpg"))
    assert (answer.status_code, "只收一张图片" in answer.text) == (422, True)
    assert company.send(f"{start}/materials/photo", files=several("一.jpg")).status_code == 303
    more = company.send(f"{start}/materials/photo", {"append": "yes"}, files=several("二.jpg"))
    assert (more.status_code, "只收一张图片" in more.text) == (422, True)


def test_nobody_adds_pages_to_the_draft_of_another_s10(company: Any, person: Any, tools: Any) -> None:
    draft = draft_with_files(company)
    other = person(NEIGHBOUR).send(f"{draft}/materials/identity", {"append": "yes"}, files=several("一.jpg"))
    assert other.status_code == 404
    assert material(tools, draft)[0] == "identity.pdf"


def test_pages_are_not_added_to_what_is_not_checked_yet_s14(
    scanning: FakeClamd, company: Any, tools: Any, monkeypatch: pytest.MonkeyPatch  # noqa: F811
) -> None:
    monkeypatch.setattr("api.uploads._waits_for_scan", lambda *_: True)
    draft = draft_with_files(company)
    answer = company.send(f"{draft}/materials/identity", {"append": "yes"}, files=several("一.jpg"))
    assert (answer.status_code, "正在安全检查" in answer.text) == (409, True)


@pytest.mark.parametrize("at_the_counter", [False, True], ids=["page", "counter"])
def test_a_correction_takes_several_photos_of_a_material_r43(
    company: Any, person: Any, tools: Any, at_the_counter: bool
) -> None:
    number = company.apply().json()["number"]
    ask_correction(tools, number)
    who = person("window-410105") if at_the_counter else company
    path = f"/staff/window/{number}/correction" if at_the_counter else f"/cases/{number}/correction"
    files = several("图1.jpg", "图2.jpg", field="material-plan")
    bad = who.send(path, files=[*several("证1.jpg", field="material-identity"), ("material-identity", ("坏.jpg", b"x")), *files])
    assert (bad.status_code, "坏.jpg" in bad.text, "图1（2 页）.pdf" in bad.text) == (415, True, True)
    assert who.send(path, files=files).status_code == 303
    with tools.store.reading() as session:
        rows = {row.key: row.document_id for row in applications.materials(session, number)}
        assert documents.get(session, rows["plan"]).name == "图1（2 页）.pdf"
