"""guidance: consultations and the uploads shown to advisers

Revision ID: 0005
Revises: 0004
"""

import sqlalchemy as sa
from alembic import op

from onething.store.tables import Instant

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "guidance_request",
        sa.Column("number", sa.String(40), primary_key=True),
        sa.Column("account_id", sa.String(36), sa.ForeignKey("account.id"), nullable=False),
        sa.Column("idempotency_key", sa.String(80), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("channel", sa.String(10), nullable=False),
        sa.Column("requester", sa.JSON(), nullable=False),
        sa.Column("bundle", sa.String(64), nullable=False),
        sa.Column("district", sa.String(6), nullable=False),
        sa.Column("items", sa.JSON(), nullable=False),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("draft_id", sa.String(36), nullable=False),
        sa.Column("adviser_group", sa.String(100), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("asked_at", Instant(), nullable=False),
        sa.Column("answered_at", Instant(), nullable=True),
        sa.Column("answered_by", sa.String(200), nullable=False),
        sa.Column("adviser_name", sa.String(200), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("gaps", sa.JSON(), nullable=False),
        sa.Column("guide_version", sa.String(64), nullable=False),
        sa.Column("notice", sa.JSON(), nullable=False),
        sa.Column("document_id", sa.String(36), sa.ForeignKey("document.id"), nullable=True),
        sa.Column("application_no", sa.String(40), sa.ForeignKey("application.number"), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.UniqueConstraint("account_id", "idempotency_key"),
    )
    for column in ("account_id", "bundle", "draft_id", "state", "application_no"):
        op.create_index(f"ix_guidance_request_{column}", "guidance_request", [column])
    op.create_table(
        "guidance_material",
        sa.Column("number", sa.String(40), sa.ForeignKey("guidance_request.number"), primary_key=True),
        sa.Column("key", sa.String(64), primary_key=True),
        sa.Column("document_id", sa.String(36), sa.ForeignKey("document.id"), nullable=False),
    )
    op.create_index("ix_guidance_material_document_id", "guidance_material", ["document_id"])


def downgrade() -> None:
    op.drop_table("guidance_material")
    op.drop_table("guidance_request")
