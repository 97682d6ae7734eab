"""Guides as files: drawn once for each version and kept in memory (R2, R4, R10, R15)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

from api.applicant import LETTER
from api.local_time import local_day
from onething.application_form import certified, example
from onething.bootstrap import Tools
from onething.catalogue import Bundle, Catalogue, District
from onething.eligibility import materials_for
from onething.errors import NotFound
from onething.guides.brief import brief_guide
from onething.guides.demands import demand_document
from onething.guides.document import Document
from onething.guides.full import full_guide
from onething.guides.manual import counter_manual
from onething.guides.measures import measure_document
from onething.guides.procedure import work_procedure
from onething.guides.subject import Subject, code_of
from onething.modelling.picture import picture
from onething.modelling.read import read_model
from onething.modelling.steps import steps_with_called
from onething.papers import AuthorityContent, Detail, LicenceContent, PromiseContent, render
from onething.promises import consequence, kinds_by_item
from onething.publications import form_paper, leaflet, promised, publication
from onething.store import guides
from onething.validity import in_words


@dataclass(frozen=True)
class Shelf:
    """What is published of one bundle in one district."""

    tools: Tools
    bundle: Bundle
    district: District

    @property
    def catalogue(self) -> Catalogue:
        return self.tools.catalogue

    @property
    def version(self) -> str:
        return self.catalogue.version(self.bundle.slug)

    @property
    def since(self) -> datetime | None:
        """When the version came into force here; None until the workers have published it."""
        with self.tools.store.reading() as session:
            return guides.since(session, self.bundle.slug, self.district.code, self.version)

    @property
    def query(self) -> str:
        return Subject(self.catalogue, self.bundle, self.district).query

    def url(self, part: str = "/guide") -> str:
        return f"{self.tools.settings.base_url}/bundles/{self.bundle.slug}{part}{self.query}"

    @property
    def issuer(self) -> str:
        return f"{self.district.name}{self.catalogue.department_name(self.bundle.lead)}"

    @property
    def chart(self) -> str:
        return flow_chart(self.tools.settings.home / "bpmn" / "bundles" / f"{self.bundle.process}.bpmn")

    def common(self) -> dict[str, Any]:
        return {"issuer": self.issuer, "on": local_day(self.tools.clock.now()), "demo": self.tools.settings.demo}


def shelf(tools: Tools, slug: str, district: str) -> Shelf:
    """Raises `NotFound` for a bundle or district that is not there."""
    found = tools.catalogue.districts.get(district) if district else next(
        (d for d in tools.catalogue.districts.values() if d.kind == "city"), None
    )
    if found is None:
        raise NotFound("没有这个地区；请从办事指南中选择", code="unknown-district")
    local = tools.in_district(found.code)
    return Shelf(local, local.catalogue.bundle(slug), found)


@lru_cache(maxsize=128)
def flow_chart(path: Path) -> str:
    """The model that is deployed, as a picture; the file is what the engine got (R15)."""
    return picture(read_model(path))


def _full(s: Shelf) -> Any:
    document = full_guide(s.catalogue, s.bundle, s.district)
    return publication(document, s.bundle, url=s.url(), picture=s.chart, **s.common())


def _leaflet(s: Shelf) -> Any:
    document = brief_guide(s.catalogue, s.bundle, s.district)
    return leaflet(s.catalogue, document, s.bundle, place=s.district.name, url=s.url(), **s.common())


def _procedure(s: Shelf) -> Any:
    """工作规程, from the model and the catalogue (R126)."""
    steps = steps_with_called(s.tools.settings.home / "bpmn", s.bundle.process)
    document = work_procedure(s.catalogue, s.bundle, s.district, steps)
    return publication(document, s.bundle, url=s.url(), **s.common())


def _of(make: Callable[..., Document], s: Shelf) -> Any:
    return publication(make(s.catalogue, s.bundle, s.district), s.bundle, url=s.url(), **s.common())


def _form(s: Shelf, mode: str) -> Any:
    every = [row.item for row in s.bundle.rows]
    needs = materials_for(s.catalogue, s.bundle, every, None)
    return form_paper(s.catalogue, s.bundle, every, needs, mode=mode, url=s.url(), **s.common())


def _promise(s: Shelf) -> Any:
    """承诺告知书（样本）: with every material of the bundle that may be promised (R14)."""
    needs = materials_for(s.catalogue, s.bundle, [row.item for row in s.bundle.rows], None)
    offered = [(some, kind) for need in needs for kind, some in kinds_by_item(s.catalogue, s.bundle, need)]
    if not offered:
        raise NotFound("这件事没有实行容缺受理、告知承诺的材料，没有承诺书样本", code="no-promise")
    common = s.common()
    return PromiseContent(
        number=f"样本 {s.version}", application_no="＿＿＿＿＿＿", issuer=common["issuer"], issued_on=common["on"],
        verify_url=s.url(), demo=True, window=f"{s.district.name}综合受理窗口", bundle_name=s.bundle.name,
        lines=[promised(s.catalogue, need, kind) for need, kind in offered],
        consequences=[consequence(need, kind) for need, kind in offered],
        signed_name="（申请人姓名或名称）", signed_at=s.tools.clock.now(),
    )


def _authority(s: Shelf) -> Any:
    """授权委托书, blank, with the items of the bundle to be ticked."""
    items = [s.catalogue.items[row.item] for row in s.bundle.rows]
    named = [item.name for item in items if any(use.key == LETTER for use in item.materials)]
    if not named:
        raise NotFound("这件事不需要授权委托书", code="no-authority-letter")
    common = s.common()
    return AuthorityContent(
        number=s.version, application_no=code_of(s.bundle), issuer=common["issuer"], issued_on=common["on"],
        verify_url=s.url(), demo=common["demo"], bundle_name=s.bundle.short_name, items=named,
    )


FILES: dict[str, Callable[[Shelf], Any]] = {
    "guide.pdf": _full, "leaflet.pdf": _leaflet, "procedure.pdf": _procedure,
    "manual.pdf": partial(_of, counter_manual), "measures.pdf": partial(_of, measure_document),
    "demands.pdf": partial(_of, demand_document), "form.pdf": lambda s: _form(s, "sample"),
    "form-example.pdf": lambda s: _form(s, "example"), "promise.pdf": _promise,
    "authority.pdf": _authority,
}
_drawn: dict[tuple[str, ...], tuple[str, bytes]] = {}
KEPT = 200


def file_of(s: Shelf, name: str) -> tuple[str, bytes]:
    """(heading, PDF). One of the same version is not drawn again on the same day."""
    key = (name, s.bundle.slug, s.district.code, s.version, str(local_day(s.tools.clock.now())), s.tools.settings.base_url)
    if key not in _drawn:
        content = FILES[name](s)
        if len(_drawn) >= KEPT:
            _drawn.clear()
        _drawn[key] = content.heading, render(content)
    return _drawn[key]


def result_sample(tools: Tools, slug: str) -> bytes:
    """样本 of what an item results in, marked so that nobody takes it for one (R10)."""
    item = tools.catalogue.item(slug)
    if not item.result.certificate:
        raise NotFound(f"“{item.name}”的结果不是证照，没有样本", code="no-sample")
    lines = certified(tools.catalogue, item, {key: example(tools.catalogue.fields[key]) for key in item.fields})
    return render(LicenceContent(
        details=[Detail(label=label, value=value) for label, value in lines],
        number="样本", application_no="样本", issuer="（发证机关）", issued_on=local_day(tools.clock.now()),
        verify_url=f"{tools.settings.base_url}/verify", demo=True, title=item.result.name, holder_name="（持证人）",
        item_name="" if lines else item.name, legal_basis=[] if lines else [basis.text for basis in item.basis[:2]],
        validity=in_words(item.result.validity),
    ))
