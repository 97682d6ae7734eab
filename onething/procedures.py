"""Special steps, extensions and joint acts: what an item may ask for. Pure (R84, R85, R90; Licensing Law, art. 42, 45)."""

from __future__ import annotations

from collections.abc import Collection

from onething.catalogue import Bundle, Catalogue, Item, JointAct
from onething.errors import InvalidInput
from onething.validity import term_note
from onething.vocabulary import ItemKind, StepKind


def declared_steps(item: Item) -> list[StepKind]:
    return [use.kind for use in item.special_steps]


def check_step(item: Item, kind: str, *, joint: bool) -> StepKind:
    """The special step, if the guide of the item declares it. `joint`: the item's visit is made together."""
    declared = declared_steps(item)
    if kind not in declared:
        allowed = "、".join(step.label for step in declared) or "无"
        raise InvalidInput(
            f"“{item.name}”的办事指南没有这个特别环节，不能暂停计时；可选的特别环节：{allowed}",
            field="special_kind", code="step-not-declared",
        )
    if kind == StepKind.SITE_VISIT and joint:
        raise InvalidInput(
            "本事项已纳入联合勘验，不能另行上门；请等待牵头部门组织", field="special_kind", code="joint-visit"
        )
    return StepKind(kind)


def extension_days(catalogue: Catalogue, item: Item, *, asked_before: bool) -> int:
    """How many working days may be asked for, once."""
    rule = catalogue.procedures.extension
    if item.kind not in rule.kinds:
        kinds = "、".join(kind.label for kind in rule.kinds)
        raise InvalidInput(
            f"只有{kinds}可以延长办理期限（{rule.source}）；本事项属于{ItemKind(item.kind).label}",
            field="approval_decision", code="no-extension",
        )
    if asked_before:
        raise InvalidInput(
            "本事项已申请过一次延期，不能再次延期；请作出决定", field="approval_decision", code="extended-before"
        )
    return rule.days


def check_head(asked_by: str, decided_by: str) -> None:
    """Who asks for an extension does not grant it."""
    if asked_by == decided_by:
        raise InvalidInput("延期须由负责人批准，不能由申请延期的同一人决定；请由其他负责人办理", code="same-person")


def check_decider(accepted_by: str, decided_by: str) -> None:
    """Who accepted an item does not decide it."""
    if accepted_by == decided_by:
        raise InvalidInput("受理和审批要由两个人办理，您已受理本事项；请由本岗位其他人员认领并决定", code="same-person")


def procedure_note(catalogue: Catalogue, item: Item) -> str:
    """For the reviewer: what else than yes or no may be chosen for this item, and who fixes how long its certificate holds."""
    parts = [
        f"{step.label}（{'停止计时' if catalogue.procedures.rule(step).stops_clock else '计时照常'}）"
        for step in declared_steps(item)
    ]
    rule = catalogue.procedures.extension
    steps = f"可启动的特别环节：{'、'.join(parts)}。" if parts else "本事项没有特别环节。"
    days = f"可申请延长 {rule.days} 个工作日一次，须经负责人批准。" if item.kind in rule.kinds else ""
    return steps + days + term_note(item.result)


def joint_acts_for(bundle: Bundle, chosen: Collection[str]) -> list[tuple[JointAct, list[str]]]:
    """The joint acts of this choice with the items that take part: at least two departments must be concerned."""
    found = []
    for act in bundle.joint_acts:
        rows = [row for row in bundle.rows if row.item in act.items and row.item in chosen]
        if len({row.department for row in rows}) > 1:
            found.append((act, [row.item for row in rows]))
    return found
