"""The pages, as somebody without JavaScript walks through them (R22-R26, R38, R54, R86, R112)."""

from __future__ import annotations

import json
import re
from datetime import date
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from api.app import create_app
from api.masking import mask_id, mask_name
from onething.bootstrap import Tools
from onething.catalogue import load_catalogue
from onething.cli.demo import SAMPLE_PDF
from onething.numbers import grouped
from onething.store import accounts, applications, certificates, documents
from onething.vocabulary import CaseState, CertificateState
from tests.api.conftest import BASE

HOME = Path(__file__).resolve().parent.parent.parent
VOID = {"input", "meta", "link", "br", "path", "img", "hr", "rect"}


class Outline(HTMLParser):
    """What a reader of the page hears first: language, headings, labelled fields; and whether tags are closed."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.lang, self.headings, self.fields, self.labels, self.ids = "", [], [], set(), []
        self.open: list[str] = []
        self.inline: list[str] = []
        self.in_label = 0
        self.feed(page)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        found = dict(attributes)
        if tag not in VOID:
            self.open.append(tag)
        if tag == "html":
            self.lang = found.get("lang") or ""
        if tag in ("h1", "h2", "h3"):
            self.headings.append(tag)
        if tag == "label":
            self.in_label += 1
            self.labels.add(found.get("for"))
        if (tag == "input" and found.get("type") != "hidden") or tag in ("select", "textarea"):
            self.fields.append((found.get("id"), self.in_label > 0))
        if "id" in found:
            self.ids.append(found["id"])
        self.inline += [name for name in found if name == "style" or name.startswith("on")]

    def handle_startendtag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        if tag not in VOID:
            raise AssertionError(f"<{tag}/>")

    def handle_endtag(self, tag: str) -> None:
        if tag == "label":
            self.in_label -= 1
        assert self.open.pop() == tag

    def check(self, where: str) -> None:
        assert self.lang == "zh-CN", where
        assert self.headings.count("h1") == 1, (where, self.headings)
        for before, after in zip(self.headings, self.headings[1:], strict=False):
            assert int(after[1]) - int(before[1]) <= 1, (where, self.headings)
        assert [field for field in self.fields if not field[1] and field[0] not in self.labels] == [], where
        assert len(set(self.ids)) == len(self.ids), (where, self.ids)
        assert self.inline == [], where
        assert self.open == [], where


def look(person: Any, path: str, status: int = 200) -> str:
    answer = person.get(path)
    assert answer.status_code == status, (path, answer.status_code, answer.text[:500])
    Outline(answer.text).check(path)
    return answer.text


def follow(answer: Any) -> str:
    assert answer.status_code == 303, answer.text[:3000]
    return answer.headers["location"]


def test_one_can_walk_from_the_start_page_to_the_receipt_r25_r112(company: Any, tools: Any) -> None:
    assert "开饭店" in look(company, "/")
    assert "开饭店" in look(company, "/?q=饭店")
    guide = look(company, "/bundles/restaurant")
    for words in ("需先行取得营业执照", "待核实", "消防安全检查 → 开业核查", "免提交的材料", "设置店招的需办理"):
        assert words in guide
    look(company, "/apply/restaurant")
    questions = follow(company.send("/apply/restaurant"))
    draft = questions.rsplit("/", 1)[0]
    look(company, questions)
    assert company.get(f"{draft}/review").headers["location"] == questions
    items = follow(company.send(questions, {"signs": "no"}))
    page = look(company, items)
    assert "不需要办理" in page
    details = follow(company.send(items, {"item": ["food-license", "fire-check"], "district": "410105"}))
    assert "91410100MA0000000T" in look(company, details)
    fields = {
        "applicant.name": "郑州示例餐饮有限公司", "applicant.id_no": "91410100 MA0000000t", "applicant.phone": "138 0000 0004",
    }
    assert " checked" not in look(company, details), "nobody has said yet how the results are to come (R94)"
    unsaid = company.send(details, fields)
    assert 'href="#delivery_mode"' in unsaid.text
    assert 'href="#delivery_way"' in unsaid.text
    materials = follow(company.send(details, fields | {"delivery_way": "electronic", "delivery_mode": "separate"}))
    page = look(company, materials)
    assert "营业执照" in page[page.index("免提交"):]
    for key in ("identity", "plan"):
        follow(company.send(f"{materials}/{key}", files={"file": (f"{key}.pdf", SAMPLE_PDF)}))
    review = follow(company.send(materials))
    page = look(company, review)
    assert "91410100MA0000000T" in page
    assert "修改" in page
    assert "各事项办结后分别领取，电子送达" in page
    receipt = follow(company.send(review, {"promise": "yes"}))
    number = receipt.split("/")[2]
    page = look(company, receipt)
    assert grouped(number) in page
    assert "2026年11月23日 星期一 12:00 前" in page
    for late in (company.get(review), company.send(review, {"promise": "yes"})):
        assert late.headers["location"] == receipt
    with tools.store.reading() as session:
        assert applications.get(session, number).applicant["phone"] == "13800000004"
        assert accounts.drafts_of(session, applications.get(session, number).account_id) == []
    look(company, "/cases")
    page = look(company, f"/cases/{number}")
    assert "综合受理窗口" in page
    assert "如何计算" in page


def test_faults_are_named_at_the_top_and_at_the_field(company: Any) -> None:
    questions = follow(company.send("/apply/restaurant"))
    draft = questions.rsplit("/", 1)[0]
    cases = [
        (questions, {}, "请回答：是否设置店招？"), (f"{draft}/items", {"district": "410105"}, "至少选择一个事项"),
        (f"{draft}/items", {"district": "410122", "item": "food-license"}, "已开通办理的地区"),
        (f"{draft}/details", {"delivery_way": "courier", "applicant.id_no": "1"}, "统一社会信用代码不正确"),
        (f"{draft}/items", {"district": "410105", "item": "unknown"}, "没有事项"),
    ]
    for path, fields, words in cases:
        answer = company.send(path, fields)
        assert answer.status_code in (404, 422), path
        Outline(answer.text).check(path)
        assert words in answer.text
        assert "请补充或修改以下内容" in answer.text


def test_what_was_typed_survives_a_fault_and_a_reload(company: Any) -> None:
    draft = follow(company.send("/apply/restaurant")).rsplit("/", 1)[0]
    company.send(f"{draft}/questions", {"signs": "yes"})
    company.send(f"{draft}/items", {"item": "food-license", "district": "410105"})
    bad = company.send(f"{draft}/details", {"applicant.name": "我的小店", "delivery_way": "counter"})
    assert "我的小店" in bad.text
    assert "我的小店" in look(company, f"{draft}/details")
    assert follow(company.get(draft)) == f"{draft}/details"


def test_the_promise_and_missing_materials_hold_the_application_back(company: Any, tools: Any) -> None:
    draft = follow(company.send("/apply/restaurant")).rsplit("/", 1)[0]
    company.send(f"{draft}/questions", {"signs": "no"})
    company.send(f"{draft}/items", {"item": "signboard", "district": "410105"})
    fields = {"applicant.name": "郑州示例餐饮有限公司", "applicant.id_no": "91410100MA0000000T", "applicant.phone": "13800000004"}
    company.send(f"{draft}/details", fields | {"delivery_way": "electronic"})
    for name in ("平面图", "店招效果图"):
        assert f"请上传“{name}”" in company.send(f"{draft}/materials").text
    wrong = company.send(f"{draft}/materials/photo", files={"file": ("图.pdf", SAMPLE_PDF)})
    assert wrong.status_code == 415
    assert "JPG、PNG" in wrong.text
    assert "请先选择" in company.send(f"{draft}/materials/photo").text
    assert company.send(f"{draft}/materials/identity", files={"file": ("a.pdf", SAMPLE_PDF)}).status_code == 404
    big = company.send(f"{draft}/materials/plan", files={"file": ("大.pdf", SAMPLE_PDF + b"0" * 3_000_000)})
    assert big.status_code == 413
    follow(company.send(f"{draft}/materials/plan", files={"file": ("图.pdf", SAMPLE_PDF)}))
    assert "移除" in look(company, f"{draft}/materials")
    follow(company.send(f"{draft}/materials/plan/remove"))
    assert "移除" not in look(company, f"{draft}/materials")
    with tools.store.reading() as session:
        assert applications.count_by_state(session) == {}


def test_situations_are_radios_and_blocks_one_choice_r26(person: Any) -> None:
    zhang = person("demo-zhang-san")
    draft = follow(zhang.send("/apply/newborn")).rsplit("/", 1)[0]
    follow(zhang.send(f"{draft}/questions", {"marriage": "later"}))
    page = look(zhang, f"{draft}/items")
    assert 'type="radio" name="situation.marriage"' in page
    follow(zhang.send(f"{draft}/items", {"situation.marriage": "out", "item": "query", "district": "410100"}))
    page = look(zhang, f"{draft}/items")
    assert "非婚出生登记" in page
    assert "婚内出生登记" not in page
    house = follow(zhang.send("/apply/second-hand-house")).rsplit("/", 1)[0]
    page = look(zhang, f"{house}/items")
    assert 'name="block" value="deal" checked' in page
    split = zhang.send(f"{house}/items", {"item": "tax", "district": "410100"})
    assert "不能拆开办理" in split.text


def test_withdrawing_and_correcting_on_pages_r54_r86(company: Any, tools: Any, take_in: Any) -> None:
    number = company.apply("first-key-1").json()["number"]
    with tools.store.transaction() as session:
        case = applications.lock(session, number)
        applications.set_case_state(case, CaseState.CORRECTION)
        case.reason = "平面图看不清"
    assert "平面图看不清" in look(company, f"/cases/{number}")
    look(company, f"/cases/{number}/correction")
    assert "至少重新上传一份" in company.send(f"/cases/{number}/correction").text
    wrong = company.send(f"/cases/{number}/correction", files={"material-plan": ("图.pdf", b"x")})
    assert wrong.status_code == 415
    follow(company.send(f"/cases/{number}/correction", files={"material-plan": ("新图.pdf", SAMPLE_PDF + b"\n")}))
    assert "新图.pdf" in look(company, f"/cases/{number}")
    take_in(number)
    page = look(company, f"/cases/{number}/withdrawal?item=fire-check")
    assert "开业核查" in page
    follow(company.send(f"/cases/{number}/withdrawal", {"item": "fire-check"}))
    look(company, f"/cases/{number}/withdrawal")
    follow(company.send(f"/cases/{number}/withdrawal", {"item": ""}))
    page = look(company, f"/cases/{number}")
    assert "已撤回" in page
    assert look(company, f"/cases/{number}/withdrawal", 409)


def test_certificates_are_verified_with_masked_names(company: Any, person: Any, tools: Any) -> None:
    number = company.apply().json()["number"]
    with tools.store.transaction() as session:
        case = applications.get(session, number)
        row = certificates.reserve(
            session, number, "food-license", "s", lambda n: f"JY{n}", title="食品经营许可证",
            holder="郑州示例餐饮有限公司（演示）", issuer="市场监管部门", issued_on=date(2026, 11, 30),
        )
        document = documents.add(
            session, tools.clock.now(), case.account_id, "证.pdf", "application/pdf", SAMPLE_PDF, number=number,
            item="food-license", paper_kind="licence",
        )
        row.document_id, token = document.id, row.verify_token
    anyone = person()
    assert "没有查到" in look(anyone, f"/verify/{token}")
    assert company.get(f"/documents/{document.id}").status_code == 404
    with tools.store.transaction() as session:
        certificates.publish(certificates.by_token(session, token), document.id)
    page = look(anyone, f"/verify/{token}")
    assert "有效" in page
    assert "郑州＊＊＊公司" in page
    assert "示例餐饮" not in page
    answer = anyone.get(f"/api/v1/verify/{token}").json()
    assert (answer["status"], answer["holder"]) == ("valid", "郑州＊＊＊公司")
    assert company.get(f"/documents/{document.id}").status_code == 200
    assert "证照" in look(company, f"/cases/{number}")
    with tools.store.transaction() as session:
        certificates.by_token(session, token).state = str(CertificateState.REVOKED)
    assert "已撤销" in look(anyone, f"/verify/{token}")
    assert "没有查到" in look(anyone, "/verify/no-such-token")


def test_a_file_is_verified_by_its_signature(person: Any) -> None:
    anyone = person()
    look(anyone, "/verify")
    answer = anyone.client.post("/verify", files={"file": ("文.pdf", SAMPLE_PDF)})
    Outline(answer.text).check("/verify")
    assert "没有电子签名" in answer.text
    assert anyone.client.post("/verify", data={}).status_code == 422
    assert anyone.client.post("/verify", files={"file": ("文.pdf", b"x" * 1_500_000)}).status_code == 413


@pytest.mark.parametrize("path", ["/nothing", "/bundles/nothing", "/verify/x/y", "/look/large/x"])
def test_unknown_addresses_say_so_in_chinese(person: Any, path: str) -> None:
    assert "没有" in look(person(), path, 404)


def test_login_page_and_staff_pages(person: Any, company: Any) -> None:
    page = look(person(), "/login?target=/cases")
    assert "张三（演示）" in page
    number = company.apply().json()["number"]
    window = person("window-410105")
    look(window, "/staff")
    assert follow(window.get(f"/staff?number={grouped(number)}")) == f"/staff/cases/{number}"
    page = look(window, f"/staff/cases/{number}")
    assert "91410100MA0000000T" not in page
    assert "身份证明" in page


def test_large_type_is_kept(person: Any) -> None:
    anyone = person()
    anyone.get("/look/large")
    assert 'class="large"' in look(anyone, "/")


def test_every_guide_of_the_real_catalogue_is_shown_r22(tools: Any) -> None:
    from fastapi.testclient import TestClient

    catalogue = load_catalogue(HOME)
    real = Tools(tools.settings, tools.store, catalogue, tools.calendar, tools.clock)
    client = TestClient(create_app(real), base_url="http://127.0.0.1")
    page = client.get("/").text
    for bundle in catalogue.bundles.values():
        assert f'href="/bundles/{bundle.slug}"' in page
        answer = client.get(f"/bundles/{bundle.slug}")
        assert answer.status_code == 200
        Outline(answer.text).check(bundle.slug)
        assert client.get(f"/api/v1/bundles/{bundle.slug}").status_code == 200


def test_masks() -> None:
    assert mask_name("张三") == mask_name("张三（演示）") == "张＊"
    assert mask_id("410102199001010012") == "4101**********0012"


def test_the_api_is_as_described_in_docs(app: Any) -> None:
    """`python -m api openapi > docs/openapi.json` writes it anew."""
    described = json.loads((HOME / "docs" / "openapi.json").read_text(encoding="utf-8"))
    assert app.openapi() == described
    operations = [op["operationId"] for methods in described["paths"].values() for op in methods.values()]
    assert len(set(operations)) == len(operations)


def test_r25_who_cannot_say_keeps_the_item(company: Any) -> None:
    """An item that may be needed is not lost by a guess: it stays ticked, marked as unsure."""
    draft = follow(company.send("/apply/restaurant")).rsplit("/", 1)[0]
    assert "不清楚" in company.get(f"{draft}/questions").text
    assert company.send(f"{draft}/questions", {}).status_code == 422, "passed by without a word"
    assert company.send(f"{draft}/questions", {"signs": "later"}).status_code == 303
    page = company.get(f"{draft}/items").text
    assert "您不清楚是否需要办理，先保留" in page
    assert re.search(r'value="signboard"[^>]* checked', page)
    assert company.send(f"{draft}/questions", {"signs": "no"}).status_code == 303
    assert not re.search(r'value="signboard"[^>]* checked', company.get(f"{draft}/items").text)


@pytest.mark.parametrize(("subject", "address", "home"), [
    ("window-410105", "/staff/window/1", "/staff/window"), ("delivery-410105", "/staff/window/1", "/staff/window"),
    ("reviewer-market-410105", "/staff/cases/1", "/staff"), ("demo-restaurant", "/cases/1", "/"), ("", "/nowhere", "/"),
])
def test_an_error_leads_everybody_back_to_their_own_work(person: Any, subject: str, address: str, home: str) -> None:
    page = person(subject).get(address)
    assert page.status_code == 404
    assert f'<a class="button" href="{home}">' in page.text.partition("<main")[2]


def test_larger_type_leads_back_to_a_page_that_can_be_opened(company: Any) -> None:
    """Not to the address a form was sent to, which may know no GET."""
    number = company.apply().json()["number"]
    assert f"/look/large?target=/cases/{number}/delivery" in company.get(f"/cases/{number}/delivery").text
    refused = company.client.post(
        f"/cases/{number}/delivery", data={"csrf": company.csrf}, headers={"referer": f"{BASE}/cases"},
    )
    assert refused.status_code == 422
    assert '/look/large?target=/cases"' in refused.text
