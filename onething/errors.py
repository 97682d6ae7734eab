"""The one tree of errors. Messages are plain Chinese for people, with the cure; `code` is stable English for programs.

OneThingError            status 400
├─ InvalidInput          422  carries the field
├─ NotFound              404
├─ NotAllowed            403
├─ Conflict              409
├─ TooMany               429  carries the seconds to wait
├─ Unavailable           503  what is needed is down for now; the same again later is right (StoreUnavailable, EngineUnreachable)
├─ CatalogueError        500  a fault in catalogue/*.yaml: file, key, cure
├─ CalendarNotPublished  (onething.deadlines)
├─ EngineError           503  (children in onething.engine)
└─ PaperError            (onething.papers)
"""

from __future__ import annotations

from collections.abc import Callable, Sequence


class OneThingError(Exception):
    """Anything this project refuses or fails to do, said in a sentence a person can act on."""

    default_code = "error"
    default_status = 400

    def __init__(self, message: str, *, code: str | None = None, status: int | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.code = code or self.default_code
        self.status = status or self.default_status


class InvalidInput(OneThingError):
    """What was sent cannot be accepted; nothing was saved."""

    default_code = "invalid-input"
    default_status = 422

    def __init__(self, message: str, *, field: str = "", code: str | None = None, status: int | None = None) -> None:
        super().__init__(message, code=code, status=status)
        self.field = field
        self.others: tuple[InvalidInput, ...] = ()

    @property
    def all(self) -> list[InvalidInput]:
        """This fault and what else was found in the same input."""
        return [self, *self.others]


def faults_of(*checks: Callable[[], object]) -> list[InvalidInput]:
    """What all of these find; each refuses by itself and knows nothing of the others."""
    found: list[InvalidInput] = []
    for check in checks:
        try:
            check()
        except InvalidInput as error:
            found += error.all
    return found


def refuse(faults: Sequence[InvalidInput]) -> None:
    """Raise the first fault with the others behind it; what has none goes on."""
    if faults:
        faults[0].others = tuple(faults[1:])
        raise faults[0]


class NotFound(OneThingError):
    default_code = "not-found"
    default_status = 404


class NotAllowed(OneThingError):
    default_code = "not-allowed"
    default_status = 403


class Conflict(OneThingError):
    default_code = "conflict"
    default_status = 409


class TooMany(OneThingError):
    """More often than is allowed; the same again after `retry_after` seconds is right (S22)."""

    default_code = "too-many"
    default_status = 429

    def __init__(self, message: str, *, retry_after: int, code: str | None = None) -> None:
        super().__init__(message, code=code)
        self.retry_after = retry_after


class Unavailable(OneThingError):
    """Something this needs is down for now. Nothing is wrong with what was asked: it may be asked again and again."""

    default_code = "unavailable"
    default_status = 503


class CatalogueError(OneThingError):
    default_code = "catalogue"
    default_status = 500

    def __init__(self, file: str, key: str, problem: str, cure: str) -> None:
        super().__init__(f"{file}：{key}：{problem}。{cure}")
        self.file, self.key = file, key


class EngineError(OneThingError):
    default_code = "engine"
    default_status = 503
