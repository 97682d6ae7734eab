"""容缺受理 and 告知承诺 at the front door, and the window's scans (R44, R46-R49)."""

from __future__ import annotations

from typing import Any

import pytest

from onething.catalogue.models import MaterialUse, Tolerance
from onething.deadlines import clock_entry
from onething.intake import Judgement
from onething.store import accounts, applications, audit, intake, outbox
from onething.vocabulary import Clock
from tests.api.conftest import PDF
from tests.api.test_case_papers import text_of

URL = "/api/v1/applications"
NAME = "郑州示例餐饮有限公司（演示）"


@pytest.fixture(autouse=True)
def tolerant_guide(tools: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The guide of 食品经营许可 lets the plan come later, or a promise stand in for it."""
    entry = tools.catalogue.items["food-license"]
    uses = [use if use.key != "plan" else MaterialUse(key="plan", tolerance=Tolerance(days=5), promise=True)
            for use in entry.materials]
    monkeypatch.setitem(tools.catalogue.items, "food-license", entry.model_copy(update={"materials": tuple(uses)}))


def promised(company: Any, kind: str = "tolerance", signature: str = NAME, **changes: Any) -> Any:
    body = {
        "items": ["food-license"], "materials": {"identity": company.upload()}, "promises": {"plan": kind},
        "signature": signature,
    }
    return company.apply(**(body | changes))


def test_r46_what_was_told_and_signed_is_recorded(tools: Any, company: Any) -> None:
    number = promised(company).json()["number"]
    with tools.store.reading() as session:
        [row] = intake.promises(session, number)
        assert [record.action for record in audit.trail(session, number)] == ["promise-tolerance", "submit"]
    assert (row.key, row.item, row.days, row.signed_name) == ("plan", "food-license", 5, NAME)
    assert "5 个工作日内补交" in row.consequence
    [shown] = company.get(f"{URL}/{number}").json()["promises"]
    assert (shown["name"], shown["kind"], shown["handed_in_at"]) == ("平面图", "tolerance", None)


@pytest.mark.parametrize("signature", [NAME.replace("（", "(").replace("）", ")"), f" {NAME[:4]} {NAME[4:]}"])
def test_r47_brackets_of_either_width_and_spaces_are_no_other_name(company: Any, signature: str) -> None:
    assert promised(company, signature=signature).status_code == 201


@pytest.mark.parametrize("signature", ["", "另一家公司"])
def test_r47_an_unsigned_letter_stops_the_submission(tools: Any, company: Any, signature: str) -> None:
    answer = promised(company, signature=signature)
    assert (answer.status_code, answer.json()["code"]) == (422, "promise-unsigned")
    with tools.store.reading() as session:
        assert applications.count_by_state(session) == {}


@pytest.mark.parametrize(
    ("changes", "code"),
    [({"promises": {"identity": "tolerance"}, "materials": {}}, "promise-not-allowed"),
     ({"items": ["food-license", "fire-check"]}, "promise-not-allowed"),
     ({"promises": {"nothing": "tolerance"}}, "promise-not-allowed"), ({"promises": {}}, "missing-material")],
)
def test_r48_only_what_the_guide_allows(company: Any, changes: dict[str, Any], code: str) -> None:
    answer = promised(company, **changes)
    assert answer.json()["code"] in (code, "missing-material")
    assert answer.status_code == 422


def owes(tools: Any, number: str) -> None:
    """The clock of what was promised runs."""
    with tools.store.transaction() as session:
        deadline = tools.calendar.limit_due(tools.clock.now(), 5)
        entry = clock_entry(deadline)
        applications.start_clock(session, number, Clock.SUPPLEMENT, "food-license", tools.clock.now(), entry)
        intake.promises(session, number)[0].due_at = deadline.due


def test_r46_r48_the_promised_material_is_brought_to_the_window(tools: Any, company: Any, person: Any, take_in: Any) -> None:
    number, clerk = promised(company).json()["number"], person("window-410105")
    take_in(number)
    owes(tools, number)
    desk, address = f"/staff/window/{number}", f"/staff/window/{number}/supplement/plan"
    assert address in clerk.get(desk).text
    refused = clerk.send(address, files={"file": ("平面图.exe", b"MZ")})
    assert refused.status_code == 415
    assert 'id="file-owed-plan-fault"' in refused.text
    assert clerk.send(address, files={"file": ("平面图.pdf", PDF)}).status_code == 303
    page = clerk.get(desk).text
    assert address not in page
    assert "收取容缺补交的材料" in page
    assert "已补交" in company.get(f"/cases/{number}").text
    with tools.store.reading() as session:
        trail = [(row.actor, row.action) for row in audit.trail(session, number)]
        assert {row.key for row in applications.materials(session, number)} == {"identity", "plan"}
        assert intake.promises(session, number)[0].handed_in_at
    assert ("window-410105", "window-supplement") in trail


def test_r46_the_promised_material_is_handed_in_from_the_case_page(tools: Any, company: Any, take_in: Any) -> None:
    number = promised(company).json()["number"]
    early = company.post(f"{URL}/{number}/supplement", {"materials": {"plan": company.upload()}})
    assert early.json()["code"] == "nothing-owed"
    take_in(number)
    owes(tools, number)
    assert "待补交" in company.get(f"/cases/{number}").text
    answer = company.send(f"/cases/{number}/materials/plan", files={"file": ("平面图.pdf", PDF)})
    assert answer.status_code == 303
    assert "已补交" in company.get(f"/cases/{number}").text
    with tools.store.reading() as session:
        clock = next(row for row in applications.clocks(session, number) if row.clock == Clock.SUPPLEMENT)
        told = [entry.key for entry in outbox.waiting(session) if entry.key.startswith("supplement:")]
        assert {row.key for row in applications.materials(session, number)} == {"identity", "plan"}
    assert clock.ended_at
    assert told == [f"supplement:{number}:plan:market"]
    again = company.send(f"/cases/{number}/materials/plan", files={"file": ("平面图.pdf", PDF)})
    assert again.status_code == 409


def test_r46_r47_on_the_pages_one_reads_the_consequence_and_signs(tools: Any, company: Any) -> None:
    draft = at_materials(company)
    assert "逾期不补交的" in company.get(f"{draft}/materials").text
    assert "不能以这种方式办理" in company.send(f"{draft}/materials/identity/promise", {"kind": "tolerance"}).text
    assert company.send(f"{draft}/materials/plan/promise", {"kind": "tolerance"}).status_code == 303
    review = company.send(f"{draft}/materials").headers["location"]
    page = company.get(review).text
    assert "签署承诺书" in page
    assert "逾期不补交的" in page
    refused = company.send(review, {"promise": "yes", "signature": "别人"})
    assert "签名“别人”与申请人不一致" in refused.text
    assert 'name="promise" value="yes" checked' in refused.text, "what was ticked stays ticked"
    assert refused.status_code == 422
    receipt = company.send(review, {"promise": "yes", "signature": NAME.removesuffix("（演示）")})
    number = receipt.headers["location"].split("/")[2]
    with tools.store.reading() as session:
        assert [row.kind for row in intake.promises(session, number)] == ["tolerance"]


def at_materials(company: Any) -> str:
    draft = company.send("/apply/restaurant").headers["location"].rsplit("/", 1)[0]
    company.send(f"{draft}/questions", {"signs": "no"})
    company.send(f"{draft}/items", {"item": "food-license", "district": "410105"})
    fields = {"applicant.name": NAME, "applicant.id_no": "91410100MA0000000T", "applicant.phone": "13800000004"}
    company.send(f"{draft}/details", fields | {"delivery_way": "electronic"})
    company.send(f"{draft}/materials/identity", files={"file": ("a.pdf", PDF)})
    return draft


def test_r46_r48_a_promise_for_good_and_one_for_later_are_called_what_they_are(company: Any) -> None:
    page = company.get(f"{at_materials(company)}/materials").text
    later, _, instead = page.partition("用书面承诺代替<span")
    assert "暂时不能提交？<span" in later
    assert ("选择容缺受理" in later, "选择告知承诺" in later) == (True, False)
    assert ("选择容缺受理" in instead, "选择告知承诺" in instead) == (False, True)


@pytest.mark.parametrize(("kind", "owing"), [("tolerance", True), ("commitment", False)])
def test_r47_only_what_comes_later_is_promised_to_come(company: Any, kind: str, owing: bool) -> None:
    draft = at_materials(company)
    company.send(f"{draft}/materials/plan/promise", {"kind": kind})
    page = company.get(f"{draft}/review").text
    assert "承诺不实的，自愿承担相应后果" in page
    assert ("应当补交的材料按期补交" in page) == owing


def test_r48_after_a_promise_no_old_file_is_offered(tools: Any, company: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    plan = tools.catalogue.materials["plan"].model_copy(update={"valid_days": 90})
    monkeypatch.setitem(tools.catalogue.materials, "plan", plan)
    company.apply()
    draft = at_materials(company)
    assert "使用这一份" in company.get(f"{draft}/materials").text
    company.send(f"{draft}/materials/plan/promise", {"kind": "commitment"})
    assert "使用这一份" not in company.get(f"{draft}/materials").text


@pytest.mark.parametrize(("kind", "label", "note"), [
    ("commitment", "告知承诺", "以书面承诺代替"), ("tolerance", "容缺受理", "收件之日起5个工作日内补交"),
])
def test_r48_r60_the_receipt_lists_what_was_promised_in_its_place(company: Any, kind: str, label: str, note: str) -> None:
    number = promised(company, kind).json()["number"]
    text = text_of(company.get(f"/cases/{number}/receipt.pdf").content)
    assert f"平面图{label}{note}" in text
    assert text.index("身份证明") < text.index("平面图"), "as on the page of the materials"


def test_r60_the_receipt_names_materials_in_the_order_of_the_page(company: Any) -> None:
    number = company.apply().json()["number"]
    text = text_of(company.get(f"/cases/{number}/receipt.pdf").content)
    assert text.index("1身份证明") < text.index("2平面图") < text.index("3营业执照共享获取")


def test_r49_the_windows_scan_becomes_the_file_of_the_paper_version(
    tools: Any, company: Any, person: Any, take_in: Any
) -> None:
    number = company.apply().json()["number"]
    take_in(number)
    with tools.store.transaction() as session:
        applications.lock(session, number).channel = "window"
        applications.add_material_version(session, number, "plan", None, tools.clock.now())
    clerk, reviewer = person("window-410105"), person("reviewer-market-410105")
    assert "待转电子" in clerk.get(f"/staff/cases/{number}").text
    assert "待转电子</h2>" not in reviewer.get(f"/staff/cases/{number}").text
    address, scan = f"/staff/cases/{number}/materials/plan", {"file": ("扫描.pdf", PDF)}
    assert reviewer.send(address, files=scan).status_code == 403
    assert company.send(address, files=scan).status_code == 404
    assert clerk.send(address, files=scan).status_code == 303
    assert clerk.send(address, files=scan).status_code == 409
    with tools.store.reading() as session:
        plan = {row.key: row for row in applications.materials(session, number)}["plan"]
        assert (plan.version, bool(plan.document_id)) == (2, True)
        assert "scan" in [record.action for record in audit.trail(session, number)]


def test_r41_r42_staff_see_who_judged_what_and_when(tools: Any, company: Any, person: Any) -> None:
    number = company.apply().json()["number"]
    found = [Judgement("plan", 1, False, True, "缺第 2 页"), Judgement("identity", 1, True, True)]
    with tools.store.transaction() as session:
        intake.add_check(session, number, "task-1", "window-410105", tools.clock.now(), "correction", found)
    page = person("window-410105").get(f"/staff/cases/{number}").text
    with tools.store.reading() as session:
        clerk = accounts.by_subject(session, ["window-410105"])["window-410105"].name
    assert f">{clerk}</span>" in page
    assert "平面图（不齐全，符合法定形式）：缺第 2 页" in page
    assert "身份证明（" not in page
