"""Every paper, drawn by the real Typst and read back by pikepdf and poppler (R45, R63, R65, R91, R102, S19)."""

import dataclasses
import io
import re
import shutil
import subprocess
import threading

import pikepdf
import pytest

from onething.papers import FILE_NAMES, Detail, PaperError, file_name, qr_svg, render

NAMES = (
    "licence", "licence-long", "licence-portrait", "acceptance-notice", "refusal-decision", "refusal-acceptance",
    "receipt", "receipt-long", "correction-notice", "delivery-record", "guidance-notice", "guidance-notice-gaps",
    "handover-ledger", "promise-letter", "special-step-notice", "special-step-visit", "extension-notice", "joint-record",
    "revocation-decision", "result-notice", "not-taken-notice",
    "ending-notice", "ending-notice-item", "ending-notice-case",
)  # fmt: skip
needs_pdftotext = pytest.mark.skipif(not shutil.which("pdftotext"), reason="pdftotext missing: install poppler-utils")


def text_of(pdf: bytes) -> str:
    """What a reader finds in the paper, without white space."""
    done = subprocess.run(["pdftotext", "-layout", "-", "-"], input=pdf, capture_output=True, check=True)
    return re.sub(r"\s", "", done.stdout.decode())


def compact(text: str) -> str:
    return re.sub(r"\s", "", text)


def words_of(content) -> list[str]:
    """Every string of `content` that must be readable on the paper."""
    found: list[str] = []
    for field in dataclasses.fields(content):
        value = getattr(content, field.name)
        if field.name in ("stage", "orientation", "item_kind", "cause"):
            continue
        for entry in value if isinstance(value, tuple) else (value,):
            if dataclasses.is_dataclass(entry):
                found += words_of(entry)
            elif isinstance(entry, str) and entry:
                found.append(entry)
    return found


@pytest.mark.parametrize("name", NAMES)
def test_paper_is_accessible_archival_pdf(samples, name):
    content = samples[name]
    with pikepdf.open(io.BytesIO(render(content))) as pdf, pdf.open_metadata() as metadata:
        assert metadata.pdfa_status == "2A"
        assert metadata["dc:title"] == f"{content.heading} {content.number}"
        assert str(pdf.Root.Lang) == "zh-CN"
        assert bool(pdf.Root.MarkInfo.Marked)


@pytest.mark.parametrize("name", NAMES)
def test_same_content_gives_same_bytes(samples, name):
    """S19: a step that runs twice makes the same paper."""
    first = render(samples[name])
    render(samples["receipt-long"])
    assert render(dataclasses.replace(samples[name])) == first


@needs_pdftotext
@pytest.mark.parametrize("name", NAMES)
def test_paper_says_all_of_its_content(samples, name):
    text = text_of(render(samples[name]))
    lost = [word for word in words_of(samples[name]) if not set(compact(word)) <= set(text)]
    assert not lost
    assert compact(samples[name].number) in text
    assert compact(samples[name].heading) in text


@needs_pdftotext
def test_receipt_has_number_time_materials_items_and_end(samples):
    """R45."""
    text = text_of(render(samples["receipt"]))
    parts = ("410100-20261123-000017", "2026年11月23日14:05", "经营场所平面图", "食品经营许可", "2026年12月21日星期一")
    for part in parts:
        assert text.count(part) >= 2, f"{part} is not on both copies"
    assert "沿此线裁开" in text
    assert text.count("收件人：") == text.count("申请人：") == 2


def test_long_receipt_goes_over_pages_and_short_one_does_not(samples):
    with pikepdf.open(io.BytesIO(render(samples["receipt-long"]))) as pdf:
        assert len(pdf.pages) == 4
    with pikepdf.open(io.BytesIO(render(samples["receipt"]))) as pdf:
        assert len(pdf.pages) == 1


@pytest.mark.parametrize("name", ["licence", "licence-long", "licence-portrait"])
def test_licence_is_one_page_of_its_orientation(samples, name):
    with pikepdf.open(io.BytesIO(render(samples[name]))) as pdf:
        assert len(pdf.pages) == 1
        _, _, width, height = (float(edge) for edge in pdf.pages[0].MediaBox)
        assert (width > height) == (samples[name].orientation == "landscape")


@needs_pdftotext
def test_what_a_licence_cannot_hold_goes_to_a_page_of_its_own(samples):
    scope = "经营项目说明。" * 150
    pdf = render(dataclasses.replace(samples["licence"], details=[Detail(label="经营范围", value=scope)]))
    with pikepdf.open(io.BytesIO(pdf)) as pages:
        assert len(pages.pages) == 2
    said = text_of(pdf).replace("\n", "").replace(" ", "")
    assert said.index("见附页") < said.index("食品经营许可证附页")
    assert said.count("经营项目说明。") > 145, "the watermark runs through some"


def test_licence_with_too_much_on_it_is_refused(samples):
    with pytest.raises(PaperError) as caught:
        render(dataclasses.replace(samples["licence"], details=[Detail(label=f"第{n}项", value="有") for n in range(80)]))
    assert caught.value.code == "paper-content"
    assert "一页" in caught.value.message


@needs_pdftotext
@pytest.mark.parametrize("name", NAMES)
def test_demonstration_papers_say_so_and_real_ones_do_not(samples, name):
    assert "样例" in text_of(render(samples[name]))
    assert "样例" not in text_of(render(dataclasses.replace(samples[name], demo=False)))


@needs_pdftotext
def test_acceptance_says_when_it_will_be_decided(samples):
    """R63."""
    notice = dataclasses.replace(samples["acceptance-notice"], demo=False)  # no 样例 between the lines
    text = text_of(render(notice))
    assert "自2026年11月24日起予以受理" in text
    assert "2026年12月8日星期二前" in text
    deemed = text_of(render(dataclasses.replace(notice, deemed=True)))
    assert "视为受理" in deemed


@needs_pdftotext
@pytest.mark.parametrize("name", ["refusal-decision", "refusal-acceptance"])
def test_refusal_carries_reasons_basis_and_remedy(samples, name):
    """R65, R91, R102."""
    text = text_of(render(samples[name]))
    for part in ("具体理由", "法律依据", "救济途径", "行政复议", "行政诉讼", "六十日", "六个月"):
        assert part in text


@pytest.mark.parametrize("field", ["reasons", "legal_basis", "remedy"])
def test_refusal_without_reason_basis_or_remedy_is_refused(samples, field):
    """R65: an empty reason is refused; R91."""
    empties = ["", "  "] if field == "remedy" else [(), []]
    for empty in empties:
        with pytest.raises(PaperError, match="必填"):
            dataclasses.replace(samples["refusal-decision"], **{field: empty})
    with pytest.raises(PaperError, match="不能为空"):
        dataclasses.replace(samples["refusal-decision"], reasons=["有理由", "　"])


@pytest.mark.parametrize(
    "attack",
    ['#panic("x")', "$x^2$", "*粗* _斜_ `码`", '#import "paper.typ": *', "\\u{41} // /* \\", '"},"demo":false,{"'],
)
@needs_pdftotext
def test_markup_in_data_stays_text(samples, attack):
    text = text_of(render(dataclasses.replace(samples["acceptance-notice"], addressee=attack)))
    assert compact(attack) in text.replace("“", '"').replace("”", '"')


@pytest.mark.parametrize("name", ["买买提·吐尔逊", "Ørsted & Søn"])
def test_names_in_other_scripts_are_drawn(samples, name):
    assert render(dataclasses.replace(samples["licence"], holder_name=name)).startswith(b"%PDF")


@pytest.mark.parametrize("character", ["\x00", "\x1b", "\u202e", "\u200b", "\ue000", "\ud800"])
def test_invisible_characters_are_refused(samples, character):
    with pytest.raises(PaperError, match=f"U\\+{ord(character):04X}"):
        render(dataclasses.replace(samples["licence"], holder_name=f"张{character}三"))


@pytest.mark.parametrize("name", NAMES)
def test_qr_code_of_the_verify_address_is_drawn_with_its_address_as_alternative_text(samples, name):
    with pikepdf.open(io.BytesIO(render(samples[name]))) as pdf:
        dictionaries = [thing for thing in pdf.objects if isinstance(thing, pikepdf.Dictionary)]
        alternatives = [str(thing.Alt) for thing in dictionaries if "/Alt" in thing]
    assert any(samples[name].verify_url in text for text in alternatives)


def test_qr_svg_depends_on_the_address_only():
    assert qr_svg("https://a.example/1") == qr_svg("https://a.example/1")
    assert qr_svg("https://a.example/1") != qr_svg("https://a.example/2")
    assert qr_svg("https://a.example/1").startswith("<svg")
    assert "viewBox" in qr_svg("https://a.example/1")


def test_file_names_are_chinese_with_the_number(samples):
    assert file_name(samples["licence"]) == "食品经营许可证_JY24101050001234.pdf"
    assert file_name(samples["receipt"]) == "收件回执_SJ-410100-20261123-000017.pdf"
    assert file_name(dataclasses.replace(samples["receipt"], number="../a:b\n")) == "收件回执_..-a-b-.pdf"
    elsewhere = {"publication", "leaflet", "application-form"}  # tests/papers/test_publications.py
    elsewhere |= {"authority-letter", "collection-slip", "courier-label", "submission-slip"}  # tests/papers/test_counter.py
    assert {content.kind for content in samples.values()} == set(FILE_NAMES) - elsewhere


@pytest.mark.parametrize(("kind", "owing"), [("容缺受理", True), ("告知承诺", False)])
def test_a_letter_promises_to_hand_in_only_what_comes_later_r47(samples, kind, owing):
    letter = samples["promise-letter"]
    lines = [line for line in letter.lines if line.kind == kind]
    text = text_of(render(dataclasses.replace(letter, lines=lines)))
    assert "并承诺：所作承诺真实" in text
    assert ("应当补交的材料按期补交" in text) == owing


def test_missing_fonts_are_an_error_with_the_cure(samples, tmp_path):
    with pytest.raises(PaperError) as caught:
        render(samples["receipt"], font_dir=str(tmp_path))
    assert caught.value.code == "paper-font"
    assert "fonts-noto-cjk" in caught.value.message


def test_threads_draw_the_same_papers(samples):
    expected = {name: render(samples[name]) for name in NAMES}
    wrong: list[str] = []

    def draw(names):
        wrong.extend(name for name in names if render(samples[name]) != expected[name])

    threads = [threading.Thread(target=draw, args=(order,)) for order in (NAMES, NAMES[::-1], NAMES[3:] + NAMES[:3])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong
