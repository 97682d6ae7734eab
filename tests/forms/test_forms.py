"""Forms: outputs exactly as the contract says, components both engines have, words a clerk understands (R65, R91)."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from onething.engine.contract import FORMS, MATERIAL_ROWS, WORDS, judgement_variables, material_variable
from onething.engine.variables import MAX_TEXT

HOME = Path(__file__).resolve().parents[2] / "forms"
ALLOWED = {"text", "textfield", "textarea", "select", "radio", "number", "checkbox"}
"""Present in both engines' Tasklist; a filepicker has no back end in one of them."""
SHOWN = {"application_no", "bundle_name", "item", "item_name", "due_note", "input_problem", "originals", "promised",
         "procedure_note", "procedure_reason", "joint_note", "extra_name"} | {
    material_variable(row) for row in range(1, MATERIAL_ROWS + 1)
}
CONDITION = re.compile(r'^=(\w+) (=|!=) "([\w-]+)"$')
PLAIN = re.compile(
    r'^=((?:input_problem|promised) = null or (?:input_problem|promised) = ""|material_\d\d = null'
    r'( or \(complete_\d\d = true and legal_\d\d = true\))?|\w+ (=|!=) "[\w-]+"( and \w+ != "[\w-]+")*)$'
)
UNTOLD = {"result-sending", "material-return"}
"""Forms that take any answer."""
LINK = re.compile(r'<a href="([^"]+)" target="_blank">([^<]+)</a>')
CASE_PAGE, ITEM_PAGE, REQUEST_PAGE = (
    "/staff/cases/{{application_no}}", "/staff/cases/{{application_no}}?item={{item}}", "/staff/guidance/{{application_no}}",
)
HAN = re.compile(r"[\u4e00-\u9fff]")
REFUSALS = {
    "acceptance-review": ("acceptance_decision", {"refuse"}, "acceptance_reason"),
    "pre-review": ("pre_review_opinion", {"defective"}, "pre_review_reason"),
    "approval-decision": ("approval_decision", {"refuse"}, "approval_reason"),
    "extension-decision": ("extension_decision", {"deny"}, "extension_reason"),
    "joint-appointment": ("joint_decision", {"not-needed"}, "joint_reason"),
    "joint-opinion": ("opinion", {"rectify", "fail"}, "opinion_text"),
    "guidance-pre-check": ("pre_check_opinion", {"gaps"}, "pre_check_gaps"),
}
ANSWERS = {
    "acceptance-review": {"accept", "refuse"},
    "pre-review": {"complete", "defective"}, "approval-decision": {"approve", "refuse", "special", "extension"},
    "extension-decision": {"grant", "deny"}, "joint-appointment": {"appointed", "not-needed"},
    "joint-opinion": {"pass", "rectify", "fail"},
    "guidance-pre-check": {"complete", "gaps"},
}


def read(form: str) -> dict[str, Any]:
    return json.loads((HOME / f"{form}.form").read_text(encoding="utf-8"))


def fields(form: str) -> dict[str, dict[str, Any]]:
    return {part["key"]: part for part in read(form)["components"] if "key" in part}


def test_there_is_a_form_for_every_entry_of_the_contract_and_no_other() -> None:
    assert {path.stem for path in HOME.glob("*.form")} == set(FORMS)


def test_s11_the_contract_knows_what_people_write_in_their_own_words() -> None:
    written = {part["key"] for form in FORMS for part in fields(form).values() if part["type"] in ("textfield", "textarea")}
    assert written == WORDS


@pytest.mark.parametrize("form", FORMS)
def test_outputs_are_the_contract(form: str) -> None:
    assert tuple(fields(form)) == FORMS[form]


@pytest.mark.parametrize("form", FORMS)
def test_both_engines_can_show_it(form: str) -> None:
    schema = read(form)
    assert (schema["id"], schema["type"], schema["schemaVersion"]) == (form, "default", 16)
    assert (schema["executionPlatform"], schema["executionPlatformVersion"]) == ("Camunda Platform", "7.21.0")
    assert {part["type"] for part in schema["components"]} <= ALLOWED
    ids = [part["id"] for part in schema["components"]]
    assert len(set(ids)) == len(ids)


@pytest.mark.parametrize("form", FORMS)
def test_labels_are_chinese_and_text_is_bounded(form: str) -> None:
    schema = read(form)
    assert schema["components"][0]["text"].startswith("### ")
    for part in schema["components"]:
        words = [part.get("text") or part["label"], *(value["label"] for value in part.get("values", []))]
        assert all(HAN.search(word) for word in words)
        if part["type"] in ("textfield", "textarea"):
            assert part["validate"]["maxLength"] <= 500 <= MAX_TEXT
            assert HAN.search(part["description"])


@pytest.mark.parametrize("form", FORMS)
def test_only_ids_are_shown_and_nothing_is_computed(form: str) -> None:
    """S11, S06: the engine knows ids; expressions stay comparisons of an answer with a word."""
    for part in read(form)["components"]:
        assert set(re.findall(r"\{\{(\w+)\}\}", part.get("text", ""))) <= SHOWN
        if "conditional" in part:
            assert PLAIN.match(part["conditional"]["hide"])


@pytest.mark.parametrize("form", FORMS)
def test_r91_every_form_leads_to_what_the_step_needs(form: str) -> None:
    """To the item where the step is about one; never to a host, and in a window of its own: what was typed stays."""
    words = "".join(part.get("text", "") for part in read(form)["components"])
    wanted = REQUEST_PAGE if "咨询编号" in words else ITEM_PAGE if "**事项**" in words else CASE_PAGE
    assert [path for path, _ in LINK.findall(words)] == [wanted]
    assert "href" not in LINK.sub("", words)


@pytest.mark.parametrize("form", REFUSALS)
def test_a_refusal_needs_a_reason(form: str) -> None:
    """R65: the reason is hidden for no refusing answer, and then required."""
    answer, refusing, reason = REFUSALS[form]
    parts = fields(form)
    assert {value["value"] for value in parts[answer]["values"]} == ANSWERS[form]
    assert parts[answer]["validate"]["required"]
    asked, sign, word = CONDITION.match(parts[reason]["conditional"]["hide"]).groups()
    hidden = {value for value in ANSWERS[form] if (value == word) == (sign == "=")}
    assert asked == answer
    assert hidden == ANSWERS[form] - refusing
    assert parts[reason]["validate"]["required"]


def test_r42_every_material_is_judged_twice_and_a_defect_is_described() -> None:
    parts = fields("intake-review")
    for row in range(1, MATERIAL_ROWS + 1):
        complete, legal, defect = judgement_variables(row)
        assert (parts[complete]["label"], parts[legal]["label"]) == ("齐全", "符合法定形式")
        gone = f"material_{row:02} = null"
        assert parts[complete]["conditional"]["hide"] == parts[legal]["conditional"]["hide"] == f"={gone}"
        assert parts[defect]["conditional"]["hide"] == f"={gone} or ({complete} = true and {legal} = true)"
    answers = {value["value"] for value in parts["intake_decision"]["values"]}
    assert answers == {"accepted", "correction", "on-the-spot", "rejected"}


@pytest.mark.parametrize("form", [form for form in FORMS if form not in UNTOLD])
def test_what_cannot_be_taken_is_told_on_the_form(form: str) -> None:
    told = [part for part in read(form)["components"] if "{{input_problem}}" in part.get("text", "")]
    assert len(told) == 1
