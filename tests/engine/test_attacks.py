"""Attacks from outside the engine (S01, S03, S04): expressions on every road, the first-run setup, passwords everybody knows."""

import base64
import gzip
import itertools
import json
from collections.abc import Iterator
from typing import Any

import pytest
import requests

from onething.engine import identity
from simulation.engine import ADMIN, RunningEngine
from simulation.town import Town
from tests.engine.attacking import OPERATIONS, by_hand, log_in, page_session, visitor

pytestmark = pytest.mark.engine
AUTH = (ADMIN["user"], ADMIN["password"])
BASIC = ("Authorization", "Basic " + base64.b64encode(":".join(AUTH).encode()).decode())
TYPE = "Content-Type"
PROBE = {"orQueries": [{"dueAfterExpression": "${1+1}"}]}
"""An engine that evaluates it answers 500: a number is no date."""
TEXT = json.dumps(PROBE)
WRITTEN = {
    "as it is": TEXT.encode(), "in UTF-16": TEXT.encode("utf-16"), "in UTF-16 without a mark": TEXT.encode("utf-16-be"),
    "in UTF-32": TEXT.encode("utf-32"), "behind a mark": TEXT.encode("utf-8-sig"), "in an array": f"[{TEXT}]".encode(),
    "escaped": TEXT.replace("Expression", r"\u0045\u0078pression").encode(), "in capitals": TEXT.upper().encode(),
    "another case": TEXT.replace("Expression", "eXPRESSIOn").encode(), "behind a comment": f"/**/{TEXT}".encode(),
    "behind another value": f"{{}} {TEXT}".encode(), "in single quotes": TEXT.replace('"', "'").encode(),
    "twice": f'{{"orQueries": {json.dumps(PROBE["orQueries"])}, "orQueries": []}}'.encode(),
    "deep": b'{"orQueries": [' * 400 + TEXT.encode() + b"]}" * 400, "deeper than is read": b'{"a":' * 1200 + b"1" + b"}" * 1200,
    "packed": gzip.compress(TEXT.encode()), "in a value": b'{"orQueries": [{"nameLike": "${1+1}"}]}',
    "in a value, deferred": b'{"orQueries": [{"nameLike": "#{1+1}"}]}', "after 3 MiB": b" " * (3 << 20) + TEXT.encode(),
    "in a variable": b'{"processVariables": [{"name": "a", "operator": "eq", "value": "${1+1}"}]}',
}
CALLED = [
    [(TYPE, name)] for name in (
        "APPLICATION/JSON", "application/json;charset=utf-16", "application/hal+json", "text/plain", "application/xml", "*/*", "",
        "multipart/form-data", "multipart/form-data; boundary=x", "application/x-www-form-urlencoded", "multipart/form-data+json",
        "multipart/form-data, application/json", "application/json, multipart/form-data",
        "application/x-www-form-urlencoded;application/json",
    )
] + [[], [(TYPE, "multipart/form-data"), (TYPE, "application/json")], [(TYPE, "application/json"), ("Content-Encoding", "gzip")],
     [(TYPE, "application/x-www-form-urlencoded"), (TYPE, "application/json")]]
TYPED = ("task", "task/", "%74ask", "task;x=y", "./task", "x/../task", "/task", "engine/default/task", "task/count")
ASKED = [
    ("dueAfterExpression=1", 400), ("dueafterEXPRESSION=1", 400), ("dueAfter%45xpression=1", 400), ("&&dueAfterExpression", 400),
    ("name=%24%7B1%2B1%7D", 400), ("processVariables=a_eq_%23%7B1%2B1%7D", 400), ("a;dueAfterExpression=1", 400),
    ("dueAfter%2545xpression=1", 200), ("dueAfterExpression%00=1", 200), ("dueAfterExpression%20=1", 200),
]


@pytest.fixture(scope="module", params=["engine-rest", "pages"])
def api(request: pytest.FixtureRequest, wall: tuple[str, str]) -> Iterator[tuple[str, str, list[tuple[str, str]]]]:
    """(base address, path of the API, headers of an administrator): the REST API, and the one of the engine's own pages."""
    flavour, base = wall
    if request.param == "engine-rest":
        yield base, "/engine-rest", [BASIC]
        return
    with page_session(flavour, base, **ADMIN) as browser:
        cookie = "; ".join(f"{name}={value}" for name, value in browser.cookies.items())
        own = [("Cookie", cookie), ("X-XSRF-TOKEN", str(browser.headers["X-XSRF-TOKEN"]))]
        yield base, f"/{flavour}/api/engine/engine/default", own


OURS = ("no expressions in queries", "the body is not JSON", "request body too large", "Unsupported Media Type", "Bad Request")


def refused(answer: tuple[int, str]) -> bool:
    """By us for what it says, or as nothing that anybody reads; not by the engine, which has looked at it then."""
    return answer[0] in (400, 413, 415) and any(reason in answer[1] for reason in OURS)


def test_s04_an_honest_query_passes(api: Any) -> None:
    base, path, own = api
    assert by_hand(base, "POST", f"{path}/task?maxResults=1", [*own, (TYPE, "application/json")], b"{}")[0] == 200
    assert by_hand(base, "GET", f"{path}/task?maxResults=1&nameLike=%2525", own)[0] == 200


def test_s04_no_operation_of_the_whole_api_takes_an_expression(api: Any) -> None:
    base, path, own = api
    passed = []
    for line, method, place in OPERATIONS:
        query, body = ("?dueAfterExpression=x", b"") if method == "GET" else ("", TEXT.encode())
        answer = by_hand(base, method, f"{path}{place}{query}", [*own, (TYPE, "application/json")], body)
        if "no expressions in queries" not in answer[1]:
            passed.append((line, answer[0]))
    assert passed == []


@pytest.mark.parametrize("name", WRITTEN)
def test_s04_no_way_of_writing_it_reaches_a_query(api: Any, name: str) -> None:
    base, path, own = api
    answer = by_hand(base, "POST", f"{path}/task?maxResults=1", [*own, (TYPE, "application/json")], WRITTEN[name])
    assert refused(answer), answer


@pytest.mark.parametrize("headers", CALLED, ids=lambda headers: "; ".join(value for _, value in headers) or "nothing")
def test_s04_whatever_the_body_is_called(api: Any, headers: list[tuple[str, str]]) -> None:
    base, path, own = api
    answer = by_hand(base, "POST", f"{path}/task?maxResults=1", [*own, *headers], TEXT.encode())
    assert refused(answer), answer


@pytest.mark.parametrize("typed", TYPED)
def test_s04_however_the_address_is_written(api: Any, typed: str) -> None:
    base, path, own = api
    answer = by_hand(base, "POST", f"{path}/{typed}?maxResults=1", [*own, (TYPE, "application/json")], TEXT.encode())
    assert refused(answer), answer


@pytest.mark.parametrize(("query", "status"), ASKED)
def test_s04_nor_does_any_way_of_writing_it_in_an_address(api: Any, query: str, status: int) -> None:
    """What passes is another name to the engine too: it answers as if it were not there."""
    base, path, own = api
    asked = f"{path}/task?maxResults=1&sortBy=id&sortOrder=asc"
    answer = by_hand(base, "GET", f"{asked}&{query}", own)
    assert answer[0] == status
    assert status == 400 or answer == by_hand(base, "GET", asked, own)


def test_s04_a_question_that_calls_itself_another_is_still_read_as_what_it_is(api: Any) -> None:
    base, path, own = api
    posing = [(name, "POST") for name in ("X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override")]
    asked = f"{path}/task?maxResults=1&sortBy=id&sortOrder=asc"
    answer = by_hand(base, "GET", asked, [*own, *posing, (TYPE, "application/json")], TEXT.encode())
    assert answer == by_hand(base, "GET", asked, own), "the body of a GET is nothing"
    hidden = by_hand(base, "POST", f"{asked}&_method=GET", [*own, (TYPE, "application/x-www-form-urlencoded")], b"_method=GET")
    assert hidden[0] == 415


def filter_of(query: Any, **more: Any) -> dict[str, Any]:
    return {"resourceType": "Task", "name": "probe", "query": query, "properties": {}, **more}


SNEAKY = [PROBE, {"dueAfterExpression": "${now()}"}, {"nameLike": "${1+1}"}, {"candidateGroupExpression": "x"},
          {"assigneeIn": ["#{x}"]}, {"taskVariables": [{"name": "${x}", "operator": "eq", "value": 1}]}]


@pytest.mark.parametrize("query", SNEAKY, ids=str)
def test_s04_no_saved_filter_holds_or_is_given_an_expression(wall: tuple[str, str], query: Any) -> None:
    """Made, changed and asked for something more: by an administrator, who may do all of that with an honest one."""
    rest = f"{wall[1]}/engine-rest/filter"
    made = requests.post(f"{rest}/create", json=filter_of({"nameLike": "x"}), auth=AUTH, timeout=10)
    one = f"{rest}/{made.json()['id']}"
    try:
        ways = [("POST", f"{rest}/create", filter_of(query)), ("PUT", one, filter_of(query)),
                ("POST", f"{one}/list?maxResults=1", query), ("POST", f"{one}/count", query),
                ("POST", f"{one}/singleResult", query), ("POST", f"{rest}/create", filter_of({}, name="${1+1}"))]
        for method, address, body in ways:
            answer = requests.request(method, address, json=body, auth=AUTH, timeout=10)
            assert (answer.status_code, "expressions" in answer.text) == (400, True), (method, address)
        assert "${" not in requests.get(one, auth=AUTH, timeout=10).text
        assert requests.post(f"{one}/list?maxResults=1", json={}, auth=AUTH, timeout=10).status_code == 200
    finally:
        requests.delete(one, auth=AUTH, timeout=10)


@pytest.mark.parametrize("user", ["reviewer-market-regulation-410105", "workers", "frontdoor"])
def test_s04_nobody_else_saves_a_filter_at_all(town: Town, user: str) -> None:
    answer = requests.post(f"{town.admin.rest_url}/filter/create", json=filter_of({}), timeout=10,
                           auth=identity.credentials_of(town.var, user))
    assert answer.status_code == 403


# Pages that are open before anybody logs in


OPEN = {"GET /identity/password-policy", "POST /identity/password-policy"}
"""What a password has to be: the page for the own one asks. From outside the proxy stands before it."""


def test_s01_nor_is_any_operation_of_the_pages_own_api(wall: tuple[str, str]) -> None:
    flavour, base = wall
    with visitor(flavour, base) as browser:
        root = f"{base}/{flavour}/api/engine/engine/default"
        answers = {line: browser.request(method, root + path, json={}, timeout=10, allow_redirects=False).status_code
                   for line, method, path in OPERATIONS}
        assert {line for line, status in answers.items() if status != 401} == OPEN
        others = ("api/cockpit/plugin/base/default/process-definition", "api/cockpit/plugin/base/default/incident",
                  "api/engine/engine/default/version", "api/engine/engine/default/deployment")
        assert [browser.get(f"{base}/{flavour}/{one}", timeout=10).status_code for one in others] == [401] * len(others)
        assert browser.get(f"{base}/{flavour}/api/engine/engine/", timeout=10).json() == [{"name": "default"}]


SETUP = (*(f"{start}/default/user/create" for start in (
    "api/admin/setup", "api/admin/%73etup", "/api//admin//setup", "api/./admin/setup", "api/admin/x/../setup",
    "api/admin/setup;x=1", "api;x/admin;y/setup", "api/ADMIN/setup", "api/tasklist/setup", "api/cockpit/setup",
    "api/welcome/setup", "api/setup",
)), "api/admin/setup/default/user/create/", "api/engine/engine/default/user/create")


def test_s03_no_way_of_writing_it_opens_the_first_run_setup(wall: tuple[str, str]) -> None:
    flavour, base = wall
    profile = {"id": "intruder", "firstName": "入", "lastName": "侵"}
    body = json.dumps({"profile": profile, "credentials": {"password": "Trial-only-secret-2"}}).encode()
    with visitor(flavour, base) as browser:
        own = [("Cookie", "; ".join(f"{name}={value}" for name, value in browser.cookies.items())), (TYPE, "application/json"),
               ("X-XSRF-TOKEN", str(browser.headers["X-XSRF-TOKEN"]))]
        answers = {path: by_hand(base, "POST", f"/{flavour}/{path}", own, body)[0] for path in SETUP}
    assert {path: status for path, status in answers.items() if status not in (401, 403, 404)} == {}
    assert requests.get(f"{base}/engine-rest/user/intruder/profile", auth=AUTH, timeout=10).status_code == 404


NAMES = ("demo", "admin", "camunda", "operaton", "kermit", "fozzie", "gonzo", "john", "mary", "peter", "root", "test", "guest")
WORDS = ("", "{}", "demo", "admin", "password", "123456", "kermit", "secret", "changeme")


def test_s03_no_password_that_everybody_knows_opens_anything(wall: tuple[str, str]) -> None:
    flavour, base = wall
    let_in = []
    with visitor(flavour, base) as browser:
        for user, word in itertools.product(NAMES, WORDS):
            password = word.format(user)
            if requests.get(f"{base}/engine-rest/version", auth=(user, password), timeout=10).status_code != 401:
                let_in.append(("REST", user, password))
            for app in ("tasklist", "cockpit", "admin", "welcome"):
                if log_in(browser, flavour, base, app, user, password).status_code not in (401, 403):
                    let_in.append((app, user, password))
    assert let_in == []


@pytest.mark.parametrize("user", ["workers", "frontdoor", ADMIN["user"]])
def test_s03_wrong_passwords_in_tasklist_do_not_shut_out_the_accounts_of_programs(
    wall: tuple[str, str], town_engine: RunningEngine, user: str, request: pytest.FixtureRequest
) -> None:
    """The engine lets an account wait after a wrong password, and shuts it after ten: anybody of the staff could stop the city.
    So these log in to no page that is reached from outside; a request without a name makes the engine forget who it knows."""
    flavour, base = wall
    with visitor(flavour, base) as browser:
        for app in ("tasklist", "welcome", "tasklist?username=somebody", "welcome;x"):
            assert log_in(browser, flavour, base, app, user, "Wrong-password-1").status_code == 403
        assert log_in(browser, flavour, base, "tasklist", "nobody", "Wrong-password-1").status_code == 401
        assert log_in(browser, flavour, base, "tasklist/", user, "Wrong-password-1").status_code in (403, 404)
    own = AUTH
    if flavour == town_engine.flavour and user != AUTH[0]:
        own = identity.credentials_of(request.getfixturevalue("town").var, user)
    assert requests.get(f"{base}/engine-rest/version", timeout=10).status_code == 401
    assert requests.get(f"{base}/engine-rest/version", auth=own, timeout=10).status_code == 200
