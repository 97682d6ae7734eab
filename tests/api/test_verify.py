"""核验 for everybody: by code, by number and code, by file (S19)."""

from __future__ import annotations

import io
import random
import re
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
from PIL import Image

from api import verification
from api.local_time import day_text, local_day
from onething.papers.authority import LocalAuthority
from onething.papers.signing import sign
from onething.store import applications, audit, certificates, documents, notices, outbox
from onething.vocabulary import CertificateState
from tests.api.conftest import PDF
from tests.uploads.corpus import HOSTILE, scan_pdf

FACTS = {"signer": "市场监管部门", "reason": "颁发证照", "location": "郑州"}


@dataclass
class Issued:
    pdf: bytes
    token: str
    number: str
    document_id: str


@pytest.fixture
def issued(company: Any, tools: Any, tmp_path: Any) -> Issued:
    """A certificate as the workers issue it: signed by the authority whose root the front door knows, stored, published."""
    pdf = sign(scan_pdf(1), authority=LocalAuthority(tmp_path / "authority"), **FACTS)
    number = company.apply().json()["number"]
    with tools.store.transaction() as session:
        case = applications.get(session, number)
        row = certificates.reserve(
            session, number, "food-license", "s", lambda n: f"JY2410{n}", title="食品经营许可证",
            holder="郑州示例餐饮有限公司（演示）", issuer="市场监管部门", issued_on=date(2026, 11, 20),
        )
        document = documents.add(
            session, tools.clock.now(), case.account_id, "证.pdf", "application/pdf", pdf, number=number,
            item="food-license", paper_kind="licence",
        )
        certificates.publish(row, document.id)
        return Issued(pdf, row.verify_token, row.certificate_no, document.id)


def by_page(person: Any, pdf: bytes, name: str = "证.pdf") -> str:
    answer = person().client.post("/verify", files={"file": (name, pdf)})
    assert answer.status_code == 200
    return answer.text


def by_api(person: Any, pdf: bytes) -> dict[str, Any]:
    answer = person().client.post("/api/v1/verify", files={"file": ("证.pdf", pdf)})
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_the_issued_file_is_the_archived_one_s19(person: Any, issued: Issued) -> None:
    page = by_page(person, issued.pdf)
    assert "签名有效，与发证存档一致" in page
    assert "郑州＊＊＊公司" in page
    assert "示例餐饮" not in page
    answer = by_api(person, issued.pdf)
    assert (answer["outcome"], answer["certificate"]["status"]) == ("valid", "valid")
    assert "市场监管部门" in answer["signer"]
    assert "示例餐饮" not in str(answer)


@pytest.mark.parametrize(("change", "outcome", "sentence"), [
    ({"state": str(CertificateState.REVOKED)}, "revoked", "已经撤销"),
    ({"valid_until": date(2026, 11, 22)}, "expired", "有效期已过"),
])
def test_what_no_longer_counts_is_said_s19(
    person: Any, issued: Issued, tools: Any, change: dict[str, Any], outcome: str, sentence: str
) -> None:
    with tools.store.transaction() as session:
        row = certificates.by_token(session, issued.token)
        for key, value in change.items():
            setattr(row, key, value)
    assert by_api(person, issued.pdf)["outcome"] == outcome
    assert sentence in by_page(person, issued.pdf)
    assert person().get(f"/api/v1/verify/{issued.token}").json()["status"] == outcome


def test_a_file_that_was_changed_after_signing_s19(person: Any, issued: Issued) -> None:
    at = issued.pdf.index(b"595 842") + 1
    inside = issued.pdf[:at] + b"6" + issued.pdf[at + 1:]
    behind = issued.pdf + b"\n9 0 obj\n<</Type/Annot>>\nendobj\nxref\n9 1\n%010d 00000 n \ntrailer\n" % (len(issued.pdf) + 1)
    for pdf in (inside, behind):
        answer = by_api(person, pdf)
        assert answer["outcome"] in ("changed", "unreadable")
        assert answer["certificate"] is None
        assert "改动" in answer["sentence"]
    assert by_api(person, inside)["outcome"] == "changed"
    assert "签发后被改动" in by_page(person, inside)


def test_a_file_of_somebody_else_s19(person: Any, issued: Issued, tmp_path: Any) -> None:
    foreign = sign(scan_pdf(1), authority=LocalAuthority(tmp_path / "elsewhere"), **FACTS)
    answer = by_api(person, foreign)
    assert (answer["outcome"], answer["signer"]) == ("foreign", ""), "a name that nobody vouches for is not repeated"
    assert "不是本系统签发" in by_page(person, foreign)


def test_a_file_without_signature_and_one_that_is_none_s19(person: Any) -> None:
    assert by_api(person, PDF)["outcome"] == "unsigned"
    scan = io.BytesIO()
    Image.new("RGB", (60, 80), "white").save(scan, "PDF")
    assert by_api(person, scan.getvalue())["outcome"] == "unsigned", "made by a scanner: sloppy, but not damaged"
    assert "没有电子签名" in by_page(person, PDF)
    assert by_api(person, b"x")["outcome"] in ("unsigned", "unreadable")


def test_signed_here_but_not_kept_s19(person: Any, issued: Issued, tmp_path: Any) -> None:
    never_published = sign(scan_pdf(2), authority=LocalAuthority(tmp_path / "authority"), **FACTS)
    assert by_api(person, never_published)["outcome"] == "not-archived"
    assert "不在存档中" in by_page(person, never_published)


def test_other_papers_of_ours_are_known_too_s19(person: Any, issued: Issued, tools: Any, tmp_path: Any) -> None:
    notice = sign(scan_pdf(2), authority=LocalAuthority(tmp_path / "authority"), **FACTS)
    with tools.store.transaction() as session:
        row = documents.get(session, issued.document_id)
        documents.add(
            session, tools.clock.now(), row.account_id, "受理.pdf", "application/pdf", notice, number=row.number,
            paper_kind="acceptance-notice",
        )
    assert by_api(person, notice)["outcome"] == "archived"
    assert by_api(person, notice)["certificate"] is None


def test_nothing_of_a_checked_file_is_kept_s19(person: Any, issued: Issued, tools: Any) -> None:
    def kept() -> set[Any]:
        return {path for path in tools.settings.var_dir.rglob("*") if path.is_file() and not path.name.startswith("onething.db")}

    before = kept()
    by_page(person, PDF), by_api(person, issued.pdf)
    assert kept() == before


def test_hostile_files_get_a_plain_answer_s19(person: Any) -> None:
    for sample in [sample for sample in HOSTILE if sample.name.endswith(".pdf")][::4]:
        content = sample.make()
        if len(content) < 1024 * 1024:
            assert by_api(person, content)["outcome"] in ("unsigned", "unreadable", "foreign")


def test_a_number_alone_tells_nothing_s19(person: Any, issued: Issued, tools: Any) -> None:
    anyone = person()
    unknown = anyone.get("/api/v1/verify/nothing").json()
    assert unknown["status"] == "unknown"
    assert anyone.get(f"/api/v1/verify/{issued.number}").json() == unknown
    assert anyone.get(f"/api/v1/verify/{issued.number}", params={"number": issued.number}).json() == unknown
    assert anyone.get(f"/api/v1/verify/{issued.token}", params={"number": "JY24109"}).json() == unknown
    right = anyone.get(f"/api/v1/verify/{issued.token}", params={"number": f" {issued.number[:4].lower()} {issued.number[4:]}"})
    assert right.json()["status"] == "valid"
    def page_of(asked: dict[str, str]) -> str:
        """But for the way to the other language, which repeats what was asked."""
        return re.sub(r'href="/verify[^"]*lang=en"', "", anyone.get("/verify", params=asked).text)

    pages = [page_of(asked) for asked in (
        {"number": issued.number}, {"number": issued.number, "code": ""}, {"number": issued.number, "code": "x"},
        {"number": "none", "code": issued.token},
    )]
    assert len(set(pages)) == 1, "the same page to the letter, whether the number exists or not"
    assert "没有查到" in pages[0]
    assert pages[0] == page_of({"number": "nowhere", "code": "y"})
    page = anyone.get("/verify", params={"number": issued.number, "code": issued.token}).text
    assert ("有效" in page, "食品经营许可证" in page) == (True, True)


def test_the_forms_work_without_javascript_s19(person: Any) -> None:
    page = person().get("/verify").text
    assert 'enctype="multipart/form-data" action="/verify"' in page
    assert 'method="get" action="/verify"' in page
    assert "<script" not in page[page.index("<main"):page.index("</main")]


def mutations(pdf: bytes, count: int, seed: int) -> list[bytes]:
    source, found = random.Random(seed), []
    for _ in range(count):
        changed = bytearray(pdf)
        changed[source.randrange(len(pdf))] ^= 1 << source.randrange(8)
        found.append(bytes(changed))
    return found


def not_valid(tools: Any, changed: list[bytes]) -> None:
    for pdf in changed:
        assert verification.by_file(tools, pdf).outcome not in ("valid", "archived", "not-archived")


def test_no_single_changed_bit_is_valid_s19(tools: Any, issued: Issued) -> None:
    not_valid(tools, mutations(issued.pdf, 60, 1))


@pytest.mark.prove
def test_ten_thousand_changed_bits_and_none_is_valid_s19(tools: Any, issued: Issued) -> None:
    """Half anywhere, half inside the signature's own bytes, which no signature covers."""
    first = issued.pdf.index(b"/Contents <", issued.pdf.index(b"/ByteRange") - 20_000) + len(b"/Contents ")
    last = issued.pdf.index(b">", first) + 1
    not_valid(tools, mutations(issued.pdf, 5000, 2))
    own = mutations(issued.pdf[first:last], 5000, 3)
    not_valid(tools, [issued.pdf[:first] + changed + issued.pdf[last:] for changed in own])


HEAD, REASON, BASIS = "head-market-410105", "提交虚假的租赁合同取得", "《中华人民共和国行政许可法》第六十九条第二款"


def take_back(someone: Any, issued: Issued, case: str, reason: str = REASON, basis: str = BASIS) -> Any:
    words = {f"reason-{issued.number}": reason, f"basis-{issued.number}": basis}
    return someone.send(f"/staff/cases/{case}/certificates/{issued.number}/revocation", words)


def test_s19_the_head_of_the_office_revokes_and_everybody_sees_it_at_once(person: Any, issued: Issued, tools: Any) -> None:
    with tools.store.reading() as session:
        case = certificates.by_token(session, issued.token).number
    head = person(HEAD)
    assert "撤销这份证照" in head.get(f"/staff/cases/{case}").text
    assert "撤销这份证照" not in person("reviewer-market-410105").get(f"/staff/cases/{case}").text
    assert take_back(person("reviewer-market-410105"), issued, case).status_code == 403
    silent = take_back(head, issued, case, reason=" ")
    assert (silent.status_code, BASIS in silent.text) == (422, True), "what was typed is still there"
    empty = take_back(head, issued, case, reason="", basis="").text
    for name in ("reason", "basis"):
        assert f'href="#{name}-{issued.number}"' in empty.split("</dl>")[0], "at the top of a long page, all at once"
    assert take_back(head, issued, case).status_code == 303
    assert take_back(head, issued, case).status_code == 409
    page = person().client.get(f"/verify/{issued.token}").text
    assert all(words in page for words in ("已撤销", "撤销日期", day_text(tools.clock.now())))
    assert person().get(f"/api/v1/verify/{issued.token}").json()["revoked_on"] == local_day(tools.clock.now()).isoformat()
    assert "已经撤销" in by_page(person, issued.pdf)
    assert head.get(f"/staff/cases/{case}").text.count("已撤销") > 0
    assert person("demo-restaurant").get(f"/cases/{case}").text.count("已撤销") > 0
    with tools.store.reading() as session:
        [row] = certificates.of_case(session, case)
        [told] = [one.text for one in notices.of_case(session, case) if "已被撤销" in one.text]
        [entry] = [one for one in audit.trail(session, case) if one.action == "revoke-certificate"]
        pushed = {one.body["department"] for one in outbox.waiting(session) if one.body.get("what") == "certificate-revoked"}
        departments = {one.department for one in applications.get(session, case).items}
    assert (row.revoked_by, row.revoked_reason, row.revoked_basis) == (HEAD, REASON, BASIS)
    assert all(word in told for word in (issued.number, REASON, BASIS, "行政复议"))
    assert (entry.actor, entry.item, REASON in str(entry.detail)) == (HEAD, "food-license", False)
    assert pushed == departments


def test_a_step_that_runs_again_does_not_bring_a_revoked_certificate_back(person: Any, issued: Issued, tools: Any) -> None:
    with tools.store.transaction() as session:
        row = certificates.by_token(session, issued.token)
        assert row is not None
        certificates.revoke(row, tools.clock.now(), HEAD, REASON, BASIS)
        certificates.publish(row, issued.document_id)
    assert "已撤销" in person().client.get(f"/verify/{issued.token}").text


def test_s25_after_the_holder_was_cleared_a_certificate_is_revoked_without_a_message(
    person: Any, issued: Issued, tools: Any
) -> None:
    with tools.store.transaction() as session:
        row = certificates.by_token(session, issued.token)
        assert row is not None
        case, before = row.number, len(notices.of_case(session, row.number))
        applications.lock(session, case).cleared_at = tools.clock.now()
    assert take_back(person(HEAD), issued, case).status_code == 303
    with tools.store.reading() as session:
        assert len(notices.of_case(session, case)) == before
    assert "已撤销" in person().client.get(f"/verify/{issued.token}").text
