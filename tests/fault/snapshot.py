"""Everything that can be known after a fault, from every side: store, engine, files, gateways, logs and our own notes."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from sqlalchemy import select

from api.personas import APPLICANTS
from onething.catalogue import Catalogue
from onething.deadlines import WorkCalendar
from onething.engine import runtime
from onething.engine.client import EngineClient
from onething.engine.variables import parse_date
from onething.errors import OneThingError
from onething.store import Base, Store
from onething.store.sealed_files import StoredFile
from simulation.postgres import program
from tests.fault.city import HOME, City
from tests.fault.people import CANARY
from tests.fault.witness import Witness, read_lines

Row = dict[str, Any]
CANARIES = (CANARY, *(fact for person in APPLICANTS for fact in (person.name, person.id_no, person.phone)))
LOCK_SECONDS = 60.0


@dataclass(frozen=True)
class Finding:
    """What is wrong, and with which case (or record, series, file)."""

    number: str
    what: str


@dataclass
class Snapshot:
    """Rows as plain dictionaries. `tables` by name of the table; `sent` by gateway; `files` name -> hash of the content."""

    at: datetime
    catalogue: Catalogue
    calendar: WorkCalendar
    acknowledged: list[Row] = field(default_factory=list)
    decided: list[Row] = field(default_factory=list)
    tables: dict[str, list[Row]] = field(default_factory=dict)
    instances: list[Row] = field(default_factory=list)
    open_tasks: list[Row] = field(default_factory=list)
    done_tasks: list[Row] = field(default_factory=list)
    operations: dict[str, str] = field(default_factory=dict)
    incidents: list[Row] = field(default_factory=list)
    external: list[Row] = field(default_factory=list)
    failures: list[Row] = field(default_factory=list)
    sent: dict[str, list[Row]] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)
    leaks: list[tuple[str, str]] = field(default_factory=list)
    lock_seconds: float = LOCK_SECONDS

    def rows(self, table: str) -> list[Row]:
        return self.tables.get(table, [])

    @cached_property
    def roots(self) -> dict[str, list[Row]]:
        """Case number -> its own process instances, but for second ones that the reconciler took away and recorded."""
        return grouped(
            (one for one in self.instances if one["rootProcessInstanceId"] == one["id"] and one["id"] not in self.removed),
            "businessKey",
        )

    @cached_property
    def removed(self) -> set[str]:
        """Processes that were begun twice, as a start whose answer was lost can be, and were found and ended."""
        return {row["detail"]["deleted"] for row in self.rows("audit") if row["action"] == "delete-duplicate-process"}

    @cached_property
    def case_of(self) -> dict[str, str]:
        """Process instance, called ones included -> case number."""
        keys = {one["id"]: one.get("businessKey") or "" for one in self.instances}
        return {one["id"]: keys.get(one["rootProcessInstanceId"], "") for one in self.instances}


def grouped(rows: Iterable[Row], key: str) -> dict[Any, list[Row]]:
    found: dict[Any, list[Row]] = {}
    for row in rows:
        found.setdefault(row[key], []).append(row)
    return found


def take(city: City, witness: Witness, lock_seconds: float = LOCK_SECONDS) -> Snapshot:
    """With everything running and nothing under way."""
    tools, engine = city.tools(), city.admin
    found = Snapshot(
        datetime.now(UTC), tools.catalogue, tools.calendar, witness.lines("acknowledged"), witness.lines("decided"),
        lock_seconds=lock_seconds,
    )
    found.tables = tables_of(tools.store)
    _ask_engine(found, engine)
    found.sent = {
        path.stem: [line for line in read_lines(path) if line.get("what", "effect") == "effect"]
        for path in sorted(city.outside.folder.glob("*.jsonl"))
    }
    found.files = files_in(tools.store)
    found.leaks = list(leaks(city))
    return found


def tables_of(store: Store) -> dict[str, list[Row]]:
    with store.reading() as session:
        return {
            name: [dict(row) for row in session.execute(select(table).order_by(*table.primary_key)).mappings()]
            for name, table in Base.metadata.tables.items() if name not in ("knowledge_entry", "guide_edition")
        }


def _ask_engine(found: Snapshot, engine: EngineClient) -> None:
    """In an order that stays while the city still works, else a row is on two pages and another on none."""

    def rows(path: str, by: str, **wanted: str) -> list[Row]:
        listed = engine.transport.pages(path, {"sortBy": by, "sortOrder": "asc", **wanted})
        return list({one["id"]: one for one in listed}.values())

    found.instances = rows("/history/process-instance", "instanceId")
    found.open_tasks = rows("/task", "id")
    found.done_tasks = rows("/history/task", "taskId", finished="true")
    completed = rows("/history/user-operation", "timestamp", entityType="Task", operationType="Complete")
    found.operations = {one["taskId"]: one.get("userId") or "" for one in completed}
    found.incidents = rows("/incident", "incidentId")
    found.external = rows("/external-task", "id")
    found.failures = rows("/history/external-task-log", "timestamp", failureLog="true")
    for task in found.external:
        task["lock_until"] = parse_date(task["lockExpirationTime"]) if task.get("lockExpirationTime") else None


def files_in(store: Store) -> dict[str, str]:
    """Path below the files' folder -> SHA-256 of what is in it, or why it does not open."""
    return {
        path.relative_to(store.files).as_posix(): _digest(StoredFile(path, store.ring, 0))
        for path in sorted(store.files.rglob("*")) if path.is_file()
    }


def _digest(file: StoredFile) -> str:
    try:
        return hashlib.sha256(file.read()).hexdigest()
    except OneThingError as error:
        return error.code


def leaks(city: City) -> Iterable[tuple[str, str]]:
    """(where, what) for each piece of personal data outside of the store: logs, and every row the engine keeps."""
    places: dict[str, bytes] = {path.name: path.read_bytes() for path in sorted(city.logs.glob("*.log"))}
    if city.postgres:
        places["postgres/log"] = (city.postgres.folder / "log").read_bytes()
        dump = [str(program("pg_dump")), "-h", "127.0.0.1", "-p", str(city.postgres.port), "-U", "postgres", "engine"]
        done = subprocess.run(dump, capture_output=True, check=False)
        if done.returncode:
            raise RuntimeError(f"pg_dump: {done.stderr.decode(errors='replace')}")
        places["engine database"] = done.stdout
    else:
        places["engine database"] = _rows(city)
    for place, content in places.items():
        for canary in CANARIES:
            plain = canary.encode()
            if any(look in content for look in (plain, json.dumps(canary).encode()[1:-1], plain.hex().encode())):
                yield place, canary


def _rows(city: City) -> bytes:
    """Every row of the embedded database, whose file is compressed, from a copy of it: the engine has it open."""
    jars = runtime.build(city.flavour, HOME, city.logs / "build.log").parent.glob("**/h2-*.jar")
    with tempfile.TemporaryDirectory() as folder:
        for path in (city.var / "engine").glob("engine.mv.db"):
            shutil.copy(path, folder)
        script = Path(folder) / "rows.sql"
        done = subprocess.run(
            [runtime.require_java(), "-cp", str(next(jars)), "org.h2.tools.Script", "-url", f"jdbc:h2:file:{folder}/engine",
             "-user", "sa", "-script", str(script)], capture_output=True, check=False,
        )
        if done.returncode:
            raise RuntimeError(f"org.h2.tools.Script: {done.stderr.decode(errors='replace')}")
        return script.read_bytes()


def versions(city: City, engine: EngineClient) -> Mapping[str, str]:
    answer = engine.transport.call("GET", "/version")["version"]
    database = city.postgres.sql("postgres", "SHOW server_version").strip() if city.postgres else "H2 + SQLite"
    return {"engine": f"{city.flavour} {answer}", "database": f"PostgreSQL {database}" if city.postgres else database}
