"""An analyst adds 现场勘验 to one item of 开书店 in the modeler and puts it live (docs/analysts.md): those that run end as they
began, a new case walks the step, and one that runs is put on the new version."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

from onething.modelling.lint import lint_model
from onething.modelling.names import parse
from onething.store import procedures
from onething.vocabulary import CaseState
from simulation.town import Town
from tests.modelling.adding import BOOKSTORE, ITEM, VISIT, bookstore_with_a_visit
from tests.process.workshop import HOME, Workshop, workshop_of

pytestmark = [pytest.mark.engine, pytest.mark.browser]
STEP = "extra-record"


@pytest.fixture
def workshop(town: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workshop]:
    with workshop_of(town, tmp_path, BOOKSTORE, ITEM, monkeypatch) as shop:
        yield shop


def commands() -> list[list[str]]:
    """What docs/analysts.md says to type."""
    story = (HOME / "docs/analysts.md").read_text(encoding="utf-8").split("## 让在办的件改走新图\n")[1]
    block = re.findall(r"```sh\n(.*?)```", story, re.S)[0]
    return [shlex.split(line.removeprefix(".venv/bin/onething model migrate ")) for line in block.splitlines()]


def test_p17_a_step_drawn_in_the_modeler_is_walked_by_new_cases_and_by_one_that_is_moved(workshop: Workshop) -> None:
    town, drawn = workshop.town, bookstore_with_a_visit()
    assert lint_model(parse(drawn, workshop.file), workshop.file, town.tools.catalogue, HOME) == []
    stays, moves = (workshop.case("acceptance-review") for _ in range(2))
    old = workshop.version(stays)
    new = workshop.deploy(lambda _: drawn.decode())
    fresh = workshop.case("acceptance-review")
    for command in commands():
        code, told = workshop.migrate(*(moves if word == "办件编号" else word for word in command))
        assert code == 0, told
        assert f"新增调用活动“{VISIT}”" in told
    for number in (stays, moves, fresh):
        town.work(number)
        assert town.case(number).state == CaseState.COMPLETED
    assert [workshop.version(number) for number in (stays, moves, fresh)] == [old, new, new]
    assert [STEP in town.path(number) for number in (stays, moves, fresh)] == [False, True, True]
    with town.tools.store.reading() as session:
        kept = [procedures.extra_step(session, number, ITEM, VISIT) for number in (stays, moves, fresh)]
    assert [row is not None and row.ended_at is not None for row in kept] == [False, True, True]
