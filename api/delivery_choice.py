"""领取方式: together or item by item, and by which way; changed until the first handover (R94, R95, R99)."""

from __future__ import annotations

from typing import Any

from api import applicant as applicants
from api.consenting import Agreed, tell_courier
from onething.bootstrap import Tools
from onething.deliveries import may_choose
from onething.engine.contract import Message
from onething.errors import Conflict, InvalidInput, refuse
from onething.store import Account, Application, audit, deliveries, notices, outbox
from onething.vocabulary import CaseState, ConsentWay, DeliveryMode, DeliveryState, DeliveryWay

ON_THE_PAGE = Agreed(way=ConsentWay.PAGE)
AT_THE_WINDOW = (DeliveryState.AT_WINDOW, DeliveryState.UNDELIVERED)


def changeable(session: Any, application: Application) -> bool:
    stored = deliveries.of_case(session, application.number)
    return may_choose(CaseState(application.state), [row.state for row in stored.values()])


def faults(application: Application, mode: str, way: str, address: str) -> list[InvalidInput]:
    return applicants.delivery_faults(_with(application, address), way, mode)


def _with(application: Application, address: str) -> dict[str, str]:
    return applicants.tidy({**application.applicant, "address": address or application.applicant.get("address", "")})


def choose(
    session: Any, tools: Tools, account: Account, application: Application, mode: str, way: str, address: str,
    told: Agreed = ON_THE_PAGE,
) -> None:
    """The newest choice counts, also for results that lie at the window already. Raises `Conflict`, `InvalidInput`."""
    if not changeable(session, application):
        raise Conflict("已经有结果送达，或者办件已经结束，不能再更改领取方式；如有需要请联系发证窗口", code="already-delivered")
    refuse(faults(application, mode, way, address))
    applicant = _with(application, address)
    before = (application.delivery_mode, application.delivery_way, application.applicant.get("address", ""))
    if (mode, way, applicant["address"]) == before:
        return
    now, number = tools.clock.now(), application.number
    application.delivery_mode, application.delivery_way = mode, way
    application.applicant = {**application.applicant, "address": applicant["address"]}
    tell_courier(session, tools, account, application, told)
    audit.record(
        session, now, account.subject, "choose-delivery", number=number, mode=mode, way=way, before=list(before[:2]),
        address=audit.trace(session, before[2], applicant["address"]),
    )
    session.flush()
    notices.give(
        session, now, number, f"delivery-choice-{application.version}",
        f"办件 {number} 的领取方式已改为：{DeliveryMode(mode).label}，{DeliveryWay(way).label}。",
    )
    scopes = {row.scope for row in deliveries.of_case(session, number).values() if row.state in AT_THE_WINDOW}
    for scope in sorted(scopes):
        outbox.put(
            session, now, f"delivery-changed:{number}:{scope}:{application.version}", "correlate",
            message=Message.DELIVERY_CHANGED, number=number, item=scope, variables={"delivery_way": way},
        )
