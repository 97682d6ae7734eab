"""Which group has which form, and the answer that moves a case forward: one table for tests, samples and simulation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from onething.catalogue import Catalogue
from onething.engine import contract
from onething.validity import usual_term

GROUPS = {
    "intake-review": "window_group", "digitising": "window_group", "paper-handover": "window_group",
    "material-return": "window_group", "repeat-notice": "supervisor_group", "pull-application": "lead_group",
    "paper-receipt": "lead_group", "joint-appointment": "lead_group", "joint-record": "lead_group",
    "joint-opinion": "opinion_group", "extension-decision": "head_group", "result-sending": "sender_group",
    "result-handover": "delivery_group",
}
"""The variable that names the group of a form's task; `reviewer_group` where nothing is said."""
YES: Mapping[str, Mapping[str, Any]] = {
    "intake-review": {**contract.all_in_order(), "intake_decision": "accepted", "intake_reason": ""},
    "repeat-notice": {"repeat_decision": "allow", "repeat_reason": "首次审查时系统图片未能打开"},
    "digitising": {"digitised": True, "digitising_note": ""},
    "paper-handover": {"handover_receiver": "牵头部门收件人", "handover_note": ""},
    "paper-receipt": {"originals_received": "complete", "receipt_note": ""},
    "pull-application": {"pulled": True, "pull_note": ""},
    "acceptance-review": {"acceptance_decision": "accept", "acceptance_reason": ""},
    "pre-review": {"pre_review_opinion": "complete", "pre_review_reason": ""},
    "approval-decision": {
        "approval_decision": "approve", "approval_reason": "经审查，符合法定条件",
        "approval_basis": "《中华人民共和国行政许可法》第三十八条", "approval_term": "long", "approval_valid_until": "",
    },
    "special-step": {"special_outcome": "检测合格"},
    "extension-decision": {"extension_decision": "grant", "extension_reason": ""},
    "joint-appointment": {
        "joint_decision": "appointed", "joint_time": "2033-01-07 09:30", "joint_place": "申请人的经营场所", "joint_reason": "",
    },
    "joint-opinion": {"opinion": "pass", "opinion_text": ""},
    "joint-record": {"joint_record": "各部门同时到场，经营场所与提交的平面图一致，均符合要求。"},
    "extra-record": {"extra_outcome": "pass", "extra_record": "现场与提交的平面图一致"},
    "result-sending": {"sending_note": "专人送达"},
    "result-handover": {
        "delivery_outcome": "delivered", "handover_receiver": "self", "handover_proof_no": "演示-001",
        "delivery_reason": "",
    },
    "material-return": {"return_receiver": "self", "return_note": "TH-1"},
}


def answer_to(key: str, catalogue: Catalogue, item: str) -> Mapping[str, Any]:
    """The answer that moves a case forward, with the term that the catalogue has for the certificate of `item`."""
    if key != "approval-decision":
        return YES[key]
    return {**YES[key], "approval_term": usual_term(catalogue.items[item].result)}


def group_of(key: str, shown: Mapping[str, Any]) -> str:
    """The group that has the task `key`, from what its form shows."""
    return str(shown[GROUPS.get(key, "reviewer_group")])
