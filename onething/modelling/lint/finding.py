"""What a rule reports, and what it may look at."""

from __future__ import annotations

from dataclasses import dataclass, field

from lxml import etree

from onething.catalogue import Bundle, Catalogue


@dataclass(frozen=True)
class Finding:
    """One disagreement: where, what, and how to put it right."""

    element: str
    message: str
    cure: str
    rule: str = ""
    file: str = ""
    name: str = ""
    """What the element is called in the picture."""


@dataclass(frozen=True)
class Context:
    """The model under test; `bundle` is None for a shared process."""

    model: etree._Element
    catalogue: Catalogue
    bundle: Bundle | None
    forms: frozenset[str] = field(default_factory=frozenset)

    @property
    def sync(self) -> str:
        """The command that brings this model into line with its catalogue entry."""
        slug = self.bundle.slug if self.bundle else ""
        district = self.bundle.process.removeprefix(slug).removeprefix("-") if self.bundle else ""
        return f"onething model sync {slug}" + (f" --district {district}" if district else "")

    def called(self, item: str) -> str:
        """The item as people know it, with its key."""
        known = self.catalogue.items.get(item)
        return f"{known.name}（{item}）" if known else item
