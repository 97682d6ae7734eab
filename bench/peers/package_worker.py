"""camunda-external-task-client-python3 as its manual shows it: one thread per topic, one task at a time.

Told to sleep 50 ms after an error, where its manual has 30 s and its default is 300 s: else one refused completion
would stop a topic for longer than a round takes.
"""

import logging
import os
import sys
import threading
import time

from camunda.external_task.external_task_worker import ExternalTaskWorker

SEEN = open(os.environ["BENCH_SEEN"], "a", encoding="ascii") if os.environ.get("BENCH_SEEN") else None  # noqa: SIM115
SLOW, _, SECONDS = os.environ.get("BENCH_SLOW", "").partition("=")
logging.disable(logging.CRITICAL)  # it writes six lines a task

CONFIG = {
    "maxTasks": 1, "lockDuration": 5000, "asyncResponseTimeout": 5000, "retries": 3, "retryTimeout": 5000,
    "sleepSeconds": 0.05,
    "auth_basic": {"username": os.environ["BENCH_USER"], "password": os.environ["BENCH_PASSWORD"]},
}


def handle(task):
    if SEEN:
        SEEN.write(f"{task.get_task_id()} {time.time():.4f}\n")
        SEEN.flush()
    if task.get_topic_name() == SLOW:
        time.sleep(float(SECONDS))
    return task.complete({})


def serve(topic):
    ExternalTaskWorker(worker_id=topic, base_url=os.environ["BENCH_URL"], config=CONFIG).subscribe([topic], handle)


print("READY", flush=True)
sys.stdin.readline()
for name in os.environ["BENCH_TOPICS"].split(","):
    threading.Thread(target=serve, args=(name,), daemon=True).start()
threading.Event().wait()
