"""Examples of whole answers, put together from those of their parts, so that each is written once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Schema = Mapping[str, Any]
REFERENCE = "#/components/schemas/"
PLAIN: Mapping[str, Any] = {"boolean": False, "integer": 1, "number": 1.0}


NUMBER, DOCUMENT = "41010520261126000001O", "0b6f9a52-0000-4000-8000-000000000000"
ITEM = "food-business-license"
PARTS: Mapping[str, Mapping[str, Any]] = {
    "LedgerDay": {"day": "2026-11-27", "counts": True, "kind": "counted", "number": 1, "reason": "工作日"},
    "ClockInfo": {
        "clock": "promised", "label": "承诺办结", "item": ITEM, "started_at": "2026-11-26T15:04:05+08:00",
        "due_at": "2026-12-09T17:00:00+08:00", "ended_at": None, "provisional": False, "overdue": False,
        "working_days_left": 9, "days": 9, "paused_at": None, "overdue_at": None,
    },
    "ProcedureInfo": {
        "label": "现场核查", "effect": "时限暂停", "reason": "核对经营场所布局", "started_at": "2026-11-27T09:00:00+08:00",
        "ended_at": None, "outcome": "",
    },
    "JointActInfo": {
        "label": "联合勘验", "state": "appointed", "items": [ITEM, "fire-safety-inspection"],
        "appointed_for": "2026-11-30T09:30:00+08:00", "place": "郑州市金水区示例路 1 号", "reason": "",
    },
    "ItemProgress": {
        "item": ITEM, "name": "食品经营许可", "department": "市场监管部门", "state": "accepted", "label": "审批中",
        "held_by": "金水区市场监管部门", "reason": "",
    },
    "PaperInfo": {
        "document_id": DOCUMENT, "name": "受理通知书.pdf", "media_type": "application/pdf", "size": 48211,
        "kind": "acceptance", "item": ITEM, "paper_no": "SL41010520260000017",
    },
    "CertificateInfo": {
        "certificate_no": "ZZ4101052026000019", "item": ITEM, "title": "食品经营许可证", "issuer": "金水区市场监管部门",
        "issued_on": "2026-11-30", "state": "published", "document_id": DOCUMENT,
        "verify_url": "http://127.0.0.1:8000/verify/d1J8mQxq3kQ0hVnX2u4zBw",
    },
    "OwnCertificate": {"number": NUMBER},
    "NoticeInfo": {"text": f"您申请的“开饭店”已提交，办件编号 {NUMBER}。", "created_at": "2026-11-26T15:04:05+08:00"},
    "PromiseInfo": {
        "key": "management-rules", "name": "食品安全管理制度", "kind": "tolerance", "consequence": "逾期未补交的，不予许可",
        "signed_at": "2026-11-26T15:04:05+08:00", "due_at": "2026-12-03T17:00:00+08:00", "handed_in_at": None,
    },
    "ApplicationSummary": {
        "number": NUMBER, "bundle": "open-restaurant", "name": "开饭店", "state": "in_progress", "label": "办理中",
        "submitted_at": "2026-11-26T15:04:05+08:00",
    },
    "ApplicationDetail": {"district": "410105", "headline": "正在由金水区市场监管部门审批", "guidance": []},
    "Applicant": {
        "name": "郑州示例餐饮有限公司（演示）", "id_no": "91410100MA0000000T", "phone": "13800000004", "address": "",
    },
    "MaterialInfo": {
        "key": "premises-plan", "name": "经营场所平面图", "source": "applicant", "required": True,
        "formats": ["pdf", "jpg", "png"], "note": "标明各功能区", "tolerance_days": 0, "commitment": False, "when": None,
        "condition": "",
    },
    "LimitInfo": {"days": 9, "confirmed": False},
    "ItemInfo": {
        "item": ITEM, "name": "食品经营许可", "kind": "licence", "department": "市场监管部门", "levels": ["市", "县"],
        "offered": True, "remark": "", "result": "食品经营许可证", "certificate": True, "after": [], "parallel": None,
        "situation": None, "option": None,
    },
    "QuestionInfo": {
        "key": "fire_area_reached", "text": "营业面积是否达到消防检查的标准？", "type": "boolean", "options": {},
    },
    "PromisedLimit": {"working_days": 11, "path": [ITEM], "confirmed": False},
    "BundleDetail": {"guide_version": "0f3a5c7e9b1d2f40", "licence_first": True, "notes": ["先办理营业执照"]},
    "GuideLine": {"text": "法定 20 个工作日，承诺 9 个工作日", "confirmed": False, "source": "食品安全法", "link": ""},
    "GuideGroup": {"title": "食品经营许可"},
    "GuideSection": {"key": "limits", "title": "办理时限"},
    "GuideDocument": {
        "title": "开饭店“一件事”办事指南", "subtitle": "郑州市", "version": "0f3a5c7e9b1d2f40",
        "url": "http://127.0.0.1:8000/bundles/open-restaurant/guide",
    },
    "Answers": {
        "question": "没有营业执照可以申请吗", "district": "410100", "known": True,
        "advice": "答案来自各部门维护的咨询辅导知识；标有“待核实”的，以窗口答复为准",
    },
    "ResultInfo": {
        "item": ITEM, "name": "食品经营许可", "result": "食品经营许可证", "certificate_no": "ZZ4101052026000019",
        "state": "delivered", "label": "已送达", "arrived_at": "2026-11-30T10:00:00+08:00",
        "delivered_at": "2026-11-30T10:00:02+08:00",
    },
    "DeliveryAttemptInfo": {
        "items": [ITEM], "attempt": 1, "way": "electronic", "outcome": "delivered", "reason": "",
        "proof_no": "SD41010520260000017", "at": "2026-11-30T10:00:02+08:00",
    },
    "DeliveryInfo": {"mode": "unified", "way": "electronic", "changeable": False},
    "EventTaken": {"event": "event-20261126-000017", "received_at": "2026-11-26T15:04:06+08:00"},
    "OverseenClock": {
        "number": NUMBER, "name": "开饭店", "subject": "食品经营许可", "holder": "金水区市场监管部门", "warnings": 1,
        "reminders": 0, "may_remind": True,
    },
    "SupervisionList": {"open": 1, "overdue": 0, "overdue_items": 0, "overdue_cases": 0},
    "NewReminder": {"number": NUMBER, "item": ITEM, "clock": "promised"},
    "Reminded": {"told": "金水区市场监管部门"},
    "Requester": {"name": "张三（演示）", "phone": "13800000001"},
    "GuidanceSummary": {
        "number": "ZX410105202611230000012", "kind": "question", "label": "问题咨询", "bundle": "open-restaurant",
        "name": "开饭店", "channel": "online", "state": "answered", "state_label": "已答复",
        "asked_at": "2026-11-23T09:00:00+08:00",
    },
    "GuidanceDetail": {
        "district": "410105", "items": [ITEM], "question": "租用的房屋可以办吗？", "answer": "可以，请带上租赁合同。", "gaps": [],
        "adviser": "王敏（演示）", "answered_at": "2026-11-23T10:20:00+08:00", "guide_version": "0f3a5c7e9b1d2f40",
        "notification": {"guide_version": "0f3a5c7e9b1d2f40"}, "document_id": DOCUMENT, "application": None,
    },
}
"""What the schemas of answers do not say themselves, by their names."""


def composed(schema: Schema, schemas: Mapping[str, Schema]) -> Any:
    """An example of `schema`: its own where it has one, else of its parts."""
    if "$ref" in schema:
        return composed(schemas[schema["$ref"].removeprefix(REFERENCE)], schemas)
    if "properties" in schema:
        own = given(schema)
        needed = [name for name in schema["properties"] if name in own or name in schema.get("required", [])]
        return {name: own[name] if name in own else composed(schema["properties"][name], schemas) for name in needed}
    if "examples" in schema:
        return schema["examples"][0]
    for key in ("enum", "anyOf"):
        if key in schema:
            return schema[key][0] if key == "enum" else composed(schema[key][0], schemas)
    if schema.get("type") == "array":
        return [composed(schema["items"], schemas)]
    if schema.get("type") == "object":
        return {}
    return schema.get("const", schema.get("default", PLAIN.get(schema.get("type", ""), "")))


def given(schema: Schema) -> dict[str, Any]:
    """What is known of an object's own fields; a longer answer shows what the shorter one shows as well."""
    fields = set(schema["properties"])
    shorter = (part for part in PARTS.values() if set(part) <= fields and len(part) > 3)
    found: dict[str, Any] = {}
    for part in (*shorter, schema.get("examples", [{}])[0], PARTS.get(schema.get("title", ""), {})):
        found |= part
    return found
