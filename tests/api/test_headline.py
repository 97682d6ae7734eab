"""The sentence above a case never says less, or more, than what happened."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from api.case_view import tone
from api.headline import headline
from onething.vocabulary import CaseState, DeliveryWay, ItemState


def a_case(state: CaseState, *items: ItemState, way: DeliveryWay = DeliveryWay.ELECTRONIC, reason: str = "缺第 2 页") -> Any:
    return SimpleNamespace(
        state=str(state), items=[SimpleNamespace(state=str(one)) for one in items], delivery_way=str(way), reason=reason,
    )


@pytest.mark.parametrize("state", list(CaseState))
def test_every_state_has_a_whole_sentence(state: CaseState) -> None:
    assert headline(a_case(state, ItemState.SUBMITTED)).endswith(("。", "缺第 2 页"))


def test_an_end_that_is_not_all_good_is_not_shown_as_one() -> None:
    good = a_case(CaseState.COMPLETED, ItemState.APPROVED, ItemState.APPROVED)
    mixed = a_case(CaseState.COMPLETED, ItemState.APPROVED, ItemState.REFUSED, ItemState.WITHDRAWN)
    gone = a_case(CaseState.COMPLETED, ItemState.APPROVED, ItemState.WITHDRAWN)
    assert (headline(good), tone(good)) == ("全部事项已办结，结果已送达。", "good")
    assert (headline(mixed), tone(mixed)) == ("办件已结束，其中有事项不予许可、已撤回。不服决定怎么办，写在决定书里。", "off")
    assert (headline(gone), tone(gone)) == ("办件已结束，其中有事项已撤回。", "off")


def test_a_revoked_licence_comes_first() -> None:
    case = a_case(CaseState.COMPLETED, ItemState.APPROVED)
    assert headline(case, revoked=["食品经营许可证"]).startswith("“食品经营许可证”已被撤销，不能再使用")
    assert tone(case, revoked=True) == "bad"


def test_who_collects_is_not_told_to_wait() -> None:
    told = {way: headline(a_case(CaseState.DELIVERING, ItemState.APPROVED, way=way)) for way in DeliveryWay}
    assert "等您到发证窗口领取" in told[DeliveryWay.COUNTER]
    assert "当天" not in told[DeliveryWay.COUNTER]
    assert "寄出" in told[DeliveryWay.COURIER]
    assert "个人中心" in told[DeliveryWay.ELECTRONIC]


def test_a_late_check_is_not_promised_in_time() -> None:
    case = a_case(CaseState.SUBMITTED, ItemState.SUBMITTED)
    assert "会在下面的时限内" in headline(case)
    assert "超过了时限" in headline(case, late=True)
    assert "会在下面的时限内" not in headline(case, late=True)


def test_what_waits_is_counted() -> None:
    case = a_case(CaseState.IN_PROGRESS, ItemState.ACCEPTED, ItemState.RECEIVED, ItemState.APPROVED)
    assert "还有 2 个事项没有作出决定" in headline(case)
