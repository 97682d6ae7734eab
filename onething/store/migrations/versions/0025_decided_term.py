"""until when a certificate holds, as fixed with the decision

Revision ID: 0025
Revises: 0024
"""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("application_item", sa.Column("decided_term", sa.String(10), nullable=False, server_default=""))


def downgrade() -> None:
    op.drop_column("application_item", "decided_term")
