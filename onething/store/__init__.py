"""The only home of sqlalchemy. `Store(url, files).transaction()` gives a session to the functions of these modules."""

from onething.store import (
    accounts,
    applications,
    audit,
    certificates,
    documents,
    guidance,
    notices,
    outbox,
    procedures,
)
from onething.store.session import Store, StoreUnavailable
from onething.store.tables import (
    Account,
    Application,
    ApplicationItem,
    Base,
    Certificate,
    Deadline,
    Delivery,
    Document,
    Material,
)
from onething.store.tables_guidance import GuidanceMaterial, GuidanceRequest
from onething.store.tables_procedures import Extension, JointAct, JointOpinion, SpecialStep

__all__ = [
    "Account", "Application", "ApplicationItem", "Base", "Certificate", "Deadline", "Delivery", "Document", "Extension",
    "GuidanceMaterial", "GuidanceRequest", "JointAct", "JointOpinion", "Material", "SpecialStep", "Store",
    "StoreUnavailable", "accounts", "applications", "audit", "certificates", "documents", "guidance", "notices", "outbox",
    "procedures",
]
