"""The process that is measured: 15 external tasks on 6 topics, with a parallel section of three rows that joins."""

from __future__ import annotations

import itertools

TOPICS = 6
TASKS = 15
ROWS = 3
ROW_TASKS = 3
BEFORE = 2
CHAIN = 3

HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"
 xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
 xmlns:camunda="http://camunda.org/schema/1.0/bpmn" id="d" targetNamespace="onething">
<bpmn:process id="{key}" isExecutable="true" camunda:historyTimeToLive="P30D">"""
TAIL = "</bpmn:process></bpmn:definitions>"
FORK, JOIN = '<bpmn:parallelGateway id="fork"/>', '<bpmn:parallelGateway id="join"/>'


def topics(key: str) -> list[str]:
    """Topics belong to one process, so that no client ever meets what another one left behind."""
    return [f"{key}-{number}" for number in range(TOPICS)]


def parallel(key: str) -> str:
    names = topics(key)
    steps = [_task(f"t{number}", names[number % TOPICS]) for number in range(TASKS)]
    rows = [list(range(BEFORE + row * ROW_TASKS, BEFORE + (row + 1) * ROW_TASKS)) for row in range(ROWS)]
    after = list(range(BEFORE + ROWS * ROW_TASKS, TASKS))
    path = ["start", *_ids(range(BEFORE)), "fork"]
    flows = list(itertools.pairwise(path))
    for row in rows:
        path = ["fork", *_ids(row), "join"]
        flows += itertools.pairwise(path)
    path = ["join", *_ids(after), "end"]
    flows += itertools.pairwise(path)
    return _process(key, [*steps, FORK, JOIN], flows)


def single(key: str, topic: str) -> str:
    """One external task."""
    return _process(key, [_task("t0", topic)], [("start", "t0"), ("t0", "end")])


def chain(key: str) -> str:
    """Three external tasks, one after the other: the first is created by a start, the others by a completion."""
    steps = _ids(range(CHAIN))
    return _process(key, [_task(step, name) for step, name in zip(steps, topics(key), strict=False)],
                    list(itertools.pairwise(["start", *steps, "end"])))


def waiting(key: str) -> str:
    """A case that waits for a reviewer, with a limit that is far away: what most open cases do."""
    step = '<bpmn:userTask id="wait"/><bpmn:endEvent id="late"/>'
    limit = (
        '<bpmn:boundaryEvent id="limit" cancelActivity="false" attachedToRef="wait"><bpmn:timerEventDefinition>'
        '<bpmn:timeDate xsi:type="bpmn:tFormalExpression">2099-01-01T00:00:00</bpmn:timeDate>'
        "</bpmn:timerEventDefinition></bpmn:boundaryEvent>"
    )
    return _process(key, [step, limit], [("start", "wait"), ("wait", "end"), ("limit", "late")])


def _ids(numbers: range | list[int]) -> list[str]:
    return [f"t{number}" for number in numbers]


def _task(name: str, topic: str) -> str:
    return f'<bpmn:serviceTask id="{name}" camunda:type="external" camunda:topic="{topic}"/>'


def _process(key: str, steps: list[str], flows: list[tuple[str, str]]) -> str:
    lines = [f'<bpmn:sequenceFlow id="f{n}" sourceRef="{a}" targetRef="{b}"/>' for n, (a, b) in enumerate(flows)]
    events = ['<bpmn:startEvent id="start"/>', '<bpmn:endEvent id="end"/>']
    return "\n".join([HEAD.format(key=key), *events, *steps, *lines, TAIL])
