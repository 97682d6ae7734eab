"""What the engine asks of its database: statements, commits, rows and log bytes, by table and by cause."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field

import psycopg

ROLE = "engine"
SNAPSHOT = """
    SELECT s.queryid, s.query, s.calls, s.rows, s.wal_bytes FROM pg_stat_statements s
    JOIN pg_roles r ON r.oid = s.userid WHERE r.rolname = %s AND s.toplevel
"""
POLLING = (
    re.compile(r"\bACT_RU_JOB RES\b(?=.*RETRIES_)(?=.*LOCK_EXP_TIME_)(?=.*DUEDATE_)", re.IGNORECASE | re.DOTALL),
    re.compile(r"^SELECT 1$|^\s*(SET|SHOW)\b|^select \* from ACT_GE_PROPERTY where NAME_ = \$1 for update", re.IGNORECASE),
)
"""The engine's look for due jobs, and what the connection pool asks: they come with time, not with cases."""
VERB = re.compile(r"^\s*(?:/\*.*?\*/)?\s*(SELECT|INSERT|UPDATE|DELETE|WITH)\b", re.IGNORECASE | re.DOTALL)
TABLE = re.compile(r"\b(?:FROM|INTO|UPDATE)\s*\(*\s*(ACT_\w+)", re.IGNORECASE)
ANY_TABLE = re.compile(r"\b(ACT_\w+?)\b(?!_\d)", re.IGNORECASE)


@dataclass(frozen=True)
class Kind:
    """One kind of statement: what is done to which table."""

    verb: str
    table: str

    @property
    def cause(self) -> str:
        """Why the engine sends it, in the words of the report."""
        if self.verb in ("BEGIN", "COMMIT", "ROLLBACK"):
            return self.verb.lower()
        reads = self.verb == "SELECT"
        if self.table.startswith("ACT_ID_") or self.table == "ACT_RU_AUTHORIZATION":
            return "who asks, may they" if reads else "users and rights"
        if self.table.startswith("ACT_HI_"):
            return "history read" if reads else "history written"
        if self.table.startswith("ACT_RU_"):
            return "state read" if reads else "state written"
        return "models and other"


@dataclass
class Usage:
    """Statements by kind, rows written by table, transactions that wrote, log bytes; `polling` is counted apart."""

    statements: Counter[Kind] = field(default_factory=Counter)
    rows: Counter[Kind] = field(default_factory=Counter)
    commits: int = 0
    wal_bytes: int = 0
    polling: int = 0

    def add(self, other: Usage) -> None:
        self.statements.update(other.statements)
        self.rows.update(other.rows)
        self.commits += other.commits
        self.wal_bytes += other.wal_bytes
        self.polling += other.polling

    def total(self) -> int:
        """Statements other than the brackets of a transaction."""
        return sum(n for kind, n in self.statements.items() if kind.verb not in ("BEGIN", "COMMIT", "ROLLBACK"))

    def transactions(self) -> int:
        """Reading ones too. (COMMIT itself is not counted by PostgreSQL when a driver has prepared it.)"""
        return sum(n for kind, n in self.statements.items() if kind.verb == "BEGIN")

    def by_cause(self) -> Counter[str]:
        found: Counter[str] = Counter()
        for kind, n in self.statements.items():
            found[kind.cause] += n
        return found


class Meter:
    """Reads pg_stat_statements of the engine's role; the engine knows nothing of it."""

    def __init__(self, url: str) -> None:
        self.connection = psycopg.connect(url, autocommit=True)
        self.connection.execute("CREATE EXTENSION IF NOT EXISTS pg_stat_statements")
        self._last, self._last_writer = self._read(), self._writer()

    def take(self) -> Usage:
        """What was sent since the last time."""
        now, writer = self._read(), self._writer()
        usage = Usage(commits=writer - self._last_writer)
        self._last_writer = writer
        for key, (query, calls, rows, wal) in now.items():
            before = self._last.get(key, ("", 0, 0, 0))
            new = calls - before[1]
            if not new:
                continue
            usage.wal_bytes += wal - before[3]
            if any(pattern.search(query) for pattern in POLLING):
                usage.polling += new
                continue
            kind = kind_of(query)
            usage.statements[kind] += new
            if kind.verb in ("INSERT", "UPDATE", "DELETE"):
                usage.rows[kind] += rows - before[2]
        self._last = now
        return usage

    def ask(self, question: str, *arguments: object) -> list[tuple]:
        """Look at the engine's tables past the engine."""
        return self.connection.execute(question, arguments).fetchall()

    def _writer(self) -> int:
        """The next transaction number: only a transaction that writes takes one (with autovacuum off)."""
        return int(self.ask("SELECT pg_snapshot_xmax(pg_current_snapshot())::text")[0][0])

    def _read(self) -> dict[int, tuple[str, int, int, int]]:
        return {row[0]: (row[1], int(row[2]), int(row[3]), int(row[4]))
                for row in self.connection.execute(SNAPSHOT, (ROLE,)).fetchall()}


def kind_of(query: str) -> Kind:
    word = query.split(None, 1)[0].upper().rstrip(";") if query.strip() else ""
    verb = VERB.match(query)
    if verb is None:
        return Kind(word, "")
    found = TABLE.search(query) or ANY_TABLE.search(query)
    return Kind(verb.group(1).upper(), found.group(1).upper() if found else "")
