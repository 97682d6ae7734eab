"""`python -m workers`: one process that carries out every automatic step and the outbox, until SIGTERM."""

from __future__ import annotations

import signal
import threading
import time

import structlog

from onething import logs
from onething.bootstrap import Tools, build_tools, few_arenas
from onething.engine.client import EngineClient
from onething.engine.identity import credentials_of
from onething.engine.worker import Worker
from onething.errors import Unavailable
from onething.gateways import gateways_of
from onething.papers.signing import LocalAuthority
from onething.settings import Settings, get_settings
from workers import knowledge, publishing
from workers.anchoring import Anchoring
from workers.day_filters import DayFilters
from workers.desk import Desk
from workers.health import Health
from workers.housekeeping import Housekeeping
from workers.inbox import StoreInbox
from workers.metrics import TaskMetrics
from workers.pulse import Pulse
from workers.reconciler import Reconciler
from workers.relay import Relay
from workers.scanning import Scanning
from workers.table import ASKED, bound_to
from workers.watch import Watch

log = structlog.get_logger(__name__)


def main() -> None:
    few_arenas()
    settings = get_settings()
    logs.configure("workers")
    tools = tools_when_there(settings)
    user, password = credentials_of(settings.var_dir, "workers")
    engine = EngineClient(settings.rest_url, user, password)
    authority, gateways = LocalAuthority(settings.var_dir / "authority"), gateways_of(settings)
    desk = Desk(tools, engine, authority, gateways)
    relay = Relay(tools, engine, gateways)
    knowledge.promise(tools)
    publishing.publish(tools)
    inbox, metrics = StoreInbox(tools), TaskMetrics()
    worker = Worker(
        engine, bound_to(desk), slots=settings.worker_slots, lock_seconds=settings.worker_lock_seconds, inbox=inbox,
        observer=metrics, variables=ASKED, longest_seconds=settings.worker_longest_seconds,
    )
    metrics.watch(worker, tools, gateways)
    health = serve_health(worker, tools, metrics, settings.worker_port)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: worker.stop())
    beside = (
        relay, Watch(tools), Reconciler(tools, engine), Housekeeping(tools), Scanning(tools), Anchoring(tools, authority),
        Pulse(tools, engine), DayFilters(engine, tools.clock),
    )
    threads = [threading.Thread(target=one.run, name=type(one).__name__.lower(), daemon=True) for one in beside]
    for thread in threads:
        thread.start()
    worker.run()
    inbox.flush()
    for one in beside:
        one.stopped.set()
    for thread in threads:
        thread.join(timeout=10)
    if health:
        health.stop()


def tools_when_there(settings: Settings) -> Tools:
    """A database that is away for now is waited for: nothing is wrong with this process."""
    while True:
        try:
            return build_tools(settings)
        except Unavailable as error:
            log.warning("waiting for the store", problem=error.message)
            time.sleep(2)


def serve_health(worker: Worker, tools: Tools, metrics: TaskMetrics, port: int) -> Health | None:
    """Several worker processes on one machine need a port each; one that is taken must not stop the work."""
    try:
        health = Health(worker, tools, metrics, port)
    except OSError as error:
        log.error("health is not served, set ONETHING_WORKER_PORT", port=port, problem=str(error))
        return None
    health.start()
    return health


if __name__ == "__main__":
    main()
