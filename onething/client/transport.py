"""How requests get there: timeouts always, repeated with patience where that has one effect, refusals as exceptions."""

from __future__ import annotations

import itertools
import random
import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar
from urllib.parse import quote

import requests
from pydantic import BaseModel, TypeAdapter

from onething.errors import OneThingError

CONNECT_AND_READ = (3, 30)
AGAIN = frozenset({429, 500, 502, 503, 504})
BASE = "/api/v1"
T = TypeVar("T")


class Refused(OneThingError):
    """The front door said no. `problem` is its whole answer (RFC 9457); `code` is stable, the message is for people; `faults`
    has `field`, `code` and `detail` of everything that was found wrong at once."""

    def __init__(self, status: int, problem: Mapping[str, Any]) -> None:
        super().__init__(str(problem.get("detail") or status), code=problem.get("code"), status=status)
        self.problem = dict(problem)
        self.field = str(problem.get("field") or "")
        self.faults = tuple(one for one in problem.get("errors") or () if isinstance(one, Mapping))


class Unreachable(OneThingError):
    """No answer in all the time there was."""

    default_code, default_status = "unreachable", 503


class Transport:
    """`doors` are addresses of the front door, asked in turn; `patience` is for how many seconds it tries again."""

    def __init__(
        self, doors: str | Sequence[str], *, patience: float = 20, longest_pause: float = 3,
        note: Callable[[str, str], None] | None = None,
    ) -> None:
        self.doors = itertools.cycle([doors] if isinstance(doors, str) else doors)
        self.longest_pause = longest_pause
        self.patience, self._note = patience, note or (lambda what, where: None)
        self.session = requests.Session()

    @staticmethod
    def fresh_key() -> str:
        return uuid.uuid4().hex

    @staticmethod
    def read(kind: type[T], answer: requests.Response) -> T:
        return TypeAdapter(kind).validate_json(answer.content)

    def send(
        self, method: str, path: str, *, body: BaseModel | None = None, query: Mapping[str, Any] | None = None,
        file: tuple[str, bytes] | None = None, key: str = "", again: bool = False,
    ) -> requests.Response:
        """The good answer; raises `Refused` or `Unreachable`. Only reads and what has a key are asked again."""
        options: dict[str, Any] = {"params": {n: v for n, v in (query or {}).items() if v not in (None, "")}}
        if body is not None:
            options["json"] = body.model_dump(mode="json", exclude_none=True)
        if file is not None:
            options["files"] = {"file": file}
        if key:
            options["headers"] = {"Idempotency-Key": key}
        end, repeatable = time.monotonic() + self.patience, again or method == "GET" or bool(key)
        for turn in itertools.count():
            answer, trouble = self._try(method, path, options)
            if answer is not None and answer.ok:
                return answer
            wait = self._pause(answer, turn)
            worth_it = repeatable and (answer is None or answer.status_code in AGAIN)
            if not worth_it or time.monotonic() + wait > end:
                raise self._error(answer, trouble)
            self._note(str(answer.status_code) if answer is not None else trouble, path)
            time.sleep(wait)
        raise AssertionError("the count never ends")

    def _try(self, method: str, path: str, options: Mapping[str, Any]) -> tuple[requests.Response | None, str]:
        url = f"{next(self.doors)}{BASE}{quote(path)}"
        try:
            return self.session.request(method, url, timeout=CONNECT_AND_READ, **options), ""
        except requests.RequestException as error:
            return None, type(error).__name__

    def _pause(self, answer: requests.Response | None, turn: int) -> float:
        """What the front door asks for, else longer each time, and never all clients at once."""
        asked = answer.headers.get("Retry-After", "") if answer is not None else ""
        return float(asked) if asked.isdigit() else random.uniform(0.05, min(0.3 * 2**min(turn, 4), self.longest_pause))

    @staticmethod
    def _error(answer: requests.Response | None, trouble: str) -> OneThingError:
        if answer is None:
            return Unreachable(f"连接不上受理系统（{trouble}）；请稍后再试 · the front door does not answer")
        try:
            problem = answer.json()
        except ValueError:
            problem = {}
        return Refused(answer.status_code, problem if isinstance(problem, dict) else {})
