"""Who may do what in the engine, as data. Task rights come from candidate groups by the engine's own provider."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from onething.deadlines import CHINA
from onething.engine.roster import FRONTDOOR, STAFF, WORKERS
from onething.engine.variables import date_text

APPLICATION, PROCESS_DEFINITION, PROCESS_INSTANCE, FILTER, TASK = 0, 6, 8, 5, 7
GRANT_TYPE, REVOKE_TYPE = 1, 2


@dataclass(frozen=True)
class Grant:
    """Permissions of one user or one group on one resource (`*` = all)."""

    resource_type: int
    resource_id: str
    permissions: tuple[str, ...]
    user: str | None = None
    group: str | None = None

    @property
    def key(self) -> tuple[str | None, str | None, int, str]:
        return self.user, self.group, self.resource_type, self.resource_id

    def body(self) -> dict[str, Any]:
        return {
            "type": GRANT_TYPE, "userId": self.user, "groupId": self.group, "permissions": list(self.permissions),
            "resourceType": self.resource_type, "resourceId": self.resource_id,
        }


GRANTS = (
    Grant(APPLICATION, "tasklist", ("ACCESS",), group=STAFF),
    Grant(PROCESS_DEFINITION, "*", ("READ",), group=STAFF),
    Grant(PROCESS_DEFINITION, "*", (
        "READ", "CREATE_INSTANCE", "READ_INSTANCE", "UPDATE_INSTANCE", "READ_TASK", "UPDATE_TASK", "READ_HISTORY",
        "DELETE_INSTANCE",
    ), user=WORKERS),
    Grant(PROCESS_INSTANCE, "*", ("CREATE",), user=WORKERS),
    Grant(PROCESS_DEFINITION, "*", ("READ", "READ_INSTANCE", "READ_HISTORY"), user=FRONTDOOR),
)
"""Staff see diagrams and Tasklist, neither Cockpit nor Admin; the workers' user runs cases, and ends one that was started
twice; the front door reads."""


def read_filter(filter_id: str) -> Grant:
    return Grant(FILTER, filter_id, ("READ",), group=STAFF)


def keep_filter(filter_id: str) -> Grant:
    """For the programs that write the day into a filter."""
    return Grant(FILTER, filter_id, ("READ", "UPDATE"), user=WORKERS)


SHOWN = (("application_no", "办件编号"), ("bundle", "一件事"), ("item", "事项"))
STEPS = {
    "收件审查": "intake-review", "再次告知": "repeat-notice", "纸质材料转电子": "digitising", "纸质材料移交": "paper-handover",
    "原件确认": "paper-receipt", "获取申报信息": "pull-application", "受理审查": "acceptance-review", "容缺预审": "pre-review",
    "附加环节": "extra-record", "审批决定": "approval-decision", "特别环节": "special-step", "延期审批": "extension-decision",
    "安排联合办理": "joint-appointment", "联合办理意见": "joint-opinion", "联合办理记录": "joint-record",
    "窗口发放": "result-handover", "业务咨询": "guidance-answer", "材料预审": "guidance-pre-check",
}
DUE_TODAY, OVERDUE = "今日到期", "已超期"
DATED = (DUE_TODAY, OVERDUE)
FILTERS: dict[str, dict[str, Any]] = {
    "全部待办": {}, DUE_TODAY: {}, OVERDUE: {}, "待认领": {"unassigned": True}, "已认领": {"assigned": True},
    **{name: {"taskDefinitionKey": key} for name, key in STEPS.items()},
}
"""Shared Tasklist filters: name -> which tasks. Those of a day have its dates written in by the workers, minute by minute:
an expression would do it by itself, but stored expressions are off (S04)."""


def filter_body(name: str, now: datetime) -> dict[str, Any]:
    """Which tasks appear is decided by rights; the filter only narrows and sorts, soonest due first."""
    position = list(FILTERS).index(name)
    query = {**FILTERS[name], **_dates(name, now), "sorting": [{"sortBy": "dueDate", "sortOrder": "asc"}]}
    return {
        "resourceType": "Task", "name": name, "query": query,
        "properties": {
            "priority": position, "description": f"{name}，按办理时限排序", "refresh": True,
            "showUndefinedVariable": False, "color": "#4e5969",
            "variables": [{"name": variable, "label": label} for variable, label in SHOWN],
        },
    }


def _dates(name: str, now: datetime) -> dict[str, str]:
    midnight = now.astimezone(CHINA).replace(hour=0, minute=0, second=0, microsecond=0)
    before, after = midnight - timedelta(milliseconds=1), midnight + timedelta(days=1)
    return {
        DUE_TODAY: {"dueAfter": date_text(before), "dueBefore": date_text(after)},
        OVERDUE: {"dueBefore": date_text(now)},
    }.get(name, {})
