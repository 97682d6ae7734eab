"""A citizen, a window clerk and a reviewer at their screens: one case from the start page to the certificate, in Chromium."""

import re
import shutil
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import uvicorn
from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

from api.app import create_app
from onething.application_form import examples, fields_for
from onething.cli.demo import SAMPLE_PDF
from onething.engine import contract
from onething.engine.deploy import deploy
from onething.engine.roster import DECISION, member_of
from onething.store import custody, deliveries
from onething.vocabulary import Channel
from simulation.engine import free_port, run_engine
from simulation.run import settled
from simulation.town import Town
from tests.browser.reviewer import log_in

pytestmark = [pytest.mark.engine, pytest.mark.browser]
HOME = Path(__file__).resolve().parents[2]
OPTIONS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """Of its own: Tasklist shows the newest tasks, which are to be this citizen's."""
    folder = tmp_path_factory.mktemp("town")
    with run_engine(HOME, folder) as running, settled(HOME, running, folder / "var") as town:
        yield town


@pytest.fixture(scope="module")
def front_door(town: Town) -> Iterator[str]:
    """The front door on a free port, on the same store as the workers."""
    port = free_port()
    server = uvicorn.Server(uvicorn.Config(create_app(town.tools), port=port, log_level="warning", access_log=False))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.05)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=OPTIONS)
        yield chromium
        chromium.close()


def refuse_every_question(page: Page) -> None:
    """Answer no, or the last of several choices; what a "no" made needless has gone by then."""
    expect(page.get_by_role("heading", name="回答几个问题", level=1)).to_be_visible()
    for question in page.locator("form.question fieldset").all():
        if question.get_attribute("data-idle") and question.is_hidden():
            continue
        no = question.locator("label.choice", has=page.locator("input[value=no]"))
        (no if no.count() else question.locator("label.choice").last).click()
    page.get_by_role("button", name="保存并继续").click()


def fill_the_form(page: Page, town: Town, item: str) -> None:
    """Type or choose the example of every field that the registers have not filled."""
    catalogue = town.tools.in_district("410105").catalogue
    for key, value in examples(fields_for(catalogue, catalogue.bundles["open-car-wash"], [item])).items():
        place = page.locator(f"[name='form.{key}']:visible")
        if not place.count():
            continue
        if place.first.get_attribute("type") in ("radio", "checkbox"):
            words = {True: "yes", False: "no"}
            for one in value if isinstance(value, list) else [value]:
                page.locator(f"[name='form.{key}'][value='{words.get(one, one)}']").check()
        else:
            place.fill(str(value))


def apply_for_a_car_wash(page: Page, front_door: str, town: Town, folder: Path) -> str:
    """From the search on the start page to the number on the receipt page."""
    pdf = folder / "材料.pdf"
    pdf.write_bytes(SAMPLE_PDF)
    page.goto(front_door)
    page.locator("input[name=q]").first.fill("洗车")
    page.locator("input[name=q]").first.press("Enter")
    page.get_by_role("link", name="开洗车店").first.click()
    page.get_by_role("link", name="登录并开始申请").first.click()
    page.get_by_role("button", name="郑州示例餐饮有限公司（演示）").click()
    refuse_every_question(page)
    expect(page.locator("#district")).to_have_value("410105")  # where the company is registered
    page.get_by_text("按您的回答不需要办理的事项").click()
    only_here = page.locator("input[value='outdoor-advertising-permit']")
    for change in (only_here.check, only_here.uncheck):
        with page.expect_response(re.compile("/estimate")) as estimate:
            change()
        assert estimate.value.ok, "the estimate of what only this district offers"
    page.get_by_role("button", name="保存并继续").click()
    page.locator("input[name=delivery_way][value=electronic]").check()
    page.get_by_role("button", name="保存并继续").click()
    expect(page.get_by_role("heading", name="填写申请表", level=1)).to_be_visible()
    fill_the_form(page, town, "urban-drainage-permit")
    page.get_by_role("button", name="保存并继续").click()
    expect(page.get_by_role("heading", name="上传材料", level=1)).to_be_visible()
    while page.get_by_text("待上传", exact=True).count():
        row = page.locator("ul.files > li", has=page.get_by_text("待上传", exact=True)).first
        with page.expect_navigation():
            row.locator("input[type=file]").set_input_files(pdf)
    page.locator("#materials").get_by_role("button", name="保存并继续").click()
    page.locator("input[name=promise]").check()
    page.get_by_role("button", name="提交申请").click()
    page.wait_for_url(re.compile(r"/cases/[0-9A-Z]+"))
    return re.search(r"/cases/([0-9A-Z]+)", page.url).group(1)  # type: ignore[union-attr]


def fits(page: Page) -> bool:
    return page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def do_task(page: Page, name: str, choice: str, number: str) -> None:
    """Open the task in the list, claim it, choose the first answer, complete."""
    task = page.locator(".task", has_text=name).first
    expect(task).to_be_visible(timeout=30_000)
    task.click()
    page.get_by_text("认领", exact=True).first.click()
    expect(page.locator(".fjs-form")).to_be_visible(timeout=30_000)
    expect(page.locator(".fjs-form")).to_contain_text(number)
    answer = page.locator(".fjs-form").get_by_role("radio").first
    expect(answer).to_have_accessible_name(re.compile(choice))
    for judgement in page.locator(".fjs-form").get_by_role("checkbox").all():
        judgement.check()
    answer.check()
    for basis in page.locator(".fjs-form").get_by_role("textbox").all():
        basis.fill("《中华人民共和国行政许可法》第三十八条")
    page.get_by_role("button", name="完成").click()
    expect(page.locator(".fjs-form")).to_have_count(0, timeout=30_000)


def test_one_case_at_the_screens_of_everybody(
    town: Town, front_door: str, browser: Browser, tmp_path: Path
) -> None:
    citizen = browser.new_page(viewport={"width": 390, "height": 844}, locale="zh-CN")
    number = apply_for_a_car_wash(citizen, front_door, town, tmp_path)
    assert fits(citizen), "a page is wider than the phone"
    town.wait(lambda: town.open_tasks(number))

    clerk = browser.new_page(viewport={"width": 1366, "height": 768}, locale="zh-CN")
    log_in(clerk, town, "window-410105")
    do_task(clerk, "收件审查", "收件", number)
    town.wait(lambda: town.case(number).received_at)

    [row] = town.case(number).items
    reviewer = browser.new_page(viewport={"width": 1366, "height": 768}, locale="zh-CN")
    log_in(reviewer, town, row.reviewer_group)
    do_task(reviewer, "受理审查", "予以受理", number)
    town.wait(lambda: town.states(number)[row.item] == "accepted")
    colleague = browser.new_page(viewport={"width": 1366, "height": 768}, locale="zh-CN")  # who accepted does not decide
    log_in(colleague, town, member_of(town.tools.catalogue, row.reviewer_group, DECISION))
    do_task(colleague, "审批决定", "准予", number)
    town.wait(lambda: town.case(number).state == "completed")

    citizen.goto(f"{front_door}/cases/{number}")
    expect(citizen.get_by_text("已办结").first).to_be_visible()
    assert fits(citizen)
    with citizen.expect_download() as download:
        citizen.get_by_role("link", name=re.compile("许可证")).first.click()
    content = Path(download.value.path()).read_bytes()
    assert content.startswith(b"%PDF")
    stranger = browser.new_page(locale="zh-CN")
    stranger.goto(f"{front_door}/verify")
    saved = tmp_path / "certificate.pdf"
    saved.write_bytes(content)
    stranger.locator("input[type=file]").set_input_files(saved)
    if stranger.get_by_role("button", name=re.compile("核验")).count():
        stranger.get_by_role("button", name=re.compile("核验")).last.click()
    expect(stranger.get_by_text("有效").first).to_be_visible()


def open_form(page: Page, name: str, number: str) -> Locator:
    page.locator(".task", has_text=name).first.click()
    page.get_by_text("认领", exact=True).first.click()
    form = page.locator(".fjs-form")
    expect(form).to_contain_text(number, timeout=30_000)
    return form


def test_r97_r89_tasklist_asks_who_collects_by_relation_and_not_by_name(town: Town, browser: Browser) -> None:
    """No name goes into the engine (S11); the forms say in Chinese what they want."""
    number = town.submit("open-restaurant", ["food-business-license"], way="counter", channel=Channel.WINDOW)
    town.work(number, until="result-handover")
    page = browser.new_page(viewport={"width": 1366, "height": 768}, locale="zh-CN")
    log_in(page, town, "delivery-410105")
    form = open_form(page, town.task(number, "result-handover").name, number)
    form.get_by_label("已送达", exact=False).first.check()
    expect(form).to_contain_text("由谁领取")
    page.get_by_role("button", name="完成").click()
    expect(form).to_contain_text("必填")
    form.get_by_label("代办人", exact=False).check()
    form.get_by_label("送达凭证号", exact=False).fill("签-1")
    page.get_by_role("button", name="完成").click()
    town.wait(lambda: town.admin.process_state(number) == "COMPLETED")
    with town.tools.store.reading() as session:
        [attempt] = deliveries.attempts(session, number)
    assert (attempt.outcome, attempt.receiver) == ("delivered", "代办人")
    page.close()

    back = town.submit("open-hotel", ["public-place-hygiene-permit"], channel=Channel.WINDOW)
    town.work(back, until="acceptance-review")
    town.withdraw(back)
    page = browser.new_page(viewport={"width": 1366, "height": 768}, locale="zh-CN")
    log_in(page, town, "window-410105")
    form = open_form(page, town.task(back, "material-return").name, back)
    form.get_by_label("代办人", exact=False).check()
    form.get_by_label("签收或快递单号", exact=False).fill("TH-1")
    page.get_by_role("button", name="完成").click()
    town.wait(lambda: town.admin.process_state(back) == "COMPLETED")
    with town.tools.store.reading() as session:
        assert custody.ledger(session, back)[-1].holder == "applicant"
    page.close()


def test_r114_tasklist_draws_the_application_form_that_the_front_door_serves(
    town: Town, front_door: str, browser: Browser, tmp_path: Path
) -> None:
    """In a trial process without values: in the real ones no personal data goes into the engine (S11)."""
    shutil.copytree(Path(__file__).parent / "models", tmp_path / "bpmn" / "shared")
    shutil.copytree(HOME / "forms" / "applications", tmp_path / "forms" / "applications")
    deploy(tmp_path, town.admin)
    town.admin.start_process("form-trial", "form-trial", {"window_group": contract.window_group("410105")})
    page = browser.new_page(viewport={"width": 1366, "height": 768}, locale="zh-CN")
    served = page.request.get(f"{front_door}/api/v1/bundles/open-restaurant/form").json()
    labels = [part.get("label") or part["dateLabel"] for part in served["components"] if "key" in part]
    log_in(page, town, "window-410105")
    page.locator(".task", has_text="填写申请表试验").first.click()
    page.get_by_text("认领", exact=True).first.click()
    drawn = page.locator(".fjs-form")
    expect(drawn).to_be_visible(timeout=30_000)
    expect(drawn.locator("[data-field-id], .fjs-form-field").first).to_be_visible()
    for label in labels:
        expect(drawn).to_contain_text(label)
    page.get_by_role("button", name="完成").click()
    expect(drawn).to_contain_text("必填")
    [instance] = [one for one in town.admin.instances("form-trial") if one.ended is None]
    town.admin.delete_process(instance.id)


@pytest.mark.parametrize("width", [390, 768, 1280])
def test_no_page_is_wider_than_its_screen(front_door: str, browser: Browser, width: int) -> None:
    page = browser.new_page(viewport={"width": width, "height": 900}, locale="zh-CN")
    for path in ("/", "/?q=开", "/bundles/open-restaurant", "/bundles/change-ethnicity", "/login", "/verify", "/nowhere"):
        page.goto(front_door + path)
        assert fits(page), path
        assert page.locator("h1").count() == 1, path
        assert page.locator("html").get_attribute("lang") == "zh-CN"
