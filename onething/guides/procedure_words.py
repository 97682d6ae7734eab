"""The words of 工作规程: who acts, what a person does on each form and the system under each topic, by when, on what basis."""

from __future__ import annotations

from onething.vocabulary import ItemKind, Role

SYSTEM, AT_ONCE = "系统", "即时"
LICENSING_LAW = "《中华人民共和国行政许可法》"
WHO = {
    "adviser_group": "{adviser}咨询辅导岗", "window_group": "{district}综合受理窗口", "lead_group": "{lead}（牵头部门）",
    "reviewer_group": "各事项的办理部门", "head_group": "办理部门负责人", "supervisor_group": Role.SUPERVISOR.label,
    "delivery_group": "{district}发证窗口", "sender_group": "跨层级事项的办理部门", "opinion_group": "参加联合办理的各部门",
}
LIMITS = {
    "guidance_due": "1 个工作日内（待核实）", "intake_due": "2 个工作小时内", "digitising_due": "收件后 2 个工作小时内",
    "acceptance_due": "收件后 1 个工作日内", "pre_review_due": "受理后，承诺时限减 1 个工作日内",
    "promised_due": "承诺办结时限内（见各事项）",
    "special_due": "依法不计时的环节不限，计时照常的在承诺办结时限内", "joint_due": "参加事项中最早的承诺办结时限内",
    "sending_due": "办结后 1 个工作日内（待核实）", "delivery_due": "当天", "return_due": "撤回后 1 个工作日内（待核实）",
}
"""Variable of the model -> the limit that Python computes for it."""
BASIS = {
    "guidance": "咨询辅导", "intake": "收件", "handover": "收件", "acceptance": "受理", "approval": "审批", "joint-act": "审批",
    "extra-step": "审批", "delivery": "送达", "archive": "归档", "withdrawal": "审批",
}
DOES = {
    "guidance-answer": "按申请人的需求，一次告知所需材料、流程、时限和注意事项",
    "guidance-pre-check": "预审申请人备好的材料，一次告知需要补充、完善的全部内容；预审不是收件，不起算任何时限",
    "intake-review": "逐份判断材料（含在线获取的）是否齐全、是否符合法定形式，作出收件、一次告知补正、当场补正或者不予收件的结论",
    "repeat-notice": "对首次审查时已能看到而没有告知的问题，决定是否同意再次告知，写明理由",
    "digitising": "把收取的纸质材料转化为电子材料",
    "paper-handover": "把纸质原件连同移交清单当面交给牵头部门；联办部门不保存原件",
    "paper-receipt": "按清单清点原件并统一留存；与清单不符的写明不符之处，退回窗口核对",
    "pull-application": "系统尚未对接的，组织联办部门登录省一体化政务服务平台获取申报信息；受理时限照常计算",
    "acceptance-review": "依法作出受理或者不予受理决定；不予受理的列明具体理由",
    "pre-review": "前置事项没有办结的，先审查前置结果以外的材料，发现问题及时告知",
    "approval-decision": "依法作出决定并写明依据；不予的说明理由、告知救济途径；需要的，启动特别环节或者申请延期",
    "special-step": "特别环节结束后登记结果；停止计时的自此恢复计时",
    "extension-decision": "负责人决定是否同意延长办理期限；申请人和批准人不能是同一人",
    "joint-appointment": "约定一次时间、一个地点，通知申请人和各部门；不需要联合办理的写明理由",
    "joint-opinion": "每个部门出具一次意见，涵盖本部门参加的全部事项",
    "joint-record": "把各部门意见写成一份记录，作为审批依据",
    "extra-record": "完成流程图在本事项增加的环节，写明结论和记录，作为审批参考",
    "result-sending": "把本部门的全部结果和证照一次送至或邮寄至办件所在地的发证窗口",
    "result-handover": "按申请人选定的方式送达：当面发放的核对领取人身份，邮寄的登记单号；没有送达的写明原因，重新办理",
    "material-return": "把留存的纸质原件收齐，一次退还申请人并登记领取人",
}
"""Form -> what the person does."""
SYSTEM_DOES = {
    ("guidance", ""): "登记答复，发出一次性告知单，注明办事指南版本",
    ("intake", "prepare"): "通过数据共享、在线核验获取免于提交的材料，列出待审清单；生成已签署的承诺书",
    ("intake", "record"): "登记结论；收件的出具收件回执，需要补正的出具一次性告知通知书，并通知申请人",
    ("intake", "reason"): "登记再次告知的理由，单独计数",
    ("intake", "expire"): "申请人逾期没有补正的，终止办件并告知可以重新申请",
    ("dispatch", "digitised"): "登记转化完成的时间和经办人",
    ("dispatch", "push"): "把电子材料同步推送至全部所选事项的办理部门；系统尚未对接的，即时通知牵头部门",
    ("dispatch", "hand-over"): "登记移交时间、移交人和接收人，出具移交清单",
    ("dispatch", "receive"): "登记清点结果",
    ("acceptance", "open"): "确定由部门受理、由窗口一并受理（收件受理一体化），还是先由牵头部门组织获取申报信息",
    ("acceptance", "pulled"): "登记联办部门已获取申报信息",
    ("acceptance", "decide"): "登记决定：受理的出具受理通知书、开始计时，不予受理的制作不予受理决定书；推送省一体化政务服务平台",
    ("notice", ""): "短信告知申请人受理或者不予受理的信息",
    ("pre-review", ""): "登记预审意见；只等前置结果时停止计时",
    ("approval", "front-failed"): "前置事项没有通过或者已撤回的，后置事项依规则终止，告知申请人理由",
    ("approval", "decide"): "登记决定、依据和经办人，通知申请人",
    ("approval", "step-done"): "登记特别环节的结果，重新计算截止时间",
    ("approval", "extension-decided"): "登记延期决定，出具延长办理期限告知书，重新计算截止时间",
    ("joint-act", "prepare"): "各事项受理后，确定参加的部门；只有一个部门的由其自行办理",
    ("joint-act", "appoint"): "登记时间和地点，通知申请人和各部门",
    ("joint-act", "asked"): "确定下一个出具意见的部门",
    ("joint-act", "opinion"): "登记部门意见",
    ("joint-act", "record"): "出具联合办理记录，推送各部门",
    ("extra-step", "open"): "把环节名称告知办理人员",
    ("extra-step", "record"): "登记环节的结论、记录和经办人，供审批时查阅",
    ("delivery", "prepare"): "汇集可以送达的结果，按申请人选择的统一领取或者分别领取安排",
    ("delivery", "sender"): "确定要把结果送到发证窗口的上级或下级部门",
    ("delivery", "sent"): "登记结果已送到发证窗口",
    ("delivery", "prove"): "登记送达凭证，移交各办理部门；没有送达的标明“未送达”，不归档",
    ("withdrawal", "record"): "终止没有作出决定的事项，告知各办理部门；已作出决定的不受影响",
    ("withdrawal", "returned"): "登记退还时间和领取人",
    ("archive", ""): "全部结果送达（或者撤回办理完毕）后归档；各部门用电子材料归档，原件由牵头部门统一留存",
}
"""Topic and property `step` -> what the system does."""
BOX = {
    ("acceptance", ""): (
        "", "依法决定是否受理：受理的出具受理通知书并短信告知，办件计时开始；不予受理的列明理由，交发证窗口送达",
        "收件后 1 个工作日内；超期报督办", "实施方案附件3“受理”",
    ),
    ("acceptance", "auto"): (SYSTEM, "不作受理决定，收件后直接转办，办件计时开始", AT_ONCE, "本系统设置（待核实）"),
    ("acceptance", "deem"): (
        SYSTEM, "逾期没有告知是否受理的，依法视为受理，办件计时开始", "收件后 5 个工作日", f"{LICENSING_LAW}第三十二条",
    ),
    ("extra-step", ""): (
        "", "完成流程图在本事项增加的这个环节，写明结论和记录，作为审批参考；不停止计时", "承诺办结时限内（计入办理时限）",
        "本系统设置（待核实）",
    ),
    ("certificate", ""): (SYSTEM, "依托电子证照制发系统生成“{result}”", AT_ONCE, "实施方案附件3“审批”"),
    ("result-push", ""): (
        SYSTEM, "把办理结果（准予或者不予）实时推送至省一体化政务服务平台，各联办部门互通", AT_ONCE, "实施方案附件3“审批”",
    ),
    ("delivery", ""): (
        "发证窗口", "申请人选择分别领取的，本事项办结后即送达；选择统一领取的，与其他事项一并送达", "当天", "实施方案附件3“送达”",
    ),
}
"""Steps of an item's box: who (empty: its department), what, limit, basis."""
DECIDES = {
    ItemKind.LICENCE: "按审查要点审查，作出准予或者不予的决定并写明依据；结果为“{result}”，不予的说明理由、告知救济途径",
    ItemKind.QUERY: "查询、核验有关信息，反馈“{result}”", ItemKind.PARTNER: "按服务规范办理，反馈“{result}”",
}
