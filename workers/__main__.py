"""`python -m workers`: one process that carries out every automatic step and the outbox, until SIGTERM."""

from __future__ import annotations

import signal
import threading

from onething.bootstrap import build_tools
from onething.engine.client import EngineClient
from onething.engine.identity import credentials_of
from onething.engine.worker import Worker
from onething.gateways import DemoGateway
from onething.papers.signing import LocalAuthority
from onething.settings import get_settings
from workers import knowledge, publishing
from workers.desk import Desk
from workers.inbox import StoreInbox
from workers.relay import Relay
from workers.table import bound_to
from workers.watch import Watch


def main() -> None:
    settings = get_settings()
    tools = build_tools(settings)
    user, password = credentials_of(settings.var_dir, "workers")
    engine = EngineClient(settings.rest_url, user, password)
    outgoing = settings.var_dir / "outgoing"
    authority = LocalAuthority(settings.var_dir / "authority")
    desk = Desk(tools, engine, authority, DemoGateway("data-sharing", outgoing))
    gateways = (DemoGateway(name, outgoing) for name in ("sms", "platform", "hotline"))
    relay = Relay(tools, engine, *gateways)
    knowledge.promise(tools)
    publishing.publish(tools)
    inbox = StoreInbox(tools)
    worker = Worker(
        engine, bound_to(desk), slots=settings.worker_slots, lock_seconds=settings.worker_lock_seconds, inbox=inbox,
    )
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: worker.stop())
    beside = (relay, Watch(tools))
    threads = [threading.Thread(target=one.run, name=type(one).__name__.lower(), daemon=True) for one in beside]
    for thread in threads:
        thread.start()
    worker.run()
    inbox.flush()
    for one in beside:
        one.stopped.set()
    for thread in threads:
        thread.join(timeout=10)


if __name__ == "__main__":
    main()
