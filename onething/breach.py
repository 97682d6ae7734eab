"""个人信息泄露时的通知名单: who has to be told, of what, and how they are reached (PIPL, article 57; S25)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from onething.access_words import words
from onething.application_form import fields_of
from onething.bootstrap import Tools
from onething.catalogue.consents import consent_texts
from onething.deadlines import CHINA
from onething.numbers import masked_id
from onething.spreadsheets import Sheet, write_xlsx
from onething.store import Application, GuidanceRequest, applications, audit, breaches
from onething.store.breaches import Opened, Scope

LAW = "《中华人民共和国个人信息保护法》第五十七条"
PERSON = {"name": "姓名（名称）", "id_no": "证件号码", "phone": "电话", "address": "地址", "agent_name": "受托人姓名",
          "agent_id_no": "受托人证件号码"}
COLUMNS = (
    ("姓名（名称）", 22), ("电话", 16), ("地址", 30), ("证件号码", 22), ("编号", 24), ("一件事", 22), ("涉及的个人信息种类", 46),
    ("其中的敏感个人信息", 40), ("被打开的时间", 34), ("做了什么", 28), ("说明", 24),
)
TO_TELL = (
    ("信息种类", "泄露、篡改、丢失的信息种类，见名单的“涉及的个人信息种类”一栏"),
    ("原因和危害", "发生的原因和可能造成的危害（由单位填写）"),
    ("补救措施", "单位采取的补救措施，个人可以采取的减轻危害的措施（由单位填写）"), ("联系方式", "单位的联系方式（由单位填写）"),
    ("还要通知", "履行个人信息保护职责的部门（网信部门等）"),
)


@dataclass(frozen=True)
class Line:
    """One person with one case or consultation."""

    name: str
    phone: str
    address: str
    id_masked: str
    number: str
    bundle: str
    kinds: tuple[str, ...]
    sensitive: tuple[str, ...]
    opened: Opened | None
    cleared: bool


def concerned(session: Any, tools: Tools, scope: Scope) -> list[Line]:
    """Everybody whose data lie in the scope, by number."""
    opened = breaches.opened(session, scope) if scope.actors else None
    cases, requests = breaches.cases(session, scope, opened), breaches.requests(session, scope, opened)
    owners = breaches.owners(session, {row.account_id for row in requests})
    found = opened or {}
    lines = [_of_case(session, tools, case, found.get(case.number)) for case in cases]
    lines += [_of_request(tools, row, owners[row.account_id], found.get(row.number)) for row in requests]
    return sorted(lines, key=lambda line: line.number)


def _of_case(session: Any, tools: Tools, case: Application, opened: Opened | None) -> Line:
    catalogue, who = tools.catalogue_of(case), case.applicant
    fields = {one.field.key: one.field.label for one in fields_of(catalogue, case)}
    papers = {row.key: catalogue.materials[row.key].name for row in applications.materials(session, case.number)}
    filled = {key: label for key, label in fields.items() if case.form.get(key) not in (None, "", [])}
    kinds = [label for key, label in PERSON.items() if who.get(key)] + list(filled.values()) + list(papers.values())
    sensitive = []
    for kind in consent_texts(tools.settings.home).sensitive:
        if what := [(filled | papers)[key] for key in (*kind.fields, *kind.materials) if key in filled | papers]:
            sensitive.append(f"{kind.name}（{'、'.join(what)}）")
    return Line(
        who.get("name", ""), who.get("phone", ""), who.get("address", ""), masked_id(who.get("id_no", "")), case.number,
        catalogue.bundle(case.bundle).name, tuple(kinds), tuple(sensitive), opened, case.cleared_at is not None,
    )


def _of_request(tools: Tools, row: GuidanceRequest, owner: Any, opened: Opened | None) -> Line:
    who = row.requester or {"name": owner.name, "phone": owner.phone, "id_no": owner.id_no, "address": owner.address}
    kinds = [label for key, label in PERSON.items() if who.get(key)] + ["咨询的问题和答复"]
    kinds += ["咨询附件"] if row.materials else []
    return Line(
        who.get("name", ""), who.get("phone", ""), who.get("address", ""), masked_id(who.get("id_no", "")), row.number,
        tools.catalogue_of(row).bundle(row.bundle).name, tuple(kinds), (), opened, False,
    )


def record(session: Any, tools: Tools, actor: str, scope: Scope, reason: str, lines: Sequence[Line]) -> None:
    """Taking out such a list is itself an access to personal data: one record for it, one for each case."""
    now = tools.clock.now()
    audit.record(session, now, actor, "export-breach-list", reason=reason, count=len(lines), actors=list(scope.actors))
    for line in lines:
        audit.record(session, now, actor, "list-after-breach", number=line.number, reason=reason)


def write(path: Path, lines: Sequence[Line], scope: Scope, reason: str) -> None:
    """An Excel workbook that only its owner reads: the list, and what the law wants to be told."""
    path.touch(mode=0o600)
    path.chmod(0o600)
    write_xlsx(path, [
        Sheet("通知名单", COLUMNS, [_row(line) for line in lines]),
        Sheet("范围和通知内容", (("内容", 18), ("说明", 90)), [*_about(lines, scope, reason), *TO_TELL]),
    ])


def _row(line: Line) -> list[str]:
    when = f"{_time(line.opened.first)} 至 {_time(line.opened.last)}" if line.opened else ""
    return [
        line.name, line.phone, line.address, line.id_masked, line.number, line.bundle, "、".join(line.kinds),
        "；".join(line.sensitive), when, "、".join(dict.fromkeys(map(words, line.opened.actions))) if line.opened else "",
        "保存期满，系统中已清除；归档包仍有" if line.cleared else "",
    ]


def _about(lines: Sequence[Line], scope: Scope, reason: str) -> list[tuple[str, str]]:
    return [
        ("依据", LAW), ("事由", reason), ("时间范围", f"{_time(scope.since)} 至 {_time(scope.until)}"),
        ("涉及的账号", "、".join(scope.actors) or "不限"), ("涉及的编号", "、".join(scope.numbers) or "不限"),
        ("办件和咨询", f"{len(lines)} 件"), ("含敏感个人信息", f"{sum(bool(line.sensitive) for line in lines)} 件"),
    ]


def _time(at: datetime) -> str:
    return f"{at.astimezone(CHINA):%Y-%m-%d %H:%M}"
