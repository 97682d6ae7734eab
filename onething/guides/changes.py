"""What differs between two editions of a guide, in sentences a clerk understands. Pure (R17, R20)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from onething.catalogue.conditions import Answer, parse
from onething.catalogue.models import Question
from onething.catalogue.wording import condition_text
from onething.errors import OneThingError
from onething.guides.change_words import (
    ADDED,
    AREAS,
    DEPARTMENTS,
    FEES,
    FORM,
    IN_PLACE,
    ITEMS,
    LIMITS,
    LISTED,
    MATERIALS,
    NAMES,
    OTHER,
    UNITS,
    UNSAID,
    VALUES,
)
from onething.guides.differences import ORDER, Difference, at, differences, empty

SHORT, LONG = 40, 100
"""A text above SHORT is quoted only as it is now; above LONG, not whole."""
UNTOLD = (("bundle", "questions"), ("bundle", "slug"), ("bundle", "number"), ("knowledge", "bundle"))
"""Questions are told under a key of their own; the others make another bundle."""
ROOMS = {"items": "", "materials": "材料", "fields": "申请表", "questions": "问题"}


@dataclass(frozen=True)
class Change:
    """`area` is one of `AREAS`."""

    area: str
    text: str


def changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Change]:
    """From one edition (`onething.catalogue.version.edition_of`) to another, in the order of `AREAS`; empty if none."""
    words = Words((after, before))
    found = dict.fromkeys(change for difference in differences(before, after) for change in words.said(difference))
    return sorted(found, key=lambda change: AREAS.index(change.area))


def area_of(path: tuple[str, ...]) -> str:
    room, inside = path[0], path[1:] if path[0] == "bundle" else path[2:]
    first = inside[0] if inside else ""
    if room in ("materials", "fields"):
        return MATERIALS if room == "materials" else FORM
    if room == "items":
        areas = {"limits": LIMITS, "materials": MATERIALS, "fields": FORM, "fee": FEES, "name": ITEMS, "kind": ITEMS}
        return areas.get(first, OTHER)
    return ITEMS if room == "bundle" and first in ("rows", "situations") else OTHER


@dataclass(frozen=True)
class Words:
    """The names of things in two editions: as they are now, or else as they were."""

    editions: tuple[Mapping[str, Any], Mapping[str, Any]]

    def said(self, found: Difference) -> Iterator[Change]:
        """One sentence, or one for each name that came to a plain list or went."""
        path, area = found.path, area_of(found.path)
        if path[:2] in UNTOLD:
            return
        if path[0] == "model":
            yield Change(area, "流程模型有变化")
        elif path[0] == "departments":
            if found.before and found.after:
                yield Change(area, f"部门名称由“{found.before}”改为“{found.after}”")
        elif path[-1] == ORDER:
            yield Change(area, f"{self._subject(path[:-1])}的排列顺序有调整")
        elif path[-1] in ("fields", "notes"):
            yield from (Change(area, text) for text in self._came_and_went(found))
        elif found.entry or (path[0] == "questions" and len(path) == 2):
            yield Change(area, self._entry(found))
        else:
            yield Change(area, self._sentence(found))

    def _sentence(self, found: Difference) -> str:
        path = found.path
        if path[-1] == "confirmed":
            return f"{self._subject(path[:-1])}{'已核实' if found.after else '改为待核实'}"
        subject, was, now = self._subject(path), self._value(path, found.before), self._value(path, found.after)
        if not was or not now or was == now:
            return f"{subject}有变化"
        if max(len(was), len(now)) > SHORT:
            return f"{subject}改为{_quoted(_cut(now, LONG), found.after)}"
        return f"{subject}由{_quoted(was, found.before)}改为{_quoted(now, found.after)}"

    def _entry(self, found: Difference) -> str:
        """Something was added to a list, or taken away."""
        place, added = found.path[:-1], found.before is None
        name = place[-1] if len(place) > 1 else ""
        label = NAMES.get(name, "内容")
        verbs = ADDED.get((place[0], name), (f"增加{label}", f"删去{label}"))
        owner = self._subject(place[:-1]) if len(place) > 2 else ""
        detail = self._new_item(found.after) if added and place == ("bundle", "rows") else ""
        return f"{owner}{verbs[0 if added else 1]}{_quoted(self._called(found.path), '')}{detail}"

    def _new_item(self, row: Mapping[str, Any]) -> str:
        days = at(self.editions[0], ("items", row["item"], "limits", "promised", "days"))
        promised = f"，承诺 {days} 个工作日" if days else ""
        return f"（{self._department(row['department']) or '部门待核实'}办理{promised}）"

    def _came_and_went(self, found: Difference) -> Iterator[str]:
        was, now, key = found.before or (), found.after or (), found.path[-1]
        owner = self._subject(found.path[:-1]) if len(found.path) > 2 else ""
        verbs = ADDED.get((found.path[0], key), (f"增加{NAMES[key]}", f"删去{NAMES[key]}"))
        for verb, names in zip(verbs, ([n for n in now if n not in was], [n for n in was if n not in now]), strict=True):
            yield from (f"{owner}{verb}“{self._name('fields', name) if key == 'fields' else name}”" for name in names)
        if set(was) == set(now):
            yield _joined([owner, f"{NAMES[key]}的排列顺序有调整"])

    # what it is about

    def _subject(self, path: tuple[str, ...]) -> str:
        """`“食品经营许可”承诺办结时限`; without a name of its own, what all guides or the whole bundle have."""
        room, start, begin = path[0], "", 1
        if room in ROOMS and len(path) > 1:
            start, begin = f"{ROOMS[room]}“{self._name(room, path[1])}”", 2
        elif path[:2] == ("bundle", "rows") and len(path) > 2:
            start, begin = f"“{self._name('items', path[2])}”", 3
        return _joined([start, *self._labels(path, begin)]) or NAMES.get(room, "指南内容")

    def _labels(self, path: tuple[str, ...], begin: int) -> Iterator[str]:
        """Chinese for each key from `begin` on; the name of an entry goes with the list it stands in."""
        label = ""
        for end in range(begin + 1, len(path) + 1):
            if isinstance(self._at(path[: end - 1]), list | tuple):
                label += f"“{self._called(path[:end])}”"
                continue
            yield label
            owner = path[end - 2] if path[end - 2] in NAMES and end != 3 else path[0]
            label = IN_PLACE.get((owner, path[end - 1]), NAMES.get(path[end - 1], "其他内容"))
        yield label

    def _at(self, path: tuple[str, ...]) -> Any:
        return next((value for edition in self.editions if (value := at(edition, path)) is not None), None)

    def _called(self, path: tuple[str, ...]) -> str:
        """An entry of a list in a few words."""
        entry, kind = self._at(path) or {}, path[-2]
        if "item" in entry:
            return self._name("items", entry["item"])
        if "front" in entry:
            return f"{self._name('items', entry['front'])}→{self._name('items', entry['back'])}"
        if kind in ("special_steps", "joint_acts"):
            return VALUES[kind].get(entry.get("kind", ""), "其他")
        if kind == "materials":
            return self._name("materials", entry["key"])
        if "law" in entry:
            return f"{entry['law']}{entry.get('article', '')}"
        said = next((entry[key] for key in ("label", "title", "text", "wrong", "question", "name") if entry.get(key)), "其中一项")
        return f"{entry['number']}（{said}）" if "number" in entry else _cut(said, SHORT)

    def _name(self, room: str, name: str) -> str:
        entry = self._at((room, name)) or {}
        return next((entry[key] for key in ("name", "label", "text") if entry.get(key)), "其他")

    def _department(self, slug: str) -> str:
        return self._at(("departments", slug)) or ""

    # what it says

    def _value(self, path: tuple[str, ...], value: Any) -> str:
        """In words; empty where it is a name for programs that nobody has put into words."""
        if path[-1] in UNSAID:
            return ""
        if isinstance(value, bool):
            return "是" if value else "否"
        if empty(value):
            return "无"
        if isinstance(value, list | tuple):
            said = [self._value(path, one) for one in value]
            return ("；" if path[-1] in LISTED else "、").join(said) if all(said) else ""
        if isinstance(value, Mapping):
            return self._compound(value)
        if isinstance(value, int | float):
            return f"{value:g} {UNITS.get(path[-1], '')}".rstrip()
        return self._text(path, str(value))

    def _text(self, path: tuple[str, ...], value: str) -> str:
        key = path[-1]
        if key == "source" and not (path[0] == "materials" and len(path) == 3):
            return value
        if key in DEPARTMENTS:
            return self._department(value)
        if key == "question" and "situations" in path:
            return self._name("questions", value)
        if key in LISTED:
            return self._name(LISTED[key], value)
        if key == "when":
            return self._condition(value)
        return VALUES[key].get(value, "") if key in VALUES else value

    def _condition(self, text: str) -> str:
        """In the words of its questions; empty where it names one, or an answer, that neither edition knows."""
        data = {key: found for edition in reversed(self.editions) for key, found in (edition.get("questions") or {}).items()}
        try:
            known = {key: Question.model_validate(found) for key, found in data.items()}
            parts = [part for option in parse(text) for part in option]
        except (OneThingError, ValueError):
            return ""
        return condition_text(known.values(), text) if all(_answerable(known.get(key), value) for key, _, value in parts) else ""

    def _compound(self, value: Mapping[str, Any]) -> str:
        if "allowed" in value:
            return f"{value['days']} 个工作日内补交" if value["allowed"] else "不实行"
        if "dataset" in value:
            return f"{self._department(value.get('department', ''))}“{value['dataset']}”"
        if "law" in value:
            return f"{value['law']}{value.get('article', '')}"
        return next((str(value[name]) for name in ("text", "what", "name") if value.get(name)), "已写明")


def _answerable(question: Question | None, value: Answer) -> bool:
    if question is None or question.type != "choice":
        return question is not None and isinstance(value, bool) == (question.type == "boolean")
    return value in {option.value for option in question.options}


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"


def _quoted(text: str, value: Any) -> str:
    plain = isinstance(value, int | float) and not isinstance(value, bool)
    return f" {text}" if plain else f"“{text.replace('“', '‘').replace('”', '’')}”"


def _joined(labels: Sequence[str]) -> str:
    """Names and labels side by side: `“食品经营许可”承诺办结时限`, `材料“管理制度”的受理标准`."""
    said = ""
    for label in filter(None, labels):
        said += label if not said or label.endswith("时限") else f"的{label}"
    return said
