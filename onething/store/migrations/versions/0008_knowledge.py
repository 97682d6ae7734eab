"""knowledge: frequent questions and their full-text index

Revision ID: 0008
Revises: 0007
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

COLUMNS = "question_words, thing_words, answer_words"
OLD = "old.id, old.question_words, old.thing_words, old.answer_words"
NEW = "new.id, new.question_words, new.thing_words, new.answer_words"
SQLITE = (
    f"""CREATE VIRTUAL TABLE knowledge_search USING fts5({COLUMNS}, content='knowledge_entry', content_rowid='id',
        tokenize='unicode61 remove_diacritics 0')""",
    "CREATE VIRTUAL TABLE knowledge_vocabulary USING fts5vocab(knowledge_search, row)",
    f"""CREATE TRIGGER knowledge_entry_added AFTER INSERT ON knowledge_entry BEGIN
        INSERT INTO knowledge_search(rowid, {COLUMNS}) VALUES ({NEW}); END""",
    f"""CREATE TRIGGER knowledge_entry_removed AFTER DELETE ON knowledge_entry BEGIN
        INSERT INTO knowledge_search(knowledge_search, rowid, {COLUMNS}) VALUES ('delete', {OLD}); END""",
    f"""CREATE TRIGGER knowledge_entry_changed AFTER UPDATE ON knowledge_entry BEGIN
        INSERT INTO knowledge_search(knowledge_search, rowid, {COLUMNS}) VALUES ('delete', {OLD});
        INSERT INTO knowledge_search(rowid, {COLUMNS}) VALUES ({NEW}); END""",
)
POSTGRESQL = (
    """ALTER TABLE knowledge_entry ADD COLUMN search tsvector GENERATED ALWAYS AS (
        setweight(to_tsvector('simple', question_words), 'A') || setweight(to_tsvector('simple', thing_words), 'B')
        || setweight(to_tsvector('simple', answer_words), 'D')) STORED""",
    "CREATE INDEX knowledge_entry_search ON knowledge_entry USING gin (search)",
)


def upgrade() -> None:
    op.create_table(
        "knowledge_entry",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("bundle", sa.String(64), nullable=False),
        sa.Column("district", sa.String(6), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("question", "answer")),
        sa.Column("owner", sa.String(64), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("confirmed", sa.Boolean(), nullable=False),
        sa.Column("guide_version", sa.String(16), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("question_words", "thing_words", "answer_words")),
        sa.UniqueConstraint("bundle", "district", "position"),
    )
    for statement in SQLITE if op.get_bind().dialect.name == "sqlite" else POSTGRESQL:
        op.execute(statement)


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TABLE knowledge_vocabulary")
        op.execute("DROP TABLE knowledge_search")
    op.drop_table("knowledge_entry")  # its triggers, column and index go with it
