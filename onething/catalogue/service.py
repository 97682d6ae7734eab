"""catalogue/service.yaml: what is the same in every guide of the city (R6, R8, R12; annex 3)."""

from __future__ import annotations

from pydantic import Field, model_validator

from onething.catalogue.base import Model, Slug, Text
from onething.catalogue.facts import Fact
from onething.vocabulary import ItemKind


class Remedy(Model):
    """行政救济途径与方式 for the items of these kinds; with `departments` an addition for these only."""

    kinds: tuple[ItemKind, ...] = ()
    departments: tuple[Slug, ...] = ()
    text: Text
    source: str = ""
    confirmed: bool = False


class Hotline(Model):
    """A number that is the same everywhere in the country."""

    department: Slug | None = None
    number: Text
    name: Text
    source: str = ""
    confirmed: bool = False


class Baseline(Model):
    """How it was item by item, for 整合环节、精简材料、压减时限 (R122): what nobody counted is an assumption and says so."""

    visits_per_item: int = Field(ge=0)
    steps_per_item: tuple[Text, ...]
    own_form_fields: tuple[Text, ...]
    source: Text
    confirmed: bool = False


class Service(Model):
    ways: tuple[Fact, ...]
    collection: tuple[Fact, ...]
    query: tuple[Fact, ...]
    complaints: tuple[Fact, ...]
    consultation: tuple[Fact, ...]
    remedies: tuple[Remedy, ...]
    hotlines: tuple[Hotline, ...]
    baseline: Baseline

    @model_validator(mode="after")
    def every_kind_has_a_remedy(self) -> Service:
        known = {kind for remedy in self.remedies if not remedy.departments for kind in remedy.kinds}
        if missing := [kind.label for kind in ItemKind if kind not in known]:
            raise ValueError(f"remedies 没有写{'、'.join(missing)}的救济途径；请补上")
        return self

    def remedies_of(self, kind: ItemKind, department: str) -> list[Remedy]:
        """What holds for all of its kind, then what this department adds; never empty."""
        fitting = [r for r in self.remedies if kind in r.kinds and (not r.departments or department in r.departments)]
        return sorted(fitting, key=lambda remedy: bool(remedy.departments))

    def hotlines_of(self, department: str) -> list[Hotline]:
        return [line for line in self.hotlines if line.department == department]
