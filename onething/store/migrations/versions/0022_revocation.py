"""revocation: who took a certificate back, when, why and by which law

Revision ID: 0022
Revises: 0021
"""

import sqlalchemy as sa
from alembic import op

from onething.store.tables import Instant

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None
WORDS = ("revoked_by", "revoked_reason", "revoked_basis")


def upgrade() -> None:
    op.add_column("certificate", sa.Column("revoked_at", Instant()))
    for name in WORDS:
        op.add_column("certificate", sa.Column(name, sa.Text(), nullable=False, server_default=""))


def downgrade() -> None:
    with op.batch_alter_table("certificate") as table:
        for name in ("revoked_at", *WORDS):
            table.drop_column(name)
