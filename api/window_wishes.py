"""What an applicant at the counter asks for: to stop an item or the case, or to get the results another way (R86-R88, R95).

The clerk checks who asks, as when results are handed over; the wish itself is the same as on the applicant's own page."""

from __future__ import annotations

from typing import Any

from api.consenting import Agreed
from api.delivery_choice import choose, faults
from api.window_acts import Wanted, collector, collector_faults, keep_scan
from api.withdrawal import withdraw_case, withdraw_item
from onething.bootstrap import Tools
from onething.engine import contract
from onething.errors import InvalidInput, NotAllowed, refuse
from onething.store import Account, Application, WindowAct, audit, window
from onething.vocabulary import ConsentWay, DeliveryMode, DeliveryWay
from onething.window import CHOOSE, WITHDRAW

WHOLE = "whole"
ASKS = "谁来办"
"""Over the choice of who stands there, on the page."""


def withdraw(session: Any, tools: Tools, clerk: Account, case: Application, wish: Wanted) -> WindowAct:
    """`scope` is an item, or `WHOLE`. Signed on paper, because nobody can take it back. Raises `Conflict` when it is too late."""
    if contract.window_group(case.district) not in clerk.organisation.split():
        raise NotAllowed("撤回由综合受理窗口登记；请用综合受理窗口岗位登录", code="not-the-window")
    known = {row.item for row in case.items}
    unknown = wish.scope != WHOLE and wish.scope not in known
    missing = [InvalidInput("请选择要撤回的事项", field="scope", code="item-missing")] if unknown else []
    refuse([*missing, *collector_faults(wish, case, "撤回申请书", who=ASKS)])
    facts = collector(wish, case)
    names = tools.catalogue_of(case).items
    if wish.scope == WHOLE:
        withdraw_case(session, tools, clerk, case)
        note = "整个办件"
    else:
        note = "、".join(names[item].name for item in withdraw_item(session, tools, clerk, case, wish.scope))
    return _record(session, tools, clerk, case, WITHDRAW, wish, facts | {"note": note})


def choose_delivery(session: Any, tools: Tools, clerk: Account, case: Application, wish: Wanted) -> WindowAct:
    mode, way, address = (wish.text(name) for name in ("delivery_mode", "delivery_way", "applicant.address"))
    refuse([*faults(case, mode, way, address), *collector_faults(wish, case, who=ASKS)])
    facts = collector(wish, case)
    told = Agreed(way=ConsentWay.COUNTER, person=facts["person"], relation=facts["relation"], clerk=clerk.subject)
    choose(session, tools, clerk, case, mode, way, address, told)
    note = f"{DeliveryMode(mode).label}，{DeliveryWay(way).label}"
    return _record(session, tools, clerk, case, CHOOSE, wish, facts | {"note": note})


def _record(
    session: Any, tools: Tools, clerk: Account, case: Application, task: str, wish: Wanted, facts: dict[str, str]
) -> WindowAct:
    """The act with who stood there; what became of the case has its own records."""
    now = tools.clock.now()
    row = window.record(
        session, case, task, clerk.subject, now, scope="" if wish.scope == WHOLE else wish.scope,
        document_id=keep_scan(session, tools, case, wish.scan), **facts,
    )
    audit.record(session, now, clerk.subject, f"window-{task}", number=case.number, item=row.scope, act=row.act_no)
    return row
