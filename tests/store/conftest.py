"""A PostgreSQL of our own, once per run; every test gets a fresh database, and a store on either."""

import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from onething.store import Store
from simulation.postgres import Postgres, program, run_postgres
from tests.stores import empty_store


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Postgres]:
    if program("initdb") is None:
        pytest.skip("PostgreSQL is not installed (apt-get install postgresql); the store was tested on SQLite only")
    with run_postgres(tmp_path_factory.mktemp("postgres"), "-c fsync=off") as running:  # nobody pulls the plug here
        yield running


@pytest.fixture(scope="session")
def postgres(server: Postgres) -> Callable[[], str]:
    """A function that makes a new database and returns its URL."""

    def new_database() -> str:
        name = f"onething_{uuid.uuid4().hex}"
        server.create(name)
        return server.store_url(name)

    return new_database


@pytest.fixture(scope="session")
def migrated(server: Postgres, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The database that those of the tests are copies of."""
    name = "onething_migrated"
    server.create(name)
    store = Store(server.store_url(name), tmp_path_factory.mktemp("migrated") / "files")
    store.migrate()
    store.close()
    return name


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """Empty, with keys of its own; on PostgreSQL in a database of its own."""
    if request.param == "sqlite":
        store = empty_store(tmp_path, "store.db")
    else:
        name, template = f"onething_{uuid.uuid4().hex}", request.getfixturevalue("migrated")
        server = request.getfixturevalue("server")
        server.create(name, template)
        store = Store(server.store_url(name), tmp_path / "files")
        store.migrate()
    yield store
    store.close()
