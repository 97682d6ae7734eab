"""The first working version's steps, relay and inbox table under today's worker loop, whose files lie over that version's."""

import signal
import sys
import threading

from plain import desk_and_relay

from onething.engine.task import Known
from onething.engine.worker import Worker
from onething.settings import get_settings
from workers.inbox import StoreInbox
from workers.table import bound_to


class FirstInbox:
    """That version's inbox, asked in the way of today's loop."""

    def __init__(self, tools):
        self.inbox = StoreInbox(tools)

    def begin(self, tasks, _lock_seconds):
        return {task.id: Known(self.inbox.begin(task)) for task in tasks}

    def done(self, task, outcome):
        self.inbox.done(task, outcome)

    def ended(self, task, end):
        pass


def main():
    settings = get_settings()
    desk, relay = desk_and_relay(settings)
    worker = Worker(desk.engine, bound_to(desk), lock_seconds=settings.worker_lock_seconds, inbox=FirstInbox(desk.tools))
    signal.signal(signal.SIGTERM, lambda *_: worker.stop())
    print("READY", flush=True)
    sys.stdin.readline()
    threading.Thread(target=relay.run, daemon=True).start()
    worker.run()
    relay.stopped.set()


if __name__ == "__main__":
    main()
