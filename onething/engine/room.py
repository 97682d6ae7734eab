"""Room for tasks: what a worker holds, and how many more it may fetch for the quick topics and for the slow ones.

A slow topic must not take the slots of the others. A task that runs longer than `SLOW_SECONDS`, and every task of a
topic whose handlers take that long on average, counts as slow: it gives its slot back and uses one of as many spare
ones. Slow topics are fetched apart, for at most half as many tasks as there are slots. All of it is learned while
running; nothing has to be declared, and a topic that is quick again goes back by itself.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Collection
from enum import Enum

from onething.engine.reporting import Held

SLOW_SECONDS = 1.0
WEIGHT = 0.3
GATHER_SECONDS = 0.02
LOOK_SECONDS = 0.5


class Lane(Enum):
    QUICK = "quick"
    SLOW = "slow"


class Room:
    """Safe to share between threads. `spare` is how many tasks may be held beyond `slots`, slow ones only."""

    def __init__(self, topics: Collection[str], slots: int) -> None:
        self.topics, self.slots, self.spare, self.slow_slots = tuple(topics), slots, slots, max(slots // 2, 1)
        self._held: dict[str, Held] = {}
        self._average: dict[str, float] = {}
        self._changed = threading.Condition()

    def add(self, taken: Collection[Held]) -> None:
        with self._changed:
            self._held.update((held.task.id, held) for held in taken)

    def ended(self, held: Held) -> None:
        """The handler has ended: its topic's average is renewed."""
        took = time.monotonic() - held.began
        with self._changed:
            before = self._average.get(held.task.topic, took)
            self._average[held.task.topic] = before + WEIGHT * (took - before)

    def release(self, *given: Held) -> None:
        with self._changed:
            for held in given:
                self._held.pop(held.task.id, None)
            self._changed.notify_all()

    def held(self) -> list[Held]:
        with self._changed:
            return list(self._held.values())

    def wait_until_empty(self, seconds: float) -> None:
        with self._changed:
            self._changed.wait_for(lambda: not self._held, timeout=seconds)

    def wait(self, lane: Lane) -> tuple[list[str], int]:
        """What to fetch in this lane, and how many; nothing where there was no room for a while, or no such topic.

        Where most slots are taken, a moment is spent until half of them are free: one fetch for many tasks costs the
        engine much less than many for one. A worker that has little to do fetches at once.
        """
        with self._changed:
            if lane is Lane.SLOW and not self._slow_topics():
                return [], 0
            if self._changed.wait_for(lambda: self._free(lane) > 0, timeout=LOOK_SECONDS) and lane is Lane.QUICK:
                self._changed.wait_for(lambda: self._free(lane) >= (self.slots + 1) // 2, timeout=GATHER_SECONDS)
            slow = self._slow_topics()
            topics = [topic for topic in self.topics if (topic in slow) == (lane is Lane.SLOW)]
            return topics, max(self._free(lane), 0)

    def _free(self, lane: Lane) -> int:
        """Called with the lock."""
        slow_topics, now = self._slow_topics(), time.monotonic()
        slow = sum(_is_slow(held, slow_topics, now) for held in self._held.values())
        left = self.slots + self.spare - len(self._held)
        if lane is Lane.SLOW:
            return min(self.slow_slots - slow, left)
        return min(self.slots - (len(self._held) - slow), left)

    def _slow_topics(self) -> set[str]:
        now = time.monotonic()
        running = {held.task.topic for held in self._held.values() if _runs_long(held, now)}
        return running | {topic for topic, average in self._average.items() if average >= SLOW_SECONDS}


def _runs_long(held: Held, now: float) -> bool:
    return held.began > 0 and now - held.began >= SLOW_SECONDS


def _is_slow(held: Held, slow_topics: set[str], now: float) -> bool:
    return held.task.topic in slow_topics or _runs_long(held, now)
