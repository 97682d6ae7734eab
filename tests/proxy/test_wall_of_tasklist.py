"""Tasklist from outside: nginx as it is shipped, a front-door login with two factors, the engine's own password (S20, S21)."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import expect, sync_playwright

from onething.engine import identity
from simulation.town import Town
from tests.proxy.conftest import CLERK, ENGINE, LOGIN, PAGES, TASKLIST, ZHANG, Browser, Wall, walled

pytestmark = pytest.mark.engine
USER = "window-410105"
SENT_ON = (303, f"/login/staff?target={TASKLIST}")


def seen(browser: Browser, path: str = TASKLIST) -> tuple[int, str]:
    answer = browser.get(path)
    return answer.status_code, answer.headers.get("location", "")


@pytest.fixture
def clerk(wall: Wall) -> Browser:
    """With a login of two factors at the front door, not yet at Tasklist."""
    browser = wall.browser()
    assert browser.come(CLERK).status_code == 303
    return browser


def test_s21_who_is_not_logged_in_is_sent_to_the_login_of_the_staff_and_sees_nothing(wall: Wall) -> None:
    browser = wall.browser()
    assert seen(browser) == SENT_ON
    assert seen(browser, f"{TASKLIST}default/?task=1") == SENT_ON, "the way back is the page, whatever was asked"
    for path in (f"{ENGINE}/task", f"{ENGINE}/user", f"{PAGES}/lib/deps.js", f"{PAGES}/api/engine/engine/", LOGIN):
        assert seen(browser, path) == (401, ""), "a program is told, not led away"
        assert "www-authenticate" not in browser.get(path, auth=("engine-admin", "Trial-only-secret-1")).headers
    assert browser.try_password(*identity.credentials_of(wall.town.var, USER), token={"X-XSRF-TOKEN": "x"}).status_code == 401
    assert "JSESSIONID" not in browser.session.cookies, "the engine was not asked"
    there = browser.get(SENT_ON[1]).headers["location"]
    assert there.startswith(f"{wall.issuer}/authorize?")


def test_s21_a_login_with_one_factor_does_not_lead_to_tasklist(wall: Wall) -> None:
    browser = wall.browser()
    answer = browser.come(CLERK | {"acr": "1"})
    assert answer.status_code == 403
    assert "两种方式" in answer.text
    assert seen(browser) == SENT_ON


def test_s21_with_two_factors_and_the_own_password_a_clerk_works_in_tasklist(wall: Wall) -> None:
    browser = wall.browser()
    answer = browser.come(CLERK)
    assert (answer.status_code, answer.headers["location"]) == (303, TASKLIST), "back to where they wanted to go"
    assert seen(browser) == (302, f"{TASKLIST}default/"), "the engine's own way on, at the public address"
    page = browser.get(f"{TASKLIST}default/")
    assert page.status_code == 200
    assert "<title>" in page.text
    assert browser.get(f"{ENGINE}/user/{USER}/profile").status_code == 401, "two factors are not yet a user of the engine"
    answer = browser.log_in_to_tasklist(USER)
    assert (answer.status_code, answer.json()["userId"]) == (200, USER)
    told = browser.token | {"Accept": "application/json"}
    [first, *_] = browser.get(f"{ENGINE}/filter", params={"resourceType": "Task", "maxResults": 9}, headers=told).json()
    tasks = browser.ask("POST", f"{ENGINE}/filter/{first['id']}/list?maxResults=15", json={}, headers=told)
    assert tasks.status_code == 200
    assert browser.get(f"{ENGINE}/user/{USER}/profile").json()["id"] == USER


def test_s20_the_cookies_of_the_engine_are_for_https_for_its_own_pages_and_for_no_script(clerk: Browser) -> None:
    answer = clerk.get(f"{TASKLIST}default/")
    found = {text.partition("=")[0]: text.lower().split(";") for text in answer.raw.headers.getlist("set-cookie")}
    assert set(found) == {"JSESSIONID", "XSRF-TOKEN"}
    for cookie, wanted in (("JSESSIONID", {"secure", "httponly"}), ("XSRF-TOKEN", {"secure"})):
        flags = [flag.strip() for flag in found[cookie][1:]]
        assert {*wanted, "samesite=lax", f"path={PAGES}"} == set(flags), cookie
        assert len(flags) == len(set(flags)), "each said once"


def test_s20_the_logout_at_the_front_door_ends_tasklist_at_once(wall: Wall, clerk: Browser) -> None:
    clerk.log_in_to_tasklist(USER)
    assert clerk.get(f"{ENGINE}/user/{USER}/profile").status_code == 200
    kept = {cookie.name: cookie.value for cookie in clerk.session.cookies}
    clerk.log_out()
    assert "JSESSIONID" not in clerk.session.cookies
    header = {"Cookie": "; ".join(f"{name}={value}" for name, value in kept.items())}
    thief = wall.browser()
    assert thief.get(f"{ENGINE}/user/{USER}/profile", headers=header).status_code == 401
    answer = thief.get(f"{TASKLIST}default/", headers=header)
    assert (answer.status_code, answer.headers["location"]) == SENT_ON


def test_s20_the_next_person_at_the_computer_does_not_go_on_as_the_one_before(clerk: Browser) -> None:
    """Also where the one before did not log out."""
    clerk.log_in_to_tasklist(USER)
    assert clerk.get(f"{ENGINE}/user/{USER}/profile").status_code == 200
    assert clerk.come(CLERK | {"sub": "c2", "name": "王发放", "groups": ["delivery-410105"]}).status_code == 303
    assert clerk.get(f"{ENGINE}/user/{USER}/profile").status_code == 401


def test_s21_citizens_and_the_demonstration_do_not_pass(wall: Wall) -> None:
    citizen = wall.browser()
    assert citizen.come(ZHANG | {"groups": CLERK["groups"], "acr": "otp"}, "citizen").status_code == 303
    assert citizen.get("/cases").status_code == 200
    assert (seen(citizen), seen(citizen, f"{ENGINE}/task")) == (SENT_ON, (401, ""))
    assert citizen.ask("POST", "/api/v1/login", json={"subject": USER}).status_code == 403, "not through a proxy"
    inside = requests.post(f"{wall.front_door}/api/v1/login", json={"subject": USER}, headers={"Host": "localhost"}, timeout=60)
    assert inside.status_code == 200
    header = {"Cookie": f"onething_session={inside.cookies['onething_session']}"}
    assert wall.browser().get("/staff", headers=header).status_code == 200
    assert wall.browser().get(f"{ENGINE}/task", headers=header).status_code == 401


def test_s01_the_engine_itself_is_not_there_even_for_its_administrator(wall: Wall, clerk: Browser) -> None:
    admin = wall.town.admin.transport.session.auth
    assert clerk.try_password(*admin).status_code == 403, "an account of a program logs in to no page from outside (S03)"
    assert clerk.log_in_to_tasklist(USER).status_code == 200
    token = clerk.token
    for path in ("/engine-rest/task", "/engine-rest/engine", f"{PAGES}/app/cockpit/", f"{PAGES}/app/admin/",
                 f"{ENGINE}/deployment", f"{PAGES}/api/admin/auth/user/default/login/admin", "/health", "/staff/admitted"):
        assert clerk.get(path, auth=admin).status_code == 404, path
    assert clerk.ask("POST", f"{ENGINE}/deployment/create", headers=token).status_code == 404
    user = {"profile": {"id": "stranger"}, "credentials": {"password": "Trial-only-secret-9"}}
    assert clerk.ask("POST", f"{ENGINE}/user/create", json=user, headers=token).status_code == 403


def test_s21_after_ten_passwords_one_waits_and_others_do_not(wall: Wall, clerk: Browser) -> None:
    token = clerk.token
    answers = [clerk.try_password("nobody-of-ours", f"guess {count}", token).status_code for count in range(10)]
    assert answers == [401] * 10
    for _ in range(20):  # one more is let through every six seconds
        if (answer := clerk.try_password("nobody-of-ours", "guess", token)).status_code == 429:
            break
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "60")
    assert clerk.get(f"{TASKLIST}default/").status_code == 200, "only passwords wait"
    other = wall.browser()
    other.come(CLERK | {"sub": "c3", "name": "赵窗口"})
    assert other.log_in_to_tasklist(USER).status_code == 200


def test_s22_whose_address_it_is_nobody_says_of_themselves(wall: Wall) -> None:
    forged = {"X-Forwarded-For": "203.0.113.7, 127.0.0.1", "X-Real-IP": "203.0.113.7", "Forwarded": "for=203.0.113.7"}
    browser = wall.browser("127.0.0.9")
    browser.session.headers.update(forged)
    assert browser.come(CLERK | {"sub": "c4"}).status_code == 303
    record = wall.last_record()
    assert (record.action, record.ip) == ("login", "127.0.0.9")


def test_s20_only_https_is_spoken_from_tls_1_2_on_and_only_under_the_public_name(wall: Wall) -> None:
    plain = requests.get(f"{wall.plain}/cases?a=b", allow_redirects=False, timeout=60)
    assert (plain.status_code, plain.headers["location"]) == (301, "https://localhost/cases?a=b")
    browser = wall.browser()
    for path in ("/", TASKLIST, f"{ENGINE}/task", "/engine-rest", "/logout"):
        assert browser.get(path).raw.headers.getlist("strict-transport-security") == ["max-age=31536000"], path
        assert "nginx/" not in browser.get(path).headers.get("server", "")
    port = int(wall.base.rpartition(":")[2])
    assert spoken(port, "localhost", ssl.TLSVersion.TLSv1_2) == "TLSv1.2"
    assert spoken(port, "localhost", ssl.TLSVersion.TLSv1_3) == "TLSv1.3"
    assert spoken(port, "localhost", ssl.TLSVersion.TLSv1_1) == ""
    assert spoken(port, "elsewhere.example", ssl.TLSVersion.TLSv1_3) == ""
    assert browser.get("/", headers={"Host": "elsewhere.example"}).status_code == 421


def spoken(port: int, name: str, version: ssl.TLSVersion) -> str:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.set_ciphers("DEFAULT:@SECLEVEL=0")  # or this client would be the one who refuses
    context.minimum_version = context.maximum_version = version
    try:
        with socket.create_connection(("127.0.0.1", port), 60) as line, context.wrap_socket(line, server_hostname=name) as tls:
            tls.sendall(f"GET /healthz HTTP/1.1\r\nHost: {name}\r\nConnection: close\r\n\r\n".encode())
            return tls.version() or "" if tls.recv(12).startswith(b"HTTP/1.1 200") else ""
    except (ssl.SSLError, ConnectionError):
        return ""


@pytest.fixture(scope="module")
def chromium() -> Iterator[Chromium]:
    with sync_playwright() as playwright:
        options = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        found = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=options)
        yield found
        found.close()


@pytest.mark.browser
def test_r72_behind_the_wall_tasklist_and_the_pages_of_its_cases_are_one_address(
    town: Town, issuer: str, login_file: Path, chromium: Chromium
) -> None:
    """Whose case it is, masked, and the page that a form leads to: by the one login, and nothing asked elsewhere."""
    reviewer, item = "reviewer-health-410105", "public-place-hygiene-permit"
    number = town.submit("open-hotel", [item])
    town.work(number, until="acceptance-review")
    task = town.task(number, "acceptance-review", item)
    with walled(town, issuer, login_file, town.var) as wall:
        requests.post(f"{wall.issuer}/next", json={"claims": CLERK | {"sub": "r1", "groups": [reviewer]}}, timeout=10)
        page = chromium.new_context(ignore_https_errors=True, locale="zh-CN").new_page()
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.goto(f"{wall.base}{TASKLIST}")
        page.locator("input[type=text]").fill(reviewer)
        page.locator("input[type=password]").fill(identity.credentials_of(town.var, reviewer)[1])
        page.locator("button[type=submit]").click()
        expect(page.get_by_text("全部待办").first).to_be_visible(timeout=60_000)
        page.goto(f"{wall.base}{TASKLIST}default/#/?task={task.id}")
        expect(page.locator(".task-card .case")).to_contain_text("张＊", timeout=60_000)
        with page.expect_popup() as opened:
            page.get_by_role("link", name="打开本事项").click()
        expect(opened.value).to_have_url(f"{wall.base}/staff/cases/{number}?item={item}")
        expect(opened.value.locator("#materials")).to_contain_text("卫生检测报告")
        assert {"/".join(url.split("/")[:3]) for url in asked} == {wall.base, wall.issuer}
    town.work(number)


@pytest.mark.browser
def test_s21_tasklist_works_in_a_browser_behind_the_wall(wall: Wall, chromium: Chromium) -> None:
    """From its address to the login, back, to the list of tasks, and to one's own password: nothing that it loads is refused."""
    requests.post(f"{wall.issuer}/next", json={"claims": CLERK | {"sub": "c5"}}, timeout=10)
    page = chromium.new_context(ignore_https_errors=True, locale="zh-CN").new_page()
    answers: list[tuple[str, int]] = []
    page.on("response", lambda answer: answers.append((answer.url.removeprefix(wall.base), answer.status)))
    page.goto(f"{wall.base}{TASKLIST}")
    page.locator("input[type=text]").fill(USER)
    page.locator("input[type=password]").fill(identity.credentials_of(wall.town.var, USER)[1])
    page.locator("button[type=submit]").click()
    expect(page.get_by_text("全部待办").first).to_be_visible(timeout=60_000)
    page.goto(f"{wall.base}{PAGES}/app/welcome/")
    expect(page.get_by_text("修改密码").first).to_be_visible(timeout=60_000)
    page.get_by_text("修改密码").first.click()
    page.locator("input[name=inputPassword]").fill("short")
    expect(page.get_by_text("至少 10 个字符")).to_be_visible(timeout=60_000)
    refused = [(path, status) for path, status in answers if status >= 400]
    assert refused == [(f"{PAGES}/api/admin/auth/user/default", 404)], "the engine's way to say that nobody is logged in"
    assert {cookie["name"]: cookie["secure"] for cookie in page.context.cookies() if cookie["path"] == PAGES} == {
        "JSESSIONID": True, "XSRF-TOKEN": True}
