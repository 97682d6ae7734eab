"""窗口: what a clerk registered at the counter completes the open task, in the clerk's name (R43, R45, R49, R51, R89, R97)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from onething.bootstrap import Tools
from onething.engine.client import EngineClient
from onething.engine.records import UserTask
from onething.store import applications, window
from onething.window import REVIEW, judgement_answers

WAITS = "窗口任务还没有生成，稍后自动办理"
DROPPED = ""


def finish(tools: Tools, engine: EngineClient, body: Mapping[str, Any]) -> str:
    """Empty when there is nothing left to do, else why it has to wait.

    An act that was overtaken (done in Tasklist, or withdrawn meanwhile) is dropped; so is a judgement of materials that are
    no longer the ones the task lists. The clerk's page then says that the act did not take effect.
    """
    number, clerk = body["number"], body["clerk"]
    with tools.store.reading() as session:
        due = window.due(session, applications.get(session, number))
    if not any((act.task, act.scope, act.round) == (body["task"], body["scope"], body["round"]) for act in due):
        return DROPPED
    found = _open_task(engine, body)
    if found is None:
        return WAITS
    task, shown = found
    if task.assignee and task.assignee != clerk:
        return f"任务已由 {task.assignee} 认领；等其办完或取消认领"
    answers = _answers(shown, body)
    if answers is None:
        return DROPPED
    if not task.assignee:
        engine.claim(task.id, clerk)
    engine.complete_task(task.id, answers)
    return ""


def _open_task(engine: EngineClient, body: Mapping[str, Any]) -> tuple[UserTask, Mapping[str, Any]] | None:
    """The group's task and what its form shows; of several deliveries the one of this scope."""
    for task in engine.user_tasks(body["number"], candidate_group=body["group"], key=body["task"]):
        shown = engine.form_variables(task.id)
        if str(shown.get("item") or "") == body["scope"]:
            return task, shown
    return None


def _answers(shown: Mapping[str, Any], body: Mapping[str, Any]) -> dict[str, Any] | None:
    if body["task"] != REVIEW:
        return dict(body["answers"])
    rows = judgement_answers(str(shown.get("material_keys") or ""), body["judged"])
    return None if rows is None else {**rows, **body["answers"]}
