"""The words of what changed between two editions: every key of the catalogue in Chinese, and how its values are said."""

from __future__ import annotations

from onething.vocabulary import Audience, ItemKind, JointKind, Level, MaterialForm, StepKind

ITEMS, LIMITS, MATERIALS, FORM, FEES, OTHER = AREAS = ("事项", "时限", "材料", "申请表", "收费", "其他")

NAMES: dict[str, str] = {
    # the bundle and its rows
    "slug": "代号", "audience": "服务对象", "number": "编号", "short_name": "通称", "whom": "适用范围",
    "companies_take": "公司应办的一件事", "national": "是否国务院统一部署的改革任务", "lead": "牵头部门", "theme": "主题分类",
    "licence_first": "是否需先行取得营业执照", "rows": "事项", "questions": "问题", "situations": "互斥情形",
    "precedence_notes": "前后置说明", "joint_acts": "联合办理", "notes": "说明", "editor_notes": "编者说明",
    "presets": "申请表中先选好的内容",
    "guidance": "咨询辅导", "change": "优化情况", "model": "流程模型", "item": "事项", "department": "办理部门",
    "levels": "行使层级", "remark": "备注", "parallel": "依法并行办理的分组", "situation": "所属情形",
    "option": "对应的回答", "when": "适用情形", "because": "需要办理的说明", "otherwise": "不需要办理的说明",
    "after": "前置事项", "group": "情形代号", "title": "标题", "front": "前置事项", "back": "后置事项", "reason": "理由",
    "items": "涉及的事项", "delegated": "是否委托政务服务中心", "batch": "批次", "since": "起始时间", "what": "内容",
    # the item
    "name": "名称", "kind": "类型", "result": "", "certificate": "是否核发电子证照", "validity": "有效期", "years": "年数",
    "shows": "证照载明事项", "lines": "载明的内容", "field": "代号", "applicant": "申请人在证照上的称谓",
    "called": "持证人在证照上的称谓",
    "limits": "",
    "statutory": "法定办结时限", "promised": "承诺办结时限", "days": "", "basis": "设定依据", "law": "名称",
    "article": "条款", "edition": "版本日期", "materials": "材料", "special_steps": "特别环节", "supervision": "",
    "warn_before": "提前预警天数", "reminders_a_day": "每天可以催办的次数", "conditions": "申请条件", "fee": "收费情况",
    "intermediary": "中介服务", "attention": "", "appointment": "“是否须预约办理”", "in_person": "“是否须本人亲自办理”",
    "all_parties": "“是否须所有当事人到场”", "photo": "“照片和仪容”", "common_errors": "常见错误", "wrong": "错误示例",
    "right": "正确做法", "review_points": "审查要点", "fields": "申请表项目", "tolerance": "容缺受理",
    "allowed": "是否实行", "promise": "是否实行告知承诺", "required": "是否必须提供",
    # materials and fields
    "key": "代号", "source": "出处", "form": "类型", "issuer": "来源", "trust": "信任等级", "standard": "受理标准",
    "copies": "份数", "size": "规格", "paper": "是否需要纸质材料", "formats": "格式", "holder": "提供部门",
    "dataset": "数据集", "valid_days": "再次使用的期限", "result_of": "由哪些事项产生", "note": "补充说明",
    "confirmed": "核实情况", "label": "名称", "section": "所在部分", "type": "填写方式", "unit": "单位", "options": "选项",
    "value": "代号", "minimum": "最小值", "maximum": "最大值", "max_length": "最多字数", "pattern": "填写格式",
    "help": "填写说明", "error": "填写提示", "example": "示例", "shared": "共享来源", "starts_as": "先填好的内容",
    "locates": "据以确定办理地区", "past": "是否不能晚于当天", "rare": "是否少见", "if_sure": "是否确定要办才问",
    "identity": "是否核对证件号码", "not_before": "不能早于的日期", "text": "",
    # answers, and what all guides share
    "bundle": "一件事", "entries": "常见问题", "question": "问题", "answer": "答复", "owner": "责任部门",
    "reviewed": "审核日期", "ways": "受理方式", "collection": "领取方式", "query": "办理进程和结果查询",
    "complaints": "监督投诉渠道", "consultation": "咨询方式", "remedies": "行政救济途径", "hotlines": "咨询电话",
    "baseline": "逐项办理的对照基准", "kinds": "适用的事项类型", "departments": "适用的部门",
    "visits_per_item": "每个事项跑窗口的次数", "steps_per_item": "每个事项的环节",
    "own_form_fields": "每张申请表都要填写的项目", "service": "各指南共用的内容", "knowledge": "常见问题",
    # what the law says of clocks
    "procedures": "", "steps": "特别环节的规则", "stops_clock": "是否停止计时", "extension": "可以延长的期限",
    "correction": "申请人补正的期限", "remind_before": "补正期满前提醒的天数",
}
"""Every key of an edition; an empty name is left out of the sentence."""
IN_PLACE = {
    ("bundle", "name"): "一件事名称", ("result", "name"): "办理结果名称", ("result", "validity"): "办理结果有效期",
    ("materials", "source"): "来源方式", ("materials", "form"): "材料类型", ("shared", "department"): "提供部门",
    ("questions", "text"): "问法", ("service", "department"): "所属部门", ("questions", "type"): "回答方式",
    ("items", "name"): "事项名称", ("items", "kind"): "事项类型", ("departments", ""): "部门名称",
}
"""(what it belongs to, key) -> its name there."""
VALUES: dict[str, dict[str, str]] = {
    "audience": {str(one): one.label for one in Audience}, "levels": {str(one): f"{one.label}级" for one in Level},
    "kind": {str(one): one.label for one in ItemKind}, "kinds": {str(one): one.label for one in ItemKind},
    "special_steps": {str(one): one.label for one in StepKind}, "joint_acts": {str(one): one.label for one in JointKind},
    "form": {str(one): one.label for one in MaterialForm}, "batch": {"new": "新增", "optimised": "优化", "extended": "拓展"},
    "source": {"applicant": "申请人提交", "government": "政府部门共享，免于提交"},
    "formats": {"pdf": "PDF", "jpg": "JPG", "png": "PNG"}, "trust": {one: one for one in "ABCD"},
    "type": {
        "text": "文字", "textarea": "多行文字", "number": "数字", "date": "日期", "choice": "单选", "checks": "多选",
        "boolean": "是或否",
    },
}
"""Key -> value for programs -> value for people."""
DEPARTMENTS = frozenset({"lead", "department", "holder", "owner", "departments"})
LISTED = {"after": "items", "items": "items", "result_of": "items", "front": "items", "back": "items", "fields": "fields"}
"""Keys whose values are names of items or fields."""
UNITS = {
    "days": "个工作日", "copies": "份", "valid_days": "天", "max_length": "个字", "visits_per_item": "次",
    "reminders_a_day": "次", "warn_before": "个工作日",
}
UNSAID = frozenset({
    "theme", "parallel", "situation", "option", "pattern", "group", "slug", "model", "key", "value", "guidance", "starts_as",
    "not_before",
})
"""Names for programs: people are told that they changed, not how."""
ADDED = {
    ("items", "materials"): ("增加材料", "不再需要材料"), ("knowledge", "entries"): ("新增常见问题", "删去常见问题"),
    ("bundle", "rows"): ("增加事项", "删去事项"), ("items", "fields"): ("申请表增加", "申请表不再填写"),
    ("questions", ""): ("增加问题", "不再询问"),
}
"""(what it belongs to, list) -> how an entry that came, and one that went, is said."""
