"""Running cases put on another version of their model: what stays, what moves, what is refused, and the way back (P17, F16)."""

from __future__ import annotations

import io
import json
import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from onething.bootstrap import build_tools
from onething.cli import deploying, models, moved, stack
from onething.cli import moving as moving_command
from onething.engine import moving
from onething.engine.deploy import digest, model_files
from onething.modelling.names import camunda, parse
from onething.settings import Settings
from onething.store import audit, documents
from onething.vocabulary import CaseState, PaperKind
from simulation.town import Town
from tests.modelling.hand import by_id, insert, put, with_timer
from tests.process.workshop import HOME, Edit, Workshop, workshop_of

pytestmark = pytest.mark.engine
PROCESS, ITEM = "open-barbershop", "public-place-hygiene-permit"
APPROVAL, AFTER = f"{ITEM}-approval", f"{ITEM}-approval-to-{ITEM}-approved"
FILE = f"bpmn/bundles/{PROCESS}.bpmn"


def records(town: Town) -> set[Path]:
    """All that commands left behind."""
    return set((town.var / moved.FOLDER).glob("*"))


def ways(town: Town, number: str) -> list[tuple[int, int, int]]:
    """What the trail says of a case's versions: before, after, how many processes of it."""
    with town.tools.store.reading() as session:
        return [(row.detail["before"], row.detail["after"], row.detail["instances"]) for row in audit.trail(session, number)
                if row.action == audit.MODEL_CHANGED]


@pytest.fixture
def workshop(town: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workshop]:
    for kept in records(town):
        kept.unlink()
    with workshop_of(town, tmp_path, PROCESS, ITEM, monkeypatch) as shop:
        yield shop


def a_step(name: str, title: str) -> Edit:
    """A user task behind the approval."""

    def edit(text: str) -> str:
        model = parse(text.encode(), FILE)
        box = by_id(model, f"box-{ITEM}").get("id", "")
        task = put(model, "userTask", name, (0, 0, 100, 80), box, name=title)
        task.set(camunda("formRef"), "special-step")
        task.set(camunda("formRefBinding"), "deployment")
        task.set(camunda("candidateGroups"), "${reviewer_group}")
        task.set(camunda("dueDate"), "${promised_due}")
        insert(model, AFTER, task)
        return etree.tostring(model, encoding="unicode")

    return edit


def called(old: str, new: str) -> Edit:
    """An element with another id."""
    return lambda text: text.replace(f'"{old}"', f'"{new}"')


def a_timer_on(variable: str) -> Edit:
    """A limit at the approval that only cases with this variable have."""

    return lambda text: with_timer(text, APPROVAL, variable)


def test_f16_untouched_cases_end_on_their_version_and_one_that_is_moved_walks_the_new_step(workshop: Workshop) -> None:
    town = workshop.town
    stays, moves = workshop.case(), workshop.case()
    old = workshop.version(stays)
    new = workshop.deploy(a_step("second-look", "复核"))
    later = workshop.case()
    due = {timer.activity: timer.due for timer in town.admin.timers(moves)}
    code, told = workshop.migrate(PROCESS, "--case", moves)
    assert (code, workshop.version(moves)) == (0, old), "a plan changes nothing"
    assert "可以改走 1 件" in told
    assert "复核" in told, "what differs is told before anything changes"
    code, told = workshop.migrate(PROCESS, "--case", moves, "--apply")
    assert code == 0, told
    assert [workshop.version(number) for number in (stays, moves, later)] == [old, new, new]
    assert {timer.activity: timer.due for timer in town.admin.timers(moves)} == due, "limits stay as they were"
    for number in (moves, later):
        town.work(number, until="second-look")
        town.admin.complete_task(town.task(number, "second-look", ITEM).id, {})
    for number in (stays, moves, later):
        town.work(number)
        assert town.case(number).state == CaseState.COMPLETED
    assert ["second-look" in town.path(number) for number in (stays, moves, later)] == [False, True, True]
    with town.tools.store.reading() as session:
        changed = [row.detail for row in audit.trail(session, moves) if row.action == audit.MODEL_CHANGED]
        package = documents.content(session, documents.paper(session, moves, str(PaperKind.ARCHIVE)))
    [record] = records(town)
    assert changed == [{"process": PROCESS, "before": old, "after": new, "instances": 1, "record": record.stem}]
    kept = {name for name in zipfile.ZipFile(io.BytesIO(package)).namelist() if PROCESS in name}
    assert kept == {f"case/models/{PROCESS}-v{number}.bpmn" for number in (old, new)}, "the archive has both"


def test_f16_a_case_where_the_new_version_has_nothing_stops_the_plan_until_it_is_named(workshop: Workshop) -> None:
    waiting, elsewhere = workshop.case(), workshop.case("intake-review")
    old = workshop.version(waiting)
    new = workshop.deploy(called(APPROVAL, "examination"))
    code, told = workshop.migrate(PROCESS, "--apply")
    assert code == 1
    assert f"--map {APPROVAL}=examination" in told, "the cure names what is called alike"
    assert waiting in told
    assert [workshop.version(number) for number in (waiting, elsewhere)] == [old, old], "nothing was changed"
    code, told = workshop.migrate(PROCESS, "--partly", "--apply")
    assert code == 0, told
    assert [workshop.version(number) for number in (waiting, elsewhere)] == [old, new]
    assert workshop.migrate(PROCESS, "--map", f"{APPROVAL}=examination", "--apply")[0] == 0
    assert workshop.version(waiting) == new
    for number in (waiting, elsewhere):
        workshop.town.work(number)
        assert workshop.town.case(number).state == CaseState.COMPLETED


def test_f16_what_the_engine_refuses_half_way_brings_everything_back(workshop: Workshop) -> None:
    cases = sorted((workshop.case() for _ in range(3)), key=lambda number: workshop.town.admin.root_instance(number).id)
    admin, old = workshop.town.admin, workshop.version(cases[0])
    workshop.deploy(a_timer_on("extra_due"))
    for number in cases[:2]:  # the third has no such date, which no plan can know
        admin.set_variables(admin.root_instance(number).id, {"extra_due": workshop.town.clock.now()})
    code, told = workshop.migrate(PROCESS, "--batch", "1", "--apply")
    assert code == 1
    assert "退回了原来的版本" in told
    assert [workshop.version(number) for number in cases] == [old] * 3
    assert ways(workshop.town, cases[0]) == [(old, old + 1, 1), (old + 1, old, 1)], "the trail says that it was there and back"
    assert [record.suffix for record in records(workshop.town)] == [".json"], "nothing is left to settle"
    for number in cases:
        workshop.town.work(number)


def test_f16_the_record_leads_back_but_not_from_where_the_older_version_has_nothing(workshop: Workshop) -> None:
    town = workshop.town
    early, late = workshop.case(), workshop.case()
    old = workshop.version(early)
    new = workshop.deploy(a_step("second-look", "复核"))
    answer = json.loads(workshop.migrate(PROCESS, "--case", early, "--case", late, "--apply", "--json")[1])
    town.work(late, until="second-look")
    code, told = workshop.migrate("--back", answer["record"], "--apply")
    assert code == 1
    assert "复核（second-look）" in told
    assert [workshop.version(number) for number in (early, late)] == [new, new]
    assert workshop.migrate("--back", answer["record"], "--partly", "--apply")[0] == 0
    assert [workshop.version(number) for number in (early, late)] == [old, new]
    town.work(early)
    town.admin.complete_task(town.task(late, "second-look", ITEM).id, {})
    town.work(late)
    assert ["second-look" in town.path(number) for number in (early, late)] == [False, True]


class Killed(BaseException):
    """What no command catches."""


@pytest.mark.parametrize("direction", ["there", "back"])
def test_a_command_that_dies_between_the_answer_and_the_trail_leaves_nothing_unrecorded(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch, direction: str
) -> None:
    town = workshop.town
    cases = sorted((workshop.case() for _ in range(3)), key=lambda number: town.admin.root_instance(number).id)
    old = workshop.version(cases[0])
    new = workshop.deploy(lambda text: f"{text}\n")
    arguments, calls = [PROCESS, *(f"--case={number}" for number in cases), "--batch", "1", "--apply"], []
    if direction == "back":
        told = json.loads(workshop.migrate(*arguments, "--json")[1])
        arguments, old, new = ["--back", told["record"], "--batch", "1", "--apply"], new, old

    def dies_at_the_second(*asked: Any) -> None:
        calls.append(asked)
        if len(calls) == 2:
            raise Killed
        moved.note(*asked)

    with monkeypatch.context() as patch:
        patch.setattr(moving_command, "note", dies_at_the_second)
        with pytest.raises(Killed):
            workshop.migrate(*arguments)
    assert sorted(workshop.version(number) for number in cases) == sorted([old, new, new])
    assert sum((old, new, 1) in ways(town, number) for number in cases) == 1, "one is not on record yet"
    [gone] = [number for number in cases if workshop.version(number) == new and (old, new, 1) not in ways(town, number)]
    town.work(gone)
    assert town.case(gone).state == CaseState.COMPLETED, "also of one that has ended meanwhile"
    code, told = workshop.migrate(PROCESS)
    assert code == 0, told
    assert "补记 1 件" in told
    assert [ways(town, number).count((old, new, 1)) for number in cases] == [int(workshop.version(one) == new) for one in cases]
    assert "补记" not in workshop.migrate(PROCESS)[1]
    assert {record.suffix for record in records(town)} == {".json"}
    done = {f"--case={number}" for number in cases if workshop.version(number) == new}
    code, told = workshop.migrate(*(one for one in arguments if one not in done))
    assert code == 0, told
    assert [ways(town, number).count((old, new, 1)) for number in cases] == [1, 1, 1]


def test_a_record_is_on_disk_before_the_engine_is_asked_and_is_no_other_commands_to_settle(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    town, number, seen = workshop.town, workshop.case(), []
    old, new = workshop.version(number), workshop.deploy(lambda text: f"{text}\n")
    asked = moving.move

    def looked(*given: Any, **more: Any) -> Any:
        [record] = records(town)
        seen.append((record.suffix, json.loads(record.read_text(encoding="utf-8"))["moves"][0]["cases"]))
        moved.settle(town.tools, town.admin, seen.append)
        return asked(*given, **more)

    monkeypatch.setattr(moving, "move", looked)
    assert workshop.migrate(PROCESS, "--case", number, "--apply")[0] == 0
    assert seen == [(".open", [number])]
    assert ways(town, number) == [(old, new, 1)]


def test_a_deployment_says_what_it_changes_and_can_be_tried_first(workshop: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = Settings(home=workshop.home, var=workshop.home / "var")
    monkeypatch.setattr(models, "get_settings", lambda: settings)
    monkeypatch.setattr(stack, "admin_client", lambda _: workshop.town.admin)
    monkeypatch.setattr(deploying, "lint_all", lambda *_: [])  # of this half of a city; that it is asked is proved with lint
    shutil.copytree(HOME / "catalogue", workshop.home / "catalogue")
    old = workshop.deploy(lambda text: f"{text}\n")
    assert workshop.command("deploy") == (0, "没有改动，未产生新版本\n")
    workshop.draw(a_step("second-look", "复核"))
    form, extra = workshop.home / "forms/special-step.form", workshop.home / "bpmn/shared/guidance.bpmn"
    form.write_text(form.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    extra.unlink()
    code, told = workshop.command("deploy", "--dry-run")
    assert code == 0
    assert f"{FILE}：" in told
    assert "新增用户任务“复核”（second-look）" in told
    assert "forms/special-step.form：1 处\n  · 内容有改动" in told
    assert "guidance.bpmn：1 处\n  · 这里没有了" in told
    picture = settings.var_dir / "changes" / f"{PROCESS}.svg"
    assert "复核" in picture.read_text(encoding="utf-8")
    assert moving.newest(workshop.town.admin, PROCESS).number == old
    told = json.loads(workshop.command("deploy", "--json")[1])
    assert told["deployed"] is True
    with build_tools(settings).store.reading() as session:
        hashes = [row.detail["sha256"] for row in audit.trail(session) if row.action == "deploy-models"]
    assert hashes == [digest((path.name, path.read_bytes()) for path in model_files(workshop.home))]
    assert moving.newest(workshop.town.admin, PROCESS).number == old + 1


@pytest.mark.parametrize(
    ("arguments", "cure"),
    [
        (["no-such-model"], "model deploy"),
        ([], "--back"),
        ([PROCESS, "--back", "x.json"], "两样写一样"),
        (["--back", "no-such-file.json"], "migrate 完成时给出的文件"),
        ([PROCESS, "--map", "wrong"], "旧元素编号=新元素编号"),
        ([PROCESS, "--from", "999"], "旧版本 999 上没有"),
        ([PROCESS, "--case", "41010520260101000001X"], "请核对编号和流程"),
    ],
)
def test_what_is_asked_wrongly_is_said_with_the_cure(workshop: Workshop, arguments: list[str], cure: str) -> None:
    code, told = workshop.migrate(*arguments)
    assert code == 1
    assert cure in told
