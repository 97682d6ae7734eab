"""Random lives of a case against a small reference, on the store alone and on the engine (R28-R110; P8, I2, I9).

`make test` runs a few; `make prove` 2,000 of 50 steps without and 200 with the engine.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

import chinese_calendar
import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from onething.catalogue import load_catalogue
from onething.deadlines import CHINA
from onething.deadlines.days import FIXED_HOLIDAYS
from onething.errors import Conflict
from onething.vocabulary import ItemKind, StepKind
from simulation.answers import YES
from simulation.clock import START, simulated_time
from simulation.town import Town
from tests.machine import drivers
from tests.machine.drivers import Driver, StoreDriver, TownDriver, intake_answer
from tests.machine.reference import FINAL, Reference, Rule
from workers import papermaking

HOME = Path(__file__).resolve().parents[2]
CATALOGUE = load_catalogue(HOME)
CHOICES = (
    ("open-freight-company", ("road-freight-business-permit", "freight-vehicle-transport-certificate")),
    ("start-company", ("enterprise-registration", "seal-engraving-filing", "invoice-issuance")),
    ("close-company", ("tax-clearance-declaration", "tax-deregistration", "enterprise-deregistration",
                       "enterprise-social-insurance-deregistration")),
    ("open-hotel", ("hotel-special-trade-permit", "environmental-impact-approval-form")),
)
"""A pair of licences, one front with two backs, a chain of four, two that know nothing of each other."""
SLACK = timedelta(minutes=5)
"""The town's clock runs on while its people work: a moment is later there by what that took."""
ENDED = ("completed", "withdrawn", "not-taken", "expired")
FORMS = {"acceptance": "acceptance-review", "pre-review": "pre-review", "decision": "approval-decision",
         "special": "special-step"}


def rules_of(bundle: str, items: tuple[str, ...]) -> dict[str, Rule]:
    entry = CATALOGUE.bundle(bundle)
    return {
        item: Rule(
            fronts=tuple(front for front in entry.fronts_of(item) if front in items),
            licence=CATALOGUE.items[item].kind == ItemKind.LICENCE,
            promised=CATALOGUE.items[item].limits.promised.days, statutory=CATALOGUE.items[item].limits.statutory.days,
            hearing=any(step.kind == StepKind.HEARING for step in CATALOGUE.items[item].special_steps),
        ) for item in items
    }


def machine(driver: Driver, works: Callable[[date], bool], start: datetime) -> type[RuleBasedStateMachine]:
    """The machine on this driver."""

    class CaseMachine(RuleBasedStateMachine):
        reference: Reference

        @initialize(choice=st.sampled_from(CHOICES))
        def submit(self, choice: tuple[str, tuple[str, ...]]) -> None:
            bundle, items = choice
            self.now = start
            driver.begin(bundle, items)
            days = CATALOGUE.procedures
            self.reference = Reference(
                rules_of(bundle, items), works, start, extension=days.extension.days, correction=days.correction.days
            )

        def at(self, *places: str) -> list[str]:
            return [item for item, place in self.reference.at.items() if place in places]

        def one(self, data: st.DataObject, *places: str) -> str:
            return data.draw(st.sampled_from(self.at(*places)))

        @rule(hours=st.sampled_from((1, 3, 7, 23, 24, 49, 72, 120, 241)))
        def advance_clock(self, hours: int) -> None:
            target = self.now + timedelta(hours=hours)
            while alarms := self.reference.alarms(target):
                self._to(max(alarms[0] + SLACK, self.now))
            target = max(target, self.now)
            while self._close_to_an_end(target):
                target += SLACK
            self._to(target)

        def _close_to_an_end(self, moment: datetime) -> bool:
            """There the reference and a clock that ran on could both be right, and differ."""
            return any(moment - SLACK < at for at in self.reference.alarms(moment + SLACK))

        def _to(self, moment: datetime) -> None:
            self.now = moment
            driver.go_to(moment)
            self.reference.pass_time(moment)

        @precondition(lambda self: self.reference.case in ENDED)
        @rule(choice=st.sampled_from(CHOICES))
        def submit_again(self, choice: tuple[str, tuple[str, ...]]) -> None:
            driver.finish()
            self.submit(choice)

        @precondition(lambda self: self.reference.case == "submitted")
        @rule(what=st.sampled_from(("take-in", "take-in", "take-in", "notice", "reject")))
        def look_at_materials(self, what: str) -> None:
            if what == "reject":
                answer = {**intake_answer(True), "intake_decision": "rejected", "intake_reason": "不属于本窗口"}
                driver.answer("intake-review", "", answer)
                self.reference.reject(self.now)
            elif what == "take-in":
                driver.answer("intake-review", "", intake_answer(True))
                self.reference.take_in(self.now)
            else:
                driver.answer("intake-review", "", intake_answer(False))
                self.reference.notice(self.now)

        @precondition(lambda self: self.reference.case == "correction")
        @rule()
        def correct(self) -> None:
            driver.hand_in_correction()
            self.reference.correct(self.now)

        @precondition(lambda self: self.at("acceptance"))
        @rule(data=st.data(), accept=st.sampled_from((True, True, True, True, False)))
        def decide_on_acceptance(self, data: st.DataObject, accept: bool) -> None:
            item = self.one(data, "acceptance")
            driver.answer("acceptance-review", item, YES["acceptance-review"] if accept else drivers.NOT_ACCEPTED)
            if accept:
                self.reference.accept(item, self.now)
            else:
                self.reference.refuse_acceptance(item, self.now)

        @precondition(lambda self: self.at("pre-review"))
        @rule(data=st.data())
        def pre_review(self, data: st.DataObject) -> None:
            item = self.one(data, "pre-review")
            driver.answer("pre-review", item, YES["pre-review"])
            self.reference.pre_review(item, self.now)

        @precondition(lambda self: self.at("decision"))
        @rule(data=st.data(), approve=st.sampled_from((True, True, True, False)))
        def decide(self, data: st.DataObject, approve: bool) -> None:
            item = self.one(data, "decision")
            answer = YES["approval-decision"] if approve else {**YES["approval-decision"], **drivers.NO}
            driver.answer("approval-decision", item, answer)
            self.reference.decide(item, approve, self.now)

        @precondition(lambda self: any(self.reference.rules[item].hearing for item in self.at("decision")))
        @rule(data=st.data())
        def pause_for_a_hearing(self, data: st.DataObject) -> None:
            item = data.draw(st.sampled_from([one for one in self.at("decision") if self.reference.rules[one].hearing]))
            driver.answer("approval-decision", item, {**YES["approval-decision"], **drivers.HEARING})
            self.reference.special(item, self.now)

        @precondition(lambda self: self.at("special"))
        @rule(data=st.data())
        def resume_after_the_hearing(self, data: st.DataObject) -> None:
            item = self.one(data, "special")
            driver.answer("special-step", item, YES["special-step"])
            self.reference.special_done(item, self.now)

        def may_extend(self) -> list[str]:
            return [item for item in self.at("decision")
                    if self.reference.rules[item].licence and item not in self.reference.extended]

        @precondition(lambda self: self.may_extend())
        @rule(data=st.data())
        def extend(self, data: st.DataObject) -> None:
            item = data.draw(st.sampled_from(self.may_extend()))
            driver.answer("approval-decision", item, {**YES["approval-decision"], **drivers.EXTEND})
            driver.answer("extension-decision", item, YES["extension-decision"])
            self.reference.extend(item, self.now)

        @precondition(lambda self: self.reference.case not in ("not-taken", "expired"))
        @rule(data=st.data(), sure=st.integers(0, 3))
        def withdraw_item(self, data: st.DataObject, sure: int) -> None:
            """Allowed or refused as the reference says; rare, or no case would live long."""
            item = data.draw(st.sampled_from(sorted(self.reference.items)))
            if not self.reference.may_withdraw(item):
                with pytest.raises(Conflict):
                    driver.withdraw(item)
            elif sure == 0:
                driver.withdraw(item)
                self.reference.withdraw(item, self.now)

        @rule(sure=st.integers(0, 11))
        def withdraw_case(self, sure: int) -> None:
            if not self.reference.may_withdraw_case():
                with pytest.raises(Conflict):
                    driver.withdraw("")
            elif sure == 0:
                driver.withdraw("")
                self.reference.withdraw_case(self.now)

        @precondition(lambda self: self.reference.case in ("delivering", "undelivered"))
        @rule(arrived=st.sampled_from((True, False)))
        def deliver(self, arrived: bool) -> None:
            driver.answer("result-handover", "", {**YES["result-handover"], **({} if arrived else drivers.FAILED)})
            self.reference.hand_over(arrived)

        @invariant()
        def store_and_reference_agree(self) -> None:
            if not hasattr(self, "reference"):
                return
            assert driver.case_state() == self.reference.case
            assert driver.item_states() == self.reference.items
            seen = driver.limits()
            for (item, clock), limit in self.reference.limits.items():
                found = seen[item, clock]
                assert (found.ended, found.overdue) == (limit.ended, limit.overdue), (item, clock)
                if not limit.ended:
                    assert found.paused == limit.paused, (item, clock)
                    if not limit.paused:
                        assert abs(found.due - self.reference.due(item, clock)) < SLACK, (item, clock)

        @invariant()
        def nobody_is_asked_what_may_not_be_decided(self) -> None:
            open_forms = driver.tasks() if hasattr(self, "reference") else None
            if open_forms is None or self.reference.case in ENDED:
                return
            wanted = {(FORMS[place], item) for item, place in self.reference.at.items() if place in FORMS}
            case_forms = {"submitted": "intake-review", "delivering": "result-handover", "undelivered": "result-handover"}
            if self.reference.case in case_forms:
                wanted.add((case_forms[self.reference.case], ""))
            assert open_forms == wanted

        def teardown(self) -> None:
            if hasattr(self, "reference"):
                driver.finish()
                assert driver.case_state() in ENDED
                assert set(driver.item_states().values()) <= {*FINAL, "not-taken", "expired"}

    return CaseMachine


def run(kind: type[RuleBasedStateMachine], runs: int, steps: int) -> None:
    run_state_machine_as_test(kind, settings=settings(
        max_examples=runs, stateful_step_count=steps, deadline=None, database=None, derandomize=True,
        suppress_health_check=list(HealthCheck), phases=(Phase.explicit, Phase.generate, Phase.shrink),
    ))


@pytest.fixture
def on_the_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> type[RuleBasedStateMachine]:
    """A Monday in 2026; days from another library. Papers are left blank: drawing them is proved elsewhere."""
    monkeypatch.setattr(papermaking, "signed", lambda _desk, _paper, *, number=None: b"%PDF-1.7\n")
    start = datetime(2026, 1, 5, 9, 30, tzinfo=CHINA)
    return machine(StoreDriver(HOME, tmp_path, start), chinese_calendar.is_workday, start)


def simulated_workday(day: date) -> bool:
    return day.weekday() < 5 and (day.month, day.day) not in FIXED_HOLIDAYS


@pytest.fixture
def on_the_engine(town: Town) -> Iterator[type[RuleBasedStateMachine]]:
    start = START + timedelta(minutes=30)
    with simulated_time(town.clock, town.tools.calendar, town.var / "simulated-years"):
        yield machine(TownDriver(town, start), simulated_workday, start)


def test_random_lives_on_the_store(on_the_store: type[RuleBasedStateMachine]) -> None:
    run(on_the_store, runs=60, steps=50)


@pytest.mark.engine
def test_random_lives_on_the_engine(on_the_engine: type[RuleBasedStateMachine]) -> None:
    run(on_the_engine, runs=4, steps=30)


@pytest.mark.prove
@pytest.mark.timeout(7200)
def test_prove_2000_lives_of_50_steps_on_the_store(on_the_store: type[RuleBasedStateMachine]) -> None:
    run(on_the_store, runs=2000, steps=50)


@pytest.mark.prove
@pytest.mark.engine
@pytest.mark.timeout(14400)
def test_prove_200_lives_of_50_steps_on_the_engine(on_the_engine: type[RuleBasedStateMachine]) -> None:
    run(on_the_engine, runs=200, steps=50)
