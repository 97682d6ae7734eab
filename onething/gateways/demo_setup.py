"""Keys and settings for the demonstration's own outside systems, made anew where they are missing."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from pathlib import Path

import yaml

from onething.vocabulary import OutsideSystem

DEPARTMENTS = ("market-regulation",)


def prepare(folder: Path, port: int, departments: Iterable[str] = DEPARTMENTS) -> Path:
    """`folder`/gateways.yaml for a demo server on `port`, with a random secret for each system (0600)."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    names = [system.value for system in OutsideSystem if system != OutsideSystem.DEPARTMENTS]
    settings = {name: _system(folder, name, name, port) for name in names}
    path, content = folder / "gateways.yaml", {
        **settings,
        "departments": {slug: _system(folder, f"departments-{slug}", "departments", port) for slug in departments},
    }
    path.write_text(yaml.safe_dump(content, allow_unicode=True, sort_keys=False), encoding="utf-8")
    return path


def _system(folder: Path, key_id: str, path: str, port: int) -> dict[str, str]:
    keys = folder / f"{key_id}.key"
    if not keys.exists():
        keys.touch(mode=0o600)
        keys.write_text(f"{key_id}-1 {secrets.token_urlsafe(32)}\n", encoding="ascii")
    return {"url": f"http://127.0.0.1:{port}/{path}", "keys": keys.name}
