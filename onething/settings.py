"""Every setting, once. Environment variables start with ONETHING_; see docs/settings.md."""

from __future__ import annotations

import secrets
from functools import lru_cache
from pathlib import Path
from typing import Literal

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Effective configuration. Directories default to the checkout; run-time files live under `var/`."""

    model_config = SettingsConfigDict(env_prefix="ONETHING_", extra="ignore")

    home: Path = Field(Path(__file__).resolve().parent.parent, description="Checkout with catalogue/, bpmn/, forms/")
    var: Path | None = Field(None, description="Run-time files (databases, keys, papers, logs); default <home>/var")
    demo: bool = Field(True, description="Demonstration mode: papers carry 样例, development login is offered")
    engine_flavour: Literal["operaton", "camunda"] = Field("operaton", description="Which engine is built and run")
    engine_port: int = Field(8080, description="Loopback port of the engine")
    engine_url: str | None = Field(None, description="REST root of a running engine; default the local one")
    engine_database_url: str | None = Field(None, description="JDBC URL of the engine's database; default an H2 file")
    api_host: str = Field("127.0.0.1", description="Address the front door listens on")
    api_port: int = Field(8000, description="Port of the front door")
    public_url: str | None = Field(None, description="Address printed in QR codes; default the front door's own")
    database_url: str | None = Field(None, description="SQLAlchemy URL of the store; default SQLite under var/")
    gateways_file: Path | None = Field(None, description="Outside systems, see docs/gateways.md; default demonstration")
    worker_slots: int = Field(24, description="External tasks handled at the same time by one worker process, slow ones apart")
    worker_port: int = Field(8001, description="Loopback port of a worker process: /healthz, /readyz, /metrics; 0 takes any")
    worker_longest_seconds: int = Field(300, description="A step that takes longer is an incident")
    worker_lock_seconds: int = Field(60, description="Lock of a fetched task; extended while the handler runs")
    allow_provisional_calendar: bool = Field(True, description="Mark limits 暂定 in a year not yet published")
    max_upload_mib: int = Field(10, description="Largest upload, MiB")
    clamav: str = Field("", description="ClamAV's clamd that scans uploads: host:port or the path of its socket; empty: none")
    session_minutes: int = Field(30, description="A login ends after this long without a request")

    @property
    def var_dir(self) -> Path:
        return self.var or self.home / "var"

    @property
    def rest_url(self) -> str:
        return self.engine_url or f"http://127.0.0.1:{self.engine_port}/engine-rest"

    @property
    def store_url(self) -> str:
        return self.database_url or f"sqlite:///{self.var_dir / 'onething.db'}"

    @property
    def gateways_path(self) -> Path | None:
        """The file that names the outside systems, where there is one; `onething up` makes one for a demonstration."""
        demo = self.var_dir / "demo-systems" / "gateways.yaml"
        return self.gateways_file or (demo if self.demo and demo.exists() else None)

    @property
    def base_url(self) -> str:
        return self.public_url or f"http://{self.api_host}:{self.api_port}"


@lru_cache
def get_settings() -> Settings:
    return Settings()


def secret_file(path: Path, *, length: int = 24) -> str:
    """The secret kept in `path`; made at random with mode 0600 on first use."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(length), encoding="ascii")
    return path.read_text(encoding="ascii").strip()
