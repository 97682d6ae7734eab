"""Questions in people's own words over the real catalogue: the right answer among three, or a plain 不知道 (R28, R37)."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from onething import answers
from onething.catalogue import Catalogue
from onething.catalogue.everyday import load_everyday
from onething.errors import CatalogueError
from onething.segmenting import STOP_WORDS, concepts, in_figures, plain, words
from onething.store import Store, knowledge

HOME = Path(__file__).resolve().parent.parent.parent
CITY, DISTRICT = "410100", "410105"
ASKED = {
    "饭店服务员都得办健康证不": ("open-restaurant", "健康证明"),
    "想开个小饭馆，营业执照还没下来能先报吗": ("open-restaurant open-small-food-shop", "营业执照"),
    "便利店想卖烟怎么弄": ("open-supermarket", "卖烟"),
    "学校门口能开烟酒店吗": ("open-tobacco-liquor-shop", "学校附近"),
    "网吧里能卖泡面饮料吗": ("open-internet-cafe", "饮料"),
    "健身房里有游泳池要办啥证": ("open-fitness-center", "泳池"),
    "药店没请到执业药师能先申请吗": ("open-pharmacy", "药师"),
    "养猪场要做环评吗": ("open-livestock-farm", "环境影响"),
    "个体户几天能出执照": ("register-self-employed", "几天"),
    "淘宝店没有实体店能办执照吗": ("register-self-employed", "网上开店"),
    "公司注销要登报公示多少天": ("close-company", "公示"),
    "试用期给不给交社保登记": ("hire-employees", "试用期"),
    "宝宝户口在外地能在郑州打疫苗吗": ("newborn", "预防接种"),
    "娃名字没起好能先办出生证吗": ("newborn", "名字"),
    "外地孩子能在郑州读书吗": ("school-admission", "户口不在郑州"),
    "女的多大可以领证": ("marriage-and-childbearing", "多大"),
    "三胎还要审批吗": ("marriage-and-childbearing", "三孩"),
    "超过20岁还能改民族不": ("change-ethnicity", "二十周岁"),
    "领养小孩要什么条件": ("adoption", "什么人可以收养"),
    "自己不想干了辞职有没有失业金": ("unemployment", "辞职"),
    "买二手房水电怎么过户": ("second-hand-home-transfer", "过户"),
    "不交契税能办房产证吗": ("new-home-deed-tax", "契税"),
    "公积金贷款多久批下来": ("housing-fund-loan", "多久"),
    "家里有老人公租房优先吗": ("public-rental-housing", "老人"),
    "当兵回来多久要去报到": ("military-discharge", "报到"),
    "父亲过世后户口什么时候销": ("after-death", "注销"),
    "提前退休要哪些材料": ("employee-retirement", "提前退休"),
    "没有网约车证接单罚多少": ("taxi-and-ride-hailing", "接单"),
}
OUTSIDE = [
    "今天天气怎么样", "护照怎么办理", "地铁几点停运", "信用卡逾期了怎么办", "孩子发烧怎么办", "离婚怎么办手续", "快递丢了",
    "汽车年检要带什么", "手机号怎么注销", "银行卡丢了怎么挂失", "郑州有什么好玩的", "怎么做红烧肉", "你是谁", "给我讲个笑话",
    "专利怎么申请",
]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory, catalogue: Catalogue) -> Iterator[Store]:
    folder = tmp_path_factory.mktemp("answers")
    store = Store(f"sqlite:///{folder / 'store.db'}", folder / "files")
    store.migrate()
    answers.fill(store, catalogue)
    yield store
    store.close()


def ask(store: Store, catalogue: Catalogue, question: str, district: str = CITY) -> answers.Reply:
    return answers.reply(store, catalogue, load_everyday(HOME), question, district)


@pytest.mark.parametrize("question", ASKED)
def test_r28_people_find_the_answer_in_their_own_words(store: Store, catalogue: Catalogue, question: str) -> None:
    slugs, said = ASKED[question]
    reply = ask(store, catalogue, question)
    assert len(reply.answers) <= 3
    shown = [(answer.bundle.slug, answer.question) for answer in reply.answers]
    assert [one for one in shown if one[0] in slugs.split() and said in one[1]], shown


@pytest.mark.parametrize("question", OUTSIDE)
def test_r28_what_it_does_not_know_it_does_not_answer(store: Store, catalogue: Catalogue, question: str) -> None:
    reply = ask(store, catalogue, question)
    assert not reply.known, [(answer.bundle.slug, answer.question, answer.sureness) for answer in reply.answers]


def test_r28_every_entry_is_found_by_its_own_question(store: Store, catalogue: Catalogue) -> None:
    lost = [
        (slug, entry.question) for slug, known in catalogue.knowledge.items() for entry in known.entries
        if not any(
            (answer.bundle.slug, answer.question) == (slug, entry.question)
            for answer in ask(store, catalogue, f"{catalogue.bundle(slug).short_name} {entry.question}").answers
        )
    ]
    assert lost == []


def test_r37_every_answer_cites_owner_source_and_the_version_of_the_guide(store: Store, catalogue: Catalogue) -> None:
    for answer in ask(store, catalogue, "开饭店要健康证吗").answers:
        assert answer.guide_version == catalogue.version(answer.bundle.slug)
        [entry] = [e for e in catalogue.knowledge[answer.bundle.slug].entries if e.question == answer.question]
        assert (answer.owner, answer.source) == (catalogue.department_name(entry.owner), entry.source)
        assert answer.confirmed == entry.confirmed
        assert 0.4 <= answer.sureness <= 1


def test_r28_what_is_near_is_offered_where_nothing_is_known(store: Store, catalogue: Catalogue) -> None:
    reply = ask(store, catalogue, "我家楼下那个网吧的招牌颜色太亮了，能换成别的颜色吗")
    assert not reply.known
    assert [bundle.slug for bundle in reply.related][:1] == ["open-internet-cafe"]


def test_r27_a_districts_own_guide_is_cited_in_that_district(store: Store, catalogue: Catalogue) -> None:
    local = catalogue.in_district(DISTRICT)
    differ = [slug for slug in catalogue.knowledge if local.version(slug) != catalogue.version(slug)]
    kept = {(e["bundle"], e["district"]) for e in answers.all_entries(catalogue)}
    assert {slug for slug, district in kept if district == DISTRICT} == set(differ), "the rest is the city's"
    for slug in [*differ, "newborn"]:
        question = f"{catalogue.bundle(slug).short_name} {catalogue.knowledge[slug].entries[0].question}"
        for district, there in ((CITY, catalogue), (DISTRICT, local)):
            first = ask(store, catalogue, question, district).answers[0]
            assert (first.bundle.slug, first.guide_version) == (slug, there.version(slug))


def test_r30_filling_again_changes_nothing(store: Store, catalogue: Catalogue) -> None:
    assert answers.fill(store, catalogue) == 0
    with store.reading() as session:
        assert knowledge.size(session) >= sum(len(known.entries) for known in catalogue.knowledge.values())


@pytest.mark.parametrize("question", [
    "", "   ", "？？？！！", '" OR * NEAR(', "'; DROP TABLE knowledge_entry; --", "\0", "健康证" * 5000,
    "<script>alert(1)</script>", "🙂🙂", "%_%", "a" * 100_000, "\u202e\u200b", "的了吗呢",
], ids=range(13))
def test_hostile_questions_are_questions(store: Store, catalogue: Catalogue, question: str) -> None:
    reply = ask(store, catalogue, question)
    assert len(reply.question) <= answers.MAX_QUESTION
    assert len(reply.answers) <= 3


def test_what_is_asked_first_answers_itself(store: Store, catalogue: Catalogue) -> None:
    everyday = load_everyday(HOME)
    listed = answers.popular(catalogue, everyday)
    assert len(listed) == len(everyday.popular) >= 5
    for bundle, question in listed:
        reply = ask(store, catalogue, f"{bundle.short_name} {question}")
        assert (reply.answers[0].bundle.slug, reply.answers[0].question) == (bundle.slug, question)


def test_everyday_words_lead_to_words_that_the_guides_use(store: Store) -> None:
    table = load_everyday(HOME).said_for
    with store.reading() as session:
        dead = [said for said, meant in table.items() if not knowledge.count(session, [w for one in meant for w in words(one)])]
    assert dead == []
    assert [said for said in table if plain(said) != said] == [], "looked up in plain small letters"
    assert [said for said in table if not concepts(said, table)] == []


def test_a_fault_in_the_everyday_words_names_file_and_cure(tmp_path: Path) -> None:
    (tmp_path / "catalogue").mkdir()
    assert load_everyday(tmp_path / "nothing").said_for == {}
    (tmp_path / "catalogue" / "everyday.yaml").write_text("said_for: {饭馆: 饭店}", encoding="utf-8")
    with pytest.raises(CatalogueError, match=r"everyday\.yaml：said_for\.饭馆"):
        load_everyday(tmp_path)


def test_words_are_cut_for_search() -> None:
    assert words("水表过户要几天？") == ["水表", "过户", "几天"]
    assert words("居民身份证")[0] == "居民身份证"
    assert {"居民", "身份证"} <= set(words("居民身份证"))
    assert words("开ＫＴＶ，开ktv！") == ["开", "ktv"]
    assert words("的 了 吗，。？") == []
    assert not STOP_WORDS & set(words("请问我想问一下公租房怎么申请"))
    assert {"20", "二十"} <= set(words("二十周岁"))
    assert concepts("娃打疫苗", {"娃": ["孩子"], "打疫苗": ["预防接种"]}) == [
        ("娃", "孩子"), ("打疫苗", "预防接种", "预防", "接种"),
    ]


@pytest.mark.parametrize(("said", "figure"), [
    ("十", ["10"]), ("十五", ["15"]), ("二十", ["20"]), ("九十九", ["99"]), ("一百二十", ["120"]), ("一百零五", ["105"]),
    ("一", []), ("", []), ("十分", []), ("百", []),
])
def test_chinese_numerals_are_found_by_figures(said: str, figure: list[str]) -> None:
    assert in_figures(said) == figure
