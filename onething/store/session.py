"""One door to the database: `Store(url).transaction()`; everything in the block is saved, or nothing is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import IntegrityError, InterfaceError, OperationalError
from sqlalchemy.orm import Session, sessionmaker
from sqlalchemy.orm.exc import StaleDataError

from onething.errors import Conflict, Unavailable

POOL = 32  # connections kept: as many as a worker process has slots and the relay hands, else each is made anew
MIGRATIONS = Path(__file__).parent / "migrations"
DOWN = "数据库暂时不可用；请稍后再试"
T = TypeVar("T")


class StoreUnavailable(Unavailable):
    default_code = "store-unavailable"


class Store:
    """SQLite by default, PostgreSQL by URL. Safe to share between threads."""

    def __init__(self, url: str, files: Path) -> None:
        self.url, self.files = url, files
        if url.startswith("sqlite:///"):
            Path(make_url(url).database or "").parent.mkdir(parents=True, exist_ok=True)
        self.engine = create_engine(url, pool_pre_ping=not url.startswith("sqlite"), pool_size=POOL)
        if self.engine.dialect.name == "sqlite":
            _make_sqlite_safe(self.engine)
        self._sessions = sessionmaker(self.engine, expire_on_commit=False)
        files.mkdir(parents=True, exist_ok=True, mode=0o700)

    def migrate(self) -> None:
        """Bring the schema to the newest version; safe to repeat."""
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        config.attributes["engine"] = self.engine
        try:
            command.upgrade(config, "head")
        except (OperationalError, InterfaceError) as error:
            raise StoreUnavailable(DOWN) from error

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """Commit at the end of the block, roll back on any error; races become `Conflict`."""
        try:
            with self._sessions.begin() as session:
                session.info["files"] = self.files
                yield session
        except (StaleDataError, IntegrityError) as error:
            raise Conflict("有人刚刚改动了同一办件；请刷新后重试", code="changed-meanwhile") from error
        except (OperationalError, InterfaceError) as error:
            raise StoreUnavailable(DOWN) from error

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

    def close(self) -> None:
        self.engine.dispose()


def _make_sqlite_safe(engine: Any) -> None:
    """Write-ahead log, full sync, foreign keys; write transactions take their lock at once, so none deadlocks."""

    @event.listens_for(engine, "connect")
    def on_connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=30000"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(Session, "after_begin")
    def on_session_begin(session: Session, _transaction: Any, connection: Any) -> None:
        if connection.engine is engine:
            connection.exec_driver_sql("BEGIN" if session.info.get("reading") else "BEGIN IMMEDIATE")
