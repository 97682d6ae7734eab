"""words written at the counter stay with the act; those already told to the engine leave the outbox

Revision ID: 0020
Revises: 0019
"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None
KEPT = ("number", "task", "scope", "round", "group", "clerk")


def upgrade() -> None:
    op.add_column("window_act", sa.Column("said", sa.Text(), nullable=False, server_default=""))
    outbox = sa.table(
        "outbox", sa.column("id", sa.Integer), sa.column("kind", sa.String), sa.column("done_at", sa.DateTime),
        sa.column("body", sa.JSON),
    )
    told = sa.and_(outbox.c.kind == "finish-task", outbox.c.done_at.is_not(None))
    bind = op.get_bind()
    for row in bind.execute(sa.select(outbox.c.id, outbox.c.body).where(told)).all():
        left = {name: row.body[name] for name in KEPT if name in row.body}
        bind.execute(outbox.update().where(outbox.c.id == row.id).values(body=left))


def downgrade() -> None:
    with op.batch_alter_table("window_act") as table:
        table.drop_column("said")
