"""The tables: the one system of record for case state. Times are aware and kept in UTC."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import JSON, Date, DateTime, ForeignKey, Index, String, Text, TypeDecorator, UniqueConstraint, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

from onething.store.sealed import Sealed

RUNS = text("ended_at IS NULL")


class Instant(TypeDecorator[datetime]):
    """An aware datetime, stored as UTC without a zone so that SQLite and PostgreSQL agree."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        if value is not None and value.tzinfo is None:
            raise ValueError("an instant needs a time zone")
        return value.astimezone(UTC).replace(tzinfo=None) if value else None

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:
        return value.replace(tzinfo=UTC) if value else None


class Base(DeclarativeBase):
    type_annotation_map = {datetime: Instant, dict[str, Any]: JSON, list[Any]: JSON, str: String(200)}  # noqa: RUF012

    def facts(self) -> dict[str, Any]:
        """Every column with its value."""
        return {column.key: getattr(self, column.key) for column in self.__mapper__.local_table.columns}


class Account(Base):
    """A person who logs in. `subject` comes from the identity provider."""

    __tablename__ = "account"
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    subject: Mapped[str] = mapped_column(unique=True)
    role: Mapped[str] = mapped_column(String(20))
    name = Sealed()
    id_no = Sealed(index="id_no_index")
    phone = Sealed()
    organisation: Mapped[str] = mapped_column(default="")
    address = Sealed()


class Draft(Base):
    """An application being written; becomes an `Application` in one transaction."""

    __tablename__ = "draft"
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"), index=True)
    bundle: Mapped[str] = mapped_column(String(64))
    data = Sealed(dict)
    updated_at: Mapped[datetime]


class Application(Base):
    """A case (办件). `number` is the business key of its process.

    `form` is what the application form says, by key; `form_sources` names the register a value came from. `guide_version`
    is the edition of the guide that was in force when it was handed in; the case keeps it (R20). `cleared_at`: its time to be
    kept is over, what is personal lies in the package of the archive only.
    """

    __tablename__ = "application"
    __table_args__ = (
        UniqueConstraint("account_id", "idempotency_key"), Index("ix_application_account", "account_id", "submitted_at"),
        Index("ix_application_district", "district", "submitted_at"),
    )
    number: Mapped[str] = mapped_column(String(40), primary_key=True)
    bundle: Mapped[str] = mapped_column(String(64), index=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"))
    idempotency_key: Mapped[str] = mapped_column(String(80), index=True)
    district: Mapped[str] = mapped_column(String(6))
    channel: Mapped[str] = mapped_column(String(10))
    state: Mapped[str] = mapped_column(String(20), index=True)
    delivery_way: Mapped[str] = mapped_column(String(20))
    delivery_mode: Mapped[str] = mapped_column(String(10), default="unified")
    applicant = Sealed(dict)
    answers = Sealed(dict)
    form = Sealed(dict)
    form_sources: Mapped[dict[str, Any]] = mapped_column(default=dict)
    guide_version: Mapped[str] = mapped_column(String(16), default="")
    submitted_at: Mapped[datetime]
    received_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    cleared_at: Mapped[datetime | None]
    reason = Sealed()
    version: Mapped[int] = mapped_column(default=1)
    items: Mapped[list[ApplicationItem]] = relationship(order_by="ApplicationItem.position", lazy="selectin")
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012


class FormVersion(Base):
    """The application form as it was before a correction, until `replaced_at`; the newest is in `application`."""

    __tablename__ = "form_version"
    number: Mapped[str] = mapped_column(ForeignKey("application.number"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    form = Sealed(dict)
    form_sources: Mapped[dict[str, Any]] = mapped_column(default=dict)
    replaced_at: Mapped[datetime]


class ApplicationItem(Base):
    __tablename__ = "application_item"
    number: Mapped[str] = mapped_column(ForeignKey("application.number"), primary_key=True)
    item: Mapped[str] = mapped_column(String(64), primary_key=True)
    position: Mapped[int]
    department: Mapped[str] = mapped_column(String(64))
    reviewer_group: Mapped[str] = mapped_column(String(100))
    state: Mapped[str] = mapped_column(String(20))
    accepted_at: Mapped[datetime | None]
    accepted_by: Mapped[str] = mapped_column(default="")
    acceptance_reason = Sealed()
    pre_review_opinion = Sealed()
    pre_reviewed_by: Mapped[str] = mapped_column(default="")
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[str] = mapped_column(default="")
    decision_reason = Sealed()
    decision_basis: Mapped[str] = mapped_column(Text, default="")
    decided_term: Mapped[str] = mapped_column(String(10), default="")
    pushed_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012


class Document(Base):
    """A stored file: an upload of the applicant or a paper that we made."""

    __tablename__ = "document"
    __table_args__ = (Index("ix_document_paper", "number", "paper_kind", "item", unique=False),)
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"), index=True)
    number: Mapped[str | None] = mapped_column(ForeignKey("application.number"), index=True)
    item: Mapped[str] = mapped_column(String(64), default="")
    paper_kind: Mapped[str] = mapped_column(String(30), default="")
    paper_no: Mapped[str] = mapped_column(String(60), default="")
    name = Sealed()
    media_type: Mapped[str] = mapped_column(String(60))
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    size: Mapped[int]
    safety: Mapped[str] = mapped_column(String(12), default="passed", index=True)
    created_at: Mapped[datetime]
    verify_token: Mapped[str | None] = mapped_column(String(64), index=True, unique=True)


class Material(Base):
    """One version of one material of a case; government-held ones have no document (R112)."""

    __tablename__ = "material"
    number: Mapped[str] = mapped_column(ForeignKey("application.number"), primary_key=True)
    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, default=1)
    source: Mapped[str] = mapped_column(String(20))
    document_id: Mapped[str | None] = mapped_column(ForeignKey("document.id"), index=True)
    created_at: Mapped[datetime]


class Deadline(Base):
    """A clock of a case (item empty) or of an item, with its ledger of days.

    `days` is the limit in working days with what was added to it (0 for clocks of hours); while `paused_at` is set the
    clock stands still and `due_at` is not to be trusted.
    """

    __tablename__ = "deadline"
    __table_args__ = (Index("ix_deadline_open", "due_at", postgresql_where=RUNS, sqlite_where=RUNS),)
    number: Mapped[str] = mapped_column(ForeignKey("application.number"), primary_key=True)
    item: Mapped[str] = mapped_column(String(64), primary_key=True, default="")
    clock: Mapped[str] = mapped_column(String(20), primary_key=True)
    started_at: Mapped[datetime]
    due_at: Mapped[datetime]
    days: Mapped[int] = mapped_column(default=0)
    paused_at: Mapped[datetime | None]
    provisional: Mapped[bool] = mapped_column(default=False)
    ended_at: Mapped[datetime | None]
    overdue_at: Mapped[datetime | None]
    ledger: Mapped[list[Any]]


class Counter(Base):
    """The last number given in a series, e.g. `case/20261123` or `licence/food-business-license/2026`."""

    __tablename__ = "counter"
    series: Mapped[str] = mapped_column(String(120), primary_key=True)
    value: Mapped[int]


class Certificate(Base):
    __tablename__ = "certificate"
    __table_args__ = (UniqueConstraint("number", "item", "version"),)
    certificate_no: Mapped[str] = mapped_column(String(60), primary_key=True)
    number: Mapped[str] = mapped_column(ForeignKey("application.number"), index=True)
    item: Mapped[str] = mapped_column(String(64))
    version: Mapped[int] = mapped_column(default=1)
    state: Mapped[str] = mapped_column(String(20))
    verify_token: Mapped[str] = mapped_column(String(64), unique=True)
    title: Mapped[str]
    holder = Sealed()
    issuer: Mapped[str]
    issued_on: Mapped[date] = mapped_column(Date)
    valid_until: Mapped[date | None] = mapped_column(Date)
    document_id: Mapped[str | None] = mapped_column(ForeignKey("document.id"))
    revoked_at: Mapped[datetime | None]
    revoked_by: Mapped[str] = mapped_column(default="")
    revoked_reason = Sealed()
    revoked_basis: Mapped[str] = mapped_column(default="")


class Notice(Base):
    """A message to the applicant; `key` makes it at most one."""

    __tablename__ = "notice"
    key: Mapped[str] = mapped_column(String(160), primary_key=True)
    number: Mapped[str] = mapped_column(ForeignKey("application.number"), index=True)
    item: Mapped[str] = mapped_column(String(64), default="")
    text = Sealed()
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]


class Audit(Base):
    """Append-only and hash-chained: who did what to which case, when, from where. The database refuses any change."""

    __tablename__ = "audit"
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    actor: Mapped[str]
    action: Mapped[str] = mapped_column(String(60))
    number: Mapped[str] = mapped_column(String(40), default="", index=True)
    item: Mapped[str] = mapped_column(String(64), default="")
    detail: Mapped[dict[str, Any]]
    ip: Mapped[str] = mapped_column(String(45), default="")
    previous: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))
