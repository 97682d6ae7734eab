"""A PostgreSQL of our own, once per run; every test gets a fresh database, and a store on either."""

import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from onething.store import Store
from simulation.postgres import program, run_postgres


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[], str]]:
    """A function that makes a new database and returns its URL."""
    if program("initdb") is None:
        pytest.skip("PostgreSQL is not installed (apt-get install postgresql); the store was tested on SQLite only")
    with run_postgres(tmp_path_factory.mktemp("postgres")) as running:

        def new_database() -> str:
            name = f"onething_{uuid.uuid4().hex}"
            running.create(name)
            return running.store_url(name)

        yield new_database


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    url = f"sqlite:///{tmp_path / 'store.db'}"
    if request.param == "postgresql":
        url = request.getfixturevalue("postgres")()
    store = Store(url, tmp_path / "files")
    store.migrate()
    yield store
    store.close()
