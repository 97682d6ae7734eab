"""Logins through a real OpenID provider on loopback, honest and not (S20, S21, P15)."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
import yaml
from fastapi.testclient import TestClient

from api.app import create_app
from api.doors import LoginMisconfigured, doors_of
from onething.bootstrap import Tools
from onething.deadlines import SystemClock
from onething.settings import Settings
from onething.store import accounts, audit
from simulation.engine import free_port

HERE = Path(__file__).parent
BASE = "http://127.0.0.1:8000"
SECRET = "a secret of thirty-two characters"
ZHANG = {"sub": "7f3c", "name": "张三", "id_no": "41010219900101001x", "phone_number": "13800000001"}
AGENT = {**ZHANG, "company_no": "91410100MA0000000T", "company_name": "郑州示例餐饮有限公司"}
CLERK = {"sub": "c1", "name": "李窗口", "groups": ["/金水区/window-410105", "printers"], "acr": "otp"}


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    port = free_port()
    process = subprocess.Popen([sys.executable, HERE / "identity_provider.py", str(port)])
    for _ in range(600):
        with suppress(requests.ConnectionError):
            requests.get(f"http://127.0.0.1:{port}/keys", timeout=2)
            break
        time.sleep(0.05)
    yield f"http://127.0.0.1:{port}"
    process.kill()
    process.wait()


@pytest.fixture
def login_file(issuer: str, tmp_path: Path) -> Path:
    secret = tmp_path / "secret"
    secret.write_text(SECRET, encoding="ascii")
    secret.chmod(0o600)
    door = {"issuer": issuer, "client_id": "onething", "secret_file": "secret"}
    path = tmp_path / "login.yaml"
    path.write_text(yaml.safe_dump({
        "citizen": door | {"label": "河南政务服务网"},
        "staff": door | {"label": "统一身份认证", "second_factor": {"acr": ["otp"], "amr": ["hwk"]}},
    }), encoding="utf-8")
    return path


@pytest.fixture
def front(tools: Tools, login_file: Path) -> Any:
    """A front door with both doors open, limits on, and the real time."""
    settings = Settings(**tools.settings.model_dump() | {"login_file": login_file, "limits": True})
    return create_app(replace(tools, settings=settings, clock=SystemClock()))


class Browser:
    def __init__(self, front: Any, issuer: str) -> None:
        self.client = TestClient(front, base_url=BASE, follow_redirects=False, raise_server_exceptions=False)
        self.issuer = issuer

    def leave(self, door: str = "citizen", target: str = "") -> str:
        """The address at the provider that the browser is sent to."""
        answer = self.client.get(f"/login/{door}", params={"target": target} if target else {})
        assert answer.status_code == 303, answer.text
        assert answer.headers["location"].startswith(f"{self.issuer}/authorize?")
        return answer.headers["location"]

    def at_provider(self, there: str, claims: dict[str, Any], wrong: str = "") -> str:
        """Where the provider sends the browser back to."""
        requests.post(f"{self.issuer}/next", data=json.dumps({"claims": claims, "wrong": wrong}), timeout=5)
        return requests.get(there, allow_redirects=False, timeout=5).headers["location"]

    def come(self, claims: dict[str, Any], door: str = "citizen", wrong: str = "", target: str = "") -> Any:
        back = self.at_provider(self.leave(door, target), claims, wrong)
        assert back.startswith(f"{BASE}/login/{door}/back?")
        return self.client.get(back.removeprefix(BASE))

    @property
    def logged_in(self) -> bool:
        return self.client.get("/cases").status_code == 200


@pytest.fixture
def browser(front: Any, issuer: str) -> Browser:
    return Browser(front, issuer)


def account(tools: Tools, name: str) -> Any:
    with tools.store.reading() as session:
        return next((row for row in accounts.all_accounts(session) if row.name == name and ":" in row.subject), None)


def test_s21_a_citizen_comes_in_and_is_known_again(browser: Browser, tools: Tools, front: Any, issuer: str) -> None:
    answer = browser.come(ZHANG, target="/guidance")
    assert (answer.status_code, answer.headers["location"]) == (303, "/guidance")
    assert browser.logged_in
    made = account(tools, "张三")
    assert (made.role, made.id_no, made.phone, made.organisation) == ("citizen", "41010219900101001X", "13800000001", "")
    assert browser.client.get("/login/citizen/back").status_code == 403
    Browser(front, issuer).come(ZHANG | {"name": "张三丰", "phone_number": "13800000009"})
    again = account(tools, "张三丰")
    assert (again.id, again.phone) == (made.id, "13800000009")
    with tools.store.reading() as session:
        rows = audit.trail(session)[-3:]
    assert [row.action for row in rows] == ["login", "login-refused", "login"]
    assert (rows[1].actor, rows[1].detail) == ("未登录", {"code": "login-refused"})


def test_a_logout_is_on_record(browser: Browser, tools: Tools) -> None:
    browser.come(ZHANG)
    page = browser.client.get("/cases").text
    csrf = re.search(r'name="csrf" value="([^"]+)"', page)
    assert csrf
    assert browser.client.post("/logout", data={"csrf": csrf[1]}).status_code == 303
    assert not browser.logged_in
    with tools.store.reading() as session:
        last = audit.trail(session)[-1]
    assert (last.action, last.actor) == ("logout", account(tools, "张三").subject)


def test_s21_what_is_asked_of_the_provider(browser: Browser) -> None:
    asked = parse_qs(urlsplit(browser.leave()).query)
    assert asked["redirect_uri"] == [f"{BASE}/login/citizen/back"]
    assert asked["code_challenge_method"] == ["S256"]
    assert all(len(asked[name][0]) >= 43 for name in ("state", "nonce", "code_challenge"))
    assert "prompt" not in asked, "who is logged in at the portal comes in at once"
    asked = parse_qs(urlsplit(browser.leave("staff")).query)
    assert (asked["prompt"], asked["acr_values"]) == (["login"], ["otp"])
    browser.client.get("/terminal")
    asked = parse_qs(urlsplit(browser.leave()).query)
    assert asked["prompt"] == ["login"], "whoever stood at the terminal before may still be logged in there (S20)"


def test_r38_the_account_that_a_window_made_becomes_the_persons_own_at_the_first_login(
    browser: Browser, tools: Tools, front: Any, issuer: str
) -> None:
    with tools.store.transaction() as session:
        made = accounts.ensure(session, "counter-1", "citizen", "张三", id_no=ZHANG["id_no"].upper()).id
        namesake = accounts.ensure(session, "counter-2", "citizen", "李四", id_no=ZHANG["id_no"].upper()).id
    browser.come(ZHANG)
    assert account(tools, "张三").id == made
    Browser(front, issuer).come(ZHANG | {"sub": "another"})
    with tools.store.reading() as session:
        assert accounts.get(session, namesake).subject == "counter-2", "another name is another person"
        assert {row.id for row in accounts.by_id_no(session, ZHANG["id_no"].upper())} > {made, namesake}



def test_s10_the_agents_of_a_company_act_for_the_company(browser: Browser, tools: Tools, front: Any, issuer: str) -> None:
    browser.come(AGENT)
    made = account(tools, "郑州示例餐饮有限公司")
    assert (made.subject, made.id_no) == ("company:91410100MA0000000T", "91410100MA0000000T")
    other = Browser(front, issuer)
    other.come(AGENT | {"sub": "another agent"})
    with tools.store.reading() as session:
        people = {row.detail["person"].rpartition(":")[2] for row in audit.trail(session) if row.actor == made.subject}
    assert people == {"7f3c", "another agent"}, "the trail says who it was"
    alone = Browser(front, issuer)
    alone.come(ZHANG)
    assert account(tools, "张三").id != made.id, "a person is not the company"


@pytest.mark.parametrize("changed", [
    {"company_no": "91410100MA0000000X"}, {"company_name": ""}, {"company_no": "410102199001010012"}])
def test_s21_half_a_company_is_none(changed: dict[str, str], browser: Browser) -> None:
    assert "法人账号" in browser.come(AGENT | changed).text
    assert not browser.logged_in


@pytest.mark.parametrize("missing", ["name", "id_no"])
def test_s21_without_name_and_number_nobody_applies(missing: str, browser: Browser) -> None:
    answer = browser.come({name: value for name, value in ZHANG.items() if name != missing})
    assert answer.status_code == 403
    assert "实名认证" in answer.text


def test_s21_what_the_token_leaves_out_the_provider_tells(browser: Browser, tools: Tools) -> None:
    assert browser.come(ZHANG, wrong="id-info").status_code == 303
    assert account(tools, "张三").id_no == "41010219900101001X"


def test_s21_a_key_that_was_changed_is_found(browser: Browser, front: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    browser.come(ZHANG)
    monkeypatch.setattr("api.oidc.KEYS_AGAIN_SECONDS", 0)
    assert browser.come(ZHANG, wrong="new-key").status_code == 303


@pytest.mark.parametrize("how", [{"acr": "otp"}, {"acr": "1", "amr": ["pwd", "hwk"]}])
def test_s21_staff_come_in_with_two_factors(how: dict[str, Any], browser: Browser, tools: Tools) -> None:
    answer = browser.come(CLERK | {"acr": ""} | how, "staff")
    assert (answer.status_code, answer.headers["location"]) == (303, "/staff")
    made = account(tools, "李窗口")
    assert (made.role, made.organisation) == ("window", "window-410105")
    assert made.subject.startswith("staff:")


@pytest.mark.parametrize("how", [
    {"acr": "1"}, {"acr": None}, {"acr": "", "amr": ["pwd"]}, {"acr": ["otp"]}, {"acr": "", "amr": "hwk"},
    {"acr": "", "amr": [["hwk"]]}])
def test_s21_staff_with_one_factor_are_told_what_to_do(how: dict[str, Any], browser: Browser, tools: Tools) -> None:
    answer = browser.come(CLERK | how, "staff")
    assert answer.status_code == 403
    assert not browser.logged_in
    if how != {"acr": "", "amr": "hwk"}:  # that one is no ID token at all
        assert "两种方式" in answer.text
    assert account(tools, "李窗口") is None


def admitted(browser: Browser, **query: str) -> int:
    answer = browser.client.get("/staff/admitted", params=query)
    assert (answer.content, answer.headers["cache-control"]) == (b"", "no-store"), "it says no more than its number"
    return answer.status_code


def test_s21_the_proxy_is_told_who_of_the_staff_is_there(browser: Browser, tools: Tools, front: Any, issuer: str) -> None:
    assert admitted(browser) == 401
    assert browser.come(CLERK, "staff").status_code == 303
    with tools.store.reading() as session:
        before = len(audit.trail(session))
    assert admitted(browser) == 204
    browser.client.cookies["onething_session"] = browser.client.cookies["onething_session"][:-1]
    assert admitted(browser) == 401
    for claims in (ZHANG, AGENT, ZHANG | {"groups": CLERK["groups"], "acr": "otp"}):
        citizen = Browser(front, issuer)
        citizen.come(claims)
        assert (citizen.logged_in, admitted(citizen)) == (True, 401)
    with tools.store.reading() as session:
        assert len(audit.trail(session)) == before + 3, "of the asking there is no trail, of three logins there is"


def test_s20_after_the_logout_the_proxy_is_told_no_at_once(browser: Browser) -> None:
    browser.come(CLERK, "staff")
    csrf = browser.client.get("/me/logins").text.split('name="csrf" value="')[1].split('"')[0]
    kept = dict(browser.client.cookies)
    assert browser.client.post("/logout", data={"csrf": csrf}).status_code == 303
    browser.client.cookies.update(kept)
    assert admitted(browser) == 401


def test_s20_a_page_that_asks_by_itself_keeps_no_login_alive(
    tools: Tools, login_file: Path, issuer: str, clock: Any
) -> None:
    clock.moment = SystemClock().now()
    settings = Settings(**tools.settings.model_dump() | {"login_file": login_file})
    browser = Browser(create_app(replace(tools, settings=settings)), issuer)
    assert browser.come(CLERK, "staff").status_code == 303
    for _ in range(3):
        clock.move(minutes=20)
        assert admitted(browser) == 204, "a clerk at work"
    clock.move(minutes=20)
    assert admitted(browser, by_itself="1") == 204
    clock.move(minutes=20)
    assert admitted(browser, by_itself="1") == 401


def test_s21_the_demonstration_has_no_second_factor_and_nobody_of_a_provider(browser: Browser, front: Any, issuer: str) -> None:
    browser.come(CLERK, "staff")
    subject = account(front.state.tools, "李窗口").subject
    other = Browser(front, issuer)
    assert other.client.post("/api/v1/login", json={"subject": subject}).status_code == 422
    assert other.client.post("/api/v1/login", json={"subject": "window-410105"}).status_code == 200
    assert (other.logged_in, admitted(other)) == (True, 401)


def test_s21_rights_follow_the_directory(browser: Browser, tools: Tools) -> None:
    both = ["reviewer-market-410105", "window-410105"]
    browser.come(CLERK | {"groups": both}, "staff")
    assert account(tools, "李窗口").organisation.split() == both
    browser.come(CLERK | {"groups": ["reviewer-market-410105"]}, "staff")
    assert (account(tools, "李窗口").role, account(tools, "李窗口").organisation) == ("reviewer", "reviewer-market-410105")
    for groups in ([], ["printers"], ["staff"], "window-410105", None, [{"name": "window-410105"}]):
        answer = browser.come(CLERK | {"groups": groups}, "staff")
        assert answer.status_code == 403
        assert "岗位" in answer.text


def test_s21_a_citizen_is_no_clerk_whatever_the_token_says(browser: Browser, tools: Tools) -> None:
    browser.come(ZHANG | {"groups": ["window-410105"], "role": "window", "acr": "otp"})
    assert (account(tools, "张三").role, account(tools, "张三").organisation) == ("citizen", "")
    browser.come(CLERK | {"id_no": "41010219900101001X", "company_no": "91410100MA0000000T"}, "staff")
    assert account(tools, "李窗口").id_no == ""


@pytest.mark.parametrize("wrong", [
    "nonce", "no-nonce", "audience", "two-audiences", "issuer", "expired", "key", "no-algorithm", "public-key-as-secret",
    "at-hash", "denied"])
def test_s21_a_token_that_lies_opens_nothing(wrong: str, browser: Browser, tools: Tools) -> None:
    answer = browser.come(ZHANG, wrong=wrong)
    assert answer.status_code == 403, wrong
    assert "onething_session" not in answer.headers.get("set-cookie", "")
    assert not browser.logged_in
    assert account(tools, "张三") is None
    for word in ("nonce", "aud", "Error", "signature"):
        assert word not in answer.text


def test_s21_userinfo_of_somebody_else_is_refused(browser: Browser) -> None:
    nameless = {name: value for name, value in ZHANG.items() if name != "id_no"}
    assert browser.come(nameless, wrong="userinfo").status_code == 403


def test_s20_a_state_is_used_once(browser: Browser, issuer: str) -> None:
    back = browser.at_provider(browser.leave(), ZHANG).removeprefix(BASE)
    cookies = dict(browser.client.cookies)
    assert browser.client.get(back).status_code == 303
    browser.client.cookies.clear()
    browser.client.cookies.update(cookies)
    assert browser.client.get(back).status_code == 403
    assert not browser.logged_in


def test_s20_a_code_is_used_once(browser: Browser) -> None:
    first = parse_qs(urlsplit(browser.at_provider(browser.leave(), ZHANG)).query)
    second = parse_qs(urlsplit(browser.at_provider(browser.leave(), ZHANG)).query)
    old = {"code": first["code"][0], "state": second["state"][0]}
    assert browser.client.get("/login/citizen/back", params=old).status_code == 403, "its verifier is another"
    assert not browser.logged_in


def test_s20_nobody_is_logged_in_by_somebody_elses_link(browser: Browser, front: Any, issuer: str) -> None:
    """Login CSRF: the attacker's own login, ended in the browser of the victim."""
    back = browser.at_provider(browser.leave(), ZHANG).removeprefix(BASE)
    victim = Browser(front, issuer)
    assert victim.client.get(back).status_code == 403
    victim.leave()
    assert victim.client.get(back).status_code == 403, "also with a login of its own under way"
    assert not victim.logged_in


def test_s20_one_door_does_not_end_the_login_of_another(browser: Browser) -> None:
    back = browser.at_provider(browser.leave(), CLERK).removeprefix(BASE)
    assert browser.client.get(back.replace("/citizen/", "/staff/")).status_code == 403
    assert browser.client.get("/login/nowhere").status_code == 404


def test_s20_who_takes_too_long_begins_again(tools: Tools, login_file: Path, issuer: str, clock: Any) -> None:
    settings = Settings(**tools.settings.model_dump() | {"login_file": login_file})
    browser = Browser(create_app(replace(tools, settings=settings)), issuer)
    back = browser.at_provider(browser.leave(), ZHANG).removeprefix(BASE)
    clock.move(minutes=11)
    assert browser.client.get(back).status_code == 403


@pytest.mark.parametrize("target", [
    "https://evil.example", "//evil.example", "/\\evil.example", "/\t/evil.example", "javascript:alert(1)",
    "/x\r\nSet-Cookie: a=b"])
def test_s20_a_login_leads_nowhere_else(target: str, browser: Browser) -> None:
    assert browser.come(ZHANG, target=target).headers["location"] == "/"


def test_s20_the_session_is_new_at_every_login_and_the_store_has_only_its_hash(browser: Browser, tools: Tools) -> None:
    answer = browser.come(ZHANG)
    flags = next(part for part in answer.headers.get_list("set-cookie") if part.startswith("onething_session=")).lower()
    assert "httponly" in flags
    assert "samesite=lax" in flags
    first = browser.client.cookies["onething_session"]
    assert len(first) >= 43
    browser.come(ZHANG)
    assert browser.client.cookies["onething_session"] != first
    browser.client.cookies["onething_session"] = first
    raw = tools.store.engine.raw_connection()
    rows = str([row for table in ("login_session", "login_attempt") for row in raw.execute(f"SELECT * FROM {table}").fetchall()])
    raw.close()
    assert first not in rows


def test_s20_other_logins_can_be_seen_and_ended(browser: Browser, front: Any, issuer: str) -> None:
    elsewhere = Browser(front, issuer)
    for one in (browser, elsewhere):
        one.come(ZHANG)
    page = browser.client.get("/me/logins").text
    assert "1 处登录" in page
    assert re.search(r"电脑\s*<span class=\"small\">.*登录，.*用过</span>", page)
    csrf = page.split('name="csrf" value="')[1].split('"')[0]
    assert browser.client.post("/me/logins", data={"csrf": csrf}).status_code == 303
    assert browser.logged_in
    assert not elsewhere.logged_in
    assert "只有这里" in browser.client.get("/me/logins").text


@pytest.mark.parametrize(("address", "secure"), [
    ("http://127.0.0.1:8000", False), ("https://ywt.example.cn", True), ("http://10.1.2.3:8000", True)])
def test_s20_cookies_are_secure_but_on_this_machine(address: str, secure: bool, tools: Tools) -> None:
    from api.cookies import secure_cookies

    settings = Settings(**tools.settings.model_dump() | {"public_url": address})
    assert secure_cookies(replace(tools, settings=settings)) is secure


def test_p15_after_ten_failures_an_address_rests_whatever_it_brings(browser: Browser, front: Any, issuer: str) -> None:
    for _ in range(10):
        assert browser.client.get("/login/citizen/back", params={"state": "guessed", "code": "x"}).status_code == 403
    for answer in (browser.client.get("/login/citizen/back?state=guessed"), browser.come(ZHANG)):
        assert answer.status_code == 429
        assert 0 < int(answer.headers["retry-after"]) <= 15 * 60
        assert "分钟后再试" in answer.text
    assert not browser.logged_in


def test_p15_one_person_rests_at_every_address(tools: Tools, login_file: Path, issuer: str) -> None:
    """A clerk without a second factor, from addresses that a trusted proxy names."""
    changes = {"login_file": login_file, "limits": True, "trusted_proxies": "127.0.0.0/8 ::1 testclient"}
    with pytest.raises(Exception, match="反向代理"):
        create_app(replace(tools, settings=Settings(**tools.settings.model_dump() | changes)))
    changes["trusted_proxies"] = "192.0.2.1"
    front = create_app(replace(tools, settings=Settings(**tools.settings.model_dump() | changes), clock=SystemClock()))
    for count in range(11):
        browser = Browser(front, issuer)
        browser.client = TestClient(front, base_url=BASE, follow_redirects=False, client=("192.0.2.1", 1))
        browser.client.headers["x-forwarded-for"] = f"198.51.100.{count}"
        assert browser.come(CLERK | {"acr": "1"}, "staff").status_code == (403 if count < 10 else 429)


def test_the_login_page_shows_the_doors_that_are_open(browser: Browser, tools: Tools, login_file: Path) -> None:
    page = browser.client.get("/login?target=/cases").text
    assert "用河南政务服务网登录" in page
    assert "/login/citizen?target=/cases" in page
    assert "张三（演示）" in page
    closed = Settings(**tools.settings.model_dump() | {"demo": False})
    client = TestClient(create_app(replace(tools, settings=closed)), base_url=BASE)
    assert client.get("/login").status_code == 403


def test_people_of_a_provider_are_not_among_those_of_the_demonstration(browser: Browser) -> None:
    browser.come(ZHANG | {"name": "真实的人"})
    assert "真实的人" not in Browser(browser.client.app, browser.issuer).client.get("/login").text


def test_a_provider_that_is_away_is_one_plain_sentence(tools: Tools, login_file: Path) -> None:
    text = login_file.read_text(encoding="utf-8")
    issuer = yaml.safe_load(text)["citizen"]["issuer"]
    login_file.write_text(text.replace(issuer, f"http://127.0.0.1:{free_port()}"), encoding="utf-8")
    settings = Settings(**tools.settings.model_dump() | {"login_file": login_file})
    answer = TestClient(create_app(replace(tools, settings=settings)), base_url=BASE).get("/login/citizen")
    assert answer.status_code == 503
    assert "暂时不可用" in answer.text


def test_a_provider_that_calls_itself_otherwise_is_not_believed(browser: Browser, issuer: str) -> None:
    requests.post(f"{issuer}/next", data=json.dumps({"claims": ZHANG, "wrong": "discovery"}), timeout=5)
    assert browser.client.get("/login/citizen").status_code == 503
    requests.post(f"{issuer}/next", data=json.dumps({"claims": ZHANG}), timeout=5)


@pytest.mark.parametrize("change", [
    {"staff": {"second_factor": {}}}, {"staff": {"second_factor": {"acr": []}}}, {"citizen": {"issuer": None}},
    {"citizen": {"nonsense": 1}}, {"citizen": {"secret_file": "nowhere"}}])
def test_s21_a_login_file_with_a_fault_stops_the_start(change: dict[str, Any], login_file: Path, tools: Tools) -> None:
    content = yaml.safe_load(login_file.read_text(encoding="utf-8"))
    for door, changes in change.items():
        content[door] |= changes
    login_file.write_text(yaml.safe_dump(content), encoding="utf-8")
    with pytest.raises(LoginMisconfigured):
        doors_of(Settings(**tools.settings.model_dump() | {"login_file": login_file}))


def test_s03_a_secret_that_others_can_read_stops_the_start(login_file: Path, tools: Tools) -> None:
    (login_file.parent / "secret").chmod(0o644)
    with pytest.raises(LoginMisconfigured, match="chmod 600"):
        doors_of(Settings(**tools.settings.model_dump() | {"login_file": login_file}))


def test_s17_outside_of_a_demonstration_a_provider_speaks_https(tools: Tools, login_file: Path) -> None:
    settings = Settings(**tools.settings.model_dump() | {"login_file": login_file, "demo": False})
    client = TestClient(create_app(replace(tools, settings=settings)), base_url=BASE)
    assert client.get("/login").status_code == 200
    assert client.get("/login/citizen").status_code == 503


def test_logins_end_by_age_in_the_store_too(browser: Browser, tools: Tools) -> None:
    browser.come(ZHANG)
    made, later = account(tools, "张三"), SystemClock().now() + timedelta(hours=13)
    with tools.store.transaction() as session:
        accounts.log_in(session, made, later)
        assert len(accounts.logins_elsewhere(session, made.id, "", later, timedelta(minutes=30))) == 1
