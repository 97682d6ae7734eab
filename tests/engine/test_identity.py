"""Groups, users and least rights in the real engine, from a small catalogue."""

import json
import re
import stat
import threading
import time
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from onething.catalogue import Bundle, Catalogue, Department, District, Item, load_procedures, load_service
from onething.deadlines import FixedClock
from onething.engine.client import EngineClient
from onething.engine.deploy import deploy
from onething.engine.errors import EngineRefused, EngineUnauthorised
from onething.engine.filters import DUE_TODAY, MINE, STEPS, body_of
from onething.engine.identity import ProvisionReport, credentials_of, provision
from onething.engine.roster import TECHNICAL, roster_of
from onething.engine.worker import Worker
from onething.errors import EngineError
from simulation.engine import RunningEngine, run_engine
from workers.day_filters import DayFilters

CITY, COUNTY, CLOSED = "410100", "410105", "410122"
DUE = datetime(2031, 5, 6, 17, 30, tzinfo=UTC)
PEOPLE = 2 + 3 * 2  # technical users, and the counters of two open districts
HOME = Path(__file__).parents[2]


def item(slug: str) -> Item:
    limit = {"days": 5}
    return Item.model_validate({
        "slug": slug, "name": slug, "kind": "licence", "result": {"name": "证", "certificate": True},
        "limits": {"statutory": limit, "promised": limit},
    })


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    rows = [
        {"item": "one", "department": "market-regulation", "levels": ["county"]},
        {"item": "two", "department": "public-security", "levels": ["city", "province"]},
    ]
    bundle = Bundle.model_validate({
        "slug": "trial", "audience": "enterprise", "number": 1, "name": "试验", "short_name": "试验", "national": False,
        "lead": "market-regulation", "theme": "start", "rows": rows,
    })
    departments = {"market-regulation": "市场监管部门", "public-security": "公安部门"}
    names = {CITY: ("市本级", "city", True), COUNTY: ("金水区", "county", True), CLOSED: ("中牟县", "county", False)}
    return Catalogue(
        bundles={"trial": bundle}, items={slug: item(slug) for slug in ("one", "two")},
        departments={s: Department(slug=s, name=name, kind="government") for s, name in departments.items()},
        districts={c: District(code=c, name=n, kind=k, open=o) for c, (n, k, o) in names.items()},
        themes={}, materials={}, procedures=load_procedures(HOME), service=load_service(HOME),
    )


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningEngine]:
    """Of its own: on the run's engine the whole city may live already."""
    with run_engine(HOME, tmp_path_factory.mktemp("engine")) as running:
        yield running


@pytest.fixture(scope="module")
def client(engine: RunningEngine) -> EngineClient:
    return EngineClient(engine.rest_url, engine.user, engine.password)


@pytest.fixture(scope="module")
def var(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("var")


@pytest.fixture
def provisioned(engine: Any, catalogue: Catalogue, var: Path) -> ProvisionReport:
    admin = EngineClient(engine.rest_url, engine.user, engine.password)
    return provision(admin, catalogue, var / "engine-users.json")


@pytest.fixture
def login(engine: Any, var: Path, provisioned: ProvisionReport) -> Any:
    return lambda user: EngineClient(engine.rest_url, *credentials_of(var, user))


@pytest.fixture
def number(client: EngineClient, trial_home: Path, provisioned: ProvisionReport) -> str:
    deploy(trial_home, client)
    number = f"410105-{uuid.uuid4().hex[:10]}"
    group = f"reviewer-market-regulation-{COUNTY}"
    variables = {"application_no": number, "bundle": "trial", "group_one": group, "promised_due": DUE}
    client.start_process("case-trial", number, variables)
    client.correlate("front-result-arrived", number, item="item-one")
    return number


def test_the_roster_has_every_open_office_in_chinese(catalogue: Catalogue) -> None:
    roster = roster_of(catalogue)
    assert roster.groups["window-410105"] == "金水区综合受理窗口"
    assert roster.groups["reviewer-market-regulation-410105"] == "金水区市场监管部门审查岗"
    assert not any(CLOSED in group for group in roster.groups)
    assert "reviewer-public-security-410105" not in roster.groups, "the city decides items of the city"
    reviewer = roster.users["reviewer-market-regulation-410105"]
    assert (reviewer.first_name, reviewer.last_name) == ("市场监管部门审查员", "金水区")
    assert "lead-market-regulation-410105" in reviewer.groups
    adviser = roster.users["adviser-market-regulation-410105"]
    assert (adviser.first_name, adviser.groups) == ("市场监管部门咨询辅导员", ("staff", adviser.id)), "R31: advising only"
    assert {"reviewer-public-security-410100", "supervisor-410100", "delivery-410105"} <= set(roster.users)
    assert all(user.isascii() for user in roster.users)


@pytest.mark.engine
def test_a_second_run_creates_nothing(client: EngineClient, catalogue: Catalogue, login: Any, var: Path) -> None:
    file = var / "engine-users.json"
    before = file.read_bytes()
    assert provision(client, catalogue, file) == ProvisionReport(0, 0, 0, 0)
    assert file.read_bytes() == before
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    accounts = json.loads(before)
    assert len({entry["password"] for entry in accounts.values()}) == len(accounts) >= PEOPLE


@pytest.mark.engine
def test_a_run_that_was_cut_short_is_finished(
    client: EngineClient, catalogue: Catalogue, login: Any, var: Path, tmp_path: Path, engine: Any
) -> None:
    file = tmp_path / "engine-users.json"
    accounts = json.loads((var / "engine-users.json").read_text(encoding="utf-8"))
    accounts["window-410105"]["ready"] = False
    file.write_text(json.dumps(accounts), encoding="utf-8")
    client.transport.call("DELETE", "/group/window-410105/members/window-410105")
    assert provision(client, catalogue, file).users == 1
    members = client.transport.call("GET", "/user", params={"memberOfGroup": "window-410105", "maxResults": 10})
    assert [member["id"] for member in members] == ["window-410105"]
    accounts.pop("delivery-410105")  # the file was lost: the user gets a new password
    file.write_text(json.dumps({**accounts, "window-410105": {**accounts["window-410105"], "ready": True}}))
    assert provision(client, catalogue, file).users == 1
    assert EngineClient(engine.rest_url, *credentials_of(tmp_path, "delivery-410105")).health()
    file.replace(var / "engine-users.json")


def test_a_missing_account_names_the_cure(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="onething up"):
        credentials_of(tmp_path, "workers")


@pytest.mark.engine
def test_a_reviewer_sees_and_decides_the_tasks_of_her_office_only(login: Any, number: str) -> None:
    """S05, R91: rights come from the candidate group."""
    mine, other = login("reviewer-market-regulation-410105"), login("reviewer-public-security-410100")
    assert other.user_tasks(number) == []
    [task] = mine.user_tasks(number)
    with pytest.raises((EngineUnauthorised, EngineRefused)):
        other.complete_task(task.id, {"approval_decision": "approve"})
    assert mine.form_variables(task.id)["item"] == "item-one"
    mine.claim(task.id)
    mine.complete_task(task.id, {"approval_decision": "approve"})
    assert login("workers").completer(task.process_instance_id, "approval-decision") == mine.user


@pytest.mark.engine
@pytest.mark.parametrize("user", ["reviewer-market-regulation-410105", "window-410105", "supervisor-410105", "workers",
                                  "frontdoor"])
def test_nobody_but_the_administrator_deploys_or_makes_users(login: Any, user: str, trial_home: Path) -> None:
    with pytest.raises((EngineUnauthorised, EngineRefused)):
        deploy(trial_home, login(user))
    with pytest.raises(EngineUnauthorised):
        login(user).transport.call("POST", "/user/create", json={
            "profile": {"id": "intruder", "firstName": "a", "lastName": "b"},
            "credentials": {"password": "Long-enough-1"},
        })


@pytest.mark.engine
@pytest.mark.parametrize("user", ["reviewer-market-regulation-410105", "window-410105"])
def test_staff_cannot_run_cases_or_read_other_cases(login: Any, user: str, client: Any, trial_home: Path) -> None:
    deploy(trial_home, client)
    number = f"other-{uuid.uuid4().hex[:8]}"
    client.start_process("worker-trial", number, {"topic": "nobody"})
    with pytest.raises((EngineUnauthorised, EngineRefused)):
        login(user).start_process("worker-trial", f"x-{number}", {"topic": "nobody"})
    assert login(user).instances(number) == []
    assert list(login(user).transport.pages("/process-instance", {"businessKey": number})) == []
    assert list(login(user).transport.pages("/external-task")) == []


@pytest.mark.engine
@pytest.mark.parametrize(("user", "steps"), [
    ("window-410105", ["收件审查", "纸质材料转电子", "纸质材料移交"]), ("supervisor-410105", ["再次告知"]),
    ("reviewer-public-security-410100", ["受理审查", "容缺预审", "附加环节", "审批决定", "特别环节", "联合勘验", "结果送窗口"]),
    ("reviewer-market-regulation-410105", [
        "获取申报信息", "原件确认", "受理审查", "容缺预审", "附加环节", "审批决定", "特别环节", "联合勘验", "结果送窗口",
    ]), ("delivery-410105", ["窗口发放"]), ("adviser-market-regulation-410105", ["业务咨询", "材料预审"]),
])
def test_r72_each_post_has_the_filters_of_its_own_steps_in_their_order(login: Any, user: str, steps: list[str]) -> None:
    """The reviewer of the lead department leads as well."""
    shown = {entry["properties"]["priority"]: entry["name"] for entry in login(user).transport.pages("/filter")}
    assert [shown[place] for place in sorted(shown)] == ["全部待办", MINE, DUE_TODAY, "已超期", "待认领", "已认领", *steps]


@pytest.mark.engine
def test_a_filter_of_an_earlier_version_goes_and_one_that_somebody_made_stays(
    client: EngineClient, catalogue: Catalogue, login: Any, var: Path
) -> None:
    described = {"安排联合办理": "安排联合办理，按办理时限排序", "科长的筛选": "自己用"}
    old, theirs = ({
        "resourceType": "Task", "name": name, "query": {}, "properties": {"description": words},
    } for name, words in described.items())
    made = [client.transport.call("POST", "/filter/create", json=body)["id"] for body in (old, theirs)]
    provision(client, catalogue, var / "engine-users.json")
    left = {entry["id"] for entry in client.transport.pages("/filter")}
    client.transport.call("DELETE", f"/filter/{made[1]}")
    assert [one in left for one in made] == [False, True]


@pytest.mark.engine
def test_shared_filters_list_only_ones_own_tasks(login: Any, number: str) -> None:
    reviewer = login("reviewer-market-regulation-410105")
    filters = {entry["name"]: entry for entry in reviewer.transport.pages("/filter")}
    path = f"/filter/{filters['审批决定']['id']}/list"
    seen = reviewer.transport.call("GET", path, params={"maxResults": 500})
    assert number in {reviewer.form_variables(task["id"])["application_no"] for task in seen}
    path = f"/filter/{filters['全部待办']['id']}/list"
    assert login("window-410105").transport.call("GET", path, params={"maxResults": 500}) == []
    [task] = reviewer.user_tasks(number)
    for name, there in (("待认领", [True, False]), ("已认领", [False, True])):
        path, found = f"/filter/{filters[name]['id']}/list", []
        for press in ("unclaim", "claim"):
            reviewer.transport.call("POST", f"/task/{task.id}/{press}", json={"userId": reviewer.user})
            listed = reviewer.transport.call("GET", path, params={"maxResults": 500})
            found.append(task.id in {entry["id"] for entry in listed})
        assert found == there, name


@pytest.mark.engine
def test_the_day_of_a_filter_is_written_by_the_workers_and_nobody_else(login: Any, number: str) -> None:
    """DUE is 17:30 UTC: the next day in Zhengzhou."""
    reviewer, days = login("reviewer-market-regulation-410105"), DayFilters(login("workers"), FixedClock(DUE))
    ids = {entry["name"]: entry["id"] for entry in reviewer.transport.pages("/filter")}

    def listed(name: str, now: datetime) -> bool:
        days.clock = FixedClock(now)
        days.write()
        seen = reviewer.transport.call("GET", f"/filter/{ids[name]}/list", params={"maxResults": 500})
        return number in {reviewer.form_variables(task["id"])["application_no"] for task in seen}

    assert [listed("今日到期", DUE + timedelta(hours=hours)) for hours in (-2, -1, 22, 23)] == [False, True, True, False]
    assert [listed("已超期", DUE + timedelta(seconds=seconds)) for seconds in (-1, 1)] == [False, True]
    for name in (DUE_TODAY, "全部待办", MINE):
        with pytest.raises(EngineUnauthorised):
            reviewer.transport.call("PUT", f"/filter/{ids[name]}", json=body_of(name, {}))
    with pytest.raises(EngineUnauthorised):
        login("workers").transport.call("PUT", f"/filter/{ids['全部待办']}", json=body_of("全部待办", {}))


@pytest.mark.engine
def test_r72_a_filter_of_ones_own_has_what_one_claimed_and_nobody_elses(login: Any, client: EngineClient, number: str) -> None:
    """A colleague of the same office sees the claimed task among those of the office, not among her own."""
    first, second = (login(f"reviewer-market-regulation-410105{who}") for who in ("", "-b"))
    own = {one.user: [entry["id"] for entry in one.transport.pages("/filter", {"name": MINE})] for one in (first, second)}
    assert [len(ids) for ids in own.values()] == [1, 1]
    [task] = first.user_tasks(number)

    def mine(person: EngineClient) -> bool:
        listed = person.transport.call("GET", f"/filter/{own[person.user][0]}/list", params={"maxResults": 500})
        return task.id in {entry["id"] for entry in listed}

    assert (mine(first), mine(second)) == (False, False)
    first.claim(task.id)
    assert (mine(first), mine(second)) == (True, False)
    with pytest.raises(EngineUnauthorised):
        second.transport.call("GET", f"/filter/{own[first.user][0]}/list")
    held = client.transport.pages("/authorization", {"type": 1, "resourceType": 5, "resourceId": own[first.user][0]})
    assert [(entry["userId"], entry["permissions"]) for entry in held] == [(first.user, ["READ"])]


@pytest.mark.engine
def test_every_person_and_no_program_has_a_filter_of_ones_own(client: EngineClient, catalogue: Catalogue, login: Any) -> None:
    made = [entry["query"]["assignee"] for entry in client.transport.pages("/filter", {"name": MINE})]
    assert sorted(made) == sorted(roster_of(catalogue).users.keys() - TECHNICAL)


def test_r72_every_task_of_a_person_has_a_filter_by_its_step() -> None:
    models = " ".join(path.read_text(encoding="utf-8") for path in (HOME / "bpmn" / "shared").glob("*.bpmn"))
    drawn = re.findall(r'<bpmn:userTask id="([^"]+)"', models)
    assert sorted(" ".join(tasks for tasks, _ in STEPS.values()).split()) == sorted(drawn)


@pytest.mark.engine
def test_the_workers_user_can_do_its_work(login: Any, client: Any, trial_home: Path) -> None:
    deploy(trial_home, client)
    topic, workers = f"topic-{uuid.uuid4().hex[:8]}", login("workers")
    assert workers.start_process("worker-trial", topic, {"topic": topic}).new
    assert not workers.start_process("worker-trial", topic, {}).new
    worker = Worker(workers, {topic: lambda task: {"accepted": True}}, poll_seconds=0.5)
    thread = threading.Thread(target=worker.run)
    thread.start()
    end = time.monotonic() + 20
    while workers.process_state(topic) != "COMPLETED" and time.monotonic() < end:
        time.sleep(0.05)
    worker.stop()
    thread.join(20)
    assert workers.process_state(topic) == "COMPLETED"
    number = f"no-{topic}"
    variables = {"application_no": number, "bundle": "trial", "group_one": "nobody", "promised_due": DUE}
    workers.start_process("case-trial", number, variables)
    assert workers.correlate("item-withdrawn", number, item="item-one")
    assert workers.correlate("front-result-arrived", number, item="item-two")
    [timer] = workers.timers(number)
    workers.move_due_date(timer.id, DUE)
    assert workers.correlate("case-withdrawn", number)


def test_a_right_of_the_kind_that_is_not_looked_for_is_refused(client: EngineClient, catalogue: Catalogue, var: Path) -> None:
    body = {
        "type": 2, "userId": "somebody", "permissions": ["READ"], "resourceType": 6, "resourceId": "trial",
    }
    made = client.transport.call("POST", "/authorization/create", json=body)["id"]
    try:
        with pytest.raises(EngineError, match="撤销"):
            provision(client, catalogue, var / "other.json")
    finally:
        client.transport.call("DELETE", f"/authorization/{made}")
