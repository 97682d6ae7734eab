"""流程图: the model of a case's bundle in the colours of where the case stands, from the store alone."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

from api.case_view import WAITED_FOR, CaseView
from onething.bootstrap import Tools
from onething.modelling.live import Stand, marks
from onething.modelling.picture import picture
from onething.modelling.read import read_model
from onething.vocabulary import Clock

WATCHED = frozenset({Clock.INTAKE, Clock.DELIVERY, *WAITED_FOR.values()})


def diagram(tools: Tools, case: CaseView) -> str:
    """SVG with a legend; empty where the bundle has no model file."""
    path = tools.settings.home / "bpmn" / "bundles" / f"{case.bundle.process}.bpmn"
    if not path.is_file():
        return ""
    model = _model(path)
    return picture(model, marked=marks(model, _stand(case)))


@lru_cache(maxsize=64)
def _model(path: Path) -> Any:
    return read_model(path)


def _stand(case: CaseView) -> Stand:
    running = [clock for clock in case.clocks if clock.clock in WATCHED and not clock.row.ended_at]
    return Stand(
        state=case.state, taken_in=case.application.received_at is not None,
        items={item.row.item: item.state for item in case.items},
        late=frozenset(clock.row.item for clock in running if clock.overdue),
        paused=frozenset(clock.row.item for clock in running if clock.paused),
        joint={act.kind: act.open for act in case.joint_acts},
    )

