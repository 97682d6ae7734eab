"""Sentences that go where nothing about a person may be (S11)."""

from __future__ import annotations

from pathlib import Path

import pytest

from onething.catalogue import load_catalogue
from onething.discretion import known_of, without

APPLICANT = {"name": "王小明", "id_no": "410105199001011233", "phone": "0371-67188888", "address": "金水区文化路1号"}
FIELDS = load_catalogue(Path(__file__).resolve().parents[2]).fields
KNOWN = known_of(
    APPLICANT, {"spouse_name": "李小红", "premises_address": "金水区文化路1号附2号", "business_area": "120"},
    [FIELDS["spouse_name"], FIELDS["premises_address"], FIELDS["business_area"]],
)


@pytest.mark.parametrize(("words", "told"), [
    ("王小明没有签名", "申请人没有签名"),
    ("410105199001011233 与身份证不一致", "（证件号码） 与身份证不一致"),
    ("请打0371-67188888", "请打（电话）"),
    ("配偶李小红不在场", "配偶（配偶姓名）不在场"),
    ("到金水区文化路1号附2号看现场，不是金水区文化路1号", "到（经营场所地址）看现场，不是（地址）"),
    ("经手人 13912345678，证件 41010519900101124X", "经手人 （号码），证件 （号码）"),
    ("面积应为 120 平方米，依据《食品安全法》第三十五条", "面积应为 120 平方米，依据《食品安全法》第三十五条"),
    ("", ""),
])
def test_s11_what_says_who_somebody_is_becomes_a_label(words: str, told: str) -> None:
    assert without(words, KNOWN) == told


def test_s11_an_empty_or_one_letter_value_hides_nothing() -> None:
    known = known_of({"name": "无", "id_no": "", "phone": " ", "address": ""}, {}, ())
    assert without("无法核对，请补正", known) == "无法核对，请补正"
