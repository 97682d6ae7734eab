"""Processes that start at the same moment on one empty store: each of them comes up."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from simulation.postgres import program, run_postgres

HOME = Path(__file__).resolve().parents[2]
START = """
from onething.bootstrap import build_tools
from onething.settings import Settings
from api import personas
from workers import knowledge, publishing
tools = build_tools(Settings())
tools.store.settle(lambda session: personas.seed(session, tools.catalogue))
knowledge.promise(tools)
publishing.publish(tools)
"""


@pytest.mark.skipif(program("initdb") is None, reason="PostgreSQL is not installed")
def test_processes_that_start_together_all_come_up(tmp_path):
    with run_postgres(tmp_path / "server", "-c fsync=off") as server:
        server.create("store")
        environment = {**os.environ, "ONETHING_DATABASE_URL": server.store_url("store"), "ONETHING_VAR": str(tmp_path / "var")}
        together = [
            subprocess.Popen([sys.executable, "-c", START], cwd=HOME, env=environment, stderr=subprocess.PIPE, text=True)
            for _ in range(3)
        ]
        said = [process.communicate(timeout=120)[1] for process in together]
        assert [process.returncode for process in together] == [0, 0, 0], said
        assert server.sql("store", "SELECT count(*) = count(DISTINCT subject) FROM account").strip() == "t"
