"""guides: editions, the application form of a case, disputed values

Revision ID: 0007
Revises: 0006
"""

import sqlalchemy as sa
from alembic import op

from onething.store.tables import Instant

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name in ("form", "form_sources"):
        op.add_column("application", sa.Column(name, sa.JSON(), nullable=False, server_default="{}"))
    op.add_column("application", sa.Column("guide_version", sa.String(16), nullable=False, server_default=""))
    op.create_table(
        "guide_edition",
        sa.Column("version", sa.String(16), primary_key=True),
        sa.Column("bundle", sa.String(64), primary_key=True),
        sa.Column("district", sa.String(6), primary_key=True),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("effective_at", Instant(), nullable=False),
    )
    op.create_table(
        "data_dispute",
        sa.Column("number", sa.String(40), sa.ForeignKey("application.number"), primary_key=True),
        sa.Column("field", sa.String(48), primary_key=True),
        sa.Column("department", sa.String(64), nullable=False),
        sa.Column("dataset", sa.String(200), nullable=False),
        sa.Column("shared", sa.Text(), nullable=False),
        sa.Column("stated", sa.Text(), nullable=False),
        sa.Column("raised_at", Instant(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False, server_default=""),
        sa.Column("answered_by", sa.String(200), nullable=False, server_default=""),
        sa.Column("answered_at", Instant()),
    )


def downgrade() -> None:
    op.drop_table("data_dispute")
    op.drop_table("guide_edition")
    for name in ("guide_version", "form_sources", "form"):
        op.drop_column("application", name)
