"""A reviewer's form may send more than it shows; what it says of another office's item counts for nothing (S09, I5)."""

from __future__ import annotations

import pytest

from onething.engine.errors import EngineUnauthorised
from onething.store import audit
from simulation.answers import YES
from simulation.town import Town

pytestmark = pytest.mark.engine
OWN, FOREIGN = "food-business-license", "urban-drainage-permit"


@pytest.mark.parametrize("key", ["acceptance-review", "approval-decision"])
def test_s09_nobody_decides_an_item_of_another_office(town: Town, key: str) -> None:
    number = town.submit("open-restaurant", [OWN, FOREIGN])
    town.work(number, until=key)
    town.task(number, key, FOREIGN)
    before = town.states(number)
    town.do(town.task(number, key, OWN), {**YES[key], "item": FOREIGN})
    [incident] = town.wait(lambda: town.admin.incidents(number))
    assert "不是由负责事项" in incident.message
    assert town.states(number) == before
    with town.tools.store.reading() as session:
        decided = "accept" if key == "acceptance-review" else "approve"
        assert not [row for row in audit.trail(session, number) if row.item == FOREIGN and row.action == decided]
    stranger = town.person("reviewer-market-regulation-410105")
    with pytest.raises(EngineUnauthorised):
        stranger.complete_task(town.task(number, key, FOREIGN).id, YES[key])
    town.withdraw(number)
    town.wait(lambda: not town.admin.incidents(number))
