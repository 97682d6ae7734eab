"""feedback: questions on a case, ratings and their links, the address an account gives

Revision ID: 0015
Revises: 0010
"""

import sqlalchemy as sa
from alembic import op

from onething.store.tables import Instant

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("account", sa.Column("address", sa.Text(), nullable=False, server_default=""))
    op.create_table(
        "case_question",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("number", sa.String(40), sa.ForeignKey("application.number"), nullable=False),
        sa.Column("office", sa.String(100), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("question", "answer")),
        sa.Column("asked_at", Instant(), nullable=False),
        sa.Column("answered_at", Instant()),
        sa.Column("answered_by", sa.String(200), nullable=False),
    )
    for name in ("number", "office"):
        op.create_index(f"ix_case_question_{name}", "case_question", [name])
    op.create_table(
        "rating",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("number", sa.String(40), nullable=False),
        sa.Column("channel", sa.String(10), nullable=False),
        sa.Column("account_id", sa.String(36), sa.ForeignKey("account.id"), nullable=False),
        sa.Column("bundle", sa.String(64), nullable=False),
        sa.Column("district", sa.String(6), nullable=False),
        sa.Column("offices", sa.JSON(), nullable=False),
        sa.Column("grade", sa.String(20), nullable=False),
        sa.Column("questions_version", sa.Integer(), nullable=False),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.UniqueConstraint("number", "channel"),
    )
    for name in ("account_id", "district", "at"):
        op.create_index(f"ix_rating_{name}", "rating", [name])
    op.create_table(
        "rating_link",
        sa.Column("token", sa.String(64), primary_key=True),
        sa.Column("number", sa.String(40), nullable=False, unique=True),
        sa.Column("notice", sa.String(160), nullable=False),
        sa.Column("made_at", Instant(), nullable=False),
        sa.Column("used_at", Instant()),
    )
    op.create_index("ix_rating_link_notice", "rating_link", ["notice"])


def downgrade() -> None:
    for name in ("rating_link", "rating", "case_question"):
        op.drop_table(name)
    op.drop_column("account", "address")
