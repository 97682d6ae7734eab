"""Sentences without what names a person: known names, numbers, telephones, addresses become labels. Pure (S11)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from onething.catalogue.facts import FormField
from onething.logs import PERSONAL

TELLING = re.compile("姓名|法定代表人|证件号码|电话|手机|地址|住址|住所|负责人")
"""Labels of fields whose value says who or where somebody is."""
SHORTEST = 2


def known_of(applicant: Mapping[str, str], form: Mapping[str, object], fields: Iterable[FormField]) -> dict[str, str]:
    """What must not be said of a case: value -> the label that stands for it."""
    labels = {field.key: field.label for field in fields if TELLING.search(field.label)}
    said = {str(form[key]): f"（{label}）" for key, label in labels.items() if form.get(key)}
    own = {"name": "申请人", "id_no": "（证件号码）", "phone": "（电话）", "address": "（地址）",
           "agent_name": "受托人", "agent_id_no": "（证件号码）"}
    return {**said, **{applicant.get(key, ""): label for key, label in own.items()}}


def without(words: str, known: Mapping[str, str]) -> str:
    """The longest first, so that a name within an address goes with it; any other number of a person or a telephone too."""
    for value in sorted(known, key=len, reverse=True):
        if len(value.strip()) >= SHORTEST:
            words = words.replace(value, known[value])
    return PERSONAL.sub("（号码）", words)
