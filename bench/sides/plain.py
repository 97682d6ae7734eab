"""The first working version's steps behind camunda-external-task-client-python3, as its manual shows it: a thread per topic.

Told to sleep 50 ms after an error (its manual: 30 s) and to lock for 5 s, which favours it. The relay runs beside.
"""

import logging
import sys
import threading

import structlog
from camunda.external_task.external_task_worker import ExternalTaskWorker

from onething.bootstrap import build_tools
from onething.engine.client import EngineClient
from onething.engine.errors import BusinessError
from onething.engine.identity import credentials_of
from onething.engine.task import load_task
from onething.engine.variables import encode
from onething.gateways import DemoGateway
from onething.papers.signing import LocalAuthority
from onething.settings import get_settings
from workers.desk import Desk
from workers.relay import Relay
from workers.table import bound_to

logging.disable(logging.CRITICAL)  # it writes six lines a task
structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))


def desk_and_relay(settings):
    tools = build_tools(settings)
    user, password = credentials_of(settings.var_dir, "workers")
    engine = EngineClient(settings.rest_url, user, password)
    outgoing = settings.var_dir / "outgoing"
    relay = Relay(tools, engine, DemoGateway("sms", outgoing), DemoGateway("platform", outgoing))
    return Desk(tools, engine, LocalAuthority(settings.var_dir / "authority")), relay


def of_package(step):
    """A handler as the package wants it."""

    def handle(task):
        known, _ = load_task(task._context, task.get_worker_id())
        try:
            return task.complete(encode(step(known)))
        except BusinessError as error:
            return task.bpmn_error(error.code, error.message, encode(error.variables))

    return handle


def main():
    settings = get_settings()
    user, password = credentials_of(settings.var_dir, "workers")
    config = {
        "maxTasks": 1, "lockDuration": 5000, "asyncResponseTimeout": 5000, "retries": 3, "retryTimeout": 5000,
        "sleepSeconds": 0.05, "auth_basic": {"username": user, "password": password},
    }
    desk, relay = desk_and_relay(settings)

    def serve(topic, step):
        worker = ExternalTaskWorker(worker_id=str(topic), base_url=settings.rest_url, config=config)
        worker.subscribe([str(topic)], of_package(step))

    print("READY", flush=True)
    sys.stdin.readline()
    threading.Thread(target=relay.run, daemon=True).start()
    for topic, step in bound_to(desk).items():
        threading.Thread(target=serve, args=(topic, step), daemon=True).start()
    threading.Event().wait()


if __name__ == "__main__":
    main()
