"""The colours of a picture: plain elements, where a case stands, and what changed between two models."""

from __future__ import annotations

from dataclasses import dataclass

INK, SECONDARY, LINE, PAPER, GROUND = "#1d2129", "#4e5969", "#a9aeb8", "#ffffff", "#f7f8fa"
THIN, THICK, POOLS = 1.25, 3, ("participant", "lane")
BOXES = ("subProcess", "transaction", "adHocSubProcess", *POOLS)


@dataclass(frozen=True)
class Paint:
    """The colours of an element; a live state has a word and a sign as well, never colour alone."""

    fill: str = PAPER
    stroke: str = INK
    width: float = THIN
    word: str = ""
    sign: str = ""


PLAIN = {**dict.fromkeys(BOXES, Paint(GROUND, LINE)), "textAnnotation": Paint(stroke=SECONDARY)}
STATES = {
    "done": Paint("#dfeae2", "#557a63", 1.75, "已完成", "M-3 .2L-1 2.4L3.2-2.4"),
    "now": Paint("#eaf1fb", "#1d5fbf", THICK, "正在办理", "M-1.4-2.6L2.2 0L-1.4 2.6Z"),
    "waiting": Paint("#fff0cc", "#a86200", 1.75, "等待中", "M-3 0h.1M0 0h.1M3 0h.1"),
    "overdue": Paint("#fbd9d7", "#cf1322", 1.75, "已超期", "M0-3.4V.6M0 3.2v.1"),
    "skipped": Paint("#f2f3f5", LINE, THIN, "无需办理", "M-3 0H3"),
}
CHANGES = {
    "added": Paint("#d9f2e0", "#1a7f37", 1.75, "新增", "M-3 0H3M0-3V3"),
    "changed": Paint("#fff0cc", "#a86200", 1.75, "有改动", "M0-3.4V.6M0 3.2v.1"),
}
