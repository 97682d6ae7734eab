"""External tasks over REST, on the request shapes of camunda-external-task-client-python3.

Used of the package: `ExternalTaskClient` for the addresses of the calls and the topic entries of a fetch, and (in
`adapter`) `ExternalTask` and `TaskResult`. Not used: its sending, which opens a connection per call, without pool,
CA or typed errors (D12, D13, D15); its variable format, which lets a dict choose its own engine type and stores
containers as serialised Java (D20, D21); its logging, which writes tokens and values (D16-D18); its worker loops,
which lose errors, sleep 300 s, swallow Ctrl-C and starve topics (D2-D11).
"""

from __future__ import annotations

import warnings
from collections.abc import Collection, Mapping
from typing import Any

from onething.engine.errors import EngineRefused, TaskGone, TaskNotOurs
from onething.engine.transport import Transport
from onething.engine.variables import encode

with warnings.catch_warnings():  # the package is written for an older pydantic (D1)
    warnings.simplefilter("ignore", DeprecationWarning)
    from camunda.client.external_task_client import ExternalTaskClient

MESSAGE_LIMIT = 600  # the engine cuts messages at 666 characters


class ExternalTasks(ExternalTaskClient):
    """The calls of one worker incarnation. Times in seconds."""

    def __init__(
        self, transport: Transport, worker_id: str, *, lock_seconds: float, poll_seconds: float = 5,
        variables: Mapping[str, Collection[str]] | None = None,
    ) -> None:
        self.transport = transport
        self.lock_seconds, self.poll_seconds = lock_seconds, poll_seconds
        self.asked = {topic: sorted(names) for topic, names in (variables or {}).items()}
        super().__init__(worker_id, transport.rest_url, {
            "lockDuration": int(lock_seconds * 1000), "asyncResponseTimeout": int(poll_seconds * 1000),
            "includeExtensionProperties": True, "deserializeValues": False,
        })

    def _log_with_context(self, msg: str, log_level: str = "info", **kwargs: Any) -> None:
        """Say nothing: the package would write configuration and values to the root logger (D16-D18)."""

    def fetch(self, topics: Collection[str], free_slots: int) -> list[dict[str, Any]]:
        """One long poll for all topics; locks no more than `free_slots` (D3, D7, D8). Variables as declared, else all."""
        wanted = [{**entry, **({"variables": self.asked[entry["topicName"]]} if entry["topicName"] in self.asked else {})}
                  for entry in self._get_topics(sorted(topics), None, None)]
        body = {
            "workerId": self.worker_id, "maxTasks": free_slots, "usePriority": False,
            "asyncResponseTimeout": self.config["asyncResponseTimeout"],
            "topics": wanted,
        }
        path = self._path(self.get_fetch_and_lock_url())
        return self.transport.call("POST", path, json=body, timeout=(3, self.poll_seconds + 15)) or []

    def complete(  # type: ignore[override]
        self, task_id: str, variables: Mapping[str, Any], local_variables: Mapping[str, Any] | None = None
    ) -> None:
        self._post(self.get_task_complete_url(task_id), {
            "variables": encode(variables), "localVariables": encode(local_variables),
        })

    def failure(  # type: ignore[override]
        self, task_id: str, message: str, details: str, retries: int, retry_seconds: float
    ) -> None:
        """`retries` is what is left; 0 makes an incident. Never null: the task would come back for ever."""
        self._post(self.get_task_failure_url(task_id), {
            "errorMessage": message[:MESSAGE_LIMIT], "errorDetails": details, "retries": max(int(retries), 0),
            "retryTimeout": int(retry_seconds * 1000),
        })

    def bpmn_failure(  # type: ignore[override]
        self, task_id: str, code: str, message: str, variables: Mapping[str, Any] | None = None
    ) -> None:
        self._post(self.get_task_bpmn_error_url(task_id), {
            "errorCode": code, "errorMessage": message[:MESSAGE_LIMIT], "variables": encode(variables),
        })

    def extend_lock(self, task_id: str) -> None:
        """Raises `TaskGone` or `TaskNotOurs` when the task is no longer this worker's (D5)."""
        self._post(f"{self.external_task_base_url}/{task_id}/extendLock", {"newDuration": self.config["lockDuration"]})

    def unlock(self, task_id: str) -> None:
        self._post(f"{self.external_task_base_url}/{task_id}/unlock", {})

    def was_completed(self, task_id: str) -> bool:
        return was_completed(self.transport, task_id)

    def _path(self, url: str) -> str:
        return url.removeprefix(self.transport.rest_url)

    def _post(self, url: str, body: dict[str, Any]) -> None:
        try:
            self.transport.call("POST", self._path(url), json={"workerId": self.worker_id, **body})
        except EngineRefused as error:
            raise _about_a_task(error) from error


def was_completed(transport: Transport, task_id: str) -> bool:
    """Whether history has this task as done; else its case ended meanwhile (D10)."""
    params = {"externalTaskId": task_id, "successLog": "true", "maxResults": 1}
    return bool(transport.call("GET", "/history/external-task-log", params=params))


def _about_a_task(error: EngineRefused) -> EngineRefused:
    arguments = (error.http_status, error.type, error.reason)
    if error.http_status == 404:
        return TaskGone(*arguments)
    if error.http_status == 400 and "by worker" in error.reason:
        return TaskNotOurs(*arguments)
    return error
