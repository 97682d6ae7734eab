"""Our worker loop as a client that is measured: `python -m bench.ours`.

With BENCH_STORE it works as `python -m workers` does: every task through the inbox, and every task of the first topic
plans an effect, which the relay beside it carries out.
"""

from __future__ import annotations

import logging
import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import structlog

from onething.deadlines import SystemClock
from onething.engine.client import EngineClient
from onething.engine.worker import Task, Worker
from onething.gateways import gateways_of
from onething.settings import Settings
from onething.store import Store, outbox
from workers.inbox import StoreInbox
from workers.metrics import TaskMetrics
from workers.relay import Relay

SEEN = os.environ.get("BENCH_SEEN")
SLOW, _, SECONDS = os.environ.get("BENCH_SLOW", "").partition("=")
EFFECTS = os.environ.get("BENCH_EFFECTS", "yes") == "yes"
TOPICS = os.environ.get("BENCH_TOPICS", "").split(",")


def main() -> None:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    engine = EngineClient(os.environ["BENCH_URL"], os.environ["BENCH_USER"], os.environ["BENCH_PASSWORD"])
    tools = _tools()
    kept = {"inbox": StoreInbox(tools), "observer": TaskMetrics()} if tools else {}
    slots = int(os.environ.get("BENCH_SLOTS") or Settings.model_fields["worker_slots"].default)
    worker = Worker(engine, dict.fromkeys(TOPICS, Handler(tools)), lock_seconds=20, slots=slots, **kept)
    signal.signal(signal.SIGTERM, lambda *_: worker.stop())
    print("READY", flush=True)
    sys.stdin.readline()
    with _relay(tools, engine):
        worker.run()


class Handler:
    """Does nothing; with a store, one topic plans a push, once per task."""

    def __init__(self, tools: Any) -> None:
        self.tools = tools
        self.seen = open(SEEN, "a", encoding="ascii") if SEEN else None  # noqa: SIM115

    def __call__(self, task: Task) -> dict[str, Any]:
        if self.seen:
            self.seen.write(f"{task.id} {time.time():.4f}\n")
            self.seen.flush()
        if task.topic == SLOW:
            time.sleep(float(SECONDS))
        if self.tools and EFFECTS and task.topic == TOPICS[0]:
            with self.tools.store.transaction() as session:
                key, number = f"bench:{task.application_no}:{task.activity_id}", task.application_no
                outbox.put(session, self.tools.clock.now(), key, "push", what=task.activity_id, number=number)
        return {}


@contextmanager
def _relay(tools: Any, engine: EngineClient) -> Iterator[None]:
    """Carries the planned effects out meanwhile, as in the workers' process."""
    if not tools:
        yield
        return
    relay = Relay(tools, engine, gateways_of(Settings(var=tools.store.files)))
    thread = threading.Thread(target=relay.run, daemon=True)
    thread.start()
    yield
    relay.stopped.set()
    thread.join(timeout=10)


def _tools() -> Any:
    url = os.environ.get("BENCH_STORE")
    if not url:
        return None
    return SimpleNamespace(store=Store(url, Path(os.environ["BENCH_FILES"])), clock=SystemClock())


if __name__ == "__main__":
    main()
