"""special steps, extensions, joint acts

Revision ID: 0004
Revises: 0003
"""

import sqlalchemy as sa
from alembic import op

from onething.store.tables import Instant

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('extension',
    sa.Column('number', sa.String(length=40), nullable=False),
    sa.Column('item', sa.String(length=64), nullable=False),
    sa.Column('days', sa.Integer(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('asked_at', Instant(), nullable=False),
    sa.Column('asked_by', sa.String(length=200), nullable=False),
    sa.Column('granted', sa.Boolean(), nullable=True),
    sa.Column('decided_at', Instant(), nullable=True),
    sa.Column('decided_by', sa.String(length=200), nullable=False),
    sa.Column('decision_reason', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['number'], ['application.number'], ),
    sa.PrimaryKeyConstraint('number', 'item')
    )
    op.create_table('joint_act',
    sa.Column('number', sa.String(length=40), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('state', sa.String(length=20), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('appointed_for', Instant(), nullable=True),
    sa.Column('place', sa.String(length=200), nullable=False),
    sa.Column('organised_by', sa.String(length=200), nullable=False),
    sa.Column('record', sa.Text(), nullable=False),
    sa.Column('participants', sa.JSON(), nullable=False),
    sa.Column('recorded_at', Instant(), nullable=True),
    sa.Column('recorded_by', sa.String(length=200), nullable=False),
    sa.ForeignKeyConstraint(['number'], ['application.number'], ),
    sa.PrimaryKeyConstraint('number', 'kind')
    )
    op.create_table('joint_opinion',
    sa.Column('number', sa.String(length=40), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('department', sa.String(length=64), nullable=False),
    sa.Column('opinion', sa.String(length=20), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('given_at', Instant(), nullable=False),
    sa.Column('given_by', sa.String(length=200), nullable=False),
    sa.ForeignKeyConstraint(['number'], ['application.number'], ),
    sa.PrimaryKeyConstraint('number', 'kind', 'department')
    )
    op.create_table('special_step',
    sa.Column('number', sa.String(length=40), nullable=False),
    sa.Column('item', sa.String(length=64), nullable=False),
    sa.Column('sequence', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('stops_clock', sa.Boolean(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('started_at', Instant(), nullable=False),
    sa.Column('started_by', sa.String(length=200), nullable=False),
    sa.Column('ended_at', Instant(), nullable=True),
    sa.Column('ended_by', sa.String(length=200), nullable=False),
    sa.Column('outcome', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['number'], ['application.number'], ),
    sa.PrimaryKeyConstraint('number', 'item', 'sequence')
    )
    with op.batch_alter_table('deadline', schema=None) as batch_op:
        batch_op.add_column(sa.Column('days', sa.Integer(), nullable=False, server_default='0'))
        batch_op.add_column(sa.Column('paused_at', Instant(), nullable=True))



def downgrade() -> None:
    with op.batch_alter_table('deadline', schema=None) as batch_op:
        batch_op.drop_column('paused_at')
        batch_op.drop_column('days')

    op.drop_table('special_step')
    op.drop_table('joint_opinion')
    op.drop_table('joint_act')
    op.drop_table('extension')
