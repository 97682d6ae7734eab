"""The instrument measures: one small round of ours on a real engine; tables and files say what was measured."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from bench import clients, latency, model, report, rights, table, throughput
from bench.copies import copy_case
from bench.rig import Rig, median, percentile, run_rig
from simulation.postgres import program

HOME = Path(__file__).resolve().parents[2]
OURS = [client for client in clients.CLIENTS if client.name in clients.OURS]


def quiet(_text: str) -> None:
    pass


@pytest.fixture(scope="module")
def rig(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rig]:
    """On PostgreSQL where it is installed."""
    with run_rig(HOME, tmp_path_factory.mktemp("bench"), "postgres" if program("initdb") else "h2") as running:
        yield running


@pytest.mark.engine
def test_a_round_counts_every_task_once(rig: Rig, tmp_path: Path) -> None:
    """With inbox and effects, and without: all tasks done, none refused at the join, nothing left open."""
    for client in OURS:
        found = throughput.one_round(rig, client, client.command(tmp_path), cases=3)
        assert found["tasks_done"] == 3 * model.TASKS
        assert found["cases_left"] == 0
        assert found["requests"]["complete"] == 3 * model.TASKS, "one completion per task"
        assert "complete 500" not in found["requests"]


@pytest.mark.engine
def test_every_task_is_seen_from_creation_to_handler(rig: Rig, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(latency, "WARM_CASES", 1)
    found = latency.one_run(rig, OURS[-1], OURS[-1].command(tmp_path), seconds=1)
    assert found["tasks"] == latency.PER_SECOND * model.CHAIN
    assert found["never_started"] == 0
    assert 0 <= found["p50_ms"] <= found["p99_ms"] <= found["most_ms"]


@pytest.mark.engine
def test_copied_cases_are_cases_to_the_engine(rig: Rig) -> None:
    """Each is found by its number, has its variables and timer, and ends when its task is completed."""
    if rig.postgres is None:
        pytest.skip("PostgreSQL is not installed")
    key = rig.next_key()
    rig.deploy(model.waiting(key))
    rig.start(key, 0)
    copy_case(rig.postgres, "engine", rig.client.root_instance(f"{key}-0").id, key, 1, 3)
    assert rig.open_cases(key) == 4
    for number in (f"{key}-1", f"{key}-3"):
        assert rig.client.variables(number)["application_no"] == number
        assert len(rig.client.timers(number)) == 1
        (task,) = rig.client.user_tasks(number)
        rig.client.complete_task(task.id)
        assert rig.client.process_state(number) == "COMPLETED"
        assert not rig.client.timers(number)
    assert rig.open_cases(key) == 2


@pytest.mark.engine
def test_s08_a_fetch_is_measured_with_both_kinds_of_rights(rig: Rig) -> None:
    found = rights.measure(rig, tasks=20, rounds=3, say=lambda _: None)
    assert found["fetched"] == {rights.ALL: rights.FETCHED, rights.EACH: rights.FETCHED}, "both may, or nothing is compared"
    assert all(found[way][name]["median ms"] > 0 for way in ("waiting", "held") for name in (rights.ALL, rights.EACH))
    assert rights.fetch(rig.client) == 0, "in the end everything was held"


def test_what_cannot_be_made_ready_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    javascript = [client for client in clients.CLIENTS if client.name == "javascript"]
    ready, missing = clients.commands(javascript, tmp_path)
    assert not ready
    assert "node" in missing["javascript"]


def test_medians_and_percentiles() -> None:
    assert (median([3, 1, 2]), median([4, 1, 2, 3])) == (2, 2.5)
    values = [float(number) for number in range(1, 101)]
    assert [percentile(values, share) for share in (0.5, 0.95, 0.99, 1.0)] == [50, 95, 99, 100]


def test_the_page_has_the_tables_of_the_files() -> None:
    page = (HOME / "docs" / "performance.md").read_text(encoding="utf-8")
    assert table.page(HOME) in page


def test_a_report_names_machine_and_versions(tmp_path: Path) -> None:
    one = {
        "round": 1, "client": "ours", "tasks_per_second": 100.0, "tasks_done": 15, "seconds_to_the_end": 1.0,
        "client_cpu_ms_per_task": 1.0, "engine_cpu_ms_per_task": 9.0, "client_rss_mib": 50.0,
        "requests": {"complete": 15, "fetch": 5},
    }
    found = {"cases": 1, "tasks_per_case": 15, "rounds": [one], "not_measured": {"java-8": "没有 Maven"}}
    full = report.describe(HOME, "throughput", "h2", "operaton", "onething bench", found)
    report.save(tmp_path / "x.json", full)
    assert json.loads((tmp_path / "x.json").read_text(encoding="utf-8")) == full
    text = table.table(full)
    assert full["versions"]["operaton"] in text
    assert "Not measured: camunda-external-task-client 7.24.0 (Java), 8 threads: 没有 Maven" in text
