"""The two papers of the counter: what is signed for, and what goes on a parcel (R89, R97, R99)."""

from __future__ import annotations

import io
from datetime import date

import pikepdf
import pytest

from onething.papers import LabelContent, PaperError, SlipContent, SlipLine, file_name, render

SHARED = {
    "application_no": "41010520261123000001M", "issuer": "金水区发证窗口", "issued_on": date(2026, 11, 23),
    "verify_url": "http://127.0.0.1:8000/cases/41010520261123000001M",
}
SLIP = SlipContent(
    **SHARED, number="41010520261123000001M-签1", what="results", bundle_name="开饭店", addressee="郑州示例餐饮有限公司",
    lines=[SlipLine(name="食品经营许可证", number="JY14101050000012")], clerk_name="金水区发证窗口",
)
LABEL = LabelContent(
    **SHARED, number="41010520261123000001M--1", receiver_name="张三", receiver_phone="13800000001",
    receiver_address="郑州市金水区花园路 1 号", order_no="41010520261123000001M:1", inside=["食品经营许可证"],
)


@pytest.mark.parametrize(("paper", "width", "name"), [
    (SLIP, 595, "办理结果签收单_41010520261123000001M-签1.pdf"), (LABEL, 298, "寄递面单_41010520261123000001M--1.pdf"),
])
def test_one_page_the_same_bytes_each_time(paper: SlipContent | LabelContent, width: int, name: str) -> None:
    pdf = render(paper)
    assert render(paper) == pdf
    assert file_name(paper) == name
    with pikepdf.open(io.BytesIO(pdf)) as made:
        assert [round(float(page.mediabox[2])) for page in made.pages] == [width]


def test_many_results_go_on_over_the_page() -> None:
    many = SlipContent(**{**vars(SLIP), "lines": [SlipLine(name=f"第 {n} 项结果") for n in range(40)]})
    with pikepdf.open(io.BytesIO(render(many))) as made:
        assert len(made.pages) >= 2


def test_a_parcel_needs_an_address_and_a_slip_something_to_sign_for() -> None:
    with pytest.raises(PaperError, match="缺少必填内容"):
        LabelContent(**{**vars(LABEL), "receiver_address": " "})
    with pytest.raises(PaperError, match="缺少必填内容"):
        SlipContent(**{**vars(SLIP), "lines": []})
