"""What the city offers: bundles, items, departments, districts, materials (catalogue/*.yaml)."""

from onething.catalogue.load import Catalogue, cached_catalogue, load_catalogue, load_procedures, load_service
from onething.catalogue.models import Bundle, Item, Material, Question, Row, Theme
from onething.catalogue.offices import Department, District
from onething.catalogue.procedures import JointAct, Procedures

__all__ = [
    "Bundle", "Catalogue", "Department", "District", "Item", "JointAct", "Material", "Procedures", "Question", "Row", "Theme",
    "cached_catalogue", "load_catalogue", "load_procedures", "load_service",
]
