"""what kind of device somebody logged in with

Revision ID: 0026
Revises: 0025
"""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("login_session", sa.Column("device", sa.String(10), nullable=False, server_default=""))


def downgrade() -> None:
    op.drop_column("login_session", "device")
