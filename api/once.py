"""Idempotency keys: an operation that is sent again, also at the same moment, has one effect and one answer."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from typing import Any, TypeVar

from pydantic import BaseModel

from onething.bootstrap import Tools
from onething.errors import Conflict
from onething.store import Account, kept

Answer = TypeVar("Answer", bound=BaseModel)


def once(
    tools: Tools, account: Account, key: str | None, asked: Any, answer: type[Answer], act: Callable[[Any], Answer]
) -> Answer:
    """`act` in a transaction, or what it answered before under this `key`. `asked` is all that the caller said.

    Raises `Conflict` where the key was used for something else. What was refused is not kept: it may be asked again.
    """
    try:
        return _act(tools, account, key, asked, answer, act)
    except Conflict as error:
        if not key or error.code != "changed-meanwhile":
            raise
        return _act(tools, account, key, asked, answer, act)


def _act(
    tools: Tools, account: Account, key: str | None, asked: Any, answer: type[Answer], act: Callable[[Any], Answer]
) -> Answer:
    with tools.store.transaction() as session:
        if not key:
            return act(session)
        digest = digest_of([answer.__name__, asked])
        if earlier := kept.claim(session, account.id, key, digest, tools.clock.now()):
            if earlier.digest != digest:
                raise Conflict("这个 Idempotency-Key 已用于另一项操作；请换一个新的", code="idempotency-key-reused")
            return answer.model_validate(earlier.answer)
        made = act(session)
        kept.keep(session, account.id, key, made.model_dump(mode="json"))
        return made


def digest_of(asked: Any) -> str:
    return hashlib.sha256(json.dumps(asked, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
