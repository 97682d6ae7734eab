"""流程图: the model of a case's bundle in the colours of where the case stands, from the store alone."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from api.case_view import WAITED_FOR
from api.glance import Glance
from onething.bootstrap import Tools
from onething.modelling.live import Stand, marks
from onething.modelling.picture import picture
from onething.modelling.read import read_model
from onething.vocabulary import Clock

Extra = Mapping[str, Mapping[str, bool]]
"""Item -> the steps added to it: whether each goes on."""
WATCHED = frozenset({Clock.INTAKE, Clock.DELIVERY, *WAITED_FOR.values()})


def diagram(tools: Tools, case: Glance, extra: Extra) -> str:
    """SVG with a legend; empty where the bundle has no model file."""
    path = tools.settings.home / "bpmn" / "bundles" / f"{case.bundle.process}.bpmn"
    if not path.is_file():
        return ""
    return zlib.decompress(_picture(path, frozenset(marks(_model(path), _stand(case, extra)).items()))).decode()


@lru_cache(maxsize=256)
def _picture(path: Path, marked: frozenset[tuple[str, str]]) -> bytes:
    """Many cases stand at the same place: drawn once for all of them, and kept small (some 10 KiB each)."""
    return zlib.compress(picture(_model(path), marked=dict(marked)).encode(), 1)


@lru_cache(maxsize=64)
def _model(path: Path) -> Any:
    return read_model(path)


def _stand(case: Glance, extra: Extra) -> Stand:
    running = [clock for clock in case.clocks if clock.clock in WATCHED and not clock.row.ended_at]
    return Stand(
        state=case.state, taken_in=case.application.received_at is not None,
        items={item.row.item: item.state for item in case.items},
        late=frozenset(clock.row.item for clock in running if clock.overdue),
        paused=frozenset(clock.row.item for clock in running if clock.paused),
        joint={act.kind: act.open for act in case.joint_acts}, extra=extra,
    )

