"""How many requests do something heavy at once; whoever waits holds no thread that other pages need."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from weakref import WeakKeyDictionary


class Places:
    """A dependency. It comes last among a route's parameters: the body is there before a place is taken."""

    def __init__(self, count: int) -> None:
        self.count = count
        self._of: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Semaphore] = WeakKeyDictionary()

    async def __call__(self) -> AsyncIterator[None]:
        async with self._of.setdefault(asyncio.get_running_loop(), asyncio.Semaphore(self.count)):
            yield
