"""Who may do what in the engine, as data. Task rights come from candidate groups by the engine's own provider."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from onething.engine.roster import FRONTDOOR, STAFF, WORKERS

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


def read_filter(filter_id: str, *, user: str | None = None, group: str | None = None) -> Grant:
    return Grant(FILTER, filter_id, ("READ",), user=user, group=group)


def keep_filter(filter_id: str) -> Grant:
    """For the programs that write the day into a filter."""
    return Grant(FILTER, filter_id, ("READ", "UPDATE"), user=WORKERS)
