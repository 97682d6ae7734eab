"""Chinese first, English second: what is chosen, what is translated, and that an English page is English."""

from __future__ import annotations

import re
from calendar import month_name
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
import yaml
from babel.messages.pofile import read_po

from api.app import create_app
from api.pages.citations import in_english
from api.pages.languages import CONTENTS, DAY, ENGLISH, OWN, PLACE, SENTENCES, in_language
from onething.catalogue import load_catalogue
from onething.cli.demo import SAMPLE_PDF
from onething.numbers import grouped
from onething.store import applications
from onething.vocabulary import CaseState
from tests.api import messages
from tests.api.conftest import Person
from tests.api.test_consents import HOUSE as SOLD_HOUSE
from tests.api.test_consents import OWNER, with_partner
from tests.api.test_pages import follow

HOME = Path(__file__).resolve().parents[2]
VOID = {"input", "meta", "link", "br", "path", "img", "hr", "rect"}
MARKED_PLACE = re.compile(r"%\((\w+)\)s")
KNOWN = (
    "郑州示例餐饮有限公司", "郑州样板商贸有限公司", "金水区示例面馆", "张三", "李四", "王五", "（演示）", "我的小店",
    "身份证明.pdf", "平面图.pdf", "图.pdf", "图.png", "“饭”", "中文",
)
"""What people are called and what they typed, and the name of the other language: said as it is."""


class EnglishPage(HTMLParser):
    """`left`: Chinese that a listener would hear in an English voice."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.language, self.left, self.words, self.stack = "", [], [], []
        self.feed(page)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        found = dict(attributes)
        if tag == "html":
            self.language = found["lang"]
        if tag not in VOID:
            self.stack.append("" if tag in ("title", "option", "script") else found.get("lang") or (self.stack or ["en"])[-1])
        told = [found.get(name) or "" for name in ("aria-label", "title", "alt", "data-copied", "data-too-large", "data-none")]
        self._see([text for text in told if not re.search("[A-Za-z]", text)])  # a name in them cannot be marked

    def handle_startendtag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        """Of drawings."""

    def handle_endtag(self, tag: str) -> None:
        self.stack.pop()

    def handle_data(self, data: str) -> None:
        self.words.append(data)
        if self.stack and self.stack[-1] == "en":
            self._see([data])

    def _see(self, texts: list[str]) -> None:
        for text in texts:
            for name in KNOWN:
                text = text.replace(name, "")
            if messages.CHINESE.search(text):
                self.left.append(text.strip())


def english(answer: Any, status: int = 200) -> str:
    assert answer.status_code == status, answer.text
    page = EnglishPage(answer.text)
    assert page.language == "en"
    assert page.left == []
    return " ".join("".join(page.words).split())


@pytest.fixture
def reader(person: Any) -> Any:
    """Somebody who chose English once."""
    company = person("demo-restaurant")
    english(company.get("/?lang=en"))
    return company


# what is translated


def entries(*paths: Path) -> dict[str, tuple[str, ...]]:
    found = [entry for path in paths or (SENTENCES, CONTENTS)
             for entry in read_po(path.read_bytes().splitlines(True), locale="en") if entry.id]
    return {
        entry.id[0] if entry.pluralizable else entry.id: tuple(entry.string) if entry.pluralizable else (entry.string,)
        for entry in found
    }


def sayable() -> set[str]:
    """Every Chinese text that a page may be given: of the code, and of the few files of words."""
    code = [path for room in ("api", "onething", "workers") for path in (HOME / room).rglob("*.py")]
    found = {text for path in code for text in messages.sentences(path)}
    found |= {label for name in messages.LABELS for label in messages._labels(name)}
    for name in ("*", "bundles/*", "calendars/cn-*", "items/*", "districts/*", "knowledge/*"):
        for path in (HOME / "catalogue").glob(f"{name}.yaml"):
            found |= set(words_of(yaml.safe_load(path.read_text(encoding="utf-8"))))
    return found


def words_of(node: Any) -> list[str]:
    if isinstance(node, str):
        return [node]
    children = node.values() if isinstance(node, dict) else node if isinstance(node, list) else []
    return [text for child in children for text in words_of(child)]


def test_every_text_of_the_pages_has_english() -> None:
    known = entries()
    vague = {text for text in messages.spoken() if PLACE.search(text) and len(OWN.findall(text)) < 2}
    missing = [f"{place}: {text}" for text, place in (messages.marked() | messages.spoken()).items()
               if not all(known.get(text, ("",))) and text not in vague]
    assert missing == []


def offered() -> set[str]:
    """What somebody who applies is told about items, documents, questions and fields of the whole city."""
    catalogue = load_catalogue(HOME)
    found: set[str | None] = {one.name for one in (*catalogue.departments.values(), *catalogue.districts.values())}
    for bundle in catalogue.bundles.values():
        found |= {text for row in bundle.rows for text in (row.because, row.otherwise)}
        for question in catalogue.questions_of(bundle):
            found |= {question.text, question.note, *(option.label for option in question.options)}
    for item in catalogue.items.values():
        found |= {item.name, item.result.name, item.fee.text if item.fee else ""}
        found |= {use.note for use in item.materials} | {one.text for one in item.conditions}
        found |= {text for error in item.common_errors for text in (error.wrong, error.right)}
    for material in catalogue.materials.values():
        found |= {material.name, material.standard, material.note, material.issuer}
    for field in catalogue.fields.values():
        found.add(field.shared.dataset if field.shared else "")
        found |= {field.label, field.section, field.unit, field.help, field.error, *(o.label for o in field.options)}
    return {text for text in found if text and messages.WORDS.search(text)}


def test_whoever_applies_in_english_is_asked_in_english() -> None:
    known = entries()
    assert sorted(text for text in offered() if not all(known.get(text, ("",)))) == []


NAMES_OF_LAWS = re.compile("《[^》]*》|(税总发|国发|发改价格规)〔[0-9]+〕[0-9]+号")
"""None has an official English title; the number of a document is how it is found."""


def test_the_english_of_a_doubt_is_a_doubt() -> None:
    """Nothing that is not confirmed reads as certain, no number got lost, and no Chinese was left."""
    for chinese, (english_text,) in entries(CONTENTS).items():
        assert ("待核实" in chinese) <= ("to be confirmed" in english_text.lower()), chinese
        months = {str(number) for number, name in enumerate(month_name) if name and name in english_text}
        assert set(re.findall("[0-9]+", chinese)) <= {*re.findall("[0-9]+", english_text.replace(",", "")), *months}, chinese
        left = messages.CHINESE.findall(NAMES_OF_LAWS.sub("", english_text))
        assert not left or "车牌" in chinese, chinese


ONE_WORD = (
    ("(?<!发证)窗口", r"counter|window-\d", r"window(?!-)"), ("综合受理窗口", "service counter", ""),
    ("发证窗口", "collection counter", ""), ("收件(?!回执|地址|人)", r"intake|taken? .*in\b|takes .*in\b", "(?<!intake )receipt"),
    ("收件回执", "intake receipt", ""), ("回执", "receipt|proof of delivery", "confirmation|acknowledg"),
    ("(?<!综合|容缺)受理(?!窗口|标准|方式)", "accept", ""), ("补正", "correct", "amend|supplement"),
    ("一次(性)?告知(?!单|通知书)", "once", "in full|single"), ("一次性告知单", "one-time notice", ""),
    ("办结(?!婚|后决定|后作出决定|时限)", "finish|time limit by law", "complet|settle"),
    ("(?<!同)一件事(?!一次办)", "service", "matter|package"), ("一件事一次办", "One Thing, Once", ""), ("办件", r"\bcase", ""),
    ("(?<!居留)许可", "licen|refuse", r"(?<!residence )permit\b"), ("许可证", "licence", "permit"),
    ("电子证照", "certificate|electronic", "electronic licence "), ("(?<!电子|邮寄|窗口|快递)送达", "deliver", r"\bserv(ed|ing)"),
    ("邮寄|寄递|快递", "courier", r"\bpost|mail"), ("领取方式", "how you", "collecting|way of"), ("牵头", "lead", ""),
    ("承诺(?!时限|办结)", "commit|promised|declaration", r"promises?\b"), ("承诺书", "letters? of commitment", "promise"),
    ("承诺(办结)?时限", "promised time limit|later than promised", ""),
    ("法定(办理|办结)?时限", "time limit by law", "statutory limit"), ("容缺", "later|pre-review", "to follow"),
    ("(?<!送)材料预审", "pre-check", ""), ("容缺预审", "pre-review", ""),
    ("免提交", "not needed from you|need not be handed in", "exempt"), ("撤回", "withdr", "cancel|take back"),
    ("撤销", "revo", ""), ("异议", "object|disagree", "dispute"), ("单独同意", "separate", ""), ("核验", "verif", ""),
    ("提交", "", "submit"), ("(?<!国家)企业(?!单位)", "", "(?<!non-)enterprises?(?! credit)"),
    ("个体工商户|个体户", "sole trader", "self-employed|individually"), ("代理人", "representative", "proxy"),
    ("委托书", "letter of authority|written authorisation", "power of attorney"), ("公章", "official seal", "official stamp"),
    ("备案", "fil(e|ing)", "record-filing"), ("办理地区", r"\bareas?\b", ""),
    ("证件号码", r"\bnumber", "identity document number"), ("居民身份证", "resident i", ""),
    ("执业兽医", "practising vet", "licensed"), ("消防安全检查", "fire safety inspection", ""),
    ("政务服务中心", "government service centre", ""), ("养老机构|养老院", "care home", "elderly care institution"),
    ("兽药", "veterinary medicine", "drug"), ("劳动合同", "employment|contract", "labour"), ("幼儿园", "kindergarten", ""),
    ("预包装", "pre-packaged", ""), ("就业创业证", "employment and start-up certificate", ""),
)
"""A term, what its English must say, what it must not (docs/citizen.md, "Two languages")."""


def test_one_thing_has_one_english_word() -> None:
    said = [(NAMES_OF_LAWS.sub("", chinese), MARKED_PLACE.sub("", one)) for chinese, both in entries().items() for one in both]
    unsteady = [
        f"{term}: {one}" for term, required, rejected in ONE_WORD for chinese, one in said if re.search(term, chinese)
        and (not re.search(required, one, re.IGNORECASE) or (rejected and re.search(rejected, one, re.IGNORECASE)))
    ]
    assert unsteady == []
    unused = [term for term, *_ in ONE_WORD if not any(re.search(term, chinese) for chinese, _ in said)]
    assert unused == []


@pytest.mark.parametrize(("chinese", "english_text"), [
    ("《中华人民共和国行政许可法》第四十二条", "《中华人民共和国行政许可法》 Article 42"),
    ("参照《甲、乙和丙法》（2023-09-01修订）第一百零三条之一第二款第（三）项、第一千零四十八条",
     "following 《甲、乙和丙法》 (revised 2023-09-01) Article 103-1(2), point 3, Article 1048"),
    ("2018-12-29版", "edition of 2018-12-29"), ("实施方案二（三）", "Implementation plan, 2 (3)"),
    ("实施方案附件1注", "Implementation plan, note to annex 1"), ("《乙法》（条款待核实）", "《乙法》 (article to be confirmed)"),
    ("第一，", ""), ("窗口", ""), ("", ""), ("《乙法》规定三十日", ""),
])
def test_where_something_is_written_is_said_in_english(chinese: str, english_text: str) -> None:
    assert in_english(chinese) == english_text


def test_nothing_is_translated_that_nobody_says() -> None:
    said = set(messages.marked()) | sayable()
    assert [text for text in entries() if text not in said] == []


def test_no_text_of_a_page_was_left_unmarked() -> None:
    assert list(messages.unmarked()) == []


def test_a_text_left_unmarked_would_be_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "bad.html").write_text('<p title="好">{{ _("好") }}</p>{{ "坏" if x == "好" }}', encoding="utf-8")
    monkeypatch.setattr(messages, "TEMPLATES", tmp_path)
    assert [text.split(": ")[1] for text in messages.unmarked()] == ['<p title="好">', '"坏"']


def test_both_languages_fill_in_the_same() -> None:
    for text, translated in entries().items():
        for one in translated:
            for place in (MARKED_PLACE, PLACE):
                assert set(place.findall(text)) == set(place.findall(one)) or "{day}" in text, text
            assert set(re.findall("<[^>]*>", one)) <= {'<span lang="zh-CN">', "</span>"}, text
            assert '"' not in re.sub("<[^>]*>", "", one), f"a quotation mark would end an attribute: {one}"
            assert "%" not in MARKED_PLACE.sub("", one), text


# how a sentence is found


@pytest.mark.parametrize(("chinese", "english"), [
    ("如果今天提交，预计 2026年12月8日 星期二 前办结（暂定）",
     "If you hand in today, expected to be finished by 8 December 2026 (provisional)"),
    ("收件后 1 个工作日内办结", "Finished within 1 working day after intake"),
    ("收件后 3 个工作日内办结", "Finished within 3 working days after intake"),
    ("操作太频繁；请在 35 秒后再试，已保存的内容不会丢失",
     "Too many requests; please try again in 35 seconds, what was saved is not lost"),
    ("还缺少材料：平面图、甲；请补齐后再提交", "Documents are missing: 平面图、甲; please add them"),
    ("不能接收“a.doc”；请上传 JPG、PNG 格式的文件",
     "“a.doc” cannot be taken; please upload a file of the format JPG, PNG"),
    ("材料齐全的，窗口收件并转给公安部门、经办部门办理；需要补正的，一次告诉您全部内容。",
     "If the documents are complete, the counter takes the case in and passes it to Public security department, "
     "Department in charge; "
     "if not, you are told once of everything to correct."),
    ("您申请的“甲”已办结：不予许可，理由：图不清。", "Your application “甲” is finished: Refused, because 图不清."),
    ("没有人说过的话", "没有人说过的话"), ("办件 ", "办件 "), ("", ""),
])
def test_sentences_are_found_by_the_words_around_what_was_filled_in(chinese: str, english: str) -> None:
    assert in_language(ENGLISH).of(chinese) == english


def test_what_is_filled_in_stays_text() -> None:
    shown = in_language(ENGLISH).local("没有编号为 <b>1</b> 的办件；请核对编号")
    assert shown == "There is no case with the number &lt;b&gt;1&lt;/b&gt;; please check the number"
    assert in_language(ENGLISH).local("平面图") == '<span lang="zh-CN">平面图</span>'
    assert DAY.fullmatch("2026年13月40日")
    assert in_language(ENGLISH).of("2026年13月40日") == "2026年13月40日"


def test_what_somebody_typed_cannot_keep_us_busy() -> None:
    english = in_language(ENGLISH)
    for text in ("办件 " + " 的定于 ，地点：。" * 20_000, "1" + " 年" * 20_000, "“" * 50_000, "中（" * 20_000, "中、" * 20_000):
        for one in (text, f"请回答：{text}"):
            assert english.of(one).endswith(text)
            assert english.local(one).count("<span") >= 0


# which language


@pytest.mark.parametrize(("header", "language"), [
    ("", "zh-CN"), ("en-US,en;q=0.9", "en"), ("zh-CN,zh;q=0.9,en;q=0.8", "zh-CN"), ("fr", "zh-CN"), ("en;q=0.3,zh;q=0.2", "en"),
    ("en;q=x,zh", "zh-CN"), ("en-GB,zh", "zh-CN"),
])
def test_the_browser_decides_where_nothing_was_chosen(person: Any, header: str, language: str) -> None:
    page = person().get("/", headers={"Accept-Language": header} if header else {})
    assert EnglishPage(page.text).language == language


def test_what_was_chosen_is_kept_and_can_be_changed_back(person: Any) -> None:
    anyone = person()
    page = anyone.get("/verify?number=1&lang=en")
    assert 'href="/verify?number=1&amp;lang=zh-CN" lang="zh-CN" hreflang="zh-CN">中文</a>' in page.text
    assert "httponly" in page.headers["set-cookie"].lower()
    assert EnglishPage(anyone.get("/").text).language == "en"
    assert EnglishPage(anyone.get("/?lang=zh-CN").text).language == "zh-CN"
    chinese = anyone.get("/", headers={"Accept-Language": "en"})
    assert EnglishPage(chinese.text).language == "zh-CN"
    assert 'lang="en" hreflang="en">English</a>' in chinese.text
    assert "set-cookie" not in chinese.headers
    assert "set-cookie" not in anyone.get("/?lang=tlh").headers


def test_staff_terminals_and_programs_are_spoken_to_in_chinese(person: Any) -> None:
    headers = {"Accept-Language": "en"}
    for path in ("/staff", "/"):
        page = person("reviewer-market-410105").get(path, headers=headers)
        assert EnglishPage(page.text).language == "zh-CN"
        assert ">English</a>" not in page.text
    anyone = person()
    assert "没有" in anyone.get("/api/v1/bundles/nothing", headers=headers).json()["detail"]
    anyone.client.cookies.set("onething_terminal", "1")
    assert EnglishPage(anyone.get("/", headers=headers).text).language == "zh-CN"


# the pages


def test_an_application_in_english_from_the_start_page_to_the_receipt(reader: Any, make_png: Any) -> None:
    for path in ("/", "/?q=饭", "/?q=xyz", "/bundles/restaurant", "/bundles/restaurant/guide", "/bundles/restaurant/brief",
                 "/bundles/restaurant/versions", "/verify", "/verify/nothing", "/cases", "/me", "/me/certificates", "/me/logins"):
        english(reader.get(path))
    english(reader.get("/apply/restaurant"))
    questions = follow(reader.send("/apply/restaurant"))
    assert "Please answer:" in english(reader.send(questions, {}), 422)
    items = follow(reader.send(questions, {"signs": "yes"}))
    assert "needed according to your answers" in english(reader.get(items))
    assert "You have not chosen any item" in english(reader.send(items, {"district": "410105"}), 422)
    details = follow(reader.send(items, {"item": ["food-license", "signboard"], "district": "410105"}))
    assert "For text messages about your case" in english(reader.get(details))
    assert "Please fill in: Company name" in english(reader.send(details, {}), 422)
    fields = {
        "applicant.name": "郑州示例餐饮有限公司（演示）",
        "applicant.id_no": "91410100MA0000000T", "applicant.phone": "13800000004",
    }
    materials = follow(reader.send(details, fields | {"delivery_way": "electronic", "delivery_mode": "unified"}))
    assert "To be uploaded" in english(reader.get(materials))
    assert "Please upload “身份证明”" in english(reader.send(materials), 422)
    for key in ("identity", "plan"):
        follow(reader.send(f"{materials}/{key}", files={"file": ("图.pdf", SAMPLE_PDF)}))
    assert "please upload a file of the format JPG, PNG" in english(
        reader.send(f"{materials}/photo", files={"file": ("图.pdf", SAMPLE_PDF)}), 415
    )
    follow(reader.send(f"{materials}/photo", files={"file": ("图.png", make_png())}))
    review = follow(reader.send(materials))
    assert "Check and hand in" in english(reader.get(review))
    assert "tick the declaration" in english(reader.send(review, {}), 422)
    page = english(reader.get(follow(reader.send(review, {"promise": "yes"}))))
    assert "By Monday 23 November 2026, 12:00" in page


def test_things_are_found_by_their_english_names(person: Any) -> None:
    anyone = person()
    assert "1 service for “restaurant open”" in english(anyone.get("/?q=restaurant open&lang=en"))
    assert "Nothing found for “car”" in english(anyone.get("/?q=car"))
    assert "找到 1 件与“Restaurant”有关的事" in anyone.get("/?q=Restaurant&lang=zh-CN").text


def test_a_case_in_english(reader: Any, tools: Any, take_in: Any) -> None:
    number = reader.apply().json()["number"]
    page = english(reader.get(f"/cases/{number}"))
    assert "The service counter is checking your documents" in page
    assert f"Your application “开饭店” is handed in, case number {grouped(number)}".replace("开饭店", "Open a restaurant") in page
    english(reader.get("/cases"))
    english(reader.get("/me"))
    english(reader.get(f"/cases/{number}/diagram"))
    english(reader.get(f"/cases/{number}/questions"))
    assert "Please choose whom to ask" in english(reader.send(f"/cases/{number}/questions", {}), 422)
    follow(reader.send(f"/cases/{number}/questions", {"office": "window-410105", "question": "When?"}))
    english(reader.get(f"/cases/{number}"))
    english(reader.get(f"/cases/{number}/delivery"))
    assert "full address" in english(reader.send(f"/cases/{number}/delivery", {
        "delivery_mode": "unified", "delivery_way": "courier"}), 422)
    english(reader.get("/me/data"))
    english(reader.send("/me/data/contact", {"phone": "1"}), 422)
    english(reader.send("/me/data/deletion", {}), 422)
    with tools.store.transaction() as session:
        case = applications.lock(session, number)
        applications.set_case_state(case, CaseState.CORRECTION)
        case.reason = "平面图看不清"
    assert "Please correct: 平面图看不清" in english(reader.get(f"/cases/{number}"))
    english(reader.get(f"/cases/{number}/correction"))
    english(reader.send(f"/cases/{number}/correction"), 422)
    follow(reader.send(f"/cases/{number}/correction", files={"material-plan": ("图.pdf", SAMPLE_PDF + b"\n")}))
    take_in(number)
    assert "Deciding whether to accept “Licence for food business”" in english(reader.get(f"/cases/{number}"))
    english(reader.get(f"/cases/{number}/withdrawal?item=fire-check"))
    english(reader.get(f"/cases/{number}/rating"), 409)
    follow(reader.send(f"/cases/{number}/withdrawal", {"item": ""}))
    assert "You withdrew this case" in english(reader.get(f"/cases/{number}"))
    for grade in ("", "?grade=very-dissatisfied"):
        english(reader.get(f"/cases/{number}/rating{grade}"))
    follow_or_page = reader.send(f"/cases/{number}/rating", {"grade": "satisfied"})
    assert follow_or_page.status_code in (200, 303)
    assert "cannot be withdrawn" in english(reader.get(f"/cases/{number}/withdrawal"), 409)


def test_what_is_told_and_agreed_to_has_english_around_the_words_of_the_law(tools: Any) -> None:
    owner = Person(create_app(with_partner(tools)), OWNER)
    owner.get("/?lang=en")
    draft = "/".join(follow(owner.send("/apply/second-hand-house", {})).split("/")[:3])
    follow(owner.send(f"{draft}/items", {"item": ["query"], "district": "410105"}))
    details = {f"applicant.{name}": value for name, value in SOLD_HOUSE["applicant"].items()}
    courier = {"delivery_way": "courier", "applicant.address": "1 Example Road, Zhengzhou"}
    follow(owner.send(f"{draft}/details", details | courier))
    review = english(owner.get(f"{draft}/review"))
    for words in ("How personal data is handled", "name of the recipient, phone, Address", "Passing personal data to partners"):
        assert words in review
    refused = english(owner.send(f"{draft}/review", {"promise": "yes"}), 422)
    assert "need your separate consent “Passing personal data to partners”" in refused
    follow(owner.send(f"{draft}/review", {"promise": "yes", "consent": "partners:2"}))
    mine = owner.get("/me/data")
    english(mine)
    [address] = re.findall(r'href="(/me/data/consents/[^"]+)"', mine.text)
    english(owner.get(address))
    english(owner.get(follow(owner.send(address, {}))))
    assert "This consent is already withdrawn" in english(owner.get(address), 409)


def test_strangers_are_told_in_english(person: Any) -> None:
    anyone = person()
    anyone.get("/?lang=en")
    assert "Choose a demonstration person" in english(anyone.get("/login"))
    assert "You are not logged in" in english(anyone.get("/cases"), 401)
    assert "There is no such page" in english(anyone.get("/no-such-page"), 404)
    assert "No electronic signature" in english(anyone.client.post("/verify", files={"file": ("图.pdf", SAMPLE_PDF)}))
    assert "Please choose the PDF file" in english(anyone.client.post("/verify", data={}), 422)
