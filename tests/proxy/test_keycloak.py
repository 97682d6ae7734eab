"""The documented realm in a real Keycloak: people come in through it as the front door expects (S20, S21). Of `make prove`."""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from playwright.sync_api import Browser, Page, expect

from simulation.engine import free_port
from tests.browser.looking import chromium
from tests.proxy.keycloak import Keycloak, keycloak, one_time_code
from tests.proxy.running import HOME, front_door

pytestmark = pytest.mark.prove
PASSWORD, CODE = "a long password 2026", secrets.token_hex(16)
ZHANG = {"real_name": "张三", "id_no": "410102199001010012", "phone_number": "13800000001"}
AGENT = ZHANG | {"company_no": "91410100MA0000000T", "company_name": "郑州示例餐饮有限公司"}


@pytest.fixture(scope="module")
def realm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Keycloak]:
    """Keycloak, and a front door that was set up as docs/login.md says."""
    folder, port = tmp_path_factory.mktemp("keycloak"), free_port()
    with keycloak(folder, f"http://127.0.0.1:{port}") as there:
        there.person("zhang", PASSWORD, ZHANG)
        there.person("agent", PASSWORD, AGENT)
        there.person("li", PASSWORD, {"real_name": "李窗口"}, group="/金水区/window-410105", code=CODE)
        there.person("new", PASSWORD, {"real_name": "新人"}, group="/金水区/window-410105")
        there.person("guest", PASSWORD, {"real_name": "外人"}, code=CODE)
        log, login = folder / "front-door.log", login_file(folder, there)
        with front_door(port, log, ONETHING_VAR=str(folder / "var"), ONETHING_LOGIN_FILE=str(login)):
            yield there


def login_file(folder: Path, there: Keycloak) -> Path:
    """The shipped one, with this issuer and its secrets."""
    doors = yaml.safe_load((HOME / "docker" / "keycloak" / "login.yaml").read_text(encoding="utf-8"))
    for door in doors.values():
        door["issuer"] = there.issuer
        (folder / door["secret_file"]).write_text(there.secrets[door["client_id"]], encoding="ascii")
        (folder / door["secret_file"]).chmod(0o600)
    (folder / "login.yaml").write_text(yaml.safe_dump(doors, allow_unicode=True), encoding="utf-8")
    return folder / "login.yaml"


@pytest.fixture(scope="module")
def window() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture
def page(window: Browser) -> Iterator[Page]:
    context = window.new_context(locale="zh-CN")
    yield context.new_page()
    context.close()


def comes(page: Page, realm: Keycloak, door: str, name: str, target: str) -> None:
    """To the provider, with name and password."""
    page.goto(f"{realm.front_door}/login?target={target}")
    page.locator(f"a[href^='/login/{door}']").click()
    expect(page).to_have_url(re.compile(rf"^{re.escape(realm.issuer)}/"))
    expect(page.get_by_text("登录").first).to_be_visible()  # the realm speaks Chinese
    page.locator("#password").fill(PASSWORD)
    if page.locator("#username").is_visible():  # who is still known there shows the password again, not the name
        page.locator("#username").fill(name)
    page.locator("#kc-login").click()


def gives_code(page: Page) -> None:
    left = 30 - time.time() % 30
    if left < 3:
        page.wait_for_timeout(left * 1000)
    page.locator("#otp").fill(one_time_code(CODE, time.time()))
    page.locator("#kc-login").click()


def test_s21_a_citizen_comes_in_with_name_number_and_telephone(realm: Keycloak, page: Page) -> None:
    comes(page, realm, "citizen", "zhang", "/me")
    expect(page).to_have_url(f"{realm.front_door}/me")
    expect(page.locator("header")).to_contain_text("张三")
    page.goto(f"{realm.front_door}/apply/newborn")
    page.locator("form button.main").click()
    draft = page.url.rpartition("/")[0]
    assert draft.startswith(f"{realm.front_door}/drafts/")


def test_s10_the_agent_of_a_company_acts_for_the_company(realm: Keycloak, page: Page) -> None:
    comes(page, realm, "citizen", "agent", "/apply/open-restaurant")
    expect(page).to_have_url(re.compile(r"/drafts/.+/questions$"))  # straight into the application
    expect(page.locator("header")).to_contain_text("郑州示例餐饮有限公司")


def test_s21_staff_come_in_with_password_and_one_time_code_every_time(realm: Keycloak, page: Page) -> None:
    for _ in range(2):  # the second time the provider still knows the browser, and asks all the same
        comes(page, realm, "staff", "li", "/staff/window")
        gives_code(page)
        expect(page).to_have_url(f"{realm.front_door}/staff/window")
        expect(page.locator("header")).to_contain_text("李窗口")
        assert page.request.get(f"{realm.front_door}/staff/admitted").status == 204
        page.get_by_role("button", name="退出").click()
        page.wait_for_timeout((31 - time.time() % 30) * 1000)  # a code counts once


def test_s21_without_a_second_factor_one_is_set_up_before_anybody_comes_in(realm: Keycloak, page: Page) -> None:
    comes(page, realm, "staff", "new", "/staff/window")
    expect(page.locator("#totp")).to_be_visible()  # the code of the device that is being set up
    assert page.url.startswith(realm.issuer)
    assert page.request.get(f"{realm.front_door}/staff/admitted").status != 204


def test_s21_who_belongs_to_no_office_is_refused_in_a_plain_sentence(realm: Keycloak, page: Page) -> None:
    comes(page, realm, "staff", "guest", "/staff/window")
    gives_code(page)
    expect(page).to_have_url(re.compile(rf"^{re.escape(realm.front_door)}/login/staff/back"))
    assert page.request.get(f"{realm.front_door}/staff/admitted").status != 204


def test_s21_a_wrong_one_time_code_lets_nobody_in(realm: Keycloak, page: Page) -> None:
    comes(page, realm, "staff", "li", "/staff/window")
    page.locator("#otp").fill("000000")
    page.locator("#kc-login").click()
    expect(page.locator("#otp")).to_be_visible()
    assert page.url.startswith(realm.issuer)
