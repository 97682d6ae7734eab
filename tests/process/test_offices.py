"""Who sees and may do what in Tasklist: cases of all 50 bundles, every account of every office, no leak (S05, S09)."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import pytest

from onething.catalogue import Bundle
from onething.engine.client import EngineClient
from onething.engine.errors import EngineRefused, EngineUnauthorised
from onething.engine.identity import credentials_of
from onething.engine.records import UserTask
from onething.engine.roster import FRONTDOOR, STAFF, WORKERS, roster_of
from simulation.answers import YES
from simulation.town import Town

pytestmark = pytest.mark.engine
MOST = {"firstResult": 0, "maxResults": 50}
READS = (
    "/task/{task}", "/task/{task}/form", "/task/{task}/deployed-form", "/task/{task}/form-variables", "/task/{task}/variables",
    "/task/{task}/localVariables", "/task/{task}/comment", "/task/{task}/attachment", "/task/{task}/identity-links",
    "/process-instance/{process}", "/process-instance/{process}/variables", "/process-instance/{process}/comment",
    "/process-instance/{process}/activity-instances", "/history/process-instance/{process}",
)
LISTS = (
    "/task?processInstanceId={process}", "/task?taskId={task}", "/variable-instance?processInstanceIdIn={process}",
    "/execution?processInstanceId={process}", "/job?processInstanceId={process}", "/incident?processInstanceId={process}",
    "/event-subscription?processInstanceId={process}", "/process-instance?processInstanceIds={process}",
    "/external-task?processInstanceId={process}", "/history/task?taskId={task}", "/history/detail?processInstanceId={process}",
    "/history/variable-instance?processInstanceId={process}", "/history/activity-instance?processInstanceId={process}",
    "/history/user-operation?processInstanceId={process}", "/history/identity-link-log?taskId={task}",
    "/history/process-instance?processInstanceIds={process}", "/history/incident?processInstanceId={process}",
)
WRITES: tuple[tuple[str, str, Any], ...] = (
    ("POST", "/task/{task}/claim", {"userId": "{user}"}), ("POST", "/task/{task}/unclaim", {}),
    ("POST", "/task/{task}/assignee", {"userId": "{user}"}), ("POST", "/task/{task}/delegate", {"userId": "{user}"}),
    ("POST", "/task/{task}/resolve", {}), ("POST", "/task/{task}/complete", {}), ("POST", "/task/{task}/submit-form", {}),
    ("POST", "/task/{task}/bpmnError", {"errorCode": "x"}), ("POST", "/task/{task}/bpmnEscalation", {"escalationCode": "x"}),
    ("POST", "/task/{task}/identity-links", {"userId": "{user}", "type": "candidate"}),
    ("POST", "/task/{task}/comment/create", {"message": "x"}), ("PUT", "/task/{task}", {"name": "x", "priority": 1}),
    ("PUT", "/task/{task}/variables/x", {"value": 1}), ("PUT", "/task/{task}/localVariables/x", {"value": 1}),
    ("DELETE", "/task/{task}", None), ("PUT", "/process-instance/{process}/variables/x", {"value": 1}),
    ("PUT", "/process-instance/{process}/suspended", {"suspended": True}), ("DELETE", "/process-instance/{process}", None),
    ("POST", "/process-instance/{process}/modification",
     {"instructions": [{"type": "startBeforeActivity", "activityId": "{activity}"}]}),
)


@dataclass(frozen=True)
class Open:
    task: UserTask
    groups: frozenset[str]


def whole(bundle: Bundle) -> list[str]:
    """Everything that may be chosen together: of each situation the first option."""
    first = {row.situation: row.option for row in reversed(bundle.rows) if row.situation}
    return [row.item for row in bundle.rows if not row.situation or row.option == first[row.situation]]


@pytest.fixture(scope="module")
def tasks(town: Town) -> Iterator[list[Open]]:
    """What is open in one case of each bundle, handed in, taken in and on the desks of the departments."""
    numbers = [town.submit(bundle.slug, whole(bundle)) for bundle in town.tools.catalogue.in_plan_order()]
    for number in numbers[1:]:
        town.do(town.task(number, "intake-review"), YES["intake-review"])
    for number in numbers[1:]:
        town.wait(lambda number=number: {task.key for task in town.admin.user_tasks(number)} - {"intake-review"}, 120)
    found = []
    for task in itertools.chain.from_iterable(map(town.admin.user_tasks, numbers)):
        with suppress(EngineRefused):  # the workers go on meanwhile
            links = town.admin.transport.call("GET", f"/task/{task.id}/identity-links", params={"type": "candidate"})
            found.append(Open(task, frozenset(link["groupId"] for link in links)))
    yield found
    for number in numbers:
        for instance in town.admin.instances(number):
            with suppress(EngineRefused):
                town.admin.transport.call("DELETE", f"/process-instance/{instance.id}", params={"skipCustomListeners": "true"})


@pytest.fixture(scope="module")
def people(town: Town) -> dict[str, frozenset[str]]:
    """Every account of staff and its posts."""
    users = roster_of(town.tools.catalogue).users.values()
    return {user.id: frozenset(user.groups) - {STAFF} for user in users if user.id not in (WORKERS, FRONTDOOR)}


def as_user(town: Town, user: str) -> EngineClient:
    return EngineClient(town.admin.rest_url, *credentials_of(town.var, user))


def test_s09_every_account_lists_the_tasks_of_its_posts_and_no_other(
    town: Town, tasks: list[Open], people: dict[str, frozenset[str]]
) -> None:
    ours = {one.task.id: one.groups for one in tasks}
    assert len({group for one in tasks for group in one.groups}) >= 30

    def wrong(user: str) -> list[str]:
        seen = {task["id"] for task in as_user(town, user).transport.pages("/task")} & ours.keys()
        return [f"{user}: {task}" for task in seen ^ {task for task, groups in ours.items() if groups & people[user]}]

    with ThreadPoolExecutor(4) as pool:
        assert [one for found in pool.map(wrong, people) for one in found] == []


def test_s09_a_stranger_reads_and_does_nothing_with_a_task(
    town: Town, tasks: list[Open], people: dict[str, frozenset[str]], record_property: Any
) -> None:
    """Every task is tried by a stranger, every account is a stranger to some task, in all of these ways."""
    turns, users = itertools.cycle(sorted(people)), len(people)
    pairs = []
    for one, user in zip(itertools.cycle(tasks), itertools.islice(turns, max(len(tasks), users)), strict=False):
        if one.groups & people[user]:
            user = next(other for other in sorted(people) if not one.groups & people[other])
        pairs.append((one, user))
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda pair: leaks(town, *pair), pairs))
    assert [leak for some in found for leak in some] == []
    record_property("probes", len(pairs) * (len(READS) + len(LISTS) + len(WRITES)))
    for one in tasks:
        with suppress(EngineRefused):
            assert town.admin.transport.call("GET", f"/task/{one.task.id}")["assignee"] is None


def leaks(town: Town, one: Open, user: str) -> list[str]:
    transport, found = as_user(town, user).transport, []
    names = {"task": one.task.id, "process": one.task.process_instance_id, "user": user, "activity": one.task.key}

    def filled(value: Any) -> Any:
        if isinstance(value, str):
            return value.format(**names)
        if isinstance(value, list):
            return [filled(entry) for entry in value]
        return {key: filled(entry) for key, entry in value.items()} if isinstance(value, dict) else value

    for method, path, body in [*(("GET", path, None) for path in READS), *WRITES]:
        with suppress(EngineRefused, EngineUnauthorised):
            transport.call(method, filled(path), json=filled(body))
            found.append(f"{user} {method} {path} {one.task.key}")
    for path in LISTS:
        address, _, query = filled(path).partition("?")
        name, _, value = query.partition("=")
        with suppress(EngineRefused, EngineUnauthorised):
            if transport.call("GET", address, params={name: value, **MOST}):
                found.append(f"{user} GET {path} {one.task.key}")
    return found


def test_the_ways_that_are_tried_are_open_to_whose_task_it_is(
    town: Town, tasks: list[Open], people: dict[str, frozenset[str]]
) -> None:
    """So that a mistyped address is not taken for a closed door."""
    one = next(one for one in tasks if one.task.key == "acceptance-review")
    mine = as_user(town, next(user for user, held in people.items() if held & one.groups)).transport
    for path in ("/task/{task}", "/task/{task}/form", "/task/{task}/deployed-form", "/task/{task}/form-variables"):
        mine.call("GET", path.format(task=one.task.id))
    mine.call("POST", f"/task/{one.task.id}/claim", json={"userId": mine.session.auth[0]})
    mine.call("POST", f"/task/{one.task.id}/unclaim")
    for path in (*READS, *LISTS):  # the administrator is let in everywhere
        address, _, query = path.format(task=one.task.id, process=one.task.process_instance_id).partition("?")
        name, _, value = query.partition("=")
        town.admin.transport.call("GET", address, params={name: value, **MOST} if name else None)
