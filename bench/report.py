"""What a measurement leaves behind: one JSON file with the machine, the versions and every single round."""

from __future__ import annotations

import json
import os
import platform
import re
import shutil
import subprocess
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from onething.engine import runtime
from simulation.postgres import program

FLAVOUR_VERSION = re.compile(r"<engine\.version>([^<]+)</engine\.version>")


def describe(home: Path, kind: str, database: str, flavour: str, command: str, found: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "kind": kind, "database": database, "engine": flavour, "command": command,
        "measured_at": datetime.now(UTC).isoformat(timespec="minutes"), "machine": machine(),
        "versions": versions(home, flavour), **found,
    }


def machine() -> dict[str, Any]:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    model = next((line.partition(":")[2].strip() for line in _lines("/proc/cpuinfo") if line.startswith("model name")), "")
    return {
        "processor": model or platform.machine(), "cores": os.cpu_count(), "memory_gib": round(memory),
        "system": f"{platform.system()} {platform.release()}",
    }


def versions(home: Path, flavour: str) -> dict[str, str]:
    pom = (home / "docker" / "engine" / "pom.xml").read_text(encoding="utf-8")
    engines = dict(zip(runtime.FLAVOURS, FLAVOUR_VERSION.findall(pom), strict=False))
    found = {
        flavour: engines.get(flavour, ""), "python": platform.python_version(), "onething": version("onething"),
        "java": _said([runtime.require_java(), "-version"]), "node": _said([shutil.which("node") or "", "--version"]),
        "postgresql": _said([program("postgres") or "", "--version"]),
    }
    return {name: text for name, text in found.items() if text}


def save(path: Path, report: Mapping[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(report, ensure_ascii=False, indent=1, allow_nan=True) + "\n", encoding="utf-8")


def _lines(path: str) -> Iterable[str]:
    return Path(path).read_text(encoding="utf-8").splitlines() if Path(path).exists() else ()


def _said(command: list[str]) -> str:
    """The version number a tool gives of itself; empty where it is missing."""
    if not command[0]:
        return ""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    found = re.search(r"\d+(?:\.\d+)+", done.stdout + done.stderr)
    return found.group() if found else ""
