"""`/healthz`, `/readyz` and `/metrics` of a worker process, on loopback: for whoever supervises and measures it."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import structlog

from onething.bootstrap import Tools
from onething.engine.worker import Worker
from workers.metrics import TaskMetrics

log = structlog.get_logger(__name__)
TEXT = "text/plain; version=0.0.4; charset=utf-8"
JSON = "application/json"
Answer = tuple[int, str, bytes]


class Health:
    """`port` 0 takes any free one; `address` says which."""

    def __init__(self, worker: Worker, tools: Tools, metrics: TaskMetrics, port: int, host: str = "127.0.0.1") -> None:
        pages: dict[str, Callable[[], Answer]] = {
            "/healthz": lambda: alive(worker), "/readyz": lambda: ready(worker, tools),
            "/metrics": lambda: (200, TEXT, metrics.text()),
        }
        self.server = ThreadingHTTPServer((host, port), _handler(pages))
        self.server.daemon_threads = True

    @property
    def address(self) -> str:
        host, port = self.server.server_address[:2]
        return f"http://{host!s}:{port}"

    def start(self) -> None:
        threading.Thread(target=self.server.serve_forever, name="health", daemon=True).start()
        log.info("health is served", address=self.address)

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()


def alive(worker: Worker) -> Answer:
    """The loop turns. An engine that is down does not make the process sick: it waits for it."""
    return _said({"loop": worker.turning})


def ready(worker: Worker, tools: Tools) -> Answer:
    """Steps can be carried out: engine and store answer, and no stop was asked for."""
    return _said({"engine": worker.turning and not worker.problem, "store": tools.store.answers(), "open": not worker.stopping})


def _said(checks: dict[str, bool]) -> Answer:
    good = all(checks.values())
    return (200 if good else 503), JSON, json.dumps({"status": "UP" if good else "DOWN", **checks}).encode()


def _handler(pages: dict[str, Callable[[], Answer]]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_: Any) -> None:
            pass

        def do_GET(self) -> None:
            status, kind, body = pages.get(self.path, lambda: (404, JSON, b"{}"))()
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    return Handler
