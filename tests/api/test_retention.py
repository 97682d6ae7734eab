"""What is cleared after its time, what never is, and what is left of a cleared case (S12, S25; PIPL, articles 19 and 47)."""

from __future__ import annotations

import io
import json
import tempfile
import zipfile
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import select, text
from typer.testing import CliRunner

from onething import archive, retention
from onething.bootstrap import Tools
from onething.catalogue.retention import RetentionRule, retention_rules
from onething.cli import retention as command
from onething.cli.main import app as cli
from onething.errors import Conflict, InvalidInput, NotFound
from onething.store import (
    Outbox,
    accounts,
    applications,
    audit,
    certificates,
    documents,
    guidance,
    holds,
    notices,
    outbox,
    own,
    troubles,
)
from onething.store.tables import Draft
from onething.store.tables_guides import DataDispute
from onething.vocabulary import CaseState, FileSafety, ItemState, PaperKind
from tests.api.conftest import COMPANY, HOME, PDF, Person, StillClock
from tests.api.test_case_page import end
from tests.api.test_guidance import answered, ask
from workers.archiving import about, entries
from workers.housekeeping import Housekeeping

TEN_YEARS = 3651
CANARIES = ("郑州示例餐饮有限公司（演示）", "13800000004", "平面图.pdf")


def run(tools: Tools, *, apply: bool = True, automatic: bool = False) -> dict[str, retention.Finding]:
    return {one.rule.key: one for one in retention.run(tools, apply=apply, automatic=automatic)}


def keep_package(tools: Tools, number: str) -> bytes:
    """As the last step of a case makes it."""
    desk: Any = SimpleNamespace(
        catalogue=tools.catalogue_of, bundle=lambda case: tools.catalogue_of(case).bundle(case.bundle))
    with tempfile.TemporaryFile() as package, tools.store.transaction() as session:
        case = applications.get(session, number)
        archive.write(package, entries(session, desk, case, []), about(desk, case, []))
        documents.add(
            session, tools.clock.now(), case.account_id, "归档包.zip", "application/zip", package, number=number,
            paper_kind=str(PaperKind.ARCHIVE), paper_no=number,
        )
        package.seek(0)
        return package.read()


@pytest.fixture
def archived(company: Person, tools: Tools) -> str:
    number = company.apply().json()["number"]
    end(tools, number, CaseState.COMPLETED, ItemState.APPROVED)
    keep_package(tools, number)
    return number


def everything_readable(tools: Tools, number: str) -> str:
    """All that the tables of this case say, opened."""
    with tools.store.reading() as session:
        case = applications.get(session, number)
        rows = [case, *case.items, *applications.materials(session, number), *notices.of_case(session, number)]
        said = [case.applicant, case.form, case.answers, [row.text for row in notices.of_case(session, number)]]
        files = [row.name for row in own.files(session, case.account_id)]
        return json.dumps([[str(row.facts()) for row in rows], said, files], ensure_ascii=False)


def intact(tools: Tools) -> bool:
    with tools.store.reading() as session:
        return audit.first_fault(audit.trail(session)) is None


def test_s25_every_rule_says_how_long_and_why_and_the_page_is_the_table() -> None:
    rules = retention_rules(HOME)
    assert len({rule.key for rule in rules}) == len(rules) == 14
    page = (HOME / "docs" / "retention.md").read_text(encoding="utf-8")
    for rule in rules:
        source = rule.source if rule.confirmed else f"{rule.source}，**待核实**"
        way = "yes" if rule.automatic else "`--apply` only"
        assert f"| `{rule.key}` | {rule.what} | {rule.days} | {way} | {source} |" in page, rule.key
    with pytest.raises(ValueError, match="没有核实，不能自动执行"):
        RetentionRule(key="cases", what="x", days=3650, automatic=True, source="x")


def test_s25_without_apply_nothing_changes(archived: str, company: Person, tools: Tools, clock: StillClock) -> None:
    company.upload("没用上.pdf")
    clock.move(days=TEN_YEARS)
    before = snapshot(tools)
    found = run(tools, apply=False)
    assert found["cases"].numbers == (archived,)
    assert found["uploads"].count == 1
    assert found["sessions"].count == 1
    assert snapshot(tools) == before


def snapshot(tools: Tools) -> dict[str, list[Any]]:
    with tools.store.reading() as session:
        names = session.scalars(text("SELECT name FROM sqlite_master WHERE type = 'table'")).all()
        return {name: [tuple(row) for row in session.execute(text(f"SELECT * FROM {name}"))] for name in names}


def test_s25_a_cleared_case_has_nothing_personal_left_but_its_package_which_is_whole(
    archived: str, tools: Tools, clock: StillClock
) -> None:
    assert all(word in everything_readable(tools, archived) for word in CANARIES)
    with tools.store.reading() as session:
        plan = next(row for row in applications.materials(session, archived) if row.key == "plan")
        content = documents.get(session, plan.document_id).sha256
    clock.move(days=TEN_YEARS)
    assert run(tools)["cases"].numbers == (archived,)
    left = everything_readable(tools, archived)
    assert [word for word in CANARIES if word in left] == []
    assert not (tools.store.files / content[:2] / content).exists(), "the upload itself is gone"
    with tools.store.reading() as session:
        case = applications.get(session, archived)
        assert (case.state, case.cleared_at) == ("completed", clock.now())
        row: Any = documents.paper(session, archived, str(PaperKind.ARCHIVE))
        with documents.stored(session, row).open() as package:
            assert archive.faults(package) == []
            assert archive.manifest(package)["about"]["number"] == archived
        with pytest.raises(InvalidInput, match="保存期满"):
            documents.content(session, documents.get(session, plan.document_id))
        assert audit.trail(session, archived)[-1].action == "clear-case"
    assert intact(tools)
    assert run(tools)["cases"].count == 0, "once"


def test_s25_two_years_after_the_end_materials_lie_in_the_package_only(
    archived: str, app: Any, tools: Tools, clock: StillClock
) -> None:
    with tools.store.reading() as session:
        rows = [documents.get(session, row.document_id) for row in applications.materials(session, archived) if row.document_id]
    paths = [tools.store.files / row.sha256[:2] / row.sha256 for row in rows]
    clock.move(days=729)
    assert run(tools, automatic=True)["materials"].count == 0
    clock.move(days=2)
    assert run(tools, apply=False)["materials"].numbers == (archived,)
    assert all(path.exists() for path in paths), "listing changes nothing"
    assert run(tools, automatic=True)["materials"].numbers == (archived,)
    assert not [path for path in paths if path.exists()]
    with tools.store.reading() as session:
        assert applications.get(session, archived).applicant["phone"], "the case itself is not cleared"
        row: Any = documents.paper(session, archived, str(PaperKind.ARCHIVE))
        with documents.stored(session, row).open() as package:
            assert archive.faults(package) == []
            assert {one.sha256 for one in rows} <= {file["sha256"] for file in archive.manifest(package)["files"].values()}
        assert audit.trail(session, archived)[-1].action == "clear-materials"
    company, clerk = Person(app, COMPANY), Person(app, "window-410105")
    for page in (company.get(f"/cases/{archived}"), clerk.get(f"/staff/cases/{archived}")):
        assert "保存期满已清除" in page.text
        assert not [row.id for row in rows if row.id in page.text], "nothing leads to what is gone"
    assert company.get(f"/documents/{rows[0].id}").status_code == 410
    assert company.get("/me/data/export.zip").status_code == 200
    assert run(tools, automatic=True)["materials"].count == 0, "once"


def test_r109_the_package_holds_what_was_signed_at_the_counter_too(company: Person, tools: Tools) -> None:
    number = company.apply().json()["number"]
    with tools.store.transaction() as session:
        case = applications.get(session, number)
        signed = documents.add(
            session, tools.clock.now(), case.account_id, "签收.pdf", "application/pdf", PDF + b"signed", number=number)
        sick = documents.add(
            session, tools.clock.now(), case.account_id, "坏.pdf", "application/pdf", PDF + b"sick", number=number, waiting=True)
        documents.settle(session, sick.id, FileSafety.INFECTED)
    end(tools, number, CaseState.COMPLETED, ItemState.APPROVED)
    with zipfile.ZipFile(io.BytesIO(keep_package(tools, number))) as package:
        assert package.read(f"case/scans/{signed.id}.pdf") == PDF + b"signed"
        listed = json.loads(package.read("case/scans.json"))
    assert {row["id"]: "file" in row for row in listed} == {signed.id: True, sick.id: False}


def test_s25_materials_that_the_package_does_not_hold_stay(archived: str, tools: Tools, clock: StillClock) -> None:
    """A scan that came after the package was made, a package that was altered, a case under a hold."""
    with tools.store.transaction() as session:
        case = applications.get(session, archived)
        late = documents.add(
            session, clock.now(), case.account_id, "后来签收.pdf", "application/pdf", PDF + b"late", number=archived)
    with tools.store.transaction() as session:
        holds.place(session, clock.now(), archived, "行政复议", "console:clerk")
    clock.move(days=800)
    assert run(tools)["materials"].left == (archived,)
    with tools.store.transaction() as session:
        holds.lift(session, clock.now(), archived, "console:clerk")
    with tools.store.reading() as session:
        package = documents.paper(session, archived, str(PaperKind.ARCHIVE))
        assert package
        path = tools.store.files / package.sha256[:2] / package.sha256
    whole = path.read_bytes()
    path.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    assert run(tools)["materials"].left == (archived,)
    path.write_bytes(whole)
    assert run(tools)["materials"].numbers == (archived,)
    with tools.store.reading() as session:
        assert documents.content(session, documents.get(session, late.id)) == PDF + b"late"


def test_s25_a_consultation_goes_with_its_notification_and_its_files_follow(
    company: Person, tools: Tools, clock: StillClock
) -> None:
    shown = company.upload("给辅导看的.pdf")
    number = ask(company, kind="pre-check", materials={"plan": shown}).json()["number"]
    waits = ask(company, "another-key").json()["number"]
    answered(tools, number)
    clock.move(days=1096)
    assert run(tools)["consultations"].numbers == (number,)
    assert run(tools)["uploads"].count == 0, "they went in the same run or wait for none"
    with tools.store.reading() as session:
        assert [row.number for row in guidance.of_account(session, account(tools))] == [waits]
        assert own.files(session, account(tools)) == []
    assert intact(tools)


def account(tools: Tools) -> str:
    with tools.store.reading() as session:
        return next(row.id for row in accounts.all_accounts(session) if row.subject == COMPANY)


def test_s25_the_pages_of_a_cleared_case_still_work(archived: str, app: Any, tools: Tools, clock: StillClock) -> None:
    clock.move(days=TEN_YEARS)
    run(tools)
    company, clerk = Person(app, COMPANY), Person(app, "window-410105")
    for path in (f"/cases/{archived}", f"/cases/{archived}/receipt", "/cases", "/me", "/me/data", "/me/data/export.zip",
                 f"/api/v1/applications/{archived}"):
        assert company.get(path).status_code == 200, path
    assert clerk.get(f"/staff/cases/{archived}").status_code == 200
    assert clerk.get(f"/staff/cases/{archived}/archive").status_code == 200
    assert "保存期满，清除个人信息" in company.get("/me/data").text
    with tools.store.reading() as session:
        [plan] = [row for row in applications.materials(session, archived) if row.key == "plan"]
    assert company.get(f"/documents/{plan.document_id}").status_code == 410


def test_s19_a_certificate_outlives_its_case(archived: str, app: Any, tools: Tools, clock: StillClock) -> None:
    with tools.store.transaction() as session:
        case = applications.get(session, archived)
        paper = documents.add(
            session, clock.now(), case.account_id, "食品经营许可证.pdf", "application/pdf", PDF + b"licence", number=archived,
            item="food-license", paper_kind=str(PaperKind.LICENCE), paper_no="ZZ1",
        )
        row = certificates.reserve(
            session, archived, "food-license", "series", lambda count: f"ZZ{count}", title="食品经营许可证",
            holder="郑州示例餐饮有限公司（演示）", issuer="市场监管部门", issued_on=clock.now().date(),
        )
        certificates.publish(row, paper.id)
    clock.move(days=TEN_YEARS)
    run(tools)
    with tools.store.reading() as session:
        assert documents.content(session, documents.get(session, paper.id)) == PDF + b"licence"
        assert documents.is_issued(session, paper.sha256)
    shown = Person(app).get(f"/api/v1/verify/{row.verify_token}").json()
    assert (shown["status"], shown["certificate_no"]) == ("valid", "ZZ1")


@pytest.mark.parametrize("reason", ["open", "young", "hold", "dispute", "trouble", "no package", "damaged package"])
def test_s25_what_stops_the_clearing(reason: str, company: Person, tools: Tools, clock: StillClock) -> None:
    number = company.apply().json()["number"]
    if reason != "open":
        end(tools, number, CaseState.COMPLETED, ItemState.APPROVED)
    if reason != "no package":
        keep_package(tools, number)
    with tools.store.transaction() as session:
        if reason == "hold":
            holds.place(session, clock.now(), number, "行政复议", "console:root")
        if reason == "trouble":
            troubles.open_(session, clock.now(), "outbox:x", "outbox", number, "x")
        if reason == "dispute":
            raise_dispute(session, number, clock)
        if reason == "damaged package":
            row: Any = documents.paper(session, number, str(PaperKind.ARCHIVE))
            path = tools.store.files / row.sha256[:2] / row.sha256
            path.write_bytes(path.read_bytes()[:-40])
    clock.move(days=10 if reason == "young" else TEN_YEARS)
    found = run(tools)["cases"]
    assert (found.count, found.left) == (0, () if reason in ("open", "young") else (number,))
    assert "平面图.pdf" in everything_readable(tools, number)
    assert intact(tools)


def raise_dispute(session: Any, number: str, clock: StillClock) -> None:
    session.add(DataDispute(
        number=number, field="company_name", department="market", dataset="企业登记信息", shared="甲", stated="乙",
        raised_at=clock.now(), answer="", answered_by="", answered_at=None,
    ))


def test_s25_a_lifted_hold_lets_it_go(archived: str, tools: Tools, clock: StillClock) -> None:
    with tools.store.transaction() as session:
        holds.place(session, clock.now(), archived, "行政复议", "console:root")
        with pytest.raises(NotFound):
            holds.place(session, clock.now(), "no-such-number", "x", "console:root")
    clock.move(days=TEN_YEARS)
    assert run(tools)["cases"].count == 0
    with tools.store.transaction() as session:
        holds.lift(session, clock.now(), archived, "console:root")
        with pytest.raises(Conflict):
            holds.lift(session, clock.now(), archived, "console:root")
    assert run(tools)["cases"].count == 1


def test_s25_only_uploads_that_nothing_uses_go(company: Person, archived: str, tools: Tools, clock: StillClock) -> None:
    lost = company.upload("没用上.pdf")
    drafted = company.upload("草稿里的.pdf")
    shown = company.upload("给辅导看的.pdf")
    asked = ask(company, kind="pre-check", materials={"plan": shown}).json()
    with tools.store.transaction() as session:
        me = next(row for row in accounts.all_accounts(session) if row.subject == COMPANY)
        accounts.new_draft(session, me.id, "restaurant", {"documents": {"plan": drafted}, "district": "410105"}, clock.now())
    clock.move(days=31)
    assert run(tools)["uploads"].count == 1, asked
    with tools.store.reading() as session:
        kept = {row.id for row in own.files(session, me.id)}
        assert drafted in kept
        assert lost not in kept
        assert applications.materials(session, archived)[0].document_id in kept
        hidden = audit.trail(session)[-1]
        assert (hidden.action, hidden.detail) == ("clear-by-rule", {"rule": "uploads", "count": 1})


def test_s25_a_draft_goes_after_half_a_year_and_its_files_after_it(company: Person, tools: Tools, clock: StillClock) -> None:
    company.send("/apply/restaurant", {"licence": "yes"})
    clock.move(days=179)
    assert run(tools)["drafts"].count == 0
    clock.move(days=2)
    assert run(tools)["drafts"].count == 1
    with tools.store.reading() as session:
        assert session.scalars(select(Draft)).all() == []


def test_s25_records_of_sending_stay_while_the_case_is_open(
    company: Person, archived: str, tools: Tools, clock: StillClock
) -> None:
    still = company.apply("another-key").json()["number"]
    with tools.store.transaction() as session:
        for entry in outbox.waiting(session):
            outbox.done(session, clock.now(), entry.id)
    clock.move(days=181)
    run(tools)
    with tools.store.reading() as session:
        assert {row.number for row in session.scalars(select(Outbox))} == {still}
    assert intact(tools)


def test_s25_notices_go_two_years_after_the_end_and_only_where_the_archive_has_them(
    company: Person, archived: str, tools: Tools, clock: StillClock
) -> None:
    bare = company.apply("another-key").json()["number"]
    end(tools, bare, CaseState.NOT_TAKEN)
    clock.move(days=731)
    run(tools)
    with tools.store.reading() as session:
        assert notices.of_case(session, archived) == []
        assert notices.of_case(session, bare) != []


def test_s25_the_workers_clear_by_themselves_what_needs_nobody(
    archived: str, company: Person, tools: Tools, clock: StillClock
) -> None:
    company.send("/apply/restaurant", {"licence": "yes"})
    clock.move(days=TEN_YEARS)
    work = Housekeeping(tools)
    work.stopped.wait = lambda _seconds: work.stopped.set() or True  # type: ignore[method-assign]  # one turn
    work.run()
    with tools.store.reading() as session:
        assert session.scalars(select(Draft)).all() == []
        assert applications.get(session, archived).cleared_at is None, "a case is cleared by a person"
    assert intact(tools)


def test_the_commands(archived: str, tools: Tools, clock: StillClock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "build_tools", lambda _settings: tools)
    runner = CliRunner()
    assert "暂停清理" in runner.invoke(cli, ["hold", "place", archived, "--reason", "行政复议申请〔2026〕12 号"]).stdout
    assert json.loads(runner.invoke(cli, ["hold", "list", "--json"]).stdout)["holds"][0]["编号"] == archived
    clock.move(days=TEN_YEARS)
    said = json.loads(runner.invoke(cli, ["retention", "--json"]).stdout)
    cases = said["rules"][-1]
    assert (said["applied"], cases["rule"], cases["count"], cases["left"]) == (False, "cases", 0, [archived])
    assert runner.invoke(cli, ["hold", "lift", archived]).exit_code == 0
    plain = runner.invoke(cli, ["retention"]).stdout
    assert archived in plain
    assert "待核实" in plain
    assert "nothing was changed" in plain
    assert json.loads(runner.invoke(cli, ["retention", "--apply", "--json"]).stdout)["rules"][-1]["count"] == 1
    assert runner.invoke(cli, ["hold", "place", "x", "--reason", "y"]).exit_code == 1
    assert intact(tools)


def test_the_folder_of_files_holds_nothing_of_a_cleared_case_but_what_stays(
    archived: str, tools: Tools, clock: StillClock
) -> None:
    clock.move(days=TEN_YEARS)
    run(tools)
    with tools.store.reading() as session:
        documents.sweep(session, clock.now())
        row: Any = documents.paper(session, archived, str(PaperKind.ARCHIVE))
    assert {path.name for path in Path(tools.store.files).rglob("*") if path.is_file()} == {row.sha256}
