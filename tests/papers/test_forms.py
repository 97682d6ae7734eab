"""The form people know, measured on the page: letter form, seal with its text, number, code, remedy (R63, R65, R91, R102).

Positions are read back by poppler in points from the upper left corner; watermark and drawn seal are left out with `demo` off.
"""

import dataclasses
import io
import re
import shutil
import subprocess
from collections import Counter
from dataclasses import dataclass

import pikepdf
import pytest

from onething.papers import PaperContent, file_name, heading_of, render
from onething.papers.labels import LABELS
from tests.papers.extremes import ALL, BAREST, LONGEST

pytestmark = pytest.mark.skipif(not shutil.which("pdftotext"), reason="pdftotext missing: install poppler-utils")
MM = 72 / 25.4
OFFICIAL = (
    "acceptance-notice", "refusal-decision", "special-step-notice", "extension-notice", "joint-record", "delivery-record",
    "handover-ledger", "revocation-decision", "result-notice", "not-taken-notice",
    "ending-notice",
)  # fmt: skip
SEALED = (*OFFICIAL, "promise-letter", "receipt", "correction-notice", "guidance-notice")
NOT_SIGNED = ("authority-letter", "collection-slip", "courier-label", "submission-slip")
WORD = re.compile(r'<word xMin="([\d.-]+)" yMin="([\d.-]+)" xMax="([\d.-]+)" yMax="([\d.-]+)">(.*?)</word>')


@dataclass(frozen=True)
class Word:
    left: float
    top: float
    right: float
    bottom: float
    text: str


def pages_of(content: PaperContent) -> list[list[Word]]:
    """The words of every page with their places."""
    pdf = render(dataclasses.replace(content, demo=False))
    told = subprocess.run(["pdftotext", "-bbox", "-", "-"], input=pdf, capture_output=True, check=True).stdout.decode()
    return [
        [Word(*map(float, found.groups()[:4]), found[5]) for found in WORD.finditer(page)]
        for page in told.split("<page ")[1:]
    ]


def text_of(words: list[Word]) -> str:
    return "".join(word.text for word in words)


def find(words: list[Word], text: str) -> Word:
    return next(word for word in words if text in word.text)


@pytest.mark.parametrize("kind", OFFICIAL)
def test_notices_and_decisions_have_the_letter_form(kind):
    """Office 30 mm from the edge and in the middle, number at the right edge of the text, title in the middle, in this order."""
    content = ALL[kind]
    words = pages_of(content)[0]
    office, number, title = (find(words, part) for part in (content.issuer, content.number, content.heading))
    assert 29 * MM <= office.top <= 36 * MM
    assert abs((office.left + office.right) / 2 - (28 + 156 / 2) * MM) < 3 * MM
    assert abs(number.right - (28 + 156) * MM) < 1.5 * MM
    assert abs((title.left + title.right) / 2 - (28 + 156 / 2) * MM) < 3 * MM
    assert office.bottom < number.top < number.bottom < title.top
    if hasattr(content, "addressee") and kind != "delivery-record":
        addressed = find(words, content.addressee + "：")
        assert title.bottom < addressed.top
        assert abs(addressed.left - 28 * MM) < 1 * MM


@pytest.mark.parametrize("kind", OFFICIAL)
def test_red_rules_are_170_mm_wide_and_stand_below_the_head_and_at_the_foot_of_the_first_page(kind):
    pdf = render(dataclasses.replace(ALL[kind], demo=False))
    command = ["pdftoppm", "-r", "50.8", "-f", "1", "-l", "1", "-"]  # two pixels a millimetre
    image = subprocess.run(command, input=pdf, capture_output=True, check=True).stdout
    head = re.match(rb"P6\s+(\d+)\s+(\d+)\s+255\s", image)
    width, height, pixels = int(head[1]), int(head[2]), image[head.end() :]

    def is_red(x: int, y: int) -> bool:
        r, g, b = pixels[3 * (y * width + x) : 3 * (y * width + x) + 3]
        return r > 150 and g < 160 and b < 160

    ruled = [y for y in range(height) if all(is_red(x, y) for x in range(44, 376, 4))]
    assert ruled, "no red rule"
    assert all(not is_red(x, y) for y in ruled for x in (*range(36), *range(386, width)))
    assert 35 <= min(ruled) / 2 <= 60, "below the head"
    assert 275 <= max(ruled) / 2 <= 279, "20 mm above the lower edge"


@pytest.mark.parametrize("kind", SEALED)
@pytest.mark.parametrize("contents", [ALL, LONGEST, BAREST], ids=["usual", "longest", "barest"])
def test_date_stands_lower_right_and_the_code_left_of_it_with_text_above_on_the_same_page(kind, contents):
    """No seal stands alone: whatever the length, words of the paper itself are on the page of its seal."""
    pages = pages_of(contents[kind])
    words = next(page for page in reversed(pages) if any(word.text == "2026年11月23日" for word in page))
    date = [word for word in words if word.text == "2026年11月23日"][-1]
    address = [word for word in words if "https://" in word.text][-1]
    assert date.left > 105 * MM
    assert address.right < date.left
    above = [word for word in words if word.bottom < min(date.top, address.top) - 45 * MM / 2]
    assert len(text_of(above)) >= 20, text_of(above)
    if kind in OFFICIAL:
        assert words is pages[-1]


@pytest.mark.parametrize("kind", LONGEST)
@pytest.mark.parametrize("contents", [LONGEST, BAREST], ids=["longest", "barest"])
def test_nothing_is_cut_and_no_line_runs_into_another(kind, contents):
    """30 items, names of 100 characters, numbers of 80: all on the paper, inside its edges, each line clear of the next."""
    for number, words in enumerate(pages_of(contents[kind]), 1):
        page_width = 105 * MM if kind == "courier-label" else (297 if kind == "licence" else 210) * MM
        assert not [w for w in words if w.left < 6 * MM or w.right > page_width - 6 * MM], f"page {number}"
        clear = [w for w in words if len(w.text) > 1 and not _at_the_seal(w, words)]
        for n, one in enumerate(clear):
            for other in clear[n + 1 :]:
                across = min(one.right, other.right) - max(one.left, other.left)
                down = min(one.bottom, other.bottom) - max(one.top, other.top)
                height = min(one.bottom - one.top, other.bottom - other.top)
                beside = abs(one.top - other.top) < 0.2 * height  # brackets of neighbours may share a place
                hidden = across > (1.2 * height if beside else 2) and down > 0.62 * height
                assert not hidden, f"page {number}: {one.text} / {other.text}"


def _at_the_seal(word: Word, words: list[Word]) -> bool:
    """Name and date of the office stand in the seal, as they are meant to."""
    dates = [w for w in words if w.text == "2026年11月23日" and w.left > 105 * MM]
    return any(abs(word.top - date.top) < 24 * MM and word.right > 105 * MM and word.left > 100 * MM for date in dates)


def letters_of(value: object) -> Counter:
    """Every character of a content as often as it stands there."""
    if isinstance(value, str):
        return Counter(re.sub(r"\s", "", value))
    if dataclasses.is_dataclass(value):
        silent = ("stage", "orientation", "what", "item_kind", "cause")
        parts = [getattr(value, f.name) for f in dataclasses.fields(value) if f.name not in silent]
    else:
        parts = list(value) if isinstance(value, tuple) else []
    return sum(map(letters_of, parts), Counter())


@pytest.mark.parametrize("kind", LONGEST)
def test_the_longest_content_is_all_there(kind):
    """On both copies, where there are two. Lines of neighbouring cells come mixed, so characters are counted."""
    copies = 2 if kind in ("receipt", "correction-notice", "collection-slip") else 1
    content = LONGEST[kind]
    found = Counter("".join(text_of(words) for words in pages_of(content)))
    unsaid = letters_of(content.contact) + letters_of(content.verify_url) if kind in NOT_SIGNED else Counter()
    wanted = letters_of(content) - unsaid
    missing = {letter: (count * copies, found[letter]) for letter, count in wanted.items() if found[letter] < count * copies}
    assert not missing


@pytest.mark.parametrize("kind", BAREST)
def test_the_barest_content_is_one_page(kind):
    assert len(pages_of(BAREST[kind])) == 1


@pytest.mark.parametrize("kind", OFFICIAL)
def test_pages_after_the_first_have_their_number_between_dashes_and_all_say_how_many(kind):
    pages = pages_of(LONGEST[kind])
    for number, words in enumerate(pages, 1):
        text = text_of(words)
        assert f"第{number}页，共{len(pages)}页" in text
        assert (f"—{number}—" in text) == (number > 1)
        if number > 1:
            mark = next(word for word in words if word.text == "—" and word.top > 262 * MM)
            assert (mark.left > 105 * MM) == (number % 2 == 1), "odd pages right, even pages left"


@pytest.mark.parametrize(("stage", "title", "verdict"), [
    ("acceptance", "不予受理决定书", "依法不予受理"), ("approval", "不予许可决定书", "依法不予许可"),
    ("service", "不予办理决定书", "依法不予办理"), ("ended", "终止办理决定书", "依规则终止办理"),
])
def test_a_refusal_says_what_its_title_says_and_how_to_object(stage, title, verdict):
    """R65, R91: title, verdict and name of the file agree; the remedy stands before the seal."""
    content = dataclasses.replace(ALL["refusal-decision"], stage=stage)
    assert heading_of(file_name(content)) == title
    text = "".join(text_of(words) for words in pages_of(content))
    assert title in text
    assert verdict in text
    others = {"依法不予受理", "依法不予许可", "依法不予办理", "依规则终止办理"} - {verdict}
    assert not [other for other in others if other in text]
    assert "行政复议" in text
    assert "行政诉讼" in text


@pytest.mark.parametrize(("kind", "field"), [
    ("extension-notice", "reason"), ("special-step-notice", "reason"), ("joint-record", "record"),
    ("refusal-decision", "reasons"), ("revocation-decision", "reason"),
    ("result-notice", "opinion"), ("not-taken-notice", "reasons"),
])
def test_what_was_written_in_several_lines_is_several_paragraphs(kind, field):
    said = "第一点不符。\n第二点不符。\n\n第三点不符。"
    content = dataclasses.replace(ALL[kind], **{field: [said] if field == "reasons" else said})
    words = pages_of(content)[0]
    second, third = find(words, "第二点不符"), find(words, "第三点不符")
    assert abs(second.left - third.left) < 1
    assert second.left > (28 + 5) * MM, "indented"
    if field == "reasons":
        text = text_of(words)
        assert "1.第一点" in text
        assert "3.第三点" in text
        own = dataclasses.replace(content, reasons=["一、第一点不符。\n二、第二点不符。"])
        assert "1.一、" not in text_of(pages_of(own)[0])


@pytest.mark.parametrize("name", [name for name in ALL if name not in NOT_SIGNED])
def test_every_paper_says_whom_to_ask_and_how_to_verify(name):
    content = ALL[name]
    text = "".join(text_of(words) for words in pages_of(content))
    for part in ("0371-6700", content.application_no, content.verify_url):
        assert part in text


def test_every_field_of_every_paper_has_a_name_for_people():
    """A clerk is told 持证主体, not holder_name."""
    found = set()

    def collect(value: object) -> None:
        for field in dataclasses.fields(value):
            entry = getattr(value, field.name)
            for part in entry if isinstance(entry, (tuple, list)) else (entry,):
                if isinstance(part, str):
                    found.add(field.name)
                elif dataclasses.is_dataclass(part):
                    collect(part)

    for content in (*ALL.values(), *LONGEST.values()):
        collect(content)
    assert found - LABELS.keys() - {"orientation", "stage", "what", "cause"} == set()


def test_the_longest_papers_are_archival_too():
    for kind, content in LONGEST.items():
        with pikepdf.open(io.BytesIO(render(content))) as pdf, pdf.open_metadata() as metadata:
            assert metadata.pdfa_status == "2A", kind


@pytest.mark.parametrize("validity", [
    "5年（待核实）", "十六至二十五周岁十年，二十六至四十五周岁二十年，四十六周岁以上长期；未满十六周岁五年",
])
def test_a_term_in_words_can_be_read(validity):
    """A long one is no line at a glance: it stands among the facts, as large as they."""
    words = pages_of(dataclasses.replace(ALL["licence"], valid_until=None, validity=validity))[0]
    term = find(words, validity[:4])
    assert term.bottom - term.top > 9
    assert validity in text_of(words)
