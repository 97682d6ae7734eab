"""One run from nothing: an engine, a town, everybody's stories, what became of them. Nothing of it remains."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from onething.catalogue import Bundle, load_catalogue
from onething.deadlines import CHINA
from onething.engine import identity
from onething.engine.client import EngineClient
from onething.engine.deploy import deploy
from simulation.account import Account, give_account
from simulation.clock import START, simulated_time
from simulation.engine import RunningEngine, run_engine
from simulation.people import Townsfolk
from simulation.story import stories
from simulation.town import Town
from simulation.world import World

Say = Callable[[str], None]
Told = Callable[[datetime, int], None]


@dataclass(frozen=True)
class Outcome:
    accounts: tuple[Account, ...]
    last: datetime

    @property
    def problems(self) -> list[str]:
        return [problem for account in self.accounts for problem in account.problems]


@contextmanager
def settled(home: Path, engine: RunningEngine, var: Path) -> Iterator[Town]:
    """The town on this engine: everybody and every model, a store of its own."""
    admin = EngineClient(engine.rest_url, engine.user, engine.password)
    var.mkdir(parents=True, exist_ok=True)
    identity.provision(admin, load_catalogue(home), var / identity.USERS_FILE)
    deploy(home, admin)
    with Town(home, var, admin) as town:
        yield town


def play(
    town: Town, bundles: list[Bundle], seed: int, cases: int, *, until: str = "terminal", start: datetime = START,
    told: Told | None = None,
) -> Outcome:
    """`cases` stories or more for each bundle, in the simulated years."""
    tools = town.tools
    with simulated_time(town.clock, tools.calendar, town.var / "simulated-years"):
        wanted = stories(tools.catalogue, tools.calendar, bundles, seed, cases, start)
        world = World(town, Townsfolk(tools.catalogue, tools.calendar, seed), told)
        lives = world.play(wanted, until)
        return Outcome(tuple(give_account(town, life) for life in lives), world.moment.astimezone(CHINA))


def simulate(
    home: Path, slugs: list[str], seed: int, cases: int, until: str, say: Say, told: Told
) -> Outcome:
    """The whole of it in a folder that goes away. Raises `NotFound` for a bundle that does not exist."""
    catalogue = load_catalogue(home)
    bundles = [catalogue.bundle(slug) for slug in slugs] or list(catalogue.in_plan_order())
    with tempfile.TemporaryDirectory(prefix="onething-simulation-") as folder:
        say("启动模拟用的流程引擎 · starting an engine for the simulation")
        with run_engine(home, Path(folder) / "engine") as engine:
            say("创建岗位与账号，部署流程 · people and models")
            with settled(home, engine, Path(folder) / "var") as town:
                say("模拟办理 · simulating")
                return play(town, bundles, seed, cases, until=until, told=told)
