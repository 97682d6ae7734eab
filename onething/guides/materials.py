"""申请材料 of a guide: each with its nine parts (R7)."""

from __future__ import annotations

from onething.catalogue.wording import condition_text
from onething.eligibility import MaterialNeed
from onething.guides.document import NONE, Group, Line, Section
from onething.guides.subject import TO_CONFIRM, Subject
from onething.promises import consequence, kinds_for

PARTS = (
    "材料名称", "材料依据", "材料类型及格式要求", "材料来源", "受理标准", "纸质材料份数及规格", "容缺受理情况",
    "书面承诺告知情况", "补充说明或情形说明",
)
"""The nine parts of each material (R7)."""


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
    promised = [consequence(need, kind) for kind in kinds_for(need)]
    tolerance = [text for text, kind in zip(promised, kinds_for(need), strict=True) if kind == "tolerance"]
    commitment = [text for text, kind in zip(promised, kinds_for(need), strict=True) if kind == "commitment"]
    notes = [material.note, *need.notes, *(f"需要的情形：{condition_text(s.catalogue.questions_of(s.bundle), when)}"
                                          for when in need.conditions)]
    used_for = "、".join(s.catalogue.items[item].name for item in need.items)
    paper = f"{material.copies} 份，{material.size}" if material.paper else "不需要纸质材料"
    lines = (
        Line(f"用于：{used_for}；{brings}{'' if need.required else '（可选）'}"),
        *(Line(f"材料依据：{text}", confirmed) for text, confirmed in bases or [(TO_CONFIRM, False)]),
        Line(f"材料类型及格式要求：{material.form.label}；{'、'.join(material.formats).upper()}", material.confirmed),
        Line(f"材料来源：{material.issuer or TO_CONFIRM}（信任等级 {material.trust}）", material.confirmed),
        Line(f"受理标准：{material.standard or TO_CONFIRM}", material.confirmed),
        Line(f"纸质材料份数及规格：{paper}", material.confirmed),
        Line(f"容缺受理情况：{tolerance[0] if tolerance else '不实行'}", not tolerance),
        Line(f"书面承诺告知情况：{commitment[0] if commitment else '不实行'}", not commitment),
        Line(f"补充说明或情形说明：{'；'.join(filter(None, notes)) or NONE}"),
    )
    return Group(lines, material.name)
