"""Rare characters: the right glyph, or an error that names character and field before anything is signed (S19)."""

import dataclasses
import subprocess
from pathlib import Path
from types import SimpleNamespace

import pytest

from onething.papers import PaperError, render
from onething.papers.authority import LocalAuthority
from onething.papers.copies import CopyNote, marked_copy
from onething.papers.fonts import RARE_FILES, SYSTEM_DIRECTORIES, load_fonts, rare_families
from tests.papers.conftest import SAMPLES
from tests.papers.extremes import ALL
from tests.papers.test_papers import needs_pdftotext
from tests.uploads.corpus import one_page
from workers.papermaking import signed

IN_NOTO = "㛃䶮𠮷㐂𬱖𫖯"
BEYOND = "𪚥"
NOWHERE = "\U00033ff0"
"""Not assigned to any character: no font has it."""


def _files(*patterns: str) -> list[Path]:
    folders = [Path(folder).expanduser() for folder in SYSTEM_DIRECTORIES]
    return [file for folder in folders if folder.is_dir() for pattern in patterns for file in folder.rglob(pattern)]


def _folder(target: Path, files: list[Path]) -> str:
    for file in files:
        (target / file.name).symlink_to(file)
    return str(target)


@pytest.fixture
def only_noto(tmp_path: Path) -> str:
    return _folder(tmp_path, _files("*Noto*CJK*.[ot]t[cf]"))


def _text(pdf: bytes) -> str:
    return subprocess.run(["pdftotext", "-raw", "-", "-"], input=pdf, capture_output=True, check=True).stdout.decode()


@needs_pdftotext
@pytest.mark.parametrize("name", ["licence", "acceptance-notice", "receipt", "courier-label", "delivery-record"])
def test_rare_names_are_drawn_and_read_back(name, only_noto):
    """In serif and sans, in text, tables and labels; PDF/A refuses a glyph that is not there."""
    field = {"licence": "holder_name", "receipt": "applicant_name", "courier-label": "receiver_name"}.get(name, "addressee")
    assert IN_NOTO in _text(render(dataclasses.replace(ALL[name], **{field: f"张{IN_NOTO}"}), font_dir=only_noto))


@pytest.mark.parametrize(("name", "change", "fields"), [
    ("licence", {"holder_name": f"张{BEYOND}"}, "持证主体"),
    ("acceptance-notice", {"addressee": f"{BEYOND}记饭店"}, "当事人"),
    ("courier-label", {"receiver_address": f"{BEYOND}村", "receiver_name": BEYOND}, "收件人、收件地址"),
    ("refusal-decision", {"reasons": ["有理由", f"{BEYOND}不符"]}, "具体理由"),
])
def test_a_character_no_face_has_is_named_with_its_field(name, change, fields, only_noto):
    with pytest.raises(PaperError) as caught:
        render(dataclasses.replace(ALL[name], **change), font_dir=only_noto)
    assert (caught.value.code, caught.value.status) == ("paper-glyph", 422)
    assert f"“{BEYOND}”（U+2A6A5，{fields}）" in caught.value.message
    assert "没有签章" in caught.value.message


def test_a_field_inside_a_list_is_named_too():
    notice = SAMPLES["correction-notice"]
    defect = dataclasses.replace(notice.defects[0], problem=f"{NOWHERE}字不清")
    with pytest.raises(PaperError, match=r"U\+33FF0，存在的问题"):
        render(dataclasses.replace(notice, defects=[defect]))


@pytest.mark.parametrize("name", [NOWHERE, "\x1b", "葛\U000e0101"])
def test_nothing_is_signed_and_no_number_used_up(name, tmp_path):
    """Drawing comes first: no certificate is made, the signer's log stays empty, the number can be used for the mended paper."""
    desk = SimpleNamespace(authority=LocalAuthority(tmp_path))
    paper = dataclasses.replace(SAMPLES["licence"], holder_name=f"张{name}")
    with pytest.raises(PaperError):
        signed(desk, paper, number=paper.number)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["root.crt", "root.pem"]
    assert signed(desk, SAMPLES["licence"], number=paper.number)


@pytest.mark.parametrize("selector", ["\ufe00", "\U000e0101"])
def test_another_form_of_a_character_is_refused_not_drawn_in_its_usual_form(selector):
    """葛 with a variation selector is another 葛: our faces would silently show the usual one."""
    with pytest.raises(PaperError, match=r"当事人.*异体字选择符 U") as caught:
        render(dataclasses.replace(SAMPLES["acceptance-notice"], addressee=f"葛{selector}某"))
    assert caught.value.code == "paper-content"


@pytest.mark.skipif(not _files(*RARE_FILES), reason="no face for rare characters: install fonts-hanazono")
def test_a_face_that_is_laid_beside_noto_draws_what_noto_lacks(tmp_path):
    folder = _folder(tmp_path, _files("*Noto*CJK*.[ot]t[cf]", *RARE_FILES))
    assert rare_families(load_fonts(folder))
    for name in ("licence", "receipt"):
        field = {"licence": "holder_name"}.get(name, "applicant_name")
        assert BEYOND in _text(render(dataclasses.replace(ALL[name], **{field: f"张{BEYOND}"}), font_dir=folder))


def test_noto_alone_leaves_no_other_face(only_noto):
    assert rare_families(load_fonts(only_noto)) == []


def test_a_print_copy_does_not_leave_out_what_it_cannot_show():
    """R107: marks with a character no face has are an error; before, the mark was printed without it."""
    note = CopyNote(application_no="41010520261123000001M", material="平面图", version=1, sha256="0" * 64, printed_by="李明",
                    printed_at="2026年11月23日 10:00", copy_no=1, reason="归档")  # fmt: skip
    assert marked_copy(one_page(), "application/pdf", note).startswith(b"%PDF")
    with pytest.raises(PaperError, match="打印人") as caught:
        marked_copy(one_page(), "application/pdf", dataclasses.replace(note, printed_by=f"李{NOWHERE}"))
    assert caught.value.code == "paper-glyph"
