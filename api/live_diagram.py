"""流程图: the model that a case runs on in the colours of where it stands. Where it stands the store knows; the model is the
engine's, or, while the engine does not answer, the file that cases run on today."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from api.case_view import WAITED_FOR
from api.glance import Glance
from onething.bootstrap import Tools
from onething.engine.case_model import CaseModels
from onething.modelling.live import Stand, marks
from onething.modelling.names import parse
from onething.modelling.picture import picture
from onething.vocabulary import Clock

Extra = Mapping[str, Mapping[str, bool]]
"""Item -> the steps added to it: whether each goes on."""
WATCHED = frozenset({Clock.INTAKE, Clock.DELIVERY, *WAITED_FOR.values()})


def diagram(tools: Tools, case: Glance, extra: Extra, models: CaseModels) -> str:
    """SVG with a legend; empty where the bundle has no model."""
    path = tools.settings.home / "bpmn" / "bundles" / f"{case.bundle.process}.bpmn"
    text = models.of(case.application.number) or (path.read_bytes() if path.is_file() else b"")
    if not text:
        return ""
    return zlib.decompress(_picture(text, frozenset(marks(_model(text), _stand(case, extra)).items()))).decode()


@lru_cache(maxsize=256)
def _picture(text: bytes, marked: frozenset[tuple[str, str]]) -> bytes:
    """Many cases stand at the same place: drawn once for all of them, and kept small (some 10 KiB each)."""
    return zlib.compress(picture(_model(text), marked=dict(marked)).encode(), 1)


@lru_cache(maxsize=64)
def _model(text: bytes) -> Any:
    return parse(text, "流程图")


def _stand(case: Glance, extra: Extra) -> Stand:
    running = [clock for clock in case.clocks if clock.clock in WATCHED and not clock.row.ended_at]
    return Stand(
        state=case.state, taken_in=case.application.received_at is not None,
        items={item.row.item: item.state for item in case.items},
        late=frozenset(clock.row.item for clock in running if clock.overdue),
        paused=frozenset(clock.row.item for clock in running if clock.paused),
        joint={act.kind: act.open for act in case.joint_acts}, extra=extra,
    )

