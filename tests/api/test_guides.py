"""Guides on every channel: one source, one version, all elements, files one can open (R1-R6, R10, R14-R17, R20)."""

from __future__ import annotations

import io
import re
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import zxingcpp
from fastapi.testclient import TestClient
from PIL import Image

from api.app import create_app
from api.local_time import plain_day
from api.publishing import FILES
from onething.bootstrap import Tools
from onething.catalogue import Bundle, load_catalogue
from onething.deadlines import SystemClock, WorkCalendar
from onething.guides import brief, full, materials
from onething.settings import Settings
from onething.store import Store, guides
from workers import publishing

HOME = Path(__file__).resolve().parents[2]
CATALOGUE = load_catalogue(HOME)
BUNDLES = CATALOGUE.in_plan_order()
every_bundle = pytest.mark.parametrize("bundle", BUNDLES, ids=lambda bundle: bundle.slug)
SHOWN = ("open-restaurant", "newborn", "change-ethnicity", "second-hand-home-transfer")
PLAN = (
    "事项名称及编码", "联办事项及编码", "牵头部门", "联办部门", "服务对象", "设定依据", "行使层级", "申请条件", "申请材料",
    "中介服务", "办理方式", "办理流程", "办理结果", "承诺办结时限", "收费情况", "领取方式", "行政救济途径与方式", "咨询方式",
    "监督投诉渠道", "办理进程和结果查询", "特殊注意事项", "申请表（样本）及示范文本", "承诺告知书（样本）及示范文本",
    "事项办理流程图", "常见错误示例", "常见问题解答",
)
BRIEF = (
    "事项名称", "联办事项", "服务对象", "行使层级", "申请材料", "办理方式", "办理流程", "办理结果名称", "承诺办结时限",
    "收费情况", "领取方式", "咨询方式", "监督投诉渠道", "办理进程和结果查询", "特殊注意事项", "申请表（样本）及示范文本",
)


@pytest.fixture(scope="module")
def tools(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tools]:
    var = tmp_path_factory.mktemp("guides")
    store = Store(f"sqlite:///{var / 'store.db'}", var / "files")
    store.migrate()
    calendar = WorkCalendar.load(HOME / "catalogue" / "calendars", provisional=True)
    settings = Settings(home=HOME, var=var)
    yield Tools(settings=settings, store=store, catalogue=CATALOGUE, calendar=calendar, clock=SystemClock())
    store.close()


@pytest.fixture(scope="module")
def client(tools: Tools) -> TestClient:
    return TestClient(create_app(tools), base_url="http://127.0.0.1:8000")


def text_of(pdf: bytes) -> str:
    done = subprocess.run(["pdftotext", "-layout", "-", "-"], input=pdf, capture_output=True, check=True)
    return "".join(done.stdout.decode().split())


def picture_of(pdf: bytes, page: int = 1) -> Image.Image:
    command = ["pdftoppm", "-r", "150", "-f", str(page), "-l", str(page), "-png", "-"]
    done = subprocess.run(command, input=pdf, capture_output=True, check=True)
    return Image.open(io.BytesIO(done.stdout))


@every_bundle
def test_r6_r16_every_element_is_there_and_none_is_empty(bundle: Bundle) -> None:
    for make, titles in ((full.full_guide, PLAN), (brief.brief_guide, BRIEF)):
        document = make(CATALOGUE, bundle, CATALOGUE.districts["410100"])
        assert tuple(section.title for section in document.sections) == titles
        for section in document.sections:
            assert not section.empty, section.title
            for line in section.lines:
                assert line.text.strip()
                assert "None" not in line.text


@every_bundle
def test_r7_every_material_shows_its_nine_parts(bundle: Bundle) -> None:
    document = full.full_guide(CATALOGUE, bundle, CATALOGUE.districts["410100"])
    for group in document.section("materials").groups:
        if group.title:
            said = "".join(line.text for line in group.lines)
            assert all(f"{part}：" in said for part in materials.PARTS[1:]), group.title


@every_bundle
def test_r14_a_promise_letter_exactly_where_something_may_be_promised(bundle: Bundle, client: TestClient) -> None:
    promised = any(
        use.promise or use.tolerance for row in bundle.rows for use in CATALOGUE.items[row.item].materials if use.required
    )
    answer = client.get(f"/bundles/{bundle.slug}/promise.pdf")
    says = full.full_guide(CATALOGUE, bundle, CATALOGUE.districts["410100"]).section("promise").lines[0]
    assert (answer.status_code == 200) == bool(says.link)
    assert promised or answer.status_code == 404


@pytest.mark.parametrize("slug", SHOWN)
def test_r17_every_channel_shows_the_same_version(slug: str, client: TestClient) -> None:
    version = CATALOGUE.version(slug)
    for page in ("", "/guide", "/brief"):
        assert version in client.get(f"/bundles/{slug}{page}").text
    for name in ("guide.pdf", "leaflet.pdf", "manual.pdf", "form.pdf"):
        answer = client.get(f"/bundles/{slug}/{name}")
        assert answer.headers["content-type"] == "application/pdf"
        assert version in text_of(answer.content), name
    api = client.get(f"/api/v1/bundles/{slug}/guide").json()
    assert api["version"] == client.get(f"/api/v1/bundles/{slug}").json()["guide_version"] == version
    page = client.get(f"/bundles/{slug}/guide").text
    for section in api["sections"]:
        assert section["title"] in page


@pytest.mark.parametrize("slug", SHOWN)
def test_r3_r5_the_codes_lead_to_the_full_guide(slug: str, client: TestClient) -> None:
    for name in ("leaflet.pdf", "guide.pdf"):
        [code] = zxingcpp.read_barcodes(picture_of(client.get(f"/bundles/{slug}/{name}").content))
        assert code.text == f"http://127.0.0.1:8000/bundles/{slug}/guide"
    local = client.get(f"/bundles/{slug}/leaflet.pdf?district=410105").content
    assert zxingcpp.read_barcodes(picture_of(local))[0].text.endswith("/guide?district=410105")


@pytest.mark.parametrize("slug", SHOWN)
def test_r2_r4_guide_and_leaflet_are_opened_and_downloaded(slug: str, client: TestClient) -> None:
    leaflet = client.get(f"/bundles/{slug}/leaflet.pdf").content
    info = subprocess.run(["pdfinfo", "-"], input=leaflet, capture_output=True, check=True).stdout.decode()
    assert re.search(r"Pages:\s+2", info)
    for title in BRIEF:
        assert title in text_of(leaflet)
    answer = client.get(f"/bundles/{slug}/guide.pdf?download=true")
    assert answer.headers["content-disposition"].startswith("attachment")
    said = text_of(answer.content)
    for title in PLAN:
        assert title in said


def test_every_file_of_every_bundle_can_be_drawn(client: TestClient) -> None:
    """All fifty, so that no rare character and no long text surprises a citizen."""
    for bundle in BUNDLES:
        for name in FILES:
            answer = client.get(f"/bundles/{bundle.slug}/{name}")
            assert answer.status_code == 200 or name in ("promise.pdf", "authority.pdf"), (bundle.slug, name, answer.text)


def test_r10_results_have_samples_that_nobody_takes_for_one(client: TestClient) -> None:
    said = text_of(client.get("/items/food-business-license/sample.pdf").content)
    assert "食品经营许可证" in said
    assert "样例" in said
    assert client.get("/items/household-registration-query/sample.pdf").status_code == 404


def test_r15_the_chart_is_the_model_and_a_change_of_it_is_a_new_version(client: TestClient, tmp_path: Path) -> None:
    answer = client.get("/bundles/open-restaurant/flow.svg")
    assert answer.headers["content-type"].startswith("image/svg+xml")
    assert answer.headers["content-security-policy"] == "default-src 'none'", "a drawing needs no styles"
    assert "style" not in answer.text
    for name in ("收件", "食品经营许可", "归档"):
        assert name in answer.text
    model = tmp_path / "bpmn" / "bundles" / "open-restaurant.bpmn"
    model.parent.mkdir(parents=True)
    moved = replace(CATALOGUE, home=tmp_path, versions={})
    model.write_text("a", encoding="utf-8")
    first = moved.version("open-restaurant")
    model.write_text("b", encoding="utf-8")
    assert replace(moved, versions={}).version("open-restaurant") != first


def test_r18_r20_new_editions_are_kept_pushed_once_and_their_changes_shown(tools: Tools, client: TestClient) -> None:
    assert publishing.publish(tools) > 50
    assert publishing.publish(tools) == 0
    item = CATALOGUE.items["food-business-license"]
    limits = item.limits.model_copy(update={"promised": item.limits.promised.model_copy(update={"days": 7})})
    items = CATALOGUE.items | {item.slug: item.model_copy(update={"limits": limits})}
    later = replace(CATALOGUE, items=items, versions={}, local={})
    assert publishing.publish(replace(tools, catalogue=later)) > 0
    with tools.store.reading() as session:
        newest, oldest = guides.editions(session, "open-restaurant", "410100")
    assert newest.version == later.version("open-restaurant")
    page = client.get("/bundles/open-restaurant/versions").text
    assert "7 个工作日" in page
    day = plain_day(newest.effective_at)
    assert page.count(f"<h2>{day}起生效的版本") == 2, "a version is called by its day"
    with TestClient(create_app(replace(tools, catalogue=later)), base_url="http://127.0.0.1:8000") as now:
        for path in ("", "/guide", "/brief"):
            assert f'/versions#v-{newest.version}">{day}起生效的版本</a>' in now.get(f"/bundles/open-restaurant{path}").text
    assert oldest.version in page
    assert newest.version in page
    assert publishing.publish(tools) > 0, "what comes back is in force again"


def test_r27_a_district_shows_what_it_adds(client: TestClient) -> None:
    local, city = (client.get(f"/bundles/open-car-wash{query}").text for query in ("?district=410105", "?district=410100"))
    assert "户外广告" in local
    assert "户外广告" not in city
    assert client.get("/bundles/open-car-wash?district=999999").status_code == 404
    assert "金水区政务服务中心" in client.get("/bundles/open-car-wash/guide?district=410105").text
    item, url = "outdoor-advertising-permit", "/api/v1/bundles/open-car-wash/estimate"
    assert client.get(url, params={"item": item, "district": "410105"}).json()["working_days"] > 0
    assert client.get(url, params={"item": item}).status_code == 404


@pytest.mark.parametrize(
    "path", ["/bundles/nothing/guide", "/bundles/open-restaurant/other.pdf", "/items/nothing/sample.pdf"]
)
def test_what_is_not_published_is_told(path: str, client: TestClient) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    assert re.search(r"[\u4e00-\u9fff]", answer.text)


def test_r24_r33_the_guide_of_a_restaurant_as_an_applicant_reads_it(client: TestClient) -> None:
    """What to bring, how long, what it costs, where, and why each item applies."""
    page = client.get("/bundles/open-restaurant").text
    for words in ("食品经营许可", "场所平面图", "个工作日", "不收费", "需先行取得营业执照", "完整版办事指南", "办理地区"):
        assert words in page, words


def test_r114_the_form_is_served_as_a_camunda_form(client: TestClient) -> None:
    form = client.get("/api/v1/bundles/newborn/form").json()
    assert form["schemaVersion"] == 16
    known = {"text", "textfield", "textarea", "number", "datetime", "radio", "checklist", "checkbox"}
    assert {part["type"] for part in form["components"]} <= known


def test_r122_what_was_saved_is_shown_thing_by_thing_and_in_all(client: TestClient) -> None:
    page = client.get("/measures").text
    assert page.count('<th scope="row">') == len(BUNDLES) + 1
    for words in ("开饭店（餐饮店）", "合计", "待核实", "/bundles/open-restaurant/measures.pdf", "一次最多办"):
        assert words in page
    assert re.search(r'data-label="一次最多办（个事项）">5 <span class="quiet small">共 6</span>', page), "of a newborn"
    assert 'data-label="自行填写（项）"' in page, "cards on a phone"


def test_r19_r25_a_guide_says_how_many_items_one_can_have_and_in_which_order(client: TestClient) -> None:
    newborn, restaurant = (client.get(f"/bundles/{slug}").text for slug in ("newborn", "open-restaurant"))
    assert "共 6 个事项，情形不同的只办其中一种，最多办 5 个" in newborn
    assert "有先后的按顺序，其余同时办理" in newborn
    assert "共 4 个事项，可以只选需要的" in restaurant
    assert "各事项同时办理" in restaurant
    for page in (newborn, client.get("/bundles/second-hand-home-transfer").text):
        text = re.sub(r"<[^>]*>|\s", "", page)
        assert not re.search("待核实）*）待核实", text)
    guide = client.get("/bundles/open-restaurant/guide").text
    assert guide.index('class="toc small"') < guide.index('id="name"'), "the contents come first on a phone"


def test_things_that_people_call_the_same_say_for_whom_they_are(client: TestClient) -> None:
    found = client.get("/", params={"q": "面馆"}).text
    for slug in ("open-restaurant", "open-small-food-shop"):
        whom = CATALOGUE.bundles[slug].whom
        assert whom is not None
        assert f"适合：{whom.text}" in found
        assert f"适合：{whom.text}" in client.get(f"/bundles/{slug}").text
        assert f"适用范围：{whom.text}" in client.get(f"/bundles/{slug}/guide").text


def test_a_district_that_is_not_open_is_said_before_anybody_logs_in(client: TestClient) -> None:
    page = client.get("/bundles/open-restaurant?district=410102").text
    assert "中原区还没有开通网上办理" in page
    assert re.search(r">中原区\s*（暂未开通）</option>", page), "the list says so before one chooses"
    assert not re.search(r">(金水区|郑州市（市本级）)\s*（暂未开通）</option>", page)
    assert "开始申请" not in page
    assert "开始申请" in client.get("/bundles/open-restaurant?district=410105").text
