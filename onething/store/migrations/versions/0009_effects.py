"""effects outside, a fuller inbox, leases on the outbox, what is stuck

Revision ID: 0009
Revises: 0008
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("outbox") as table:
        table.add_column(sa.Column("number", sa.String(40), nullable=False, server_default=""))
        table.add_column(sa.Column("claimed_by", sa.String(200), nullable=False, server_default=""))
        table.add_column(sa.Column("claimed_until", sa.DateTime()))
        table.add_column(sa.Column("stuck_at", sa.DateTime()))
        table.drop_index("ix_outbox_next_at")
        table.drop_index("ix_outbox_done_at")
        table.create_index("ix_outbox_open", ["done_at", "next_at"])
        table.create_index("ix_outbox_number", ["number"])
    with op.batch_alter_table("inbox") as table:
        table.add_column(sa.Column("instance", sa.String(64), nullable=False, server_default=""))
        table.add_column(sa.Column("state", sa.String(10), nullable=False, server_default="OUTCOME"))
        table.add_column(sa.Column("lock_until", sa.DateTime()))
        table.create_index("ix_inbox_state", ["state"])
    _fill_numbers()
    op.create_table(
        "effect",
        sa.Column("key", sa.String(200), primary_key=True),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("number", sa.String(40), nullable=False, index=True),
        sa.Column("payload_hash", sa.String(64), nullable=False),
        sa.Column("state", sa.String(10), nullable=False, index=True),
        sa.Column("receipt", sa.String(200), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("claimed_by", sa.String(200), nullable=False),
        sa.Column("claimed_until", sa.DateTime()),
        sa.Column("problem", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
    )
    op.create_table(
        "trouble",
        sa.Column("key", sa.String(200), primary_key=True),
        sa.Column("kind", sa.String(20), nullable=False, index=True),
        sa.Column("number", sa.String(40), nullable=False, index=True),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("since", sa.DateTime(), nullable=False),
        sa.Column("seen_at", sa.DateTime(), nullable=False),
        sa.Column("closed_at", sa.DateTime(), index=True),
    )


def _fill_numbers() -> None:
    """Entries written before carry the case's number in their body only."""
    outbox = sa.table("outbox", sa.column("id", sa.Integer), sa.column("number", sa.String), sa.column("body", sa.JSON))
    connection = op.get_bind()
    for entry in connection.execute(sa.select(outbox.c.id, outbox.c.body)).all():
        number = str((entry.body or {}).get("number") or (entry.body or {}).get("notice", "").partition(":")[0])
        connection.execute(outbox.update().where(outbox.c.id == entry.id).values(number=number[:40]))


def downgrade() -> None:
    op.drop_table("trouble")
    op.drop_table("effect")
    with op.batch_alter_table("inbox") as table:
        table.drop_index("ix_inbox_state")
        for name in ("instance", "state", "lock_until"):
            table.drop_column(name)
    with op.batch_alter_table("outbox") as table:
        table.drop_index("ix_outbox_number")
        table.drop_index("ix_outbox_open")
        table.create_index("ix_outbox_done_at", ["done_at"])
        table.create_index("ix_outbox_next_at", ["next_at"])
        for name in ("number", "claimed_by", "claimed_until", "stuck_at"):
            table.drop_column(name)
