"""Our worker loop as a client that is measured: `python -m bench.ours`. With BENCH_STORE the inbox and effects are on."""

from __future__ import annotations

import logging
import os
import signal
import sys
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import structlog

from onething.deadlines import SystemClock
from onething.engine.client import EngineClient
from onething.engine.worker import Task, Worker
from onething.store import Store, outbox
from workers.inbox import StoreInbox

SEEN = os.environ.get("BENCH_SEEN")
SLOW, _, SECONDS = os.environ.get("BENCH_SLOW", "").partition("=")


def main() -> None:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    engine = EngineClient(os.environ["BENCH_URL"], os.environ["BENCH_USER"], os.environ["BENCH_PASSWORD"])
    tools = _tools()
    handler = Handler(tools)
    worker = Worker(
        engine, dict.fromkeys(os.environ["BENCH_TOPICS"].split(","), handler), lock_seconds=20,
        slots=int(os.environ.get("BENCH_SLOTS", "8")), inbox=StoreInbox(tools) if tools else None,
    )
    signal.signal(signal.SIGTERM, lambda *_: worker.stop())
    print("READY", flush=True)
    sys.stdin.readline()
    worker.run()


class Handler:
    """Does nothing; with a store it plans one effect, as a notice or a certificate would."""

    def __init__(self, tools: Any) -> None:
        self.tools = tools
        self.seen = open(SEEN, "a", encoding="ascii") if SEEN else None  # noqa: SIM115

    def __call__(self, task: Task) -> dict[str, Any]:
        if self.seen:
            self.seen.write(f"{task.id} {time.time():.4f}\n")
            self.seen.flush()
        if task.topic == SLOW:
            time.sleep(float(SECONDS))
        if self.tools:
            with self.tools.store.transaction() as session:
                key = f"{task.application_no}:{task.activity_id}"
                outbox.put(session, self.tools.clock.now(), key, "bench", number=task.application_no)
        return {}


def _tools() -> Any:
    url = os.environ.get("BENCH_STORE")
    if not url:
        return None
    return SimpleNamespace(store=Store(url, Path(os.environ["BENCH_FILES"])), clock=SystemClock())


if __name__ == "__main__":
    main()
