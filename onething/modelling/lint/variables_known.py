"""Every condition, group and date reads a variable that somebody sets; a misspelt one stops a case with an incident."""

from __future__ import annotations

import re
from collections.abc import Iterator

from onething.engine.contract import (
    APPROVAL_VARIABLES,
    BOX_VARIABLES,
    CASE_VARIABLES,
    GUIDANCE_VARIABLES,
    JOINT_VARIABLES,
    START_VARIABLES,
    block_variable,
    choose_variable,
    group_variable,
    joint_variable,
)
from onething.modelling.lint.finding import Context, Finding
from onething.modelling.read import expressions, passed_variables

WHY = "拼错的变量名会让办件出错停住。"

NAME = re.compile(r"\$\{([a-z_][a-z0-9_]*)")
ALWAYS = frozenset((
    *START_VARIABLES, *BOX_VARIABLES, *CASE_VARIABLES, *APPROVAL_VARIABLES, *JOINT_VARIABLES, *GUIDANCE_VARIABLES,
))


def check(context: Context) -> Iterator[Finding]:
    known = ALWAYS | _of_bundle(context)
    for owner, text in expressions(context.model):
        for name in NAME.findall(text):
            if name not in known:
                yield Finding(owner, f"没有名为“{name}”的变量", "请改正拼写；可用的变量见 onething/engine/contract.py")
    for owner, name in passed_variables(context.model):
        if name not in known:
            yield Finding(owner, f"调用时传递的变量“{name}”不存在", "请改正拼写；可用的变量见 onething/engine/contract.py")


def _of_bundle(context: Context) -> set[str]:
    """The choice of each item and block, and the group of each item."""
    if context.bundle is None:
        return set()
    rows = context.bundle.rows
    names = {name(row.item) for row in rows for name in (choose_variable, group_variable)}
    names |= {block_variable(row.parallel) for row in rows if row.parallel}
    return names | {joint_variable(act.kind) for act in context.bundle.joint_acts}
