"""一表申请 on pages and API: filled in from registers, disputes, earlier uploads, licence first (R23, R111, R114, R115)."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from api.applicant import agent_faults, tidy
from api.drafts import may_stay_open
from onething.application_form import examples, fields_for
from onething.bootstrap import Tools
from onething.catalogue import load_catalogue
from onething.eligibility import materials_for
from onething.gateways import DemoRegisters, GatewayError
from onething.intake import Judgement
from onething.settings import Settings
from onething.store import applications, audit, guides, intake, outbox, window
from onething.vocabulary import CaseState
from tests.days import city_days
from tests.stores import empty_store

HOME = Path(__file__).resolve().parents[2]
CATALOGUE = load_catalogue(HOME)
SHOP, ITEM = "open-small-food-shop", "small-food-shop-registration"
COMPANY, ID = "demo-restaurant", "91410100MA0000000T"
AGENT = {"applicant.agent_name": "赵受托", "applicant.agent_id_no": "11010519491231002x"}


@pytest.fixture
def tools(tmp_path: Path, clock: Any) -> Iterator[Tools]:
    """The front door over the real catalogue."""
    settings = Settings(home=HOME, var=tmp_path)
    store = empty_store(tmp_path)
    calendar = city_days()
    yield Tools(settings=settings, store=store, catalogue=CATALOGUE, calendar=calendar, clock=clock)
    store.close()


def needs() -> list[Any]:
    return fields_for(CATALOGUE, CATALOGUE.bundle(SHOP), [ITEM])


def shared_keys() -> set[str]:
    return {one.field.key for one in needs() if one.field.shared}


def begin(person: Any, slug: str = SHOP, **fields: Any) -> str:
    answer = person.send(f"/apply/{slug}", fields)
    assert answer.status_code == 303, answer.text
    return answer.headers["location"].rpartition("/")[0]


def to_form(person: Any, **answers: str) -> str:
    draft = begin(person)
    asked = {q.key: q.options[0].value if q.options else "no" for q in CATALOGUE.questions_of(CATALOGUE.bundle(SHOP))}
    person.send(f"{draft}/questions", asked | answers)
    person.send(f"{draft}/items", {"item": ITEM, "district": "410105"})
    answer = person.send(f"{draft}/details", {
        "applicant.name": "郑州示例餐饮有限公司（演示）", "applicant.id_no": ID, "applicant.phone": "13800000004",
        "delivery_way": "electronic", "delivery_mode": "unified",
    } | (AGENT if answers.get("agent") == "yes" else {}))
    assert answer.headers["location"].endswith("/form")
    return draft


def typed(values: Mapping[str, Any]) -> dict[str, Any]:
    said = {True: "yes", False: "no"}
    return {f"form.{key}": said.get(value, value) if isinstance(value, bool) else value for key, value in values.items()}


def fill(person: Any, draft: str, **more: Any) -> Any:
    own = {key: value for key, value in examples(needs()).items() if key not in shared_keys()}
    return person.send(f"{draft}/form", typed({**own, **more}))


def upload_all(person: Any, draft: str, **more: Any) -> None:
    answers = {q.key: q.options[0].value if q.options else False for q in CATALOGUE.questions_of(CATALOGUE.bundle(SHOP))} | more
    for need in materials_for(CATALOGUE, CATALOGUE.bundle(SHOP), [ITEM], answers):
        if need.upload:
            person.send(f"{draft}/materials/{need.material.key}", files={"file": ("材料.pdf", PDF)})


PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/Resources<<>>/MediaBox[0 0 595 842]>>endobj\nxref\n0 4\n0000000000 65535 f \n"
    b"0000000009 00000 n \n0000000052 00000 n \n0000000101 00000 n \ntrailer<</Size 4/Root 1 0 R>>\n"
    b"startxref\n178\n%%EOF\n"
)


def paper_words(pdf: bytes) -> list[str]:
    return subprocess.run(["pdftotext", "-", "-"], input=pdf, capture_output=True, check=True).stdout.decode().split()


def paper_text(pdf: bytes) -> str:
    return "".join(paper_words(pdf))


def submit(person: Any, draft: str) -> str:
    upload_all(person, draft)
    person.send(f"{draft}/materials")
    answer = person.send(f"{draft}/review", {"promise": "yes"})
    assert answer.status_code == 303, answer.text
    return answer.headers["location"].split("/")[2]


def test_r114_registers_fill_the_form_and_each_value_names_its_source(company: Any, tools: Tools) -> None:
    draft = to_form(company)
    page = company.get(f"{draft}/form").text
    assert "来自企业登记信息" in page
    assert "张三（演示）" in page
    assert fill(company, draft).headers["location"].endswith("/materials")
    number = submit(company, draft)
    with tools.store.reading() as session:
        case = applications.get(session, number)
    assert case.form["legal_representative"] == "张三（演示）"
    assert set(case.form_sources) == shared_keys() & set(case.form)
    with tools.store.reading() as session:
        assert guides.disputes(session, number) == []
    shown = company.get(f"/cases/{number}").text
    assert "申请表" in shown
    pdf = company.get(f"/cases/{number}/form.pdf")
    assert number in paper_text(pdf.content)
    assert "张三（演示）" in paper_text(pdf.content)
    assert "地址" not in paper_words(pdf.content), "no row for what was not asked"


def test_r114_an_address_that_a_register_knows_is_proposed_once_and_may_differ(company: Any, tools: Tools) -> None:
    draft, known = to_form(company), "郑州市金水区示例路 1 号"
    assert f'name="form.premises_address" value="{known}"' in company.get(f"{draft}/form").text
    company.send(f"{draft}/form", {})
    assert known not in company.get(f"{draft}/form").text, "what somebody takes out stays out"
    fill(company, draft, premises_address="郑州市金水区另一条路 2 号")
    number = submit(company, draft)
    with tools.store.reading() as session:
        case = applications.get(session, number)
        assert guides.disputes(session, number) == []
    assert case.form["premises_address"] == "郑州市金水区另一条路 2 号"
    assert "premises_address" not in case.form_sources


def test_r94_one_item_alone_is_not_asked_whether_to_wait_for_others(company: Any) -> None:
    draft = to_form(company)
    assert "结果什么时候领取" not in company.get(f"{draft}/details").text
    answer = company.send(f"{draft}/details", {
        "applicant.name": "郑州示例餐饮有限公司（演示）", "applicant.id_no": ID, "applicant.phone": "13800000004",
        "delivery_way": "counter",
    })
    assert answer.headers["location"].endswith("/form")


def test_r114_what_is_missing_or_wrong_is_named_at_the_field(company: Any) -> None:
    draft = to_form(company)
    page = company.send(f"{draft}/form", {})
    assert page.status_code == 422
    first = next(one.field for one in needs() if one.field.required and not one.field.shared)
    assert f"“{first.label}”" in page.text
    assert f'href="#form.{first.key}"' in page.text
    assert company.get(f"{draft}/materials").headers["location"].endswith("/form"), "not before the form is right"


def test_an_address_that_is_said_twice_is_read_once_on_the_last_page(company: Any) -> None:
    draft = at_materials(company, ["food-business-license"])
    for key in ("premises-plan", "management-rules"):
        company.send(f"{draft}/materials/{key}", files={"file": ("材料.pdf", PDF)})
    both = "住所（主要经营场所）、经营场所地址"
    form = examples(fields_for(CATALOGUE, CATALOGUE.bundle("open-restaurant"), ["food-business-license"]))
    company.send(f"{draft}/form", typed(form | {"registered_address": "花园路 1 号", "premises_address": "花园路 1 号"}))
    page = company.get(f"{draft}/review").text
    assert page.count("花园路 1 号") == 1
    assert both in page
    company.send(f"{draft}/form", typed(form | {"registered_address": "花园路 1 号", "premises_address": "花园路 2 号"}))
    page = company.get(f"{draft}/review").text
    assert "花园路 2 号" in page
    assert both not in page


def test_r115_who_says_a_register_is_wrong_is_heard_and_answered(company: Any, person: Any, tools: Tools) -> None:
    draft = to_form(company)
    fill(company, draft, legal_representative="李四（演示）")
    number = submit(company, draft)
    with tools.store.reading() as session:
        [row] = guides.disputes(session, number)
        pushed = [entry.body for entry in outbox.keyed(session, f"dispute:{number}")]
        assert applications.get(session, number).form["legal_representative"] == "李四（演示）"
    assert (row.shared, row.stated, row.dataset) == ("张三（演示）", "李四（演示）", "企业登记信息")
    assert [body["department"] for body in pushed] == ["market-regulation"]
    clerk = person("window-410105")
    assert "数据异议" in clerk.get(f"/staff/cases/{number}").text
    address = f"/staff/cases/{number}/disputes/legal_representative"
    assert clerk.send(address, {"answer": " "}).status_code == 422
    assert clerk.send(address, {"answer": "经核实，法定代表人已变更，登记信息更新中"}).status_code == 303
    assert clerk.send(address, {"answer": "再答一次"}).status_code == 409
    assert person("reviewer-taxation-410105").send(address, {"answer": "与我无关"}).status_code == 404
    assert "经核实" in company.get(f"/cases/{number}").text
    with tools.store.reading() as session:
        assert [r.action for r in audit.trail(session, number)].count("answer-dispute") == 1


def test_r114_a_register_is_asked_only_about_who_is_logged_in(person: Any, tools: Tools) -> None:
    """Whoever types another's number sees nothing of them."""
    thief = person("demo-trade")
    draft = to_form(thief, agent="yes")
    page = thief.get(f"{draft}/form").text
    assert "张三（演示）" not in page
    assert "来自企业登记信息" not in page


def test_r114_who_turns_to_apply_for_somebody_else_leaves_what_registers_said_behind(company: Any, tools: Tools) -> None:
    draft = to_form(company, agent="yes")
    assert fill(company, draft).headers["location"].endswith("/materials")
    upload_all(company, draft, agent=True)
    company.send(f"{draft}/materials")
    assert "来自企业登记信息" in company.get(f"{draft}/review").text
    answer = company.send(f"{draft}/details", {
        "applicant.name": "某某公司", "applicant.id_no": "91350100M000100Y43", "applicant.phone": "13800000004",
        "delivery_way": "electronic", "delivery_mode": "unified",
    } | AGENT)
    assert answer.headers["location"].endswith("/form")
    page = company.get(f"{draft}/form").text
    assert "来自企业登记信息" not in page
    assert "郑州市金水区示例路 1 号" not in page, "nor what a register had proposed"


def test_who_is_sent_is_asked_for_only_then_and_stands_on_form_and_receipt(company: Any, tools: Tools, person: Any) -> None:
    own = {
        "applicant.name": "郑州示例餐饮有限公司（演示）", "applicant.id_no": ID, "applicant.phone": "13800000004",
        "delivery_way": "electronic", "delivery_mode": "unified",
    }
    alone = to_form(company)
    assert "受托人" not in company.get(f"{alone}/details").text
    company.send(f"{alone}/details", own | AGENT)  # put in by hand
    fill(company, alone)
    with tools.store.reading() as session:
        assert "agent_name" not in applications.get(session, submit(company, alone)).applicant
    draft = to_form(company, agent="yes")
    page = company.get(f"{draft}/details").text
    assert 'name="applicant.agent_name"' in page
    for wrong, field in (
        ({}, "agent_name"), (AGENT | {"applicant.agent_id_no": "1"}, "agent_id_no"),
        (AGENT | {"applicant.agent_name": " "}, "agent_name"),
    ):
        answer = company.send(f"{draft}/details", own | wrong)
        assert answer.status_code == 422
        assert f'href="#applicant.{field}"' in answer.text
    assert company.get(f"{draft}/review").headers["location"].endswith("/details"), "not before they are named"
    company.send(f"{draft}/details", own | AGENT)
    fill(company, draft)
    upload_all(company, draft, agent=True)
    assert "授权委托书" in company.get(f"{draft}/materials").text
    company.send(f"{draft}/materials/power-of-attorney/remove")
    blank = f"/bundles/{SHOP}/authority.pdf?download=true"
    assert f'href="{blank}"' in company.get(f"{draft}/materials").text
    letter = paper_text(company.get(blank).content)
    for words in ("授权委托书", "受托人", "委托事项", "权限", "期限", "签名或盖章", "食品小经营店登记", "第一百六十五条"):
        assert words in letter
    upload_all(company, draft, agent=True)
    company.send(f"{draft}/materials")
    assert "赵受托" in company.get(f"{draft}/review").text
    number = company.send(f"{draft}/review", {"promise": "yes"}).headers["location"].split("/")[2]
    with tools.store.reading() as session:
        assert applications.get(session, number).applicant["agent_id_no"] == "11010519491231002X"
    for paper, words in (("form", ("赵受托", "11010519491231002X")), ("receipt", ("代办人", "赵受托"))):
        told = paper_text(company.get(f"/cases/{number}/{paper}.pdf").content)
        assert all(word in told for word in words), paper
    clerk = person("window-410105")
    assert "赵受托" in clerk.get(f"/staff/window/{number}").text
    assert "赵受托" in clerk.get(f"/staff/cases/{number}").text


def test_nobody_is_sent_to_themselves() -> None:
    applicant = tidy({"name": "张三", "id_no": "11010519491231002X", "agent_name": "张三", "agent_id_no": "110105 19491231 002x"})
    assert [fault.code for fault in agent_faults(applicant)] == ["agent-self"]


def test_r112_a_register_that_fails_leaves_its_fields_to_be_filled_in(company: Any, tools: Tools) -> None:
    class Down(DemoRegisters):
        def look_up(self, dataset: str, subject: str) -> Mapping[str, Any]:
            raise GatewayError("登记库暂时不可用")

    object.__setattr__(tools, "registers", Down())
    draft = to_form(company)
    assert "来自企业登记信息" not in company.get(f"{draft}/form").text
    assert company.send(f"{draft}/form", typed(examples(needs()))).headers["location"].endswith("/materials")


def test_r114_a_program_sends_the_form_and_may_leave_out_what_registers_know(company: Any, tools: Tools) -> None:
    own = {key: value for key, value in examples(needs()).items() if key not in shared_keys()}
    answers = {q.key: q.options[0].value if q.options else False for q in CATALOGUE.questions_of(CATALOGUE.bundle(SHOP))}
    wanted = materials_for(CATALOGUE, CATALOGUE.bundle(SHOP), [ITEM], answers)
    body = {
        "bundle": SHOP, "district": "410105", "items": [ITEM], "answers": answers, "delivery_way": "electronic",
        "applicant": {"name": "郑州示例餐饮有限公司（演示）", "id_no": ID, "phone": "13800000004"}, "form": own,
        "materials": {need.material.key: company.upload() for need in wanted if need.upload},
    }
    missing = company.post("/api/v1/applications", body | {"form": {}}, {"Idempotency-Key": "form-key-1"}).json()
    assert missing["field"].startswith("form.")
    extra = body | {"form": own | {"status": "completed"}}
    assert company.post("/api/v1/applications", extra, {"Idempotency-Key": "form-key-2"}).json()["code"] == "unknown-field"
    made = company.post("/api/v1/applications", body, {"Idempotency-Key": "form-key-3"})
    assert made.status_code == 201, made.text
    with tools.store.reading() as session:
        assert applications.get(session, made.json()["number"]).form["legal_representative"] == "张三（演示）"


def test_r111_what_was_handed_in_before_is_offered_again_while_it_counts(company: Any, tools: Tools, clock: Any) -> None:
    first = to_form(company)
    fill(company, first)
    submit(company, first)
    found = materials_for(CATALOGUE, CATALOGUE.bundle(SHOP), [ITEM], {})
    kept = next(need.material for need in found if need.upload and need.material.valid_days)
    second = to_form(company)
    fill(company, second)
    assert "可以再用" in company.get(f"{second}/materials").text
    answer = company.send(f"{second}/materials/{kept.key}/reuse")
    assert answer.status_code == 303
    assert "已上传" in company.get(f"{second}/materials").text
    other = next(m for m in CATALOGUE.materials.values() if m.source == "applicant" and m.key != kept.key)
    assert company.send(f"{second}/materials/{other.key}/reuse").status_code in (404, 422)


def at_materials(person: Any, items: list[str], **answers: str) -> str:
    """A draft of a restaurant that has come to its materials."""
    bundle = CATALOGUE.bundle("open-restaurant")
    draft = begin(person, bundle.slug)
    person.send(f"{draft}/questions", {q.key: "leased" if q.options else "no" for q in CATALOGUE.questions_of(bundle)} | answers)
    person.send(f"{draft}/items", {"item": items, "district": "410105"})
    person.send(f"{draft}/details", {
        "applicant.name": "郑州示例餐饮有限公司（演示）", "applicant.id_no": ID, "applicant.phone": "13800000004",
        "delivery_way": "electronic", "delivery_mode": "unified",
    })
    person.get(f"{draft}/form")
    answer = person.send(f"{draft}/form", typed(examples(fields_for(CATALOGUE, bundle, items))))
    assert answer.headers["location"].endswith("/materials"), answer.text
    return draft


def test_r111_of_an_older_file_it_is_said_what_is_asked_beyond_the_item_it_was_for(company: Any) -> None:
    first = at_materials(company, ["food-business-license"])
    for key in ("premises-plan", "management-rules"):
        company.send(f"{first}/materials/{key}", files={"file": ("材料.pdf", PDF)})
    answer = company.send(f"{first}/review", {"promise": "yes"})
    assert answer.status_code == 303, answer.text
    same = company.get(f"{at_materials(company, ['food-business-license'])}/materials").text
    assert same.count("可以再用") == 2
    assert "这次的要求多一些" not in same
    both = ["food-business-license", "fire-safety-inspection"]
    more = company.get(f"{at_materials(company, both, fire_area_reached='yes')}/materials").text
    assert "可以再用" not in more
    assert "这次的要求多一些，请先核对：平面布置图和消防设施平面图，标明安全出口、疏散通道和消防设施" in more
    assert "请先核对：消防安全制度、灭火和应急疏散预案" in more
    assert more.count("使用这一份") == 2


def test_r23_without_a_licence_the_way_to_one_is_shown_before_any_effort(person: Any) -> None:
    citizen = person("demo-zhang-san")
    assert "是否已经取得营业执照" in citizen.get("/apply/open-restaurant").text
    page = citizen.send("/apply/open-restaurant", {"licence": "no"})
    assert page.status_code == 200
    for words in ("请先取得营业执照", "/bundles/start-company", "/bundles/register-self-employed"):
        assert words in page.text
    assert citizen.send("/apply/open-restaurant", {"licence": "sent"}).status_code == 303
    assert "是否已经取得营业执照" not in person(COMPANY).get("/apply/open-restaurant").text, "a company has one"
    assert citizen.send("/apply/newborn").status_code == 303


def test_r24_conditions_and_reasons_come_before_the_form(company: Any) -> None:
    before = company.get("/apply/open-restaurant").text
    assert "要符合的条件" in before
    draft = begin(company, "open-restaurant")
    asked = {question.key: "no" for question in CATALOGUE.questions_of(CATALOGUE.bundle("open-restaurant"))}
    company.send(f"{draft}/questions", asked | {"fire_area_reached": "yes", "premises": "leased"})
    assert "场所面积达到当地规定" in company.get(f"{draft}/items").text


def test_r27_another_district_asks_what_only_it_asks_and_forgets_what_it_does_not(company: Any, tools: Tools) -> None:
    def refusals(catalogue: Any) -> dict[str, str]:
        questions = catalogue.questions_of(catalogue.bundle("open-car-wash"))
        return {q.key: q.options[-1].value if q.options else "no" for q in questions}

    draft = begin(company, "open-car-wash", district="410100")
    company.send(f"{draft}/questions", refusals(CATALOGUE))
    answer = company.send(f"{draft}/items", {"item": "urban-drainage-permit", "district": "410105"})
    assert answer.headers["location"].endswith("/questions?moved=yes")
    assert "金水区的问题和事项与刚才的地区不同" in company.get(answer.headers["location"]).text
    assert 'name="signboard"' in company.get(f"{draft}/questions").text
    company.send(f"{draft}/questions", {**refusals(CATALOGUE.in_district("410105")), "signboard": "yes"})
    assert 'value="outdoor-advertising-permit" checked' in company.get(f"{draft}/items").text
    answer = company.send(f"{draft}/items", {
        "item": ["urban-drainage-permit", "outdoor-advertising-permit"], "district": "410105",
    })
    assert answer.headers["location"].endswith("/details")
    answer = company.send(f"{draft}/items", {"item": "urban-drainage-permit", "district": "410100"})
    assert answer.headers["location"].endswith("/items?moved=yes")
    assert "outdoor-advertising-permit" not in company.get(f"{draft}/items").text
    answer = company.send(f"{draft}/items", {"item": "urban-drainage-permit", "district": "410100"})
    assert answer.headers["location"].endswith("/details")
    assert company.get(f"{draft}/details").status_code == 200


def test_r25_who_cannot_say_need_not_say_so_again_when_another_answer_is_missing(company: Any) -> None:
    draft, bundle = begin(company, "open-restaurant"), CATALOGUE.bundle("open-restaurant")
    unsure = sorted(may_stay_open(CATALOGUE, bundle))
    page = company.send(f"{draft}/questions", {unsure[0]: "later"})
    assert page.status_code == 422
    assert f'name="{unsure[0]}" value="later" checked' in page.text
    assert page.text.count('value="later" checked') == 1, "the others were passed by"


@pytest.fixture
def marked(company: Any, tools: Tools) -> str:
    """A case whose form the window wants mended, and nothing else."""
    return to_mend(company, tools, "经营场所与租赁合同不一致")


def handed_in(company: Any) -> str:
    draft = to_form(company)
    fill(company, draft)
    return submit(company, draft)


def to_mend(company: Any, tools: Tools, problem: str, papers: int = 0) -> str:
    """`papers` of the materials too."""
    number = handed_in(company)
    with tools.store.transaction() as session:
        brought = [row.key for row in applications.materials(session, number) if row.source == "applicant"]
        found = [
            Judgement(key, 1, complete=False, legal=True, problem=problem) for key in ["application-form", *brought[:papers]]
        ]
        intake.add_check(session, number, "task-1", "window-410105", tools.clock.now(), "correction", found)
        case = applications.lock(session, number)
        applications.set_case_state(case, CaseState.CORRECTION)
        case.reason = f"申请表及其他：{problem}"
    return number


def as_typed(tools: Tools, number: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """What the form says, and as the page sends it when nothing is changed."""
    with tools.store.reading() as session:
        case = applications.get(session, number)
    return case.form, typed({key: value for key, value in case.form.items() if key not in case.form_sources})


def test_r43_r54_the_form_is_mended_on_the_page_and_what_it_said_is_kept(company: Any, tools: Tools, marked: str) -> None:
    before, sent = as_typed(tools, marked)
    page = company.get(f"/cases/{marked}/correction").text
    assert "请按窗口的意见修改" in page
    assert before["premises_address"] in page
    same = company.send(f"/cases/{marked}/correction", sent)
    assert same.status_code == 422
    assert "请修改申请表" in same.text
    empty = company.send(f"/cases/{marked}/correction", sent | {"form.premises_address": ""})
    assert empty.status_code == 422
    assert 'href="#form.premises_address"' in empty.text
    twice = company.send(f"/cases/{marked}/correction", sent | {"form.premises_address": "", "form.staff_total": "x"})
    assert all(f'href="#form.{field}"' in twice.text for field in ("premises_address", "staff_total")), "all faults at once"
    answer = company.send(f"/cases/{marked}/correction", sent | {"form.premises_address": "郑州市金水区合同路 9 号"})
    assert answer.status_code == 303, answer.text
    with tools.store.reading() as session:
        case = applications.get(session, marked)
        [old] = applications.form_versions(session, marked)
        [entry] = [row for row in audit.trail(session, marked) if row.action == "correct-form"]
    assert case.state == CaseState.SUBMITTED
    assert case.form == before | {"premises_address": "郑州市金水区合同路 9 号"}
    assert (old.form, entry.detail["fields"]) == (before, ["premises_address"])
    assert f"补正前：{before['premises_address']}" in company.get(f"/cases/{marked}").text


def test_r43_only_the_fields_that_the_window_names_are_mended(company: Any, tools: Tools) -> None:
    """… by the page and by the API, which says which they are; a client that sends another field's new value is refused."""
    number = to_mend(company, tools, "请修改申请表的“经营场所地址”：与租赁合同不一致")
    before, sent = as_typed(tools, number)
    address = f"/cases/{number}/correction"
    page = company.get(address).text
    assert "请修改窗口指出的栏目" in page
    assert 'name="form.premises_address"' in page
    assert 'name="form.staff_total"' not in page
    assert str(before["staff_total"]) in page, "to be read"
    [mark] = company.get(f"/api/v1/applications/{number}").json()["to_correct"]
    assert (mark["key"], mark["fields"]) == ("application-form", ["premises_address"])
    body = {"materials": {}, "form": {"premises_address": "合同路 9 号", "staff_total": before["staff_total"] + 1}}
    refused = company.post(f"/api/v1/applications/{number}/correction", body).json()
    assert (refused["code"], refused["field"]) == ("form-field-not-marked", "form.staff_total")
    same = company.send(address, {"form.premises_address": sent["form.premises_address"]})
    assert (same.status_code, "请修改申请表" in same.text) == (422, True)
    empty = company.send(address, {"form.premises_address": ""})
    assert 'href="#form.premises_address"' in empty.text
    assert company.send(address, {"form.premises_address": "合同路 9 号", "form.staff_total": "99"}).status_code == 303
    with tools.store.reading() as session:
        case = applications.get(session, number)
    assert case.form == before | {"premises_address": "合同路 9 号"}, "what the page does not ask for changes nothing"
    assert company.get(f"/api/v1/applications/{number}").json()["to_correct"] == []


def test_r43_the_clerk_ticks_the_fields_that_are_to_be_mended(company: Any, person: Any, tools: Tools) -> None:
    number, clerk = handed_in(company), person("window-410105")
    with tools.store.reading() as session:
        rows = applications.materials(session, number)
    good = {f"{name}.{row.key}": "yes" for row in rows for name in ("complete", "legal")}
    tick = {"mark.premises_address": "yes", "mark.staff_total": "yes"}
    address = f"/staff/window/{number}"
    assert 'name="mark.premises_address"' in clerk.get(address).text
    again = clerk.send(f"{address}/acts/intake-review", good | tick)
    assert (again.status_code, 'name="mark.staff_total" value="yes" checked' in again.text) == (422, True)
    answer = clerk.send(f"{address}/acts/intake-review", good | tick | {"decision": "correction", "reason": "与合同不一致"})
    assert answer.status_code == 303, answer.text
    with tools.store.reading() as session:
        [act] = window.of_case(session, number)
    assert act.said["intake_reason"] == "请修改申请表的“经营场所地址”、“从业人员数”：与合同不一致"


def test_r43_a_bad_file_and_a_bad_form_are_told_together(company: Any, tools: Tools) -> None:
    marked = to_mend(company, tools, "经营场所与租赁合同不一致", papers=1)
    _, sent = as_typed(tools, marked)
    with tools.store.reading() as session:
        key = next(row.key for row in applications.materials(session, marked) if row.source == "applicant")
    files = {f"material-{key}": ("坏.pdf", b"x")}
    page = company.send(f"/cases/{marked}/correction", sent | {"form.premises_address": ""}, files=files).text
    assert all(f'href="#{field}"' in page for field in (f"material-{key}", "form.premises_address"))


def test_what_is_typed_is_kept_by_itself_and_judged_only_when_it_is_sent(company: Any) -> None:
    draft = to_form(company)
    kept = company.send(f"{draft}/form", {"form.premises_address": "郑州市金水区半", "keep": "yes"})
    assert (kept.status_code, kept.text) == (204, "")
    page = company.get(f"{draft}/form").text
    assert 'value="郑州市金水区半"' in page
    assert "请修改以下内容" not in page
    assert company.get(f"{draft}/materials").headers["location"].endswith("/form"), "nobody is led on by that"
    assert company.send(f"{draft}/items", {"keep": "yes"}).status_code == 422, "a choice is no typing"


def test_r43_what_a_correction_takes_out_of_the_form_is_still_shown(company: Any, tools: Tools, marked: str) -> None:
    with tools.store.transaction() as session:
        case = applications.lock(session, marked)
        before = dict(case.form)
        left = {key: value for key, value in before.items() if key != "premises_address"}
        applications.replace_form(session, case, left, case.form_sources, tools.clock.now())
    page = company.get(f"/cases/{marked}").text
    line = page[page.index("<dt>经营场所地址</dt>"):].partition("</dd>")[0]
    assert "（空）" in line
    assert f"补正前：{before['premises_address']}" in line


def test_r115_what_a_register_said_may_be_contradicted_when_the_form_is_mended(company: Any, tools: Tools, marked: str) -> None:
    before, _ = as_typed(tools, marked)
    address = f"/api/v1/applications/{marked}/correction"
    wrong = company.post(address, {"materials": {}, "form": before | {"nobody_asked": "x"}}).json()
    assert (wrong["code"], wrong["field"]) == ("unknown-field", "form.nobody_asked")
    empty = company.post(address, {"materials": {}, "form": before | {"nobody_asked": "x", "premises_address": ""}}).json()
    assert [one["field"] for one in empty["errors"]] == ["form.nobody_asked", "form.premises_address"]
    answer = company.post(address, {"materials": {}, "form": before | {"legal_representative": "张五（演示）"}})
    assert answer.json()["state"] == "submitted", answer.text
    with tools.store.reading() as session:
        case = applications.get(session, marked)
        [dispute] = guides.disputes(session, marked)
    assert (dispute.field, dispute.stated) == ("legal_representative", "张五（演示）")
    assert "legal_representative" not in case.form_sources


@pytest.mark.parametrize(("problem", "code"), [
    ("平面图没有标出面积", ""), ("请修改申请表的“经营场所地址”：与租赁合同不一致", "material-not-marked"),
])
def test_r43_told_in_words_alone_any_document_may_be_meant(company: Any, tools: Tools, problem: str, code: str) -> None:
    number = to_mend(company, tools, problem)
    with tools.store.reading() as session:
        key = next(row.key for row in applications.materials(session, number) if row.source == "applicant")
    answer = company.post(f"/api/v1/applications/{number}/correction", {"materials": {key: company.upload("新.pdf")}})
    assert (answer.status_code, answer.json().get("code", "")) == ((422, code) if code else (200, ""))
