"""Places where a process may be killed on purpose, so that `make fault` can show what survives (security.md, F02).

`ONETHING_FAULT=<point>[:<n>]` kills this process (SIGKILL, no clean-up) when it comes to the point for the n-th time;
`ONETHING_FAULT_LOG=<file>` writes down every point that was passed; `ONETHING_FAULT_SLOW=<point>:<seconds>,...` waits there each
time. None is set where people are served.
"""

from __future__ import annotations

import os
import signal
import threading
import time

POINTS = (
    "task-fetched", "task-worked", "outcome-kept", "task-told",
    "effect-claimed", "effect-called", "effect-settled",
    "certificate-reserved", "certificate-signed",
    "file-written", "application-kept", "lock-extending",
)
"""In the order a case meets them: fetched, handler done, outcome in the inbox, engine told; effect SENDING, provider
called, effect DONE; number reserved, signed but not published; upload on disk but not in the store, application committed
but not answered; a heartbeat about to extend locks."""

_lock = threading.Lock()
_passed: dict[str, int] = {}


def reach(point: str, what: str = "") -> None:
    """Here a crash must do no harm. Does nothing unless a fault is asked for; `what` goes into the log."""
    asked, log = os.environ.get("ONETHING_FAULT"), os.environ.get("ONETHING_FAULT_LOG")
    if slow := os.environ.get("ONETHING_FAULT_SLOW"):
        time.sleep(float(dict(one.split(":") for one in slow.split(",")).get(point, 0)))
    if not asked and not log:
        return
    with _lock:
        _passed[point] = _passed.get(point, 0) + 1
        if log:
            with open(log, "a", encoding="ascii") as file:
                file.write(f"{point} {what}\n")
        name, _, turn = (asked or "").partition(":")
        if name == point and _passed[point] >= int(turn or 1):
            os.kill(os.getpid(), signal.SIGKILL)
