"""A look that is taken again and again beside the worker: whatever goes wrong with one is logged, and the next is taken."""

from __future__ import annotations

import threading
from collections.abc import Callable

import structlog

from onething.errors import OneThingError

log = structlog.get_logger(__name__)


def again(who: str, look: Callable[[], object], stopped: threading.Event, pause_seconds: float) -> None:
    """Until `stopped`."""
    while not stopped.is_set():
        try:
            look()
        except OneThingError as error:
            log.warning(f"the {who} looks again later", problem=error.message)
        except Exception:
            log.exception(f"the {who} stumbled")
        stopped.wait(pause_seconds)
