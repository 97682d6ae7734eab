"""What people call a thing finds it, on the real catalogue (R28): the first hit is the thing they mean."""

from __future__ import annotations

import pytest

from api.search import find_bundles, find_by_english_name
from onething.catalogue import load_catalogue
from onething.catalogue.everyday import load_everyday
from tests.api.conftest import HOME

PHRASES = {
    "open-restaurant": "开饭店 我想开一家饭店 饭馆 餐馆 火锅店 烧烤店 开个烧烤店 面馆 面店 咖啡店 开店 食堂 "
                       "饭馆子 串串 茶馆 蛋糕店 面包店 农家乐",
    "open-small-food-shop": "小吃店 早餐店",
    "open-supermarket": "超市 便利店 小卖部 水果店 菜店 肉店",
    "open-bar": "酒吧 舞厅 唱歌",
    "open-barbershop": "理发店 美发店 发廊",
    "open-bathhouse": "洗浴中心 澡堂 足浴 足疗店",
    "open-beauty-salon": "美容院 美甲 美甲店",
    "open-bookstore": "书店",
    "open-car-wash": "洗车店 洗车行",
    "open-elderly-care-home": "养老院 敬老院 托老所",
    "open-feed-mill": "饲料厂",
    "open-fitness-center": "健身房 瑜伽馆",
    "open-freight-company": "货运公司 物流公司",
    "open-game-arcade": "游戏厅 电玩城",
    "open-hotel": "宾馆 酒店 旅馆 民宿 青年旅社",
    "open-internet-cafe": "网吧",
    "open-livestock-farm": "养猪场 养鸡场 养猪 养鸭 养兔",
    "open-aquaculture-farm": "养鱼 鱼塘",
    "open-medical-institution": "诊所 开医院 医馆 牙科 门诊",
    "open-pet-hospital": "宠物医院 宠物诊所",
    "open-pharmacy": "药店 药房 药铺",
    "open-postpartum-center": "月子中心 月子会所",
    "open-printing-shop": "印刷店 打字复印 打印店 图文店",
    "open-tobacco-liquor-shop": "烟酒店 烟草证 卖烟",
    "public-rental-housing": "公租房 廉租房",
    "register-self-employed": "个体户 个体工商户 摆摊",
    "school-admission": "上小学 小学报名 孩子上学 上初中 幼升小 小升初",
    "kindergarten-admission": "幼儿园 入园 上幼儿园",
    "second-hand-home-transfer": "二手房 二手房过户 卖房 卖房子",
    "new-home-deed-tax": "契税 新房",
    "start-company": "开公司 注册公司 企业开办 办公司 营业执照 刻章 营业证",
    "close-company": "注销公司 注销企业 公司注销 关公司 关店",
    "start-own-business": "创业 创业贷款 企业贷款",
    "talent-recognition": "高层次人才 人才奖励",
    "taxi-and-ride-hailing": "网约车 出租车 滴滴",
    "unemployment": "失业 失业金 下岗 裁员 被裁员",
    "newborn": "新生儿 出生证 上户口 孩子出生 宝宝上户口 出生医学证明 生孩子",
    "marriage-and-childbearing": "结婚 领结婚证 结婚登记 怀孕 孕妇 准生 复婚",
    "military-discharge": "退役 退伍 退伍军人 转业",
    "housing-fund-loan": "公积金贷款 公积金",
    "employee-retirement": "退休 养老金 退休金",
    "flexible-employment": "灵活就业 自由职业",
    "graduate-employment": "毕业生就业 毕业生找工作",
    "graduate-household-registration": "毕业生落户",
    "hire-employees": "招人 招用员工 招工 招聘",
    "disability-and-hardship-support": "残疾证 低保 残疾人 看病报销 住院报销",
    "after-death": "丧葬 丧葬费 老人去世 抚恤金 销户 遗产 身后事 丧事 注销户口",
    "change-ethnicity": "改民族 变更民族",
    "adoption": "收养 领养",
    "enterprise-real-estate": "企业房产证 厂房房产证 厂房办证 厂房过户",
}
ELSEWHERE = ("造火箭", "天气", "的", " ", "护照", "驾照", "汽修店", "按摩店", "文具店")


@pytest.fixture(scope="module")
def found() -> dict[str, list[str]]:
    catalogue, everyday = load_catalogue(HOME), load_everyday(HOME)
    asked = [phrase for phrases in PHRASES.values() for phrase in phrases.split()] + list(ELSEWHERE)
    asked += ["卫生许可证", "办证", "食品经营许可", "市场监管", "孩子 新生儿", "开公司，怎么办理？"]
    return {text: [bundle.slug for bundle in find_bundles(catalogue, everyday, text)] for text in asked}


@pytest.mark.parametrize("slug", PHRASES)
def test_what_people_say_finds_what_they_mean(slug: str, found: dict[str, list[str]]) -> None:
    assert {text: found[text][:1] for text in PHRASES[slug].split()} == {text: [slug] for text in PHRASES[slug].split()}


def test_every_thing_is_found_by_something_people_say() -> None:
    assert set(PHRASES) == set(load_catalogue(HOME).bundles)


@pytest.mark.parametrize("text", ELSEWHERE)
def test_what_the_city_does_not_offer_here_finds_nothing(text: str, found: dict[str, list[str]]) -> None:
    assert found[text] == []


def test_what_may_mean_several_things_finds_all_of_them(found: dict[str, list[str]]) -> None:
    assert set(found["开店"]) >= {
        "open-restaurant", "open-small-food-shop", "open-supermarket", "open-barbershop", "register-self-employed"}
    assert {"open-restaurant", "open-small-food-shop", "open-hotel", "open-barbershop"} <= set(found["卫生许可证"])
    assert {"start-company", "register-self-employed"} <= set(found["办证"])
    assert {"newborn", "marriage-and-childbearing"} <= set(found["生孩子"])


def test_an_item_a_department_and_a_sentence_are_searched_too(found: dict[str, list[str]]) -> None:
    assert "open-restaurant" in found["食品经营许可"]
    assert "open-restaurant" in found["市场监管"]
    assert found["孩子 新生儿"][0] == "newborn"
    assert found["开公司，怎么办理？"][0] == "start-company"


@pytest.mark.parametrize(("text", "slugs"), [
    ("拉面", ["open-restaurant", "open-small-food-shop"]), ("包子铺", ["open-small-food-shop", "open-restaurant"]),
    ("卫生许可证", ["open-restaurant"]),
    *((said, ["open-restaurant", "open-small-food-shop"]) for said in ("饭馆", "餐馆", "早餐店", "我想开一家饭馆")),
])
def test_things_of_one_name_are_found_together(text: str, slugs: list[str]) -> None:
    found = [bundle.slug for bundle in find_bundles(load_catalogue(HOME), load_everyday(HOME), text)]
    assert set(slugs) <= set(found)


@pytest.mark.parametrize(("text", "slug"), [
    ("noodle", "open-restaurant"), ("Baby", "newborn"), ("open cafe", "open-restaurant"), ("jobless", "unemployment"),
])
def test_english_speakers_use_words_of_their_own(text: str, slug: str) -> None:
    catalogue, everyday = load_catalogue(HOME), load_everyday(HOME)
    assert slug in [bundle.slug for bundle in find_by_english_name(catalogue, everyday, text)]


def test_every_english_word_leads_somewhere() -> None:
    catalogue, everyday = load_catalogue(HOME), load_everyday(HOME)
    assert [word for word in everyday.in_english if not find_by_english_name(catalogue, everyday, word)] == []
