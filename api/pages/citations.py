"""Where something is written, in English: the titles of laws stay Chinese, as none has an official English one. Pure."""

from __future__ import annotations

import re

from onething.numerals import number_of

NUMERAL = "[零一二三四五六七八九十百千]+"
TITLE = "《[^》]+》"
EDITION = r"（?(\d{4}-\d\d-\d\d)(版|修订|修正|通过|公布)）?"
ARTICLE = re.compile(f"第({NUMERAL})条(?:之({NUMERAL}))?(?:第({NUMERAL})款)?(?:第（?({NUMERAL})）?项)?")
BETWEEN = re.compile("[、和；，]")
PIECE = re.compile(f"(?:参照)?(?:{TITLE})?(?:{EDITION})?(?:{ARTICLE.pattern})?")
PLAN = re.compile(f"实施方案(?:附件(\\d)(注)?|({NUMERAL})（({NUMERAL})）)(“[^“”]+”)?")
DOUBT = "（条款待核实）"
BEGINS = re.compile(r"《|第|参照|（?\d{4}-")
WORDS = {"版": "edition of {}", "修订": "revised {}", "修正": "amended {}", "通过": "passed {}", "公布": "published {}"}


def in_english(text: str) -> str:
    """《…》第四十二条第一款 -> 《…》 Article 42(1). Empty when the text is anything but laws, editions and articles, or a place
    in the plan."""
    if plan := PLAN.fullmatch(text):
        return _in_the_plan(plan)
    if text.endswith(DOUBT) and (doubted := in_english(text.removesuffix(DOUBT))):
        return f"{doubted} (article to be confirmed)"
    if not BEGINS.match(text):
        return ""
    pieces = BETWEEN.split(re.sub(TITLE, lambda title: title[0].translate(HIDDEN), text))
    if not all(piece and PIECE.fullmatch(piece) for piece in pieces):
        return ""
    return ", ".join(_piece(piece) for piece in pieces).translate(SHOWN)


def _piece(text: str) -> str:
    said = ARTICLE.sub(_article, re.sub(EDITION, lambda found: f" ({WORDS[found[2]].format(found[1])})", text))
    said = re.sub("^参照", "following ", said).strip()
    return said[1:-1] if said.startswith("(") and said.endswith(")") else said


def _in_the_plan(found: re.Match[str]) -> str:
    annex, note, part, point, place_name = found.groups()
    place = f"{'note to ' if note else ''}annex {annex}" if annex else f"{number_of(part)} ({number_of(point)})"
    return f"Implementation plan, {place}" + (f" {place_name}" if place_name else "")


def _article(found: re.Match[str]) -> str:
    article, added, paragraph, point = (number_of(part) if part else 0 for part in found.groups())
    return f" Article {article}" + (f"-{added}" if added else "") + (f"({paragraph})" if paragraph else "") + (
        f", point {point}" if point else ""
    )


HIDDEN = str.maketrans("、和；，", "\ue000\ue001\ue002\ue003")
"""Marks inside titles do not divide."""
SHOWN = str.maketrans("\ue000\ue001\ue002\ue003", "、和；，")
