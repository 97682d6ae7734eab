"""The sentence above a case: what happens next and who does it, or how it ended. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from onething.cases import OPEN_ITEM_STATES
from onething.store import Application
from onething.vocabulary import CaseState, DeliveryWay, ItemState

DISPUTABLE = frozenset({ItemState.REFUSED, ItemState.NOT_ACCEPTED})


def headline(application: Application, *, late: bool = False, revoked: Sequence[str] = ()) -> str:
    """`late`: what the whole case waits for is overdue. `revoked`: names of its certificates that count no more."""
    state = CaseState(application.state)
    if revoked:
        return f"“{'、'.join(revoked)}”已被撤销，不能再使用；理由和不服怎么办，见撤销决定书。"
    if late and state == CaseState.SUBMITTED:
        return "收件审查超过了时限，正在督办；您可以在本页提问，也可以拨打 12345。"
    undecided = sum(ItemState(row.state) in OPEN_ITEM_STATES for row in application.items)
    return {
        CaseState.SUBMITTED: "综合受理窗口正在审查您的材料，会在下面的时限内告诉您结果。",
        CaseState.CORRECTION: f"请您补正材料：{application.reason}",
        CaseState.NOT_TAKEN: f"窗口没有收件：{application.reason}。改好后可以重新申请。",
        CaseState.EXPIRED: f"{application.reason}，本次申请终止；您可以随时重新申请。",
        CaseState.IN_PROGRESS: f"各部门正在同时办理，还有 {undecided} 个事项没有作出决定。",
        CaseState.DELIVERING: _delivering(application),
        CaseState.UNDELIVERED: "办理结果没有送达，仍在发证窗口，将再次送达；您也可以更改领取方式。",
        CaseState.COMPLETED: _ended(application),
        CaseState.WITHDRAWN: "您已撤回这个办件；如仍需办理，请重新申请。",
    }[state]


def _delivering(application: Application) -> str:
    return {
        DeliveryWay.ELECTRONIC: "全部事项已有结果，发证窗口将在当天送到您的“个人中心”。",
        DeliveryWay.COUNTER: "全部事项已有结果，等您到发证窗口领取；领取人请带本人身份证件。",
        DeliveryWay.COURIER: "全部事项已有结果，发证窗口将在当天寄出。",
    }[DeliveryWay(application.delivery_way)]


def _ended(application: Application) -> str:
    """What was not approved must not look like success."""
    others = list(dict.fromkeys(ItemState(row.state) for row in application.items if row.state != ItemState.APPROVED))
    if not others:
        return "全部事项已办结，结果已送达。"
    said = "、".join(state.label for state in others)
    if DISPUTABLE & set(others):
        return f"办件已结束，其中有事项{said}。不服决定怎么办，写在决定书里。"
    return f"办件已结束，其中有事项{said}。"
