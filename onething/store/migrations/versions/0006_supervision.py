"""supervision: warnings, overdue marks and reminders

Revision ID: 0006
Revises: 0005
"""

import sqlalchemy as sa
from alembic import op

from onething.store.tables import Instant

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "supervision_event",
        sa.Column("key", sa.String(200), primary_key=True),
        sa.Column("number", sa.String(40), sa.ForeignKey("application.number"), nullable=False),
        sa.Column("item", sa.String(64), nullable=False),
        sa.Column("clock", sa.String(20), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("due_at", Instant(), nullable=False),
        sa.Column("actor", sa.String(200), nullable=False),
        sa.Column("told", sa.Text(), nullable=False),
    )
    for column in ("number", "kind"):
        op.create_index(f"ix_supervision_event_{column}", "supervision_event", [column])


def downgrade() -> None:
    op.drop_table("supervision_event")
