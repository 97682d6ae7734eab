"""Consents, holds, hashed links and clearing in SQLite and PostgreSQL (S12, S25)."""

from datetime import UTC, datetime, timedelta

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import text

from onething.catalogue.retention import RetentionRule
from onething.errors import NotFound
from onething.store import (
    Application,
    Base,
    Store,
    accounts,
    applications,
    audit,
    consents,
    documents,
    holds,
    limits,
    notices,
    outbox,
    ratings,
    retention,
)
from onething.store.session import MIGRATIONS
from onething.vocabulary import PaperKind

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
LATER = NOW + timedelta(days=4000)
NUMBER = "410105202611230000011"


@pytest.fixture
def case(store: Store) -> str:
    """Completed, with a package, an upload, a consent and a notice that was sent."""
    with store.transaction() as session:
        account = accounts.ensure(session, "zhang", "citizen", "张三")
        applications.add(session, Application(
            number=NUMBER, bundle="restaurant", account_id=account.id, idempotency_key="k" * 12, district="410105",
            channel="online", state="completed", delivery_way="electronic", applicant={"name": "张三"}, answers={},
            form={"a": "b"}, submitted_at=NOW, closed_at=NOW, reason="",
        ), [])
        for kind in ("", str(PaperKind.ARCHIVE)):
            content = f"content{kind}".encode()
            documents.add(session, NOW, account.id, "文件", "application/pdf", content, number=NUMBER, paper_kind=kind)
        consents.add(
            session, number=NUMBER, part="handling", kind="told", version=1, sha256="0" * 64, recipients=[["窗口", ["姓名"]]],
            items=["a"], agreed_at=NOW, way="page", person="张三", relation="本人", clerk="",
        )
        notices.give(session, NOW, NUMBER, "delivered", "办理结果已送达。")
        notices.get(session, notices.key_of(NUMBER, "delivered")).sent_at = NOW
        ratings.offer(session, NOW, NUMBER, notices.key_of(NUMBER, "delivered"))
        audit.record(session, NOW, "zhang", "submit", number=NUMBER)
    return NUMBER


def migrate_to(store: Store, revision: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["engine"] = store.engine
    command.downgrade(config, revision)


def test_the_migrated_tables_are_the_mapped_ones(store: Store) -> None:
    with store.engine.connect() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), Base.metadata)
    ours = ("consent", "hold", "rating_link", "cleared_at")
    assert [entry for entry in differences if any(f"'{name}'" in str(entry) for name in ours)] == []


def test_s20_links_of_before_are_hashed_and_go_on_working(store: Store, case: str) -> None:
    migrate_to(store, "0016")
    with store.transaction() as session:
        session.execute(text("DELETE FROM rating_link"))
        row = "INSERT INTO rating_link (token, number, notice, made_at) VALUES (:token, :number, :notice, :at)"
        for token, number in (("old-token", case), ("not-sent", "other")):
            facts = {"token": token, "number": number, "notice": f"{number}::delivered", "at": "2026-11-23 02:00:00.000000"}
            session.execute(text(row), facts)
    store.migrate()
    with store.reading() as session:
        assert ratings.open_link(session, "old-token", NOW).number == case
        with pytest.raises(NotFound):
            ratings.open_link(session, "not-sent", NOW)
        ids = session.scalars(text("SELECT id FROM rating_link")).all()
        assert [len(one) for one in ids] == [64]


def test_s25_every_rule_counts_what_it_removes(store: Store, case: str) -> None:
    with store.transaction() as session:
        account = accounts.ensure(session, "zhang", "citizen", "张三")
        accounts.log_in(session, account, NOW)
        accounts.new_draft(session, account.id, "restaurant", {"documents": {}}, NOW)
        limits.merge(session, NOW, "key", RULE, [NOW.timestamp()])
        for entry in outbox.waiting(session):
            outbox.done(session, NOW, entry.id)
    expected = {"sessions": 1, "drafts": 1, "limits": 1, "outbox": 1, "links": 1, "notices": 1}
    for rule in retention.ROWS:
        with store.reading() as session:
            assert retention.count_rows(session, rule, NOW - timedelta(days=1)) == 0, rule
            assert retention.count_rows(session, rule, LATER) == expected.get(rule, 0), rule
        with store.transaction() as session:
            assert retention.remove_rows(session, rule, LATER) == expected.get(rule, 0), rule
        with store.transaction() as session:
            assert retention.remove_rows(session, rule, LATER) == 0, rule
    keys = set(RetentionRule.model_fields["key"].annotation.__args__)  # type: ignore[union-attr]
    assert keys == set(retention.ROWS) | {"uploads", "consultations", "materials", "cases"}


RULE = limits.limits.parse("10/hour")


def test_s12_s25_clearing_leaves_package_and_trail(store: Store, case: str) -> None:
    with store.transaction() as session:
        assert retention.old_cases(session, "cases", LATER) == [case]
        holds.place(session, NOW, case, "行政复议", "console:root")
        assert (retention.old_cases(session, "cases", LATER), retention.left_alone(session, "cases", LATER)) == ([], [case])
        holds.lift(session, NOW, case, "console:root")
    with store.transaction() as session:
        hashes = retention.clear_case(session, LATER, applications.lock(session, case))
        audit.record(session, LATER, "系统", "clear-case", number=case)
    with store.reading() as session:
        retention.drop_contents(session, hashes)
        row = applications.get(session, case)
        assert (row.applicant["name"], row.form, row.cleared_at) == (retention.GONE, {}, LATER)
        [consent] = consents.of_case(session, case)
        assert (consent.person, consent.sha256, consent.recipients) == ("", "0" * 64, [["窗口", ["姓名"]]])
        package = documents.paper(session, case, str(PaperKind.ARCHIVE))
        assert documents.content(session, package) == b"contentarchive"
        assert [path.name for path in store.files.rglob("*") if path.is_file()] == [package.sha256]
        assert audit.first_fault(audit.trail(session)) is None
        assert retention.old_cases(session, "cases", LATER) == []
