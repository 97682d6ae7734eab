"""F16: a model is edited while two hundred cases run on it: an element added, one renamed, one removed, a form changed. Bad plans
change nothing; a good one moves half of them, at work and while the engine is killed; the others end on their version."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from lxml import etree

from onething.cli.moved import settle
from onething.cli.moving import Proposal, Say, carry_out, propose
from onething.engine import moving, runtime
from onething.engine.deploy import deploy
from onething.engine.errors import EngineUnreachable
from onething.errors import Conflict
from onething.modelling.names import find_all, parse
from onething.store import audit
from tests.fault.city import HOME
from tests.fault.people import CERTIFIED, until
from tests.fault.scene import Scene
from tests.modelling.hand import by_id, insert, put, with_timer
from tests.process.workshop import half_a_city
from workers.table import HANDLERS

TITLE = "a model edited and its cases moved with two hundred running"
PROCESS, ITEM = CERTIFIED.bundle, CERTIFIED.items[0]
OLD, NEW, DECISION = f"{ITEM}-approval", "examination", "approval-decision"
FILE = f"bpmn/bundles/{PROCESS}.bpmn"


def play(here: Scene) -> None:
    count = here.size(200, 24)
    crowd = here.load(count, kinds=(CERTIFIED,))
    decided = _at_decision(here, crowd, count // 2)
    waiting = [number for number in crowd.numbers if number not in decided]
    home = here.city.folder / "workshop"
    old = moving.newest(here.admin, PROCESS)
    _deploy(here, home, _broken(_text()))
    refused = _refused(here, old, count)
    _deploy(here, home, _edited(_text()))
    blocked = _blocked(here, old, decided)
    fresh = here.load(here.size(40, 6), kinds=(CERTIFIED,), rate=4)
    chosen = [*decided[: count // 4], *waiting[: count // 4]]
    turns = _move(here, chosen)
    _deploy(here, home, _edited(_text()) + "\n")  # the same again is one more version of the same key
    fresh.join(120)
    here.reviewers.held = frozenset()
    here.reviewers.take([*waiting, *fresh.numbers])
    here.finish(count + len(fresh.numbers), end_seconds=600)
    _judge(here, chosen, [*decided, *waiting, *fresh.numbers], refused | blocked, turns)


def _at_decision(here: Scene, crowd: Any, count: int) -> list[str]:
    """Of the crowd the first so many, brought to where somebody has to decide."""
    here.review(crowd, 0)
    crowd.join(240)
    here.reviewers.held = frozenset({DECISION})
    chosen = crowd.numbers[:count]
    here.reviewers.take(chosen)
    until(lambda: len(here.admin.user_tasks(key=DECISION)) >= count, 300)
    return chosen


def _text() -> str:
    return (HOME / FILE).read_text(encoding="utf-8")


def _edited(text: str) -> str:
    """The approval has another id, a gateway is new, the statutory timer is gone."""
    model = parse(text.replace(f'"{OLD}"', f'"{NEW}"').encode(), FILE)
    added = put(model, "exclusiveGateway", "looked-at", (0, 0, 50, 50), f"box-{ITEM}", name="已看")
    insert(model, f"{OLD}-to-{ITEM}-approved", added)
    flow = next(one for one in find_all(model, ".//bpmn:sequenceFlow") if one.get("sourceRef") == f"{ITEM}-statutory")
    for name in (f"{ITEM}-statutory", flow.get("id", "")):
        for one in [*find_all(model, f".//*[@bpmnElement='{name}']"), by_id(model, name)]:
            one.getparent().remove(one)
    for one in [one for one in find_all(model, ".//bpmn:incoming") if one.text == flow.get("id")]:
        one.getparent().remove(one)
    return etree.tostring(model, encoding="unicode")


def _broken(text: str) -> str:
    """Lint would refuse it: a timer on a date that no case has."""
    return with_timer(text, "intake-call", "no_such_date")


def _deploy(here: Scene, home: Path, text: str) -> None:
    """This model, what it calls, and a changed form."""
    if not home.exists():
        half_a_city(home)
        form = home / "forms" / f"{DECISION}.form"
        form.write_text(form.read_text(encoding="utf-8").replace("法律依据", "作出决定的法律依据"), encoding="utf-8")
    (home / FILE).write_text(text, encoding="utf-8")
    deploy(home, here.admin)


def _on(here: Scene, one: moving.Edition) -> int:
    return here.count("/process-instance/count", processDefinitionId=one.id) or 0


def _carry_out(here: Scene, plans: Sequence[Proposal], say: Say) -> None:
    carry_out(here.city.tools(), here.admin, plans, size=here.size(10, 3), partly=False, say=say)


def _tried(here: Scene, plans: Sequence[Proposal]) -> str:
    """What came of carrying it out."""
    try:
        _carry_out(here, plans, lambda _: None)
    except Conflict as error:
        return error.code
    return "done"


def _refused(here: Scene, old: moving.Edition, count: int) -> dict[str, Any]:
    """A version that no case can go on with, and a plan whose two sides are different things: neither changes anything."""
    broken = _tried(here, propose(here.admin, PROCESS))
    wrong = propose(here.admin, PROCESS, named={OLD: f"{ITEM}-approved"})
    named = sorted({one.element for plan in wrong for one in plan.obstacles})
    return {"cases": count, "broken version": broken, "wrong pair named": named, "left after both": _on(here, old)}


def _blocked(here: Scene, old: moving.Edition, decided: Sequence[str]) -> dict[str, Any]:
    """Without being told, the plan names exactly those that stand at what is called otherwise now."""
    [plan] = propose(here.admin, PROCESS)
    told = {number for one in plan.obstacles for number in one.cases}
    exactly = "exactly those" if told == set(decided) else f"{len(told)} of {len(decided)}"
    return {"told": exactly, "left after the plan": _on(here, old)}


def _move(here: Scene, chosen: Sequence[str]) -> int:
    """The chosen ones; after the third batch the engine is killed, and what is left is moved by the same command again."""
    killed, batches, turns = False, 0, 0

    def say(_: str) -> None:
        nonlocal killed, batches
        batches += 1
        if batches == 3 and not killed:
            killed = True
            here.city.kill("engine")

    while True:
        turns += 1
        left = set(chosen) - _moved(here)
        if not left:
            return turns - 1
        plans = propose(here.admin, PROCESS, numbers=sorted(left), named={OLD: NEW})
        try:
            _carry_out(here, plans, say)
        except EngineUnreachable:
            here.city.start("engine")
            runtime.wait_ready(here.city.engine)
            settle(here.city.tools(), here.admin, lambda _: None)


def _moved(here: Scene) -> set[str]:
    return set(moving.in_use(here.admin, PROCESS).get(moving.newest(here.admin, PROCESS), {}).values())


def _judge(here: Scene, chosen: Sequence[str], everybody: Sequence[str], seen: dict[str, Any], turns: int) -> None:
    ways = {number: _way(here, number) for number in everybody}
    walked, count, untouched = Counter(ways.values()), seen["cases"], seen["cases"] - len(chosen)
    with here.store.reading() as session:
        recorded = sum(any(row.action == audit.MODEL_CHANGED for row in audit.trail(session, number)) for number in chosen)
    orphans = [one["topicName"] for one in here.admin.transport.pages("/external-task") if one["topicName"] not in HANDLERS]
    here.result.figures |= {
        "moved": len(chosen), "runs of the command": turns, "moved with a record": recorded,
        "ended on the older version": walked["old"], "on the newer": walked["new"],
    }
    want, stayed, named = here.result.want, seen["left after both"], seen["wrong pair named"]
    want("a version no case can go on with", f"stopped, {count} stay", f"{seen['broken version']}, {stayed} stay",
         seen["broken version"] == "migration-stopped" and stayed == count)
    want("a wrong pair is named before anything changes", OLD, ", ".join(named), OLD in named)
    want("the plan names the cases that cannot move", "exactly those", seen["told"], seen["told"] == "exactly those")
    want("a plan changes nothing", f"{count} stay", f"{seen['left after the plan']} stay", seen["left after the plan"] == count)
    moved = sum(ways[number] == "new" for number in chosen)
    want("chosen cases that end on the newer version", f"{len(chosen)}", f"{moved}", moved == len(chosen))
    want("untouched cases that end on the older", f"{untouched}", f"{walked['old']}", walked["old"] == untouched)
    want("runs of the command, the engine killed in the first", "2", f"{turns}", turns == 2)
    want("topics that nobody serves", "0", ", ".join(orphans) or "0", not orphans)


def _way(here: Scene, number: str) -> str:
    """By which approval the case went; "" where it has not ended."""
    if here.admin.process_state(number) != "COMPLETED":
        return ""
    ids = {activity.id for activity in here.admin.activities(number)}
    return "new" if NEW in ids else "old" if OLD in ids else ""
