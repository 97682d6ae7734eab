"""One pooled connection to the engine: always with time-outs, loopback or https only, errors by kind (D12-D15)."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from http.cookiejar import DefaultCookiePolicy
from json import dumps, loads
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlencode, urlsplit

import requests
from requests import certs
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, connection_from_url, make_headers
from urllib3.exceptions import HTTPError
from urllib3.util.retry import Retry
from urllib3.util.timeout import Timeout as Wait

from onething.engine.errors import EngineRefused, EngineUnauthorised, EngineUnreachable
from onething.errors import EngineError

PAGE = 500
POOL = 32
THREADS = 4
Timeout = tuple[float, float]
T = TypeVar("T")


RETRY = Retry(
    total=2, connect=2, read=1, redirect=0, status=0, backoff_factor=0.1, allowed_methods={"GET"},
    raise_on_redirect=False, raise_on_status=False,
)
"""A connection that could not be made is tried again, a lost GET too; nothing that may have had an effect."""


class TimeoutAdapter(HTTPAdapter):
    """No call is ever sent without a time-out."""

    def __init__(self, timeout: Timeout) -> None:
        self.timeout = timeout
        super().__init__(pool_maxsize=POOL, max_retries=RETRY)

    def send(self, request: Any, *args: Any, **kwargs: Any) -> requests.Response:
        if kwargs.get("timeout") is None:
            kwargs["timeout"] = self.timeout
        return super().send(request, *args, **kwargs)


class Transport:
    """Sends JSON, returns JSON, raises typed errors. Safe to share between threads.

    JSON goes straight to a urllib3 pool, which costs the machine less than half of what a requests session does for the
    same bytes; `session` is for uploads and for pycamunda.
    """

    def __init__(self, rest_url: str, user: str, password: str, timeout: Timeout, verify: bool | str = True) -> None:
        self.rest_url = _checked(rest_url)
        if not user or not password:
            raise EngineError("没有引擎账号或口令；请先运行 onething up 建立账号", code="engine-credentials")
        self.timeout = timeout
        self.session = requests.Session()
        self.session.trust_env = False  # neither a proxy nor a .netrc may see the engine's traffic
        self.session.auth = (user, password)
        self.session.verify = verify
        self.session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        adapter = TimeoutAdapter(timeout)
        self.session.mount("http://", adapter)
        self.session.mount("https://", adapter)
        self._pool = _pool(self.rest_url, verify)
        self._root = urlsplit(self.rest_url).path
        self._headers = {
            "Accept": "application/json", "Content-Type": "application/json",
            **make_headers(basic_auth=f"{user}:{password}"),
        }

    def call(
        self, method: str, path: str, *, timeout: Timeout | None = None, params: Mapping[str, Any] | None = None,
        json: Any = None, **upload: Any,
    ) -> Any:
        """The decoded answer (None for an empty one); `upload` as for requests: files, data."""
        if upload:
            status, reason, content = self._upload(method, path, timeout, params=params, **upload)
        else:
            status, reason, content = self._send(method, path, timeout or self.timeout, params, json)
        if not _accepted(status, reason, content):
            return None
        try:
            return loads(content)
        except ValueError as error:
            raise EngineRefused(status, "", "回答不是 JSON；请核对引擎地址") from error

    def content(self, path: str) -> bytes:
        """What is kept there, as it is."""
        return _accepted(*self._send("GET", path, self.timeout, None, None))

    def _send(
        self, method: str, path: str, timeout: Timeout, params: Mapping[str, Any] | None, body: Any
    ) -> tuple[int, str, bytes]:
        target = self._root + path
        if params:
            target += "?" + urlencode({name: value for name, value in params.items() if value is not None}, doseq=True)
        content = None if body is None else dumps(body, allow_nan=False).encode()
        try:
            answer = self._pool.urlopen(
                method, target, content, self._headers, retries=RETRY, redirect=False,
                timeout=Wait(connect=timeout[0], read=timeout[1]),
            )
        except HTTPError as error:
            raise self._unreachable(error) from error
        return answer.status, answer.reason or "", answer.data

    def _upload(self, method: str, path: str, timeout: Timeout | None, **arguments: Any) -> tuple[int, str, bytes]:
        try:
            answer = self.session.request(method, self.rest_url + path, timeout=timeout, allow_redirects=False, **arguments)
        except requests.RequestException as error:
            raise self._unreachable(error) from error
        return answer.status_code, answer.reason or "", answer.content

    def _unreachable(self, error: Exception) -> EngineUnreachable:
        return EngineUnreachable(
            f"连不上流程引擎（{type(error).__name__}）；请确认它已启动，地址 {self.rest_url}"
        )

    def pages(
        self, path: str, params: dict[str, Any] | None = None, *, json: Mapping[str, Any] | None = None
    ) -> Iterator[dict[str, Any]]:
        """Every entry of a listing, asked for by address or, with `json`, by a query in the body; never an unbounded one."""
        first, method = 0, "GET" if json is None else "POST"
        while True:
            asked = {**(params or {}), "firstResult": first, "maxResults": PAGE}
            page = self.call(method, path, params=asked, json=json) or []
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


def _pool(rest_url: str, verify: bool | str) -> HTTPConnectionPool:
    """Connections are kept between calls and made anew where the engine closed them. No proxy, no cookies."""
    if not rest_url.startswith("https:"):
        return connection_from_url(rest_url, maxsize=POOL)
    if verify is False:
        return connection_from_url(rest_url, maxsize=POOL, cert_reqs="CERT_NONE")
    authorities = verify if isinstance(verify, str) else certs.where()
    kind = "ca_cert_dir" if Path(authorities).is_dir() else "ca_certs"
    return connection_from_url(rest_url, maxsize=POOL, cert_reqs="CERT_REQUIRED", **{kind: authorities})


def each(entries: Iterable[T], work: Callable[[T], None]) -> int:
    """Do `work` for all with a few threads; the first error is raised. Returns how many."""
    with ThreadPoolExecutor(THREADS) as pool:
        return len(list(pool.map(work, entries)))


def _accepted(status: int, reason: str, content: bytes) -> bytes:
    """What came with a yes."""
    if not 200 <= status < 300:
        raise refusal(status, reason, content)
    return content


def error_of(response: requests.Response) -> EngineError:
    return refusal(response.status_code, response.reason or "", response.content)


def refusal(status: int, reason: str, content: bytes) -> EngineError:
    """Any body at all becomes a typed error: JSON object, list, null, a proxy's page (D13)."""
    try:
        body = loads(content)
    except ValueError:
        body = None
    fields = body if isinstance(body, dict) else {}
    kind, message = str(fields.get("type") or ""), str(fields.get("message") or reason)
    if status in (401, 403):
        return EngineUnauthorised(status, message)
    return EngineRefused(status, kind, message)
