"""The filters of Tasklist: shared ones for everybody, 我的待办 for each person.

Which tasks appear is decided by rights; a filter only narrows and sorts, soonest due first. Needs an administrator's client, but
for the day of a filter.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from typing import Any

from onething.deadlines import CHINA
from onething.engine.client import EngineClient
from onething.engine.roster import STAFF
from onething.engine.transport import each
from onething.engine.variables import date_text

STEPS = {
    "收件审查": ("intake-review", "window"),
    "纸质材料转电子": ("digitising", "window"),
    "纸质材料移交": ("paper-handover", "window"),
    "再次告知": ("repeat-notice", "supervisor"),
    "获取申报信息": ("pull-application", "lead"),
    "原件确认": ("paper-receipt", "lead"),
    "受理审查": ("acceptance-review", "reviewer"),
    "容缺预审": ("pre-review", "reviewer"),
    "附加环节": ("extra-record", "reviewer"),
    "审批决定": ("approval-decision", "reviewer"),
    "特别环节": ("special-step", "reviewer"),
    "联合勘验": ("joint-appointment joint-opinion joint-record", "lead reviewer"),
    "结果送窗口": ("result-sending", "reviewer"),
    "延期审批": ("extension-decision", "head"),
    "窗口发放": ("result-handover", "delivery"),
    "业务咨询": ("guidance-answer", "adviser"),
    "材料预审": ("guidance-pre-check", "adviser"),
}
"""Name -> (tasks, the kinds of groups that have such tasks and are shown the filter). A joint review and a joint acceptance are
worked by the same three tasks as a joint visit."""
MINE, DUE_TODAY, OVERDUE = "我的待办", "今日到期", "已超期"
DATED = (DUE_TODAY, OVERDUE)
SHARED: dict[str, dict[str, Any]] = {
    "全部待办": {}, DUE_TODAY: {}, OVERDUE: {}, "待认领": {"unassigned": True}, "已认领": {"assigned": True},
    **{name: {"taskDefinitionKeyIn": keys.split()} for name, (keys, _) in STEPS.items()},
}
"""Name -> which tasks. Those of a day have it written in by the workers, minute by minute: an expression would do it by itself,
but stored expressions are off (S04). For the same reason 我的待办 names its person."""
ORDER = ("全部待办", MINE, *list(SHARED)[1:])


def make_shared(client: EngineClient) -> tuple[dict[str, str], int]:
    """Name -> id of the shared filters, and how many had to be made."""
    listing = list(client.transport.pages("/filter", {"resourceType": "Task"}))
    present = {entry["name"]: entry["id"] for entry in listing}
    for name, entry in ((entry["name"], entry) for entry in listing):
        if name not in ORDER and entry["properties"].get("description") == _described(name):  # an earlier version's
            client.transport.call("DELETE", f"/filter/{entry['id']}")
    missing = [name for name in SHARED if name not in present]
    dates = _dates(datetime.now(UTC))
    for name in missing:
        present[name] = _make(client, body_of(name, SHARED[name] | dates.get(name, {})))
    return {name: present[name] for name in SHARED}, len(missing)


def make_own(client: EngineClient, accounts: Collection[str]) -> tuple[dict[str, str], int]:
    """Account -> id of its 我的待办, of these accounts and no others, and how many had to be made."""
    present = {entry["query"].get("assignee"): entry["id"] for entry in _named(client, MINE)}
    each(present.keys() - set(accounts), lambda account: client.transport.call("DELETE", f"/filter/{present[account]}"))
    missing = set(accounts) - present.keys()

    def make(account: str) -> None:
        present[account] = _make(client, body_of(MINE, {"assignee": account}))

    each(missing, make)
    return {account: present[account] for account in accounts}, len(missing)


def write_day(client: EngineClient, now: datetime) -> None:
    """今日到期 and 已超期 as of `now`."""
    for name in DATED:
        for entry in _named(client, name):
            client.transport.call("PUT", f"/filter/{entry['id']}", json=body_of(name, _dates(now)[name]))


def body_of(name: str, query: dict[str, Any]) -> dict[str, Any]:
    return {
        "resourceType": "Task", "name": name, "query": {**query, "sorting": [{"sortBy": "dueDate", "sortOrder": "asc"}]},
        "properties": {
            "priority": ORDER.index(name), "description": _described(name), "refresh": True,
            "showUndefinedVariable": False, "color": "#4e5969", "variables": [],
        },
    }


def shown_to(name: str, groups: Collection[str]) -> list[str]:
    """Which of the groups are shown a shared filter: all of the staff what has no step."""
    kinds = STEPS[name][1].split() if name in STEPS else [STAFF]
    return [group for group in groups if group.partition("-")[0] in kinds]


def _described(name: str) -> str:
    return f"{name}，按办理时限排序"


def _make(client: EngineClient, body: dict[str, Any]) -> str:
    made: str = client.transport.call("POST", "/filter/create", json=body)["id"]
    return made


def _named(client: EngineClient, name: str) -> list[dict[str, Any]]:
    return list(client.transport.pages("/filter", {"resourceType": "Task", "name": name}))


def _dates(now: datetime) -> dict[str, dict[str, str]]:
    midnight = now.astimezone(CHINA).replace(hour=0, minute=0, second=0, microsecond=0)
    before, after = midnight - timedelta(milliseconds=1), midnight + timedelta(days=1)
    return {
        DUE_TODAY: {"dueAfter": date_text(before), "dueBefore": date_text(after)},
        OVERDUE: {"dueBefore": date_text(now)},
    }
