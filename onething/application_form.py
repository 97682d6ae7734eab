"""一表申请: the one form for the chosen items, each field asked once; the Camunda Forms file that pages and Tasklist share,
and the server's own check of what was filled in. Pure (R111, R114)."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from onething.catalogue import Bundle, Catalogue, Item
from onething.catalogue.facts import FormField
from onething.errors import InvalidInput
from onething.numbers import is_identity_number

Value = str | int | float | bool | list[str]
SCHEMA_VERSION = 16
"""The newest that Tasklist of both flavours draws."""
WHO_APPLIES = ("单位信息", "个人信息")
NONE = "none"
"""The option of several boxes that goes with no other."""
MOST_PEOPLE = 100_000
"""Where a field says nothing else: more is a slip of the hand."""
QUOTED = re.compile(r"[“「\"]([^“”「」\"]+)[”」\"]")
COMPONENTS = {
    "text": "textfield", "textarea": "textarea", "number": "number", "date": "datetime", "choice": "radio",
    "checks": "checklist", "boolean": "checkbox",
}


@dataclass(frozen=True)
class FieldNeed:
    """One field with the chosen items that need it."""

    field: FormField
    items: tuple[str, ...]


def fields_for(catalogue: Catalogue, bundle: Bundle, chosen: Collection[str]) -> list[FieldNeed]:
    """Each field once: who applies, then sections in the order of the items that first need one; fields of a section as in
    catalogue/fields.yaml."""
    items: dict[str, list[str]] = {}
    place = dict.fromkeys(WHO_APPLIES, -1)
    for number, row in enumerate(bundle.rows):
        if row.item in chosen:
            for key in catalogue.items[row.item].fields:
                items.setdefault(key, []).append(row.item)
                place.setdefault(catalogue.fields[key].section, number)
    needs = [FieldNeed(field, tuple(items[key])) for key, field in catalogue.fields.items() if key in items]
    return sorted(needs, key=lambda need: place[need.field.section])


def fields_of(catalogue: Catalogue, case: Any) -> list[FieldNeed]:
    """The fields of a case's form, whatever became of its items."""
    return fields_for(catalogue, catalogue.bundle(case.bundle), [row.item for row in case.items])


def sections(needs: Iterable[FieldNeed]) -> dict[str, list[FieldNeed]]:
    found: dict[str, list[FieldNeed]] = {}
    for need in needs:
        found.setdefault(need.field.section, []).append(need)
    return found


def named_in(text: str, needs: Iterable[FieldNeed]) -> list[FieldNeed]:
    """Those whose label, or whose section, the text names between quotation marks: 请修改“经营场所”。
    Fields that share a label are named together."""
    named = set(QUOTED.findall(text))
    return [need for need in needs if named & {need.field.label, need.field.section}]


def naming(needs: Iterable[FieldNeed], remark: str = "") -> str:
    """A sentence that `named_in` reads: these fields are to be put right; just the remark where there are none."""
    named = "、".join(dict.fromkeys(f"“{need.field.label}”" for need in needs))
    return "：".join(filter(None, [named and f"请修改申请表的{named}", remark]))


# the Camunda Forms file


def form_file(catalogue: Catalogue, bundle: Bundle) -> dict[str, Any]:
    """forms/applications/<bundle>.form: every field of the bundle; one that only some items need says for which."""
    every = [row.item for row in bundle.rows]
    components: list[dict[str, Any]] = []
    for section, needs in sections(fields_for(catalogue, bundle, every)).items():
        components.append(_component(f"section-{len(components)}", {"type": "text", "text": f"### {section}"}))
        components += [_field(need, every) for need in needs]
    return {
        "type": "default", "id": f"application-{bundle.slug}", "executionPlatform": "Camunda Platform",
        "executionPlatformVersion": "7.21.0", "schemaVersion": SCHEMA_VERSION, "components": components,
    }


def _component(name: str, body: dict[str, Any]) -> dict[str, Any]:
    return {**body, "id": f"Field_{name}", "layout": {"row": f"Row_{name}", "columns": None}}


def _field(need: FieldNeed, every: Collection[str]) -> dict[str, Any]:
    field = need.field
    body: dict[str, Any] = {
        "type": COMPONENTS[field.type], "key": field.key, "label": field.label + (f"（{field.unit}）" if field.unit else ""),
        "validate": _validate(field),
    }
    if field.help or field.example:
        body["description"] = "；".join(filter(None, [field.help, field.example and f"如 {field.example}"]))
    if field.whole:
        body["decimalDigits"] = 0
    if field.type == "date":
        body |= {"subtype": "date", "dateLabel": body.pop("label")}
    if field.options:
        body["values"] = [{"value": option.value, "label": option.label} for option in field.options]
    properties = {"section": field.section, "errorZh": field.error}
    if field.shared:
        properties["source"] = field.shared.dataset
    if len(need.items) < len(every):
        properties["items"] = " ".join(need.items)
    body["properties"] = {name: value for name, value in properties.items() if value}
    return _component(field.key, body)


def _validate(field: FormField) -> dict[str, Any]:
    rules: dict[str, Any] = {"required": True} if field.required else {}
    if field.type in ("text", "textarea"):
        rules["maxLength"] = field.max_length
    if field.pattern:
        rules["pattern"] = field.pattern
    rules |= {name: value for name, value in (("min", field.minimum), ("max", field.maximum)) if value is not None}
    return rules


# what was filled in


def read_value(field: FormField, raw: Any) -> Value | None:
    """What a browser or a client sent, in the type of the field; None for nothing. Text that is no number stays text."""
    if field.type == "checks":
        chosen = raw if isinstance(raw, list | tuple) else [raw] if raw else []
        return [str(value) for value in chosen] or None
    if isinstance(raw, list | tuple | dict):
        return str(raw)
    if field.type == "boolean":
        return raw if isinstance(raw, bool) else {"yes": True, "true": True, "no": False, "false": False}.get(str(raw or ""))
    text = " ".join(str(raw).split()) if field.type != "textarea" else str(raw).strip()
    if raw is None or not text:
        return None
    if field.identity:
        return re.sub(r"[\s-]", "", text).upper()
    if field.type == "number" and re.fullmatch(r"-?\d{1,12}(\.\d{1,6})?", text):
        return float(text) if "." in text else int(text)
    return text


def tidied(needs: Iterable[FieldNeed], values: Mapping[str, Any]) -> dict[str, Value]:
    """The values in the types of their fields, without empty ones."""
    read = {need.field.key: read_value(need.field, values.get(need.field.key)) for need in needs}
    return {key: value for key, value in read.items() if value is not None}


def check_form(needs: Iterable[FieldNeed], values: Mapping[str, Any], today: date | None = None) -> list[InvalidInput]:
    """Everything wrong with the values, in the order of the form; a field nobody asked for is refused too. `today`: the day
    that nothing of the past may be later than, where it is known."""
    known = {need.field.key: need.field for need in needs}
    found = [
        InvalidInput(f"申请表里没有“{key}”这一项；请移除后再提交", field=f"form.{key}", code="unknown-field")
        for key in values if key not in known
    ]
    read = {key: read_value(field, values.get(key)) for key, field in known.items()}
    for key, field in known.items():
        sentence = (
            _fault(field, read[key]) or _order_fault(field, known.get(field.not_before), read)
            or _future_fault(field, read[key], today)
        )
        if sentence:
            found.append(InvalidInput(sentence, field=f"form.{key}", code="form-field"))
    return found


def _order_fault(field: FormField, first: FormField | None, read: Mapping[str, Value | None]) -> str:
    """Of a date that precedes another one; a day that is none is told by itself."""
    if first is None or not all(_is_date(str(read[one.key])) for one in (field, first)):
        return ""
    begins, ends = (date.fromisoformat(str(read[one.key])) for one in (first, field))
    return f"“{field.label}”不能早于“{first.label}”；请核对这两个日期" if ends < begins else ""


def _future_fault(field: FormField, value: Value | None, today: date | None) -> str:
    late = field.past and today is not None and _is_date(str(value)) and date.fromisoformat(str(value)) > today
    return f"“{field.label}”不能晚于今天；请核对日期" if late else ""


def _fault(field: FormField, value: Value | None) -> str:
    if value is None:
        asked = f"请选择“{field.label}”" if field.options or field.type == "boolean" else f"请填写“{field.label}”"
        return asked if field.required else ""
    if field.type == "boolean":
        return ""
    if field.type == "number":
        return _number_fault(field, value)
    if field.options:
        allowed = {option.value for option in field.options}
        chosen = value if isinstance(value, list) else [value]
        if not set(chosen) <= allowed:
            return f"“{field.label}”的选项不正确；请重新选择"
        return f"“{field.label}”选了“没有”，就不能再选别的" if NONE in chosen and len(chosen) > 1 else ""
    if field.type == "date":
        return "" if _is_date(str(value)) else f"“{field.label}”请按“年-月-日”填写，如 2026-11-26"
    if len(str(value)) > field.max_length:
        return f"“{field.label}”太长；最多 {field.max_length} 个字"
    if field.identity and not is_identity_number(str(value)):
        return f"“{field.label}”不正确；请填写 18 位居民身份证号码，或者护照等证件的号码"
    if field.pattern and not re.fullmatch(field.pattern, str(value)):
        return f"“{field.label}”不正确；{field.error}"
    return ""


def _number_fault(field: FormField, value: Value) -> str:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return f"“{field.label}”请填写数字"
    if field.whole and value != int(value):
        return f"“{field.label}”请填写整数"
    low, high = field.minimum, MOST_PEOPLE if field.maximum is None and field.unit == "人" else field.maximum
    if low is not None and value < low:
        return f"“{field.label}”不能小于 {_measured(field, f'{low:g}')}"
    if high is not None and value > high:
        return f"“{field.label}”不能大于 {_measured(field, f'{high:g}')}"
    return ""


def _measured(field: FormField, value: Value) -> str:
    return f"{value} {field.unit}".rstrip()


def _is_date(text: str) -> bool:
    try:
        return 1850 <= date.fromisoformat(text).year <= 2150
    except ValueError:
        return False


def said(field: FormField, value: Any) -> str:
    """A value in words, for pages and papers."""
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    labels = {option.value: option.label for option in field.options}
    if isinstance(value, list):
        return "、".join(labels.get(one, one) for one in value)
    if field.type == "date" and _is_date(str(value)):
        day = date.fromisoformat(str(value))
        return f"{day.year}年{day.month}月{day.day}日"
    return labels.get(str(value), _measured(field, value))


def certified(catalogue: Catalogue, item: Item, form: Mapping[str, Any]) -> list[tuple[str, str]]:
    """(name, value) of what the certificate of `item` states of the form, as far as the form says it."""
    shown = item.result.shows.lines if item.result.shows else ()
    lines = [(line.label, catalogue.fields[line.field]) for line in shown]
    values = [(label or field.label.split("（")[0], said(field, form.get(field.key))) for label, field in lines]
    return [(label, value) for label, value in values if value]


def holder_of(catalogue: Catalogue, item: Item, form: Mapping[str, Any]) -> str:
    """Whom the certificate of `item` is for, as the form says; empty where that is whoever applies."""
    key = item.result.shows.holder if item.result.shows else None
    return said(catalogue.fields[key], form.get(key)) if key else ""


def example(field: FormField) -> Value:
    """A value that passes, for 示范文本, samples and tests."""
    if field.identity:
        return "11010519491231002X"
    if field.example and field.type in ("text", "textarea"):
        return field.example
    if field.options:
        return [field.options[0].value] if field.type == "checks" else field.options[0].value
    if field.type == "number":
        return int(max(field.minimum or 0, min(field.maximum or 100, 100)))
    if field.type == "date":
        return "2024-06-03" if field.past else "2026-12-01"
    if field.type == "boolean":
        return True
    return "（示例）"[: field.max_length]


def examples(needs: Iterable[FieldNeed]) -> dict[str, Value]:
    return {need.field.key: example(need.field) for need in needs}
