"""All outside systems of the demonstration behind the plain protocol: what each answers, remembers and is made to fail at."""

from __future__ import annotations

import json
import random
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from onething.gateways.configuration import GatewaySettings, read_keys
from onething.gateways.failing import Fate, Mode
from onething.gateways.registers import DemoRegisters
from onething.gateways.signing import IDEMPOTENCY_KEY, BadSignature, Key, Message, verify
from onething.gateways.witness import Witness
from onething.vocabulary import OutsideSystem


@dataclass(frozen=True)
class Request:
    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class Reply:
    """`reset`: the connection breaks instead of this answer."""

    status: int
    body: Mapping[str, Any]
    reset: bool = False


@dataclass
class DemoSystem:
    """One system. What it carried out it reads from its witness file, so it may be killed at any time."""

    name: str
    witness: Witness
    keys: dict[str, Key]
    mode: Mode = field(default_factory=Mode)
    nonces: dict[str, datetime] = field(default_factory=dict)


class DemoSystems:
    """Thread-safe. Each system verifies what reaches it, as a real one would."""

    def __init__(self, settings: GatewaySettings, folder: Path, seed: int = 0) -> None:
        self._draw, self._lock, self._registers = random.Random(seed), threading.Lock(), DemoRegisters()
        self.systems: dict[str, DemoSystem] = {}
        for system, _, one in settings.systems():
            name = system.value
            known = self.systems.setdefault(name, DemoSystem(name, Witness(folder / f"{name}.jsonl", durable=True), {}))
            known.keys |= read_keys(one.keys)

    def answer(self, request: Request) -> Reply:
        name, _, rest = request.path.removeprefix("/").partition("/")
        system = self.systems.get(name)
        if system is None:
            return problem(404, "unknown-system", "没有这个系统")
        with self._lock:
            latency, fate = system.mode.latency(self._draw), system.mode.fate(self._draw)
        time.sleep(latency)
        if system.mode.outage:
            return problem(503, "outage", "系统停用")
        try:
            self._verify(system, request)
        except BadSignature as error:
            return problem(error.status, error.code, error.message)
        if rest == "health":
            return Reply(200, {"status": "UP", "system": name})
        if fate == Fate.FAILED_BEFORE:
            return problem(500, "failed", "系统出错")
        if request.method == "GET" and rest.startswith("orders/"):
            return _found(system, unquote(rest.removeprefix("orders/")))
        if request.method == "POST" and rest == "look-ups":
            return self._look_up(system, request)
        if request.method == "POST" and rest == "orders":
            return _order(system, request, fate)
        return problem(404, "unknown-path", "没有这个地址")

    def _verify(self, system: DemoSystem, request: Request) -> None:
        key = request.headers.get(IDEMPOTENCY_KEY) or ""
        now = datetime.now(UTC)
        signed = verify(system.keys, Message(request.method, request.path, request.body, key), request.headers, now)
        with self._lock:
            for nonce in [old for old, ends in system.nonces.items() if ends < now]:
                del system.nonces[nonce]
            if signed.nonce in system.nonces:
                raise BadSignature("这个请求已经收到过", code="replayed")
            system.nonces[signed.nonce] = signed.expires_at

    def _look_up(self, system: DemoSystem, request: Request) -> Reply:
        question = _object(request.body)
        if system.name not in (OutsideSystem.SHARING, OutsideSystem.LICENCES) or question is None:
            return problem(422, "bad-question", "不能这样查询")
        dataset, subject = str(question.get("dataset")), str(question.get("subject"))
        system.witness.received("", dataset=dataset, subject=subject)
        return Reply(200, {"values": dict(self._registers.look_up(dataset, subject))})


def _order(system: DemoSystem, request: Request, fate: Fate) -> Reply:
    key, body = unquote(request.headers.get(IDEMPOTENCY_KEY) or ""), _object(request.body)
    if not key or body is None:
        return problem(422, "bad-order", "订单须有 Idempotency-Key，内容须为 JSON 对象")
    system.witness.received(key, fate=fate.value)
    if fate == Fate.REFUSED and system.witness.find(key) is None:
        return problem(422, "refused", "拒绝接收（演示）")
    receipt = system.witness.carry_out(key, body, lambda count: f"{system.name}-{count}", dedupe=system.mode.dedupe)
    if fate == Fate.FAILED_AFTER:
        return problem(500, "failed", "系统出错")
    return Reply(200, {"receipt": receipt}, reset=fate == Fate.RESET_AFTER)


def _found(system: DemoSystem, key: str) -> Reply:
    receipt = system.witness.find(key)
    return Reply(200, {"receipt": receipt}) if receipt else problem(404, "unknown-order", "没有这个编号的订单")


def problem(status: int, code: str, detail: str) -> Reply:
    return Reply(status, {"code": code, "detail": detail})


def _object(content: bytes) -> dict[str, Any] | None:
    try:
        found = json.loads(content)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None
