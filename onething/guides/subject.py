"""What a guide is about: one bundle as one district offers it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from onething.catalogue import Bundle, Catalogue, District, Item, Row
from onething.catalogue.wording import quoted
from onething.eligibility import MaterialNeed, materials_for, not_offered
from onething.guides.document import Line, Section, by_item

TO_CONFIRM = "待核实"


@dataclass(frozen=True)
class Subject:
    """One bundle as offered in one district, with its rows and items side by side."""

    catalogue: Catalogue
    bundle: Bundle
    district: District

    @property
    def rows(self) -> list[tuple[Row, Item]]:
        return [(row, self.catalogue.items[row.item]) for row in self.bundle.rows]

    @property
    def chosen(self) -> list[str]:
        return [row.item for row in self.bundle.rows]

    @property
    def away(self) -> list[str]:
        """Items that are not offered in this district: counties alone decide them."""
        return not_offered(self.bundle, self.district.code)

    @property
    def path(self) -> str:
        return f"/bundles/{self.bundle.slug}"

    @property
    def query(self) -> str:
        return "" if self.district.kind == "city" else f"?district={self.district.code}"

    def quoted(self, items: Iterable[str]) -> str:
        """Their names, each in quotation marks."""
        return quoted(self.catalogue.items[item].name for item in items)

    def needs(self) -> list[MaterialNeed]:
        return materials_for(self.catalogue, self.bundle, self.chosen, None)

    def each(self, key: str, title: str, lines: Callable[[tuple[Row, Item]], Iterable[Line]]) -> Section:
        return by_item(key, title, self.rows, lambda pair: pair[1].name, lines)


def code_of(bundle: Bundle) -> str:
    """Our own code: the plan numbers its bundles per audience. The province's catalogue has others, which are not known yet."""
    return f"{'QY' if bundle.audience == 'enterprise' else 'GR'}{bundle.number:02d}"
