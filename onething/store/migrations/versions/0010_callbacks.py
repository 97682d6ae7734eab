"""callbacks: events that outside systems told us, and the nonces of their messages

Revision ID: 0010
Revises: 0009
"""

import sqlalchemy as sa
from alembic import op

from onething.store.tables import Instant

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "callback_event",
        sa.Column("system", sa.String(20), primary_key=True),
        *(sa.Column(name, sa.String(64), primary_key=True) for name in ("department", "event")),
        sa.Column("number", sa.String(40), sa.ForeignKey("application.number"), nullable=False),
        sa.Column("item", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("order_key", sa.String(200), nullable=False),
        sa.Column("receipt", sa.String(100), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        *(sa.Column(name, Instant(), nullable=False) for name in ("happened_at", "received_at")),
        *(sa.Column(name, sa.String(64), nullable=False) for name in ("key_id", "digest")),
    )
    op.create_index("ix_callback_event_number", "callback_event", ["number"])
    op.create_table(
        "callback_nonce",
        *(sa.Column(name, sa.String(64), primary_key=True) for name in ("key_id", "nonce")),
        *(sa.Column(name, Instant(), nullable=False) for name in ("received_at", "expires_at")),
    )
    op.create_index("ix_callback_nonce_expires_at", "callback_nonce", ["expires_at"])


def downgrade() -> None:
    op.drop_table("callback_nonce")
    op.drop_table("callback_event")
