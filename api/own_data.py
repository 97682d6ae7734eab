"""我的数据: who looked, what may be put right, what may be deleted and what must be kept (S25; PIPL, articles 44-47)."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from api.applicant import LONGEST, PHONE
from api.local_time import local_day
from api.supervision import group_name
from onething.access_words import AUTOMATIC, PROGRAMS, outsider, purpose, role_of, words
from onething.bootstrap import Tools
from onething.cases import OPEN_CASE_STATES
from onething.errors import InvalidInput
from onething.store import Account, Document, accounts, applications, audit, own
from onething.vocabulary import Role

SHOWN = 300
DELETABLE = {"drafts": "没有提交的申请", "uploads": "没有用上的文件", "contact": "账号里的电话和地址"}


@dataclass(frozen=True)
class Access:
    """Somebody else at one's data: the same office doing the same on one day is one line."""

    at: datetime
    who: str
    what: str
    why: str
    number: str
    times: int


def accesses(session: Any, tools: Tools, account: Account, most: int | None = SHOWN) -> list[Access]:
    """Newest first; `most` records are read, None for all. Nobody is left out but programs that move nothing."""
    rows = [row for row in own.trail(session, account.id, most) if row.actor != account.subject]
    staff, names = accounts.by_subject(session, {row.actor for row in rows}), _names(session, account, rows)
    offices, lines = own.offices(session, account.id), {}
    for row in rows:
        if row.actor in PROGRAMS and row.action not in AUTOMATIC:
            continue
        what = f"{words(row.action)}{names.get(row.detail.get('document', ''), '')}"
        who, why = who_did(tools, row, staff.get(row.actor), offices.get((row.number, row.item), ""))
        lines.setdefault((local_day(row.at), row.number, who, what, why), []).append(row)
    return [Access(found[0].at, who, what, why, number, len(found)) for (_, number, who, what, why), found in lines.items()]


def who_did(tools: Tools, row: Any, person: Account | None, office: str) -> tuple[str, str]:
    """Role and department, never a name, and why. `office` decides the item the record is about: who works in Tasklist need
    not have an account here."""
    if person is not None:
        own_office = str(row.detail.get("office") or person.organisation.partition(" ")[0])
        who = group_name(tools, own_office) or Role(person.role).label
        return who, purpose(role_of(own_office, person.role), row.detail)
    who, why = outsider(row.actor)
    if who:
        return who, str(row.detail.get("reason") or why)
    return group_name(tools, office) or "办理本办件的工作人员", purpose(role_of(office, ""), row.detail)


def _names(session: Any, account: Account, rows: Iterable[Any]) -> dict[str, str]:
    """Files by id: their names are shown to their owner, the trail keeps ids only (S12)."""
    named = {row.detail["document"] for row in rows if row.detail.get("document")}
    return {one: f"“{name}”" for one, name in own.names_of(session, account.id, named).items()}


def change_contact(session: Any, tools: Tools, account: Account, phone: str, address: str) -> int:
    """For new applications and the SMS of open cases that used the old number; returns how many of these. Raises
    `InvalidInput`."""
    phone, address = "".join(phone.split()), " ".join(address.split())
    if not PHONE.match(phone):
        raise InvalidInput("请填写 11 位手机号码，或带区号的固定电话，如 0371-67180000", field="phone", code="phone")
    if len(address) > LONGEST["address"]:
        raise InvalidInput(f"地址太长；最多 {LONGEST['address']} 个字", field="address", code="too-long")
    row, now, changed = accounts.get(session, account.id), tools.clock.now(), 0
    traces = {"phone": audit.trace(session, row.phone, phone), "address": audit.trace(session, row.address, address)}
    before, row.phone, row.address = row.phone, phone, address
    audit.record(session, now, account.subject, "change-contact", **traces)
    for case in applications.of_account(session, account.id, OPEN_CASE_STATES):
        if case.applicant.get("phone") == before != phone:
            case = applications.lock(session, case.number)
            case.applicant = {**case.applicant, "phone": phone}
            audit.record(session, now, account.subject, "change-contact", number=case.number, phone=traces["phone"])
            changed += 1
    return changed


def unused(session: Any, account: Account) -> list[Document]:
    """Uploads that nothing needs any more; those of a draft are needed as long as it stays."""
    drafts = accounts.drafts_of(session, account.id)
    named = {file for draft in drafts for file in draft.data.get("documents", {}).values()}
    return own.unused_uploads(session, account.id, named)


def delete(session: Any, tools: Tools, account: Account, kinds: Collection[str]) -> None:
    """What was ticked, at once. Raises `InvalidInput` when that is nothing."""
    chosen = [kind for kind in DELETABLE if kind in kinds]
    if not chosen:
        raise InvalidInput("请至少选择一项要删除的内容", field="kinds", code="nothing-chosen")
    if "drafts" in chosen:
        for draft in accounts.drafts_of(session, account.id):
            accounts.delete_draft(session, draft)
        session.flush()
    if "uploads" in chosen:
        own.remove(session, unused(session, account))
    if "contact" in chosen:
        row = accounts.get(session, account.id)
        row.phone, row.address = "", ""
    audit.record(session, tools.clock.now(), account.subject, "delete-own-data", kinds=chosen)

