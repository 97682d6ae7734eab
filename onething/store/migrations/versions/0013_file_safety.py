"""file safety: whether a file was checked for viruses; what is there already stays usable

Revision ID: 0013
Revises: 0010
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("document", sa.Column("safety", sa.String(12), nullable=False, server_default="passed"))
    op.create_index("ix_document_safety", "document", ["safety"])


def downgrade() -> None:
    op.drop_index("ix_document_safety", "document")
    op.drop_column("document", "safety")
