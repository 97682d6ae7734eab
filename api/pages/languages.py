"""Chinese first, English second: which language a page is in, and the English of our sentences (docs/citizen.md).

Templates mark their texts with `_`. What rules, workers and the store say is Chinese when it arrives at a page, with names and
days already filled in; `English.of` finds it in the same catalogue by the words around them. What has no English stays Chinese
and says so (`lang`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from babel.dates import format_date
from babel.messages.pofile import read_po
from fastapi import Request
from markupsafe import Markup, escape

from api import local_time
from api.pages import citations

CHINESE, ENGLISH = "zh-CN", "en"
COOKIE = "onething_language"
NAMES = {CHINESE: "中文", ENGLISH: "English"}
FOLDER = Path(__file__).parent / "locale" / "en" / "LC_MESSAGES"
SENTENCES, CONTENTS = FOLDER / "messages.po", FOLDER / "catalogue.po"
"""What pages and rules say; what the city's catalogue says of items, documents, questions and fields."""
PLACE = re.compile(r"\{(\w+)\}")
DAY = re.compile(r"(?:(\d{4})年)?(\d{1,2})月(\d{1,2})日(?: 星期[一二三四五六日])?( \d{2}:\d{2})?")
LONG = 200
CONDITIONS, LISTS = {"；或者": ", or ", "，并且": " and "}, {"；": "; ", "、": ", "}
"""What stands between conditions, and between sentences that are told as one or names in a list."""
MEASURED = re.compile(r"(\d[\d.]*) ?(\D+)")
REMARKED, LABELLED = re.compile("(.+)(（[^（）]+）)"), re.compile("([^：]{2,16})：(.+)")
QUOTED = re.compile("(“[^“”]+”)+")
TITLE = re.compile(citations.TITLE)
"""No law has an official English title: what stands in such brackets is not missing."""
HAN = "\u3400-\u9fff"
OWN = re.compile(f"[{HAN}]")
MARKED = f'<span lang="{CHINESE}">%s</span>'
CHINESE_RUN = re.compile(f"[{HAN}《](?:[{HAN}、。《》（），：；？！·〔〕0-9—-]*[{HAN}》）〕。？！])?")


def language_of(request: Request) -> str:
    """What was chosen with this address or before; else what the browser prefers. Chinese where nothing says English."""
    for chosen in (request.query_params.get("lang", ""), request.cookies.get(COOKIE, "")):
        if chosen in NAMES:
            return chosen
    return ENGLISH if _prefers_english(request.headers.get("accept-language", "")) else CHINESE


def _prefers_english(header: str) -> bool:
    weights = {"zh": 0.0, "en": 0.0}
    for part in header.lower().split(","):
        tag, _, weight = part.strip().partition(";q=")
        name = tag.partition("-")[0]
        if name in weights:
            weights[name] = max(weights[name], _weight(weight))
    return weights["en"] > weights["zh"]


def _weight(text: str) -> float:
    try:
        return float(text or 1)
    except ValueError:
        return 0.0


@dataclass(frozen=True)
class Chinese:
    """Everything as it was written."""

    code = CHINESE
    day = staticmethod(local_time.day_text)
    plain_day = staticmethod(local_time.plain_day)
    short_day = staticmethod(local_time.short_day)
    moment = staticmethod(local_time.time_text)

    def marked(self, message: str, **values: Any) -> Markup:
        """`_` of the templates: what is filled in is escaped, unless it is markup."""
        return Markup(message) % values if values else Markup(message)

    def local(self, text: Any) -> Any:
        return text

    local_text = local


class Sentence:
    """A message with places to fill in. No regular expression: somebody may have typed the text, and it is read once."""

    def __init__(self, message: str) -> None:
        parts = PLACE.split(message)
        self.message, self.words, self.places = message, parts[::2], parts[1::2]
        self.own, self.longest = len(OWN.findall(message)) + message.count("“"), max(self.words, key=len)

    def values_in(self, text: str) -> dict[str, str] | None:
        """What was filled in, if the text is this sentence. `longest` is quick to ask for, and most texts do not have it."""
        first, *middle, last = self.words
        at, end = len(first), len(text) - len(last)
        if self.longest not in text or not text.startswith(first) or not text.endswith(last) or at > end:
            return None
        found = {}
        for place, words in zip(self.places, middle, strict=False):
            until = text.find(words, at, end)
            if until < 0:
                return None
            found[place], at = text[at:until], until + len(words)
        return found | {self.places[-1]: text[at:end]}


@dataclass(frozen=True)
class English:
    """`messages`: Chinese -> (English for one, English for more)."""

    messages: Mapping[str, tuple[str, str]]
    code = ENGLISH

    def marked(self, message: str, **values: Any) -> Markup:
        form = Markup(self._form(message, values.values()))
        return form % values if values else form

    def local(self, text: Any) -> Any:
        """What our rules say, in English; what is left of Chinese is marked, for those who listen to the page."""
        if not isinstance(text, str) or hasattr(text, "__html__"):
            return text
        said = self.of(text)
        if said == text and OWN.search(text):
            return Markup(MARKED) % text
        return Markup(CHINESE_RUN.sub(MARKED % r"\g<0>", str(escape(said))))

    def local_text(self, text: Any) -> Any:
        """The same without marks, for titles and attributes."""
        return self.of(text) if isinstance(text, str) else text

    def of(self, text: str, words: int = 2) -> str:
        """A sentence is known by its whole, or by at least `words` characters of its own around what was filled in."""
        if text in self.messages:
            return self.messages[text][1]
        if cited := citations.in_english(text):
            return cited
        if conditions := self._joined(text, CONDITIONS):
            return conditions
        for sentence in self._sentences:
            if sentence.own >= words and (found := sentence.values_in(text)) is not None:
                return self._filled(sentence.message, found)
        if (measured := MEASURED.fullmatch(text)) and measured[2] in self.messages:
            return f"{measured[1]} {self.messages[measured[2]][1]}"
        if (labelled := LABELLED.fullmatch(text)) and labelled[1] in self.messages:
            return f"{self.messages[labelled[1]][1]}: {self.of(labelled[2])}"
        if (remarked := REMARKED.fullmatch(text)) and remarked[2] in self.messages:
            return self._value(remarked[1]) + self.of(remarked[2])
        if remarked and (inner := remarked[2][1:-1]) in self.messages:
            return f"{self._value(remarked[1])} ({self.messages[inner][1]})"
        day = DAY.fullmatch(text)
        return _day_of(day) if day else self._joined(text, LISTS) or text

    def _joined(self, text: str, marks: Mapping[str, str]) -> str:
        """Where every part has English; else it stays one piece of Chinese."""
        for mark, between in marks.items():
            if mark in text and len(text) <= 2 * LONG:
                said = [self.of(part, words=1) for part in self._parts(text, mark)]
                return "" if any(OWN.search(TITLE.sub("", part)) for part in said) else between.join(said)
        return ""

    def _parts(self, text: str, mark: str) -> list[str]:
        """What a mark divides. A name that has the mark in it stays whole where it has English."""
        found, rest = [], text.split(mark)
        while rest:
            known = (n for n in range(len(rest), 1, -1) if mark.join(rest[:n]) in self.messages)
            size = next(known, 1)
            found.append(mark.join(rest[:size]))
            rest = rest[size:]
        return found

    def _filled(self, message: str, values: Mapping[str, str]) -> str:
        return PLACE.sub(lambda place: self._value(values[place[1]]), self._form(message, values.values()))

    def _value(self, text: str) -> str:
        """A list of names is joined as in English where one of them has English; else it is one piece of Chinese. What is
        long was written by somebody."""
        if len(text) > LONG:
            return text
        if QUOTED.fullmatch(text):
            return ", ".join(f"“{self._value(name)}”" for name in text[1:-1].split("”“"))
        said, names = self.of(text, words=1), self._parts(text, "、")
        if said != text or len(names) == 1:
            return said
        parts = [self.of(name, words=1) for name in names]
        return text if parts == names and OWN.search(text) else ", ".join(parts)

    def _form(self, message: str, values: Any) -> str:
        """The singular where the one number that was filled in is 1."""
        one, more = self.messages.get(message, (message, message))
        numbers = [str(value) for value in values if str(value).isdecimal()]
        return one if numbers[:1] == ["1"] else more

    @cached_property
    def _sentences(self) -> list[Sentence]:
        """Those with most words of their own first."""
        found = [Sentence(message) for message in self.messages if PLACE.search(message)]
        return sorted(found, key=lambda sentence: -len(PLACE.sub("", sentence.message)))

    def day(self, day: date | datetime) -> str:
        """Monday 23 November 2026"""
        day = local_time.local_day(day) if isinstance(day, datetime) else day
        return format_date(day, "EEEE d MMMM y", locale="en_GB")

    def plain_day(self, day: date | datetime) -> str:
        """23 November 2026"""
        return self.day(day).partition(" ")[2]

    def short_day(self, day: date | datetime) -> str:
        """23 November"""
        return format_date(local_time.local_day(day) if isinstance(day, datetime) else day, "d MMMM", locale="en_GB")

    def moment(self, moment: datetime) -> str:
        """Monday 23 November 2026, 14:30"""
        return f"{self.day(moment)}, {local_time.local(moment):%H:%M}"


def _day_of(found: re.Match[str]) -> str:
    year, month, day, clock = found.groups()
    try:
        form = format_date(date(int(year or 2000), int(month), int(day)), "d MMMM y" if year else "d MMMM", locale="en_GB")
    except ValueError:
        return found[0]
    return form + (f",{clock}" if clock else "")


@lru_cache
def in_language(code: str) -> Chinese | English:
    """Both files are read once, as translators edit them."""
    if code == CHINESE:
        return Chinese()
    entries = [entry for path in (CONTENTS, SENTENCES) for entry in read_po(path.read_bytes().splitlines(True), locale="en")
               if entry.id and entry.string]
    return English({
        entry.id[0] if entry.pluralizable else entry.id: tuple(entry.string) if entry.pluralizable else (entry.string,) * 2
        for entry in entries
    })
