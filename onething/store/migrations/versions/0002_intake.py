"""intake: checks, judgements, shared materials, dispatch, originals, promises

Revision ID: 0002
Revises: 0001
"""

import sqlalchemy as sa
from alembic import op

from onething.store.tables import Instant

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "intake_check",
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("check_no", sa.Integer(), nullable=False),
        sa.Column("task_id", sa.String(length=64), nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.Column("clerk", sa.String(length=200), nullable=False),
        sa.Column("checked_at", Instant(), nullable=False),
        sa.Column("late", sa.JSON(), nullable=False),
        sa.Column("late_reason", sa.Text(), nullable=False),
        sa.Column("late_reason_by", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["number"], ["application.number"]),
        sa.PrimaryKeyConstraint("number", "check_no"),
        sa.UniqueConstraint("task_id"),
    )
    op.create_table(
        "material_judgement",
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("check_no", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("complete", sa.Boolean(), nullable=False),
        sa.Column("legal", sa.Boolean(), nullable=False),
        sa.Column("problem", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["number"], ["application.number"]),
        sa.PrimaryKeyConstraint("number", "check_no", "key"),
    )
    op.create_table(
        "shared_material",
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("receipt", sa.String(length=200), nullable=False),
        sa.Column("problem", sa.Text(), nullable=False),
        sa.Column("fetched_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["number"], ["application.number"]),
        sa.PrimaryKeyConstraint("number", "key"),
    )
    op.create_table(
        "dispatch",
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("department", sa.String(length=64), nullable=False),
        sa.Column("way", sa.String(length=10), nullable=False),
        sa.Column("sent_at", Instant(), nullable=False),
        sa.Column("pulled_at", Instant(), nullable=True),
        sa.Column("pulled_by", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["number"], ["application.number"]),
        sa.PrimaryKeyConstraint("number", "department"),
    )
    op.create_table(
        "paper_handover",
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("originals", sa.JSON(), nullable=False),
        sa.Column("receiver", sa.String(length=200), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("handed_by", sa.String(length=200), nullable=False),
        sa.Column("handed_at", Instant(), nullable=False),
        sa.Column("received_by", sa.String(length=200), nullable=False),
        sa.Column("received_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(["number"], ["application.number"]),
        sa.PrimaryKeyConstraint("number"),
    )
    op.create_table(
        "promise",
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("item", sa.String(length=64), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("consequence", sa.Text(), nullable=False),
        sa.Column("signed_name", sa.String(length=200), nullable=False),
        sa.Column("signed_at", Instant(), nullable=False),
        sa.Column("due_at", Instant(), nullable=True),
        sa.Column("handed_in_at", Instant(), nullable=True),
        sa.Column("told_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(["number"], ["application.number"]),
        sa.PrimaryKeyConstraint("number", "key"),
    )


def downgrade() -> None:
    for table in ("promise", "paper_handover", "dispatch", "shared_material", "material_judgement", "intake_check"):
        op.drop_table(table)
