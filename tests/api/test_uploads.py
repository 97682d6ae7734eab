"""Files through the front door: refused without a trace, held while they are not scanned (S14), leaving as attachments (S15)."""

from __future__ import annotations

import io
import re
from typing import Any
from urllib.parse import unquote

import pytest
from PIL import Image
from sqlalchemy import select

from api import uploads
from onething import quarantine
from onething.settings import Settings
from onething.store import Document, applications, audit, documents
from onething.uploads import Scanner, scanner_at
from onething.vocabulary import FileSafety
from tests.api.conftest import PDF
from tests.api.matrix import routes_of
from tests.api.test_case_actions import ask_correction
from tests.uploads.clamd import FakeClamd
from tests.uploads.corpus import HOSTILE, Sample, one_page, phone_photo, picture, stream

URL = "/api/v1/documents"
VIRUS = one_page(more={4: stream(rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*")})
FEW = [sample for sample in HOSTILE if sample.verdict != "cleaned"][::7]


def stored(tools: Any) -> list[Any]:
    return [path for path in tools.store.files.rglob("*") if path.is_file()]


def opened(tools: Any) -> list[bytes]:
    """What the sealed files hold that may be opened."""
    with tools.store.reading() as session:
        rows = session.scalars(select(Document).where(Document.safety == FileSafety.PASSED))
        return [documents.content(session, row) for row in rows]


@pytest.mark.parametrize("sample", FEW, ids=str)
def test_a_wrong_file_is_refused_and_not_stored_s14(company: Any, tools: Any, sample: Sample) -> None:
    answer = company.post(URL, files={"file": (sample.name, sample.make())})
    assert answer.json()["code"] in (sample.verdict, "missing"), answer.text  # a name of NUL and line breaks is no file at all
    assert answer.status_code in (413, 415, 422)
    assert not stored(tools)


def test_good_files_pass_and_photos_are_drawn_anew_s14(company: Any, tools: Any) -> None:
    for name, content in (("图.png", picture("PNG")), ("图.JPEG", phone_photo(6, 1200, 900)), ("文.PDF", PDF)):
        answer = company.post(URL, files={"file": (name, content)})
        assert (answer.status_code, answer.json()["safety"]) == (201, "passed")
    kept = opened(tools)
    assert PDF in kept
    photo = next(content for content in kept if content.startswith(b"\xff\xd8"))
    assert not Image.open(io.BytesIO(photo)).getexif()
    assert {path.name for path in stored(tools)}.isdisjoint({"图.png", "文.PDF"})


def test_a_huge_body_is_refused_before_it_is_kept_s14(company: Any, tools: Any) -> None:
    answer = company.post(URL, files={"file": ("太大.pdf", PDF + b"\0" * 3 * 1024 * 1024)})
    assert (answer.status_code, answer.json()["code"]) == (413, "file-too-large")
    long = company.client.post("/api/v1/login", content=b"{" + b" " * 2_000_000)
    assert (long.status_code, long.json()["code"]) == (413, "body-too-large")


@pytest.mark.parametrize("kind", ["application/json", "application/x-www-form-urlencoded", "text/plain"])
@pytest.mark.parametrize("path", ["/api/v1/applications/x/correction", "/api/v1/login"])
def test_what_is_held_whole_to_be_read_is_small_s14(person, path, kind) -> None:
    """Only what is spooled to disk may be large: fifty MiB of JSON are a gigabyte of objects."""
    answer = person("").client.post(path, content=b"[" + b"[]," * 700_000 + b"[]]", headers={"content-type": kind})
    assert (answer.status_code, "过长" in answer.text) == (413, True)


@pytest.fixture
def clamd() -> Any:
    with FakeClamd() as running:
        yield running


@pytest.fixture
def scanning(tools: Any, clamd: FakeClamd) -> Any:
    """The front door with a scanner that answers; a fresh one, so that nothing is left of another test's pause."""
    scanner_at.cache_clear()
    settings = tools.settings.model_dump() | {"clamav": clamd.address}
    object.__setattr__(tools, "settings", Settings(**settings))
    yield clamd
    scanner_at.cache_clear()


def test_an_infected_file_is_refused_and_on_record_s14(scanning: FakeClamd, company: Any, tools: Any) -> None:
    answer = company.post(URL, files={"file": ("病.pdf", VIRUS)})
    assert (answer.status_code, answer.json()["code"]) == (422, "infected-file")
    assert "换一份" in answer.json()["detail"]
    assert not stored(tools)
    with tools.store.reading() as session:
        found = [row for row in audit.trail(session) if row.action == "infected"]
    assert [(row.actor, row.detail["found"]) for row in found] == [("demo-restaurant", "Eicar-Test-Signature")]
    assert "病.pdf" not in str(found[0].detail)
    assert company.post(URL, files={"file": ("好.pdf", PDF)}).json()["safety"] == "passed"


def test_a_file_waits_while_the_scanner_is_away_and_is_scanned_later_s14(
    scanning: FakeClamd, company: Any, tools: Any
) -> None:
    scanning.mood = "silent"
    scanner_at(scanning.address).seconds = 0.3
    answer = company.post(URL, files={"file": ("图.pdf", PDF)}).json()
    assert answer["safety"] == "waiting"
    document = answer["document_id"]
    for path in (f"{URL}/{document}", f"/documents/{document}"):
        shut = company.get(path)
        assert (shut.status_code, "正在安全检查" in shut.text) == (409, True)
    later = Scanner(scanning.address, seconds=0.3, rest=0)
    assert quarantine.release(tools.store, later, tools.clock.now()) == 0
    scanning.mood = "well"
    assert quarantine.release(tools.store, later, tools.clock.now()) == 1
    assert company.get(f"{URL}/{document}").content == PDF


def test_a_virus_found_later_is_thrown_out_and_the_row_says_why_s14(company: Any, tools: Any, clamd: FakeClamd) -> None:
    with tools.store.transaction() as session:
        account = documents.get(session, company.upload()).account_id
        bad = documents.add(session, tools.clock.now(), account, "病.pdf", "application/pdf", VIRUS, waiting=True)
    scanner = Scanner(clamd.address)
    assert quarantine.release(tools.store, scanner, tools.clock.now()) == 1
    with tools.store.reading() as session:
        assert documents.get(session, bad.id).safety == FileSafety.INFECTED
        assert [row.detail["document"] for row in audit.trail(session) if row.action == "infected"] == [bad.id]
    assert opened(tools) == [PDF]
    assert len(stored(tools)) == 1
    assert company.get(f"{URL}/{bad.id}").json()["code"] == "infected-file"
    assert quarantine.release(tools.store, scanner, tools.clock.now()) == 0


def test_what_others_hold_stays_when_the_same_content_is_thrown_out_s14(company: Any, tools: Any, clamd: FakeClamd) -> None:
    with tools.store.transaction() as session:
        account = documents.get(session, company.upload()).account_id
        old = documents.add(session, tools.clock.now(), account, "旧.pdf", "application/pdf", VIRUS)
        documents.add(session, tools.clock.now(), account, "新.pdf", "application/pdf", VIRUS, waiting=True)
    quarantine.release(tools.store, Scanner(clamd.address), tools.clock.now())
    assert company.get(f"{URL}/{old.id}").content == VIRUS


def test_the_citizen_sees_the_check_goes_on_and_submits_when_it_is_done_s14(
    scanning: FakeClamd, company: Any, tools: Any
) -> None:
    scanning.mood = "silent"
    scanner_at(scanning.address).seconds = 0.3
    refused = company.apply()
    assert (refused.status_code, refused.json()["code"]) == (409, "file-in-check")
    assert "稍后再试" in refused.json()["detail"]
    draft = draft_with_files(company)
    page = company.get(f"{draft}/materials").text
    assert page.count("正在安全检查") == 2
    assert 'href="/documents/' not in page
    review = company.send(f"{draft}/materials").headers["location"]
    assert review.endswith("/review"), "one may go on"
    assert "检查完才能提交" in company.get(review).text
    early = company.send(review, {"promise": "yes"})
    assert (early.status_code, "已填写的内容都已保存" in early.text) == (409, True)
    scanning.mood = "well"
    quarantine.release(tools.store, Scanner(scanning.address), tools.clock.now())
    assert "正在安全检查" not in company.get(review).text
    assert company.send(review, {"promise": "yes"}).headers["location"].endswith("/receipt")


def draft_with_files(company: Any) -> str:
    """A draft of 开饭店 as far as its materials, and these uploaded."""
    start = company.send("/apply/restaurant").headers["location"]
    draft = start.rpartition("/")[0]
    company.send(f"{draft}/questions", {"signs": "no"})
    company.send(f"{draft}/items", {"item": ["food-license"], "district": "410105"})
    fields = {"applicant.name": "郑州示例餐饮有限公司", "applicant.id_no": "91410100MA0000000T", "applicant.phone": "13800000004"}
    company.send(f"{draft}/details", fields | {"delivery_way": "electronic"})
    for key in ("identity", "plan"):
        answer = company.send(f"{draft}/materials/{key}", files={"file": (f"{key}.pdf", PDF)})
        assert answer.status_code == 303, answer.text
    return draft


def test_downloads_are_attachments_nobody_runs_or_keeps_s15(company: Any) -> None:
    document, number = company.upload("身份 证明.pdf"), company.apply().json()["number"]
    for path, name in (
        (f"{URL}/{document}", "身份 证明.pdf"), (f"/documents/{document}", "身份 证明.pdf"),
        (f"/cases/{number}/form.pdf", f"{number}-申请表.pdf"), (f"/cases/{number}/receipt.pdf", f"{number}-提交回执.pdf"),
    ):
        check_private(company.get(path), name)
    assert company.get(f"{URL}/{document}").content == PDF


def test_ones_own_data_leave_as_an_attachment_nobody_keeps_s15(company: Any) -> None:
    answer = company.get("/me/data/export.zip")
    assert answer.status_code == 200
    assert answer.headers["content-disposition"].startswith("attachment;")
    assert (answer.headers["cache-control"], answer.headers["x-content-type-options"]) == ("no-store", "nosniff")
    assert answer.headers["content-security-policy"].startswith("sandbox")


@pytest.mark.parametrize(("cap", "value"), [("MAX_FILES", 1), ("MAX_CASE_MIB", 0)])
def test_s14_a_case_holds_so_many_files_and_so_many_bytes(
    company: Any, person: Any, tools: Any, monkeypatch: pytest.MonkeyPatch, cap: str, value: int
) -> None:
    """When it is handed in, and when files come later: nothing of what was too much is kept."""
    files = {"identity": company.upload("身份证明.pdf"), "plan": company.upload("平面图.pdf")}
    number = company.apply("within-key", materials=files).json()["number"]
    again = {"identity": company.upload("身份证明.pdf"), "plan": company.upload("平面图.pdf")}
    monkeypatch.setattr(uploads, cap, value)
    refused = company.apply("beyond-key", materials=again)
    assert (refused.status_code, refused.json()["code"], refused.json()["field"]) == (413, "too-many-files", "materials")
    ask_correction(tools, number)
    new = company.upload("新平面图.pdf")
    late = company.post(f"/api/v1/applications/{number}/correction", {"materials": {"plan": new}})
    assert (late.status_code, late.json()["code"]) == (413, "too-many-files")
    with tools.store.reading() as session:
        assert {row.version for row in applications.materials(session, number)} == {1}
        assert applications.get(session, number).state == "correction"
    monkeypatch.undo()
    assert company.post(f"/api/v1/applications/{number}/correction", {"materials": {"plan": new}}).status_code == 200


def test_what_staff_take_out_is_an_attachment_too_s15(company: Any, person: Any, take_in: Any) -> None:
    plan = company.upload("平面图.pdf")
    number = company.apply(materials={"identity": company.upload("身份证明.pdf"), "plan": plan}).json()["number"]
    take_in(number)
    staff = person("window-410105")
    check_private(staff.get(f"/staff/cases/{number}/form.pdf"), f"{number}-申请表.pdf")
    printed = staff.send(f"/staff/cases/{number}/materials/plan/print", {"reason": "留档"})
    check_private(printed, f"{number}-平面图-打印留存.pdf")
    check_private(staff.get(f"/staff/window/{number}/papers/{plan}"), "平面图.pdf")


def check_private(answer: Any, name: str) -> None:
    assert answer.status_code == 200, answer.text
    told = answer.headers["content-disposition"]
    found = re.fullmatch(r"attachment; filename=\"document\.pdf\"; filename\*=UTF-8''(\S+)", told)
    assert found
    assert unquote(found[1]) == name
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["content-security-policy"].startswith("sandbox")


def test_every_route_that_gives_a_file_is_known_here_s15(app: Any) -> None:
    """A new one has to be added to a test above (or to test_archives.py) before it passes."""
    tested = {
        "/api/v1/documents/{document_id}", "/documents/{document_id}", "/cases/{number}/form.pdf", "/cases/{number}/receipt.pdf",
        "/staff/cases/{number}/form.pdf", "/staff/cases/{number}/archive", "/api/v1/applications/{number}/archive",
        "/staff/window/{number}/papers/{document_id}", "/me/data/export.zip",
    }
    ours_to_print = {
        "/staff/window/{number}/slip.pdf", "/staff/window/{number}/label.pdf", "/terminal/cases/{number}/receipt.pdf",
        "/staff/window/new/{draft_id}/{paper}.pdf",
    }
    viewer = {"/documents/{document_id}/view", "/documents/{document_id}/pages/{page}"}  # test_viewing.py
    public = {"/bundles/{slug}/{name}.pdf", "/items/{slug}/sample.pdf", "/api/v1/bundles/{slug}/form"}
    words = ("pdf", "archive", "documents/", "papers/", "download", "export")
    routes = [route.split(" ") for route in routes_of(app.routes)]
    found = {path for method, path in routes if method == "GET" and any(word in path for word in words)}
    assert found <= tested | public | ours_to_print | viewer
