"""The witness file of a demonstration: what reached the system and what it carried out, in lines that are only ever added.

Several processes may share one file: each looks at what the others added, under a lock, before it carries anything out.
"""

from __future__ import annotations

import fcntl
import json
import os
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

EFFECT, RECEIVED = "effect", "received"
NUMBERS, WORDS = frozenset({"phone", "id_no", "subject"}), frozenset({"address", "name"})


class Witness:
    """`durable`: an effect is on disk before anybody hears of it, whatever happens to the machine."""

    def __init__(self, path: Path, *, durable: bool = False) -> None:
        self.path, self.durable = path, durable
        self._lock, self._read, self._receipts, self._effects = threading.Lock(), 0, dict[str, str](), 0
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)

    @property
    def effects(self) -> int:
        with self._opened():
            return self._effects

    def find(self, key: str) -> str | None:
        """The receipt of the first effect under `key`."""
        with self._opened():
            return self._receipts.get(key)

    def received(self, key: str, **more: Any) -> None:
        """A request came, whatever becomes of it."""
        with self._opened() as file:
            self._add(file, {"what": RECEIVED, "key": key, **masked(more)})

    def carry_out(
        self, key: str, body: Mapping[str, Any], receipt: Callable[[int], str], *, dedupe: bool = True
    ) -> str:
        """The effect, once for each key; its receipt is made from its running number."""
        with self._opened() as file:
            if not dedupe or key not in self._receipts:
                given = receipt(self._effects + 1)
                self._add(file, {"what": EFFECT, "key": key, "receipt": given, "body": masked(body)})
                if self.durable:
                    os.fsync(file)
            return self._receipts[key]

    def _add(self, file: int, entry: Mapping[str, Any]) -> None:
        line = json.dumps({**entry, "at": datetime.now(UTC).isoformat()}, ensure_ascii=False) + "\n"
        os.write(file, line.encode("utf-8", "backslashreplace"))
        self._catch_up(file)

    @contextmanager
    def _opened(self) -> Iterator[int]:
        with self._lock:
            file = os.open(self.path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
            try:
                fcntl.flock(file, fcntl.LOCK_EX)
                self._catch_up(file)
                yield file
            finally:
                os.close(file)

    def _catch_up(self, file: int) -> None:
        """Read what was added since; a line that a killed process left unfinished is closed and counts for nothing."""
        size = os.fstat(file).st_size
        if size == self._read:
            return
        added = os.pread(file, size - self._read, self._read)
        if not added.endswith(b"\n"):
            os.write(file, b"\n")
            size += 1
        self._read = size
        for line in added.splitlines():
            self._note(line)

    def _note(self, line: bytes) -> None:
        try:
            entry = json.loads(line)
        except ValueError:
            return
        if entry.get("what", EFFECT) == EFFECT:
            self._effects += 1
            self._receipts.setdefault(entry["key"], entry["receipt"])


def masked(body: Any) -> Any:
    """What a demonstration keeps of people: enough to recognise the order, nothing to find the person."""
    if isinstance(body, list):
        return [masked(part) for part in body]
    if not isinstance(body, Mapping):
        return body
    return {key: _mask(key, value) if isinstance(value, str) else masked(value) for key, value in body.items()}


def _mask(key: str, value: str) -> str:
    if key in NUMBERS and value:
        return f"{value[:3]}****{value[-4:]}"
    return value[:1] + "**" if key in WORDS and value else value
