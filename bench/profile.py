"""`python -m bench.profile`: what one completed case costs the engine, counted, no seconds (docs/profile.md)."""

from __future__ import annotations

import argparse
import json
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench.profile_case import OBSERVER, Ledger, Walk
from bench.profile_statements import ROLE, Meter, Usage
from onething.catalogue import load_catalogue
from onething.engine import identity, runtime
from onething.engine.client import EngineClient
from onething.engine.deploy import deploy
from simulation.engine import ADMIN, free_port
from simulation.postgres import Postgres, run_postgres
from simulation.town import Town

HOME = Path(__file__).resolve().parent.parent
CASE = ("open-restaurant", ("food-business-license", "fire-safety-inspection", "urban-drainage-permit"))
ANSWERS = {"fire_area_reached": True}
COUNTING = ("-c shared_preload_libraries=pg_stat_statements", "-c pg_stat_statements.max=20000", "-c autovacuum=off")


@contextmanager
def measured_engine(home: Path, folder: Path, flavour: str) -> Iterator[tuple[Postgres, runtime.EngineHandle]]:
    """The engine on a PostgreSQL of its own, under a role of its own, so that its statements are known from ours."""
    with run_postgres(folder / "postgres", *COUNTING) as server:
        server.sql("postgres", f"CREATE ROLE {ROLE} LOGIN SUPERUSER")
        server.create("engine")
        url = server.jdbc_url("engine").replace("user=postgres", f"user={ROLE}")
        handle = runtime.start(
            runtime.build(flavour, home, folder / "build.log"), port=free_port(), data_dir=folder / "data",
            credentials=ADMIN, log_file=folder / "engine.log", database_url=url,
        )
        try:
            runtime.wait_ready(handle)
            yield server, handle
        finally:
            runtime.stop(handle)


def settle(home: Path, handle: runtime.EngineHandle, var: Path) -> Town:
    """Everybody and every model, with workers that wait to be moved by hand."""
    admin = EngineClient(handle.rest_url, ADMIN["user"], ADMIN["password"])
    var.mkdir(parents=True, exist_ok=True)
    identity.provision(admin, load_catalogue(home), var / identity.USERS_FILE)
    deploy(home, admin)
    return Town(home, var, admin)


def profile(home: Path, cases: int, flavour: str) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="onething-profile-") as name:
        folder = Path(name)
        with measured_engine(home, folder, flavour) as (server, handle):
            town = settle(home, handle, folder / "var")
            meter = Meter(server.store_url("engine").replace("postgresql+psycopg", "postgresql"))
            ledger = Ledger(meter)
            with ledger.counting():
                walk = Walk(town, ledger)
                walk.go(*CASE, ANSWERS)  # the first one fills every cache and is not counted
                ledger.calls.clear(), ledger.costs.clear(), ledger.refused.clear(), meter.take()
                numbers = [walk.go(*CASE, ANSWERS) for _ in range(cases)]
            return summary(ledger, cases) | {"flavour": flavour, "left": left_behind(meter, numbers)}


def summary(ledger: Ledger, cases: int) -> dict[str, Any]:
    """Everything per case; the observer's own calls are left out."""
    whole, by_who, routes = Usage(), {}, {}
    for (who, route), usage in ledger.costs.items():
        if who == OBSERVER:
            continue
        whole.add(usage)
        by_who.setdefault(who, Usage()).add(usage)
        calls = ledger.calls[who, route]
        routes[f"{who}: {route}"] = {
            "calls": calls / cases, "statements": usage.total() / cases, "commits": usage.commits / cases,
            "causes": per_case(usage.by_cause(), cases),
        }
    return {
        "cases": cases, "statements": whole.total() / cases, "commits": whole.commits / cases,
        "transactions": whole.transactions() / cases,
        "log_bytes": round(whole.wal_bytes / cases), "calls": sum(r["calls"] for r in routes.values()),
        "by_cause": per_case(whole.by_cause(), cases),
        "by_who": {who: usage.total() / cases for who, usage in by_who.items()},
        "by_kind": per_case(Counter({f"{k.verb} {k.table}": n for k, n in whole.statements.items()}), cases),
        "rows": per_case(Counter({f"{k.verb} {k.table}": n for k, n in whole.rows.items()}), cases),
        "routes": dict(sorted(routes.items(), key=lambda entry: -entry[1]["statements"])),
        "refused": dict(ledger.refused),
    }


def left_behind(meter: Meter, numbers: Sequence[str]) -> dict[str, float]:
    """Rows that a closed case leaves in history and anywhere else, by table."""
    found = {}
    tables = [row[0] for row in meter.ask("SELECT tablename FROM pg_tables WHERE tablename LIKE 'act_hi_%%' ORDER BY 1")]
    for table in tables:
        found[table.upper()] = meter.ask(f"SELECT count(*) FROM {table}")[0][0] / (len(numbers) + 1)
    return {table: n for table, n in found.items() if n}


def per_case(counts: Counter[str], cases: int) -> dict[str, float]:
    return {name: round(n / cases, 2) for name, n in counts.most_common()}


def print_table(found: dict[str, Any]) -> None:
    print(f"per completed case ({found['cases']} cases, {found['flavour']})")
    print("".join(f"  {name} {found[name]:.1f}" for name in ("statements", "commits", "transactions", "calls"))
          + f"  log {found['log_bytes'] / 1024:.0f} KiB")
    for title in ("by_who", "by_cause", "left"):
        print(f"\n{title}")
        for name, n in sorted(found[title].items(), key=lambda entry: -entry[1]):
            print(f"  {n:9.1f}  {name}")
    print("\nroutes: calls, statements, commits")
    for name, route in found["routes"].items():
        print(f"  {route['calls']:7.1f} {route['statements']:8.1f} {route['commits']:7.1f}  {name}")
    print("\nstatements by table")
    for name, n in found["by_kind"].items():
        print(f"  {n:9.1f}  {name}")
    if found["refused"]:
        print("\nrefused", found["refused"])


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.profile", description=__doc__)
    parser.add_argument("--cases", type=int, default=5)
    parser.add_argument("--flavour", default="operaton")
    parser.add_argument("--home", type=Path, default=HOME, help="the checkout whose engine and models are measured")
    parser.add_argument("--json", type=Path, help="write everything here")
    asked = parser.parse_args()
    found = profile(asked.home, asked.cases, asked.flavour)
    print_table(found)
    if asked.json:
        asked.json.write_text(json.dumps(found, ensure_ascii=False, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
