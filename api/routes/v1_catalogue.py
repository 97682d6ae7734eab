"""Bundles, their guides, forms and estimates. Public; `district` asks for what a district offers."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query

from api import presenting, schemas, schemas_catalogue
from api.context import ToolsDep
from api.estimating import estimate_view
from api.parameters import BundleSlug, District
from api.publishing import shelf
from onething.application_form import form_file
from onething.catalogue.consents import consent_texts
from onething.consents import parts_for
from onething.eligibility import check_choice, in_row_order
from onething.guides.brief import brief_guide
from onething.guides.full import full_guide
from onething.vocabulary import Audience, DeliveryWay

router = APIRouter(tags=["catalogue"])
FORM = {"description": "Camunda Form", "content": {"application/json": {"example": {
    "type": "default", "schemaVersion": 16, "id": "open-restaurant",
    "components": [{"type": "textfield", "key": "premises_address", "label": "经营场所地址", "validate": {"required": True}}],
}}}}


@router.get("/bundles", summary="一件事清单")
def list_bundles(tools: ToolsDep, audience: Audience | None = None) -> list[schemas_catalogue.BundleSummary]:
    """All things that can be applied for, in the order of the plan."""
    return [presenting.summary(tools.catalogue, bundle) for bundle in tools.catalogue.in_plan_order(audience)]


@router.get("/bundles/{slug}", summary="一件事：事项、材料、时限和要回答的问题")
def get_bundle(slug: BundleSlug, tools: ToolsDep, district: District = "") -> schemas_catalogue.BundleDetail:
    """Items with department, limits and materials; questions; what excludes or needs what."""
    found = shelf(tools, slug, district)
    return presenting.detail(found.catalogue, found.bundle, found.district.code)


@router.get("/bundles/{slug}/guide", summary="办事指南")
def get_guide(slug: BundleSlug, tools: ToolsDep, district: District = "", brief: bool = False) -> schemas_catalogue.GuideDocument:
    """办事指南: the full guide with its 26 elements, or the brief one with 16."""
    found = shelf(tools, slug, district)
    make = brief_guide if brief else full_guide
    return presenting.guide(make(found.catalogue, found.bundle, found.district), found.url("/brief" if brief else "/guide"))


@router.get("/bundles/{slug}/form", summary="申请表", responses={200: FORM})
def get_form(slug: BundleSlug, tools: ToolsDep, district: District = "") -> dict[str, Any]:
    """申请表 as a Camunda Form (schema version 16). A component with `properties.items` is asked only for these items."""
    found = shelf(tools, slug, district)
    return form_file(found.catalogue, found.bundle)


@router.get("/bundles/{slug}/estimate", summary="现在提交预计何时办结")
def get_estimate(
    slug: BundleSlug, tools: ToolsDep, item: Annotated[list[schemas.Slug], Query(max_length=60)], district: District = ""
) -> schemas_catalogue.EstimateInfo:
    """When the chosen items would be decided at the latest if they were handed in now. Saves nothing."""
    found = shelf(tools, slug, district)
    bundle, now = found.bundle, tools.clock.now()
    check_choice(found.catalogue, bundle, item, {})
    view = estimate_view(found.tools, bundle, in_row_order(bundle, item), at=now, district=found.district.code)
    return presenting.estimate_info(view, now)


@router.get("/bundles/{slug}/consents", summary="提交前要告知和征得同意的内容")
def get_consents(
    slug: BundleSlug, tools: ToolsDep, item: Annotated[list[schemas.Slug], Query(max_length=60)], district: District = "",
    courier: bool = False,
) -> list[schemas_catalogue.ConsentInfo]:
    """What a channel shows before it hands in: who receives which data, and what needs a separate consent (单独同意)."""
    found = shelf(tools, slug, district)
    check_choice(found.catalogue, found.bundle, item, {})
    texts = consent_texts(tools.settings.home)
    way = DeliveryWay.COURIER if courier else DeliveryWay.ELECTRONIC
    parts = parts_for(texts, found.catalogue, found.bundle, in_row_order(found.bundle, item), None, way)
    return [presenting.consent(part) for part in parts]
