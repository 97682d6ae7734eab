"""What applicants are told and agree to when they hand in, and taking a consent back (S25; PIPL, articles 14, 15, 23, 29, 30)."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from dataclasses import replace
from typing import Any

import pytest

from api.app import create_app
from onething.bootstrap import Tools
from onething.catalogue import Department, cached_catalogue
from onething.catalogue.consents import ConsentTexts, consent_texts
from onething.cli.demo import SAMPLES
from onething.consents import fingerprint, parts_for
from onething.store import applications, audit, consents
from onething.vocabulary import CaseState, ItemState
from tests.api.conftest import HOME, Person
from tests.api.test_case_page import end
from tests.api.test_window_new import WINDOW, begin
from tests.api.test_window_new import hand_in as counter_hand_in

EDITIONS = {1: "37af364772f971df", 2: "09270f426f96cb21"}
OWNER = "demo-zhang-san"
HOUSE = {
    "bundle": "second-hand-house", "items": ["tax", "transfer", "query"], "answers": {},
    "applicant": {"name": "张三（演示）", "id_no": "410102199001010012", "phone": "13800000001"},
}


def with_partner(tools: Tools) -> Tools:
    """The query is answered by a company, no authority."""
    catalogue = tools.catalogue
    changed = {
        slug: bundle.model_copy(update={"rows": tuple(
            row.model_copy(update={"department": "power"}) if row.item == "query" else row for row in bundle.rows
        )}) for slug, bundle in catalogue.bundles.items()
    }
    power = Department(slug="power", name="电力公司", kind="partner")
    return replace(tools, catalogue=replace(
        catalogue, bundles=changed, departments=catalogue.departments | {"power": power}
    ))


@pytest.fixture
def owner(tools: Tools) -> Person:
    return Person(create_app(with_partner(tools)), OWNER)


def hand_in(person: Person, **changes: Any) -> Any:
    body = {"materials": {"contract": person.upload("合同.pdf")}} | HOUSE | {"consents": {"partners": 2}} | changes
    return person.apply(**body)


def kept(tools: Tools, number: str) -> dict[str, Any]:
    with tools.store.reading() as session:
        return {row.part: row for row in consents.of_case(session, number)}


def test_s25_a_published_edition_never_changes() -> None:
    """Whoever changes a word makes a new edition: what was agreed to is proved by the words of its own."""
    found = {
        edition.version: hashlib.sha256(edition.model_dump_json().encode()).hexdigest()[:16]
        for edition in consent_texts(HOME).editions
    }
    assert found == EDITIONS
    texts = consent_texts(HOME).model_dump()
    with pytest.raises(ValueError, match="旧版本不能删"):
        ConsentTexts.model_validate(texts | {"editions": [texts["editions"][0] | {"version": 2}]})


def test_s25_what_is_called_sensitive_exists_and_is_asked_of_individuals_only() -> None:
    catalogue, texts = cached_catalogue(HOME), consent_texts(HOME)
    for kind in texts.sensitive:
        assert set(kind.fields) <= set(catalogue.fields)
        assert set(kind.materials) <= set(catalogue.materials)
    asked = {}
    for bundle in catalogue.bundles.values():
        parts = parts_for(texts, catalogue, bundle, [row.item for row in bundle.rows], None, "electronic")
        asked[bundle.slug] = {part.key for part in parts if part.separate}
    assert asked["newborn"] == {"sensitive"}
    assert asked["second-hand-home-transfer"] == {"partners"}
    assert asked["disability-and-hardship-support"] == {"sensitive", "partners"}
    assert asked["open-restaurant"] == asked["start-company"] == set()


def test_s25_every_submission_keeps_what_was_told_and_to_whom_the_data_go(company: Person, tools: Tools) -> None:
    number = company.apply().json()["number"]
    row = kept(tools, number)["handling"]
    assert (row.kind, row.version, row.way, row.person, row.relation, row.clerk) == (
        "told", 2, "api", "郑州示例餐饮有限公司（演示）", "本人", "")
    assert dict(row.recipients)["市场监管部门"] == ["申请人姓名（名称）、证件号码和电话", "身份证明", "平面图", "说明"]
    assert set(dict(row.recipients)) == {"市场监管部门", "消防救援机构"}
    assert row.sha256 == fingerprint(consent_texts(HOME).edition(2).part("handling"), 2, row.recipients)
    with tools.store.reading() as session:
        submitted = next(one for one in audit.trail(session, number) if one.action == "submit")
        assert submitted.detail["consents"] == {"handling": row.sha256}, "the trail proves that it was not changed afterwards"


def test_s25_no_case_without_the_separate_consent(owner: Person, tools: Tools) -> None:
    refused = hand_in(owner, consents={})
    assert (refused.status_code, refused.json()["code"], refused.json()["field"]) == (
        422, "consent-missing", "consents.partners")
    assert "单独同意“向合作单位提供个人信息”" in refused.json()["detail"]
    assert hand_in(owner, consents={"partners": 1}).json()["code"] == "consent-outdated"
    assert owner.get("/api/v1/applications").json() == []
    number = hand_in(owner).json()["number"]
    row = kept(tools, number)["partners"]
    assert (row.kind, row.items, [who for who, _ in row.recipients]) == ("separate", ["query"], ["电力公司"])


def test_s25_the_api_tells_what_has_to_be_shown(owner: Person) -> None:
    told = owner.get("/api/v1/bundles/second-hand-house/consents", params={"item": ["query"], "courier": True}).json()
    assert [(one["key"], one["separate"]) for one in told] == [("handling", False), ("courier", False), ("partners", True)]
    assert told[2]["recipients"][0]["who"] == "电力公司"
    number = hand_in(owner, items=["query"], materials={}).json()["number"]
    page = owner.get("/me/data").text
    assert told[2]["sha256"] in page, "the same words and the same recipients have the same hash"
    assert number in page


def test_s25_the_samples_of_the_demonstration_are_told_what_they_agree_to(tools: Tools) -> None:
    door = Person(create_app(replace(tools, catalogue=cached_catalogue(HOME))))
    asked = {}
    for sample in SAMPLES:
        answer = door.get(f"/api/v1/bundles/{sample.bundle}/consents", params={"item": sample.items, "district": "410105"})
        assert answer.status_code == 200, answer.text
        asked[sample.bundle] = [one["key"] for one in answer.json() if one["separate"]]
    assert asked == {"open-restaurant": [], "newborn": ["sensitive"], "second-hand-home-transfer": ["partners"]}


def test_s25_on_the_page_each_separate_consent_has_a_box_of_its_own(owner: Person, tools: Tools) -> None:
    first = owner.send("/apply/second-hand-house", {}).headers["location"]
    draft = "/".join(first.split("/")[:3])
    owner.send(f"{draft}/items", {"item": ["query"], "district": "410105"})
    details = {f"applicant.{name}": value for name, value in HOUSE["applicant"].items()}
    owner.send(f"{draft}/details", details | {"delivery_way": "electronic"})
    owner.send(f"{draft}/materials", {})
    shown = owner.get(f"{draft}/review").text
    assert "个人信息处理告知" in shown
    assert 'name="consent" value="partners:2"' in shown
    assert "处理敏感个人信息" not in shown
    refused = owner.send(f"{draft}/review", {"promise": "yes"})
    assert refused.status_code == 422
    assert "请阅读后勾选" in refused.text
    receipt = owner.send(f"{draft}/review", {"promise": "yes", "consent": ["partners:2"]}).headers["location"]
    number = receipt.split("/")[2]
    assert {part: row.way for part, row in kept(tools, number).items()} == {"handling": "page", "partners": "page"}


def test_s25_at_a_terminal_it_is_kept_as_such(owner: Person, tools: Tools) -> None:
    owner.get("/terminal")
    first = owner.send("/apply/second-hand-house", {}).headers["location"]
    draft = "/".join(first.split("/")[:3])
    owner.send(f"{draft}/items", {"item": ["query"], "district": "410105"})
    details = {f"applicant.{name}": value for name, value in HOUSE["applicant"].items()}
    owner.send(f"{draft}/details", details | {"delivery_way": "electronic"})
    sent = owner.send(f"{draft}/review", {"promise": "yes", "consent": ["partners:2"]}).headers["location"]
    assert kept(tools, sent.split("/")[2])["partners"].way == "terminal"


def test_r95_changing_to_courier_tells_who_gets_the_address(company: Person, tools: Tools) -> None:
    number = company.apply().json()["number"]
    assert "courier" not in kept(tools, number)
    company.post(f"/api/v1/applications/{number}/delivery", {
        "delivery_mode": "separate", "delivery_way": "courier", "address": "郑州市金水区示例路 1 号"})
    company.post(f"/api/v1/applications/{number}/delivery", {
        "delivery_mode": "unified", "delivery_way": "courier", "address": "郑州市金水区示例路 2 号"})
    row = kept(tools, number)["courier"]
    assert (row.kind, row.way, row.recipients) == ("told", "api", [["寄递企业", ["收件人姓名", "电话", "地址"]]])


def test_article_15_a_withdrawal_stops_what_rests_on_it_and_nothing_else(
    owner: Person, tools: Tools, take_in: Any
) -> None:
    number = hand_in(owner).json()["number"]
    take_in(number)
    row = kept(tools, number)["partners"]
    asked = owner.get(f"/me/data/consents/{row.id}").text
    assert "不动产查询" in asked
    assert "其他事项继续办理" in asked
    assert "税费申报" not in asked
    assert owner.send(f"/me/data/consents/{row.id}").status_code == 303
    with tools.store.reading() as session:
        states = {one.item: one.state for one in applications.get(session, number).items}
        assert states == {"tax": "received", "transfer": "received", "query": "withdrawn"}
        assert audit.first_fault(audit.trail(session)) is None
    row = kept(tools, number)["partners"]
    assert (row.ended, row.withdrawn_at) == (["query"], tools.clock.now())
    page = owner.get("/me/data?done=consent").text
    assert "已撤回" in page
    assert "停止办理：不动产查询" in page
    again = owner.send(f"/me/data/consents/{row.id}")
    assert again.status_code == 409


def test_article_15_before_intake_the_whole_case_ends_and_the_page_says_so_first(owner: Person, tools: Tools) -> None:
    number = hand_in(owner).json()["number"]
    row = kept(tools, number)["partners"]
    assert "整个办件结束" in owner.get(f"/me/data/consents/{row.id}").text
    owner.send(f"/me/data/consents/{row.id}")
    assert owner.get(f"/api/v1/applications/{number}").json()["state"] == "withdrawn"


def test_article_15_what_was_decided_stands(owner: Person, tools: Tools) -> None:
    number = hand_in(owner).json()["number"]
    end(tools, number, CaseState.COMPLETED, ItemState.APPROVED)
    row = kept(tools, number)["partners"]
    assert "没有可以停止的" in owner.get(f"/me/data/consents/{row.id}").text
    owner.send(f"/me/data/consents/{row.id}")
    assert owner.get(f"/api/v1/applications/{number}").json()["state"] == "completed"
    assert kept(tools, number)["partners"].ended == []


def test_s10_nobody_elses_consent_can_be_seen_or_taken_back(owner: Person, tools: Tools) -> None:
    row = kept(tools, hand_in(owner).json()["number"])["partners"]
    stranger = Person(owner.client.app, "demo-li-si")
    assert stranger.get(f"/me/data/consents/{row.id}").status_code == 404
    assert stranger.send(f"/me/data/consents/{row.id}").status_code == 404
    assert kept(tools, row.number)["partners"].withdrawn_at is None


def test_what_rests_on_a_duty_of_the_office_cannot_be_taken_back(company: Person, tools: Tools) -> None:
    row = kept(tools, company.apply().json()["number"])["handling"]
    answer = company.send(f"/me/data/consents/{row.id}")
    assert answer.status_code == 409
    assert "法定职责" in answer.text


def test_article_45_the_export_has_them(owner: Person) -> None:
    hand_in(owner)
    with zipfile.ZipFile(io.BytesIO(owner.get("/me/data/export.zip").content)) as package:
        found = json.loads(package.read("data.json"))["cases"][0]["consent"]
    assert {one["part"] for one in found} == {"handling", "partners"}
    assert all("clerk" not in one for one in found)


def test_s25_at_the_counter_it_is_on_record_who_spoke_for_whom(owner: Person, tools: Tools) -> None:
    clerk = Person(owner.client.app, WINDOW)
    agent = {"applicant.name": "王五", "relation": "agent", "agent.name": "钱七", "agent.id_no": "11010519491231002X"}
    address = begin(clerk, **agent).headers["location"]
    refused = counter_hand_in(clerk, address, item=["birth-in", "query"])
    assert refused.status_code == 422
    assert 'name="consent" value="partners:2"' in refused.text
    done = counter_hand_in(clerk, address, item=["birth-in", "query"], consent="partners:2")
    row = kept(tools, done.headers["location"].rpartition("/")[2])["partners"]
    assert (row.way, row.person, row.relation, row.clerk) == ("counter", "钱七", "代办人", WINDOW)
