"""The only home of sqlalchemy. `Store(url, files).transaction()` gives a session to the functions of these modules."""

from onething.store import accounts, applications, audit, certificates, custody, deliveries, documents, notices, outbox
from onething.store.session import Store, StoreUnavailable
from onething.store.tables import (
    Account,
    Application,
    ApplicationItem,
    Certificate,
    Deadline,
    Document,
    Material,
)
from onething.store.tables_delivery import CustodyEntry, DeliveryAttempt, ResultDelivery

__all__ = [
    "Account", "Application", "ApplicationItem", "Certificate", "CustodyEntry", "Deadline", "DeliveryAttempt",
    "Document", "Material", "ResultDelivery", "Store", "StoreUnavailable", "accounts", "applications", "audit",
    "certificates", "custody", "deliveries", "documents", "notices", "outbox",
]
