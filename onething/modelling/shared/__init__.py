"""The processes every bundle calls, and guidance before them. Drawn once, then owned by analysts."""

from __future__ import annotations

from collections.abc import Callable

from onething.modelling.canvas import Canvas
from onething.modelling.shared.acceptance import acceptance
from onething.modelling.shared.approval import approval
from onething.modelling.shared.delivery import delivery
from onething.modelling.shared.extra_step import extra_step
from onething.modelling.shared.guidance import guidance
from onething.modelling.shared.handover import handover
from onething.modelling.shared.intake import intake
from onething.modelling.shared.joint_act import joint_act

SHARED: dict[str, Callable[[], Canvas]] = {
    "intake": intake, "handover": handover, "acceptance": acceptance, "approval": approval, "delivery": delivery,
    "guidance": guidance, "joint-act": joint_act, "extra-step": extra_step,
}
