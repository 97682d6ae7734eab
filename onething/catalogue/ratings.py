"""catalogue/ratings.yaml: what is asked with each grade of 好差评, under a version that every rating keeps (R121)."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from pydantic import Field, model_validator

from onething.catalogue.base import Model, Slug, Text
from onething.catalogue.load import read_typed
from onething.vocabulary import Grade


class RatingQuestion(Model):
    """Any number of its options may be ticked, also none; at most one where it is `single`."""

    key: Slug
    text: Text
    options: dict[Slug, Text] = Field(min_length=2)
    single: bool = False


class Ratings(Model):
    version: int = Field(ge=1)
    grades: dict[Grade, tuple[RatingQuestion, ...]]

    @model_validator(mode="after")
    def every_grade_asks_one_to_three(self) -> Ratings:
        for grade in Grade:
            asked = [question.key for question in self.grades.get(grade, ())]
            if not 1 <= len(asked) <= 3 or len(set(asked)) < len(asked):
                raise ValueError(f"“{grade.label}”要有一至三个 key 不重复的问题；请对照其他等级改正")
        return self


@lru_cache
def ratings_of(home: Path) -> Ratings:
    """Raises `CatalogueError` for a faulty file."""
    return read_typed(Ratings, home / "catalogue" / "ratings.yaml")
