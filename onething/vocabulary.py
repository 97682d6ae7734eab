"""The one table of states and terms: English value for programs, Chinese label for people."""

from __future__ import annotations

from enum import StrEnum


class Labelled(StrEnum):
    """An enum whose members carry a Chinese label: `NAME = "value", "标签"`."""

    label: str

    def __new__(cls, value: str, label: str) -> Labelled:
        member = str.__new__(cls, value)
        member._value_, member.label = value, label
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


class MaterialForm(Labelled):
    """材料类型 (R7)."""

    ORIGINAL = "original", "原件"
    COPY = "copy", "复印件"
    BOTH = "original-and-copy", "原件及复印件"
    ELECTRONIC = "electronic", "电子材料"


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
    EXPIRED = "expired", "逾期未补正，已终止"
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
    EXPIRED = "expired", "逾期未补正"


class Clock(Labelled):
    """The clocks of a case; each has a row in the deadline ledger."""

    INTAKE = "intake", "收件审查"
    CORRECTION = "correction", "申请人补正"
    DIGITISING = "digitising", "纸质材料转电子"
    SUPPLEMENT = "supplement", "容缺材料补交"
    ACCEPTANCE = "acceptance", "受理"
    DEEMED_ACCEPTANCE = "deemed-acceptance", "视为受理"
    PROMISED = "promised", "承诺办结时限"
    STATUTORY = "statutory", "法定办结时限"
    PRE_REVIEW = "pre-review", "容缺预审"
    SENDING = "sending", "跨层级结果送发证窗口"
    DELIVERY = "delivery", "送达"
    RETURN = "return", "退还材料"


class GuidanceKind(Labelled):
    """What is asked of an adviser before anything is handed in."""

    QUESTION = "question", "业务咨询"
    PRE_CHECK = "pre-check", "申报辅导（材料预审）"


class GuidanceState(Labelled):
    OPEN = "open", "等待答复"
    ANSWERED = "answered", "已答复"


class PaperKind(Labelled):
    RECEIPT = "receipt", "收件回执"
    CORRECTION_NOTICE = "correction-notice", "一次性告知通知书"
    PROMISE_LETTER = "promise-letter", "承诺书"
    HANDOVER_LEDGER = "handover-ledger", "纸质原件移交清单"
    ACCEPTANCE_NOTICE = "acceptance-notice", "受理通知书"
    REFUSAL_DECISION = "refusal-decision", "不予决定书"
    LICENCE = "licence", "证照"
    DELIVERY_RECORD = "delivery-record", "送达回证"
    GUIDANCE_NOTICE = "guidance-notice", "一次性告知单"
    ARCHIVE = "archive", "归档包"
    SPECIAL_STEP_NOTICE = "special-step-notice", "特别程序告知书"
    EXTENSION_NOTICE = "extension-notice", "延长办理期限告知书"
    JOINT_RECORD = "joint-record", "联合办理记录"
    REVOCATION_DECISION = "revocation-decision", "撤销决定书"
    RESULT_NOTICE = "result-notice", "办理结果通知书"
    NOT_TAKEN_NOTICE = "not-taken-notice", "不予收件告知书"
    ENDING_NOTICE = "ending-notice", "终止办理告知书"


DECISIONS = (PaperKind.REFUSAL_DECISION, PaperKind.RESULT_NOTICE)
"""What is handed over for an item that ends without a certificate."""


class StepKind(Labelled):
    """Special steps (特别环节) of an item; whether one stops the clock is said in catalogue/procedures.yaml."""

    HEARING = "hearing", "听证"
    INSPECTION = "inspection", "检验"
    TESTING = "testing", "检测"
    QUARANTINE = "quarantine", "检疫"
    APPRAISAL = "appraisal", "鉴定"
    EXPERT_REVIEW = "expert-review", "专家评审"
    SITE_VISIT = "site-visit", "现场勘验"
    FRONT_RESULT = "front-result", "等待前置结果"


class JointKind(Labelled):
    """Acts of several departments in one appointment, organised by the lead department."""

    REVIEW = "review", "联合评审"
    INSPECTION = "inspection", "联合勘验"
    ACCEPTANCE = "acceptance", "联合验收"


class JointState(Labelled):
    PLANNED = "planned", "待牵头部门安排"
    APPOINTED = "appointed", "已约定时间"
    RECORDED = "recorded", "已形成记录"
    NOT_NEEDED = "not-needed", "无需联合办理"


class Opinion(Labelled):
    PASS = "pass", "符合要求"
    RECTIFY = "rectify", "整改后符合"
    FAIL = "fail", "不符合要求"


class CheckOutcome(Labelled):
    """How one look of the window at a case ended."""

    ACCEPTED = "accepted", "收件"
    CORRECTION = "correction", "一次告知补正"
    ON_THE_SPOT = "on-the-spot", "当场补正"
    NEEDS_REASON = "needs-reason", "待说明再次告知理由"
    DENIED = "denied", "不同意再次告知"
    REJECTED = "rejected", "不予收件"


class PromiseKind(Labelled):
    TOLERANCE = "tolerance", "容缺受理"
    COMMITMENT = "commitment", "告知承诺"


class SupervisionKind(Labelled):
    """What was said about an open limit; none of it moves the limit."""

    WARNING = "warning", "临期预警"
    OVERDUE = "overdue", "超期"
    REMINDER = "reminder", "催办"


class Grade(Labelled):
    """好差评: the five grades, best first (R121)."""

    VERY_SATISFIED = "very-satisfied", "非常满意"
    SATISFIED = "satisfied", "满意"
    BASIC = "basic", "基本满意"
    DISSATISFIED = "dissatisfied", "不满意"
    VERY_DISSATISFIED = "very-dissatisfied", "非常不满意"


class RatingChannel(Labelled):
    """Where a case was rated: once in each."""

    PAGE = "page", "网上评价"
    SMS = "sms", "短信评价"


class ConsentWay(Labelled):
    """Where somebody read the texts and agreed."""

    PAGE = "page", "网上办事页面"
    API = "api", "其他办事渠道（接口）"
    COUNTER = "counter", "综合受理窗口"
    TERMINAL = "terminal", "自助终端"


class CertificateState(Labelled):
    RESERVED = "reserved", "编号已预留"
    PUBLISHED = "published", "有效"
    REVOKED = "revoked", "已撤销"


class FileSafety(Labelled):
    """Whether a stored file may be opened; nobody opens one that is not."""

    PASSED = "passed", "可以使用"
    WAITING = "waiting", "正在安全检查"
    INFECTED = "infected", "未通过安全检查"
    REMOVED = "removed", "保存期满已清除"


class OutsideSystem(Labelled):
    """Systems of others that orders go to and callbacks come from; the value is its name in settings and files."""

    SMS = "sms", "短信平台"
    PLATFORM = "platform", "省一体化政务服务平台"
    HOTLINE = "hotline", "12345 热线"
    COURIER = "courier", "寄递服务"
    SHARING = "sharing", "数据共享平台"
    LICENCES = "licences", "电子证照库"
    DEPARTMENTS = "departments", "部门业务系统"


class CallbackKind(Labelled):
    """What an outside system tells us of its own accord."""

    SENT_OUT = "sent-out", "已寄出"
    SIGNED_FOR = "signed-for", "已签收"
    RETURNED = "returned", "已退回"
    DECIDED = "decided", "部门系统已作出决定"
    RECEIVED = "received", "平台已接收"
    REJECTED = "rejected", "平台退回"


class Role(Labelled):
    CITIZEN = "citizen", "申请人"
    WINDOW = "window", "综合受理窗口"
    REVIEWER = "reviewer", "部门审查人员"
    LEAD = "lead", "牵头部门"
    DELIVERY = "delivery", "发证窗口"
    ADVISER = "adviser", "咨询辅导岗"
    SUPERVISOR = "supervisor", "市政务服务办公室"
    ANALYST = "analyst", "流程分析员"
    AUDITOR = "auditor", "审计员"
    ADMINISTRATOR = "administrator", "系统管理员"


def glossary() -> str:
    """docs/glossary.md: every term of this table, English and Chinese."""
    lines = ["# Glossary", "", "Generated from `onething/vocabulary.py`; a test compares the two."]
    for table in Labelled.__subclasses__():
        lines += ["", f"## {table.__name__}", "", "| value | 中文 |", "|---|---|", *(f"| {m.value} | {m.label} |" for m in table)]
    return "\n".join(lines) + "\n"
