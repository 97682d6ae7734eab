"""papers are verified by the code in their own QR

Revision ID: 0023
Revises: 0022
"""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("document", sa.Column("verify_token", sa.String(64)))
    op.create_index("ix_document_verify_token", "document", ["verify_token"], unique=True)


def downgrade() -> None:
    op.drop_index("ix_document_verify_token", "document")
    with op.batch_alter_table("document") as table:
        table.drop_column("verify_token")
