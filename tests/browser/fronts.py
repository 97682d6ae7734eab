"""The furnished house behind other front doors: what people see when something is otherwise than on most days."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import requests
import yaml
from fastapi import FastAPI

from api.app import create_app
from onething.settings import Settings
from tests.browser.house import House, serving

NOBODY = "http://127.0.0.1:9"
"""An identity provider that does not answer."""


def fronts(house: House) -> Mapping[str, FastAPI]:
    """Name, as `Look.front` has it -> the application. Its store, and so its cases and logins, is that of the house."""
    away, broken, logins = create_app(house.tools), create_app(house.tools), login_file(house.tools.settings.var_dir)
    away.state.engine = SimpleNamespace(away=lambda: True)
    broken.state.doors = None  # a mistake of ours, wherever it may be
    return {
        "away": away, "broken": broken,
        "doors": changed(house, demo=False, login_file=logins, max_upload_mib=1),
        "strained": changed(house, login_file=logins, limits=True, limit_verify="1/hour"),
    }


def changed(house: House, **changes: Any) -> FastAPI:
    settings = Settings(**house.tools.settings.model_dump() | changes)
    return create_app(replace(house.tools, settings=settings))


def login_file(folder: Path) -> Path:
    (folder / "secret").write_text("a secret of thirty-two characters", encoding="ascii")
    (folder / "secret").chmod(0o600)
    door = {"issuer": NOBODY, "client_id": "onething", "secret_file": "secret"}
    path = folder / "login.yaml"
    path.write_text(yaml.safe_dump({
        "citizen": door | {"label": "河南政务服务网"},
        "staff": door | {"label": "工作人员统一身份认证", "second_factor": {"acr": ["otp"]}},
    }), encoding="utf-8")
    return path


@contextmanager
def other_doors(house: House) -> Iterator[dict[str, str]]:
    """Name -> address, all open; the strained one has had all the looks at certificates that it allows in this hour."""
    with ExitStack() as stack:
        found = {name: stack.enter_context(serving(app)) for name, app in fronts(house).items()}
        requests.get(f"{found['strained']}/verify/any", timeout=30)
        yield found
