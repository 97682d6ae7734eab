"""The papers of a real case: number, contact, code and titles as the workers give them (R45, R63, R65, R91, R102)."""

from __future__ import annotations

import re
import shutil
import subprocess
from types import SimpleNamespace
from typing import Any

import pytest

from api.local_time import local
from onething.engine.contract import Topic
from onething.gateways import gateways_of
from onething.papers.signing import LocalAuthority, verify
from onething.store import accounts, applications, documents, window
from workers import decision_papers, papermaking
from workers.desk import Desk

from .test_window_acts import Chain, Tasklist, review
from .test_window_new import begin, hand_in

pytestmark = pytest.mark.skipif(not shutil.which("pdftotext"), reason="pdftotext missing: install poppler-utils")


def text_of(pdf: bytes) -> str:
    told = subprocess.run(["pdftotext", "-raw", "-", "-"], input=pdf, capture_output=True, check=True).stdout.decode()
    return re.sub(r"\s", "", told)


def desk_of(tools: Any, engine: Any) -> Desk:
    return Desk(tools, engine, LocalAuthority(tools.settings.var_dir / "authority"), gateways_of(tools.settings))


@pytest.fixture
def case(tools: Any, person: Any) -> tuple[Chain, str]:
    """Taken in at the counter of 金水区, with its receipt."""
    engine, clerk = Tasklist(), person("window-410105")
    chain = Chain(tools, engine, desk_of(tools, engine))
    number = hand_in(clerk, begin(clerk, **{"applicant.name": "王五"}).headers["location"]).headers["location"].rpartition("/")[2]
    chain.open(number, "intake-review", **chain.step(number, Topic.INTAKE, "prepare"))
    assert review(clerk, number).status_code == 303
    assert chain.relay(number) == []
    return chain, number


def kept(chain: Chain, number: str) -> list[tuple[Any, bytes]]:
    with chain.tools.store.reading() as session:
        return [(row, documents.content(session, row)) for row in documents.papers(session, number)]


def test_r45_the_receipts_code_leads_to_the_case_and_its_number_is_in_the_form_of_documents(case: tuple[Chain, str]) -> None:
    """Guides and terminals promise 扫描收件回执上的二维码: its address must hold the number of the case."""
    chain, number = case
    [(row, pdf)] = kept(chain, number)
    text = text_of(pdf)
    assert row.paper_no == "金水区一件事收字〔2026〕1号"
    assert f"/cases/{number}" in text
    assert "扫码查办理进度" in text
    assert "12345" in text, "whom to ask"
    assert not re.search(r"年0|月0", text), "dates without leading noughts"
    assert verify(pdf, chain.desk.authority.trust).valid


@pytest.mark.parametrize(("stage", "kind", "state", "title"), [
    ("acceptance", "licence", "not-accepted", "不予受理决定书"), ("approval", "licence", "refused", "不予许可决定书"),
    ("approval", "service", "refused", "不予办理决定书"), ("approval", "licence", "ended-by-rule", "终止办理决定书"),
])
def test_r65_r102_a_refusal_has_its_title_and_the_delivery_record_calls_it_so(
    case: tuple[Chain, str], stage: str, kind: str, state: str, title: str
) -> None:
    chain, number = case
    with chain.tools.store.transaction() as session:
        application = applications.lock(session, number)
        row = application.items[0]
        row.state, row.decision_reason, row.decision_basis = state, "材料与现场不符", "《食品经营许可和备案管理办法》第十三条"
        item = chain.desk.catalogue(application).items[row.item]
        object.__setattr__(item, "kind", kind)
        decision_papers.refusal(session, chain.desk, application, row, stage)
        attempt = SimpleNamespace(way="counter", at=chain.tools.clock.now(), receiver="王五", proof_no="签-1",
                                  actor="delivery-410105", scope="")  # fmt: skip
        papermaking.delivery_record(session, chain.desk, application, attempt, [row.item])
    found = {row.paper_kind: (row, text_of(pdf)) for row, pdf in kept(chain, number)}
    row, text = found["refusal-decision"]
    assert row.name.startswith(f"{title}_")
    assert title in text
    assert "行政复议" in text
    assert f"《{title}》{row.paper_no}1份" in found["delivery-record"][1]


@pytest.mark.parametrize(("kind", "verdict"), [
    ("registration", "准予登记"), ("filing", "予以备案"), ("confirmation", "予以确认"), ("benefit", "审核通过"),
    ("query", "予以办理，现已办结"),
])
def test_r90_r102_an_approval_without_a_certificate_is_told_in_writing(
    case: tuple[Chain, str], kind: str, verdict: str
) -> None:
    chain, number = case
    with chain.tools.store.transaction() as session:
        application = applications.lock(session, number)
        row = application.items[0]
        row_basis = "《市场主体登记管理条例》第三十一条"
        row.state, row.decision_reason, row.decision_basis = "approved", "材料齐全", row_basis
        item = chain.desk.catalogue(application).items[row.item]
        object.__setattr__(item, "kind", kind)
        decision_papers.result_notice(session, chain.desk, application, row)
        attempt = SimpleNamespace(way="counter", at=chain.tools.clock.now(), receiver="王五", proof_no="签-1",
                                  actor="delivery-410105", scope="")  # fmt: skip
        papermaking.delivery_record(session, chain.desk, application, attempt, [row.item])
    found = {row.paper_kind: (row, text_of(pdf), pdf) for row, pdf in kept(chain, number)}
    row, text, pdf = found["result-notice"]
    assert row.name.startswith("办理结果通知书_")
    assert re.search(r"一件事结字〔2026〕\d+号", text)
    for said in ("办理结果通知书", "王五", item.name, verdict, item.result.name, "材料齐全", row_basis):
        assert said in text
    assert verify(pdf, chain.desk.authority.trust).valid
    assert f"《办理结果通知书》{row.paper_no}1份" in found["delivery-record"][1]


def test_r45_the_receipt_says_who_applied_for_whom_and_how_many_copies_came(tools: Any, person: Any) -> None:
    chain, clerk = Chain(tools, engine := Tasklist(), desk_of(tools, engine)), person("window-410105")
    agent = {"relation": "agent", "agent.name": "钱七", "agent.id_no": "410102199001010012", "applicant.name": "王五"}
    number = hand_in(clerk, begin(clerk, **agent).headers["location"]).headers["location"].rpartition("/")[2]
    with tools.store.reading() as session:
        material = tools.catalogue.materials[applications.materials(session, number)[0].key]
    object.__setattr__(material, "copies", 3)
    chain.open(number, "intake-review", **chain.step(number, Topic.INTAKE, "prepare"))
    assert review(clerk, number).status_code == 303
    assert chain.relay(number) == []
    [(_, pdf)] = kept(chain, number)
    assert "代办人钱七" in text_of(pdf)
    assert "3纸质原件" in text_of(pdf)


def test_r97_the_delivery_record_says_how_the_receiver_stands_to_the_applicant(case: tuple[Chain, str]) -> None:
    chain, number = case
    with chain.tools.store.transaction() as session:
        application = applications.lock(session, number)
        window.record(
            session, application, "result-handover", "delivery-410105", chain.tools.clock.now(), person="钱七", relation="代办人"
        )
        attempt = SimpleNamespace(way="counter", at=chain.tools.clock.now(), receiver="钱七", proof_no="签-1",
                                  actor="staff:1:c1", scope="")  # fmt: skip
        accounts.ensure(session, "staff:1:c1", "window", "李发证", organisation="printers delivery-410105")
    with chain.tools.store.transaction() as session:
        papermaking.delivery_record(session, chain.desk, applications.lock(session, number), attempt, [])
    text = {row.paper_kind: text_of(pdf) for row, pdf in kept(chain, number)}["delivery-record"]
    assert "代办人" in text
    assert "金水区发证窗口" in text
    assert "staff:1:c1" not in text, "office and post, not the account of an identity provider"


def test_r43_a_notice_to_somebody_who_applied_at_the_counter_leads_back_there(case: tuple[Chain, str]) -> None:
    chain, number = case
    check = SimpleNamespace(clerk="window-410105", late_reason="")
    with chain.tools.store.transaction() as session:
        application = applications.lock(session, number)
        papermaking.correction_notice(
            session, chain.desk, application, check, [("平面图", "不清楚", "重新提交")], chain.tools.clock.now()  # type: ignore[arg-type]
        )
    text = {row.paper_kind: text_of(pdf) for row, pdf in kept(chain, number)}["correction-notice"]
    assert "带补齐的材料到金水区综合受理窗口" in text


def test_r60_what_was_handed_in_can_be_kept_before_the_window_has_looked(company: Any, tools: Any) -> None:
    number = company.apply().json()["number"]
    text = text_of(company.get(f"/cases/{number}/receipt.pdf").content)
    with tools.store.reading() as session:
        due = next(row.due_at for row in applications.clocks(session, number) if row.clock == "intake")
    for said in ("提交回执", number, "食品经营许可", "平面图", f"{local(due):%H:%M}", "扫码查办理进度", "共享获取"):
        assert said in text
    assert "受理时起分别计算" in text, "it says that it is no 收件回执"
