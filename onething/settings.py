"""Every setting, once. Environment variables start with ONETHING_; see docs/settings.md."""

from __future__ import annotations

import secrets
from functools import lru_cache
from pathlib import Path
from typing import Literal

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from onething import limits as limiting

LIMITED = ("verify", "login", "login_failures", "submit", "submit_address", "ask", "rate", "upload", "sms")

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
    keys_file: Path | None = Field(None, description="Ring of data keys, docs/security-at-rest.md; default var/keys/ring.json")
    master_key_file: Path | None = Field(None, description="Key that opens the ring; default master.key beside it")
    audit_heads: Path | None = Field(None, description="Folder for signed heads of the audit trail; default var/audit-heads")
    gateways_file: Path | None = Field(None, description="Outside systems, see docs/gateways.md; default demonstration")
    worker_slots: int = Field(24, description="External tasks handled at the same time by one worker process, slow ones apart")
    worker_port: int = Field(8001, description="Loopback port of a worker process: /healthz, /readyz, /metrics; 0 takes any")
    worker_longest_seconds: int = Field(45, description="A step that takes longer is an incident")
    worker_lock_seconds: int = Field(60, description="Lock of a fetched task; extended while the handler runs")
    allow_provisional_calendar: bool = Field(True, description="Mark limits 暂定 in a year not yet published")
    max_upload_mib: int = Field(10, description="Largest upload, MiB")
    clamav: str = Field("", description="ClamAV's clamd that scans uploads: host:port or the path of its socket; empty: none")
    staff_file: Path | None = Field(None, description="Who holds which post, see docs/organisation.md; default demonstration")
    separate_decision: bool = Field(True, description="Who accepted an item does not decide it; false for offices of one")
    session_minutes: int = Field(30, description="A login ends after this long without a request")
    terminal_seconds: int = Field(60, description="At a self-service terminal a login ends after this long without a touch")
    login_file: Path | None = Field(None, description="Identity providers of citizens and staff, see docs/login.md; default none")
    trusted_proxies: str = Field("", description="Addresses or networks whose X-Forwarded-For is believed; default none")
    limits: bool = Field(True, description="Rate limits; false only for measuring and tests")
    limit_verify: str = Field("60/minute", description="Looks at the certificate check, per client address")
    limit_login: str = Field("30/minute 300/hour", description="Logins begun or ended, per client address")
    limit_login_failures: str = Field("10/15minute", description="Logins that failed, per client address and per person")
    limit_submit: str = Field("10/hour", description="Applications online, per account, id number and phone")
    limit_submit_address: str = Field("120/hour", description="Applications online, per client address")
    limit_ask: str = Field("20/hour", description="Questions and pre-checks online, per account")
    limit_rate: str = Field("20/hour", description="Ratings by the link of an SMS, per client address")
    limit_upload: str = Field("60/minute 600/hour", description="Requests with files, per account")
    limit_sms: str = Field("1/minute 5/hour 10/day", description="SMS per phone number; more wait their turn, none is dropped")

    @field_validator(*(f"limit_{kind}" for kind in LIMITED))
    @classmethod
    def _is_a_limit(cls, value: str) -> str:
        limiting.parse(value)
        return value

    def limit(self, kind: str) -> limiting.Rule:
        """The rule of that kind; empty where limits are off."""
        return limiting.parse(getattr(self, f"limit_{kind}")) if self.limits else ()

    @property
    def limits_secret(self) -> str:
        """Behind the keys of limits: the same on every machine of an installation."""
        return secret_file(self.var_dir / "limits.key", length=32)

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
    def keys_path(self) -> Path:
        return self.keys_file or self.var_dir / "keys" / "ring.json"

    @property
    def master_key_path(self) -> Path:
        return self.master_key_file or self.keys_path.with_name("master.key")

    @property
    def audit_heads_path(self) -> Path:
        return self.audit_heads or self.var_dir / "audit-heads"

    @property
    def gateways_path(self) -> Path | None:
        """The file that names the outside systems, where there is one; `onething up` makes one for a demonstration."""
        demo = self.var_dir / "demo-systems" / "gateways.yaml"
        return self.gateways_file or (demo if self.demo and demo.exists() else None)

    @property
    def base_url(self) -> str:
        return self.public_url or f"http://{self.api_host}:{self.api_port}"

    @property
    def beside_tasklist(self) -> str:
        """The front door's own address where Tasklist is at another of this machine: a demonstration without a proxy. Empty where
        one proxy puts both under one name."""
        return self.base_url if self.demo and self.public_url is None else ""


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
