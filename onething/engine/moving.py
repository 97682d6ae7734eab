"""Running cases onto another version of their model: what stands where, what has a counterpart, batches, and the way back.

The engine takes a batch as one transaction: what it refuses it leaves as it was. Timers keep their due dates, tasks their people
and forms; what a case has behind it stays in history as it was.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import quote

from onething.engine.client import EngineClient
from onething.engine.errors import EngineRefused
from onething.engine.records import Model
from onething.errors import Conflict, NotFound

BATCH, TRIES, PAUSE, PAGE = 20, 6, 0.2, 200


@dataclass(frozen=True)
class Edition:
    """A deployed version of a model."""

    id: str
    process: str
    number: int


@dataclass(frozen=True)
class Running:
    """A running instance: its case's number and the elements at which it stands."""

    instance: str
    number: str
    at: frozenset[str]


@dataclass(frozen=True)
class Plan:
    """Which element of the newer version each one of the older becomes. `faults`: element -> what the engine has against it."""

    source: Edition
    target: Edition
    pairs: Mapping[str, str]
    faults: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def backwards(self) -> Plan:
        return Plan(self.target, self.source, {new: old for old, new in self.pairs.items()})

    def strays(self, case: Running) -> list[str]:
        """Where the case stands and nothing in the other version answers to it."""
        return sorted(case.at - self.pairs.keys())

    def body(self) -> dict[str, Any]:
        return {
            "sourceProcessDefinitionId": self.source.id, "targetProcessDefinitionId": self.target.id,
            "instructions": [
                {"sourceActivityIds": [old], "targetActivityIds": [new], "updateEventTrigger": False}
                for old, new in self.pairs.items()
            ],
        }


Move = tuple[Plan, Sequence[Running]]
Tell = Callable[[Plan, Sequence[Running]], None]


class Stopped(Conflict):
    """The engine refused a batch; `kept`: the cases that could not be brought back to where they were."""

    def __init__(self, reason: str, kept: Sequence[Running]) -> None:
        numbers = "、".join(case.number for case in kept)
        told = f"；以下办件已经改走，退不回来：{numbers}" if kept else "；已经改走的办件都退回了原来的版本"
        super().__init__(f"引擎没有执行：{reason}{told}", code="migration-stopped")


def newest(client: EngineClient, process: str) -> Edition:
    """The version that new cases get. Raises `NotFound` for a model that was never deployed."""
    try:
        data = client.transport.call("GET", f"/process-definition/key/{quote(process, safe='')}")
    except EngineRefused as error:
        if error.http_status != 404:
            raise
        raise NotFound(f"引擎里没有流程“{process}”；请写模型的文件名（不带 .bpmn），没有部署过的先运行 onething model deploy",
                       code="unknown-process") from error
    return Edition(data["id"], process, int(data["version"]))


def edition(client: EngineClient, process: str, number: int) -> Edition:
    """One version. Raises `NotFound`."""
    found = client.transport.call("GET", "/process-definition", params={"key": process, "version": number, "maxResults": 1})
    if not found:
        raise NotFound(f"流程“{process}”没有版本 {number}；请核对版本号", code="unknown-version")
    return Edition(found[0]["id"], process, number)


def model(client: EngineClient, process: str, number: int) -> Model:
    """A version of a model as it was deployed. Raises `NotFound`."""
    return Model(process, number, client.model_xml(edition(client, process, number).id))


def in_use(client: EngineClient, process: str) -> dict[Edition, dict[str, str]]:
    """The versions with running cases, oldest first: instance -> the case's number.

    From the cases, not from a list of versions: for each that it lists the engine reads the whole model.
    """
    found: dict[Edition, dict[str, str]] = {}
    for data in client.transport.pages("/history/process-instance", {"processDefinitionKey": process, "unfinished": "true"}):
        one = Edition(data["processDefinitionId"], process, int(data["processDefinitionVersion"]))
        found.setdefault(one, {})[data["id"]] = data.get("businessKey") or ""
    return dict(sorted(found.items(), key=lambda entry: entry[0].number))


def versions(client: EngineClient, instances: Iterable[str]) -> dict[str, int]:
    """On which version each of these runs, or ended."""
    found, left = {}, sorted(instances)
    while left:
        asked, left = {"processInstanceIds": left[:PAGE]}, left[PAGE:]
        for data in client.transport.call("POST", "/history/process-instance", params={"maxResults": PAGE}, json=asked):
            found[data["id"]] = int(data["processDefinitionVersion"])
    return found


def standing(client: EngineClient, instances: Mapping[str, str]) -> Iterator[Running]:
    """Where these stand now; those that have ended meanwhile are left out."""
    for instance, number in sorted(instances.items()):
        try:
            tree = client.transport.call("GET", f"/process-instance/{instance}/activity-instances")
        except EngineRefused as error:
            if not error.gone:
                raise
        else:
            yield Running(instance, number, frozenset(_leaves(tree or {})))


def plan(client: EngineClient, source: Edition, target: Edition, named: Mapping[str, str]) -> Plan:
    """Equal elements become each other; `named` says it of those that are called otherwise now (old id -> new id)."""
    asked = {"sourceProcessDefinitionId": source.id, "targetProcessDefinitionId": target.id, "updateEventTriggers": False}
    answer = client.transport.call("POST", "/migration/generate", json=asked)
    equal = {one["sourceActivityIds"][0]: one["targetActivityIds"][0] for one in answer["instructions"]}
    found = Plan(source, target, equal | dict(named))
    report = client.transport.call("POST", "/migration/validate", json=found.body())
    faults = {
        one["instruction"]["sourceActivityIds"][0]: tuple(one["failures"])
        for one in report.get("instructionReports") or [] if one.get("failures")
    }
    return replace(found, faults=faults)


def move(
    client: EngineClient, moves: Sequence[Move], *, size: int = BATCH, partly: bool = False, tell: Tell = lambda *_: None
) -> list[Running]:
    """Those that moved. Where the engine refuses one, none: what has moved is brought back. With `partly` it stays behind alone.

    Cases that end meanwhile are left out. `tell(plan, moved)` is called after each batch, also of the way back. Raises
    `Stopped`; what another cause interrupts can be run again as it is.
    """
    moved: list[Move] = []
    for how, cases in moves:
        for first in range(0, len(cases), size):
            batch = cases[first : first + size]
            try:
                new = _batch(client, how, batch)
            except EngineRefused as error:
                if not partly:
                    raise Stopped(error.reason, _bring_back(client, moved, tell)) from error
                new = _each(client, how, batch)[0]
            moved.append((how, new))
            tell(how, new)
    return [case for _, cases in moved for case in cases]


def _bring_back(client: EngineClient, moved: Sequence[Move], tell: Tell) -> list[Running]:
    """Those that stand by now where the older version has nothing."""
    kept: list[Running] = []
    for how, cases in moved:
        returned, refused = _each(client, how.backwards, cases)
        tell(how.backwards, returned)
        kept += refused
    return kept


def _each(client: EngineClient, how: Plan, cases: Sequence[Running]) -> tuple[list[Running], list[Running]]:
    """One by one: those that moved, and those that the engine refused."""
    moved, refused = [], []
    for case in cases:
        try:
            moved += _batch(client, how, [case])
        except EngineRefused:
            refused.append(case)
    return moved, refused


def _batch(client: EngineClient, how: Plan, cases: Sequence[Running]) -> list[Running]:
    """Moves these in one transaction; again where somebody worked on one of them at that moment, or one has ended."""
    turn = 1
    while True:
        asked = {"migrationPlan": how.body(), "processInstanceIds": [case.instance for case in cases]}
        try:
            client.transport.call("POST", "/migration/execute", json=asked)
            return list(cases)
        except EngineRefused as error:
            left = [case for case in cases if _there(client, case, how.source)]
            if not left:
                return []
            if turn == TRIES or (len(left) == len(cases) and not error.transient):
                raise
            cases, turn = left, turn + 1
            time.sleep(PAUSE * turn)


def _there(client: EngineClient, case: Running, one: Edition) -> bool:
    params = {"processInstanceIds": case.instance, "processDefinitionId": one.id}
    return bool(client.transport.call("GET", "/process-instance/count", params=params)["count"])


def _leaves(tree: Mapping[str, Any]) -> Iterator[str]:
    """The elements where something waits: the innermost, and those that an asynchronous step is about to enter or to leave."""
    below = tree.get("childActivityInstances") or []
    yield from (one["activityId"] for one in tree.get("childTransitionInstances") or [])
    for one in below:
        if one.get("childActivityInstances") or one.get("childTransitionInstances"):
            yield from _leaves(one)
        else:
            yield one["activityId"]
