"""After a certificate was taken back its holder finds the decision, and every QR code tells the truth (S19)."""

from __future__ import annotations

import subprocess
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from api import verification
from api.revoking import revoke
from onething.application_form import certified
from onething.engine import contract
from onething.papers.signing import verify
from onething.store import Document, applications, certificates, documents, outbox
from onething.vocabulary import PaperKind
from simulation.town import Town
from workers import revoking

pytestmark = pytest.mark.engine
FOOD = "food-business-license"
REASON, BASIS = "擅自拆除食品处理区的隔断，经责令改正逾期没有改正", "《中华人民共和国行政许可法》第六十九条"


def text_of(pdf: bytes) -> str:
    told = subprocess.run(["pdftotext", "-layout", "-", "-"], input=pdf, capture_output=True, check=True).stdout.decode()
    return "".join(told.split())


def take_back(town: Town, number: str) -> str:
    with town.tools.store.transaction() as session:
        case = applications.lock(session, number)
        row = applications.item_of(case, FOOD)
        office = contract.head_group(row.department, contract.district_of(row.reviewer_group))
        head: Any = SimpleNamespace(subject="the-head", organisation=office)
        [made] = certificates.of_case(session, number)
        return revoke(session, town.tools, head, case, made.certificate_no, REASON, BASIS).certificate_no


def decisions(town: Town, number: str) -> list[Document]:
    with town.tools.store.reading() as session:
        return [row for row in documents.papers(session, number) if row.paper_kind == PaperKind.REVOCATION_DECISION]


def test_s19_the_decision_to_revoke_is_drawn_signed_and_kept_once(town: Town) -> None:
    number = town.submit("open-restaurant", [FOOD])
    town.work(number)
    certificate_no = take_back(town, number)
    town.wait(lambda: decisions(town, number))
    [row] = decisions(town, number)
    with town.tools.store.reading() as session:
        pdf = documents.content(session, row)
    assert verify(pdf, town.authority.trust).valid
    text = text_of(pdf)
    assert all(word in text for word in ("撤销决定书", certificate_no, REASON, BASIS, "行政复议"))
    revoking.draw(town.desk, number, certificate_no)
    assert len(decisions(town, number)) == 1


def test_s19_nobody_is_named_again_after_their_time(town: Town) -> None:
    number = town.submit("open-restaurant", [FOOD])
    town.work(number)
    with town.tools.store.transaction() as session:
        applications.lock(session, number).cleared_at = town.clock.now()
    certificate_no = take_back(town, number)
    revoking.draw(town.desk, number, certificate_no)
    assert decisions(town, number) == []
    with town.tools.store.reading() as session:
        assert outbox.keyed(session, f"revocation-decision:{certificate_no}") == []


def test_s19_every_paper_of_a_case_answers_to_its_own_code(town: Town) -> None:
    number = town.submit("open-restaurant", [FOOD])
    town.work(number)
    with town.tools.store.reading() as session:
        kept = {row.paper_kind: row for row in documents.papers(session, number)}
        [made] = certificates.of_case(session, number)
        last = made.issued_on.replace(year=made.issued_on.year + 5) - timedelta(days=1)
        assert made.valid_until == last, "the law states five years"
        licence = text_of(documents.content(session, kept[PaperKind.LICENCE]))
        assert f"至{last.year}年{last.month}月{last.day}日" in licence
        stated = dict(certified(town.tools.catalogue, town.tools.catalogue.items[FOOD], town.case(number).form))
        assert set(stated) == {"法定代表人（负责人）", "住所", "经营场所", "主体业态", "经营项目"}
        assert all(name in licence and value in licence for name, value in stated.items())
        assert town.case(number).applicant["id_no"] in licence
        for kind in (PaperKind.ACCEPTANCE_NOTICE, PaperKind.DELIVERY_RECORD):
            row = kept[kind]
            assert row.verify_token in text_of(documents.content(session, row)), "it stands on the paper"
            verdict = verification.by_token(session, town.tools, row.verify_token or "")
            assert (verdict.status, verdict.kind, verdict.title) == ("valid", "paper", kind.label)
            assert (verdict.certificate_no, "＊" in verdict.holder) == (row.paper_no, True)
            assert verification.by_token(session, town.tools, row.verify_token or "", "别的编号").status == "unknown"
        assert kept[PaperKind.RECEIPT].verify_token is None, "it leads to the case"
        assert verification.by_token(session, town.tools, made.verify_token).valid_until == last
