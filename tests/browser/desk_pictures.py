"""Pictures of Tasklist for docs/reviewers.md: `python -m tests.browser.desk_pictures` takes them, on an engine of its own."""

from __future__ import annotations

import tempfile
from pathlib import Path

from playwright.sync_api import Page, expect, sync_playwright

from onething.engine.roster import DECISION, member_of
from simulation.answers import YES
from simulation.engine import free_port, run_engine
from simulation.run import settled
from simulation.town import Town
from tests.browser.reviewer import PATIENCE, Reviewer, beside_tasklist

HOME = Path(__file__).resolve().parents[2]
PICTURES = HOME / "docs" / "pictures"
HYGIENE, HOTEL_TRADE, FOOD = "public-place-hygiene-permit", "hotel-special-trade-permit", "food-business-license"
HEALTH, MARKET = "reviewer-health-410105", "reviewer-market-regulation-410105"
BASIS = "《公共场所卫生管理条例》第四条"


def cases(town: Town) -> tuple[str, str]:
    """One to be decided, one with a joint visit to be appointed; one more to be accepted stands in the list."""
    deciding = town.submit("open-hotel", [HYGIENE, HOTEL_TRADE])
    town.work(deciding, until="approval-decision")
    town.work(town.submit("open-hotel", [HYGIENE]), until="acceptance-review")
    visited = town.submit("open-hotel", [FOOD, HYGIENE])
    town.work(visited, until="acceptance-review")
    town.wait(lambda: [task.key for task, _ in town.open_tasks(visited)].count("acceptance-review") == 2)
    for task, _ in town.open_tasks(visited):
        town.do(task, YES["acceptance-review"])
    town.task(visited, "joint-appointment", "joint-inspection")
    return deciding, visited


def take(page: Page, name: str) -> None:
    page.mouse.move(5, 5)
    page.wait_for_timeout(1_500)  # menus and notices that fade
    page.screenshot(path=str(PICTURES / f"{name}.png"))


def of_a_decision(reviewer: Reviewer, number: str) -> None:
    expect(reviewer.tasks(number).locator(".case")).to_be_visible(timeout=PATIENCE)
    take(reviewer.page, "tasklist-queue")
    reviewer.claims("审批决定", number)
    take(reviewer.page, "tasklist")
    take(reviewer.opens("打开本事项"), "tasklist-item")
    reviewer.page.bring_to_front()
    reviewer.chooses("不予许可")
    reviewer.writes("不予许可的理由", "　 ")
    reviewer.writes("法律依据", BASIS)
    reviewer.completes()
    expect(reviewer.tasks(number)).to_have_count(1, timeout=PATIENCE)
    reviewer.claims("审批决定", number)
    reviewer.page.get_by_text("时限", exact=True).first.evaluate("element => element.scrollIntoView()")
    take(reviewer.page, "tasklist-refusal")


def of_a_visit(lead: Reviewer, number: str) -> None:
    lead.looks_at("联合勘验")
    lead.claims("安排联合办理", number)
    lead.chooses("开展联合办理")
    lead.writes("时间", "2026-12-04 09:30")
    lead.writes("地点", "申请人的经营场所")
    lead.page.locator("h2.task").evaluate("node => { while ((node = node.parentElement)) node.scrollTop = 0; }")
    take(lead.page, "tasklist-joint-visit")


def main() -> None:
    with tempfile.TemporaryDirectory() as made, sync_playwright() as play:
        folder, address = Path(made), f"http://127.0.0.1:{free_port()}"
        with run_engine(HOME, folder, front_door=address) as running, settled(HOME, running, folder / "var") as town:
            deciding, visited = cases(town)
            chrome = play.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"])
            with beside_tasklist(town) as desk:
                who = member_of(town.tools.catalogue, HEALTH, DECISION)
                with Reviewer(chrome, town, who, at=desk, subject=HEALTH) as reviewer:
                    of_a_decision(reviewer, deciding)
                with Reviewer(chrome, town, MARKET, at=desk) as lead:
                    of_a_visit(lead, visited)


if __name__ == "__main__":
    main()
