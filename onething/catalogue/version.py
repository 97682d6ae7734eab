"""The version of a guide: a hash of all that the catalogue says on one thing, so that every answer can cite it (R37)."""

from __future__ import annotations

import hashlib
import json

from onething.catalogue.load import Catalogue
from onething.catalogue.models import Bundle


def guide_version(catalogue: Catalogue, bundle: Bundle) -> str:
    """Sixteen hexadecimal digits; the same as long as bundle, items and materials say the same, whatever their order."""
    items = [catalogue.items[row.item] for row in bundle.rows]
    materials = {use.key: catalogue.materials[use.key] for item in items for use in item.materials}
    offices = {bundle.lead, *(row.department for row in bundle.rows)}
    departments = {office: catalogue.department_name(office) for office in offices}
    entry = {
        "bundle": bundle.model_dump(mode="json", exclude={"editor_notes", "guidance"}), "departments": departments,
        "items": {item.slug: item.model_dump(mode="json") for item in items},
        "materials": {key: material.model_dump(mode="json") for key, material in materials.items()},
    }
    text = json.dumps(entry, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]
