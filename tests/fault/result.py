"""What a fault showed: its criteria, its figures, what the ten invariants found. Kept as JSON beside the report."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from tests.fault.city import HOME
from tests.fault.snapshot import Finding

KEPT = HOME / "docs" / "faults"
MOST = 12  # findings written out for each invariant


@dataclass
class Criterion:
    what: str
    wanted: str
    seen: str
    holds: bool


@dataclass
class Result:
    """One run of one fault."""

    fault: str
    title: str
    options: dict[str, Any]
    versions: dict[str, str] = field(default_factory=dict)
    began: str = ""
    seconds: float = 0.0
    figures: dict[str, Any] = field(default_factory=dict)
    criteria: list[Criterion] = field(default_factory=list)
    invariants: dict[str, int] = field(default_factory=dict)
    findings: dict[str, list[str]] = field(default_factory=dict)

    def want(self, what: str, wanted: Any, seen: Any, holds: bool) -> None:
        self.criteria.append(Criterion(what, str(wanted), str(seen), bool(holds)))

    def checked(self, found: Mapping[str, list[Finding]]) -> None:
        """What the invariants say; a second look adds to the first."""
        for name, findings in found.items():
            self.invariants[name] = self.invariants.get(name, 0) + len(findings)
            lines = [f"{one.number}: {one.what}" for one in findings]
            self.findings[name] = [*self.findings.get(name, []), *lines][:MOST]

    @property
    def holds(self) -> bool:
        return all(one.holds for one in self.criteria) and not any(self.invariants.values())

    @property
    def name(self) -> str:
        return f"{self.fault}-{self.options['flavour']}-{self.options['db']}"

    def keep(self, folder: Path = KEPT) -> Path:
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{self.name}.json"
        content = {**asdict(self), "holds": self.holds}
        content["findings"] = {name: lines for name, lines in self.findings.items() if lines}
        path.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        return path


class Stopwatch:
    """Seconds since it was made."""

    def __init__(self) -> None:
        self.began = time.monotonic()

    @property
    def seconds(self) -> float:
        return round(time.monotonic() - self.began, 2)
