"""Two versions of a model compared, told as an analyst would: what is new, gone, renamed, rewired, set otherwise, moved."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from lxml import etree

from onething.modelling.moves import moves
from onething.modelling.names import NAMESPACES, local, tag
from onething.modelling.settings_of import KINDS, rest, settings
from onething.modelling.sheet import ARTIFACTS

Kind = Literal["added", "removed", "renamed", "rewired", "changed", "moved"]
ORDER: tuple[Kind, ...] = ("added", "removed", "renamed", "rewired", "changed", "moved")
LINES = {
    "sequenceFlow": "流程线", "association": "批注的连线", "dataInputAssociation": "前置关系",
    "dataOutputAssociation": "结果的连线",
}
DATA = ("dataInputAssociation", "dataOutputAssociation")
WHOLE = "整张图移动了，各元素之间的位置不变"


@dataclass(frozen=True)
class Difference:
    """One change of one element: its kind, the element's id, what it is called in the picture, and the sentence."""

    kind: Kind
    element: str
    name: str
    sentence: str


def compare(before: etree._Element, after: etree._Element) -> list[Difference]:
    """All differences from `before` to `after`, by kind. What lies in a box that is new or gone, and the lines to what is new
    or gone, are told with it; an element is told as moved only where nothing else about it changed."""
    old, new = Version(before), Version(after)
    found = [*_there(old, new, "removed"), *_there(new, old, "added"), *_lines(old, new), *_nodes(old, new)]
    known = {one.element for one in found}
    moved, common = moves(before, after)
    if common != (0, 0):
        plan = next(name for name, one in new.nodes.items() if local(one) == "process")
        found.append(Difference("moved", plan, new.name(plan), WHOLE))
    for name in moved:
        if name not in known and (name in new.nodes or name in new.lines):
            text = f"只移动了{new.title(name)}" if name in new.nodes else f"只改了{new.title(name)}的走向"
            found.append(Difference("moved", name, new.name(name), text))
    return sorted(found, key=lambda one: ORDER.index(one.kind))


def told(found: Sequence[Difference]) -> list[str]:
    """The sentences as people read them: what was only moved is counted, as room for one step moves a hundred elements."""
    moved = [one.sentence for one in found if one.kind == "moved" and one.sentence != WHOLE]
    said = [one.sentence for one in found if one.kind != "moved" or not moved]
    return [*said, *(moved if len(moved) < 2 else [f"{'另' if said else ''}有 {len(moved)} 个元素只移动了位置"])]


def marks(before: etree._Element, after: etree._Element, found: list[Difference]) -> dict[str, str]:
    """Element of `after` -> added or changed, as `picture` takes them; what is new is marked with all that is in it."""
    old, new = Version(before), Version(after)
    there = {*new.nodes, *new.lines}
    fresh = dict.fromkeys(there - {*old.nodes, *old.lines}, "added")
    return {**{one.element: "changed" for one in found if one.element in there and one.kind != "moved"}, **fresh}


def unmarked(after: etree._Element, found: list[Difference]) -> list[str]:
    """The sentences about what a picture of `after` cannot show: what is gone, and what was only moved."""
    there = {one.get("id") for one in after.iter(etree.Element)}
    return told([one for one in found if one.element not in there or one.kind == "moved"])


class Version:
    """One version: its nodes and lines by id, and how they are called."""

    def __init__(self, model: etree._Element) -> None:
        self.model = model
        elements = {one.get("id", ""): one for one in model.iter(etree.Element) if one.get("id")}
        self.nodes = {name: one for name, one in elements.items() if local(one) in KINDS and one.tag == tag("bpmn", local(one))}
        self.lines = {name: one for name, one in elements.items() if local(one) in LINES}

    def name(self, element: str) -> str:
        if element in self.lines:
            return " → ".join(self.name(end) or end for end in self.ends(element))
        one = self.nodes.get(element)
        text = "" if one is None else one.get("name") or one.findtext("bpmn:text", "", NAMESPACES) or one.get("errorCode", "")
        return " ".join(text.split())

    def title(self, element: str) -> str:
        """“name”（id） with its kind before it; a line by its ends."""
        if element in self.lines:
            first, last = self.ends(element)
            kind = local(self.lines[element])
            if kind == "dataInputAssociation":  # all data are called 前置结果: the box that gives them says more
                first = next((a for line in self.lines for a, b in [self.ends(line)] if b == first), first)
            return f"{LINES[kind]}“{self.name(first) or first}” → “{self.name(last) or last}”"
        kind, name = KINDS[local(self.nodes[element])], self.name(element)
        return f"{kind}“{name}”（{element}）" if name else f"{kind} {element}"

    def ends(self, line: str) -> tuple[str, str]:
        """Where a line begins and ends; that of a result at the box and the data."""
        one = self.lines[line]
        if not local(one).startswith("data"):
            return one.get("sourceRef", ""), one.get("targetRef", "")
        holder = one.getparent().get("id", "")
        data = [end for end in (one.findtext(tag("bpmn", "sourceRef")), one.findtext(tag("bpmn", "targetRef")))
                if end in self.nodes and end != holder]
        other = data[0] if data else holder
        return (other, holder) if local(one) == "dataInputAssociation" else (holder, other)

    def holder(self, element: str) -> str:
        return self.nodes[element].getparent().get("id", "")

    def place(self, element: str) -> str:
        """The box it is drawn in, or the process."""
        return self.name(self.holder(element)) or self.holder(element)

    def between(self, element: str) -> str:
        """After and before which nodes it stands."""
        kinds = DATA if local(self.nodes[element]) == "dataObjectReference" else ("sequenceFlow",)
        ends = [self.ends(line) for line, one in self.lines.items() if local(one) in kinds]
        before = "、".join(f"“{self.name(a) or a}”" for a, b in ends if b == element)
        after = "、".join(f"“{self.name(b) or b}”" for a, b in ends if a == element)
        parts = [f"在{before}之后" if before else "", f"在{after}之前" if after else ""]
        return "，" + "，".join(filter(None, parts)) if before or after else ""

    def condition(self, line: str) -> str:
        return self.lines[line].findtext("bpmn:conditionExpression", "", NAMESPACES).strip()


def _there(here: Version, there: Version, kind: Kind) -> Iterator[Difference]:
    """Nodes and lines that only `here` has."""
    word, alone = "新增" if kind == "added" else "删去", here.nodes.keys() - there.nodes.keys()
    for name, one in here.nodes.items():
        if name not in alone or here.holder(name) in alone:
            continue
        count = sum(1 for part in one.iterdescendants(etree.Element) if part.get("id") in here.nodes)
        inside = f"，内有 {count} 个元素" if count else ""
        yield Difference(kind, name, here.name(name), f"{word}{here.title(name)}{inside}{here.between(name)}")
    for name in here.lines.keys() - there.lines.keys():
        if not set(here.ends(name)) & alone:
            condition = f"，条件 {here.condition(name)}" if here.condition(name) else ""
            yield Difference("rewired", name, here.name(name), f"{word}{here.title(name)}{condition}")


def _lines(old: Version, new: Version) -> Iterator[Difference]:
    """Lines both have: other ends, another condition, another name."""
    for name in new.lines:
        if name not in old.lines:
            continue
        title = new.title(name)
        if old.ends(name) != new.ends(name):
            way = title.removeprefix(LINES[local(new.lines[name])])
            yield Difference("rewired", name, new.name(name), f"{old.title(name)}改接为{way}")
        if old.condition(name) != new.condition(name):
            change = _change(old.condition(name), new.condition(name))
            yield Difference("rewired", name, new.name(name), f"{title}的条件{change}")
        labels = [version.lines[name].get("name", "") for version in (old, new)]
        if labels[0] != labels[1]:
            yield Difference("renamed", name, new.name(name), f"{title}上的字{_change(*labels)}")


def _nodes(old: Version, new: Version) -> Iterator[Difference]:
    """Nodes both have: another name, other settings, another default, another box."""
    for name, after in new.nodes.items():
        before = old.nodes.get(name)
        if before is None:
            continue
        title, known = new.title(name), new.name(name)
        if old.name(name) != known:
            word = "的文字" if local(after) == "textAnnotation" else "改名："
            yield Difference("renamed", name, known, f"{KINDS[local(after)]} {name} {word}{_change(old.name(name), known)}")
        ways = [version.nodes[name].get("default", "") for version in (old, new)]
        if ways[0] != ways[1]:
            named = (version.name(way) if way in version.lines else way for version, way in zip((old, new), ways, strict=True))
            yield Difference("rewired", name, known, f"{title}的默认流程线{_change(*named)}")
        if old.holder(name) != new.holder(name) and local(after) not in ARTIFACTS:  # a modeler moves these when it saves
            places = (version.place(name) for version in (old, new))
            yield Difference("changed", name, known, f"{title}换了地方：{_change(*places)}")
        said = list(_settings(settings(before, old.model), settings(after, new.model)))
        yield from (Difference("changed", name, known, f"{title}的{text}") for text in said)
        if not said and rest(before) != rest(after):
            yield Difference("changed", name, known, f"{title}的其他设置有改动")


def _settings(before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[str]:
    for key in dict.fromkeys((*before, *after)):
        if before.get(key) != after.get(key):
            yield f"{key}{_change(before.get(key, ''), after.get(key, ''))}"


def _change(before: str, after: str) -> str:
    if not before:
        return f"设为“{after}”"
    return f"由“{before}”改为“{after}”" if after else f"“{before}”去掉了"
