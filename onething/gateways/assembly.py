"""Settings -> the gateways that edges work with, and the keys that callbacks are verified by."""

from __future__ import annotations

import ssl
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from onething.gateways.addresses import origin_of
from onething.gateways.breaker import Breaker
from onething.gateways.configuration import GatewaySettings, Misconfigured, SystemSettings, read_gateways, read_keys
from onething.gateways.demo import DemoGateway, DemoSource
from onething.gateways.guarded import GuardedClient, tls_context
from onething.gateways.http import ADAPTERS, HttpGateway
from onething.gateways.interface import Gateway, GatewayError, Source
from onething.gateways.signing import Key
from onething.settings import Settings
from onething.vocabulary import OutsideSystem

SOURCES = (OutsideSystem.SHARING, OutsideSystem.LICENCES)
CALLING = (OutsideSystem.COURIER, OutsideSystem.DEPARTMENTS, OutsideSystem.PLATFORM)
"""Those that call back."""


@dataclass(frozen=True)
class Gateways:
    """Every outside system; a department has one only where its own system is connected."""

    sms: Gateway
    platform: Gateway
    hotline: Gateway
    courier: Gateway
    sharing: Source
    licences: Source
    departments: Mapping[str, Gateway] = field(default_factory=dict)

    def each(self) -> Iterator[tuple[OutsideSystem, str, Gateway]]:
        """(system, department or "", gateway)"""
        for system in OutsideSystem:
            if system != OutsideSystem.DEPARTMENTS:
                yield system, "", getattr(self, system.value)
        for department, gateway in self.departments.items():
            yield OutsideSystem.DEPARTMENTS, department, gateway


@dataclass(frozen=True)
class CallbackKeys:
    """System -> key id -> key; and whose key it is, where each department has its own."""

    keys: Mapping[str, Mapping[str, Key]]
    department_of: Mapping[str, str]


class NotConnected:
    """A system that the settings do not name. Orders wait and are seen to wait; nothing is pretended."""

    def __init__(self, system: OutsideSystem) -> None:
        self.name, self._label = system.value, system.label

    def send(self, key: str, body: Mapping[str, Any]) -> str:
        raise self._error()

    def find(self, key: str) -> str | None:
        raise self._error()

    def look_up(self, dataset: str, subject: str) -> Mapping[str, Any]:
        raise self._error()

    def check(self) -> str:
        raise self._error()

    def _error(self) -> GatewayError:
        return GatewayError(f"{self._label}尚未接入；请在网关配置中添加（docs/gateways.md）", code="not-connected")


def gateways_of(settings: Settings) -> Gateways:
    """As the gateways' file says. What it does not name is in-process in a demonstration, elsewhere not connected."""
    configured = _configured(settings)
    found = {
        system.value: _gateway(settings, configured, system) for system in OutsideSystem
        if system != OutsideSystem.DEPARTMENTS
    }
    departments = {
        department: connect(system, department, one, demo=settings.demo)
        for system, department, one in configured.systems() if department
    }
    return Gateways(**found, departments=departments)


def data_sharing(settings: Settings) -> Source:
    """The one system that the front door asks: it need not be able to read the keys of the others."""
    return _gateway(settings, _configured(settings), OutsideSystem.SHARING)


def callback_keys(settings: Settings) -> CallbackKeys:
    """Read once at start; a key id names one system's key only."""
    keys: dict[str, dict[str, Key]] = {}
    department_of: dict[str, str] = {}
    for system, department, one in _configured(settings).systems():
        if system not in CALLING:
            continue
        known = keys.setdefault(system.value, {})
        for key_id, key in read_keys(one.keys).items():
            if key_id in known:
                raise Misconfigured(f"密钥编号 {key_id} 被两个部门使用；请给每个部门各自的密钥")
            known[key_id] = key
            department_of |= {key_id: department} if department else {}
    return CallbackKeys(keys, department_of)


def _gateway(settings: Settings, configured: GatewaySettings, system: OutsideSystem) -> Any:
    one = getattr(configured, system.value)
    if one:
        return connect(system, "", one, demo=settings.demo)
    if not settings.demo:
        return NotConnected(system)
    kind = DemoSource if system in SOURCES else DemoGateway
    return kind(system.value, settings.var_dir / "outgoing")


def connect(system: OutsideSystem, department: str, one: SystemSettings, *, demo: bool) -> HttpGateway:
    """The real thing; raises `Misconfigured` or `Blocked` for settings it could not work with."""
    label = f"{system.label}（{department}）" if department else system.label
    if one.adapter not in ADAPTERS or "?" in one.url:
        raise Misconfigured(f"{label}：没有接口适配“{one.adapter}”，或地址带有参数；请改正网关配置")
    try:
        tls = tls_context(_text(one.ca), _text(one.client_certificate))
    except (OSError, ssl.SSLError) as error:
        raise Misconfigured(f"{label}：证书文件读不了；请核对 ca 与 client_certificate") from error
    client = GuardedClient(
        [origin_of(one.url, internal=one.internal)], demo=demo, connect_seconds=one.connect_seconds,
        answer_seconds=one.answer_seconds, tls=tls,
    )
    signing_key = next(iter(read_keys(one.keys).values()))
    breaker = Breaker(one.failures, one.rest_seconds)
    return HttpGateway(department or system.value, label, one.url, signing_key, client, breaker, ADAPTERS[one.adapter])


def _configured(settings: Settings) -> GatewaySettings:
    path = settings.gateways_path
    return read_gateways(path) if path else GatewaySettings()


def _text(path: Path | None) -> str | None:
    return str(path) if path else None
