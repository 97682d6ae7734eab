"""The engine as the rest of the project sees it: the few REST calls that are needed, typed, keyed by business key."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from onething.engine.contract import Message
from onething.engine.errors import EngineRefused, EngineUnauthorised, EngineUnreachable
from onething.engine.records import Activity, Incident, Instance, Job, Model, Started, UserTask
from onething.engine.transport import Timeout, Transport
from onething.engine.variables import Value, date_text, decode, decode_known, encode, parse_date

LOCAL_ITEM_MESSAGES = frozenset({Message.ITEM_WITHDRAWN, Message.OPINION_NOT_NEEDED})
"""Messages caught at a box, whose `item` is a local variable; others find it in the called instance."""

TASK_FIELDS = (
    "name", "description", "priority", "assignee", "owner", "delegationState", "followUp", "parentTaskId",
    "caseInstanceId", "tenantId",
)
"""What the engine would clear in a task if it were not sent along with a change."""


class EngineClient:
    """One user's calls to one engine. `timeout` is (connect, read) in seconds. Raises the errors of `engine.errors`."""

    def __init__(
        self, rest_url: str, user: str, password: str, *, timeout: Timeout = (3, 30), verify: bool | str = True
    ) -> None:
        self.user = user
        self.transport = Transport(rest_url, user, password, timeout, verify)
        self._starting = threading.Lock()
        self._job_activities: dict[str, str] = {}

    @property
    def rest_url(self) -> str:
        return self.transport.rest_url

    def health(self) -> bool:
        """Whether the engine answers this user."""
        try:
            return bool(self.transport.call("GET", "/version"))
        except (EngineUnreachable, EngineUnauthorised, EngineRefused):
            return False

    # processes

    def start_process(self, key: str, business_key: str, variables: Mapping[str, Any]) -> Started:
        """Start once: an instance with this business key that runs or ran is returned instead of a second one.

        The engine accepts duplicates, so this asks first, one start at a time in this process. After
        `EngineUnreachable` simply call again.
        """
        body = {"businessKey": business_key, "variables": encode(variables)}
        with self._starting:
            found = self.root_instance(business_key)
            if found:
                return Started(found.id, new=False)
            answer = self.transport.call("POST", f"/process-definition/key/{key}/start", json=body)
        return Started(answer["id"], new=True)

    def correlate(
        self, message: str, business_key: str, variables: Mapping[str, Any] | None = None, *, item: str | None = None
    ) -> bool:
        """Deliver `message` to the one place in this case that waits for it; False when nothing does."""
        body: dict[str, Any] = {"messageName": message, "businessKey": business_key}
        if variables:
            body["processVariables"] = encode(variables)
        if item:
            keys = "localCorrelationKeys" if message in LOCAL_ITEM_MESSAGES else "correlationKeys"
            body[keys] = encode({"item": item})
        try:
            self.transport.call("POST", "/message", json=body)
        except EngineRefused as error:
            if error.http_status == 400 and "No process definition or execution matches" in error.reason:
                return False
            raise
        return True

    def instances(self, business_key: str) -> list[Instance]:
        """The case's process instances, called ones included, running and ended, oldest first."""
        params = {"processInstanceBusinessKey": business_key, "sortBy": "startTime", "sortOrder": "asc"}
        return [Instance.load(data) for data in self.transport.pages("/history/process-instance", params)]

    def root_instance(self, business_key: str) -> Instance | None:
        """The case's own instance (the oldest, should there be two)."""
        roots = [instance for instance in self.instances(business_key) if instance.root_id == instance.id]
        return roots[0] if roots else None

    def process_state(self, business_key: str) -> str | None:
        """ACTIVE, SUSPENDED, COMPLETED, EXTERNALLY_TERMINATED, INTERNALLY_TERMINATED; None if never started."""
        root = self.root_instance(business_key)
        return root.state if root else None

    def variables(self, business_key: str) -> dict[str, Value]:
        """The variables of the running case at its highest scope; what is not on the allow-list is left out."""
        root = self.root_instance(business_key)
        if root is None or root.ended:
            return {}
        return self.instance_variables(root.id)

    def instance_variables(self, instance_id: str) -> dict[str, Value]:
        """The variables of one running instance at its highest scope; what is not on the allow-list is left out."""
        path = f"/process-instance/{instance_id}/variables"
        return decode_known(self.transport.call("GET", path, params={"deserializeValues": "false"}))[0]

    def items_of(self, business_key: str) -> dict[str, str]:
        """For the called processes of a case, running and ended: instance -> the item it is about."""
        called = [one.id for one in self.instances(business_key) if one.id != one.root_id]
        if not called:
            return {}
        params = {"variableName": "item", "processInstanceIdIn": ",".join(called)}
        found = self.transport.pages("/history/variable-instance", params)
        return {data["processInstanceId"]: str(data.get("value") or "") for data in found
                if data.get("activityInstanceId") == data["processInstanceId"]}

    def called_as(self, instance_id: str) -> str:
        """What the model that called this instance calls it; "" where none did."""
        above = self.transport.call("GET", f"/history/process-instance/{instance_id}").get("superProcessInstanceId")
        params = {"processInstanceId": above, "activityType": "callActivity"}
        found = self.transport.pages("/history/activity-instance", params) if above else ()
        return next((data.get("activityName") or "" for data in found if data.get("calledProcessInstanceId") == instance_id), "")

    def models_of(self, business_key: str) -> list[Model]:
        """The models that the case ran on, called ones included, exactly as they were deployed."""
        params = {"processInstanceBusinessKey": business_key}
        found = {
            (data["processDefinitionKey"], data["processDefinitionVersion"]): data["processDefinitionId"]
            for data in self.transport.pages("/history/process-instance", params)
        }
        models = []
        for key, version in sorted(found):
            models.append(Model(key, version, self.model_xml(found[key, version])))
        return models

    def model_xml(self, definition: str) -> bytes:
        """A model exactly as it was deployed."""
        return self.transport.call("GET", f"/process-definition/{definition}/xml")["bpmn20Xml"].encode()

    def set_variables(self, instance_id: str, variables: Mapping[str, Any]) -> None:
        """Change variables of one running instance, all or none."""
        self.transport.call(
            "POST", f"/process-instance/{instance_id}/variables", json={"modifications": encode(variables)}
        )

    def delete_process(self, instance_id: str) -> None:
        """End a process instance at once, with everything it called."""
        self.transport.call("DELETE", f"/process-instance/{instance_id}", params={"skipCustomListeners": "true"})

    # user tasks

    def user_tasks(
        self, business_key: str | None = None, *, candidate_group: str | None = None, key: str | None = None,
        assignee: str | None = None,
    ) -> list[UserTask]:
        """Open tasks this user may see, oldest first, called processes included."""
        params = {
            "processInstanceBusinessKey": business_key, "candidateGroup": candidate_group, "taskDefinitionKey": key,
            "assignee": assignee, "sortBy": "created", "sortOrder": "asc",
        }
        if candidate_group:
            params["includeAssignedTasks"] = "true"
        asked = {name: value for name, value in params.items() if value is not None}
        return [UserTask.load(data) for data in self.transport.pages("/task", asked)]

    def claim(self, task_id: str, user: str | None = None) -> None:
        self.transport.call("POST", f"/task/{task_id}/claim", json={"userId": user or self.user})

    def form_variables(self, task_id: str) -> dict[str, Value]:
        """What the task's form can show; what is not on the allow-list is left out."""
        path = f"/task/{task_id}/form-variables"
        return decode_known(self.transport.call("GET", path, params={"deserializeValues": "false"}))[0]

    def move_task_due(self, task_id: str, due: datetime) -> None:
        """Give an open task a new due date. The engine only takes the task as a whole, so everything else is sent back."""
        path = f"/task/{task_id}"
        task = self.transport.call("GET", path)
        kept = {name: task.get(name) for name in TASK_FIELDS}
        self.transport.call("PUT", path, json={**kept, "due": date_text(due)})

    def complete_task(self, task_id: str, variables: Mapping[str, Any] | None = None) -> None:
        """Submit the task's form as this user; 404 (`EngineRefused`) when somebody else was first."""
        self.transport.call("POST", f"/task/{task_id}/submit-form", json={"variables": encode(variables)})

    def completer(self, process_instance_id: str, task_definition_key: str, group: str = "") -> str:
        """The user who completed the latest such task (of `group`): from the operation log, else its last assignee.

        What this user completed itself it completed for the assignee, who acted at the counter (workers/counter.py).
        """
        params = {
            "processInstanceId": process_instance_id, "taskDefinitionKey": task_definition_key, "finished": "true",
            "sortBy": "endTime", "sortOrder": "desc", "maxResults": 1,
            **({"taskHadCandidateGroup": group} if group else {}),
        }
        tasks = self.transport.call("GET", "/history/task", params=params) or []
        if not tasks:
            return ""
        operations = self.transport.call(
            "GET", "/history/user-operation",
            params={"taskId": tasks[0]["id"], "entityType": "Task", "operationType": "Complete", "maxResults": 1},
        )
        logged = operations[0].get("userId") if operations else None
        assignee = tasks[0].get("assignee") or ""
        return logged if logged and logged != self.user else assignee or logged or ""

    # timers, incidents, history

    def timers(self, business_key: str) -> list[Job]:
        """Open timers of the running case, soonest first."""
        return self._jobs(business_key, timers="true")

    def jobs(self, business_key: str) -> list[Job]:
        """Every open job of the running case: timers and asynchronous steps."""
        return self._jobs(business_key)

    def _jobs(self, business_key: str, **more: str) -> list[Job]:
        running = [instance.id for instance in self.instances(business_key) if instance.ended is None]
        if not running:
            return []
        params = {"processInstanceIds": ",".join(running), "sortBy": "jobDueDate", "sortOrder": "asc", **more}
        return [self._job(data) for data in self.transport.pages("/job", params)]

    def _job(self, data: dict[str, Any]) -> Job:
        definition = data.get("jobDefinitionId") or ""
        if definition and definition not in self._job_activities:
            found = self.transport.call("GET", f"/job-definition/{definition}")
            self._job_activities[definition] = found.get("activityId") or ""
        due = decode({"due": {"type": "Date", "value": data.get("dueDate")}})["due"]
        return Job(
            data["id"], self._job_activities.get(definition, ""), due if isinstance(due, datetime) else None,
            int(data.get("retries") or 0), data.get("processInstanceId") or "", bool(data.get("suspended")),
        )

    def next_timer(self, after: datetime) -> datetime | None:
        """When the next timer of any case is due, stopped ones left out."""
        found = self.transport.call("GET", "/job", params={**_timers(after), "maxResults": 1})
        return parse_date(found[0]["dueDate"]) if found else None

    def timers_between(self, after: datetime, until: datetime) -> list[str]:
        """The ids of the timers of all cases that are due after `after`, up to and including `until`, soonest first."""
        return [job["id"] for job in self.transport.pages("/job", _timers(after, until))]

    def busy(self) -> bool:
        """Whether an automatic step of any case is under way or due: external tasks and asynchronous jobs."""
        asked = {"/external-task/count": {}, "/job/count": {"messages": "true"}}
        return any(
            self.transport.call("GET", path, params={"withRetriesLeft": "true", **params})["count"]
            for path, params in asked.items()
        )

    def steps_taken(self, since: datetime) -> int:
        """How many steps were begun after `since` (the engine's own time), over all cases; grows whenever a token moves."""
        params = {"startedAfter": date_text(since)}
        return int(self.transport.call("GET", "/history/activity-instance/count", params=params)["count"])

    def move_due_date(self, job_id: str, due: datetime) -> None:
        """Give a timer a new due time (a pause or an extension)."""
        self.transport.call("PUT", f"/job/{job_id}/duedate", json={"duedate": date_text(due), "cascade": False})

    def stop_timer(self, job_id: str, *, stopped: bool) -> None:
        """A stopped timer does not fire until it is let run again, whatever its due time."""
        self.transport.call("PUT", f"/job/{job_id}/suspended", json={"suspended": stopped})

    def execute_job(self, job_id: str) -> None:
        """Fire a job now, whatever its due time."""
        self.transport.call("POST", f"/job/{job_id}/execute")

    def incidents(self, business_key: str | None = None) -> list[Incident]:
        """Open incidents at their root cause, of one case or of all."""
        mine = None if business_key is None else {instance.id for instance in self.instances(business_key)}
        return [
            Incident.load(data) for data in self.transport.pages("/incident")
            if data.get("rootCauseIncidentId") in (None, data["id"])
            and (mine is None or data.get("processInstanceId") in mine)
        ]

    def retry(self, incident: Incident, retries: int = 1) -> None:
        """Let what failed run again; the engine closes the incident."""
        kind = "external-task" if incident.type == "failedExternalTask" else "job"
        self.transport.call("PUT", f"/{kind}/{incident.subject}/retries", json={"retries": retries})

    def activities(self, business_key: str) -> list[Activity]:
        """Every step the case has taken, called processes included, in the order they began."""
        params = {"sortBy": "occurrence", "sortOrder": "asc"}
        found = [
            Activity.load(data) for instance in self.instances(business_key)
            for data in self.transport.pages(
                "/history/activity-instance", {**params, "processInstanceId": instance.id}
            )
        ]
        return sorted(found, key=lambda activity: activity.started.timestamp() if activity.started else 0.0)


def _timers(after: datetime, until: datetime | None = None) -> dict[str, Any]:
    """The question for timers that may fire, due after `after`."""
    due = f"gt_{date_text(after)}" + (f",lt_{date_text(until + timedelta(milliseconds=1))}" if until else "")
    return {"timers": "true", "active": "true", "dueDates": due, "sortBy": "jobDueDate", "sortOrder": "asc"}
