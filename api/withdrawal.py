"""撤回: of the case or of one item, before the decision; the store first, then the engine by the outbox (R86-R88)."""

from __future__ import annotations

from typing import Any

from onething.bootstrap import Tools
from onething.cases import may_withdraw_case, may_withdraw_item
from onething.catalogue import Bundle
from onething.engine.contract import Message, block_item
from onething.errors import Conflict
from onething.store import Account, Application, applications, audit, joint, notices, outbox, procedures
from onething.vocabulary import CaseState, ItemState

REMEDY = "如对决定不服，可以自收到决定书之日起 60 日内申请行政复议，或者 6 个月内提起行政诉讼"


def affected(bundle: Bundle, application: Application, item: str) -> list[str]:
    """The items that end with `item`: its parallel block, and every chosen item waiting for one of them."""
    states = {row.item: ItemState(row.state) for row in application.items}
    ending, waiting = [], [item]
    while waiting:
        name = waiting.pop(0)
        row = bundle.row(name)
        if name in ending or row is None or name not in states:
            continue
        ending.append(name)
        mates = bundle.block(row.parallel) if row.parallel else ()
        backs = [back for back in bundle.backs_of(name) if back in states and may_withdraw_item(states[back])]
        waiting += [*mates, *backs]
    return [row.item for row in application.items if row.item in ending]


def may_withdraw_one(application: Application, item: str) -> bool:
    """One item may go while the case is being handled and the item is undecided."""
    row = applications.item_of(application, item)
    return application.state == CaseState.IN_PROGRESS and may_withdraw_item(ItemState(row.state))


def withdraw_case(session: Any, tools: Tools, account: Account, application: Application) -> None:
    """End every undecided item and the case. Raises `Conflict` with the remedy once all is decided."""
    if not may_withdraw_case(CaseState(application.state), [ItemState(row.state) for row in application.items]):
        raise _too_late(application)
    _end_case(session, tools, account, application, "申请人撤回办件")


def withdraw_item(session: Any, tools: Tools, account: Account, application: Application, item: str) -> list[str]:
    """End `item` and what depends on it; the names of all items that ended. Raises `Conflict`, `NotFound`."""
    row = applications.item_of(application, item)
    if application.state in (CaseState.SUBMITTED, CaseState.CORRECTION):
        raise Conflict("收件之前不能只撤回一个事项；请撤回整个办件后重新申请", code="not-taken-in-yet")
    if application.state != CaseState.IN_PROGRESS or not may_withdraw_item(ItemState(row.state)):
        raise _too_late(application)
    ending = affected(tools.catalogue_of(application).bundle(application.bundle), application, item)
    decided = [name for name in ending if not may_withdraw_item(_state(application, name))]
    if decided:
        names = "、".join(tools.catalogue_of(application).items[name].name for name in decided)
        raise Conflict(f"与它并行办理的“{names}”已经作出决定，不能单独撤回；{REMEDY}", code="block-decided")
    remaining = [row.item for row in application.items if row.item not in ending]
    if not any(_state(application, name) != ItemState.WITHDRAWN for name in remaining):
        _end_case(session, tools, account, application, "申请人撤回全部事项")
        return ending
    now = tools.clock.now()
    for name in ending:
        _end_item(session, tools, account, application, name, item)
    outbox.put(
        session, now, f"ending-notice:{application.number}:{item}", "ending-notice", number=application.number, front=item,
        items=ending,
    )
    for box in _boxes(tools.catalogue_of(application).bundle(application.bundle), ending):
        outbox.put(
            session, now, f"correlate:{application.number}:{box}:withdrawn", "correlate",
            message=Message.ITEM_WITHDRAWN, number=application.number, item=box, variables={},
        )
    joint.settle(session, application, now)
    return ending


def _boxes(bundle: Bundle, items: list[str]) -> list[str]:
    """The boxes of the model that end: an item's own, or the one block around the items handled in parallel."""
    rows = [row for row in bundle.rows if row.item in items]
    return list(dict.fromkeys(block_item(row.parallel) if row.parallel else row.item for row in rows))


def _state(application: Application, item: str) -> ItemState:
    return ItemState(applications.item_of(application, item).state)


def _end_item(
    session: Any, tools: Tools, account: Account, application: Application, item: str, front: str
) -> None:
    now, number = tools.clock.now(), application.number
    row, name = applications.item_of(application, item), tools.catalogue_of(application).items[item].name
    applications.set_item_state(row, ItemState.WITHDRAWN)
    because = "申请人撤回" if item == front else f"相关事项“{tools.catalogue_of(application).items[front].name}”已撤回"
    row.decision_reason, row.decided_at = because, now
    procedures.close_item(session, number, now, item)
    audit.record(session, now, account.subject, "withdraw-item", number=number, item=item, reason=because)
    notices.give(session, now, number, "withdrawn", f"事项“{name}”已停止办理：{because}。其他事项继续办理。", item=item)


def _end_case(session: Any, tools: Tools, account: Account, application: Application, reason: str) -> None:
    now, number = tools.clock.now(), application.number
    applications.set_case_state(application, CaseState.WITHDRAWN)
    application.closed_at, application.reason = now, reason
    for row in application.items:
        if may_withdraw_item(ItemState(row.state)):
            applications.set_item_state(row, ItemState.WITHDRAWN)
            row.decision_reason, row.decided_at = reason, now
    procedures.close_item(session, number, now)
    joint.settle(session, application, now)
    audit.record(session, now, account.subject, "withdraw-case", number=number, reason=reason)
    notices.give(session, now, number, "withdrawn", f"办件 {number} 已撤回。如仍需办理，请重新申请。")
    outbox.put(
        session, now, f"correlate:{number}:withdrawn", "correlate",
        message=Message.CASE_WITHDRAWN, number=number, variables={},
    )


def _too_late(application: Application) -> Conflict:
    if application.state == CaseState.WITHDRAWN:
        return Conflict("这个办件已经撤回；如仍需办理，请重新申请", code="already-withdrawn")
    return Conflict(f"审批决定已经作出，不能再撤回；{REMEDY}", code="already-decided")
