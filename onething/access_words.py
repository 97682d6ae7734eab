"""What a record of the audit trail means for the person whose case it is: 看了什么, 做了什么, 为什么. Pure (S25)."""

from __future__ import annotations

from typing import Any

from onething.vocabulary import OutsideSystem, Role

WORDS = {
    "find-case": "查找时看到办件",
    "look-at-case": "查看办件", "look-at-form": "查看申请表", "look-at-file": "打开文件", "look-at-request": "查看咨询",
    "look-at-question": "查看您的问题",
    "print-copy": "打印留存材料", "take-out-archive": "调取归档包", "scan": "上传扫描件", "answer-dispute": "核实数据异议",
    "answer-question": "答复您的问题", "remind": "催办", "ask": "登记咨询", "guidance-": "答复咨询",
    "intake-": "审查材料", "repeat-notice-": "审核再次告知补正", "digitise": "把纸质材料转成电子",
    "hand-over-originals": "移交纸质原件",
    "receive-originals": "接收纸质原件", "originals-differ": "核对纸质原件", "pull-application": "取走申请材料",
    "accept": "决定受理", "refuse-acceptance": "决定不予受理", "approve": "作出准予决定", "refuse": "作出不予决定",
    "pre-review-": "预审材料", "end-by-rule": "终止办理事项", "start-special-step": "开始特别环节",
    "end-special-step": "结束特别环节", "record-extra-step": "登记附加环节",
    "ask-extension": "申请延长期限", "grant": "批准延长期限", "deny": "不批准延长期限", "appoint-joint-act": "约定联合办理",
    "joint-act-not-needed": "取消联合办理", "joint-opinion": "提出联合办理意见", "record-joint-act": "登记联合办理记录",
    "send-results": "把结果送往发证窗口", "deliver": "送达结果", "delivery-failed": "登记没有送达", "callback-": "回报办理情况",
    "fetch-shared": "从政务数据共享平台取得材料", "dispatch": "把申请材料转给办理部门", "push-result": "把结果告知相关部门",
    "publish-certificate": "制发证照", "revoke-certificate": "撤销证照", "archive": "归档",
    "change-model": "改按更新后的流程办理",
    "clear-case": "保存期满，清除个人信息", "clear-materials": "保存期满，清除材料文件",
    "place-hold": "因案件需要延长保存", "lift-hold": "解除延长保存",
    "list-after-breach": "列入信息安全事件的通知名单", "identify-applicant": "在窗口核对身份",
    "find-applicant": "在窗口按证件号码查找", "act-for-applicant": "在窗口代为提交申请",
    "window-correction": "在窗口收取补正材料",
    "window-withdrawal": "在窗口登记撤回", "window-delivery-choice": "在窗口更改领取方式",
    "window-paper-reply": "登记部门的纸质回复", "window-": "在窗口登记办理",
}
"""By action, or by what it begins with; what is written with a hyphen at its end has several endings."""
AUTOMATIC = frozenset(
    {"fetch-shared", "dispatch", "push-result", "publish-certificate", "archive", "clear-case", "clear-materials"})
"""What programs do with somebody's data; their other records move nothing."""
PROGRAMS = frozenset({"系统", "核对程序", "file-scan"})
"""Actors that are nobody."""
CONSOLE = "console:"
"""How an actor begins who works on the machine itself."""
WHY = {
    Role.WINDOW: "收件审查和窗口服务", Role.REVIEWER: "审查本部门的事项", Role.LEAD: "牵头协调", Role.DELIVERY: "送达结果",
    Role.ADVISER: "咨询辅导", Role.SUPERVISOR: "督办和监督", Role.AUDITOR: "审计",
}


def words(action: str) -> str:
    """Never empty: what has no words of its own is still shown."""
    exact = WORDS.get(action)
    return exact or next((text for name, text in WORDS.items() if action.startswith(name)), "办理本办件")


def outsider(actor: str) -> tuple[str, str]:
    """Who and why, of an actor without an account or office here; empty if the name alone does not tell."""
    if actor in PROGRAMS:
        return "自动办理程序", "按办理流程"
    if actor.startswith(CONSOLE):
        return "系统管理员", "系统运行维护"
    return (actor, "按办理流程") if actor in {system.label for system in OutsideSystem} else ("", "")


def purpose(role: str, detail: dict[str, Any]) -> str:
    """The reason that was written down, else the work of the office."""
    return str(detail.get("reason") or "") or next((why for one, why in WHY.items() if one == role), "办理本办件")


def role_of(office: str, fallback: str) -> str:
    """The role of a group such as reviewer-fire-410105; heads review too."""
    name = office.partition("-")[0]
    return Role.REVIEWER if name == "head" else name if name in set(Role) else fallback
