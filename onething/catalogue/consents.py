"""catalogue/consents.yaml: what applicants are told and asked when they hand in, by edition (S25; PIPL, articles 14-31)."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Literal

from pydantic import Field, model_validator

from onething.catalogue.base import Model, Slug, Text
from onething.catalogue.facts import Key
from onething.catalogue.load import read_typed


class ConsentText(Model):
    """`told`: the work rests on a duty of the office and people are informed. `separate`: it needs their own yes (单独同意).
    `withdrawal` says in plain words what follows when it is taken back, or why it cannot be."""

    key: Literal["handling", "courier", "sensitive", "partners"]
    kind: Literal["told", "separate"]
    title: Text
    text: Text
    withdrawal: Text
    source: Text
    confirmed: bool = False


class ConsentEdition(Model):
    version: int = Field(ge=1)
    parts: tuple[ConsentText, ...] = Field(min_length=1)

    def part(self, key: str) -> ConsentText:
        return next(part for part in self.parts if part.key == key)


class SensitiveKind(Model):
    """Fields of the form and materials that hold sensitive personal information of one kind."""

    name: Text
    fields: tuple[Key, ...] = ()
    materials: tuple[Slug, ...] = ()


class ConsentTexts(Model):
    editions: tuple[ConsentEdition, ...] = Field(min_length=1)
    sensitive: tuple[SensitiveKind, ...] = ()

    @model_validator(mode="after")
    def editions_count_up_and_are_whole(self) -> ConsentTexts:
        if [edition.version for edition in self.editions] != list(range(1, len(self.editions) + 1)):
            raise ValueError("editions 的 version 须从 1 起逐版加一；请补上缺少的版本，旧版本不能删")
        for edition in self.editions:
            if sorted(part.key for part in edition.parts) != ["courier", "handling", "partners", "sensitive"]:
                raise ValueError(f"第 {edition.version} 版须各有一段 handling、courier、sensitive、partners；请补全")
        return self

    @property
    def current(self) -> ConsentEdition:
        return self.editions[-1]

    def edition(self, version: int) -> ConsentEdition:
        return self.editions[version - 1]


@lru_cache
def consent_texts(home: Path) -> ConsentTexts:
    """Raises `CatalogueError` for a faulty file."""
    return read_typed(ConsentTexts, home / "catalogue" / "consents.yaml")
