"""Content -> PDF/A-2a and PDF/UA-1 by Typst: tagged, language and title set, the same bytes for the same content."""

import re
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from onething.papers.content import PaperContent
from onething.papers.errors import PaperError
from onething.papers.payload import fields_with, payload
from onething.papers.press import FONT_DIR_VARIABLE, PRESS, Undrawable

TEMPLATES = Path(__file__).resolve().parent / "templates"
STANDARDS = ["a-2a", "ua-1"]
CHINA = timezone(timedelta(hours=8), "CST")
FILE_NAMES = {
    "licence": "{heading}_{number}.pdf",
    "acceptance-notice": "受理通知书_{number}.pdf",
    "refusal-decision": "{heading}_{number}.pdf",
    "receipt": "收件回执_{number}.pdf",
    "correction-notice": "一次性告知通知书_{number}.pdf",
    "special-step-notice": "特别程序告知书_{number}.pdf",
    "extension-notice": "延长办理期限告知书_{number}.pdf",
    "joint-record": "{heading}_{number}.pdf",
    "result-notice": "办理结果通知书_{number}.pdf",
    "not-taken-notice": "不予收件告知书_{number}.pdf",
    "ending-notice": "终止办理告知书_{number}.pdf",
    "revocation-decision": "撤销决定书_{number}.pdf",
    "delivery-record": "送达回证_{number}.pdf",
    "guidance-notice": "一次性告知单_{number}.pdf",
    "handover-ledger": "纸质原件移交清单_{number}.pdf",
    "promise-letter": "承诺书_{number}.pdf",
    "collection-slip": "{heading}_{number}.pdf",
    "submission-slip": "提交回执_{number}.pdf",
    "authority-letter": "{heading}_{number}.pdf",
    "courier-label": "寄递面单_{number}.pdf",
    "publication": "{heading}_{number}.pdf",
    "leaflet": "{heading}_{number}.pdf",
    "application-form": "{heading}_{number}.pdf",
}
_MISSING_GLYPH = re.compile(r'the text `"(.+?)"` could not be displayed', re.DOTALL)
_ESCAPE = re.compile(r"\\u\{([0-9a-fA-F]+)\}")


def file_name(content: PaperContent) -> str:
    """A Chinese file name with the number; characters no file system takes are replaced by a hyphen."""
    name = FILE_NAMES[content.kind].format(heading=content.heading, number=content.number)
    return re.sub(r'[\\/:*?"<>|\s]+', "-", name)


def heading_of(file_name: str) -> str:
    """What a kept paper is called, such as 不予受理决定书, from the name of its file."""
    return file_name.partition("_")[0]


def render(content: PaperContent, *, font_dir: str | None = None) -> bytes:
    """The paper as PDF. Raises PaperError: paper-glyph names the character no font has, paper-font tells the cure."""
    midnight = datetime(content.issued_on.year, content.issued_on.month, content.issued_on.day, tzinfo=CHINA)
    try:
        return PRESS.draw(
            TEMPLATES / f"{content.kind}.typ", {"content": payload(content)}, root=TEMPLATES, standards=STANDARDS,
            font_dir=font_dir, at=midnight,
        )
    except Undrawable as error:
        raise explain(error, content.heading, content) from error


def explain(error: Undrawable, heading: str, content: Any) -> PaperError:
    """What Typst said, in words a clerk can act on; a character without glyph with the fields it stands in."""
    if "content-too-long" in error.message:
        return PaperError(f"《{heading}》内容过多，一页放不下。请精简备注和各项内容。", code="paper-content", status=422)
    found = _MISSING_GLYPH.findall(error.message)
    if not found:
        return PaperError(f"《{heading}》模板有误，未能生成：{error.message}", code="paper-template")
    text = "".join(_ESCAPE.sub(lambda match: chr(int(match[1], 16)), one) for one in found)
    named = "、".join(
        f"“{character}”（U+{ord(character):04X}，{'、'.join(fields_with(character, content)) or '固定文字'}）"
        for character in dict.fromkeys(text)
    )
    return PaperError(
        f"《{heading}》中的字{named}在现有字库中没有字形，未生成文书，也没有签章。请核对用字；用字无误的，"
        f"请安装含有该字的字体（如 fonts-hanazono），或把字体文件与 Noto 字体一起放进 {FONT_DIR_VARIABLE} 目录后重试。",
        code="paper-glyph",
        status=422,
    )
