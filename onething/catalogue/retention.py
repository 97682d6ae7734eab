"""catalogue/retention.yaml: what of one's data is kept, until when and why (S25)."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from pydantic import RootModel

from onething.catalogue.base import Model, Text
from onething.catalogue.load import read_typed


class Kept(Model):
    what: Text
    holds: Text
    until: Text
    why: Text
    source: Text
    confirmed: bool = False


@lru_cache
def kept_data(home: Path) -> tuple[Kept, ...]:
    """Raises `CatalogueError` for a faulty file."""
    return read_typed(RootModel[tuple[Kept, ...]], home / "catalogue" / "retention.yaml").root
