"""logins: only hashes of tokens, logins under way at an identity provider; how often somebody did something lately

Revision ID: 0012
Revises: 0010
"""

import sqlalchemy as sa
from alembic import op

from onething.store.tables import Instant

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("DELETE FROM login_session")  # their tokens stood there as they are: everybody logs in again
    op.create_index("ix_login_session_account_id", "login_session", ["account_id"])
    op.create_table(
        "login_attempt",
        sa.Column("state", sa.String(64), primary_key=True),
        *(sa.Column(name, sa.String(length), nullable=False) for name, length in (
            ("browser", 64), ("door", 20), ("nonce", 64), ("verifier", 128),
        )),
        sa.Column("target", sa.Text(), nullable=False),
        sa.Column("expires_at", Instant(), nullable=False),
    )
    op.create_index("ix_login_attempt_expires_at", "login_attempt", ["expires_at"])
    op.create_table(
        "rate_limit",
        sa.Column("key", sa.String(64), primary_key=True),
        sa.Column("times", sa.JSON(), nullable=False),
        sa.Column("expires_at", Instant(), nullable=False),
    )
    op.create_index("ix_rate_limit_expires_at", "rate_limit", ["expires_at"])


def downgrade() -> None:
    op.drop_table("rate_limit")
    op.drop_table("login_attempt")
    op.drop_index("ix_login_session_account_id", "login_session")
    op.execute("DELETE FROM login_session")
