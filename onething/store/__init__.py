"""The only home of sqlalchemy. `Store(url, files).transaction()` gives a session to the functions of these modules."""

from onething.store import (
    accounts,
    applications,
    audit,
    callbacks,
    certificates,
    custody,
    deliveries,
    documents,
    everything,
    guidance,
    guides,
    intake,
    joint,
    knowledge,
    notices,
    outbox,
    procedures,
    supervision,
)
from onething.store.session import Store, StoreUnavailable
from onething.store.tables import (
    Account,
    Application,
    ApplicationItem,
    Base,
    Certificate,
    Deadline,
    Document,
    Material,
)
from onething.store.tables_callbacks import CallbackEvent
from onething.store.tables_delivery import CustodyEntry, DeliveryAttempt, ResultDelivery
from onething.store.tables_guidance import GuidanceMaterial, GuidanceRequest
from onething.store.tables_guides import DataDispute, GuideEdition
from onething.store.tables_intake import Dispatch, IntakeCheck, PaperHandover, Promise
from onething.store.tables_knowledge import KnownAnswer
from onething.store.tables_procedures import Extension, JointAct, JointOpinion, SpecialStep
from onething.store.tables_supervision import SupervisionEvent

__all__ = [
    "Account",
    "Application",
    "ApplicationItem",
    "Base",
    "CallbackEvent",
    "Certificate",
    "CustodyEntry",
    "DataDispute",
    "Deadline",
    "DeliveryAttempt",
    "Dispatch",
    "Document",
    "Extension",
    "GuidanceMaterial",
    "GuidanceRequest",
    "GuideEdition",
    "IntakeCheck",
    "JointAct",
    "JointOpinion",
    "KnownAnswer",
    "Material",
    "PaperHandover",
    "Promise",
    "ResultDelivery",
    "SpecialStep",
    "Store",
    "StoreUnavailable",
    "SupervisionEvent",
    "accounts",
    "applications",
    "audit",
    "callbacks",
    "certificates",
    "custody",
    "deliveries",
    "documents",
    "everything",
    "guidance",
    "guides",
    "intake",
    "joint",
    "knowledge",
    "notices",
    "outbox",
    "procedures",
    "supervision",
]
