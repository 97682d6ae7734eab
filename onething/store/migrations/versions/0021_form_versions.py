"""form versions: the application form as it was before a correction

Revision ID: 0021
Revises: 0020
"""

import sqlalchemy as sa
from alembic import op

from onething.store.tables import Instant

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "form_version",
        sa.Column("number", sa.String(40), sa.ForeignKey("application.number"), primary_key=True),
        sa.Column("version", sa.Integer(), primary_key=True),
        sa.Column("form", sa.Text(), nullable=False),
        sa.Column("form_sources", sa.JSON(), nullable=False),
        sa.Column("replaced_at", Instant(), nullable=False),
    )


def downgrade() -> None:
    op.drop_table("form_version")
