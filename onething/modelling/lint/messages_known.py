"""Every message is one that somebody sends."""

from __future__ import annotations

from collections.abc import Iterator

from onething.engine.contract import MESSAGES
from onething.modelling.lint.finding import Context, Finding
from onething.modelling.names import find_all

WHY = "没有人发送的消息永远等不到，办件会停在那里。"


def check(context: Context) -> Iterator[Finding]:
    for message in find_all(context.model, "bpmn:message"):
        if message.get("name") not in MESSAGES:
            yield Finding(
                message.get("id", ""), f"没有人发送消息“{message.get('name')}”", f"请改为其中之一：{'、'.join(MESSAGES)}"
            )
