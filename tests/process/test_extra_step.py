"""附加环节: what an analyst drew into the box of one item in Modeler is done, recorded, shown and kept (R91, R109, S11)."""

from __future__ import annotations

import io
import json
import shutil
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from api.case_view import view
from onething.engine.contract import EXTRA_RECORD, EXTRA_STEP
from onething.engine.deploy import deploy
from onething.engine.filters import SHARED, body_of
from onething.engine.worker import Task
from onething.store import SpecialStep, applications, audit, documents, procedures
from onething.vocabulary import Clock, ItemState, PaperKind
from simulation.answers import YES
from simulation.town import Town
from tests.browser.looking import chromium
from tests.browser.reviewer import Reviewer
from tests.modelling.adding import BOOKSTORE, ITEM, VISIT, bookstore_with_a_visit
from tests.process.test_discretion import engine_holds, facts
from workers import clocks, timers
from workers.table import HANDLERS

pytestmark = [pytest.mark.engine, pytest.mark.browser]
HOME = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module", autouse=True)
def drawn(town: Town, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """The model as the canvas saved it, with all that it calls, deployed for these tests alone."""
    home = tmp_path_factory.mktemp("drawn")
    for folder in ("bpmn/shared", "forms"):
        shutil.copytree(HOME / folder, home / folder)
    model = home / "bpmn" / "bundles" / f"{BOOKSTORE}.bpmn"
    model.parent.mkdir()
    model.write_bytes(bookstore_with_a_visit())
    report = deploy(home, town.admin)
    yield
    town.admin.transport.call("DELETE", f"/deployment/{report.id}", params={"cascade": "true"})


def visited(town: Town, items: tuple[str, ...] = (ITEM,)) -> str:
    """A case whose item waits for its visit."""
    number = town.submit(BOOKSTORE, items)
    town.work(number, until=EXTRA_RECORD)
    return number


def step(town: Town, number: str) -> SpecialStep:
    with town.tools.store.reading() as session:
        [row] = procedures.steps(session, number, ITEM)
    return row


def shown(town: Town, number: str) -> Any:
    """What the page of the case says of the step."""
    with town.tools.store.reading() as session:
        [one] = next(item for item in view(session, town.tools, town.case(number)).items if item.row.item == ITEM).procedures
    return one


def promised(town: Town, number: str) -> tuple[object, object]:
    with town.tools.store.reading() as session:
        [row] = [row for row in applications.clocks(session, number) if (row.item, row.clock) == (ITEM, Clock.PROMISED)]
    return row.due_at, row.paused_at


def test_r91_an_added_step_is_done_by_the_office_recorded_shown_and_archived(town: Town) -> None:
    number = visited(town)
    task, due = town.task(number, EXTRA_RECORD, ITEM), promised(town, number)
    said = town.admin.transport.call("GET", f"/task/{task.id}")["description"]
    assert said == f"办件编号 {number}，{town.tools.catalogue.items[ITEM].name}：{VISIT}"
    assert (task.form, town.admin.form_variables(task.id)["extra_name"]) == (EXTRA_RECORD, VISIT)
    query = body_of("附加环节", SHARED["附加环节"])["query"]
    assert query["taskDefinitionKeyIn"] == [task.key]
    assert (shown(town, number).label, shown(town, number).ended_at) == (VISIT, None), "the page says that it goes on"
    name, _, phone = facts(town, number)
    record = f"{name}在场，电话 {phone}；书架和消防通道与平面图一致"
    town.do(task, {"extra_outcome": "rectify", "extra_record": record})
    town.work(number, until="approval-decision")
    assert shown(town, number).outcome == f"整改后符合。{record}", "whoever decides can read it"
    assert promised(town, number) == due == (due[0], None), "the limits run on"
    row = step(town, number)
    assert (row.kind, row.reason, row.stops_clock) == (procedures.EXTRA, VISIT, False)
    assert row.ended_by == town.case(number).items[0].reviewer_group
    held = engine_holds(town, number)
    assert "申请人在场" in held
    assert [fact for fact in (name, phone) if fact in held] == []
    town.work(number)
    path = town.path(number)
    assert path.index("record-acceptance") < path.index(EXTRA_RECORD) < path.index("approval-decision")
    assert town.states(number) == {ITEM: ItemState.APPROVED}
    with town.tools.store.reading() as session:
        archive = documents.paper(session, number, str(PaperKind.ARCHIVE))
        package = zipfile.ZipFile(io.BytesIO(documents.content(session, archive)))
        trail = [(one.actor, one.detail) for one in audit.trail(session, number) if one.action == "record-extra-step"]
    [kept] = json.loads(package.read(f"items/{ITEM}/special-step.json"))
    assert (kept["reason"], kept["outcome"]) == (VISIT, f"整改后符合。{record}")
    assert f"case/models/{EXTRA_STEP}-v" in " ".join(package.namelist())
    assert trail == [(row.ended_by, {"step": VISIT, "outcome": "rectify"})]


def test_r91_the_office_finds_it_in_tasklist_and_does_it_on_its_form(town: Town) -> None:
    number = visited(town)
    with chromium() as browser, Reviewer(browser, town, town.case(number).items[0].reviewer_group) as reviewer:
        reviewer.looks_at("附加环节")
        expect(reviewer.tasks(number)).to_contain_text(f"{town.tools.catalogue.items[ITEM].name}：{VISIT}")
        reviewer.claims("附加环节", number)
        expect(reviewer.form.get_by_role("heading")).to_have_text(f"附加环节：{VISIT}")
        reviewer.presses_complete()
        expect(reviewer.form).to_contain_text("此项必填。")
        reviewer.chooses("符合要求")
        reviewer.writes("记录", "书架已固定")
        reviewer.completes()
    town.wait(lambda: step(town, number).ended_at)
    assert step(town, number).outcome == "符合要求。书架已固定"
    town.withdraw(number)


@pytest.mark.parametrize(("wrong", "told"), [
    ({"extra_outcome": "perhaps"}, "请选择“现场勘验”的结论"), ({"extra_record": "  "}, "请写明“现场勘验”的记录"),
])
def test_r91_what_is_missing_comes_back_to_its_person(town: Town, wrong: dict[str, str], told: str) -> None:
    number = visited(town)
    first = town.task(number, EXTRA_RECORD, ITEM)
    town.do(first, {**YES[EXTRA_RECORD], **wrong})
    again = town.wait(lambda: next((task for task, _ in town.open_tasks(number) if task.id != first.id), None))
    assert told in town.admin.form_variables(again.id)["input_problem"]
    assert (step(town, number).ended_at, step(town, number).outcome) == (None, "")
    town.withdraw(number)


def test_it_is_due_when_the_ledger_says(town: Town) -> None:
    number = visited(town)
    with town.tools.store.transaction() as session:
        due = clocks.recount(session, town.tools, number, ITEM, more_days=5)
    assert town.task(number, EXTRA_RECORD, ITEM).due < due
    timers.align(town.tools, town.engine, number)
    assert abs(town.task(number, EXTRA_RECORD, ITEM).due - due) < timedelta(milliseconds=1)
    town.withdraw(number)


def test_r87_a_withdrawn_item_ends_its_added_step(town: Town) -> None:
    number = visited(town, (ITEM, "public-place-hygiene-permit"))
    town.withdraw(number, ITEM)
    town.wait(lambda: not [task for task, item in town.open_tasks(number) if item == ITEM])
    assert (step(town, number).ended_by, step(town, number).outcome) == ("系统", "事项已终止或办结")
    town.work(number)
    assert town.states(number)["public-place-hygiene-permit"] == ItemState.APPROVED


def test_s09_nobody_records_a_step_for_another_office(town: Town) -> None:
    foreign = "public-place-hygiene-permit"
    number = visited(town, (ITEM, foreign))
    town.do(town.task(number, EXTRA_RECORD, ITEM), {**YES[EXTRA_RECORD], "item": foreign, "extra_name": "别的"})
    [incident] = town.wait(lambda: town.admin.incidents(number))
    assert "不是由负责事项" in incident.message
    assert step(town, number).ended_at is None
    town.withdraw(number)
    town.wait(lambda: not town.admin.incidents(number))


def test_i3_its_steps_run_twice_change_nothing(town: Town) -> None:
    number = visited(town)
    town.work(number)
    called = {town.engine.called_as(one.id): one for one in town.admin.instances(number)}
    assert called.keys() == {"", "收件", "受理", VISIT, "审批", "送达"}, "each has the name of its own call"
    assert called[VISIT].process == EXTRA_STEP
    before = step(town, number).facts()
    for does in ("open", "record"):
        variables = {"step": does, "item": ITEM, "extra_outcome": "fail", "extra_record": "改"}
        task = Task("again", EXTRA_STEP, number, called[VISIT].id, "again", variables, None, "somebody")
        assert HANDLERS[EXTRA_STEP](task, town.desk) == HANDLERS[EXTRA_STEP](task, town.desk)
    assert step(town, number).facts() == before
    with town.tools.store.reading() as session:
        assert [row.action for row in audit.trail(session, number)].count("record-extra-step") == 1
