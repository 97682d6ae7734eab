"""What is published rather than decided: guides, manuals, the leaflet, the application form as sample and as handed in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from onething.papers.content import Detail, PaperContent


@dataclass(frozen=True, kw_only=True)
class PublicationLine:
    """`confirmed` False is printed with 待核实 (※ on the leaflet); `source` small behind it (not on the leaflet)."""

    text: str
    confirmed: bool = True
    source: str = ""


@dataclass(frozen=True, kw_only=True)
class PublicationGroup:
    title: str = ""
    lines: Sequence[PublicationLine] = ()


@dataclass(frozen=True, kw_only=True)
class PublicationTable:
    """`widths` are relative; empty for columns of equal width. The leaflet tells a table of over three columns row by row."""

    head: Sequence[str]
    rows: Sequence[Sequence[str]]
    widths: Sequence[float] = ()


@dataclass(frozen=True, kw_only=True)
class PublicationSection:
    title: str
    groups: Sequence[PublicationGroup] = ()
    tables: Sequence[PublicationTable] = ()


@dataclass(frozen=True, kw_only=True)
class PublicationContent(PaperContent):
    """A document of sections with a contents list: full guide, counter manual, work procedure, demand list.

    `number` is the version, `application_no` the code of the thing, `verify_url` where the same version is on the web.
    `picture` is an SVG that gets a landscape page of its own under `picture_title`; empty for none.
    """

    kind: ClassVar[str] = "publication"
    required: ClassVar[tuple[str, ...]] = ("title", "sections")

    title: str
    subtitle: str = ""
    note: str = ""
    sections: Sequence[PublicationSection]
    picture: str = ""
    picture_title: str = ""

    @property
    def heading(self) -> str:
        return self.title


@dataclass(frozen=True, kw_only=True)
class LeafletContent(PaperContent):
    """简版办事指南: a three-fold leaflet on A4 landscape, two sides; the QR of the full guide is on its front (R4, R5, R16).

    Type gets smaller until all goes in; what never does is cut, longest sections first, with 详见完整版（扫码）.
    """

    kind: ClassVar[str] = "leaflet"
    required: ClassVar[tuple[str, ...]] = ("title", "short_name", "sections")

    title: str
    short_name: str
    place: str
    item_count: int
    promise: str
    sections: Sequence[PublicationSection]

    @property
    def heading(self) -> str:
        return self.title


@dataclass(frozen=True, kw_only=True)
class FormSection:
    title: str
    rows: Sequence[Detail]


@dataclass(frozen=True, kw_only=True)
class FormContent(PaperContent):
    """申请表: one form for all chosen items. `mode`: sample (blank, 样本), example (示范文本), to-sign (as it is
    about to be handed in at a window) or filled (of a case).

    A sample prints no values but those that begin with □, which are choices to tick. `application_no` is the case's, or the
    code of the thing on the others.
    """

    kind: ClassVar[str] = "application-form"
    required: ClassVar[tuple[str, ...]] = ("bundle_name", "items", "sections")

    mode: str = "filled"
    bundle_name: str
    items: Sequence[str]
    sections: Sequence[FormSection]
    materials: Sequence[str] = ()
    declaration: str = "以上填写的内容和提交的材料真实、合法、有效，如有不实，本人（本单位）承担相应的法律责任。"
    signed_name: str = ""

    @property
    def heading(self) -> str:
        return f"“{self.bundle_name}”一件事申请表" + {"sample": "（样本）", "example": "（示范文本）"}.get(self.mode, "")
