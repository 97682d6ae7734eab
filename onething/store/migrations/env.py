"""Run by Alembic: migrate with the store's own connection."""

from alembic import context
from sqlalchemy import text

from onething.store import Base

engine = context.config.attributes["engine"]
with engine.connect() as connection:
    context.configure(connection=connection, target_metadata=Base.metadata, render_as_batch=True)
    with context.begin_transaction():
        if connection.dialect.name == "postgresql":  # processes that start side by side migrate one after the other
            connection.execute(text("SELECT pg_advisory_xact_lock(77010199)"))
        context.run_migrations()
    connection.commit()
