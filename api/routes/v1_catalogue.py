"""GET bundles, GET bundles/{slug}, GET bundles/{slug}/estimate."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from api import presenting, schemas, schemas_catalogue
from api.context import ToolsDep
from api.estimating import estimate_view
from onething.eligibility import check_choice, in_row_order
from onething.vocabulary import Audience

router = APIRouter(tags=["catalogue"])


@router.get("/bundles")
def list_bundles(tools: ToolsDep, audience: Audience | None = None) -> list[schemas_catalogue.BundleSummary]:
    """All things that can be applied for, in the order of the plan."""
    return [presenting.summary(tools.catalogue, bundle) for bundle in tools.catalogue.in_plan_order(audience)]


@router.get("/bundles/{slug}")
def get_bundle(slug: str, tools: ToolsDep) -> schemas_catalogue.BundleDetail:
    """Items with department, limits and materials; questions; what excludes or needs what."""
    return presenting.detail(tools.catalogue, tools.catalogue.bundle(slug))


@router.get("/bundles/{slug}/estimate")
def get_estimate(
    slug: str, tools: ToolsDep, item: Annotated[list[schemas.Slug], Query(max_length=60)]
) -> schemas_catalogue.EstimateInfo:
    """When the chosen items would be decided at the latest if they were handed in now. Saves nothing."""
    bundle = tools.catalogue.bundle(slug)
    check_choice(tools.catalogue, bundle, item, {})
    now = tools.clock.now()
    return presenting.estimate_info(estimate_view(tools, bundle, in_row_order(bundle, item), at=now), now)
