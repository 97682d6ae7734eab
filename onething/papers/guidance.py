"""What the one-time notification of a consultation says (R33, R34, R37)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from onething.papers.content import PaperContent


@dataclass(frozen=True, kw_only=True)
class GuidanceItem:
    """A chosen item with its limit in words, 待核实 included."""

    name: str
    department: str
    limit: str
    result: str


@dataclass(frozen=True, kw_only=True)
class GuidanceMaterial:
    name: str
    form: str
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class GuidanceContent(PaperContent):
    """一次性告知单: all that one applicant needs for one choice, or every gap of a draft (R33, R34).

    `application_no` is the number of the consultation; `gaps` None means that nothing was pre-checked.
    """

    kind = "guidance-notice"
    required = ("addressee", "bundle_name", "items", "materials", "steps", "guide_version")

    addressee: str
    bundle_name: str
    kind_name: str
    place: str
    question: str = ""
    answer: str = ""
    gaps: Sequence[str] | None = None
    said: Sequence[str] = ()
    items: Sequence[GuidanceItem]
    materials: Sequence[GuidanceMaterial]
    steps: Sequence[str]
    notes: Sequence[str] = ()
    adviser_name: str = ""
    guide_version: str

    @property
    def heading(self) -> str:
        return "一次性告知单"
