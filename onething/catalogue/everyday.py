"""How people say it (catalogue/everyday.yaml): everyday expressions with the words of the guides (R28)."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import yaml
from pydantic import Field, ValidationError

from onething.catalogue.base import Model, Slug, Text
from onething.errors import CatalogueError

FILE = "catalogue/everyday.yaml"


class Everyday(Model):
    """`said_for`: expression -> words of the guides that it stands for, `in_english` the same for English names; `popular`:
    things named first where nothing is found."""

    said_for: dict[Text, tuple[Text, ...]] = Field(default_factory=dict)
    in_english: dict[Text, tuple[Text, ...]] = Field(default_factory=dict)
    popular: tuple[Slug, ...] = ()


@lru_cache
def load_everyday(home: Path) -> Everyday:
    """Raises `CatalogueError`; without the file everybody is taken by the word."""
    path = home / FILE
    if not path.is_file():
        return Everyday()
    try:
        return Everyday.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except yaml.YAMLError as error:
        raise CatalogueError(FILE, "全文", "不是合法的 YAML", "请检查缩进、冒号和引号") from error
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"]) or "全文"
        raise CatalogueError(FILE, key, first["msg"], "请写成“日常说法: [指南用语, …]”") from error
