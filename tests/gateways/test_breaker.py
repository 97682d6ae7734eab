"""The circuit breaker, against a small model of it and with many threads."""

from __future__ import annotations

import threading
from contextlib import suppress

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from onething.gateways.breaker import Breaker
from onething.gateways.interface import GatewayError, GatewayRefused, OutcomeUnknown

THRESHOLD, REST = 3, 10.0


class Model(RuleBasedStateMachine):
    """`row` failures in a row; open since `opened`."""

    def __init__(self) -> None:
        super().__init__()
        self.now, self.row, self.opened = 0.0, 0, None
        self.breaker = Breaker(THRESHOLD, REST, clock=lambda: self.now)
        self.reached = 0

    @rule(seconds=st.sampled_from([0.5, 4.0, 9.5, 10.0, 30.0]))
    def wait(self, seconds: float) -> None:
        self.now += seconds

    @rule(outcome=st.sampled_from([None, GatewayError, OutcomeUnknown, GatewayRefused, ValueError]))
    def call(self, outcome: type[Exception] | None) -> None:
        before, expected = self.reached, self.opened is None or self.now - self.opened >= REST
        raised = self._call(outcome)
        assert (self.reached == before + 1) is expected
        if not expected:
            assert isinstance(raised, GatewayError)
            assert raised.code == "circuit-open"
        elif outcome in (None, GatewayRefused):
            self.row, self.opened = 0, None
        else:
            self.row += 1
            if self.opened is not None or self.row >= THRESHOLD:
                self.opened = self.now

    def _call(self, outcome: type[Exception] | None) -> Exception | None:
        def reach() -> str:
            self.reached += 1
            if outcome:
                raise outcome("x")
            return "receipt"

        try:
            assert self.breaker.run(reach) == "receipt"
        except (GatewayError, ValueError) as error:
            return error
        return None

    @invariant()
    def says_what_it_is(self) -> None:
        rested = self.opened is not None and self.now - self.opened >= REST
        assert self.breaker.state == ("closed" if self.opened is None else "half-open" if rested else "open")
        assert self.breaker.failures == self.row
        assert self.breaker.open == (self.opened is not None)


TestBreaker = Model.TestCase
TestBreaker.settings = settings(max_examples=200, stateful_step_count=40, deadline=None)


def broken() -> str:
    raise GatewayError("down")


def test_one_call_alone_tries_whether_the_system_is_back() -> None:
    now = [0.0]
    breaker = Breaker(1, 10, clock=lambda: now[0])
    with pytest.raises(GatewayError):
        breaker.run(broken)
    now[0] = 11
    inside, go, results = threading.Event(), threading.Event(), []

    def probe() -> str:
        inside.set()
        go.wait(10)
        return "back"

    thread = threading.Thread(target=lambda: results.append(breaker.run(probe)))
    thread.start()
    assert inside.wait(10)
    for _ in range(20):
        with pytest.raises(GatewayError) as raised:
            breaker.run(lambda: "too early")
        assert raised.value.code == "circuit-open"
    go.set()
    thread.join()
    assert results == ["back"]
    assert breaker.run(lambda: "open to all") == "open to all"


def test_a_failed_try_is_followed_by_a_whole_rest() -> None:
    now = [0.0]
    breaker = Breaker(1, 10, clock=lambda: now[0])
    for moment in (0.0, 10.0, 20.0):
        now[0] = moment
        with pytest.raises(GatewayError, match="down"):
            breaker.run(broken)
        now[0] = moment + 9.9
        with pytest.raises(GatewayError) as raised:
            breaker.run(lambda: "x")
        assert raised.value.code == "circuit-open"
    assert breaker.times_opened == 1


@pytest.mark.parametrize("ends_well", [True, False])
def test_an_old_call_that_ends_late_neither_closes_it_nor_prolongs_its_rest(ends_well: bool) -> None:
    now, inside, go = [0.0], threading.Event(), threading.Event()
    breaker = Breaker(1, 10, clock=lambda: now[0])

    def slow() -> str:
        inside.set()
        go.wait(10)
        return "late" if ends_well else broken()

    def call() -> None:
        with suppress(GatewayError):
            breaker.run(slow)

    thread = threading.Thread(target=call)
    thread.start()
    assert inside.wait(10)
    with pytest.raises(GatewayError):
        breaker.run(broken)
    now[0] = 9
    go.set()
    thread.join()
    assert (breaker.state, breaker.failures, breaker.times_opened) == ("open", 1, 1)
    now[0] = 10
    assert breaker.run(lambda: "back") == "back"
