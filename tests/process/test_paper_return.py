"""After a withdrawal the window gives all originals back in one go (R89)."""

import pytest

from onething.custody import APPLICANT
from onething.store import applications, audit, custody, notices
from onething.vocabulary import CaseState, Channel, Clock
from simulation.town import Town

pytestmark = pytest.mark.engine


@pytest.mark.parametrize(
    ("bundle", "items"),
    [
        ("open-restaurant", ["food-business-license", "fire-safety-inspection"]),
        ("second-hand-home-transfer",
         ["stock-housing-online-contract", "real-estate-tax-declaration", "real-estate-registration"]),
    ],
)
def test_r89_originals_return_once_with_who_and_when(town: Town, bundle: str, items: list[str]) -> None:
    number = town.submit(bundle, items, channel=Channel.WINDOW)
    town.work(number, until="acceptance-review")
    town.withdraw(number)
    town.wait(lambda: "material-return" in town.path(number))
    [(task, _item)] = town.open_tasks(number)
    with town.tools.store.reading() as session:
        held = custody.held(session, number)
        [clock] = [c for c in applications.clocks(session, number) if c.clock == Clock.RETURN]
    assert held
    assert abs((task.due - clock.due_at).total_seconds()) < 1, "the form is due when the ledger says"
    town.do(task, {"return_receiver": "agent", "return_note": "TH-7"})
    town.wait(lambda: town.admin.process_state(number) == "COMPLETED")
    with town.tools.store.reading() as session:
        assert set(custody.holders(session, number).values()) == {APPLICANT}
        back = [row for row in custody.ledger(session, number) if row.holder == APPLICANT]
        assert [row.action for row in audit.trail(session, number)].count("return-papers") == 1
        assert any("统一退还" in row.text for row in notices.of_case(session, number))
        assert all(c.ended_at for c in applications.clocks(session, number))
    assert {(row.actor, row.receiver, row.note) for row in back} == {("window-410105", "代办人", "TH-7")}
    path = town.path(number)
    assert path.count("material-return") == 1
    assert path.index("record-return") < path.index("archive-withdrawn")
    assert town.case(number).state == CaseState.WITHDRAWN


def test_r89_without_originals_nothing_is_returned(town: Town) -> None:
    number = town.submit("open-restaurant", ["food-business-license"])
    town.work(number, until="acceptance-review")
    town.withdraw(number)
    town.wait(lambda: town.admin.process_state(number) == "COMPLETED")
    assert "material-return" not in town.path(number)
