"""Guide, leaflet and form, small and as large as they get, drawn by the real Typst (R1, R4, R5, R6, R16)."""

import dataclasses
import io
import re
import shutil
import subprocess
from datetime import date

import pikepdf
import pytest
import segno

from onething.papers import (
    Detail,
    FormContent,
    FormSection,
    LeafletContent,
    PublicationContent,
    PublicationGroup,
    PublicationLine,
    PublicationSection,
    PublicationTable,
    render,
)

needs_pdftotext = pytest.mark.skipif(not shutil.which("pdftotext"), reason="pdftotext missing: install poppler-utils")
BASE = {
    "issuer": "示例市政务服务和大数据管理局",
    "issued_on": date(2026, 11, 23),
    "verify_url": "https://zwfw.example.gov.cn/bundles/open-restaurant?version=3f9c1e",
    "contact": "12345　市政务服务中心二楼综合受理窗口",
    "number": "2026.11-3f9c1e",
}
FULL = (
    "事项名称及编码", "联办事项及编码", "牵头部门", "联办部门", "服务对象", "设定依据", "行使层级", "申请条件", "申请材料",
    "中介服务", "办理方式", "办理流程", "办理结果", "承诺办结时限", "收费情况", "领取方式", "行政救济途径与方式", "咨询方式",
    "监督投诉渠道", "办理进程和结果查询", "特殊注意事项", "申请表（样本）及示范文本", "承诺告知书（样本）及示范文本",
    "事项办理流程图", "常见错误示例", "常见问题解答",
)  # fmt: skip
BRIEF = (
    "事项名称", "联办事项", "服务对象", "行使层级", "申请材料", "办理方式", "办理流程", "办理结果名称", "承诺办结时限",
    "收费情况", "领取方式", "咨询方式", "监督投诉渠道", "办理进程和结果查询", "特殊注意事项",
    "申请表（样本）及示范文本下载地址",
)  # fmt: skip
FILLER = (
    "材料来源：申请人自备，或者由窗口通过数据共享取得，能够共享取得的不要求重复提交。",
    "窗口在收到材料的当天核对是否齐全，需要补正的一次说明全部内容。",
    "受理标准：内容完整、字迹清楚，所载名称与登记的名称一致，复印件与原件核对无误后当场退还原件，并在复印件上注明核对人和核对日期。",
    "办理地点：示例市政务服务中心二楼综合受理窗口",
    "没有先后顺序的事项同时办理，互不等待；有先后顺序的，后面的事项先行预审，收到前面事项的结果后即时作出决定。申请人不需要在"
    "各部门之间来回递送材料，办理进度随时可以查询，全部办结后可以一次领取，也可以分别领取。",
)
THINGS = (
    "场所平面布置图及设备设施清单", "负责人身份证明", "从业人员健康证明", "房屋使用权证明", "授权委托书",
    "安全检查合格材料", "污水排放情况说明", "门头招牌设置效果图",
)  # fmt: skip
TABLE = PublicationTable(
    head=("序号", "事项", "办理部门", "层级", "承诺时限", "备注"),
    rows=tuple(
        (str(n), f"示例事项{n}：场所投入使用前的检查和登记", "示例市行业主管部门", "市级、县级", f"{n % 5 + 1} 个工作日",
         "面积二百平方米以上的需要办理" if n % 3 == 0 else "")
        for n in range(1, 13)
    ),
    widths=(0.7, 2.4, 1.8, 1.1, 1.1, 1.6),
)  # fmt: skip
PICTURE = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 2600 900" width="2600" height="900">'
    '<rect width="2600" height="900" fill="#ffffff"/>'
    + "".join(
        f'<rect x="{40 + 420 * column}" y="{60 + 210 * row}" width="300" height="120" rx="10" fill="#f7f8fa" stroke="#1d5fbf"/>'
        f'<text x="{190 + 420 * column}" y="{128 + 210 * row}" font-size="28" text-anchor="middle" fill="#1d2129"'
        f' font-family="PingFang SC, Noto Sans CJK SC, sans-serif">{step}第{row + 1}项</text>'
        + (f'<path d="M{340 + 420 * column} {120 + 210 * row} h120" stroke="#4e5969" fill="none"/>' if column < 5 else "")
        for row in range(4)
        for column, step in enumerate(("收件", "受理", "预审", "审批", "制证", "送达"))
    )
    + "</svg>"
)  # fmt: skip


def lines(start: int, count: int) -> tuple[PublicationLine, ...]:
    return tuple(
        PublicationLine(text=FILLER[(start + n) % len(FILLER)], confirmed=(start + n) % 7 != 3,
                        source="示例办法第六条" if (start + n) % 4 == 1 else "")
        for n in range(count)
    )  # fmt: skip


def section(n: int, title: str, groups: int, each: int) -> PublicationSection:
    """`groups` 1: without a title."""
    found = [
        PublicationGroup(title=THINGS[g % len(THINGS)] if groups > 1 else "", lines=lines(n + g, each))
        for g in range(groups)
    ]
    return PublicationSection(title=title, groups=found)


def guide(**changes) -> PublicationContent:
    """26 elements, up to 8 groups of 5 lines, a table and the wide picture."""
    sections = [section(n, title, (1, 1, 2, 1, 3, 1, 8)[n % 7], (1, 5, 3, 2, 5)[n % 5]) for n, title in enumerate(FULL)]
    numbered = [
        PublicationLine(text=f"{n}. 示例事项{n}（行政许可，本系统编码 QY03-{n:02d}）", confirmed=n != 4)
        for n in range(1, 7)
    ]
    sections[1] = PublicationSection(title=FULL[1], groups=[PublicationGroup(lines=numbered)], tables=[TABLE])
    sections[8] = section(8, FULL[8], 8, 5)
    fields = BASE | {
        "application_no": "QY03", "title": "“开饭店”一件事办事指南", "subtitle": "示例市 · 完整版",
        "note": "本指南与政务服务网站、移动端同源发布、同步更新。扫描二维码可以查看同一版本的网页。",
        "sections": sections, "picture": PICTURE, "picture_title": "“开饭店”一件事办理流程图",
    }  # fmt: skip
    return PublicationContent(**(fields | changes))


def short_guide(**changes) -> PublicationContent:
    sections = [section(1, "适用范围", 1, 1), section(4, "受理标准和审查要点", 2, 2)]
    fields = {
        "title": "窗口操作手册",
        "subtitle": "",
        "note": "",
        "sections": sections,
        "picture": "",
        "picture_title": "",
    }
    return guide(**(fields | changes))


def leaflet(each: int = 1, size: int = 1, **changes) -> LeafletContent:
    """16 elements; `each` lines a group, `size` groups in every third section."""
    fields = BASE | {
        "application_no": "QY03", "title": "“开饭店”一件事简版办事指南", "short_name": "开饭店", "place": "示例市",
        "item_count": 6, "promise": "12 个工作日内办结",
        "sections": [section(n, title, size if n % 3 == 1 else 1, each) for n, title in enumerate(BRIEF)],
    }  # fmt: skip
    return LeafletContent(**(fields | changes))


FORM = {
    "申请人信息": (
        ("申请人名称", "示例市清风餐饮有限公司"), ("统一社会信用代码", "91410100MA0000000X"), ("法定代表人", "张三"),
        ("证件类型", "居民身份证"), ("证件号码", "410101199001010011"), ("联系电话", "13800000000"),
        ("住所", "示例市示例区示例路 1 号示例大厦一层 101 室"), ("电子邮箱", "qingfeng@example.cn"),
    ),
    "经办人信息": (
        ("经办人姓名", "李四"), ("经办人证件号码", "410101199202020022"), ("经办人电话", "13900000000"),
        ("授权期限", "2026年11月20日至2027年11月19日"), ("授权范围", "代为申请、补正材料、领取办理结果"),
    ),
    "经营场所": (
        ("场所名称", "清风饭店"), ("场所地址", "示例市示例区示例路 1 号示例大厦一层 101 室及地下一层储物间"),
        ("使用面积（平方米）", "268"), ("所在楼层", "1"), ("房屋权属", "租赁"), ("租赁期限至", "2031年10月31日"),
        ("是否有住宿", "否"), ("是否兼营歌舞娱乐", "否"),
    ),
    "食品经营": (
        ("主体业态", "餐饮服务经营者"), ("经营项目", "热食类食品制售、冷食类食品制售、自制饮品制售，不含裱花蛋糕和生食类食品"),
        ("从业人员数", "18"), ("食品安全管理员", "王五"), ("拟开业日期", "2026年12月20日"), ("网络经营", "是"),
    ),
    "消防安全": (
        ("安全出口数", "3"), ("自动喷水灭火设施", "有"), ("消防安全责任人", "张三"), ("装修竣工日期", "2026年11月10日"),
        ("使用燃气", "是，管道天然气"),
    ),
    "门头招牌": (
        ("招牌长度（米）", "8.5"), ("招牌高度（米）", "1.2"), ("材质", "铝板、发光字"),
        ("设置位置", "临街一层门楣上方，不遮挡窗户和消防登高面"),
    ),
    "领取方式": (
        ("领取方式", "全部办结后统一领取"), ("送达方式", "邮寄"), ("收件人", "李四"),
        ("收件地址", "示例市示例区示例路 1 号示例大厦一层 101 室"),
    ),
}  # fmt: skip


def form(mode: str = "filled", **changes) -> FormContent:
    sections = [
        FormSection(
            title=title, rows=[Detail(label=label, value="" if mode == "sample" else value) for label, value in rows]
        )
        for title, rows in FORM.items()
    ]
    fields = BASE | {
        "number": "SQ-410100-20261123-000017", "application_no": "410100-20261123-000017" if mode == "filled" else "QY03",
        "mode": mode, "bundle_name": "开饭店", "sections": sections, "materials": THINGS,
        "items": ["食品经营许可", "公众聚集场所投入使用、营业前消防安全检查", "城镇污水排入排水管网许可", "公共场所卫生许可",
                  "设置大型户外广告及在城市建筑物、设施上悬挂、张贴宣传品审批", "接入市政燃气"],
        "signed_name": "" if mode == "sample" else "张三",
    }  # fmt: skip
    return FormContent(**(fields | changes))


def short_form(**changes) -> FormContent:
    first = FormSection(
        title="申请人信息", rows=[Detail(label="姓名", value="张三"), Detail(label="联系电话", value="")]
    )
    return form(sections=[first], items=["示例事项"], materials=(), **changes)


CONTENTS = {
    "guide": guide(), "guide-short": short_guide(),
    "leaflet": leaflet(), "leaflet-middle": leaflet(2, 3), "leaflet-too-much": leaflet(5, 8),
    "form-sample": form("sample"), "form-example": form("example"), "form": form(), "form-short": short_form(),
}  # fmt: skip
PAGES = {
    "guide": 15, "guide-short": 1, "leaflet": 2, "leaflet-middle": 2, "leaflet-too-much": 2,
    "form-sample": 2, "form-example": 2, "form": 2, "form-short": 1,
}  # fmt: skip
LEAFLETS = [name for name in CONTENTS if name.startswith("leaflet")]
FORMS = [name for name in CONTENTS if name.startswith("form")]
named = pytest.mark.parametrize("name", CONTENTS)


def text_of(pdf: bytes) -> str:
    """What a reader finds, in the order it is told, without white space."""
    done = subprocess.run(["pdftotext", "-raw", "-", "-"], input=pdf, capture_output=True, check=True)
    return re.sub(r"\s", "", done.stdout.decode())


def all_lines(content) -> list[PublicationLine]:
    return [entry for one in content.sections for group in one.groups for entry in group.lines]


@named
def test_it_is_an_accessible_archival_pdf_of_so_many_pages(name):
    content = CONTENTS[name]
    with pikepdf.open(io.BytesIO(render(content))) as pdf, pdf.open_metadata() as metadata:
        assert metadata.pdfa_status == "2A"
        assert metadata["pdfuaid:part"] == "1"
        assert metadata["dc:title"] == f"{content.heading} {content.number}"
        assert str(pdf.Root.Lang) == "zh-CN"
        assert bool(pdf.Root.MarkInfo.Marked)
        assert len(pdf.pages) == PAGES[name]


@named
def test_same_content_gives_same_bytes(name):
    first = render(CONTENTS[name])
    render(CONTENTS["guide-short"])
    assert render(dataclasses.replace(CONTENTS[name])) == first


@named
def test_qr_code_has_its_address_as_alternative_text(name):
    """R3, R5."""
    with pikepdf.open(io.BytesIO(render(CONTENTS[name]))) as pdf:
        alternatives = [
            str(thing.Alt) for thing in pdf.objects if isinstance(thing, pikepdf.Dictionary) and "/Alt" in thing
        ]
    assert any(BASE["verify_url"] in text for text in alternatives)


@needs_pdftotext
@named
def test_it_says_who_what_version_and_where(name):
    content = CONTENTS[name]
    text = text_of(render(content))
    for part in (content.heading, content.number, content.issuer, content.verify_url, content.application_no):
        assert part in text
    assert "样例" in text
    assert "样例" not in text_of(render(dataclasses.replace(content, demo=False)))


@needs_pdftotext
def test_guide_says_all_of_its_content():
    """R6."""
    content = CONTENTS["guide"]
    text = text_of(render(content))
    for entry in all_lines(content):
        assert re.sub(r"^\d+\. |\s", "", entry.text) in text
    for one in content.sections:
        assert text.count(re.sub(r"\s", "", one.title)) >= 2, "in the contents list and above the section"
        assert all(group.title in text for group in one.groups)
    assert "二十六、常见问题解答" in text
    assert text.count("（示例办法第六条）") == sum(entry.source != "" for entry in all_lines(content))
    assert "扫码查看网页版" in text
    assert "第15页，共15页" in text


@needs_pdftotext
def test_guide_marks_what_is_not_confirmed_and_nothing_else():
    content = CONTENTS["guide"]
    doubtful = sum(not entry.confirmed for entry in all_lines(content))
    assert text_of(render(content)).count("待核实") == doubtful + 1, "each line and the legend below the contents list"
    lines = [PublicationLine(text="编码：待核实", confirmed=False)]
    said_once = short_guide(sections=[PublicationSection(title="编码", groups=[PublicationGroup(lines=lines)])])
    assert text_of(render(said_once)).count("待核实") == 1
    sure = short_guide(
        sections=[PublicationSection(title="甲", groups=[PublicationGroup(lines=[PublicationLine(text="乙")])])]
    )
    assert "待核实" not in text_of(render(sure))


@needs_pdftotext
def test_table_says_its_head_again_on_every_page_and_a_very_long_row_goes_on():
    rows = [(f"要点{n}", "名称与登记一致。" * 6) for n in range(60)] + [("最长", "说明很长。" * 900)]
    table = PublicationTable(head=("审查要点", "合格标准"), rows=rows)
    pdf = render(short_guide(sections=[PublicationSection(title="审查要点", tables=[table])]))
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        pages = len(opened.pages)
    assert pages > 4
    assert text_of(pdf).count("合格标准") == pages
    assert text_of(pdf).count("很") == 900


def test_picture_has_a_landscape_page_of_its_own_and_alternative_text():
    with pikepdf.open(io.BytesIO(render(CONTENTS["guide"]))) as pdf:
        turned = [float(page.MediaBox[2]) > float(page.MediaBox[3]) for page in pdf.pages]
        alternatives = [
            str(thing.Alt) for thing in pdf.objects if isinstance(thing, pikepdf.Dictionary) and "/Alt" in thing
        ]
    assert turned == [False] * 14 + [True]
    assert CONTENTS["guide"].picture_title in alternatives


@needs_pdftotext
@pytest.mark.parametrize("name", LEAFLETS)
def test_leaflet_has_all_elements_and_its_front(name):
    """R4, R16."""
    text = text_of(render(CONTENTS[name]))
    for n, title in enumerate(BRIEF, start=1):
        assert f"{n}{title}" in text
    for part in ("开饭店", "示例市", "6个事项一次申请", "12个工作日内办结", "扫码看完整版办事指南"):
        assert part in text


@pytest.mark.parametrize("name", LEAFLETS)
def test_leaflet_is_two_sides_of_a4_landscape(name):
    with pikepdf.open(io.BytesIO(render(CONTENTS[name]))) as pdf:
        sheets = [[round(float(edge) / 72 * 25.4) for edge in page.MediaBox] for page in pdf.pages]
    assert sheets == [[0, 0, 297, 210]] * 2


@needs_pdftotext
def test_leaflet_says_all_when_it_goes_in_and_else_where_the_rest_is():
    middle, too_much = text_of(render(CONTENTS["leaflet-middle"])), text_of(render(CONTENTS["leaflet-too-much"]))
    assert "详见完整版" not in middle
    for entry in all_lines(CONTENTS["leaflet-middle"]):
        for sentence in filter(None, re.split("[，。；]", entry.text)):
            assert sentence[:8] in middle
    assert middle.count("※") == sum(not entry.confirmed for entry in all_lines(CONTENTS["leaflet-middle"])) + 1
    assert "※待核实" in middle
    assert "……详见完整版（扫码）" in too_much


@needs_pdftotext
def test_leaflet_without_doubt_has_no_mark():
    lines = [PublicationLine(text="甲", source="不印出")]
    text = text_of(
        render(leaflet(sections=[PublicationSection(title="事项名称", groups=[PublicationGroup(lines=lines)])]))
    )
    assert "※" not in text
    assert "待核实" not in text
    assert "不印出" not in text


@needs_pdftotext
def test_leaflet_tells_a_wide_table_row_by_row():
    text = text_of(render(leaflet(sections=[PublicationSection(title="联办事项", tables=[TABLE])])))
    assert (
        "办理部门：示例市行业主管部门；层级：市级、县级；承诺时限：4个工作日；备注：面积二百平方米以上的需要办理"
        in text
    )


@pytest.mark.parametrize(("count", "each"), [(1, 1), (16, 400), (40, 60)])
def test_leaflet_never_has_a_third_page(count, each):
    sections = [
        PublicationSection(
            title=f"第{n}节", groups=[PublicationGroup(lines=[PublicationLine(text="甲乙丙丁，" * each)])]
        )
        for n in range(count)
    ]
    with pikepdf.open(io.BytesIO(render(leaflet(sections=sections)))) as pdf:
        assert len(pdf.pages) == 2


@pytest.mark.skipif(not shutil.which("pdftoppm"), reason="pdftoppm missing: install poppler-utils")
def test_qr_on_the_front_of_the_leaflet_is_the_drawn_one_module_by_module():
    """R5: at least 28 mm, every module where a reader looks for it."""
    command = ["pdftoppm", "-r", "254", "-gray", "-f", "1", "-l", "1", "-"]
    image = subprocess.run(command, input=render(CONTENTS["leaflet"]), capture_output=True, check=True).stdout
    head = re.match(rb"P5\s+(\d+)\s+(\d+)\s+255\s", image)
    width, pixels = int(head[1]), image[head.end() :]
    modules = segno.make(BASE["verify_url"], error="m", micro=False).matrix
    left, top, size = 204.9, 163.6, 35.0
    step = size / (len(modules) + 4)
    assert step * len(modules) >= 28
    for y, row in enumerate(modules):
        for x, dark in enumerate(row):
            at = round((top + (y + 2.5) * step) * 10) * width + round((left + (x + 2.5) * step) * 10)
            assert (pixels[at] < 128) == bool(dark), (x, y)


@needs_pdftotext
@pytest.mark.parametrize("name", FORMS)
def test_form_has_every_label_and_its_values_unless_it_is_the_sample(name):
    content = CONTENTS[name]
    text = text_of(render(content))
    for one in content.sections:
        assert one.title in text
        for row in one.rows:
            assert set(row.label) <= set(text)
            assert re.sub(r"\s", "", row.value) in text
    assert all(entry in text for entry in (*content.items, *content.materials))
    assert content.declaration in text
    assert "申请人（签字或盖章）" in text
    mark = {"sample": "样本", "example": "示范文本"}.get(content.mode)
    assert mark is None or text.count(mark) >= 2, "in the title and at the corner"
    assert ("办件编号" in text) == (content.mode == "filled")


@needs_pdftotext
def test_sample_form_is_empty_but_for_choices():
    rows = [Detail(label="姓名", value="张三"), Detail(label="是否住宿", value="□ 是　□ 否")]
    text = text_of(render(form("sample", sections=[FormSection(title="申请人", rows=rows)])))
    assert "张三" not in text
    assert "□是□否" in text
    assert "2026年11月23日" not in text
