"""`python -m api` runs the front door; `python -m api openapi` prints docs/openapi.json, `client` renews onething/client."""

from __future__ import annotations

import json
import sys
from typing import Any

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from api import client_code
from api.app import create_app
from onething import logs
from onething.bootstrap import build_tools, few_arenas
from onething.errors import OneThingError
from onething.settings import get_settings

KEPT_OPEN = 75
"""Seconds an idle connection is kept: longer than a proxy keeps it (docker/proxy: 30), or a request would meet its end."""


class Connection(H11Protocol):
    """Reads 16 KiB at once, not 256: hundreds of uploads that come in together would fill the memory (F22)."""

    def connection_made(self, transport: Any) -> None:
        transport.max_size = 16 * 1024
        super().connection_made(transport)


def main() -> int:
    few_arenas()
    settings = get_settings()
    logs.configure("api")
    try:
        app = create_app(build_tools(settings))
    except OneThingError as error:
        print(error.message, file=sys.stderr)
        return 1
    if sys.argv[1:] == ["openapi"]:
        print(json.dumps(app.openapi(), ensure_ascii=False, indent=2))
        return 0
    if sys.argv[1:] == ["client"]:
        client_code.write(app.openapi(), settings.home / "onething" / "client")
        return 0
    # No access log: addresses hold case numbers and tokens. Whose word on client addresses counts, api.limiting decides.
    uvicorn.run(
        app, host=settings.api_host, port=settings.api_port, access_log=False, server_header=False, log_config=None,
        proxy_headers=False, http=Connection, timeout_keep_alive=KEPT_OPEN,
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
