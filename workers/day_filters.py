"""今日到期 and 已超期 in Tasklist: the day is written into these two filters, minute by minute."""

from __future__ import annotations

import threading

from onething.deadlines import Clock
from onething.engine.client import EngineClient
from onething.engine.filters import write_day
from workers.rounds import again


class DayFilters:
    """Several processes may do it at once: they write the same."""

    def __init__(self, engine: EngineClient, clock: Clock) -> None:
        self.engine, self.clock, self.stopped = engine, clock, threading.Event()

    def run(self, pause_seconds: float = 60) -> None:
        again("day filters", self.write, self.stopped, pause_seconds)

    def write(self) -> None:
        write_day(self.engine, self.clock.now())
