"""A scripted stand-in for the engine's external-task calls: real HTTP, real locks, faults on demand, no process."""

from __future__ import annotations

import json
import threading
import time
from collections import deque
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Fault = Callable[[BaseHTTPRequestHandler], None] | tuple[int, Any]


class FakeEngine:
    """`add` tasks, `fault(call, ...)` the next answers of a call, read `calls`: (call, task, body) in order."""

    user, password = "worker", "secret"

    def __init__(self) -> None:
        self.tasks: dict[str, dict[str, Any]] = {}
        self.calls: list[tuple[str, str, dict[str, Any]]] = []
        self.connections: set[tuple[str, int]] = set()
        self.completed: list[str] = []
        self.faults: dict[str, deque[Fault]] = {}
        self.lock = threading.RLock()
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.server.daemon_threads = True
        self.server.handle_error = lambda *_: None  # type: ignore[method-assign]
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    @property
    def rest_url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}/engine-rest"

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()

    def add(self, task_id: str, topic: str = "intake", variables: dict[str, Any] | None = None) -> None:
        with self.lock:
            self.tasks[task_id] = {
                "id": task_id, "topicName": topic, "businessKey": f"NO-{task_id}", "processInstanceId": "instance",
                "activityId": "step", "retries": None, "variables": variables or {}, "worker": None, "until": 0.0,
            }

    def fault(self, call: str, *answers: Fault) -> None:
        self.faults.setdefault(call, deque()).extend(answers)

    def of(self, call: str) -> list[dict[str, Any]]:
        return [body for name, _, body in self.calls if name == call]

    def wait(self, condition: Callable[[], Any], timeout: float = 15) -> bool:
        end = time.monotonic() + timeout
        while time.monotonic() < end:
            if condition():
                return True
            time.sleep(0.01)
        return False

    # calls

    def answer(self, call: str, task_id: str, body: dict[str, Any]) -> tuple[int, Any]:
        if call == "fetchAndLock":
            return 200, self._fetch(body)
        if call == "external-task-log":
            return 200, [{"externalTaskId": task_id}] if task_id in self.completed else []
        with self.lock:
            task = self.tasks.get(task_id)
            if task is None:
                message = f"External task with id {task_id} does not exist"
                return 404, {"type": "RestException", "message": message}
            if call != "unlock" and task["worker"] != body.get("workerId"):
                message = f"cannot be {call}ed by worker '{body.get('workerId')}'. It is locked by worker '...'"
                return 400, {"type": "RestException", "message": message}
            self._change(call, task, body)
        return 204, None

    def _change(self, call: str, task: dict[str, Any], body: dict[str, Any]) -> None:
        if call in ("complete", "bpmnError"):
            del self.tasks[task["id"]]
            self.completed.append(task["id"])
        elif call == "failure":
            task.update(retries=body["retries"], worker=None, until=time.monotonic() + body["retryTimeout"] / 1000)
        elif call == "extendLock":
            task["until"] = time.monotonic() + body["newDuration"] / 1000
        elif call == "unlock":
            task.update(worker=None, until=0.0)

    def _fetch(self, body: dict[str, Any]) -> list[dict[str, Any]]:
        end = time.monotonic() + body["asyncResponseTimeout"] / 1000
        locks = {topic["topicName"]: topic["lockDuration"] / 1000 for topic in body["topics"]}
        while True:
            with self.lock:
                free = [task for task in self.tasks.values() if task["until"] <= time.monotonic()
                        and task["topicName"] in locks and task["retries"] != 0][:body["maxTasks"]]
                for task in free:
                    task.update(worker=body["workerId"], until=time.monotonic() + locks[task["topicName"]])
                if free or time.monotonic() >= end:
                    return [{key: value for key, value in task.items() if key != "until"} for task in free]
            time.sleep(0.01)

    def _handler(engine) -> type[BaseHTTPRequestHandler]:
        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_: Any) -> None:
                pass

            def do_POST(self) -> None:
                raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                parts = self.path.split("/")
                self._serve(parts[-1], parts[-2], json.loads(raw or b"{}"))

            def do_GET(self) -> None:
                task = self.path.partition("externalTaskId=")[2].partition("&")[0]
                self._serve("external-task-log", task, {})

            def _serve(self, call: str, task: str, body: dict[str, Any]) -> None:
                with engine.lock:
                    engine.connections.add(self.client_address)
                    engine.calls.append((call, task, body))
                    waiting = engine.faults.get(call)
                    fault = waiting.popleft() if waiting else None
                if callable(fault):
                    fault(self)
                    return
                self.send(*(fault or engine.answer(call, task, body)))

            def send(self, status: int, body: Any) -> None:
                content = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

        return Handler


def drop_before(handler: BaseHTTPRequestHandler) -> None:
    """The connection is lost and nothing happened."""
    handler.close_connection = True


def drop_after(engine: FakeEngine) -> Fault:
    """The call takes effect, its answer is lost."""

    def fault(handler: BaseHTTPRequestHandler) -> None:
        call, task, body = engine.calls[-1]
        engine.answer(call, task, body)
        handler.close_connection = True

    return fault
