"""申请材料 of a guide: each with its nine parts (R7)."""

from __future__ import annotations

from collections.abc import Iterator

from onething.catalogue.wording import condition_text
from onething.eligibility import MaterialNeed
from onething.guides.document import NONE, Group, Line, Section
from onething.guides.subject import TO_CONFIRM, Subject
from onething.promises import consequence, kinds_by_item
from onething.vocabulary import PromiseKind

PARTS = (
    "材料名称", "材料依据", "材料类型及格式要求", "材料来源", "受理标准", "纸质材料份数及规格", "容缺受理情况",
    "书面承诺告知情况", "补充说明或情形说明",
)
"""The nine parts of each material (R7)."""
TRUST = {"A": "政府核发", "B": "核验过的可以重复使用", "C": "与原件核对", "D": "自己制作，对真实性负责"}
"""信任等级 in words."""


def materials(s: Subject) -> Section:
    groups = tuple(_material(s, need) for need in s.needs())
    return Section("materials", "申请材料", groups or (Group((Line("不需要提交材料"),)),))


def _material(s: Subject, need: MaterialNeed) -> Group:
    material = need.material
    uses = [(item, use) for item in need.items for use in s.catalogue.items[item].materials if use.key == material.key]
    bases = list(dict.fromkeys((use.basis.text, use.basis.confirmed) for _, use in uses if use.basis))
    brings = "不用提交：由本次办理的“" + s.catalogue.items[need.origin].name + "”产生" if need.origin else (
        "需要提交" if need.upload else "免提交：由窗口通过数据共享、在线核验获取"
    )
    notes = [material.note, *need.notes, *(f"需要的情形：{condition_text(s.catalogue.questions_of(s.bundle), when)}"
                                          for when in need.conditions)]
    used_for = "、".join(s.catalogue.items[item].name for item in need.items)
    paper = f"{material.copies} 份，{material.size}" if material.paper else "不需要纸质材料"
    lines = (
        Line(f"用于：{used_for}；{brings}{'' if need.required else '（可选）'}"),
        *(Line(f"材料依据：{text}", confirmed) for text, confirmed in bases or [(TO_CONFIRM, False)]),
        Line(f"材料类型及格式要求：{material.form.label}；{'、'.join(material.formats).upper()}", material.confirmed),
        Line(f"材料来源：{material.issuer or TO_CONFIRM}（{TRUST[material.trust]}）", material.confirmed),
        Line(f"受理标准：{material.standard or TO_CONFIRM}", material.confirmed),
        Line(f"纸质材料份数及规格：{paper}", material.confirmed),
        *_promised(s, need),
        Line(f"补充说明或情形说明：{'；'.join(filter(None, notes)) or NONE}"),
    )
    return Group(lines, material.name)


def _promised(s: Subject, need: MaterialNeed) -> Iterator[Line]:
    allowed = dict(kinds_by_item(s.catalogue, s.bundle, need))
    later, promised = (_told(s, need, kind, allowed.get(kind)) for kind in (PromiseKind.TOLERANCE, PromiseKind.COMMITMENT))
    yield Line(f"容缺受理情况：{later}", PromiseKind.TOLERANCE not in allowed)
    yield Line(f"书面承诺告知情况：{promised}", PromiseKind.COMMITMENT not in allowed)


def _told(s: Subject, need: MaterialNeed, kind: PromiseKind, allowed: MaterialNeed | None) -> str:
    """Whether it may come later or be promised; where the items do not agree, for which of them."""
    if allowed is None:
        return "不实行"
    told, others = consequence(allowed, kind), [item for item in need.items if item not in allowed.items]
    if not others:
        return told
    return f"办{s.quoted(allowed.items)}时可以：{told}同时办{s.quoted(others)}的不可以，须一并交齐"
