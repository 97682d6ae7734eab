"""Who has a case in hand now: where, doing what, since when, until when. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from api.case_view import CaseView, ItemView
from api.clock_view import ClockView
from api.glance import Glance, ItemGlance
from onething.vocabulary import CaseState, Clock, DeliveryMode, DeliveryWay, ItemState


@dataclass(frozen=True)
class Holding:
    """One line of 现在谁在办; `item` names the card further down that has the ledger of days."""

    who: str
    doing: str
    since: datetime | None
    clock: ClockView | None
    item: str = ""


def holdings(case: CaseView | Glance) -> list[Holding]:
    """Nobody once the case has ended."""
    window, counter = f"{case.district}综合受理窗口", f"{case.district}发证窗口"
    match case.state:
        case CaseState.SUBMITTED:
            return [_of_case(case, Clock.INTAKE, window, "审查材料是否齐全、是否符合法定形式")]
        case CaseState.CORRECTION:
            return [_of_case(case, Clock.CORRECTION, "您", "补正窗口指出的材料")]
        case CaseState.IN_PROGRESS:
            return [*_handled(case), *_joint(case)] or [_of_case(case, Clock.DELIVERY, counter, "准备送达结果")]
        case CaseState.DELIVERING:
            line = _of_case(case, Clock.DELIVERY, counter, _delivering(case))
            waits = case.application.delivery_way == DeliveryWay.COUNTER  # for the applicant, whom no limit presses
            return [replace(line, clock=None) if waits else line]
        case CaseState.UNDELIVERED:
            return [_of_case(case, Clock.DELIVERY, counter, "保管结果，等待再次送达")]
    return []


def then(case: CaseView | Glance) -> str:
    """What follows, and who does it."""
    way, apart = DeliveryWay(case.application.delivery_way).label, case.mode == DeliveryMode.SEPARATE
    departments = "、".join(dict.fromkeys(item.department for item in case.items))
    end = f"{'每个事项有结果的当天' if apart else '全部事项有结果的当天'}，由发证窗口按您选的“{way}”送达。"
    return {
        CaseState.SUBMITTED: f"材料齐全的，窗口收件并转给{departments}办理；需要补正的，一次告诉您全部内容。",
        CaseState.CORRECTION: "您补正后，由综合受理窗口再审查一次。到期没有补正的，本次申请终止，可以重新申请。",
        CaseState.IN_PROGRESS: end,
        CaseState.DELIVERING: "送达后办件归档，您可以评价这次办理。",
        CaseState.UNDELIVERED: "发证窗口再次送达；结果不会丢失。",
    }.get(case.state, "")


def _of_case(case: CaseView | Glance, name: Clock, who: str, doing: str) -> Holding:
    clock = next((c for c in case.clocks if c.clock == name and not c.row.ended_at), None)
    started = clock.row.started_at if clock else case.application.submitted_at if name == Clock.INTAKE else None
    return Holding(who, doing, started, clock)


def _delivering(case: CaseView | Glance) -> str:
    return {
        DeliveryWay.ELECTRONIC: "把结果送到您的“个人中心”", DeliveryWay.COUNTER: "备好结果，等您来领取",
        DeliveryWay.COURIER: "把结果寄给您",
    }[DeliveryWay(case.application.delivery_way)]


def _handled(case: CaseView | Glance) -> Iterator[Holding]:
    for item in case.items:
        doing, since = _stage(case, item)
        if doing:
            yield Holding(item.department, doing.format(item=item.name), since, item.clock, item.row.item)


def _stage(case: CaseView | Glance, item: ItemView | ItemGlance) -> tuple[str, datetime | None]:
    stages = {
        ItemState.RECEIVED: ("决定是否受理“{item}”", case.application.received_at),
        ItemState.ACCEPTED: ("审批“{item}”", item.row.accepted_at),
        ItemState.PRE_REVIEWED: ("已预审，等前一个事项的结果后决定“{item}”", None),
    }
    return stages.get(item.state, ("", None))


def _joint(case: CaseView | Glance) -> Iterator[Holding]:
    """An appointment of several departments belongs to the lead department, by its name where it handles an item itself."""
    own = (item.department for item in case.items
           if (row := case.bundle.row(item.row.item)) and row.department == case.bundle.lead)
    lead = next(own, "牵头部门")
    for act in case.joint_acts:
        if act.open and act.appointed_for:
            yield Holding(lead, f"组织各部门{act.label}", None, None)
