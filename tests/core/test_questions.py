"""Nobody is asked what changes nothing (R24, R111)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from starlette.datastructures import FormData

from api import drafts
from onething.catalogue import Bundle, load_catalogue
from onething.eligibility import idle_questions, materials_for, offers

CATALOGUE = load_catalogue(Path(__file__).resolve().parents[2])
BUNDLES = CATALOGUE.in_plan_order()
RESTAURANT, FIRE = CATALOGUE.bundle("open-restaurant"), "fire-safety-inspection"


def choices(key: str, bundle: Bundle) -> list[Any]:
    question = next(one for one in CATALOGUE.questions_of(bundle) if one.key == key)
    return [True, False] if question.type == "boolean" else [option.value for option in question.options]


def test_how_an_item_is_done_is_not_asked_where_it_is_not_needed() -> None:
    assert idle_questions(CATALOGUE, RESTAURANT, {"fire_area_reached": False}) == {"fire_promise"}
    assert idle_questions(CATALOGUE, RESTAURANT, {"fire_area_reached": True}) == set()
    assert idle_questions(CATALOGUE, RESTAURANT, {}) == set()
    assert idle_questions(CATALOGUE, RESTAURANT, {"fire_area_reached": False}, [FIRE]) == set()


def test_how_an_item_is_done_is_not_asked_where_nobody_knows_whether_it_is_needed() -> None:
    """R24: 不清楚 keeps the fire check; whether it comes with a promise is asked once it is sure."""
    assert drafts.silenced(CATALOGUE, RESTAURANT, [])["fire_promise"] == ["fire_area_reached=no", "fire_area_reached=later"]
    rest = {"agent": "no", "premises": "owned", "large_advert": "no", "drainage_covered": "yes"}
    said = FormData(rest | {"fire_area_reached": "later", "fire_promise": "yes"})  # answered before the other became unsure
    answers, faults = drafts.read_answers(CATALOGUE, RESTAURANT, said)
    assert not faults
    assert answers.keys() == rest.keys()
    data = drafts.after_answers(CATALOGUE, RESTAURANT, {"asked": False, "items": []}, answers)
    assert FIRE in data["items"]
    assert not drafts.unanswered(CATALOGUE, RESTAURANT, data)
    letters = {need.material.key for need in drafts.needs_for(CATALOGUE, RESTAURANT, data)}
    assert "fire-safety-promise-letter" not in letters, "the ordinary way holds: inspected first"
    _, faults = drafts.read_answers(CATALOGUE, RESTAURANT, FormData(rest | {"fire_area_reached": "yes"}))
    assert [fault.field for fault in faults] == ["fire_promise"]


@pytest.mark.parametrize("bundle", BUNDLES, ids=lambda bundle: bundle.slug)
def test_an_idle_question_changes_neither_items_nor_materials(bundle: Bundle) -> None:
    for other, silencing in drafts.silenced(CATALOGUE, bundle, []).items():
        for pair in silencing:
            key, _, text = pair.partition("=")
            if text == drafts.LATER:
                continue  # 不清楚 is no answer; see the test above
            answers = {key: {"yes": True, "no": False}.get(text, text)}
            assert other in idle_questions(CATALOGUE, bundle, answers)
            outcomes = []
            for answer in choices(other, bundle):
                every = answers | {other: answer}
                needed = [offer.row.item for offer in offers(bundle, every) if offer.needed]
                outcomes.append((needed, [need.material.key for need in materials_for(CATALOGUE, bundle, needed, every)]))
            assert all(outcome == outcomes[0] for outcome in outcomes), (other, pair)


def test_the_page_may_leave_it_out_and_asks_when_the_item_is_chosen_all_the_same() -> None:
    said = FormData({"fire_area_reached": "no", "agent": "no", "premises": "owned", "by_agent": "no"})
    _, faults = drafts.read_answers(CATALOGUE, RESTAURANT, said)
    assert "fire_promise" not in {fault.field for fault in faults}
    _, faults = drafts.read_answers(CATALOGUE, RESTAURANT, said, [FIRE])
    assert "fire_promise" in {fault.field for fault in faults}
    every = {question.key: choices(question.key, RESTAURANT)[-1] for question in CATALOGUE.questions_of(RESTAURANT)}
    data = {"answers": {key: value for key, value in every.items() if key != "fire_promise"}, "items": [FIRE]}
    assert drafts.unanswered(CATALOGUE, RESTAURANT, data)
    assert not drafts.unanswered(CATALOGUE, RESTAURANT, data | {"items": ["food-business-license"]})


def test_what_only_the_old_answers_called_for_keeps_no_question_open() -> None:
    every = {one.key: choices(one.key, RESTAURANT)[-1] for one in CATALOGUE.questions_of(RESTAURANT)}
    unsure = {key: value for key, value in every.items() if key != "fire_area_reached"}
    data = drafts.after_answers(CATALOGUE, RESTAURANT, {"asked": False, "items": []}, unsure)
    assert FIRE in data["items"]
    assert FIRE not in drafts.by_hand(CATALOGUE, RESTAURANT, data)
    said = FormData({
        "fire_area_reached": "no", "large_advert": "no", "drainage_covered": "no", "agent": "no", "premises": "leased",
    })
    answers, faults = drafts.read_answers(CATALOGUE, RESTAURANT, said, drafts.by_hand(CATALOGUE, RESTAURANT, data))
    assert not faults, "how the fire check is done needs no answer any more"
    assert FIRE not in drafts.after_answers(CATALOGUE, RESTAURANT, data, answers)["items"]
    chosen = data | {"answers": answers, "items": ["food-business-license", FIRE]}
    assert drafts.by_hand(CATALOGUE, RESTAURANT, chosen) == [FIRE]
