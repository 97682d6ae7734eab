"""A gateway with a system behind it: signed orders over the guarded client, and what each answer means for the order."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote, urlsplit

from onething.gateways.breaker import Breaker
from onething.gateways.guarded import Answer, GuardedClient
from onething.gateways.interface import GatewayError, GatewayRefused, OutcomeUnknown
from onething.gateways.signing import IDEMPOTENCY_KEY, Key, Message, sign

NOT_NOW = frozenset({401, 403, 408, 425, 429, 503})
"""Answers that say the order was not looked at: not us, not yet, too many. All other 4xx are about the order itself."""
RECEIPT_LENGTH = 100


@dataclass(frozen=True)
class Adapter:
    """How one system differs from our plain protocol: its paths, its bodies, its name for a receipt."""

    orders: str = "/orders"
    order: str | None = "/orders/{key}"
    """None: the system cannot be asked what became of an order."""
    look_ups: str = "/look-ups"
    health: str = "/health"
    receipt: str = "receipt"
    values: str = "values"
    unknown: str = "unknown-order"
    """The code with which a 404 says that there is no such order. Any other 404 may be a wrong address."""
    body: Callable[[Mapping[str, Any]], Mapping[str, Any]] = dict


ADAPTERS: Mapping[str, Adapter] = {"plain": Adapter()}


class HttpGateway:
    """Safe to share between threads. `breaker` may be read for metrics."""

    def __init__(
        self, name: str, label: str, url: str, key: Key, client: GuardedClient, breaker: Breaker,
        adapter: Adapter = ADAPTERS["plain"],
    ) -> None:
        self.name, self.label, self.url, self.breaker = name, label, url.rstrip("/"), breaker
        self._key, self._client, self._adapter = key, client, adapter

    def require_called(self) -> None:
        """Raises `GatewayError` while the system is left alone: whoever asks first need not write down what is not sent."""
        self._named(self.breaker.require)

    def send(self, key: str, body: Mapping[str, Any]) -> str:
        return self._run(lambda: self._send(key, body))

    def find(self, key: str) -> str | None:
        return self._run(lambda: self._find(key))

    def look_up(self, dataset: str, subject: str) -> Mapping[str, Any]:
        """Asked in the body: addresses are logged on the way, and a subject is a person's number."""
        return self._run(lambda: self._look_up(dataset, subject))

    def check(self) -> str:
        """Asks past the breaker: an operator wants to know what is so now."""
        began = time.monotonic()
        answer = self._asked("GET", self._adapter.health)
        if answer.status != 200:
            raise GatewayError(f"{self.label}：应答 {answer.status}；请核对地址和密钥")
        host, took = urlsplit(self.url).netloc, (time.monotonic() - began) * 1000
        return f"{self.label}：可以连接（{host}，{took:.0f} 毫秒）"

    def _run(self, call: Callable[[], Any]) -> Any:
        return self._named(lambda: self.breaker.run(call))

    def _named(self, call: Callable[[], Any]) -> Any:
        """What goes wrong says of which system."""
        try:
            return call()
        except GatewayError as error:
            if not error.message.startswith(self.label):
                error.message = f"{self.label}：{error.message}"
                error.args = (error.message,)
            raise

    def _send(self, key: str, body: Mapping[str, Any]) -> str:
        content = json.dumps(self._adapter.body(body), ensure_ascii=False).encode()
        answer = self._call("POST", self._adapter.orders, content, on_the_wire(key))
        if answer.status in NOT_NOW:
            raise GatewayError(f"应答 {answer.status}，没有受理；稍后自动重试")
        if 400 <= answer.status < 500:
            raise GatewayRefused(f"应答 {answer.status}，拒绝接收：{_said(answer)}；请人工核对")
        receipt = _receipt(answer, self._adapter.receipt)
        if not 200 <= answer.status < 300 or receipt is None:
            raise OutcomeUnknown(f"应答 {answer.status}，没有回执；须先查询结果")
        return receipt

    def _find(self, key: str) -> str | None:
        if self._adapter.order is None:
            raise GatewayRefused("不提供查询；请人工核对")
        answer = self._asked("GET", self._adapter.order.format(key=on_the_wire(key)))
        receipt = _receipt(answer, self._adapter.receipt)
        if answer.status == 200 and receipt is not None:
            return receipt
        if answer.status == 404 and answer.body.get("code") == self._adapter.unknown:
            return None
        raise GatewayError(f"查询应答 {answer.status}，结果不明；稍后自动重试")

    def _look_up(self, dataset: str, subject: str) -> Mapping[str, Any]:
        question = {"dataset": dataset, "subject": subject}
        answer = self._asked("POST", self._adapter.look_ups, json.dumps(question, ensure_ascii=False).encode())
        values = answer.body.get(self._adapter.values)
        if answer.status != 200 or not isinstance(values, dict):
            raise GatewayError(f"应答 {answer.status}，没有查到数据")
        return values

    def _asked(self, method: str, path: str, content: bytes | None = None) -> Answer:
        """A question may be lost without harm: an answer that did not come is one that was not given."""
        try:
            return self._call(method, path, content)
        except OutcomeUnknown as error:
            raise GatewayError(error.message) from error

    def _call(self, method: str, path: str, content: bytes | None = None, key: str = "") -> Answer:
        url = self.url + path
        message = Message(method, urlsplit(url).path, content or b"", key)
        headers = sign(self._key, message, datetime.now(UTC))
        if content is not None:
            headers["Content-Type"] = "application/json"
        if key:
            headers[IDEMPOTENCY_KEY] = key
        return self._client.call(method, url, headers, content)


def on_the_wire(key: str) -> str:
    """The key as it stands in headers and paths, whatever letters it has."""
    if not key:
        raise ValueError("an order needs a key")
    return quote(key, safe=":")


def _receipt(answer: Answer, name: str) -> str | None:
    found = answer.body.get(name)
    fits = isinstance(found, str) and found.isprintable() and 0 < len(found) <= RECEIPT_LENGTH
    return found if fits else None


def _said(answer: Answer) -> str:
    """The system's own reason, as far as it is a short sentence."""
    found = answer.body.get("detail")
    return found[:RECEIPT_LENGTH] if isinstance(found, str) and found.isprintable() else "未说明理由"
