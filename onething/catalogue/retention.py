"""What of one's data is kept, until when and why (retention.yaml), and what is cleared after how many days (retention_rules.yaml;
S25)."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Literal

from pydantic import Field, RootModel, model_validator

from onething.catalogue.base import Model, Text
from onething.catalogue.load import read_typed


class Kept(Model):
    what: Text
    holds: Text
    until: Text
    why: Text
    source: Text
    confirmed: bool = False


class RetentionRule(Model):
    """`automatic`: the workers clear it by themselves; else somebody runs `onething retention --apply`."""

    key: Literal[
        "sessions", "logins", "limits", "nonces", "kept-answers", "links", "drafts", "uploads", "outbox", "troubles", "notices",
        "consultations", "materials", "cases",
    ]
    what: Text
    days: int = Field(ge=1, le=36500)
    automatic: bool
    source: Text
    confirmed: bool = False

    @model_validator(mode="after")
    def cases_are_not_cleared_on_a_guess(self) -> RetentionRule:
        if self.key == "cases" and self.automatic and not self.confirmed:
            raise ValueError("清除办件的期限没有核实，不能自动执行；请核实后写 confirmed: true，或者写 automatic: false")
        return self


@lru_cache
def kept_data(home: Path) -> tuple[Kept, ...]:
    """Raises `CatalogueError` for a faulty file."""
    return read_typed(RootModel[tuple[Kept, ...]], home / "catalogue" / "retention.yaml").root


@lru_cache
def retention_rules(home: Path) -> tuple[RetentionRule, ...]:
    """In the order in which they run. Raises `CatalogueError` for a faulty file."""
    return read_typed(RootModel[tuple[RetentionRule, ...]], home / "catalogue" / "retention_rules.yaml").root
