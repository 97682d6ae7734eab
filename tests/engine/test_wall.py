"""The engine is closed by default (S01-S05): probed on the running engine as it is shipped, in both flavours."""

import json
import os
import re
import socket
import stat
from pathlib import Path

import pytest
import requests

from onething.bootstrap import build_tools
from onething.cli.stack import Stack, StartError, admin_credentials
from onething.engine import identity
from onething.engine.client import EngineClient
from onething.settings import Settings
from simulation.engine import ADMIN, RunningEngine
from simulation.town import Town
from tests.engine.attacking import OPERATIONS, page_session

HOME = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.engine
PROBE = {"orQueries": [{"dueAfterExpression": "${now()}"}]}
ESCAPED = '{"orQueries": [{"dueAfter\\u0045xpression": "${now()}"}]}'


def auth() -> tuple[str, str]:
    return ADMIN["user"], ADMIN["password"]


@pytest.mark.parametrize(
    "path", ["engine", "engine/default", "engine/default/task", "task", "user", "process-definition", "version",
             "deployment", "history/task", "filter", "external-task", "metrics", "schema/log", "telemetry/configuration"],
)
def test_s01_nothing_of_the_api_is_anonymous(wall: tuple[str, str], path: str) -> None:
    assert requests.get(f"{wall[1]}/engine-rest/{path}", timeout=10).status_code == 401
    assert requests.get(f"{wall[1]}/engine-rest/{path}", auth=("demo", "demo"), timeout=10).status_code == 401


@pytest.mark.parametrize("path", ["user/create", "deployment/create", "process-definition/key/newborn/start", "message"])
def test_s01_nothing_is_changed_by_anybody_unknown(wall: tuple[str, str], path: str) -> None:
    assert requests.post(f"{wall[1]}/engine-rest/{path}", json={}, timeout=10).status_code == 401


def test_s01_no_operation_of_the_whole_api_is_anonymous(wall: tuple[str, str]) -> None:
    """The list is the API's own description; a path that needs an id gets one that nobody has."""
    with requests.Session() as session:
        answers = {
            line: session.request(method, f"{wall[1]}/engine-rest{path}", json={}, timeout=10, allow_redirects=False).status_code
            for line, method, path in OPERATIONS
        }
    assert len(answers) > 350
    assert {line: status for line, status in answers.items() if status != 401} == {}


def test_the_health_probe_says_nothing_else(wall: tuple[str, str]) -> None:
    answer = requests.get(f"{wall[1]}/health", timeout=10)
    assert (answer.status_code, answer.json()) == (200, {"status": "UP"})


@pytest.mark.parametrize("body", [json.dumps(PROBE), ESCAPED, '{"nameLike": "${1+1}"}', '{"a": [{"b": {"xEXPRESSION": 1}}]}'])
def test_s04_expressions_do_not_reach_a_query(wall: tuple[str, str], body: str) -> None:
    headers = {"Content-Type": "application/json"}
    answer = requests.post(f"{wall[1]}/engine-rest/task", data=body, headers=headers, auth=auth(), timeout=10)
    assert answer.status_code == 400
    assert "expressions" in answer.text


def test_s04_nor_by_the_address_or_the_web_applications_own_api(wall: tuple[str, str]) -> None:
    flavour, base = wall
    address = f"{base}/engine-rest/task?maxResults=1&dueAfter%45xpression=1"
    assert requests.get(address, auth=auth(), timeout=10).status_code == 400
    with page_session(flavour, base, **ADMIN) as browser:
        query = f"{base}/{flavour}/api/engine/engine/default/task?maxResults=1"
        assert browser.post(query, json={}, timeout=10).status_code == 200, "an honest query passes"
        assert browser.post(query, json=PROBE, timeout=10).status_code == 400


def test_a_text_with_a_dollar_sign_is_no_expression_in_a_decision(wall: tuple[str, str]) -> None:
    answer = requests.post(
        f"{wall[1]}/engine-rest/task/nobody/complete", json={"variables": {"reason": {"value": "${x}"}}}, auth=auth(), timeout=10
    )
    assert "expressions" not in answer.text


def test_s01_who_somebody_is_is_remembered_only_while_it_is_true(wall: tuple[str, str]) -> None:
    rest, name = f"{wall[1]}/engine-rest", "short-lived"
    body = {"profile": {"id": name, "firstName": "短", "lastName": "期"}, "credentials": {"password": "Trial-only-secret-2"}}
    assert requests.post(f"{rest}/user/create", json=body, auth=auth(), timeout=10).status_code == 204

    def asks(password: str) -> int:
        return requests.get(f"{rest}/version", auth=(name, password), timeout=10).status_code

    assert [asks("Trial-only-secret-2"), asks("Trial-only-secret-2")] == [200, 200]
    change = {"password": "Trial-only-secret-4", "authenticatedUserPassword": ADMIN["password"]}
    assert requests.put(f"{rest}/user/{name}/credentials", json=change, auth=auth(), timeout=10).status_code == 204
    assert [asks("Trial-only-secret-4"), asks("Trial-only-secret-2")] == [200, 401], "the old password ends at once"
    assert requests.delete(f"{rest}/user/{name}", auth=auth(), timeout=10).status_code == 204
    assert asks("Trial-only-secret-4") == 401, "so does a user who is gone"
    assert requests.get(f"{rest}/user/{name}/profile", timeout=10).status_code == 401, "nobody inherits the last caller"


@pytest.mark.parametrize(
    "password", ["Short-1", "no-capital-letter-1", "NO-SMALL-LETTER-1", "No-digit-at-all", "NoSignAtAll1", "Wang-easily-1"]
)
def test_s20_a_weak_password_is_refused(wall: tuple[str, str], password: str) -> None:
    body = {"profile": {"id": "weak-one", "firstName": "Wang", "lastName": "试"}, "credentials": {"password": password}}
    rest = f"{wall[1]}/engine-rest"
    answer = requests.post(f"{rest}/user/create", json=body, auth=auth(), timeout=10)
    assert "does not match policy" in answer.json()["message"]
    assert requests.get(f"{rest}/user/weak-one/profile", auth=auth(), timeout=10).status_code == 404


def test_s03_every_password_we_make_is_one_the_engine_takes(tmp_path: Path) -> None:
    """A random text alone lacks a sign in one of three: such an engine would not start."""
    settings = Settings(home=HOME, var=tmp_path)
    for password in (admin_credentials(settings)["password"], *(identity.new_password() for _ in range(100))):
        kinds = ("[A-Z]", "[a-z]", "[0-9]", "[^A-Za-z0-9]")
        assert len(password) >= 10, password
        assert all(re.search(kind, password) for kind in kinds), password


def test_s03_the_first_run_makes_credentials_of_its_own_that_nobody_else_reads(tmp_path: Path) -> None:
    before, made = os.umask(0), []
    try:
        for name in ("one", "two"):
            settings = Settings(home=HOME, var=tmp_path / name / "var")
            made.append(admin_credentials(settings))
            identity.write_accounts(settings.var_dir / identity.USERS_FILE, {"workers": {"password": "x"}})
            files = [settings.var_dir, settings.var_dir / "engine-admin.json", settings.var_dir / identity.USERS_FILE]
            assert [stat.S_IMODE(file.stat().st_mode) for file in files] == [0o700, 0o600, 0o600]
            assert admin_credentials(settings) == made[-1], "and keeps them"
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            settings = Settings(home=HOME, var=tmp_path / "three" / "var", api_port=taken.getsockname()[1])
            with pytest.raises(StartError), Stack(settings, lambda _: None):
                pass
        assert stat.S_IMODE(settings.var_dir.stat().st_mode) == 0o700
        store = Settings(home=HOME, var=tmp_path / "four" / "var")
        build_tools(store).store.close()
        assert stat.S_IMODE(store.var_dir.stat().st_mode) == 0o700
    finally:
        os.umask(before)
    assert made[0]["password"] != made[1]["password"]


@pytest.mark.parametrize("account", ["li", "a", "Z", "7"])
def test_s03_no_password_contains_the_account_or_name_of_its_owner(account: str) -> None:
    """One random text in forty contains `li`, and the engine refuses it."""
    made = [identity.new_password(account, "") for _ in range(500)]
    assert not [one for one in made if account.upper() in one.upper()]
    assert len(set(made)) == len(made)


def test_s03_the_first_run_setup_is_closed(wall: tuple[str, str]) -> None:
    for app in ("admin", "tasklist"):
        path = f"{wall[1]}/{wall[0]}/api/{app}/setup/default/user/create"
        assert requests.post(path, json={}, timeout=10).status_code in (403, 404)


def test_s05_only_the_deployer_deploys(town: Town) -> None:
    for user in ("workers", "frontdoor", "window-410105", "reviewer-market-regulation-410105"):
        name, password = identity.credentials_of(town.var, user)
        files = {"x.bpmn": ("x.bpmn", (HOME / "bpmn/shared/acceptance.bpmn").read_bytes())}
        address, form = f"{town.admin.rest_url}/deployment/create", {"deployment-name": "x"}
        answer = requests.post(address, data=form, files=files, auth=(name, password), timeout=10)
        assert answer.status_code == 403, user


def test_every_bundle_deploys_on_the_other_flavour_too(wall: tuple[str, str], town_engine: RunningEngine) -> None:
    from onething.engine.deploy import deploy

    flavour, base = wall
    if flavour == town_engine.flavour:
        return  # the whole run is on it
    client = EngineClient(f"{base}/engine-rest", ADMIN["user"], ADMIN["password"])
    report = deploy(HOME, client)
    assert len(report.processes) == len(list(HOME.glob("bpmn/*/*.bpmn")))
    started = client.start_process("handover", "smoke-1", {
        "application_no": "smoke-1", "window_group": "g", "acceptance_due": None,
    })
    assert started.new
    [task] = client.user_tasks("smoke-1")
    assert task.form == "paper-handover"
