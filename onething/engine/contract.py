"""Every name the models, forms and workers share, once. A test holds the models and forms to it, both ways.

Imports nothing, so that modelling, workers and the front door may read it.
"""

from __future__ import annotations

SHARED_PROCESSES = ("intake", "handover", "acceptance", "approval", "joint-act", "extra-step", "delivery", "guidance")
EXTRA_STEP, EXTRA_RECORD = "extra-step", "extra-record"
"""The shared process of a step that analysts add to the box of an item (and its topic), and its form."""

MATERIAL_ROWS = 24
"""How many materials the form of intake can list; a catalogue that needs more is refused by a test."""


class Topic:
    """External-task topics; `workers.table` has one function for each."""

    INTAKE = "intake"
    DISPATCH = "dispatch"
    ACCEPTANCE = "acceptance"
    PRE_REVIEW = "pre-review"
    APPROVAL = "approval"
    CERTIFICATE = "certificate"
    RESULT_PUSH = "result-push"
    DELIVERY = "delivery"
    ARCHIVE = "archive"
    NOTICE = "notice"
    WITHDRAWAL = "withdrawal"
    SUPERVISE = "supervise"
    JOINT_ACT = "joint-act"
    EXTRA_STEP = "extra-step"
    GUIDANCE = "guidance"


TOPICS = tuple(value for name, value in vars(Topic).items() if not name.startswith("_"))


class Message:
    """Messages correlated by business key; the item ones also by the variable `item`."""

    CASE_WITHDRAWN = "case-withdrawn"
    ITEM_WITHDRAWN = "item-withdrawn"
    FRONT_RESULT_ARRIVED = "front-result-arrived"
    MATERIALS_CORRECTED = "materials-corrected"
    JOINT_READY = "joint-ready"
    OPINION_NOT_NEEDED = "opinion-not-needed"
    DELIVERY_CHANGED = "delivery-changed"


MESSAGES = tuple(value for name, value in vars(Message).items() if not name.startswith("_"))


def judgement_variables(row: int) -> tuple[str, str, str]:
    """What the clerk fills in for the material in row 1, 2, ...: complete, of legal form, what is wrong (R42)."""
    return f"complete_{row:02}", f"legal_{row:02}", f"defect_{row:02}"


def material_variable(row: int) -> str:
    """The name of the material shown in that row."""
    return f"material_{row:02}"


def all_in_order() -> dict[str, bool]:
    """The clerk's ticks when nothing is wrong."""
    return {name: True for row in range(1, MATERIAL_ROWS + 1) for name in judgement_variables(row)[:2]}


FORMS = {
    "intake-review": (
        *(name for row in range(1, MATERIAL_ROWS + 1) for name in judgement_variables(row)),
        "intake_decision", "intake_reason",
    ),
    "repeat-notice": ("repeat_decision", "repeat_reason"),
    "digitising": ("digitised", "digitising_note"),
    "paper-handover": ("handover_receiver", "handover_note"),
    "paper-receipt": ("originals_received", "receipt_note"),
    "pull-application": ("pulled", "pull_note"),
    "acceptance-review": ("acceptance_decision", "acceptance_reason"),
    "pre-review": ("pre_review_opinion", "pre_review_reason"),
    "approval-decision": (
        "approval_decision", "approval_reason", "approval_basis", "approval_term", "approval_valid_until", "special_kind",
        "procedure_reason",
    ),
    "special-step": ("special_outcome",),
    "extension-decision": ("extension_decision", "extension_reason"),
    "joint-appointment": ("joint_decision", "joint_time", "joint_place", "joint_reason"),
    "joint-opinion": ("opinion", "opinion_text"),
    "joint-record": ("joint_record",),
    "extra-record": ("extra_outcome", "extra_record"),
    "result-sending": ("sending_note",),
    "result-handover": ("delivery_outcome", "handover_receiver", "handover_proof_no", "delivery_reason"),
    "material-return": ("return_receiver", "return_note"),
    "guidance-answer": ("guidance_answer",),
    "guidance-pre-check": ("pre_check_opinion", "pre_check_gaps"),
}
"""Form id -> the variables a reviewer fills in."""

WORDS = frozenset({
    *(judgement_variables(row)[2] for row in range(1, MATERIAL_ROWS + 1)), "intake_reason", "repeat_reason", "digitising_note",
    "handover_receiver", "handover_note", "receipt_note", "pull_note", "acceptance_reason", "pre_review_reason",
    "approval_reason", "approval_basis", "approval_valid_until", "procedure_reason", "special_outcome", "extension_reason",
    "joint_time", "joint_place", "joint_reason", "opinion_text", "joint_record", "sending_note", "handover_proof_no",
    "delivery_reason", "return_note", "guidance_answer", "pre_check_gaps", "extra_record",
})
"""What people write in their own words."""

START_VARIABLES = (
    "application_no", "bundle", "bundle_name", "district", "channel", "window_group", "delivery_group", "lead_group",
    "supervisor_group", "intake_due", "delivery_mode",
)
BOX_VARIABLES = (
    "item", "item_name", "reviewer_group", "accepted", "approved", "front_pending", "front_passed", "promised_due",
    "statutory_due", "pre_review_due", "due_note", "head_group", "procedure_note",
)
CASE_VARIABLES = (
    "intake_outcome", "input_problem", "material_keys", "promised", "digitising_due", "originals", "acceptance_way",
    "acceptance_due", "deemed_acceptance_due", "correction_due", "delivery_needed", "delivery_due", "delivery_way",
    "delivery_outcome", "delivery_attempt", "cross_level_count", "sender_group", "sending_due", "papers_held", "return_due",
)
APPROVAL_VARIABLES = ("approval_next", "special_due", "extra_name")
JOINT_VARIABLES = ("joint_next", "opinion_count", "opinion_groups", "opinion_group", "joint_due", "joint_note")
GUIDANCE_VARIABLES = ("guidance_kind", "adviser_group", "guidance_due")
"""What the process of a consultation begins with, besides START_VARIABLES; its `application_no` is the request's number."""
DATE_VARIABLES = (
    "intake_due", "correction_due", "digitising_due", "acceptance_due", "deemed_acceptance_due", "promised_due", "statutory_due",
    "pre_review_due", "special_due", "joint_due", "delivery_due", "sending_due", "return_due", "guidance_due",
)


def snake(slug: str) -> str:
    """`food-business-license` -> `food_business_license`, as process variables are spelled."""
    return slug.replace("-", "_")


def choose_variable(item: str) -> str:
    return f"choose_{snake(item)}"


def block_variable(block: str) -> str:
    return f"choose_block_{snake(block)}"


def block_item(block: str) -> str:
    """The `item` of a parallel block: what a withdrawal of the block names."""
    return f"block-{block}"


def joint_item(kind: str) -> str:
    """The `item` of a joint act: what a message names that ends it."""
    return f"joint-{kind}"


def joint_variable(kind: str) -> str:
    return f"choose_joint_{snake(kind)}"


def group_variable(item: str) -> str:
    return f"group_{snake(item)}"


def window_group(district: str) -> str:
    return f"window-{district}"


def delivery_group(district: str) -> str:
    return f"delivery-{district}"


def reviewer_group(department: str, district: str) -> str:
    return f"reviewer-{department}-{district}"


def head_group(department: str, district: str) -> str:
    """Who approves an extension: the head of the department (Administrative Licensing Law, article 42)."""
    return f"head-{department}-{district}"


def lead_group(department: str, district: str) -> str:
    return f"lead-{department}-{district}"


def adviser_group(office: str, district: str) -> str:
    """Those who answer questions; the office is the lead department or the service centre it delegated to (R31, R32)."""
    return f"adviser-{office}-{district}"


def district_of(group: str) -> str:
    """The district at the end of a group's name."""
    return group.rpartition("-")[2]


def supervisor_group(district: str) -> str:
    return f"supervisor-{district}"
