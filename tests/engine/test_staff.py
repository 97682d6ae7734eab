"""The table of a city in the real engine: rights given and taken by day, claimed tasks released, accounts withdrawn (S08)."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from onething import organisation
from onething.bootstrap import Tools
from onething.catalogue import Catalogue
from onething.deadlines import FixedClock
from onething.engine import staff
from onething.engine.client import EngineClient
from onething.engine.deploy import deploy
from onething.engine.errors import EngineUnauthorised
from onething.engine.filters import MINE
from onething.engine.identity import USERS_FILE, credentials_of, provision, read_accounts, write_accounts
from onething.engine.roster import TECHNICAL
from onething.settings import Settings
from onething.staffing import Organisation, read
from onething.store import accounts, audit
from simulation.engine import RunningEngine, run_engine
from tests.core.test_staffing import table
from tests.days import city_days
from tests.engine.test_identity import DUE, HOME, catalogue
from tests.stores import empty_store

__all__ = ["catalogue"]
pytestmark = pytest.mark.engine
FOOD = "reviewer-market-regulation-410105"
POLICE = "reviewer-public-security-410100"
ZHANG, LI = ("zhang", "张三", FOOD, "", "", ""), ("li", "李四", POLICE, "", "", "")
AWAY = ("li", "", "", "zhang", "2026-12-01", "2026-12-03")
BEFORE, MEANWHILE, AFTER = date(2026, 11, 30), date(2026, 12, 2), date(2026, 12, 4)


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningEngine]:
    """Of its own: the people of the run's engine are not to be taken away."""
    with run_engine(HOME, tmp_path_factory.mktemp("engine")) as running:
        yield running


@pytest.fixture(scope="module")
def admin(engine: RunningEngine) -> EngineClient:
    return EngineClient(engine.rest_url, engine.user, engine.password)


@pytest.fixture(scope="module")
def tools(tmp_path_factory: pytest.TempPathFactory, catalogue: Catalogue) -> Iterator[Tools]:
    var = tmp_path_factory.mktemp("var")
    store = empty_store(var)
    yield Tools(
        settings=Settings(home=HOME, var=var), store=store, catalogue=catalogue, calendar=city_days(), clock=FixedClock(DUE)
    )
    store.close()


@pytest.fixture(scope="module")
def put(admin: EngineClient, tools: Tools, catalogue: Catalogue) -> Any:
    """The table in place on a day, after the accounts of programs."""
    provision(admin, catalogue, tools.settings.var_dir / USERS_FILE, people=False)

    def put(day: date, *lines: Any) -> staff.Change:
        return organisation.put_in_place(tools, admin, people(catalogue, *lines), day, "console:test")

    return put


@pytest.fixture(scope="module")
def login(engine: RunningEngine, tools: Tools) -> Any:
    return lambda user: EngineClient(engine.rest_url, *credentials_of(tools.settings.var_dir, user))


@pytest.fixture
def number(admin: EngineClient, trial_home: Path) -> str:
    """A case whose first item waits for its reviewer."""
    deploy(trial_home, admin)
    number = f"410105-{uuid.uuid4().hex[:10]}"
    shown = {"application_no": number, "bundle": "trial", "group_one": FOOD, "promised_due": DUE}
    admin.start_process("case-trial", number, shown)
    admin.correlate("front-result-arrived", number, item="item-one")
    return number


def people(catalogue: Catalogue, *lines: Any) -> Organisation:
    return read("人员.csv", table(*lines), organisation.posts(catalogue), TECHNICAL)


def groups_of(admin: EngineClient, user: str) -> set[str]:
    return {group["id"] for group in admin.transport.call("GET", "/group", params={"member": user, "maxResults": 50})}


def test_the_programs_alone_are_made_where_a_table_names_the_people(admin: EngineClient, put: Any, tools: Tools) -> None:
    assert set(read_accounts(tools.settings.var_dir / USERS_FILE)) == TECHNICAL


def test_people_see_and_do_what_their_posts_allow(put: Any, login: Any, admin: EngineClient, number: str) -> None:
    change = put(BEFORE, ZHANG, LI)
    assert change.creates == ("li", "zhang")
    assert groups_of(admin, "zhang") == {"staff", FOOD}
    assert len(login("zhang").user_tasks(number)) == 1
    assert login("li").user_tasks(number) == []
    names = {entry["name"] for entry in login("zhang").transport.call("GET", "/filter", params={"maxResults": 100})}
    assert {MINE, "审批决定"} < names
    assert not {"收件审查", "窗口发放"} & names
    assert put(BEFORE, ZHANG, LI) == staff.Change((), (), (), ()), "a second run changes nothing"


def test_a_password_the_engine_refused_is_drawn_again(put: Any, login: Any, tools: Tools, number: str) -> None:
    """It had been written to the file before the engine refused it; every later run would fail as well."""
    put(BEFORE, LI)
    file = tools.settings.var_dir / USERS_FILE
    accounts_file = read_accounts(file)
    accounts_file["zhang"] = {"password": "x-Zhang-1-x-Zhang-1", "groups": [], "name": "张三", "ready": False}
    write_accounts(file, accounts_file)
    assert put(BEFORE, ZHANG, LI).creates == ("zhang",)
    assert len(login("zhang").user_tasks(number)) == 1


def test_a_dry_run_changes_nothing(put: Any, admin: EngineClient, catalogue: Catalogue, tools: Tools) -> None:
    put(BEFORE, ZHANG, LI)
    accounts_file = read_accounts(tools.settings.var_dir / USERS_FILE)
    planned = staff.plan(admin, people(catalogue, LI), organisation.posts(catalogue), BEFORE, accounts_file)
    assert planned.removes == ("zhang",)
    assert groups_of(admin, "zhang") == {"staff", FOOD}


def test_a_deputy_has_the_post_for_its_days_and_what_was_claimed_is_free_again(
    put: Any, login: Any, admin: EngineClient, number: str
) -> None:
    put(BEFORE, ZHANG, LI, AWAY)
    zhang, li = login("zhang"), login("li")
    [task] = zhang.user_tasks(number)
    zhang.claim(task.id)
    change = put(MEANWHILE, ZHANG, LI, AWAY)
    assert change.released == (task.id,)
    assert groups_of(admin, "zhang") == set()
    assert groups_of(admin, "li") == {"staff", FOOD, POLICE}
    assert zhang.user_tasks(number) == []
    with pytest.raises(EngineUnauthorised):
        zhang.claim(task.id)
    li.claim(task.id)
    assert put(AFTER, ZHANG, LI, AWAY).released == (task.id,), "the deputy's as well, when the days are over"
    assert (groups_of(admin, "zhang"), groups_of(admin, "li")) == ({"staff", FOOD}, {"staff", POLICE})


def test_who_is_no_longer_named_cannot_log_in_and_holds_no_task(
    put: Any, login: Any, admin: EngineClient, tools: Tools, number: str
) -> None:
    put(BEFORE, ZHANG, LI)
    zhang = login("zhang")
    [task] = zhang.user_tasks(number)
    zhang.claim(task.id)
    change = put(BEFORE, LI)
    assert (change.removes, change.released) == (("zhang",), (task.id,))
    own = [entry["query"]["assignee"] for entry in admin.transport.pages("/filter", {"name": MINE})]
    assert own == ["li"], "the filter of one's own goes as well"
    assert "zhang" not in json.loads((tools.settings.var_dir / USERS_FILE).read_text(encoding="utf-8"))
    with pytest.raises(EngineUnauthorised):
        zhang.user_tasks(number)
    with tools.store.reading() as session:
        assert accounts.by_subject(session, ["zhang"])["zhang"].organisation == ""


def test_whoever_was_added_by_hand_stays(put: Any, admin: EngineClient) -> None:
    profile = {"id": "auditor-by-hand", "firstName": "审", "lastName": "计"}
    body = {"profile": profile, "credentials": {"password": "Long-Enough-1x"}}
    admin.transport.call("POST", "/user/create", json=body)
    assert put(BEFORE, LI).removes == ()
    assert "auditor-by-hand" in {user["id"] for user in admin.transport.pages("/user")}


def test_who_gave_and_took_a_post_is_on_record(put: Any, tools: Tools) -> None:
    put(BEFORE, ZHANG, LI)
    put(BEFORE, LI)
    with tools.store.reading() as session:
        found = [(one.actor, one.action, one.detail) for one in audit.trail(session)]
    assert ("console:test", "give-post", {"account": "zhang", "group": FOOD}) in found
    assert ("console:test", "remove-staff", {"account": "zhang"}) in found
