"""delivery per result with its attempts, custody of originals, the applicant's choice of mode

Revision ID: 0003
Revises: 0002
"""

import sqlalchemy as sa
from alembic import op

from onething.store.tables import Instant

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("application", sa.Column("delivery_mode", sa.String(10), nullable=False, server_default="unified"))
    op.create_table(
        "result_delivery",
        sa.Column("number", sa.String(40), sa.ForeignKey("application.number"), primary_key=True),
        sa.Column("item", sa.String(64), primary_key=True),
        sa.Column("scope", sa.String(64), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("arrived_at", Instant(), nullable=True),
        sa.Column("sent_by", sa.String(200), nullable=False),
        sa.Column("sending_note", sa.Text(), nullable=False),
        sa.Column("delivered_at", Instant(), nullable=True),
    )
    op.create_table(
        "delivery_attempt",
        sa.Column("number", sa.String(40), sa.ForeignKey("application.number"), primary_key=True),
        sa.Column("scope", sa.String(64), primary_key=True),
        sa.Column("attempt", sa.Integer(), primary_key=True),
        sa.Column("way", sa.String(20), nullable=False),
        sa.Column("outcome", sa.String(20), nullable=False),
        sa.Column("receiver", sa.String(200), nullable=False),
        sa.Column("proof_no", sa.String(200), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("actor", sa.String(200), nullable=False),
    )
    op.create_table(
        "custody_entry",
        sa.Column("number", sa.String(40), sa.ForeignKey("application.number"), primary_key=True),
        sa.Column("material", sa.String(64), primary_key=True),
        sa.Column("step", sa.Integer(), primary_key=True),
        sa.Column("holder", sa.String(100), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("actor", sa.String(200), nullable=False),
        sa.Column("receiver", sa.String(200), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
    )
    _keep_what_was_delivered()
    op.drop_table("delivery")


def _keep_what_was_delivered() -> None:
    """Cases delivered so far had one delivery each: it becomes their first attempt, with every result in it."""
    op.execute(
        "INSERT INTO delivery_attempt (number, scope, attempt, way, outcome, receiver, proof_no, reason, at, actor) "
        "SELECT number, '', 1, way, 'delivered', receiver, proof_no, '', delivered_at, delivered_by "
        "FROM delivery WHERE delivered_at IS NOT NULL"
    )
    op.execute(
        "INSERT INTO result_delivery (number, item, scope, state, arrived_at, sent_by, sending_note, delivered_at) "
        "SELECT i.number, i.item, '', CASE WHEN d.delivered_at IS NULL THEN 'at-window' ELSE 'delivered' END, "
        "d.prepared_at, '', '', d.delivered_at FROM delivery d JOIN application_item i ON i.number = d.number "
        "WHERE i.state IN ('approved', 'refused', 'not-accepted', 'ended-by-rule')"
    )


def downgrade() -> None:
    raise NotImplementedError("restore the backup made before the upgrade")
