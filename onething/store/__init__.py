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
    effects,
    everything,
    guidance,
    guides,
    inbox,
    intake,
    joint,
    kept,
    knowledge,
    limits,
    notices,
    outbox,
    procedures,
    supervision,
    troubles,
    window,
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
from onething.store.tables_kept import KeptAnswer
from onething.store.tables_knowledge import KnownAnswer
from onething.store.tables_login import LoginAttempt
from onething.store.tables_procedures import Extension, JointAct, JointOpinion, SpecialStep
from onething.store.tables_supervision import SupervisionEvent
from onething.store.tables_window import WindowAct
from onething.store.tables_work import Effect, Inbox, Outbox, Trouble

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
    "Effect",
    "Extension",
    "GuidanceMaterial",
    "GuidanceRequest",
    "GuideEdition",
    "Inbox",
    "IntakeCheck",
    "JointAct",
    "JointOpinion",
    "KeptAnswer",
    "KnownAnswer",
    "LoginAttempt",
    "Material",
    "Outbox",
    "PaperHandover",
    "Promise",
    "ResultDelivery",
    "SpecialStep",
    "Store",
    "StoreUnavailable",
    "SupervisionEvent",
    "Trouble",
    "WindowAct",
    "accounts",
    "applications",
    "audit",
    "callbacks",
    "certificates",
    "custody",
    "deliveries",
    "documents",
    "effects",
    "everything",
    "guidance",
    "guides",
    "inbox",
    "intake",
    "joint",
    "kept",
    "knowledge",
    "limits",
    "notices",
    "outbox",
    "procedures",
    "supervision",
    "troubles",
    "window",
]
