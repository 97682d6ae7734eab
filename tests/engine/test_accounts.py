"""What each kind of account may do in the engine, tried one by one on cases of somebody else (S05, S08): the rest is refused."""

import itertools
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import requests

from onething.engine import identity
from simulation.engine import ADMIN
from simulation.town import Town
from tests.engine.test_attacks_inside import HOME, end, start
from tests.process.test_offices import whole

pytestmark = pytest.mark.engine
AUTH = (ADMIN["user"], ADMIN["password"])
ACCOUNTS = ("workers", "frontdoor", "window-410105", "reviewer-market-regulation-410105", "supervisor-410105",
            "delivery-410105", "adviser-market-regulation-410105")
MODIFY = {"instructions": [{"type": "startBeforeActivity", "activityId": "paper-handover"}]}
EVERYTHING = {"type": 1, "permissions": ["ALL"], "userId": "{me}", "groupId": None, "resourceType": 6, "resourceId": "*"}
PASSWORD = "Trial-only-secret-2"
NEWCOMER = {"profile": {"id": "intruder", "firstName": "入", "lastName": "侵"}, "credentials": {"password": PASSWORD}}
OPERATIONS: dict[str, tuple[str, str, Any]] = {
    "read what was deployed": ("GET", "/deployment/{deployment}/resources", None),
    "list deployments": ("GET", "/deployment?maxResults=1", None),
    "delete a deployment": ("DELETE", "/deployment/{deployment}", None),
    "read a model": ("GET", "/process-definition/{definition}/xml", None),
    "suspend a model": ("PUT", "/process-definition/{definition}/suspended", {"suspended": False}),
    "keep history shorter": ("PUT", "/process-definition/{definition}/history-time-to-live", {"historyTimeToLive": 7}),
    "delete a model": ("DELETE", "/process-definition/{definition}?cascade=true", None),
    "create a user": ("POST", "/user/create", NEWCOMER),
    "see another user": ("GET", "/user?id=window-410122&maxResults=1", None),
    "see the administrator": ("GET", "/user?memberOfGroup={flavour}-admin&maxResults=1", None),
    "rename another user": ("PUT", "/user/{other}/profile", {"id": "{other}", "firstName": "x", "lastName": "y"}),
    "set another's password": ("PUT", "/user/{other}/credentials",
                               {"password": PASSWORD, "authenticatedUserPassword": "{password}"}),
    "delete another user": ("DELETE", "/user/{other}", None),
    "unlock a user": ("POST", "/user/{other}/unlock", {}),
    "create a group": ("POST", "/group/create", {"id": "intruders", "name": "x", "type": "WORKFLOW"}),
    "become an administrator": ("PUT", "/group/{flavour}-admin/members/{me}", None),
    "join another office": ("PUT", "/group/lead-public-security-410105/members/{me}", None),
    "create a tenant": ("POST", "/tenant/create", {"id": "intruders", "name": "x"}),
    "give oneself a right": ("POST", "/authorization/create", EVERYTHING),
    "list rights": ("GET", "/authorization?maxResults=1", None),
    "save a filter": ("POST", "/filter/create", {"resourceType": "Task", "name": "x", "query": {}, "properties": {}}),
    "start a case": ("POST", "/process-definition/key/handover/start", {"businessKey": "{number}", "variables": {
        "application_no": {"value": "{number}"}, "window_group": {"value": "x"}, "acceptance_due": {"value": None}}}),
    "see a case": ("GET", "/process-instance?processInstanceIds={case}&maxResults=1", None),
    "read the variables of a case": ("GET", "/process-instance/{case}/variables", None),
    "read its history": ("GET", "/history/process-instance?processInstanceIds={case}&maxResults=1", None),
    "read who did what": ("GET", "/history/user-operation?processInstanceId={case}&maxResults=1", None),
    "set a variable of a case": ("PUT", "/process-instance/{case}/variables/x", {"value": 1}),
    "suspend a case": ("PUT", "/process-instance/{case}/suspended", {"suspended": True}),
    "modify a case": ("POST", "/process-instance/{case}/modification", MODIFY),
    "modify cases by a batch": ("POST", "/process-instance/{case}/modification-async", MODIFY),
    "modify chosen cases": ("POST", "/modification/execute", {
        "processDefinitionId": "{definition}", "processInstanceIds": ["{case}"], **MODIFY}),
    "migrate a case": ("POST", "/migration/execute", {"processInstanceIds": ["{case}"], "migrationPlan": {
        "sourceProcessDefinitionId": "{definition}", "targetProcessDefinitionId": "{definition}",
        "instructions": [{"sourceActivityIds": ["paper-handover"], "targetActivityIds": ["paper-handover"]}]}}),
    "restart a case": ("POST", "/process-definition/{definition}/restart", {"processInstanceIds": ["{ended}"], **MODIFY}),
    "delete cases by a batch": ("POST", "/process-instance/delete", {"processInstanceIds": ["{case}"]}),
    "delete a case": ("DELETE", "/process-instance/{case}", None),
    "delete history": ("DELETE", "/history/process-instance/{ended}", None),
    "delete the history of variables": ("DELETE", "/history/process-instance/{case}/variable-instances", None),
    "delete history by a batch": ("POST", "/history/process-instance/delete", {"historicProcessInstanceIds": ["{ended}"]}),
    "clean up history": ("POST", "/history/cleanup?immediatelyDue=true", None),
    "annotate who did what": ("PUT", "/history/user-operation/{operation}/set-annotation", {"annotation": "x"}),
    "list batches": ("GET", "/batch?maxResults=1", None),
    "list tasks": ("GET", "/task?processInstanceId={case}&maxResults=1", None),
    "complete a task": ("POST", "/task/{task}/complete", {}),
    "take a task": ("POST", "/task/{task}/assignee", {"userId": "{me}"}),
    "make a task": ("POST", "/task/create", {"name": "x"}),
    "read the schema's log": ("GET", "/schema/log?maxResults=1", None),
    "ask for the schema's log": ("POST", "/schema/log?maxResults=1", {}),
    "read telemetry": ("GET", "/telemetry/data", None),
}
READS = {"read a model"}
CASES = {"see a case", "read the variables of a case", "read its history", "read who did what", "list tasks"}
MAY = {
    "workers": READS | CASES | {
        "start a case", "set a variable of a case", "suspend a case", "modify a case", "modify chosen cases", "restart a case",
        "delete a case", "complete a task", "take a task"},
    "frontdoor": READS | CASES - {"list tasks"},
}
"""Staff read models, nothing more of what is not theirs; programs end in the cases they run or read."""


def filled(value: Any, words: dict[str, str]) -> Any:
    if isinstance(value, dict):
        return {key: filled(entry, words) for key, entry in value.items()}
    if isinstance(value, list):
        return [filled(entry, words) for entry in value]
    if not isinstance(value, str):
        return value
    for word, text in words.items():
        value = value.replace(f"{{{word}}}", text)
    return value


@pytest.fixture(scope="module")
def fresh(town: Town) -> Iterator[Callable[[str], dict[str, str]]]:
    """The words of an operation, with a case of its own for each: what one account may do is not in the way of the next."""
    numbers, rest = itertools.count(), town.admin.rest_url
    [deployment] = [entry["id"] for entry in town.admin.transport.pages("/deployment") if entry["name"] == "onething"][:1]

    def one() -> dict[str, str]:
        return start(rest, f"account-{next(numbers)}", "window-410122").json()

    ended = one()["id"]
    end(rest, ended)
    [operation, *_] = town.admin.transport.pages("/history/user-operation", {"processInstanceId": ended})

    def words(user: str) -> dict[str, str]:
        case = one()
        [task] = town.admin.transport.pages("/task", {"processInstanceId": case["id"]})
        return {
            "case": case["id"], "definition": case["definitionId"], "task": task["id"], "ended": ended, "me": user,
            "other": "window-410122", "deployment": deployment, "operation": operation["operationId"],
            "flavour": town.tools.settings.engine_flavour,
            "number": f"account-started-{next(numbers)}", "password": identity.credentials_of(town.var, user)[1],
        }

    yield words
    for case in town.admin.transport.pages("/process-instance", {"processDefinitionKey": "handover"}):
        if case["businessKey"].startswith("account-"):
            end(rest, case["id"])


@pytest.mark.parametrize("user", ACCOUNTS)
def test_s05_s08_an_account_does_what_it_is_for_and_nothing_else(
    town: Town, fresh: Callable[[str], dict[str, str]], user: str
) -> None:
    done, odd, rest, own = set(), {}, town.admin.rest_url, identity.credentials_of(town.var, user)
    for name, (method, path, body) in OPERATIONS.items():
        words = fresh(user)
        answer = requests.request(method, rest + filled(path, words), json=filled(body, words), auth=own, timeout=30)
        if answer.ok and (not answer.content or answer.json()):
            done.add(name)
        elif answer.status_code not in (200, 403, 404):
            odd[name] = (answer.status_code, answer.text)
    assert odd == {}
    assert done == MAY.get(user, READS)


def test_the_operations_are_real_ones(town: Town, fresh: Callable[[str], dict[str, str]]) -> None:
    """So that a mistyped address is not taken for a closed door: the administrator may do them, where they do no harm."""
    people = ("user", "password", "group", "tenant", "right", "administrator", "office")
    undone = []
    for name, (method, path, body) in OPERATIONS.items():
        if name in ("delete a deployment", "delete a model", "clean up history") or any(word in name for word in people):
            continue
        words = fresh("supervisor-410105")
        address = town.admin.rest_url + filled(path, words)
        answer = requests.request(method, address, json=filled(body, words), auth=AUTH, timeout=30)
        if not answer.ok:
            undone.append((name, answer.status_code, answer.text))
    assert undone == []


def test_s05_only_one_account_deploys_and_only_it_is_an_administrator(town: Town) -> None:
    transport, administrators = town.admin.transport, f"{town.tools.settings.engine_flavour}-admin"
    members = transport.call("GET", "/user", params={"memberOfGroup": administrators, "maxResults": 50})
    assert [member["id"] for member in members] == [ADMIN["user"]]
    deploying = [entry for entry in transport.pages("/authorization", {"type": 1, "resourceType": 9})
                 if entry.get("groupId") != administrators and entry.get("userId") != ADMIN["user"]]
    assert deploying == [], "rights on deployments"
    everybody = list(transport.pages("/authorization", {"type": 0}))
    assert everybody == [], "rights of everybody"
    files = {"x.bpmn": ("x.bpmn", (HOME / "bpmn/shared/acceptance.bpmn").read_bytes())}
    for user in ACCOUNTS:
        answer = requests.post(f"{town.admin.rest_url}/deployment/create", data={"deployment-name": "x"}, files=files, timeout=10,
                               auth=identity.credentials_of(town.var, user))
        assert answer.status_code == 403, user


def test_s08_nobody_turns_on_telemetry(town: Town) -> None:
    for user in ACCOUNTS:
        own = identity.credentials_of(town.var, user)
        address = f"{town.admin.rest_url}/telemetry/configuration"
        requests.post(address, json={"enableTelemetry": True}, auth=own, timeout=10)
        assert requests.get(address, auth=AUTH, timeout=10).json() == {"enableTelemetry": False}, user


def test_s05_nobody_withdraws_a_case_of_somebody_else_by_a_message(town: Town) -> None:
    number = town.submit("newborn", whole(town.tools.catalogue.bundle("newborn")))
    town.task(number, "intake-review")
    for user in ACCOUNTS[1:]:
        for more in ({"businessKey": number}, {"businessKey": number, "all": True}, {"all": True}):
            answer = requests.post(f"{town.admin.rest_url}/message", json={"messageName": "case-withdrawn", **more}, timeout=10,
                                   auth=identity.credentials_of(town.var, user))
            assert answer.status_code in (400, 403), (user, more, answer.status_code)
    assert [task.key for task in town.admin.user_tasks(number)] == ["intake-review"]
    assert town.engine.correlate("case-withdrawn", number), "the workers do, when its applicant wants it"
