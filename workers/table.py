"""The literal table topic -> function: what happens in each automatic step of every model."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from onething.engine.contract import Topic
from onething.engine.steps import VALUES, asked_of, steps_of
from onething.engine.typed import typed
from onething.engine.worker import Handler, Task
from workers import (
    acceptance,
    approval,
    archive,
    certificate,
    delivery,
    dispatch,
    extra_step,
    guidance,
    intake,
    joint_act,
    notice,
    pre_review,
    result_push,
    supervise,
    withdrawal,
)
from workers.desk import Desk, Outcome
from workers.discretion import discreet

HANDLERS: Mapping[str, Callable[[Task, Desk], Outcome]] = {
    Topic.INTAKE: intake.handle,
    Topic.DISPATCH: dispatch.handle,
    Topic.ACCEPTANCE: acceptance.handle,
    Topic.PRE_REVIEW: pre_review.handle,
    Topic.APPROVAL: approval.handle,
    Topic.CERTIFICATE: certificate.handle,
    Topic.RESULT_PUSH: result_push.handle,
    Topic.DELIVERY: delivery.handle,
    Topic.ARCHIVE: archive.handle,
    Topic.NOTICE: notice.handle,
    Topic.WITHDRAWAL: withdrawal.handle,
    Topic.SUPERVISE: supervise.handle,
    Topic.GUIDANCE: guidance.handle,
    Topic.JOINT_ACT: joint_act.handle,
    Topic.EXTRA_STEP: extra_step.handle,
}


def bound_to(desk: Desk) -> dict[str, Handler]:
    """The table as the worker loop wants it, each handler held to what its steps declare, and discreet towards the engine."""
    return {
        topic: discreet(typed(steps_of(topic), partial(_call, handler, desk), VALUES), desk)
        for topic, handler in HANDLERS.items()
    }


ASKED = {topic: asked_of(topic) for topic in HANDLERS}
"""What the engine is asked for with each topic's tasks."""


def _call(handler: Callable[[Task, Desk], Outcome], desk: Desk, task: Task) -> Outcome:
    return handler(task, desk)
