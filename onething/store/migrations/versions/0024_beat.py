"""when the workers were last alive

Revision ID: 0024
Revises: 0023
"""

import sqlalchemy as sa
from alembic import op

from onething.store.tables import Instant

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table("beat", sa.Column("program", sa.String(20), primary_key=True), sa.Column("at", Instant(), nullable=False))


def downgrade() -> None:
    op.drop_table("beat")
