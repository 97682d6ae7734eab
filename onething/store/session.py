"""One door to the database: `Store(url).transaction()`; everything in the block is saved, or nothing is."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import structlog
from sqlalchemy import create_engine, event, inspect, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import IntegrityError, InterfaceError, OperationalError
from sqlalchemy.orm import Session, sessionmaker
from sqlalchemy.orm.exc import StaleDataError

from onething.errors import Conflict, OneThingError, Unavailable
from onething.store import audit, troubles
from onething.store.keyring import Ring
from onething.store.sealing import MARK, KeyMissing, SealBroken, where

TURN_SECONDS = 5.0
POOL, OVERFLOW = 24, 18
"""Connections a process keeps, and how many more it may make for a moment: its threads are 24 slots and 16 hands, or 40 of the
front door. PostgreSQL has to allow that many for each process (docs/operations.md)."""
MIGRATIONS = Path(__file__).parent / "migrations"
DOWN = "数据库暂时不可用；请稍后再试"
T = TypeVar("T")
log = structlog.get_logger(__name__)


class StoreUnavailable(Unavailable):
    default_code = "store-unavailable"


class Store:
    """SQLite by default, PostgreSQL by URL. Safe to share between threads."""

    def __init__(self, url: str, files: Path, ring: Ring | None = None) -> None:
        self.url, self.files, self.ring = url, files, ring or Ring.beside(files.parent)
        if url.startswith("sqlite:///"):
            Path(make_url(url).database or "").parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        sqlite = url.startswith("sqlite")
        pool = {"pool_size": POOL + OVERFLOW} if sqlite else {"pool_size": POOL, "max_overflow": OVERFLOW, "pool_pre_ping": True}
        self.engine = create_engine(url, hide_parameters=True, **pool)  # values of a failed statement are about people
        self.engine.dialect.ring = self.ring  # type: ignore[attr-defined]  # where the types of sealed columns find it
        self._sessions = sessionmaker(self.engine, expire_on_commit=False)
        event.listen(self._sessions, "before_commit", audit.write)
        if self.engine.dialect.name == "sqlite":
            _make_sqlite_safe(self.engine, self._sessions)
        files.mkdir(parents=True, exist_ok=True, mode=0o700)

    def migrate(self) -> None:
        """Bring the schema to the newest version and make the first keys; safe to repeat."""
        try:
            if self._version() != newest_version():
                self._upgrade()
            self._make_keys()
        except (OperationalError, InterfaceError) as error:
            raise StoreUnavailable(DOWN) from error

    def _version(self) -> str:
        """Of the schema as it is; empty where there is none."""
        with self.engine.connect() as connection:
            if not inspect(connection).has_table("alembic_version"):
                return ""
            return connection.scalar(text("SELECT version_num FROM alembic_version")) or ""

    def _upgrade(self) -> None:
        from alembic import command  # 14 MiB that no process needs whose store is up to date
        from alembic.config import Config

        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        config.attributes["engine"] = self.engine
        command.upgrade(config, "head")

    def _make_keys(self) -> None:
        """Only for a store that holds nothing sealed: new keys would hide that those of its data are lost."""
        if self.ring.exists():
            return
        with self.reading() as session:
            anything, sealed = (
                session.execute(text(f"SELECT 1 FROM account {which} LIMIT 1")).first()
                for which in ("", f"WHERE name LIKE '{MARK}%'")
            )
        if sealed and not self.ring.exists():  # another process that starts beside this one may have been first
            raise KeyMissing("数据库里有加密的数据，但密钥环不见了；请从备份恢复 var/keys（或 ONETHING_KEYS_FILE），不要另建密钥")
        self.ring.create(plain=bool(anything))

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """Commit at the end of the block, roll back on any error; races become `Conflict`."""
        try:
            with self._sessions.begin() as session:
                session.info["files"] = self.files
                yield session
        except SealBroken as error:
            self.tell(error)
            raise
        except (StaleDataError, IntegrityError) as error:
            raise Conflict("有人刚刚改动了同一办件；请刷新后重试", code="changed-meanwhile") from error
        except (OperationalError, InterfaceError) as error:
            raise StoreUnavailable(DOWN) from error

    def tell(self, error: SealBroken) -> None:
        """One trouble per place (`onething incidents`): somebody moved or changed what is stored."""
        place = where(error.place)
        log.error("stored content does not open", place=place)
        with suppress(OneThingError), self.transaction() as session:
            troubles.open_(session, datetime.now(UTC), f"seal:{place}", troubles.SEAL, "", error.finding)

    def settle(self, work: Callable[[Session], T]) -> T:
        """`work` in a transaction, and once more where another process that starts beside this one was first."""
        try:
            with self.transaction() as session:
                return work(session)
        except Conflict:
            with self.transaction() as session:
                return work(session)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A transaction that takes no write lock and saves nothing."""
        try:
            with self._sessions() as session:
                session.info["reading"] = True
                session.info["files"] = self.files
                yield session
        except SealBroken as error:
            self.tell(error)
            raise
        except (OperationalError, InterfaceError) as error:
            raise StoreUnavailable(DOWN) from error

    def answers(self) -> bool:
        """Whether the database can be asked now."""
        try:
            with self.reading() as session:
                session.connection()
        except StoreUnavailable:
            return False
        return True

    def allowed(self) -> int | None:
        """How many connections the server takes in all; None where there is no server."""
        if self.engine.dialect.name != "postgresql":
            return None
        with self.reading() as session:
            return int(session.scalar(text("SELECT current_setting('max_connections')")))

    def close(self) -> None:
        self.engine.dispose()


def newest_version() -> str:
    """Migrations are named after their revision, which counts up."""
    return max(path.name for path in (MIGRATIONS / "versions").glob("[0-9]*.py")).partition("_")[0]


def _make_sqlite_safe(engine: Any, sessions: Any) -> None:
    """Write-ahead log, full sync, foreign keys; write transactions take their lock at once, so none deadlocks.

    SQLite lets one write at a time, and who has to wait asks again after ever longer pauses. Threads of one process wait
    for each other instead; a while only, for a thread may wait for another one that it keeps waiting.
    """
    turn = threading.Lock()

    @event.listens_for(engine, "connect")
    def on_connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=30000"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(sessions, "after_begin")
    def on_session_begin(session: Session, _transaction: Any, connection: Any) -> None:
        reading = session.info.get("reading")
        if not reading:
            session.info["turn"] = turn.acquire(timeout=TURN_SECONDS)
        connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")

    @event.listens_for(sessions, "after_transaction_end")
    def on_session_end(session: Session, transaction: Any) -> None:
        if transaction.parent is None and session.info.pop("turn", False):
            turn.release()
