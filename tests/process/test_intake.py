"""收件 and 受理 when something is amiss, on the real engine; every deviation on two bundles (R41-R62, R68, R69)."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

import pytest

from api import promise, scans
from api.correction import correct
from api.uploads import Upload
from onething.deadlines import CHINA
from onething.engine import contract
from onething.engine.contract import Topic
from onething.engine.roster import member_of
from onething.errors import Conflict, InvalidInput
from onething.papers.payload import chinese_date
from onething.papers.signing import verify
from onething.store import Promise, accounts, applications, audit, documents, intake, notices, outbox, supervision
from onething.vocabulary import Channel, CheckOutcome, Clock, ItemState, PaperKind
from simulation.answers import YES
from simulation.town import Town
from tests.process.test_run_twice import text_of, twice
from workers import supervise

pytestmark = pytest.mark.engine
Faults = Mapping[str, tuple[bool, bool, str]]
RESTAURANT = ("open-restaurant", ["food-business-license", "urban-drainage-permit"])
HOTEL = ("open-hotel", ["public-place-hygiene-permit", "hotel-special-trade-permit"])
two_bundles = pytest.mark.parametrize(("bundle", "items"), [RESTAURANT, HOTEL], ids=["open-restaurant", "open-hotel"])


def arrive(town: Town, number: str, key: str) -> tuple[Any, str]:
    """Wait for the user task `key` of the case."""
    return town.wait(lambda: next((found for found in town.open_tasks(number) if found[0].key == key), None))


def look(town: Town, number: str, faults: Faults, decision: str, reason: str = "") -> None:
    """The clerk ticks every material but those in `faults` and decides."""
    task, _item = arrive(town, number, "intake-review")
    shown = town.admin.form_variables(task.id)
    answers: dict[str, Any] = {"intake_decision": decision, "intake_reason": reason}
    for row, entry in enumerate(str(shown["material_keys"]).split(), start=1):
        names = contract.judgement_variables(row)
        answers |= dict(zip(names, faults.get(entry.partition(":")[0], (True, True, "")), strict=True))
    town.do(task, answers)
    town.wait(lambda: all(task.id != other.id for other, _ in town.open_tasks(number)))


def uploads(town: Town, number: str) -> list[str]:
    with town.tools.store.reading() as session:
        return [row.key for row in applications.materials(session, number) if row.source == "applicant"]


def papers(town: Town, number: str, kind: PaperKind) -> list[Any]:
    with town.tools.store.reading() as session:
        return [row for row in documents.papers(session, number) if row.paper_kind == kind]


def checks(town: Town, number: str) -> list[Any]:
    with town.tools.store.reading() as session:
        return intake.checks(session, number)


def problem(town: Town, number: str, key: str) -> str:
    """What the form of the open task says is to be put right."""
    task, _ = arrive(town, number, key)
    return str(town.wait(lambda: town.admin.form_variables(task.id).get("input_problem")))


@two_bundles
def test_r42_r43_r54_each_material_is_judged_twice_and_one_notice_names_every_defect(
    town: Town, bundle: str, items: list[str]
) -> None:
    number = town.submit(bundle, items)
    first, second = uploads(town, number)[:2]
    look(town, number, {first: (False, True, "缺第 2 页"), second: (True, False, "没有签字")}, "correction")
    town.wait(lambda: town.case(number).state == "correction")
    with town.tools.store.reading() as session:
        [check] = intake.checks(session, number)
        found = {one.key: one for one in intake.judgements(session, number)}
        clocks = {clock.clock: clock for clock in applications.clocks(session, number)}
        lines = next(n.text for n in notices.of_case(session, number) if "correction" in n.key)
    assert (check.clerk, check.outcome) == ("window-410105", "correction")
    assert (found[first].complete, found[first].legal) == (False, True)
    assert (found[second].complete, found[second].legal) == (True, False)
    assert all(not one.faults for key, one in found.items() if key not in (first, second))
    assert clocks[Clock.INTAKE].ended_at
    assert len(papers(town, number, PaperKind.CORRECTION_NOTICE)) == 1
    assert papers(town, number, PaperKind.RECEIPT) == []
    assert "缺第 2 页" in lines
    assert "没有签字" in lines


@two_bundles
def test_r58_a_correction_round_keeps_number_versions_and_what_was_in_order(
    town: Town, bundle: str, items: list[str]
) -> None:
    number = town.submit(bundle, items)
    first = uploads(town, number)[0]
    look(town, number, {first: (False, True, "缺第 2 页")}, "correction")
    town.wait(lambda: town.case(number).state == "correction")
    with town.tools.store.reading() as session:
        before = {clock.clock: clock.started_at for clock in applications.clocks(session, number)}[Clock.INTAKE]
    town.correct(number, [first])
    task, _ = arrive(town, number, "intake-review")
    shown = town.admin.form_variables(task.id)
    for row, entry in enumerate(str(shown["material_keys"]).split(), start=1):
        complete, legal, defect = contract.judgement_variables(row)
        fresh = entry == f"{first}:2"
        assert (shown[complete], shown[legal], shown[defect]) == (not fresh, not fresh, "")
    with town.tools.store.reading() as session:
        again = {clock.clock: clock for clock in applications.clocks(session, number)}[Clock.INTAKE]
    assert again.started_at > before
    assert again.ended_at is None
    town.work(number)
    assert town.case(number).state == "completed"
    with town.tools.store.reading() as session:
        assert [check.outcome for check in intake.checks(session, number)] == ["correction", "accepted"]


@two_bundles
def test_r59_a_defect_seen_too_late_needs_the_supervisors_reason_and_is_counted(
    town: Town, bundle: str, items: list[str]
) -> None:
    number = town.submit(bundle, items)
    first, second = uploads(town, number)[:2]
    look(town, number, {first: (False, True, "缺第 2 页")}, "correction")
    town.wait(lambda: town.case(number).state == "correction")
    town.correct(number, [first])
    with town.tools.store.reading() as session:
        counted = intake.repeated_notices(session)
    look(town, number, {second: (True, False, "没有签字")}, "correction")
    task, _ = arrive(town, number, "repeat-notice")
    assert town.case(number).state == "submitted", "nothing is told before the reason"
    assert len(papers(town, number, PaperKind.CORRECTION_NOTICE)) == 1
    town.do(task, {"repeat_decision": "allow", "repeat_reason": ""})
    assert "理由" in problem(town, number, "repeat-notice")
    task, _ = arrive(town, number, "repeat-notice")
    town.do(task, YES["repeat-notice"])
    town.wait(lambda: town.case(number).state == "correction")
    with town.tools.store.reading() as session:
        check = intake.checks(session, number)[-1]
        assert (check.late, check.late_reason_by) == ([second], "supervisor-410105")
        assert intake.repeated_notices(session) == counted + 1
    assert len(papers(town, number, PaperKind.CORRECTION_NOTICE)) == 2
    assert [CheckOutcome(row.outcome) for row in checks(town, number)] == ["correction", "correction"]


@two_bundles
def test_r59_a_supervisor_who_says_no_sends_the_case_back_to_the_clerk(
    town: Town, bundle: str, items: list[str]
) -> None:
    number = town.submit(bundle, items)
    first, second = uploads(town, number)[:2]
    look(town, number, {first: (False, True, "缺第 2 页")}, "correction")
    town.wait(lambda: town.case(number).state == "correction")
    town.correct(number, [first])
    look(town, number, {second: (True, False, "没有签字"), first: (True, False, "新的一份没有盖章")}, "correction")
    task, _ = arrive(town, number, "repeat-notice")
    town.do(task, {"repeat_decision": "deny", "repeat_reason": "首次就应看到"})
    assert "首次就应看到" in problem(town, number, "intake-review")
    look(town, number, {first: (True, False, "新的一份没有盖章")}, "correction")
    town.wait(lambda: town.case(number).state == "correction")
    with town.tools.store.reading() as session:
        assert [check.outcome for check in intake.checks(session, number)] == ["correction", "denied", "correction"]


@two_bundles
def test_r42_a_conclusion_the_judgements_do_not_bear_goes_back_to_the_clerk(
    town: Town, bundle: str, items: list[str]
) -> None:
    number = town.submit(bundle, items)
    first = uploads(town, number)[0]
    name = town.tools.catalogue.materials[first].name
    look(town, number, {first: (False, True, "缺第 2 页")}, "accepted")
    assert name in problem(town, number, "intake-review")
    look(town, number, {first: (False, True, "")}, "correction")
    assert "请写明" in problem(town, number, "intake-review")
    look(town, number, {}, "rejected")
    assert "理由" in problem(town, number, "intake-review")
    assert town.admin.incidents(number) == []
    with town.tools.store.reading() as session:
        assert intake.checks(session, number) == []
    town.work(number)
    assert town.case(number).state == "completed"


@two_bundles
def test_r54_what_is_not_taken_in_is_told_in_writing_once(town: Town, bundle: str, items: list[str]) -> None:
    """Licensing Law, article 32: reason, what was found, remedy, office, date and seal; the applicant has it at once."""
    number = town.submit(bundle, items)
    first = uploads(town, number)[0]
    look(town, number, {first: (False, True, "缺第 2 页")}, "rejected", "经营场所不在本区，应当向所在地的窗口申请。")
    town.wait(lambda: town.admin.process_state(number) == "COMPLETED")
    assert town.case(number).state == "not-taken"
    [row] = papers(town, number, PaperKind.NOT_TAKEN_NOTICE)
    assert papers(town, number, PaperKind.RECEIPT) == papers(town, number, PaperKind.CORRECTION_NOTICE) == []
    with town.tools.store.reading() as session:
        pdf = documents.content(session, row)
        assert any("不予收件告知书" in notice.text for notice in notices.of_case(session, number))
    assert verify(pdf, town.authority.trust).valid
    text = text_of(pdf)
    names = [town.tools.catalogue.items[item].name for item in items]
    parts = ("金水区综合受理窗口", number, "经营场所不在本区", "缺第2页", "重新申请", "行政复议", "行政许可法》第三十二条")
    for said in (*parts, *names):
        assert said in text
    assert (row.account_id, row.item) == (town.case(number).account_id, ""), "the applicant may download it"


@two_bundles
def test_r44_what_is_fixed_at_the_counter_stays_in_the_same_review(town: Town, bundle: str, items: list[str]) -> None:
    number = town.submit(bundle, items, channel=Channel.WINDOW)
    first = uploads(town, number)[0]
    with town.tools.store.reading() as session:
        due = {clock.clock: clock.due_at for clock in applications.clocks(session, number)}[Clock.INTAKE]
    look(town, number, {first: (False, True, "缺第 2 页")}, "on-the-spot")
    task, _ = arrive(town, number, "intake-review")
    assert f"{first}:2" in str(town.admin.form_variables(task.id)["material_keys"]).split()
    assert papers(town, number, PaperKind.CORRECTION_NOTICE) == []
    with town.tools.store.reading() as session:
        clock = {clock.clock: clock for clock in applications.clocks(session, number)}[Clock.INTAKE]
        assert (clock.due_at, clock.ended_at) == (due, None), "the same two hours"
    look(town, number, {}, "accepted")
    task, _ = arrive(town, number, "digitising")
    town.do(task, YES["digitising"])
    assert "还没有电子件" in problem(town, number, "digitising")
    with town.tools.store.transaction() as session:
        clerk = accounts.ensure(session, "window-410105", "window", "窗口", organisation="window-410105")
        scan = Upload("扫描.pdf", "application/pdf", io.BytesIO(b"%PDF-1.7\n"))
        scans.attach(session, town.tools, clerk, applications.lock(session, number), first, scan)
    town.work(number)
    assert town.case(number).state == "completed"


@two_bundles
def test_r44_an_online_case_is_not_fixed_at_the_counter(town: Town, bundle: str, items: list[str]) -> None:
    number = town.submit(bundle, items)
    look(town, number, {uploads(town, number)[0]: (False, True, "缺第 2 页")}, "on-the-spot")
    assert "不能当场补正" in problem(town, number, "intake-review")


@two_bundles
def test_r40_r53_government_held_material_is_fetched_and_examined_too(town: Town, bundle: str, items: list[str]) -> None:
    number = town.submit(bundle, items)
    task, _ = arrive(town, number, "intake-review")
    shown = town.admin.form_variables(task.id)
    with town.tools.store.reading() as session:
        held = [row.key for row in applications.materials(session, number) if row.source == "government"]
        fetched = intake.shared(session, number)
    assert held
    assert all(fetched[key].receipt for key in held)
    listed = [entry.partition(":")[0] for entry in str(shown["material_keys"]).split()]
    rows = [shown[contract.material_variable(listed.index(key) + 1)] for key in held]
    assert all("共享获取" in str(row) for row in rows)
    look(town, number, {held[0]: (False, True, "共享到的证照已注销")}, "correction")
    town.wait(lambda: town.case(number).state == "correction")
    town.correct(number, [held[0]])
    with town.tools.store.reading() as session:
        newest = {row.key: row for row in applications.materials(session, number)}[held[0]]
    assert (newest.version, newest.document_id is not None) == (2, True)


@two_bundles
def test_r49_r50_r51_r55_papers_become_files_then_go_to_all_chosen_departments_and_the_originals_to_the_lead(
    town: Town, bundle: str, items: list[str]
) -> None:
    number = town.submit(bundle, items, channel=Channel.WINDOW)
    look(town, number, {}, "accepted")
    task, _ = arrive(town, number, "digitising")
    with town.tools.store.reading() as session:
        assert intake.dispatches(session, number) == [], "nobody gets anything before the scans are there"
        clock = {clock.clock: clock for clock in applications.clocks(session, number)}[Clock.DIGITISING]
    timer = next(job for job in town.admin.timers(number) if job.activity == "digitising-late")
    assert abs(timer.due - clock.due_at) < timedelta(seconds=1)
    town.clock.offset = clock.due_at - town.clock.now() + timedelta(minutes=1)
    try:
        town.do(task, YES["digitising"])
        arrive(town, number, "paper-handover")
    finally:
        town.clock.offset = timedelta()
    with town.tools.store.reading() as session:
        clock = {clock.clock: clock for clock in applications.clocks(session, number)}[Clock.DIGITISING]
        assert clock.overdue_at, "the breach is on record"
        sent = {row.department for row in intake.dispatches(session, number)}
    assert sent == {row.department for row in town.case(number).items}
    town.work(number)
    with town.tools.store.reading() as session:
        row = intake.handover(session, number)
    assert row is not None
    assert [one["key"] for one in row.originals] == uploads(town, number)
    lead = contract.lead_group(town.tools.catalogue.bundle(bundle).lead, "410105")
    assert row.received_by == member_of(town.tools.catalogue, lead)
    assert len(papers(town, number, PaperKind.HANDOVER_LEDGER)) == 1
    assert town.case(number).state == "completed"


@two_bundles
def test_r51_a_count_that_does_not_tally_goes_back_to_the_window(town: Town, bundle: str, items: list[str]) -> None:
    number = town.submit(bundle, items, channel=Channel.WINDOW)
    town.work(number, until="paper-receipt")
    task, _ = arrive(town, number, "paper-receipt")
    town.do(task, {"originals_received": "different", "receipt_note": "少一份平面图"})
    assert "少一份平面图" in problem(town, number, "paper-handover")
    task, _ = arrive(town, number, "paper-handover")
    town.do(task, {"handover_receiver": "", "handover_note": ""})
    assert "接收人" in problem(town, number, "paper-handover")
    town.work(number)
    assert town.case(number).state == "completed"


@two_bundles
def test_r65_a_refusal_without_a_reason_goes_back_to_the_reviewer(town: Town, bundle: str, items: list[str]) -> None:
    number = town.submit(bundle, items[:1])
    town.work(number, until="acceptance-review")
    task, _item = arrive(town, number, "acceptance-review")
    town.do(task, {"acceptance_decision": "refuse", "acceptance_reason": " "})
    assert "理由" in problem(town, number, "acceptance-review")
    assert town.states(number) == {items[0]: ItemState.RECEIVED}
    assert town.admin.incidents(number) == []
    town.work(number)
    assert town.case(number).state == "completed"


@pytest.mark.parametrize(
    ("bundle", "front", "back"),
    [("new-home-deed-tax", "deed-tax-declaration", "deed-tax-certificate"),
     ("newborn", "birth-medical-certificate", "birth-registration")],
)
def test_r68_items_behind_one_not_accepted_end_by_rule_and_the_applicant_is_told_at_once(
    town: Town, bundle: str, front: str, back: str
) -> None:
    number = town.submit(bundle, [front, back])

    def decide(task: str, item: str) -> dict[str, str]:
        refuse = task == "acceptance-review" and item == front
        return {"acceptance_decision": "refuse", "acceptance_reason": "不属于本机关职权"} if refuse else {}

    town.work(number, decide)
    assert town.states(number) == {front: ItemState.NOT_ACCEPTED, back: ItemState.ENDED_BY_RULE}
    with town.tools.store.reading() as session:
        told = [row for row in notices.of_case(session, number) if row.item == back and "front-not-accepted" in row.key]
        refused = next(row for row in audit.trail(session, number) if row.action == "refuse-acceptance")
    assert [row.created_at for row in told] == [refused.at]


@two_bundles
def test_r50_unchosen_departments_get_nothing(town: Town, bundle: str, items: list[str]) -> None:
    number = town.submit(bundle, items[:1])
    town.work(number)
    with town.tools.store.reading() as session:
        sent = [row.department for row in intake.dispatches(session, number)]
        stuck = [entry.key for entry in outbox.waiting(session) if number in entry.key and "materials" in entry.key]
    assert sent == [town.case(number).items[0].department]
    assert stuck == []


UNCONNECTED = pytest.mark.parametrize(
    ("bundle", "item"), [("open-tobacco-liquor-shop", "tobacco-retail-license"),
                         ("open-bookstore", "publication-retail-permit-owned")],
)


@UNCONNECTED
def test_r56_r57_an_unconnected_department_is_served_by_a_tracked_pull_on_the_same_clock(
    town: Town, bundle: str, item: str
) -> None:
    number = town.submit(bundle, [item])
    look(town, number, {}, "accepted")
    task, _ = arrive(town, number, "pull-application")
    assert [t.key for t, _ in town.open_tasks(number)] == ["pull-application"]
    timers = {job.activity: job.due for job in town.admin.timers(number)}
    with town.tools.store.reading() as session:
        [sent] = intake.dispatches(session, number)
        due = {clock.clock: clock.due_at for clock in applications.clocks(session, number)}[Clock.ACCEPTANCE]
    assert (sent.way, sent.pulled_at) == ("pull", None)
    assert abs(timers[f"{item}-acceptance-late"] - due) < timedelta(seconds=1), "the 1-day clock runs all the same"
    town.do(task, {"pulled": False})
    assert "已获取" in problem(town, number, "pull-application")
    town.work(number)
    with town.tools.store.reading() as session:
        [sent] = intake.dispatches(session, number)
    lead = contract.lead_group(town.tools.catalogue.bundle(bundle).lead, "410105")
    assert sent.pulled_by == member_of(town.tools.catalogue, lead)
    assert sent.pulled_at
    assert town.case(number).state == "completed"


@two_bundles
def test_r69_where_the_department_authorised_it_the_windows_decision_accepts(
    town: Town, bundle: str, items: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    merged, other = (town.tools.catalogue.bundle(bundle).row(item).department for item in items)
    district = town.tools.catalogue.districts["410105"].model_copy(update={"merge_intake_acceptance": (merged,)})
    monkeypatch.setitem(town.tools.catalogue.districts, "410105", district)
    number = town.submit(bundle, items)
    look(town, number, {}, "accepted")
    town.wait(lambda: town.states(number)[items[0]] == ItemState.ACCEPTED)
    row = applications.item_of(town.case(number), items[0])
    assert row.accepted_by == "window-410105"
    town.work(number)
    path = town.path(number)
    assert path.count("acceptance-review") == 1, "only the department that authorised nobody decides itself"
    assert path.count("tell-applicant") == 2
    assert town.case(number).state == "completed"
    assert merged != other


PROMISED = pytest.mark.parametrize(
    ("bundle", "item", "key"),
    [("open-restaurant", "food-business-license", "management-rules"),
     ("open-hotel", "public-place-hygiene-permit", "hygiene-test-report")],
)


def owed(town: Town, number: str) -> Promise:
    with town.tools.store.reading() as session:
        return intake.promises(session, number)[0]


@PROMISED
def test_r46_r47_a_tolerated_material_is_signed_for_before_intake_and_due_after_it(
    town: Town, bundle: str, item: str, key: str
) -> None:
    number = town.submit(bundle, [item], promises={key: "tolerance"})
    task, _ = arrive(town, number, "intake-review")
    assert town.tools.catalogue.materials[key].name in str(town.admin.form_variables(task.id)["promised"])
    assert len(papers(town, number, PaperKind.PROMISE_LETTER)) == 1
    with town.tools.store.transaction() as session:
        intake.promises(session, number)[0].signed_name = ""
    look(town, number, {}, "accepted")
    assert "没有签署承诺书" in problem(town, number, "intake-review")
    with town.tools.store.transaction() as session:
        intake.promises(session, number)[0].signed_name = "示例"
    look(town, number, {}, "accepted")
    arrive(town, number, "acceptance-review")
    with town.tools.store.reading() as session:
        clock = next(c for c in applications.clocks(session, number) if c.clock == Clock.SUPPLEMENT)
    assert owed(town, number).due_at == clock.due_at
    assert clock.item == item
    with town.tools.store.transaction() as session:
        case = applications.lock(session, number)
        account = accounts.get(session, case.account_id)
        file = documents.add(session, town.clock.now(), account.id, "补.pdf", "application/pdf", b"%PDF-1.7\n")
        promise.hand_in(session, town.tools, account, case, {key: file.id})
    with town.tools.store.reading() as session:
        clock = next(c for c in applications.clocks(session, number) if c.clock == Clock.SUPPLEMENT)
        assert clock.ended_at
        assert key in {row.key for row in applications.materials(session, number)}
    town.work(number)
    assert town.case(number).state == "completed"


@PROMISED
def test_r46_a_material_not_handed_in_is_told_to_its_department(town: Town, bundle: str, item: str, key: str) -> None:
    number = town.submit(bundle, [item], promises={key: "tolerance"})
    look(town, number, {}, "accepted")
    arrive(town, number, "acceptance-review")
    due = owed(town, number).due_at
    assert due
    town.clock.offset = due - town.clock.now() + timedelta(minutes=1)
    try:
        town.wait(lambda: owed(town, number).told_at)
    finally:
        town.clock.offset = timedelta()
    with town.tools.store.reading() as session:
        told = [row for row in audit.trail(session, number) if row.action == "supplement-late"]
        clock = next(c for c in applications.clocks(session, number) if c.clock == Clock.SUPPLEMENT)
    assert len(told) == 1
    assert clock.overdue_at
    assert town.states(number) == {item: ItemState.RECEIVED}, "nobody decided for the department"


@pytest.mark.parametrize(
    ("bundle", "item", "key"),
    [("open-restaurant", "food-business-license", "management-rules"),
     ("open-pharmacy", "pharmacy-license", "staff-list")],
)
def test_r46_a_promise_may_stand_in_for_a_material(town: Town, bundle: str, item: str, key: str) -> None:
    number = town.submit(bundle, [item], promises={key: "commitment"})
    town.work(number)
    assert town.case(number).state == "completed"
    with town.tools.store.reading() as session:
        assert [c for c in applications.clocks(session, number) if c.clock == Clock.SUPPLEMENT] == []
        assert key not in {row.key for row in applications.materials(session, number)}
    row = owed(town, number)
    assert (row.kind, row.due_at) == ("commitment", None)
    assert "撤销" in row.consequence


@pytest.mark.parametrize(
    ("bundle", "items", "key"),
    [("open-restaurant", ["food-business-license"], "premises-plan"),
     ("open-restaurant", ["food-business-license", "fire-safety-inspection"], "management-rules"),
     ("open-hotel", ["public-place-hygiene-permit"], "premises-plan")],
)
def test_r48_only_what_the_guide_allows_for_every_chosen_item_may_be_missing(
    town: Town, bundle: str, items: list[str], key: str
) -> None:
    with pytest.raises(InvalidInput, match="办事指南没有允许"):
        town.submit(bundle, items, promises={key: "tolerance"})


def passed(town: Town, number: str, clock: Clock) -> None:
    """The day after the end of the limit, seen by relay and engine."""
    with town.tools.store.reading() as session:
        due = next(row.due_at for row in applications.clocks(session, number) if row.clock == clock)
    town.clock.offset += due - town.clock.now() + timedelta(hours=1)


@pytest.fixture
def travelling(town: Town) -> Iterator[Town]:
    yield town
    town.clock.offset = timedelta()


@two_bundles
def test_r43_r58_a_case_nobody_completes_is_reminded_and_ends(travelling: Town, bundle: str, items: list[str]) -> None:
    town = travelling
    number = town.submit(bundle, items)
    look(town, number, {uploads(town, number)[0]: (False, True, "缺第 2 页")}, "correction")
    timer = town.wait(lambda: next((job for job in town.admin.timers(number) if job.activity == "correction-over"), None))
    with town.tools.store.reading() as session:
        [row] = [row for row in applications.clocks(session, number) if row.clock == Clock.CORRECTION]
    assert row.days == town.tools.catalogue.procedures.correction.days
    assert abs(timer.due - row.due_at) < timedelta(seconds=1)
    town.clock.offset += row.due_at - town.clock.now() - timedelta(days=3)
    town.wait(lambda: [text for text in told(town, number) if "尚未提交" in text])
    passed(town, number, Clock.CORRECTION)
    town.admin.execute_job(timer.id)
    town.wait(lambda: town.admin.process_state(number) == "COMPLETED")
    assert town.case(number).state == "expired"
    assert set(town.states(number).values()) == {ItemState.EXPIRED}
    assert "expired" in town.path(number)
    [paper] = papers(town, number, PaperKind.ENDING_NOTICE)
    [notice] = papers(town, number, PaperKind.CORRECTION_NOTICE)
    with town.tools.store.reading() as session:
        text = text_of(documents.content(session, paper))
    names = [town.tools.catalogue.items[item].name for item in items]
    days = [chinese_date(at.astimezone(CHINA)) for at in (row.started_at, row.due_at)]
    for said in ("逾期未补正", "金水区综合受理窗口", notice.paper_no, "随时重新申请", "行政复议", *names, *days):
        assert said in text
    twice(town, Topic.INTAKE, number, "expire")
    assert [text for text in told(town, number) if "可以随时重新申请" in text]
    with town.tools.store.reading() as session:
        assert all(row.ended_at and not row.overdue_at for row in applications.clocks(session, number)), "no office was late"
    with pytest.raises(Conflict):
        town.withdraw(number)


@two_bundles
def test_r58_what_is_handed_in_at_the_last_moment_counts(travelling: Town, bundle: str, items: list[str]) -> None:
    """The applicant commits, then the timer fires before the message arrives: the window looks, once."""
    town = travelling
    number = town.submit(bundle, items)
    first = uploads(town, number)[0]
    look(town, number, {first: (False, True, "缺第 2 页")}, "correction")
    timer = town.wait(lambda: next((job for job in town.admin.timers(number) if job.activity == "correction-over"), None))
    passed(town, number, Clock.CORRECTION)
    with town.tools.store.transaction() as session:
        case = applications.lock(session, number)  # relay and worker wait until the timer has fired
        town.admin.execute_job(timer.id)
        account = accounts.get(session, case.account_id)
        new = documents.add(session, town.clock.now(), account.id, "改.pdf", "application/pdf", b"%PDF-1.7\n").id
        correct(session, town.tools, account, case, {first: new})
    arrive(town, number, "intake-review")
    assert town.case(number).state == "submitted"
    with town.tools.store.reading() as session:
        assert all(entry.done_at for entry in outbox.keyed(session, f"correlate:{number}:corrected:"))
    town.work(number)
    assert town.case(number).state == "completed"
    assert town.path(number).count("intake-review") == 2


def told(town: Town, number: str) -> list[str]:
    with town.tools.store.reading() as session:
        return [row.text for row in notices.of_case(session, number)]


@two_bundles
def test_r58_r70_four_correction_rounds_over_weeks_make_nobody_late(travelling: Town, bundle: str, items: list[str]) -> None:
    """Others counted the days the applicant took: each round begins a clock of its own."""
    town = travelling
    number = town.submit(bundle, items)
    first = uploads(town, number)[0]
    for _ in range(4):
        look(town, number, {first: (False, True, "缺第 2 页")}, "correction")
        town.wait(lambda: town.case(number).state == "correction")
        town.clock.offset += timedelta(days=6)
        supervise.sweep(town.tools)
        town.correct(number, [first])
        arrive(town, number, "intake-review")
    supervise.sweep(town.tools)
    with town.tools.store.reading() as session:
        assert supervision.of_case(session, number) == []
        assert not any(row.overdue_at for row in applications.clocks(session, number))
        assert {row.key: row.version for row in applications.materials(session, number)}[first] == 5
    town.work(number)
    assert town.case(number).state == "completed"
    assert len(papers(town, number, PaperKind.CORRECTION_NOTICE)) == 4
