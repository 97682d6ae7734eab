"""Which addresses a call may go to (S17). Names are resolved once, judged, and only what was judged is connected to."""

from __future__ import annotations

import ipaddress
import queue
import socket
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from onething.gateways.interface import GatewayError

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Resolver = Callable[..., Iterable[tuple[Any, ...]]]
PORTS = {"https": 443, "http": 80}
NAT64 = ipaddress.ip_network("64:ff9b::/96")
INTERNAL = tuple(map(ipaddress.ip_network, (
    "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "127.0.0.0/8", "fc00::/7", "::1/128",
)))
# What clouds answer secrets at. They lie in ranges that an internal host may use otherwise.
METADATA = frozenset(map(ipaddress.ip_address, ("100.100.100.200", "192.0.0.192", "168.63.129.16", "fd00:ec2::254")))


class Blocked(GatewayError):
    """The call would lead somewhere it must not go; nothing was sent."""

    default_code = "gateway-blocked"


@dataclass(frozen=True)
class Origin:
    """Where a configured system is. `internal`: its operator said that it lies in a private network."""

    scheme: str
    host: str
    port: int
    internal: bool = False


def origin_of(url: str, *, internal: bool = False) -> Origin:
    """The origin of a well-formed http(s) URL; raises `Blocked` for anything a parser could read in two ways."""
    if not url.isascii() or not url.isprintable() or any(mark in url for mark in " \\<>\"'`{}|^"):
        raise Blocked("地址含有不允许的字符；请核对网关地址")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise Blocked("地址格式不对；请核对网关地址") from error
    if parts.scheme not in PORTS or not parts.hostname or "@" in parts.netloc or parts.fragment or port == 0:
        raise Blocked("地址格式不对；请核对网关地址")
    return Origin(parts.scheme, parts.hostname, port or PORTS[parts.scheme], internal)


def allowed_addresses(
    origin: Origin, resolve: Resolver = socket.getaddrinfo, *, demo: bool = False, seconds: float = 3
) -> list[str]:
    """Where the host is, every address of it judged: one that is not allowed refuses them all."""
    if origin.scheme == "http" and not demo:
        raise Blocked("只允许 https 地址；http 仅限演示环境的本机地址")
    found = _looked_up(origin, resolve, seconds)
    if not found:
        raise GatewayError(f"找不到主机 {origin.host}；请核对网关地址或域名解析")
    for text in found:
        if not _may_be_called(_innermost(ipaddress.ip_address(text.partition("%")[0])), origin):
            raise Blocked(f"主机 {origin.host} 指向不允许访问的地址；内部系统须在网关配置中注明 internal")
    return list(dict.fromkeys(found))


def _looked_up(origin: Origin, resolve: Resolver, seconds: float) -> list[str]:
    """The system's own look-up knows no time-out, so it is left behind when it takes too long."""
    answer: queue.SimpleQueue[list[str]] = queue.SimpleQueue()

    def look_up() -> None:
        try:
            answer.put([str(entry[4][0]) for entry in resolve(origin.host, origin.port, type=socket.SOCK_STREAM)])
        except (OSError, UnicodeError):
            answer.put([])

    threading.Thread(target=look_up, daemon=True).start()
    try:
        return answer.get(timeout=seconds)
    except queue.Empty:
        raise GatewayError(f"主机 {origin.host} 的域名解析没有在 {seconds:g} 秒内完成；稍后自动重试") from None


def _may_be_called(address: Address, origin: Origin) -> bool:
    if origin.scheme == "http":
        return address.is_loopback
    if address in METADATA:
        return False
    if any(address in network for network in INTERNAL):
        return origin.internal
    odd = address.is_multicast or address.is_reserved or getattr(address, "is_site_local", False)
    return address.is_global and not odd


def _innermost(address: Address) -> Address:
    """The IPv4 address that an IPv6 address leads to, where it is only a wrapping of one."""
    if isinstance(address, ipaddress.IPv4Address):
        return address
    if address.ipv4_mapped:
        return address.ipv4_mapped
    if address.sixtofour:
        return address.sixtofour
    if address.teredo:
        return address.teredo[1]
    return ipaddress.IPv4Address(address.packed[-4:]) if address in NAT64 else address
