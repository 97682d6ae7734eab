"""我的数据: who looked, export, correction, deletion and what is kept (S25; PIPL, articles 44-47)."""

from __future__ import annotations

import ast
import io
import json
import zipfile
from datetime import date
from typing import Any

import pytest

from onething.access_words import words
from onething.store import accounts, applications, audit, certificates, documents
from onething.vocabulary import CaseState
from tests.api.conftest import COMPANY, HOME, PDF
from tests.api.test_case_page import end
from tests.api.test_guidance import ask

WINDOW, REVIEWER, ADVISER = "window-410105", "reviewer-market-410105", "adviser-market-410105"


@pytest.fixture
def number(company: Any) -> str:
    return company.apply().json()["number"]


def looks(tools: Any, number: str) -> list[tuple[str, str]]:
    with tools.store.reading() as session:
        return [(row.actor, row.action) for row in audit.trail(session, number) if row.action.startswith("look-")]


def account(tools: Any, subject: str = COMPANY) -> Any:
    with tools.store.reading() as session:
        return next(row for row in accounts.all_accounts(session) if row.subject == subject)


def test_s25_staff_who_open_a_case_or_a_file_are_recorded_and_shown(
    company: Any, person: Any, number: str, tools: Any
) -> None:
    clerk = person(WINDOW)
    with tools.store.reading() as session:
        file = next(row for row in applications.materials(session, number) if row.document_id)
    assert clerk.get(f"/staff/cases/{number}").status_code == 200
    assert clerk.get(f"/documents/{file.document_id}").content == PDF
    assert person(REVIEWER).get(f"/api/v1/documents/{file.document_id}").status_code == 200
    assert looks(tools, number) == [(WINDOW, "look-at-case"), (WINDOW, "look-at-file"), (REVIEWER, "look-at-file")]
    page = company.get("/me/data").text
    assert "金水区综合受理窗口" in page
    assert "金水区市场监管部门审查岗" in page
    assert "查看办件" in page
    assert "打开文件“" in page
    assert "收件审查和窗口服务" in page
    assert "审查本部门的事项" in page
    assert "2026年11月23日 星期一 10:00" in page


def test_the_window_looks_on_record_too_once_while_it_works_on_a_case(
    company: Any, person: Any, number: str, tools: Any, clock: Any
) -> None:
    clerk = person(WINDOW)
    with tools.store.reading() as session:
        material = next(row.document_id for row in applications.materials(session, number) if row.document_id)
    for _ in range(3):
        assert clerk.get(f"/staff/window/{number}").status_code == 200
    assert looks(tools, number) == [(WINDOW, "look-at-case")], "its page comes again after every act"
    assert clerk.get(f"/staff/window/{number}/papers/{material}").status_code == 200
    assert looks(tools, number)[1:] == [(WINDOW, "look-at-file")]
    clock.move(minutes=11)
    clerk.get(f"/staff/window/{number}")
    assert len(looks(tools, number)) == 3
    assert "综合受理窗口" in company.get("/me/data").text


def test_looking_at_ones_own_and_in_vain_leaves_no_record(company: Any, person: Any, number: str, tools: Any) -> None:
    with tools.store.reading() as session:
        file = next(row for row in applications.materials(session, number) if row.document_id)
    company.get(f"/cases/{number}")
    company.get(f"/documents/{file.document_id}")
    for stranger in (person("demo-li-si"), person("window-410100"), person()):
        for path in (f"/staff/cases/{number}", f"/documents/{file.document_id}"):
            assert stranger.get(path).status_code in (401, 404)
    assert looks(tools, number) == []
    assert "还没有人看过您的资料" in company.get("/me/data").text


def test_the_trail_keeps_ids_and_no_names_s12(company: Any, person: Any, tools: Any) -> None:
    body = {"materials": {"identity": company.upload("张三身份证.pdf"), "plan": company.upload()}}
    number = company.apply(**body).json()["number"]
    person(WINDOW).get(f"/documents/{body['materials']['identity']}")
    assert "打开文件“张三身份证.pdf”" in company.get("/me/data").text
    with tools.store.reading() as session:
        assert "张三" not in json.dumps([row.detail for row in audit.trail(session, number)], ensure_ascii=False)
        assert audit.first_fault(audit.trail(session)) is None


def test_the_same_on_one_day_is_one_line(company: Any, person: Any, number: str) -> None:
    clerk = person(WINDOW)
    for _ in range(3):
        clerk.get(f"/staff/cases/{number}")
    page = company.get("/me/data").text
    assert page.count("查看办件") == 1
    assert "当天 3 次" in page


def test_the_advisers_look_at_a_consultation_is_recorded(company: Any, person: Any, tools: Any) -> None:
    number = ask(company).json()["number"]
    assert person(ADVISER).get(f"/staff/guidance/{number}").status_code == 200
    assert looks(tools, number) == [(ADVISER, "look-at-request")]
    assert "查看咨询" in company.get("/me/data").text


def test_every_action_of_the_code_has_words() -> None:
    """What is recorded is shown in plain Chinese, not as a code or a phrase that fits everything."""
    own = {"submit", "correct", "correct-form", "supplement", "withdraw-case", "withdraw-item", "choose-delivery",
           "dispute-data", "ask-on-case", "change-contact", "delete-own-data", "export-own-data", "login", "login-refused",
           "logout", "withdraw-consent", "infected"}
    automatic = {"expire-correction", "supplement-late", "recount-deadline", "start-again", "withdrawal-told"}
    parts = {"allowed", "denied", "promise-", "start-", "-extension", "case-state"}  # of names put together
    found = set()
    for path in [*HOME.glob("api/**/*.py"), *HOME.glob("workers/**/*.py")]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "audit.record" and len(node.args) > 3:
                found |= {part.value for part in ast.walk(node.args[3]) if isinstance(part, ast.Constant)}
    plain = {one for one in found if isinstance(one, str)} - own - automatic - parts
    assert len(plain) > 15
    assert [one for one in plain if words(one) == "办理本办件"] == []


@pytest.mark.parametrize(("actor", "action", "item", "who", "what", "why"), [
    ("li.si", "approve", "food-license", "金水区市场监管部门审查岗", "作出准予决定", "审查本部门的事项"),  # in Tasklist alone
    ("staff:abc:c1", "intake-accepted", "", "办理本办件的工作人员", "审查材料", "办理本办件"),
    ("console:root", "look-at-case", "", "系统管理员", "查看办件", "系统运行维护"),
    ("console:root", "list-after-breach", "", "系统管理员", "列入信息安全事件的通知名单", "系统运行维护"),
    ("寄递服务", "callback-signed-for", "", "寄递服务", "回报办理情况", "按办理流程"),
    ("系统", "dispatch", "", "自动办理程序", "把申请材料转给办理部门", "按办理流程"),
])
def test_s25_nobody_is_left_out_for_want_of_an_account(
    company: Any, number: str, tools: Any, actor: str, action: str, item: str, who: str, what: str, why: str
) -> None:
    with tools.store.transaction() as session:
        audit.record(session, tools.clock.now(), actor, action, number=number, item=item)
        audit.record(session, tools.clock.now(), "系统", "start-intake", number=number)  # moves nothing
    page = company.get("/me/data").text
    table = page.partition('class="accesses')[2].partition("</table>")[0]
    assert table.count("<tr>") == 2, "the head and one line"
    for words_of_it in (who, what, why):
        assert f"<td>{words_of_it}" in table


def unzip(answer: Any) -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(answer.content))


def test_s25_the_export_holds_everything_of_ones_own_and_nothing_else(
    company: Any, person: Any, number: str, tools: Any
) -> None:
    person(WINDOW).get(f"/staff/cases/{number}")
    company.upload("草稿.pdf")
    neighbour = person("demo-li-si")
    neighbour.upload("邻居.pdf")
    answer = company.get("/me/data/export.zip")
    assert answer.headers["cache-control"] == "no-store"
    package = unzip(answer)
    data = json.loads(package.read("data.json"))
    assert data["account"]["id_no"] == "91410100MA0000000T"
    [case] = data["cases"]
    assert case["number"] == number
    assert [row["item"] for row in case["application_item"]] == ["final-check", "fire-check", "food-license"]
    assert case["applicant"]["phone"] == "13800000004"
    assert [line["what"] for line in data["accesses"]] == ["查看办件"]
    files = [name for name in package.namelist() if name.startswith("files/")]
    assert len(files) == 3
    assert all(package.read(name) == PDF for name in files)
    assert sorted(files) == data["files"]
    assert number in package.read("我的数据.html").decode()
    text = json.dumps(data, ensure_ascii=False)
    assert "邻居" not in text
    assert WINDOW not in text, "staff are named by their office"
    assert json.loads(unzip(neighbour.get("/me/data/export.zip")).read("data.json"))["cases"] == []


def test_the_export_is_recorded_and_only_for_applicants(company: Any, person: Any, tools: Any) -> None:
    company.get("/me/data/export.zip")
    with tools.store.reading() as session:
        assert [row.action for row in audit.trail(session) if row.actor == COMPANY] == ["export-own-data"]
    assert person(WINDOW).get("/me/data/export.zip").status_code == 403
    assert person().get("/me/data/export.zip").status_code == 401


def test_phone_and_address_are_put_right_also_for_open_cases(company: Any, number: str, tools: Any) -> None:
    other = company.apply("second-key").json()["number"]
    end(tools, other, CaseState.COMPLETED)
    bad = company.send("/me/data/contact", {"phone": "12", "address": ""})
    assert (bad.status_code, "请填写 11 位手机号码" in bad.text) == (422, True)
    sent = {"phone": "139 0000 0001", "address": "郑州市金水区示例路 2 号"}
    assert company.send("/me/data/contact", sent).status_code == 303
    row = account(tools)
    assert (row.phone, row.address) == ("13900000001", "郑州市金水区示例路 2 号")
    with tools.store.reading() as session:
        assert applications.get(session, number).applicant["phone"] == "13900000001"
        assert applications.get(session, other).applicant["phone"] == "13800000004", "an ended case stays as it was"
        assert "change-contact" in {row.action for row in audit.trail(session, number)}


def test_a_case_with_another_number_keeps_it(company: Any, tools: Any) -> None:
    person = {"name": "郑州示例餐饮有限公司（演示）", "id_no": "91410100MA0000000T", "phone": "13700000001"}
    number = company.apply(applicant=person).json()["number"]
    company.send("/me/data/contact", {"phone": "13900000001", "address": ""})
    with tools.store.reading() as session:
        assert applications.get(session, number).applicant["phone"] == "13700000001"


def test_s25_what_may_be_deleted_goes_and_the_case_stays(company: Any, number: str, tools: Any) -> None:
    with tools.store.transaction() as session:
        mine = account(tools).id
        accounts.new_draft(session, mine, "restaurant", {"district": "410105", "documents": {}}, tools.clock.now())
    lost = company.upload("没用.pdf")
    assert company.send("/me/data/deletion", {}).status_code == 422
    assert company.send("/me/data/deletion", {"kinds": ["drafts", "uploads", "contact"]}).status_code == 303
    assert company.get(f"/documents/{lost}").status_code == 404
    row = account(tools)
    assert (row.phone, row.address, row.name) == ("", "", "郑州示例餐饮有限公司（演示）")
    with tools.store.reading() as session:
        assert accounts.drafts_of(session, mine) == []
        assert all(documents.get(session, one.document_id) for one in applications.materials(session, number) if one.document_id)
        [record] = [one for one in audit.trail(session) if one.action == "delete-own-data"]
        assert record.detail == {"kinds": ["drafts", "uploads", "contact"]}


def test_uploads_of_a_draft_that_stays_are_kept(company: Any, tools: Any) -> None:
    used = company.upload("草稿里的.pdf")
    with tools.store.transaction() as session:
        data = {"district": "410105", "documents": {"plan": used}}
        accounts.new_draft(session, account(tools).id, "restaurant", data, tools.clock.now())
    company.send("/me/data/deletion", {"kinds": ["uploads"]})
    assert company.get(f"/documents/{used}").status_code == 200


def test_what_is_kept_is_said_with_until_when_and_why(company: Any) -> None:
    page = company.get("/me/data").text
    for words_ in ("已经提交的办件", "保存：", "原因：", "依据：", "待核实"):
        assert words_ in page


def issue(tools: Any, number: str, **changes: Any) -> Any:
    with tools.store.transaction() as session:
        case = applications.get(session, number)
        pdf = documents.add(
            session, tools.clock.now(), case.account_id, "食品经营许可证.pdf", "application/pdf", PDF, number=number,
            item="food-license", paper_kind="licence",
        )
        row = certificates.reserve(
            session, number, "food-license", "licence", lambda serial: f"JY{serial:06}", title="食品经营许可证",
            holder="郑州示例餐饮有限公司", issuer="金水区市场监管部门", issued_on=date(2026, 11, 23),
        )
        certificates.publish(row, pdf.id)
        for name, value in changes.items():
            setattr(row, name, value)
        return row


@pytest.mark.parametrize(("changes", "word"), [
    ({}, "有效"), ({"valid_until": date(2026, 11, 22)}, "已过有效期"), ({"state": "revoked"}, "已撤销"),
])
def test_r101_certificates_have_state_code_download_and_check(
    company: Any, number: str, tools: Any, changes: dict[str, Any], word: str
) -> None:
    row = issue(tools, number, **changes)
    page = company.get("/me/certificates").text
    assert f"</svg>{word}</span>" in page
    if word == "已撤销":
        assert 'class="qr"' not in page, "what counts no more is not shown to anybody"
    else:
        assert "<svg" in page[page.index('class="qr"'):]
    assert f"/documents/{row.document_id}" in page
    assert f"/verify/{row.verify_token}" in page
    assert "食品经营许可证" in company.get("/me").text
