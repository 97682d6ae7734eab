"""Every name the models, forms and workers share, once. A test holds the models and forms to it, both ways.

Imports nothing, so that modelling, workers and the front door may read it.
"""

from __future__ import annotations

SHARED_PROCESSES = ("intake", "acceptance", "approval", "delivery")


class Topic:
    """External-task topics; `workers.table` has one function for each."""

    INTAKE = "intake"
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


TOPICS = tuple(value for name, value in vars(Topic).items() if not name.startswith("_"))


class Message:
    """Messages correlated by business key; the item ones also by the variable `item`."""

    CASE_WITHDRAWN = "case-withdrawn"
    ITEM_WITHDRAWN = "item-withdrawn"
    FRONT_RESULT_ARRIVED = "front-result-arrived"
    MATERIALS_CORRECTED = "materials-corrected"


MESSAGES = tuple(value for name, value in vars(Message).items() if not name.startswith("_"))

FORMS = {
    "intake-review": ("intake_decision", "intake_reason"),
    "paper-handover": ("handover_receiver", "handover_note"),
    "acceptance-review": ("acceptance_decision", "acceptance_reason"),
    "pre-review": ("pre_review_opinion", "pre_review_reason"),
    "approval-decision": ("approval_decision", "approval_reason", "approval_basis"),
    "result-handover": ("handover_receiver", "handover_proof_no"),
}
"""Form id -> the variables a reviewer fills in."""

START_VARIABLES = (
    "application_no", "bundle", "bundle_name", "district", "channel", "window_group", "delivery_group", "lead_group",
    "intake_due",
)
BOX_VARIABLES = (
    "item", "item_name", "reviewer_group", "accepted", "approved", "front_pending", "front_passed", "promised_due",
    "statutory_due", "due_note",
)
CASE_VARIABLES = ("intake_outcome", "acceptance_due", "deemed_acceptance_due", "delivery_due", "delivery_way")
DATE_VARIABLES = (
    "intake_due", "acceptance_due", "deemed_acceptance_due", "promised_due", "statutory_due", "delivery_due",
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


def group_variable(item: str) -> str:
    return f"group_{snake(item)}"


def window_group(district: str) -> str:
    return f"window-{district}"


def delivery_group(district: str) -> str:
    return f"delivery-{district}"


def reviewer_group(department: str, district: str) -> str:
    return f"reviewer-{department}-{district}"


def lead_group(department: str, district: str) -> str:
    return f"lead-{department}-{district}"


def supervisor_group(district: str) -> str:
    return f"supervisor-{district}"
