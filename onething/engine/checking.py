"""What the reconciler asks the engine: about many cases at once, never one call per case."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from itertools import islice

from onething.engine.client import EngineClient
from onething.engine.errors import EngineRefused
from onething.engine.records import Incident, Instance

CHUNK = 100  # ids in one address


def root_instances(client: EngineClient, numbers: Collection[str]) -> dict[str, list[Instance]]:
    """Case number -> its own process instances, running and ended, oldest first; [] where the engine knows none."""
    found: dict[str, list[Instance]] = {number: [] for number in numbers}
    for chunk in _chunks(list(found)):
        body = {"processInstanceBusinessKeyIn": chunk, "sorting": [{"sortBy": "startTime", "sortOrder": "asc"}]}
        for data in client.transport.pages("/history/process-instance", json=body):
            instance = Instance.load(data)
            if instance.root_id == instance.id:
                found[data["businessKey"]].append(instance)
    return found


def running_cases(client: EngineClient) -> Iterator[dict[str, str]]:
    """Instance -> business key of every root instance that runs, some hundred at a time."""
    body = {"rootProcessInstances": True, "sorting": [{"sortBy": "instanceId", "sortOrder": "asc"}]}
    rest = client.transport.pages("/process-instance", json=body)
    while page := {data["id"]: data.get("businessKey") or "" for data in islice(rest, CHUNK)}:
        yield page


def open_incidents(client: EngineClient) -> list[tuple[str, Incident]]:
    """(case number, incident) of every open incident at its root cause."""
    incidents = client.incidents()
    numbers: dict[str, str] = {}
    for chunk in _chunks(sorted({one.process_instance_id for one in incidents})):
        body = {"processInstanceIds": chunk, "sorting": [{"sortBy": "instanceId", "sortOrder": "asc"}]}
        for data in client.transport.pages("/history/process-instance", json=body):
            numbers[data["id"]] = data.get("businessKey") or ""
    return [(numbers.get(one.process_instance_id, ""), one) for one in incidents]


def task_exists(client: EngineClient, task_id: str) -> bool:
    """Whether the external task is still open."""
    try:
        client.transport.call("GET", f"/external-task/{task_id}")
    except EngineRefused as error:
        if error.http_status != 404:
            raise
        return False
    return True


def _chunks(ids: Collection[str]) -> Iterator[list[str]]:
    rest = iter(ids)
    while chunk := list(islice(rest, CHUNK)):
        yield chunk
