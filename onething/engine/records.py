"""What the engine tells us, as typed records: no key but the id is taken for granted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from onething.engine.variables import parse_date


def _date(value: str | None) -> datetime | None:
    return parse_date(value) if value else None


@dataclass(frozen=True)
class Started:
    id: str
    new: bool


@dataclass(frozen=True)
class UserTask:
    id: str
    key: str
    name: str
    assignee: str | None
    due: datetime | None
    created: datetime | None
    process_instance_id: str
    form: str | None

    @classmethod
    def load(cls, data: dict[str, Any]) -> UserTask:
        form = data.get("camundaFormRef") or data.get("operatonFormRef") or {}
        return cls(
            data["id"], data.get("taskDefinitionKey") or "", data.get("name") or "", data.get("assignee"),
            _date(data.get("due")), _date(data.get("created")), data.get("processInstanceId") or "", form.get("key"),
        )


@dataclass(frozen=True)
class Instance:
    """A process instance, running or ended, as history has it."""

    id: str
    process: str
    state: str
    root_id: str
    started: datetime | None
    ended: datetime | None
    definition: str = ""

    @classmethod
    def load(cls, data: dict[str, Any]) -> Instance:
        return cls(
            data["id"], data.get("processDefinitionKey") or "", data.get("state") or "",
            data.get("rootProcessInstanceId") or data["id"], _date(data.get("startTime")), _date(data.get("endTime")),
            data.get("processDefinitionId") or "",
        )


@dataclass(frozen=True)
class Model:
    """A deployed model as the engine holds it."""

    process: str
    version: int
    xml: bytes


@dataclass(frozen=True)
class Activity:
    """One step that a token took."""

    process: str
    id: str
    type: str
    name: str
    process_instance_id: str
    assignee: str | None
    started: datetime | None
    ended: datetime | None
    cancelled: bool

    @classmethod
    def load(cls, data: dict[str, Any]) -> Activity:
        return cls(
            data.get("processDefinitionKey") or "", data.get("activityId") or "", data.get("activityType") or "",
            data.get("activityName") or "", data.get("processInstanceId") or "", data.get("assignee"),
            _date(data.get("startTime")), _date(data.get("endTime")), bool(data.get("canceled")),
        )


@dataclass(frozen=True)
class Job:
    id: str
    activity: str
    due: datetime | None
    retries: int
    process_instance_id: str
    suspended: bool = False


@dataclass(frozen=True)
class Incident:
    """`subject` is the external task or job that failed; `type` says which."""

    id: str
    type: str
    activity: str
    message: str
    process_instance_id: str
    subject: str
    at: datetime | None

    @classmethod
    def load(cls, data: dict[str, Any]) -> Incident:
        return cls(
            data["id"], data.get("incidentType") or "", data.get("activityId") or "",
            data.get("incidentMessage") or "", data.get("processInstanceId") or "", data.get("configuration") or "",
            _date(data.get("incidentTimestamp")),
        )
