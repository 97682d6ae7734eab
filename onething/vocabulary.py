"""The one table of states and terms: English value for programs, Chinese label for people."""

from __future__ import annotations

from enum import StrEnum


class Labelled(StrEnum):
    """An enum whose members carry a Chinese label: `NAME = "value", "标签"`."""

    label: str

    def __new__(cls, value: str, label: str) -> Labelled:
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = label
        return member


class Audience(Labelled):
    ENTERPRISE = "enterprise", "企业"
    INDIVIDUAL = "individual", "个人"


class Level(Labelled):
    PROVINCE = "province", "省"
    CITY = "city", "市"
    COUNTY = "county", "县"
    TOWNSHIP = "township", "乡"


class ItemKind(Labelled):
    LICENCE = "licence", "行政许可"
    REGISTRATION = "registration", "登记"
    FILING = "filing", "备案"
    CONFIRMATION = "confirmation", "行政确认"
    BENEFIT = "benefit", "行政给付"
    QUERY = "query", "信息查询"
    SERVICE = "service", "公共服务"
    REVIEW = "review", "审核"
    PARTNER = "partner", "合作单位办理"


class Channel(Labelled):
    ONLINE = "online", "网上申请"
    WINDOW = "window", "窗口申请"


class DeliveryWay(Labelled):
    ELECTRONIC = "electronic", "电子送达"
    COUNTER = "counter", "窗口领取"
    COURIER = "courier", "邮寄送达"


class DeliveryMode(Labelled):
    """When results are handed over: the applicant's choice (R94)."""

    UNIFIED = "unified", "全流程办结后统一领取"
    SEPARATE = "separate", "各事项办结后分别领取"


class DeliveryState(Labelled):
    """Where the result of one item is (R103)."""

    AWAITED = "awaited", "尚未办结"
    IN_TRANSIT = "in-transit", "正送往发证窗口"
    AT_WINDOW = "at-window", "待送达"
    UNDELIVERED = "undelivered", "未送达"
    DELIVERED = "delivered", "已送达"
    NOT_DUE = "not-due", "无需送达"


class CaseState(Labelled):
    SUBMITTED = "submitted", "已提交，待收件"
    CORRECTION = "correction", "待补正"
    NOT_TAKEN = "not-taken", "不予收件"
    IN_PROGRESS = "in-progress", "办理中"
    DELIVERING = "delivering", "待送达"
    UNDELIVERED = "undelivered", "未送达"
    COMPLETED = "completed", "已办结"
    WITHDRAWN = "withdrawn", "已撤回"


class ItemState(Labelled):
    SUBMITTED = "submitted", "待收件"
    RECEIVED = "received", "已收件，待受理"
    NOT_ACCEPTED = "not-accepted", "不予受理"
    ACCEPTED = "accepted", "已受理，审批中"
    PRE_REVIEWED = "pre-reviewed", "预审完成，等待前置结果"
    APPROVED = "approved", "准予"
    REFUSED = "refused", "不予许可"
    ENDED_BY_RULE = "ended-by-rule", "因前置事项未通过终止"
    WITHDRAWN = "withdrawn", "已撤回"
    NOT_TAKEN = "not-taken", "不予收件"


class Clock(Labelled):
    """The clocks of a case; each has a row in the deadline ledger."""

    INTAKE = "intake", "收件审查"
    DIGITISING = "digitising", "纸质材料转电子"
    ACCEPTANCE = "acceptance", "受理"
    DEEMED_ACCEPTANCE = "deemed-acceptance", "视为受理"
    PROMISED = "promised", "承诺办结时限"
    STATUTORY = "statutory", "法定办结时限"
    SENDING = "sending", "跨层级结果送发证窗口"
    DELIVERY = "delivery", "送达"
    RETURN = "return", "退还材料"


class PaperKind(Labelled):
    RECEIPT = "receipt", "收件回执"
    CORRECTION_NOTICE = "correction-notice", "一次性告知通知书"
    ACCEPTANCE_NOTICE = "acceptance-notice", "受理通知书"
    REFUSAL_DECISION = "refusal-decision", "不予决定书"
    LICENCE = "licence", "证照"
    DELIVERY_RECORD = "delivery-record", "送达回证"
    ARCHIVE = "archive", "归档包"


class CertificateState(Labelled):
    RESERVED = "reserved", "编号已预留"
    PUBLISHED = "published", "有效"
    REVOKED = "revoked", "已撤销"


class Role(Labelled):
    CITIZEN = "citizen", "申请人"
    WINDOW = "window", "综合受理窗口"
    REVIEWER = "reviewer", "部门审查人员"
    LEAD = "lead", "牵头部门"
    DELIVERY = "delivery", "发证窗口"
    SUPERVISOR = "supervisor", "市政务服务办公室"
    ANALYST = "analyst", "流程分析员"
    AUDITOR = "auditor", "审计员"
    ADMINISTRATOR = "administrator", "系统管理员"


def glossary() -> str:
    """docs/glossary.md: every term of this table, English and Chinese."""
    lines = ["# Glossary", "", "Generated from `onething/vocabulary.py`; a test compares the two."]
    for table in Labelled.__subclasses__():
        lines += ["", f"## {table.__name__}", "", "| value | 中文 |", "|---|---|"]
        lines += [f"| {member.value} | {member.label} |" for member in table]
    return "\n".join(lines) + "\n"
