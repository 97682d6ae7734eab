"""The reconciler ends a second process while workers go on with it."""

from types import SimpleNamespace
from typing import Any

import pytest

from onething.engine.errors import EngineRefused
from workers.reconciler import PAUSES, Reconciler

OVERTAKEN = EngineRefused(500, "OptimisticLockingException", "Execution of 'DELETE ExternalTaskEntity' failed")
FORBIDDEN = EngineRefused(500, "ProcessEngineException", "no")


def ending(*answers: EngineRefused) -> tuple[Reconciler, list[str]]:
    left, asked = list(answers), []

    def delete_process(instance: str) -> None:
        asked.append(instance)
        if left:
            raise left.pop(0)

    engine: Any = SimpleNamespace(delete_process=delete_process)
    return Reconciler(SimpleNamespace(), engine), asked  # type: ignore[arg-type]


def test_a_step_that_ends_at_that_moment_does_not_keep_the_second_process_alive() -> None:
    reconciler, asked = ending(OVERTAKEN, OVERTAKEN)
    reconciler.end("second")
    assert asked == ["second"] * 3


@pytest.mark.parametrize(("answers", "times"), [((FORBIDDEN,), 1), ((OVERTAKEN,) * 10, len(PAUSES) + 1)])
def test_what_does_not_end_is_said(answers: tuple[EngineRefused, ...], times: int) -> None:
    reconciler, asked = ending(*answers)
    with pytest.raises(EngineRefused):
        reconciler.end("second")
    assert len(asked) == times
