"""`python -m onething.gateways.demo_server`: the outside systems of the demonstration as one real server on this machine.

It takes signed orders, writes down what reached it and what it carried out, can be made to fail, and calls back when it is
asked to. It can be killed at any time: what it carried out it reads from its own files.
"""

from __future__ import annotations

import argparse
import ipaddress
import json
import socket
import struct
from collections.abc import Mapping
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pydantic import ValidationError

from onething.gateways.addresses import origin_of
from onething.gateways.configuration import GatewaySettings, read_gateways, read_keys
from onething.gateways.demo_systems import DemoSystems, Reply, Request, problem
from onething.gateways.failing import Mode
from onething.gateways.guarded import GuardedClient
from onething.gateways.interface import GatewayError
from onething.gateways.signing import Message, sign

BODY_CAP = 256 * 1024
ADDRESS = "127.0.0.1"


class Server(ThreadingHTTPServer):
    """`callbacks` is the address of the front door's callbacks, up to the name of the system."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, port: int, settings: GatewaySettings, folder: Path, *, callbacks: str = "", seed: int = 0) -> None:
        super().__init__((ADDRESS, port), Handler)
        self.settings, self.callbacks = settings, callbacks
        self.systems = DemoSystems(settings, folder, seed)

    def administer(self, what: str, asked: Mapping[str, Any]) -> Reply:
        """POST /admin/modes sets how systems fail, POST /admin/callbacks sends a signed callback."""
        if what == "modes":
            return self.set_modes(asked)
        if what == "callbacks":
            return self.call_back(asked)
        return problem(404, "unknown-path", "没有这个地址")

    def set_modes(self, asked: Mapping[str, Any]) -> Reply:
        """`{"sms": {"fail_after": 0.3}, ...}`; a system that is named starts from a mode without faults."""
        try:
            modes = {name: Mode.model_validate(mode) for name, mode in asked.items() if name in self.systems.systems}
        except ValidationError as error:
            return problem(422, "bad-mode", str(error.errors()[0]["loc"]))
        for name, mode in modes.items():
            self.systems.systems[name].mode = mode
        return Reply(200, {name: system.mode.model_dump() for name, system in self.systems.systems.items()})

    def call_back(self, asked: Mapping[str, Any]) -> Reply:
        """`{"system": "courier", "department": "", "event": {...}}`: signed with that system's own key."""
        keys = [one.keys for system, department, one in self.settings.systems()
                if (system.value, department) == (asked.get("system"), asked.get("department", ""))]
        if not keys or not self.callbacks:
            return problem(422, "bad-callback", "没有这个系统，或没有给出回调地址")
        url = f"{self.callbacks.rstrip('/')}/{asked['system']}"
        body = json.dumps(asked.get("event", {}), ensure_ascii=False).encode()
        key = next(iter(read_keys(keys[0]).values()))
        headers = sign(key, Message("POST", urlsplit(url).path, body), datetime.now(UTC))
        try:
            answer = GuardedClient([origin_of(url)], demo=True).call(
                "POST", url, {**headers, "Content-Type": "application/json"}, body
            )
        except GatewayError as error:
            return problem(502, error.code, error.message)
        return Reply(200, {"status": answer.status, "body": dict(answer.body)})


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        self._reply(self.server.systems.answer(Request("GET", self.path, self.headers, b"")))  # type: ignore[arg-type]

    def do_POST(self) -> None:
        length = self.headers.get("Content-Length", "")
        if not length.isdigit() or int(length) > BODY_CAP:
            return self._reply(problem(413, "body-too-large", "内容过长"))
        body = self.rfile.read(int(length))
        if self.path.startswith("/admin/"):
            return self._reply(self._administered(self.path.removeprefix("/admin/"), body))
        return self._reply(self.server.systems.answer(Request("POST", self.path, self.headers, body)))  # type: ignore[arg-type]

    def _administered(self, what: str, body: bytes) -> Reply:
        """For this machine only, and not for a page in its browser: that could not send JSON here without being asked."""
        host = self.headers.get("Host", "").partition(":")[0]
        is_json = self.headers.get_content_type() == "application/json"
        if not ipaddress.ip_address(self.client_address[0]).is_loopback or host not in (ADDRESS, "localhost") or not is_json:
            return problem(403, "not-here", "只能从本机用 JSON 调用")
        try:
            asked = json.loads(body)
        except ValueError:
            asked = None
        if not isinstance(asked, dict):
            return problem(422, "bad-json", "内容须为 JSON 对象")
        return self.server.administer(what, asked)

    def _reply(self, reply: Reply) -> None:
        self.close_connection = True
        if reply.reset:  # closing with nothing lingering sends a reset
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.connection.close()
            return
        content = json.dumps(reply.body, ensure_ascii=False).encode()
        self.send_response(reply.status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: Any) -> None:
        """The witness files say what came; a log would repeat it."""


def main() -> None:
    parser = argparse.ArgumentParser(description="演示用的外部系统：短信、省平台、12345、寄递、数据共享、电子证照、部门系统")
    parser.add_argument("--settings", type=Path, required=True, help="网关配置文件（docs/gateways.md）")
    parser.add_argument("--folder", type=Path, required=True, help="见证文件所在目录")
    parser.add_argument("--port", type=int, default=0, help="本机端口，0 为任选")
    parser.add_argument("--callbacks", default="", help="回调地址，如 http://127.0.0.1:8000/api/v1/callbacks")
    parser.add_argument("--modes", type=json.loads, default={}, help='故障方式，如 {"sms": {"fail_after": 0.3}}')
    parser.add_argument("--seed", type=int, default=0, help="随机数种子")
    asked = parser.parse_args()
    server = Server(asked.port, read_gateways(asked.settings), asked.folder, callbacks=asked.callbacks, seed=asked.seed)
    set_modes = server.set_modes(asked.modes)
    if set_modes.status != 200:
        parser.error(str(set_modes.body))
    print(f"http://{ADDRESS}:{server.server_port}", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
