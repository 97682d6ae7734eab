"""window: what was done at the counter, with whom, and what was signed

Revision ID: 0014
Revises: 0010
"""

import sqlalchemy as sa
from alembic import op

from onething.store.tables import Instant

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "window_act",
        sa.Column("number", sa.String(40), sa.ForeignKey("application.number"), primary_key=True),
        sa.Column("act_no", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("task", sa.String(40), nullable=False),
        sa.Column("scope", sa.String(64), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("clerk", sa.String(200), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("promise", sa.String(160), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("relation", sa.String(20), nullable=False),
        sa.Column("document_id", sa.String(36), sa.ForeignKey("document.id"), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
    )


def downgrade() -> None:
    op.drop_table("window_act")
