"""privacy: consents, links of 好差评 kept as hashes, holds and the day a case was cleared

Revision ID: 0017
Revises: 0016
"""

import hashlib

import sqlalchemy as sa
from alembic import op

from onething.store.tables import Instant

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "consent",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("number", sa.String(40), sa.ForeignKey("application.number"), nullable=False),
        sa.Column("part", sa.String(20), nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        *(sa.Column(name, sa.JSON(), nullable=False) for name in ("recipients", "items", "ended")),
        sa.Column("agreed_at", Instant(), nullable=False),
        sa.Column("way", sa.String(10), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("relation", sa.String(20), nullable=False),
        sa.Column("clerk", sa.String(200), nullable=False),
        sa.Column("withdrawn_at", Instant()),
    )
    op.create_index("ix_consent_number", "consent", ["number"])
    op.create_table(
        "hold",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("number", sa.String(40), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("placed_by", sa.String(200), nullable=False),
        sa.Column("placed_at", Instant(), nullable=False),
        sa.Column("lifted_by", sa.String(200), nullable=False),
        sa.Column("lifted_at", Instant()),
    )
    op.create_index("ix_hold_number", "hold", ["number"])
    op.add_column("application", sa.Column("cleared_at", Instant()))
    _hash_links()


def _hash_links() -> None:
    """A link whose SMS has not gone out would not be found under its new token: it is not offered."""
    links = sa.table("rating_link", sa.column("token", sa.String), sa.column("notice", sa.String))
    notices = sa.table("notice", sa.column("key", sa.String), sa.column("sent_at", sa.DateTime))
    bind = op.get_bind()
    sent = sa.select(notices.c.key).where(notices.c.sent_at.is_not(None))
    bind.execute(links.delete().where(links.c.notice.not_in(sent)))
    for (token,) in bind.execute(sa.select(links.c.token)).all():
        hidden = hashlib.sha256(token.encode()).hexdigest()
        bind.execute(links.update().where(links.c.token == token).values(token=hidden))
    op.execute("ALTER TABLE rating_link RENAME COLUMN token TO id")


def downgrade() -> None:
    op.execute("ALTER TABLE rating_link RENAME COLUMN id TO token")
    op.drop_column("application", "cleared_at")
    op.drop_table("hold")
    op.drop_table("consent")
