"""What `onething model migrate` does: a plan to read before anything changes, the moving, and the way back."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from onething.bootstrap import Tools
from onething.cli.moved import Say, note, recorded
from onething.engine import moving
from onething.engine.client import EngineClient
from onething.engine.moving import Plan, Running
from onething.errors import InvalidInput, NotFound
from onething.modelling.compare import Difference, Version, compare
from onething.modelling.names import Tree, local, parse


@dataclass(frozen=True)
class Obstacle:
    """Why cases stay: the element, what is wrong, how to put it right, and the numbers of the cases."""

    element: str
    name: str
    reason: str
    cure: str
    cases: tuple[str, ...]


@dataclass(frozen=True)
class Proposal:
    """One older version: how its cases would move, which can, what stands in the way, what differs."""

    how: Plan
    ready: tuple[Running, ...]
    obstacles: tuple[Obstacle, ...]
    differences: tuple[Difference, ...]


def propose(
    client: EngineClient, process: str, *, source: int = 0, numbers: Sequence[str] = (), named: Mapping[str, str] | None = None
) -> list[Proposal]:
    """For every older version with running cases, or only `source`, onto the newest. Changes nothing.

    Raises `NotFound` for what does not exist, `InvalidInput` for a pair in `named` whose elements are not there.
    """
    new = moving.newest(client, process)
    used = {one: cases for one, cases in moving.in_use(client, process).items() if one != new}
    if source and source not in [one.number for one in used]:
        raise NotFound(f"流程“{process}”的旧版本 {source} 上没有在办的件；最新的是版本 {new.number}", code="unknown-version")
    wanted = {one: _only(cases, numbers) for one, cases in used.items() if source in (0, one.number)}
    found = [_proposal(client, one, new, cases, named or {}) for one, cases in wanted.items()]
    missing = set(numbers) - {case.number for one in found for case in one.ready} - {
        number for one in found for obstacle in one.obstacles for number in obstacle.cases}
    if missing:
        raise NotFound(f"没有在旧版本上办理的办件：{'、'.join(sorted(missing))}；请核对编号和流程", code="unknown-case")
    return [one for one in found if one.ready or one.obstacles]


def _only(cases: Mapping[str, str], numbers: Iterable[str]) -> dict[str, str]:
    """Of the instances those of the named cases; all where none is named."""
    wanted = set(numbers)
    return {instance: number for instance, number in cases.items() if not wanted or number in wanted}


def _proposal(
    client: EngineClient, old: moving.Edition, new: moving.Edition, instances: Mapping[str, str], named: Mapping[str, str]
) -> Proposal:
    before, after = _drawn(client, old), _drawn(client, new)
    was, becomes = Version(before), Version(after)
    _known(named, was, becomes, old, new)
    cases = list(moving.standing(client, instances))
    how = moving.plan(client, old, new, named)
    ready = () if how.faults else tuple(case for case in cases if not how.strays(case))
    obstacles = [*_refused(how, was, cases), *_stray(how, was, becomes, cases)]
    return Proposal(how, ready, tuple(obstacles), tuple(compare(before, after)))


def _drawn(client: EngineClient, one: moving.Edition) -> Tree:
    return parse(client.model_xml(one.id), f"{one.process} 版本 {one.number}")


def _known(named: Mapping[str, str], was: Version, becomes: Version, old: moving.Edition, new: moving.Edition) -> None:
    for first, second in named.items():
        for element, model, one in ((first, was, old), (second, becomes, new)):
            if element not in model.nodes:
                raise InvalidInput(f"版本 {one.number} 里没有元素“{element}”；请在 --map 里写模型中的元素编号", field="map",
                                   code="unknown-element")


def _refused(how: Plan, was: Version, cases: Iterable[Running]) -> list[Obstacle]:
    """What the engine says of the plan itself holds for all cases."""
    numbers = tuple(case.number for case in cases)
    return [
        Obstacle(element, was.name(element), f"引擎不接受改成“{how.pairs.get(element, '')}”：{'；'.join(faults)}",
                 "请改 --map，两边要是同一种元素、在同一层", numbers)
        for element, faults in sorted(how.faults.items())
    ]


def _stray(how: Plan, was: Version, becomes: Version, cases: Iterable[Running]) -> list[Obstacle]:
    """Elements where cases stand and nothing of the new version answers to them."""
    held: dict[str, list[str]] = {}
    for case in cases:
        for element in how.strays(case):
            held.setdefault(element, []).append(case.number)
    return [
        Obstacle(element, was.name(element), "新版本里没有和它对应的元素", _cure(element, how, was, becomes), tuple(numbers))
        for element, numbers in sorted(held.items())
    ]


def _cure(element: str, how: Plan, was: Version, becomes: Version) -> str:
    kind = local(was.nodes[element]) if element in was.nodes else ""
    taken = set(how.pairs.values())
    alike = [new for new, node in becomes.nodes.items()
             if local(node) == kind and becomes.name(new) == was.name(element) and new not in taken]
    named = f"--map {element}={alike[0]}" if len(alike) == 1 else f"--map {element}=新元素编号"
    return f"请用 {named} 指明改成哪个元素，或者加 --partly 让这些办件在旧版本上办完"


def carry_out(
    tools: Tools, client: EngineClient, proposals: Sequence[Proposal], *, size: int, partly: bool, say: Say
) -> tuple[Path, int]:
    """Moves what is ready; the record's path, and how many moved. Raises `moving.Stopped` where the engine refused."""
    moves = [(one.how, one.ready) for one in proposals]
    total, moved = sum(len(one.ready) for one in proposals), 0
    with recorded(tools, moves) as place:

        def told(how: Plan, new: Sequence[Running]) -> None:
            nonlocal moved
            note(tools, how, new, place)
            moved += len(new)
            say(f"版本 {how.source.number} → {how.target.number}：{len(new)} 件，共 {moved}/{total}")

        return place, len(moving.move(client, moves, size=size, partly=partly, tell=told))


def way_back(client: EngineClient, record: Path) -> list[Proposal]:
    """What a record moved, the other way round. Raises `NotFound`, `InvalidInput` for a file that is no record."""
    try:
        moves: list[dict[str, Any]] = json.loads(record.read_text(encoding="utf-8"))["moves"]
        return [_back(client, one) for one in moves]
    except FileNotFoundError as error:
        raise NotFound(f"没有记录 {record}；请写 migrate 完成时给出的文件", code="no-record") from error
    except (ValueError, KeyError, TypeError) as error:
        raise InvalidInput(f"{record} 不是改走记录；请写 migrate 完成时给出的文件", field="back", code="no-record") from error


def _back(client: EngineClient, one: Mapping[str, Any]) -> Proposal:
    old, new = (moving.edition(client, one["process"], one[end]) for end in ("from", "to"))
    how = Plan(old, new, one["pairs"]).backwards
    was, becomes = Version(_drawn(client, new)), Version(_drawn(client, old))
    wanted = set(one["cases"])
    instances = {key: number for key, number in moving.in_use(client, new.process).get(new, {}).items() if number in wanted}
    cases = list(moving.standing(client, instances))
    ready = tuple(case for case in cases if not how.strays(case))
    return Proposal(how, ready, tuple(_stray(how, was, becomes, cases)), ())

