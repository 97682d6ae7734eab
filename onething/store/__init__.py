"""The only home of sqlalchemy. `Store(url, files).transaction()` gives a session to the functions of these modules."""

from onething.store import accounts, applications, audit, certificates, documents, intake, notices, outbox
from onething.store.session import Store, StoreUnavailable
from onething.store.tables import (
    Account,
    Application,
    ApplicationItem,
    Certificate,
    Deadline,
    Delivery,
    Document,
    Material,
)
from onething.store.tables_intake import Dispatch, IntakeCheck, PaperHandover, Promise

__all__ = [
    "Account", "Application", "ApplicationItem", "Certificate", "Deadline", "Delivery", "Dispatch", "Document", "IntakeCheck",
    "Material", "PaperHandover", "Promise", "Store", "StoreUnavailable", "accounts", "applications", "audit",
    "certificates", "documents", "intake", "notices", "outbox",
]
