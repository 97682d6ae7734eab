"""GET bundles, GET bundles/{slug}."""

from __future__ import annotations

from fastapi import APIRouter

from api import presenting, schemas
from api.context import ToolsDep
from onething.vocabulary import Audience

router = APIRouter(tags=["catalogue"])


@router.get("/bundles")
def list_bundles(tools: ToolsDep, audience: Audience | None = None) -> list[schemas.BundleSummary]:
    """All things that can be applied for, in the order of the plan."""
    return [presenting.summary(tools.catalogue, bundle) for bundle in tools.catalogue.in_plan_order(audience)]


@router.get("/bundles/{slug}")
def get_bundle(slug: str, tools: ToolsDep) -> schemas.BundleDetail:
    """Items with department, limits and materials; questions; what excludes or needs what."""
    return presenting.detail(tools.catalogue, tools.catalogue.bundle(slug))
