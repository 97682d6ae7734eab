"""The catalogue in the words of the plan: the format of `onething catalogue export --json`."""

from __future__ import annotations

from typing import Any

from onething.catalogue.load import Catalogue
from onething.catalogue.models import Bundle


def export_plan_format(catalogue: Catalogue) -> list[dict[str, Any]]:
    """One entry per bundle in plan order: audience, number, name, national, lead, items (R22)."""
    return [_bundle(catalogue, bundle) for bundle in catalogue.in_plan_order()]


def _bundle(catalogue: Catalogue, bundle: Bundle) -> dict[str, Any]:
    return {
        "audience": str(bundle.audience),
        "number": bundle.number,
        "name": bundle.name,
        "national": bundle.national,
        "lead": catalogue.department_name(bundle.lead),
        "items": [
            {
                "name": catalogue.items[row.item].name,
                "department": catalogue.department_name(row.department),
                "levels": [level.label for level in row.levels],
                "remark": row.remark,
                "parallel": row.parallel is not None,
            }
            for row in bundle.rows
        ],
    }
