"""What the fields of papers are called in sentences for people: in an error about an empty field or a character."""

LABELS = {
    "accepted_on": "受理日期", "addressee": "当事人", "addressee_id_masked": "当事人证件号码",
    "adviser_name": "咨询辅导人员", "agent_name": "代办人", "answer": "答复", "applicant_id_masked": "申请人证件号码",
    "applicant_name": "申请人", "application_no": "办件编号", "applied_on": "申请日期", "basis": "依据",
    "bundle_name": "一件事名称", "certificate_no": "证照编号", "channel": "收件方式", "clerk_name": "经办人",
    "consequences": "不利后果",
    "contact": "联系方式", "cure": "补正办法", "declaration": "申请人声明", "defects": "需补正的内容",
    "department": "部门", "documents": "送达文书", "due": "补交期限", "due_note": "办结期限", "expected_note": "预计办结",
    "front": "撤回的事项", "told_by": "告知书编号",
    "failure_reason": "未送达或拒收事由", "form": "形式", "gaps": "需补充、完善的内容", "guide_version": "办事指南版本",
    "handed_by": "移交人", "head": "表头", "holder_called": "持证主体的称谓", "holder_code": "统一社会信用代码",
    "holder_id_masked": "证件号码", "holder_name": "持证主体", "how": "补正方式",
    "inside": "内件", "issuer": "制发机关", "item": "事项名称", "item_kind": "事项类型", "item_name": "事项名称",
    "items": "事项清单",
    "looked_by": "审查时限", "submitted_at": "提交时间",
    "kind": "方式", "kind_name": "咨询种类", "label": "项目名称", "lead": "牵头部门", "legal_basis": "法律依据",
    "limit": "办理时限", "lines": "清单", "material": "材料名称", "materials": "材料清单", "mode": "种类", "name": "名称",
    "note": "说明", "notes": "注意事项", "number": "文书编号", "opinion": "意见", "opinions": "各部门意见",
    "order_no": "寄递订单号", "organiser": "组织部门", "originals": "原件清单", "person": "填写人", "picture": "流程图",
    "picture_title": "流程图标题", "place": "地点", "printed_by": "打印人", "problem": "存在的问题",
    "promise": "承诺时限", "proof_no": "凭证号码", "question": "问题", "reason": "理由", "reasons": "具体理由",
    "received_at": "收件时间", "received_by": "清点确认人", "receiver_address": "收件地址", "receiver_name": "收件人",
    "receiver_phone": "联系电话", "receiver_relation": "与受送达人关系", "record": "记录内容", "remarks": "备注",
    "remedy": "救济途径", "result": "办理结果", "rows": "表格", "said": "申请人的回答", "sections": "章节",
    "sender_address": "寄件地址", "server_name": "送达人", "short_name": "简称", "signed_name": "承诺人",
    "source": "依据", "step_name": "特别环节", "steps": "办理流程", "subtitle": "副标题", "text": "内容", "title": "名称",
    "validity": "有效期", "value": "填写内容", "verify_url": "核验地址", "way": "送达方式", "waybill": "运单号",
    "window": "窗口",
}  # fmt: skip


def label_of(field: str) -> str:
    return LABELS.get(field, field)
