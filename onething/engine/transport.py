"""One pooled connection to the engine: always with time-outs, loopback or https only, errors by kind (D12-D15)."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from http.cookiejar import DefaultCookiePolicy
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3.util.retry import Retry

from onething.engine.errors import EngineRefused, EngineUnauthorised, EngineUnreachable
from onething.errors import EngineError

PAGE = 500
POOL = 32
Timeout = tuple[float, float]


class TimeoutAdapter(HTTPAdapter):
    """No call is ever sent without a time-out. A connection that could not be made is tried again, a lost GET too."""

    def __init__(self, timeout: Timeout) -> None:
        self.timeout = timeout
        retry = Retry(
            total=2, connect=2, read=1, redirect=0, status=0, backoff_factor=0.1, allowed_methods={"GET"},
            raise_on_redirect=False, raise_on_status=False,
        )
        super().__init__(pool_maxsize=POOL, max_retries=retry)

    def send(self, request: Any, *args: Any, **kwargs: Any) -> requests.Response:
        if kwargs.get("timeout") is None:
            kwargs["timeout"] = self.timeout
        return super().send(request, *args, **kwargs)


class Transport:
    """Sends JSON, returns JSON, raises typed errors. Safe to share between threads."""

    def __init__(self, rest_url: str, user: str, password: str, timeout: Timeout, verify: bool | str = True) -> None:
        self.rest_url = _checked(rest_url)
        if not user or not password:
            raise EngineError("没有引擎账号或口令；请先运行 onething up 建立账号", code="engine-credentials")
        self.session = requests.Session()
        self.session.trust_env = False  # neither a proxy nor a .netrc may see the engine's traffic
        self.session.auth = (user, password)
        self.session.verify = verify
        self.session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        adapter = TimeoutAdapter(timeout)
        self.session.mount("http://", adapter)
        self.session.mount("https://", adapter)

    def call(self, method: str, path: str, *, timeout: Timeout | None = None, **arguments: Any) -> Any:
        """The decoded answer (None for an empty one); `arguments` as for requests: params, json, files, data."""
        response = self.send(method, path, timeout=timeout, **arguments)
        if not response.content:
            return None
        try:
            return response.json()
        except ValueError as error:
            raise EngineRefused(response.status_code, "", "回答不是 JSON；请核对引擎地址") from error

    def send(self, method: str, path: str, *, timeout: Timeout | None = None, **arguments: Any) -> requests.Response:
        try:
            response = self.session.request(
                method, self.rest_url + path, timeout=timeout, allow_redirects=False, **arguments
            )
        except requests.RequestException as error:
            kind = type(error).__name__
            raise EngineUnreachable(f"连不上流程引擎（{kind}）；请确认它已启动，地址 {self.rest_url}") from error
        if not 200 <= response.status_code < 300:
            raise error_of(response)
        return response

    def pages(self, path: str, params: dict[str, Any] | None = None) -> Iterator[dict[str, Any]]:
        """Every entry of a listing; never an unbounded query."""
        first = 0
        while True:
            page = self.call("GET", path, params={**(params or {}), "firstResult": first, "maxResults": PAGE}) or []
            yield from page
            if len(page) < PAGE:
                return
            first += PAGE


def _checked(rest_url: str) -> str:
    parts = urlsplit(rest_url)
    if parts.scheme == "https" or (parts.scheme == "http" and _is_loopback(parts.hostname or "")):
        return rest_url.rstrip("/")
    raise EngineError("引擎地址必须是 https，或本机的 http；请改正 ONETHING_ENGINE_URL", code="engine-url")


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def error_of(response: requests.Response) -> EngineError:
    """Any body at all becomes a typed error: JSON object, list, null, a proxy's page (D13)."""
    try:
        body = response.json()
    except ValueError:
        body = None
    fields = body if isinstance(body, dict) else {}
    kind, message = str(fields.get("type") or ""), str(fields.get("message") or response.reason or "")
    if response.status_code in (401, 403):
        return EngineUnauthorised(response.status_code, message)
    return EngineRefused(response.status_code, kind, message)
