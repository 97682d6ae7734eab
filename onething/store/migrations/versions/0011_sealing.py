"""sealed columns are text of any length; a blind index of id numbers

Rows from before stay as they are until `onething keys reseal`; the key ring says that they may be read.

Revision ID: 0011
Revises: 0010
"""

from collections.abc import Callable

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

TEXTS = {
    "account": {"name": "varchar(200)", "id_no": "varchar(200)", "phone": "varchar(30)"},
    "document": {"name": "varchar(200)"},
    "certificate": {"holder": "varchar(200)"},
    "delivery_attempt": {"receiver": "varchar(200)"},
    "custody_entry": {"receiver": "varchar(200)"},
    "paper_handover": {"receiver": "varchar(200)"},
    "promise": {"signed_name": "varchar(200)"},
    "joint_act": {"place": "varchar(200)"},
    "draft": {"data": "json"},
    "application": {"applicant": "json", "answers": "json", "form": "json"},
    "guidance_request": {"requester": "json", "answers": "json", "gaps": "json", "notice": "json"},
}
"""What the columns were; the other sealed ones are text already. SQLite keeps any text in any of them as it is."""


def upgrade() -> None:
    op.add_column("account", sa.Column("id_no_index", sa.String(64), nullable=False, server_default=""))
    op.create_index("ix_account_id_no_index", "account", ["id_no_index"])
    _retype(lambda _was: "text")


def downgrade() -> None:
    """Only for a store where nothing is sealed: nothing here opens what is."""
    _retype(lambda was: was)
    op.drop_index("ix_account_id_no_index", "account")
    op.drop_column("account", "id_no_index")


def _retype(kind: Callable[[str], str]) -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    for table, columns in TEXTS.items():
        for name, was in columns.items():
            op.execute(f"ALTER TABLE {table} ALTER COLUMN {name} DROP DEFAULT")
            op.execute(f"ALTER TABLE {table} ALTER COLUMN {name} TYPE {kind(was)} USING {name}::{kind(was)}")
