"""What the city offers: bundles, items, departments, districts, materials (catalogue/*.yaml)."""

from onething.catalogue.load import Catalogue, cached_catalogue, load_catalogue
from onething.catalogue.models import Bundle, Department, District, Item, Material, Question, Row, Theme

__all__ = [
    "Bundle", "Catalogue", "Department", "District", "Item", "Material", "Question", "Row", "Theme",
    "cached_catalogue", "load_catalogue",
]
