"""What the window may conclude and tell, without engine or store (R42, R43, R59)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onething.catalogue import Catalogue
from onething.eligibility import materials_for
from onething.engine.contract import MATERIAL_ROWS, all_in_order
from onething.errors import InvalidInput
from onething.intake import Judgement, check_decision, defects, late_defects, list_keys, read_judgements, sentences

NAMES = {"plan": "平面图", "rules": "管理制度"}
judged = st.builds(
    Judgement, st.sampled_from(["plan", "rules", "lease"]), st.integers(1, 3), st.booleans(), st.booleans(),
    st.just("问题"),
)


def test_r42_ticks_are_read_by_row_and_an_unticked_row_is_a_defect() -> None:
    answers = {"complete_01": True, "legal_01": True, "complete_02": True, "legal_02": None, "defect_02": " 没有签字 "}
    listed = list_keys([("plan", 2), ("rules", 1), ("lease", 1)])
    assert read_judgements(listed, answers) == [
        Judgement("plan", 2, True, True), Judgement("rules", 1, True, False, "没有签字"),
        Judgement("lease", 1, False, False),
    ]
    assert defects(read_judgements(listed, all_in_order())) == []


@pytest.mark.parametrize(
    ("decision", "reason", "faulty", "words"),
    [("accepted", "", True, "平面图"), ("correction", "", False, "没有要补正的内容"), ("rejected", "", False, "理由"),
     ("on-the-spot", "其他", False, "没有要补正的内容")],
)
def test_r42_a_conclusion_agrees_with_the_judgements(decision: str, reason: str, faulty: bool, words: str) -> None:
    found = [Judgement("plan", 1, False, True, "缺页")] if faulty else []
    with pytest.raises(InvalidInput, match=words):
        check_decision(decision, reason, found, NAMES)


def test_r43_a_defect_without_words_is_not_told() -> None:
    with pytest.raises(InvalidInput, match="平面图"):
        check_decision("correction", "", [Judgement("plan", 1, False, True)], NAMES)
    with pytest.raises(InvalidInput) as both:
        check_decision("correction", "", [Judgement("plan", 1, False, True), Judgement("rules", 1, True, False)], NAMES)
    assert [one.field for one in both.value.all] == ["problem.plan", "problem.rules"]
    assert sentences(Judgement("plan", 1, False, True, "缺第 2 页")) == ("不齐全：缺第 2 页", "请补齐后重新提交")
    assert "法定形式" in sentences(Judgement("plan", 1, True, False, "没有签字"))[0]


def test_r59_the_same_version_may_not_get_a_new_defect_but_a_new_version_may() -> None:
    told = [Judgement("plan", 1, False, True, "缺页"), Judgement("rules", 1, True, True)]
    assert late_defects([Judgement("rules", 1, True, False, "没有签字")], told)
    assert late_defects([Judgement("plan", 1, False, False, "缺页，没有签字")], told)
    assert not late_defects([Judgement("plan", 1, False, True, "仍然缺页")], told)
    assert not late_defects([Judgement("rules", 2, True, False, "没有签字")], told)
    assert not late_defects([Judgement("lease", 1, False, True, "缺页")], told), "it was not there before"


@given(st.lists(judged, max_size=6), st.lists(judged, max_size=6))
def test_r59_whatever_was_told_before_is_never_late(told: list[Judgement], now: list[Judgement]) -> None:
    assert late_defects(told, told) == []
    assert late_defects(now, []) == []
    assert set(late_defects(now, told)) <= set(defects(now))


def test_r42_the_form_has_a_row_for_every_material_of_every_bundle(catalogue: Catalogue) -> None:
    for bundle in catalogue.bundles.values():
        assert len(materials_for(catalogue, bundle, [row.item for row in bundle.rows], None)) <= MATERIAL_ROWS
