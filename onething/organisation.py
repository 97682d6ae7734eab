"""The people of a city: read from its table, put in place in engine and store, and on record (docs/organisation.md)."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from onething import staffing
from onething.bootstrap import Tools
from onething.catalogue import Catalogue
from onething.engine import staff
from onething.engine.client import EngineClient
from onething.engine.identity import USERS_FILE
from onething.engine.roster import STAFF, TECHNICAL, role_of, roster_of
from onething.errors import InvalidInput
from onething.spreadsheets import Sheet, read_table, write_xlsx
from onething.staffing import COLUMNS, Organisation
from onething.store import accounts, audit

MOST_POSTS = 200
"""Characters of group ids that an account keeps."""
HOW = (
    ("账号", "登录任务中心用的账号：英文字母、数字、. _ - @"), ("姓名", "同一账号只写一次也可以"),
    ("岗位", "从下拉列表中选择；一人几岗写几行"),
    ("代替", "请假代理：写被代替人的账号，不写岗位；期间被代替人没有岗位，已认领的任务退回岗位"),
    ("起、止", "从哪天到哪天，含当天，如 2026-12-01；空着就是一直。代替必须写"),
    ("不再写在表里", "账号和权限当即收回，已认领的任务退回岗位"),
)


def posts(catalogue: Catalogue) -> dict[str, str]:
    """Group -> name of every post there is."""
    return {group: name for group, name in roster_of(catalogue).groups.items() if group != STAFF}


def write_template(path: Path, groups: dict[str, str]) -> None:
    people = Sheet("人员", [(name, 36 if name == "岗位" else 16) for name in COLUMNS], [], {COLUMNS.index("岗位"): "岗位"})
    write_xlsx(path, [
        people, Sheet("岗位", [("岗位", 48), ("代号", 52)], [(name, group) for group, name in sorted(groups.items())]),
        Sheet("说明", [("列", 18), ("怎样填写", 90)], HOW),
    ])


def read(path: Path, groups: dict[str, str], admin: str) -> Organisation:
    """The table, checked. Raises `InvalidInput` with every fault."""
    organisation = staffing.read(path.name, read_table(path, COLUMNS), groups, {*TECHNICAL, admin})
    for day in organisation.days_of_change():
        for account, held in organisation.posts_on(day).items():
            if len(" ".join(held)) > MOST_POSTS:
                raise InvalidInput(f"{path.name}：{account} 在 {day} 的岗位太多；请分给几个人", field=account, code="staff")
    return organisation


def put_in_place(tools: Tools, client: EngineClient, organisation: Organisation, day: date, actor: str) -> staff.Change:
    """The engine follows the table; the store learns it too, as papers name posts, not accounts."""
    groups = posts(tools.catalogue)
    change = staff.apply(client, organisation, groups, day, tools.settings.var_dir / USERS_FILE)
    now = tools.clock.now()
    with tools.store.transaction() as session:
        for account, held in organisation.posts_on(day).items():
            accounts.remember(
                session, account, str(role_of(held)), organisation.names[account], organisation=" ".join(sorted(held))
            )
        for known in accounts.by_subject(session, change.removes).values():
            known.organisation = ""
        for action, pairs in (("give-post", change.joins), ("take-post", change.leaves)):
            for account, group in pairs:
                if group != STAFF:
                    audit.record(session, now, actor, action, account=account, group=group)
        for account in change.removes:
            audit.record(session, now, actor, "remove-staff", account=account)
    return change
