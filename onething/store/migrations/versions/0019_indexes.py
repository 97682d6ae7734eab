"""indexes for what is asked all day of tables that only grow

Revision ID: 0019
Revises: 0018
"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

INDEXES = {
    "ix_application_account": ("application", ["account_id", "submitted_at"]),
    "ix_application_district": ("application", ["district", "submitted_at"]),
    "ix_application_idempotency_key": ("application", ["idempotency_key"]),
    "ix_document_account_id": ("document", ["account_id"]),
    "ix_document_sha256": ("document", ["sha256"]),
    "ix_material_document_id": ("material", ["document_id"]),
}


def upgrade() -> None:
    for name, (table, columns) in INDEXES.items():
        op.create_index(name, table, columns)
    open_ones = sa.text("ended_at IS NULL")
    op.create_index("ix_deadline_open", "deadline", ["due_at"], postgresql_where=open_ones, sqlite_where=open_ones)
    op.drop_index("ix_application_account_id", "application")


def downgrade() -> None:
    op.create_index("ix_application_account_id", "application", ["account_id"])
    op.drop_index("ix_deadline_open", "deadline")
    for name, (table, _) in INDEXES.items():
        op.drop_index(name, table)
