"""Consultations in SQLite and PostgreSQL: the tables are the migrated ones, the answer is given once (R29, R36)."""

from datetime import UTC, datetime

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from onething.errors import Conflict, NotFound
from onething.store import GuidanceRequest, Store, accounts, documents, guidance
from onething.store.tables import Base

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


def add(store: Store, number: str = "ZX1", kind: str = "pre-check", draft: str = "d1") -> str:
    """A request with one upload; the id of the upload."""
    with store.transaction() as session:
        account = accounts.ensure(session, "dev:a", "citizen", "张三")
        upload = documents.add(session, NOW, account.id, "图.pdf", "application/pdf", b"%PDF")
        guidance.add(session, GuidanceRequest(
            number=number, account_id=account.id, idempotency_key=number, kind=kind, channel="online", requester={},
            bundle="b", district="410105", items=["a"], answers={"q": True}, question="问", draft_id=draft,
            adviser_group="adviser-x", state="open", asked_at=NOW, answered_by="", adviser_name="", answer="", gaps=[],
            guide_version="", notice={},
        ), {"plan": upload.id})
        return upload.id


def test_the_migrated_tables_are_the_mapped_ones(store: Store) -> None:
    with store.engine.connect() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), Base.metadata)
    if store.engine.dialect.name == "sqlite":  # its columns of JSON take sealed text as it is
        differences = [entry for entry in differences if "modify_type" not in str(entry)]
    assert [entry for entry in differences if "guidance" in str(entry)] == []


def test_r29_a_request_is_kept_whole_and_found_by_its_upload(store: Store) -> None:
    upload = add(store)
    with store.reading() as session:
        request = guidance.get(session, "ZX1")
        assert (request.items, request.answers, request.asked_at) == (["a"], {"q": True}, NOW)
        assert [(row.key, row.document_id) for row in request.materials] == [("plan", upload)]
        assert [row.number for row in guidance.shown_to(session, upload)] == ["ZX1"]
        assert [row.number for row in guidance.of_draft(session, request.account_id, "d1")] == ["ZX1"]
        assert guidance.of_draft(session, "somebody-else", "d1") == []
        with pytest.raises(NotFound, match="没有编号为 ZX2 的咨询"):
            guidance.get(session, "ZX2")


def test_r36_only_pre_checks_travel_and_only_once(store: Store) -> None:
    add(store)
    add(store, "ZX2", kind="question")
    with store.reading() as session:
        requests = guidance.of_draft(session, guidance.get(session, "ZX1").account_id, "d1")
        guidance.travel(requests, "N1")
        guidance.travel(requests, "N2")
        assert {row.number: row.application_no for row in requests} == {"ZX1": "N1", "ZX2": None}


def test_the_same_number_is_refused_as_a_conflict(store: Store) -> None:
    add(store)
    with pytest.raises(Conflict, match="刚刚改动"):
        add(store)
