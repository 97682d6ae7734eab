"""归档: close the case once all is delivered or withdrawn, and keep one package of everything (R104-R110)."""

from __future__ import annotations

import tempfile
from typing import IO

from onething import archive as packages
from onething.engine import moving
from onething.engine.records import Model
from onething.engine.worker import Task
from onething.store import applications, audit, documents
from onething.vocabulary import CaseState, PaperKind
from workers.archiving import CLOSED, about, entries
from workers.desk import Desk, Outcome


def handle(task: Task, desk: Desk) -> Outcome:
    """Close, then pack what is saved, then keep the package: each part is left alone when it was done before."""
    number = task.application_no
    _close(desk, number)
    with desk.tools.store.reading() as session:
        if documents.paper(session, number, str(PaperKind.ARCHIVE)):
            return {}
    models = _models(desk, number)
    with tempfile.TemporaryFile(dir=desk.tools.store.files) as package:  # without a name: gone with whoever packs it
        with desk.tools.store.reading() as session:
            application = applications.get(session, number)
            packages.write(package, entries(session, desk, application, models), about(desk, application, models))
        _keep(desk, number, package)
    return {}


def _models(desk: Desk, number: str) -> list[Model]:
    """Those the case ended on, and those it was on before an analyst put it on a newer version."""
    ended_on = desk.engine.models_of(number)
    with desk.tools.store.reading() as session:
        left = {(row.detail["process"], row.detail["before"]) for row in audit.trail(session, number)
                if row.action == audit.MODEL_CHANGED}
    left -= {(model.process, model.version) for model in ended_on}
    return [*ended_on, *(moving.model(desk.engine, process, version) for process, version in sorted(left))]


def _close(desk: Desk, number: str) -> None:
    """A case that is 未送达 cannot be closed: the move is refused (R102)."""
    now = desk.tools.clock.now()
    with desk.tools.store.transaction() as session:
        application = applications.lock(session, number)
        if any(row.action == CLOSED for row in audit.trail(session, number)):
            return
        if application.state != CaseState.WITHDRAWN:
            applications.set_case_state(application, CaseState.COMPLETED)
            application.closed_at = now
        applications.end_all_clocks(session, number, now)
        states = {row.item: row.state for row in application.items}
        audit.record(session, now, "系统", CLOSED, number=number, state=application.state, states=states)


def _keep(desk: Desk, number: str, package: IO[bytes]) -> None:
    now = desk.tools.clock.now()
    with desk.tools.store.transaction() as session:
        application = applications.lock(session, number)
        if documents.paper(session, number, str(PaperKind.ARCHIVE)):
            return
        row = documents.add(
            session, now, application.account_id, f"归档包_{number}.zip", "application/zip", package, number=number,
            paper_kind=str(PaperKind.ARCHIVE), paper_no=number,
        )
        audit.record(session, now, "系统", "archive", number=number, sha256=row.sha256, size=row.size)
