"""The automatic steps as analysts, handlers and the worker loop know them: what each reads, what it gives, what may go wrong.

One declaration, four uses: handlers see what is declared and nothing else (`engine.typed`), the worker asks the engine for
nothing else, Modeler's element templates and docs/steps.md are made from it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from onething.engine.contract import MATERIAL_ROWS, Topic, judgement_variables, material_variable

KINDS: Mapping[str, tuple[type, str]] = {
    "text": (str, "文本"), "yes-no": (bool, "是或否"), "number": (int, "整数"), "time": (datetime, "时间"),
}
TICKS = tuple(name for row in range(1, MATERIAL_ROWS + 1) for name in judgement_variables(row)[:2])
DEFECTS = tuple(judgement_variables(row)[2] for row in range(1, MATERIAL_ROWS + 1))
ROWS = tuple(material_variable(row) for row in range(1, MATERIAL_ROWS + 1))


@dataclass(frozen=True)
class Value:
    """A process variable. `kind` is one of `KINDS`; None is allowed for every kind."""

    name: str
    kind: str
    label: str


@dataclass(frozen=True)
class Step:
    """`step` is the property of the node that tells several steps of one topic apart, "" where there is but one. `needs` must
    be there; `reads` may be. `errors` are the BPMN error codes it may raise."""

    topic: str
    step: str
    name: str
    does: str
    needs: tuple[str, ...] = ()
    reads: tuple[str, ...] = ()
    gives: tuple[str, ...] = ()
    errors: Mapping[str, str] = field(default_factory=dict)


def _values(kind: str, **labels: str) -> list[Value]:
    return [Value(name, kind, label) for name, label in labels.items()]


VALUES: Mapping[str, Value] = {value.name: value for value in (
    *_values(
        "text", step="步骤", item="事项", due_note="期限怎样算", input_problem="填写的问题", material_keys="待审材料的版本",
        promised="容缺和承诺的材料", intake_decision="收件结论", intake_reason="收件理由", intake_outcome="收件结果",
        repeat_decision="是否同意再次告知", repeat_reason="再次告知的理由", originals="纸质原件清单",
        digitising_note="转电子说明",
        handover_receiver="接收人", handover_note="移交说明", originals_received="清点结果", receipt_note="清点说明",
        pull_note="获取说明", acceptance_way="受理方式", acceptance_decision="受理结论", acceptance_reason="受理理由",
        head_group="有权批准延期的负责人", procedure_note="特别环节、延期和有效期的规则", delivery_mode="统一或分别领取",
        pre_review_opinion="预审意见", pre_review_reason="预审说明", approval_decision="审批决定", approval_reason="审批理由",
        approval_basis="法律依据", approval_term="证照有效期", approval_valid_until="有效期截止日期",
        approval_next="审批后的去向", special_kind="特别环节", procedure_reason="启动的理由",
        special_outcome="特别环节的结果", extension_decision="是否同意延期", extension_reason="延期决定的理由",
        delivery_way="送达方式", sender_group="寄出结果的部门", sending_note="寄出说明", delivery_outcome="送达结果",
        delivery_reason="未送达的原因", handover_proof_no="签收凭证号", return_receiver="退还的领取人", return_note="退还说明",
        joint_next="联合办理的去向", joint_note="参加的事项", joint_decision="是否开展联合办理", joint_time="约定的时间",
        joint_place="地点", joint_reason="不开展的理由", opinion_groups="参加的部门", opinion_group="出具意见的部门",
        opinion="意见", opinion_text="意见说明", joint_record="联合记录", guidance_kind="咨询或预审",
        guidance_answer="答复", pre_check_opinion="预审结论", pre_check_gaps="预审的缺项", extra_name="附加环节的名称",
        extra_outcome="附加环节的结论", extra_record="附加环节的记录",
    ),
    *_values(
        "yes-no", digitised="已转电子", pulled="已获取", accepted="予以受理", approved="准予", front_pending="前置结果未到",
        front_passed="前置结果通过", delivery_needed="有结果待送达", papers_held="持有原件",
    ),
    *_values(
        "number", loopCounter="并行的序号", delivery_attempt="第几次送达", cross_level_count="跨层级的部门数",
        opinion_count="参加的部门数",
    ),
    *_values(
        "time", intake_due="收件期限", correction_due="补正期限", digitising_due="转电子期限", acceptance_due="受理期限",
        deemed_acceptance_due="视为受理的时间", promised_due="承诺办结时间", statutory_due="法定办结时间",
        pre_review_due="预审期限", special_due="特别环节期限", joint_due="联合办理期限",
        delivery_due="送达期限", sending_due="寄出期限", return_due="退还期限",
    ),
    *(Value(name, "yes-no", "齐全、合法的勾选") for name in TICKS),
    *(Value(name, "text", "材料的问题") for name in DEFECTS),
    *(Value(name, "text", "待审材料的名称") for name in ROWS),
)}
TOPIC_NAMES: Mapping[str, str] = {
    Topic.INTAKE: "收件", Topic.DISPATCH: "分送", Topic.ACCEPTANCE: "受理", Topic.PRE_REVIEW: "容缺预审", Topic.APPROVAL: "审批",
    Topic.CERTIFICATE: "制证", Topic.RESULT_PUSH: "结果互通", Topic.DELIVERY: "送达", Topic.ARCHIVE: "归档", Topic.NOTICE: "通知",
    Topic.WITHDRAWAL: "撤回", Topic.SUPERVISE: "督办", Topic.JOINT_ACT: "联合办理", Topic.EXTRA_STEP: "附加环节",
    Topic.GUIDANCE: "咨询辅导",
}
LISTED = ("material_keys", "intake_decision", "intake_reason", "promised", "input_problem", *ROWS, *TICKS, *DEFECTS)
TAKEN_IN = ("acceptance_due", "deemed_acceptance_due", "digitising_due", "originals", "due_note")
ACCEPTED = (
    "accepted", "delivery_mode", "front_pending", "front_passed", "pre_review_due", "head_group", "procedure_note",
    "promised_due", "statutory_due", "due_note",
)
DATES = ("promised_due", "statutory_due", "due_note")
CLEARED = ("approval_decision", "procedure_reason", "special_kind")
OF_ITEM = ("item",)

STEPS: tuple[Step, ...] = (
    Step(Topic.INTAKE, "prepare", "列出待审材料", "获取共享数据，列出窗口要审查的材料", gives=LISTED),
    Step(
        Topic.INTAKE, "record", "登记收件结果", "登记窗口的结论：收件、一次告知补正、当场补正或不予收件",
        reads=("intake_decision", "intake_reason", "material_keys", *TICKS, *DEFECTS),
        gives=("intake_outcome", "correction_due", *TAKEN_IN, *LISTED),
    ),
    Step(
        Topic.INTAKE, "reason", "登记再次告知理由", "督办岗位同意或不同意再次告知", reads=("repeat_decision", "repeat_reason"),
        gives=("intake_outcome", "correction_due", *TAKEN_IN, *LISTED),
    ),
    Step(Topic.INTAKE, "expire", "登记逾期未补正", "补正期限届满，终止本次申请", gives=("intake_outcome", "intake_due")),
    Step(Topic.DISPATCH, "push", "同步推送联办部门", "把申请送到每个联办部门"),
    Step(
        Topic.DISPATCH, "digitised", "登记转电子", "登记纸质材料已转成电子件", reads=("digitised", "digitising_note"),
        gives=("input_problem",),
    ),
    Step(
        Topic.DISPATCH, "hand-over", "登记移交清单", "登记窗口把原件移交给牵头部门", reads=("handover_receiver", "handover_note"),
        gives=("input_problem",),
    ),
    Step(
        Topic.DISPATCH, "receive", "登记清点结果", "登记牵头部门的清点", reads=("originals_received", "receipt_note"),
        gives=("input_problem",),
    ),
    Step(
        Topic.ACCEPTANCE, "open", "确定受理方式", "窗口受理、部门受理，或先由牵头部门获取申报信息", needs=OF_ITEM,
        gives=("acceptance_way", *ACCEPTED),
    ),
    Step(
        Topic.ACCEPTANCE, "pulled", "登记已获取", "登记联办部门已取得申报信息", needs=OF_ITEM, reads=("pulled", "pull_note"),
        gives=("input_problem",),
    ),
    Step(
        Topic.ACCEPTANCE, "decide", "登记受理决定", "登记受理或不予受理，算出期限", needs=OF_ITEM,
        reads=("acceptance_decision", "acceptance_reason"), gives=("input_problem", *ACCEPTED),
    ),
    Step(Topic.ACCEPTANCE, "deem", "登记视为受理", "五日内没有决定，依法视为受理", needs=OF_ITEM, gives=ACCEPTED),
    Step(Topic.ACCEPTANCE, "auto", "登记转办", "查询类和合作单位的事项不经受理", needs=OF_ITEM, gives=ACCEPTED),
    Step(
        Topic.PRE_REVIEW, "", "登记预审意见", "登记容缺预审的意见，等待前置结果", needs=OF_ITEM,
        reads=("pre_review_opinion", "pre_review_reason"), gives=("input_problem", "front_pending", "front_passed"),
    ),
    Step(
        Topic.APPROVAL, "decide", "登记审批决定", "登记准予或不予，或转入特别环节、延期审批", needs=OF_ITEM,
        reads=(
            "approval_decision", "approval_reason", "approval_basis", "approval_term", "approval_valid_until", "special_kind",
            "procedure_reason",
        ),
        gives=("approval_next", "approved", "special_due", "input_problem"),
    ),
    Step(Topic.APPROVAL, "front-failed", "登记前置未通过", "前置事项未获准予，依规则终止", needs=OF_ITEM, gives=("approved",)),
    Step(
        Topic.APPROVAL, "step-done", "登记环节结果", "登记特别环节的结果，期限继续计算", needs=OF_ITEM,
        reads=("special_outcome",),
        gives=("input_problem", "special_outcome", *CLEARED, *DATES),
    ),
    Step(
        Topic.APPROVAL, "extension-decided", "登记延期决定", "登记负责人对延期的决定", needs=OF_ITEM,
        reads=("extension_decision", "extension_reason"),
        gives=("input_problem", "extension_decision", "extension_reason", *CLEARED, *DATES),
    ),
    Step(Topic.CERTIFICATE, "", "制证", "取号、制作、签名并公布证照，一事一号", needs=OF_ITEM),
    Step(Topic.RESULT_PUSH, "", "结果互通", "把结果送到省级平台和联办部门", needs=OF_ITEM, gives=("delivery_mode",)),
    Step(Topic.NOTICE, "", "通知申请人", "把受理结果告知申请人和省级平台", needs=OF_ITEM),
    Step(
        Topic.DELIVERY, "prepare", "汇集办理结果", "汇集尚未送达的结果，算出送达期限", reads=("item",),
        gives=("delivery_needed", "delivery_way", "delivery_attempt", "cross_level_count", "sending_due", "delivery_due"),
    ),
    Step(
        Topic.DELIVERY, "sender", "确定送达部门", "并行任务中的一个由哪个部门寄出", needs=("loopCounter",), reads=("item",),
        gives=("sender_group",),
    ),
    Step(
        Topic.DELIVERY, "sent", "登记结果送达窗口", "登记其他层级的部门已寄出结果",
        reads=("item", "sender_group", "sending_note"),
    ),
    Step(
        Topic.DELIVERY, "prove", "登记送达并移交凭证", "登记送达或未送达，把凭证交给每个部门",
        reads=("item", "delivery_way", "delivery_attempt", "delivery_outcome", "delivery_reason", "handover_receiver",
               "handover_proof_no"),
        gives=("delivery_outcome", "input_problem"),
    ),
    Step(Topic.ARCHIVE, "", "归档", "全部送达后把一件事的材料和文书归成一卷", reads=("item",)),
    Step(
        Topic.WITHDRAWAL, "record", "登记撤回", "停止尚未决定的事项，告知各部门，算出退还期限",
        gives=("papers_held", "return_due"),
    ),
    Step(
        Topic.WITHDRAWAL, "returned", "登记退还", "登记统一退还原件", reads=("return_receiver", "return_note"),
    ),
    Step(Topic.SUPERVISE, "", "超期督办", "期限届满，标记超期并告知牵头部门和督办岗位", reads=("item",)),
    Step(
        Topic.JOINT_ACT, "prepare", "确定参加部门", "确定参加联合办理的部门和期限", needs=OF_ITEM,
        gives=("joint_next", "joint_note", "joint_due"),
    ),
    Step(
        Topic.JOINT_ACT, "appoint", "登记联合安排", "登记时间和地点，通知各部门和申请人", needs=OF_ITEM,
        reads=("joint_decision", "joint_time", "joint_place", "joint_reason"),
        gives=("joint_next", "opinion_groups", "opinion_count", "input_problem"),
    ),
    Step(
        Topic.JOINT_ACT, "asked", "确定出具部门", "并行任务中的一个由哪个部门出具意见", needs=("opinion_groups", "loopCounter"),
        gives=("opinion_group",),
    ),
    Step(
        Topic.JOINT_ACT, "opinion", "登记意见", "登记一个部门的意见", needs=("item", "opinion_group"),
        reads=("opinion", "opinion_text"), gives=("input_problem",),
    ),
    Step(
        Topic.JOINT_ACT, "record", "登记联合记录", "登记联合记录，送到各部门", needs=OF_ITEM, reads=("joint_record",),
        gives=("input_problem",),
    ),
    Step(
        Topic.EXTRA_STEP, "open", "确定环节名称", "附加环节叫什么，取自事项框里的图", needs=OF_ITEM, gives=("extra_name",),
    ),
    Step(
        Topic.EXTRA_STEP, "record", "登记环节结果", "登记附加环节的结论和记录，供审批时查阅", needs=OF_ITEM,
        reads=("extra_outcome", "extra_record"), gives=("input_problem",),
    ),
    Step(
        Topic.GUIDANCE, "", "登记答复并告知", "登记答复或预审的结论，出具一次性告知单", needs=("guidance_kind",),
        reads=("guidance_answer", "pre_check_opinion", "pre_check_gaps"), gives=("input_problem",),
    ),
)


def steps_of(topic: str) -> tuple[Step, ...]:
    return tuple(step for step in STEPS if step.topic == topic)


def asked_of(topic: str) -> frozenset[str]:
    """What a worker asks the engine for: everything a step of this topic may read."""
    return frozenset(name for step in steps_of(topic) for name in (*step.needs, *step.reads)) | {"step"}
