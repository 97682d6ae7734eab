"""The gate for files (S14) and how files leave (S15)."""

from __future__ import annotations

import io
from typing import Any

import pytest

from api.uploads import read_upload, shown_name
from onething.errors import InvalidInput

FRAME = b"\xff\xc0\x00\x0b\x08\x00\x10\x00\x10\x01\x01\x11\x00"
JPG = b"\xff\xd8\xff\xe0\x00\x10JFIF" + b"\0" * 10 + FRAME + b"\0" * 20
HUGE_JPG = JPG.replace(b"\x08\x00\x10\x00\x10", b"\x08\xff\xff\xff\xff")
URL = "/api/v1/documents"

HOSTILE = [
    ("空.pdf", b"", "empty-file", 422), ("程序.exe", b"MZ", "wrong-file-type", 415),
    ("图.svg", b"<svg/>", "wrong-file-type", 415), ("页.html", b"<script>", "wrong-file-type", 415),
    ("无扩展名", SAMPLE_PDF, "wrong-file-type", 415), ("假.pdf", b"<html>", "file-mismatch", 415),
    ("换.png", SAMPLE_PDF, "file-mismatch", 415), ("换.pdf.exe", SAMPLE_PDF, "wrong-file-type", 415),
    ("半.pdf", b"%SAMPLE_PDF-1.7 cut", "damaged-file", 422), ("半.jpg", b"\xff\xd8\xff\xe0", "damaged-file", 422),
    ("半.png", b"\x89PNG\r\n\x1a\n", "damaged-file", 422), ("大.jpg", HUGE_JPG, "too-many-pixels", 422),
    ("脚本.pdf", SAMPLE_PDF.replace(b"/Type", b"/JavaScript"), "active-pdf", 422),
    ("转义.pdf", SAMPLE_PDF.replace(b"/Type", b"/J#61vaScript"), "active-pdf", 422),
    ("启动.pdf", SAMPLE_PDF.replace(b"/Type", b"/Launch"), "active-pdf", 422),
    ("附件.pdf", SAMPLE_PDF.replace(b"/Type", b"/EmbeddedFile"), "active-pdf", 422),
    ("密码.pdf", SAMPLE_PDF.replace(b"/Type", b"/Encrypt"), "active-pdf", 422),
    ("太大.pdf", SAMPLE_PDF + b"\0" * 1024 * 1024, "file-too-large", 413),
]


@pytest.mark.parametrize(("name", "content", "code", "status"), HOSTILE, ids=lambda value: str(value)[:16])
def test_a_wrong_file_is_refused_and_not_stored_s14(
    company: Any, tools: Any, name: str, content: bytes, code: str, status: int
) -> None:
    answer = company.post(URL, files={"file": (name, content)})
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert "请" in answer.json()["detail"]
    assert not [path for path in tools.store.files.rglob("*") if path.is_file()]


def test_too_many_pixels_in_a_png_s14(make_png: Any) -> None:
    with pytest.raises(InvalidInput, match="像素"):
        read_upload("大.png", io.BytesIO(make_png(10_000, 10_000)), 1)


def test_good_files_pass(company: Any, make_png: Any, random_pdf: Any) -> None:
    for name, content in (("图.png", make_png()), ("图.JPEG", JPG), ("文.SAMPLE_PDF", random_pdf(50_000))):
        assert company.post(URL, files={"file": (name, content)}).status_code == 201


def test_a_huge_body_is_refused_before_it_is_kept_s14(company: Any, tools: Any) -> None:
    answer = company.post(URL, files={"file": ("太大.pdf", SAMPLE_PDF + b"\0" * 3 * 1024 * 1024)})
    assert (answer.status_code, answer.json()["code"]) == (413, "file-too-large")
    long = company.client.post("/api/v1/login", content=b"{" + b" " * 2_000_000)
    assert (long.status_code, long.json()["code"]) == (413, "body-too-large")


def test_names_from_people_never_become_paths_s14() -> None:
    assert shown_name("../../etc/passwd.pdf") == "passwd.pdf"
    assert shown_name("C:\\temp\\图\u202egpj.pdf") == "图gpj.pdf"
    assert len(shown_name("长" * 500 + ".pdf")) <= 100


def test_downloads_are_attachments_nobody_runs_or_keeps_s15(company: Any) -> None:
    document = company.upload("身份 证明.pdf")
    for path in (f"{URL}/{document}", f"/documents/{document}"):
        answer = company.get(path)
        assert answer.content == SAMPLE_PDF
        headers = answer.headers
        assert headers["content-disposition"].startswith('attachment; filename="document.pdf"; filename*=UTF-8\'\'%E8')
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["cache-control"] == "no-store"
        assert headers["content-security-policy"].startswith("sandbox")
