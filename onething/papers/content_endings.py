"""What papers say about a case or an item that ends before anybody has decided on it, as plain data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from onething.papers.content import Defect, PaperContent
from onething.papers.errors import PaperError


@dataclass(frozen=True, kw_only=True)
class NotTakenContent(PaperContent):
    """不予收件告知书: the window does not take an application in. Never without reason and remedy; `defects` are what was found
    with single materials, `legal_basis` is there for licences (Licensing Law, article 32)."""

    kind = "not-taken-notice"
    required = ("addressee", "bundle_name", "applied_on", "items", "reasons", "remedy")

    addressee: str
    addressee_id_masked: str = ""
    bundle_name: str
    applied_on: date
    items: Sequence[str]
    reasons: Sequence[str]
    defects: Sequence[Defect] = ()
    legal_basis: Sequence[str] = ()
    clerk_name: str = ""
    remedy: str

    def __post_init__(self) -> None:
        super().__post_init__()
        if not all(reason.strip() for reason in self.reasons):
            raise PaperError("不予收件的每一条理由都必须写明，不能为空。", code="paper-content", status=422)

    @property
    def heading(self) -> str:
        return "不予收件告知书"


@dataclass(frozen=True, kw_only=True)
class EndingContent(PaperContent):
    """终止办理告知书: nobody completed the case in time (`expired`), or the applicant took back all of it (`case`) or one `item`.

    `told_on`, `told_by` and `due_on` are of the notice that asked for a correction, `front` is the item that was taken back.
    """

    kind = "ending-notice"
    required = ("addressee", "bundle_name", "applied_on", "items", "originals")

    cause: Literal["expired", "case", "item"]
    addressee: str
    addressee_id_masked: str = ""
    bundle_name: str
    applied_on: date
    ended_on: date
    told_on: date | None = None
    told_by: str = ""
    due_on: date | None = None
    front: str = ""
    items: Sequence[str]
    originals: str
    remedy: str = ""

    @property
    def heading(self) -> str:
        return "终止办理告知书"
