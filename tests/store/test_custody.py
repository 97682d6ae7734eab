"""The ledger of originals (R41, R51, R89, R104, R105, R108)."""

from datetime import UTC, datetime, timedelta

import pytest

from onething.custody import APPLICANT, check_transfer
from onething.errors import Conflict, NotAllowed
from onething.store import custody
from tests.store.test_store import add_case, store  # noqa: F401

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
PLACES = {"window": "window-410105", "lead": "lead-market-410105"}


@pytest.mark.parametrize("holder", [PLACES["window"], PLACES["lead"]])
@pytest.mark.parametrize("asking", ["reviewer-fire-rescue-410105", "reviewer-market-410105", "lead-fire-rescue-410105"])
def test_r105_r108_no_co_department_gets_originals(holder: str, asking: str) -> None:
    with pytest.raises(NotAllowed, match="请联系牵头部门") as refused:
        check_transfer(holder, asking, **PLACES)
    assert refused.value.code == "originals-stay-with-lead"


def test_r104_the_lead_keeps_what_it_has_until_it_is_returned() -> None:
    assert check_transfer(PLACES["window"], PLACES["lead"], **PLACES) == PLACES["lead"]
    assert check_transfer(PLACES["lead"], APPLICANT, **PLACES) == APPLICANT
    with pytest.raises(Conflict, match="由牵头部门统一留存"):
        check_transfer(PLACES["lead"], PLACES["window"], **PLACES)
    with pytest.raises(Conflict, match="已经退还申请人"):
        check_transfer(APPLICANT, PLACES["lead"], **PLACES)


def test_r41_r89_r104_every_change_of_hands_is_kept_with_who_and_when(store) -> None:  # noqa: F811
    add_case(store)
    with store.transaction() as session:
        custody.take(session, "N1", ["plan", "lease"], PLACES["window"], "clerk", NOW)
        custody.take(session, "N1", ["plan", "lease"], PLACES["window"], "clerk", NOW + timedelta(hours=1))
        assert custody.holders(session, "N1") == dict.fromkeys(["lease", "plan"], PLACES["window"])
    for _ in range(2):
        with store.transaction() as session:
            custody.transfer(
                session, "N1", PLACES["lead"], **PLACES, actor="clerk", at=NOW + timedelta(hours=2), receiver="李四"
            )
    with pytest.raises(NotAllowed), store.transaction() as session:
        custody.transfer(session, "N1", "reviewer-fire-410105", **PLACES, actor="x", at=NOW)
    with store.transaction() as session:
        later = NOW + timedelta(days=1)
        assert sorted(custody.transfer(session, "N1", APPLICANT, **PLACES, actor="clerk", at=later)) == ["lease", "plan"]
        assert custody.held(session, "N1") == []
        kept = [(e.material, e.step, e.holder, e.actor) for e in custody.ledger(session, "N1") if e.material == "plan"]
    assert kept == [
        ("plan", 1, PLACES["window"], "clerk"), ("plan", 2, PLACES["lead"], "clerk"), ("plan", 3, APPLICANT, "clerk"),
    ]
