"""What the reading commands report, as plain dictionaries."""

from __future__ import annotations

import shutil
from datetime import datetime
from pathlib import Path
from typing import Any

from onething import anchors, archive
from onething.bootstrap import Tools, build_tools
from onething.catalogue import Catalogue
from onething.deadlines import CHINA, WorkCalendar
from onething.errors import NotFound
from onething.papers.signing import LocalAuthority, verify
from onething.settings import Settings
from onething.store import applications, audit, certificates, documents, intake, outbox, supervision
from onething.vocabulary import CaseState, Clock, ItemState, PaperKind


def status_report(settings: Settings) -> dict[str, Any]:
    tools = build_tools(settings)
    with tools.store.reading() as session:
        counts = applications.count_by_state(session)
        waiting, repeated = outbox.waiting(session), intake.repeated_notices(session)
        said = supervision.counts(session)
    stuck = [{"内容": e.key, "次数": e.attempts, "原因": e.error} for e in waiting if e.attempts]
    return {
        **{state.label: counts.get(state, 0) for state in CaseState}, **{kind.label: said[kind] for kind in said},
        "再次告知": repeated, "待发送": len(waiting), "发送受阻": stuck,
    }


def case_report(settings: Settings, number: str, who: str) -> dict[str, Any]:
    """`who` looks is on record before they see it (S25)."""
    tools = build_tools(settings)
    _on_record(tools, number, who, "look-at-case")
    with tools.store.reading() as session:
        case = applications.get(session, number)
        catalogue = tools.catalogue_of(case)
        return {
            "办件编号": number, "一件事": catalogue.bundle(case.bundle).name,
            "状态": CaseState(case.state).label, "提交时间": _time(case.submitted_at),
            "事项": [_item(catalogue, row) for row in case.items],
            "时限": [_clock(catalogue, row) for row in applications.clocks(session, number)],
            "文书": [{"种类": PaperKind(d.paper_kind).label, "编号": d.paper_no, "文件": d.name}
                   for d in documents.papers(session, number)],
            "证照": [{"证照": c.title, "编号": c.certificate_no, "状态": c.state}
                   for c in certificates.of_case(session, number)],
        }


def _on_record(tools: Tools, number: str, who: str, action: str, item: str = "") -> None:
    with tools.store.transaction() as session:
        applications.get(session, number)
        audit.record(session, tools.clock.now(), who, action, number=number, item=item)


def export_archive(settings: Settings, number: str, item: str, folder: Path, who: str) -> Path:
    """The package of the case, or of one of its items, as a file in `folder` (R110); `who` took it is on record (S25)."""
    tools = build_tools(settings)
    with tools.store.reading() as session:
        applications.get(session, number)
        row = documents.paper(session, number, str(PaperKind.ARCHIVE))
        if row is None:
            raise NotFound(f"办件 {number} 还没有归档；全部结果送达或撤回办结之后才有归档包", code="not-archived")
        _on_record(tools, number, who, "take-out-archive", item)
        folder.mkdir(parents=True, exist_ok=True)
        target = folder / f"{number}{'-' if item else ''}{item}.zip"
        with documents.stored(session, row).open() as source:
            if item:
                archive.extract(source, item, target)
            else:
                with target.open("wb") as file:
                    shutil.copyfileobj(source, file)
    return target


def archive_report(file: Path) -> dict[str, Any]:
    found, contents = archive.faults(file), archive.manifest(file)
    return {"办件编号": contents["about"]["number"], "文件数": len(contents["files"]), "完整": not found, "问题": found}


def _item(catalogue: Catalogue, row: Any) -> dict[str, Any]:
    return {
        "事项": catalogue.items[row.item].name, "部门": catalogue.department_name(row.department),
        "状态": ItemState(row.state).label, "决定人": row.decided_by, "理由": row.decision_reason,
    }


def _clock(catalogue: Catalogue, row: Any) -> dict[str, Any]:
    item = catalogue.items[row.item].name if row.item in catalogue.items else row.item or "（整件）"
    mark = "（暂定）" if row.provisional else ""
    return {
        "事项": item, "时限": Clock(row.clock).label, "截止": _time(row.due_at) + mark,
        "结束": _time(row.ended_at), "超期": _time(row.overdue_at),
    }


def _time(at: Any) -> str:
    return at.astimezone(CHINA).strftime("%Y-%m-%d %H:%M") if at else ""


def verify_report(settings: Settings, path: str) -> dict[str, Any]:
    file = Path(path)
    if not file.is_file():
        raise NotFound(f"没有文件 {path}；请核对路径")
    report = verify(file.read_bytes(), LocalAuthority(settings.var_dir / "authority").trust)
    return {"valid": report.valid, "signer": report.signer, "signed_at": report.signed_at, "problem": report.problem}


CALENDAR_DAYS = 60
"""Fewer days than this ahead, and the check of the calendar fails: limits begin to reach into a year not published."""


def calendar_report(settings: Settings) -> dict[str, Any]:
    tools = build_tools(settings)
    return coverage(tools.calendar, tools.clock.now())


def coverage(calendar: WorkCalendar, now: datetime) -> dict[str, Any]:
    """How far the calendar reaches, and what to do when that is not far."""
    until, left = calendar.covered_until, calendar.coverage_days_left(now.astimezone(CHINA).date())
    cure = f"国务院办公厅公布放假安排后，请添加 catalogue/calendars/cn-{until.year + 1}.yaml；此前跨年的期限为暂定"
    return {"已公布至": until, "剩余天数": left, "办法": cure if left < CALENDAR_DAYS else ""}


def audit_report(settings: Settings) -> dict[str, Any]:
    """Whether records were changed, inserted, swapped, removed or cut off. Up to `anchored` a signed head outside of the
    database says so too; what is newer than a few minutes has none yet."""
    tools = build_tools(settings)
    heads = list(anchors.heads(settings.audit_heads_path, LocalAuthority(settings.var_dir / "authority").trust))
    with tools.store.reading() as session:
        records, problems = anchors.faults(audit.everything(session), heads)
    anchored = max((head.seq for head in heads if head.valid), default=0)
    return {"records": records, "anchored": anchored, "heads": len(heads), "intact": not problems, "problems": problems}
