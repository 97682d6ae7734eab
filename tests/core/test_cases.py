"""Which state may follow which (R67, R76, R79, R86-R88, R91)."""

import itertools

import pytest

from onething import cases
from onething.errors import Conflict, InvalidInput
from onething.vocabulary import CaseState, ItemState, Labelled


def test_an_ended_item_never_moves_again() -> None:
    ended = set(ItemState) - cases.OPEN_ITEM_STATES
    for state, to in itertools.product(ended, ItemState):
        if state != to:
            with pytest.raises(Conflict, match="不能改为"):
                cases.move_item(state, to)


def test_a_step_that_runs_twice_changes_nothing() -> None:
    for state in ItemState:
        assert cases.move_item(state, state) == state
    for state in CaseState:
        assert cases.move_case(state, state) == state


def test_an_item_is_never_approved_before_it_was_accepted() -> None:
    for state in (ItemState.SUBMITTED, ItemState.RECEIVED):
        with pytest.raises(Conflict):
            cases.move_item(state, ItemState.APPROVED)


def test_r76_a_back_item_waits_while_any_front_item_is_open() -> None:
    assert cases.fronts_pending([ItemState.APPROVED, ItemState.ACCEPTED])
    assert not cases.fronts_pending([ItemState.APPROVED, ItemState.APPROVED])
    assert not cases.fronts_pending([]), "no chosen front item: nothing to wait for"


def test_r79_a_failed_front_item_ends_the_back_item() -> None:
    for state in cases.FAILED_ITEM_STATES:
        assert cases.fronts_failed([ItemState.APPROVED, state])
    assert not cases.fronts_failed([ItemState.APPROVED])


def test_r86_r88_withdrawal_is_possible_until_the_decision() -> None:
    assert cases.may_withdraw_item(ItemState.ACCEPTED)
    assert not cases.may_withdraw_item(ItemState.APPROVED)
    assert cases.may_withdraw_case(CaseState.IN_PROGRESS, [ItemState.APPROVED, ItemState.ACCEPTED])
    assert not cases.may_withdraw_case(CaseState.IN_PROGRESS, [ItemState.APPROVED])
    assert not cases.may_withdraw_case(CaseState.DELIVERING, [ItemState.ACCEPTED])
    assert not cases.may_withdraw_case(CaseState.WITHDRAWN, [ItemState.ACCEPTED])


def test_r65_r91_a_refusal_without_reason_is_refused() -> None:
    with pytest.raises(InvalidInput, match="必须写明理由"):
        cases.require_reason("  ", "不予受理决定")


def test_every_state_can_be_reached_and_every_open_state_can_be_left() -> None:
    reached = set().union(*cases.ITEM_MOVES.values()) | {ItemState.SUBMITTED}
    assert reached == set(ItemState)
    assert set(cases.CASE_MOVES) == set(CaseState) - cases.FINAL_CASE_STATES


def test_every_term_has_its_own_chinese_label() -> None:
    for table in Labelled.__subclasses__():
        labels = [member.label for member in table]
        assert all(labels), table
        assert len(set(labels)) == len(labels), table
