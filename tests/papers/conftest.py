"""Sample contents for every paper: ordinary ones and the longest the plan holds."""

from datetime import date, datetime

import pytest

from onething.papers import (
    AcceptanceContent,
    CorrectionContent,
    Defect,
    DeliveredDocument,
    DeliveryContent,
    DepartmentOpinion,
    Detail,
    EndingContent,
    ExtensionContent,
    GuidanceContent,
    GuidanceItem,
    GuidanceMaterial,
    HandoverContent,
    JointRecordContent,
    LicenceContent,
    NotTakenContent,
    Original,
    PromiseContent,
    PromisedMaterial,
    ReceiptContent,
    ReceiptItem,
    ReceiptMaterial,
    RefusalContent,
    ResultContent,
    RevocationContent,
    SpecialStepContent,
    remedy_text,
)

LONG_ITEM = (
    "印刷企业设立、变更、兼并、合并、分立审批（从事包装装潢印刷品和其他印刷品印刷经营活动，工作场所为自有产权）"
)
BASE = {
    "application_no": "410100-20261123-000017",
    "issuer": "郑州市市场监督管理局",
    "issued_on": date(2026, 11, 23),
    "verify_url": "https://zwfw.example.gov.cn/verify/9f2c4b7e1d0a8c6655e3b1f0a7d94c21",
    "contact": "0371-6700 0000　市政务服务中心二楼综合窗口",
}
BASIS = ["《中华人民共和国食品安全法》第三十五条", "《中华人民共和国行政许可法》第三十二条第一款第（五）项"]


def long_receipt(**changes) -> ReceiptContent:
    """A receipt with 11 items and 20 materials."""
    items = [
        ReceiptItem(
            name=LONG_ITEM if n == 3 else f"第{n}项：公众聚集场所投入使用、营业前消防安全检查",
            department="郑州市消防救援支队", due=date(2026, 12, n), due_note="前" if n % 2 else "前（承诺）",
        )
        for n in range(1, 12)
    ]  # fmt: skip
    materials = [
        ReceiptMaterial(name=f"材料{n}：营业场所平面布置图及设备设施清单", copies=n % 3 + 1, form="电子件",
                        note="共享获取，无需提交" if n % 4 == 0 else "")
        for n in range(1, 21)
    ]  # fmt: skip
    fields = BASE | {
        "number": "SJ-410100-20261123-000018", "bundle_name": "开办大型商业综合体",
        "applicant_name": "河南星河商业管理有限公司",
        "applicant_id_masked": "9141**********7X", "received_at": datetime(2026, 11, 23, 14, 5), "channel": "窗口",
        "window": "市政务服务中心综合窗口 12 号", "clerk_name": "李明", "items": items, "materials": materials,
        "expected_on": date(2026, 12, 21),
        "expected_note": "前",
        "notes": "是否受理于 2026年11月24日 17:00 前告知。"
                 "窗口审查的 2 小时按办公时间计算，办公时间为工作日 09:00—12:00、13:00—17:00（待核实）："
                 "自提交时起，至 11月23日 16:05 止。",
    }  # fmt: skip
    return ReceiptContent(**(fields | changes))


def _licence(**changes) -> LicenceContent:
    fields = BASE | {
        "number": "JY24101050001234", "title": "食品经营许可证", "holder_name": "郑州市金水区老张烩面馆",
        "holder_id_masked": "9241**********3K", "item_name": "食品经营许可", "legal_basis": BASIS[:1],
        "details": [
            Detail(label="经营场所", value="河南省郑州市金水区花园路 88 号附 3 号"),
            Detail(label="经营项目", value="热食类食品制售；冷食类食品制售（不含裱花蛋糕）"),
        ],
        "valid_until": date(2031, 11, 22),
    }  # fmt: skip
    return LicenceContent(**(fields | changes))


def _guidance(**changes) -> GuidanceContent:
    fields = BASE | {
        "number": "金水区一件事导字〔2026〕1号", "application_no": "ZX410105202611230000012",
        "addressee": "张三", "bundle_name": "开饭店（餐饮店）", "kind_name": "业务咨询", "place": "金水区",
        "question": "租的房子能不能办？", "answer": "可以，请按下列材料准备。", "said": ["场所面积是否达到标准？是"],
        "items": [GuidanceItem(name="食品经营许可", department="市场监管部门", limit="承诺 10 个工作日（待核实）",
                               result="食品经营许可证")],
        "materials": [GuidanceMaterial(name="经营场所平面图", form="PDF、JPG、PNG", note="待核实"),
                      GuidanceMaterial(name="营业执照", form="免提交", note="政府部门核发，由窗口调取")],
        "steps": ["申请：网上一次填写、一次上传。", "收件：综合受理窗口审查。"], "notes": ["需先行取得营业执照。"],
        "adviser_name": "金水区市场监管部门咨询辅导员", "guide_version": "0123456789abcdef",
    }  # fmt: skip
    return GuidanceContent(**(fields | changes))


def _samples() -> dict:
    addressee = {"addressee": "郑州市金水区老张烩面馆", "bundle_name": "开饭店", "item_name": "食品经营许可"}
    receipt = long_receipt(
        number="SJ-410100-20261123-000017", bundle_name="开饭店", applicant_name="张三",
        applicant_id_masked="410***********1234", channel="网上申请", window="", clerk_name="",
        items=[ReceiptItem(name="食品经营许可", department="郑州市市场监督管理局", due=date(2026, 12, 7)),
               ReceiptItem(name="公众聚集场所投入使用、营业前消防安全检查", department="郑州市消防救援支队",
                           due=date(2026, 12, 4))],
        materials=[ReceiptMaterial(name="申请人身份证明", form="共享获取"), ReceiptMaterial(name="经营场所平面图")],
    )  # fmt: skip
    return {
        "guidance-notice": _guidance(),
        "guidance-notice-gaps": _guidance(
            kind_name="申报辅导（材料预审）", gaps=[f"材料{n}没有签字，请补签后重新上传。" for n in range(1, 13)],
            items=[GuidanceItem(name=LONG_ITEM, department="新闻出版部门", limit="承诺 20 个工作日；法定 60 个工作日（待核实）",
                                result="印刷经营许可证") for _ in range(8)],
        ),
        "licence": _licence(),
        "licence-long": _licence(
            title="公众聚集场所投入使用、营业前消防安全检查合格证", item_name=LONG_ITEM, legal_basis=BASIS,
            holder_name="河南省郑州市金水区花园路街道综合服务中心下属某某某包装装潢印刷品制造与商贸服务有限责任公司",
            remarks="本证应当悬挂在经营场所的显著位置。变更经营场所、经营项目的，应当依法申请变更。", valid_until=None,
        ),
        "licence-portrait": _licence(orientation="portrait"),
        "acceptance-notice": AcceptanceContent(
            **BASE, **addressee, number="郑市监受字〔2026〕17号", received_on=date(2026, 11, 23),
            accepted_on=date(2026, 11, 24), decide_by=date(2026, 12, 8), promised_days=10, statutory_days=20,
            legal_basis=BASIS[1:],
        ),
        "refusal-decision": RefusalContent(
            **(BASE | addressee | {"item_name": LONG_ITEM}), number="郑市监不许字〔2026〕3号", stage="approval",
            applied_on=date(2026, 11, 23), addressee_id_masked="9241**********3K", legal_basis=BASIS,
            reasons=["现场核查发现食品处理区与卫生间直接相连，且未设置独立排风，不符合食品经营许可审查要求。",
                     "从业人员健康证明已于2026年10月1日过期，限期内未补正。"],
            remedy=remedy_text("郑州市人民政府", "郑州铁路运输法院"),
        ),
        "refusal-acceptance": RefusalContent(
            **(BASE | addressee), number="郑市监不受字〔2026〕1号", stage="acceptance",
            applied_on=date(2026, 11, 23),
            reasons=["申请事项依法不属于本机关职权范围，应当向经营场所所在地县级市场监督管理部门申请。"],
            legal_basis=BASIS[1:], remedy=remedy_text("郑州市人民政府", "郑州铁路运输法院"),
        ),
        "receipt": receipt,
        "receipt-long": long_receipt(),
        "correction-notice": CorrectionContent(
            **BASE, **addressee, number="郑市监补字〔2026〕5号", applied_on=date(2026, 11, 23),
            clerk_name="李明",
            defects=[
                Defect(material="经营场所平面图", problem="未标明食品处理区与就餐区的面积。",
                       cure="在图上标出各功能区并注明面积（平方米），重新上传。",
                       basis="《食品经营许可和备案管理办法》第十三条"),
                Defect(material="从业人员健康证明", problem="王五的证明已于2026年10月1日过期。",
                       cure="补交有效期内的健康证明。"),
            ],
            correct_by=date(2026, 12, 4),
        ),
        "special-step-notice": SpecialStepContent(
            **BASE, **addressee, number="郑市监特字〔2026〕2号", step_name="听证", started_on=date(2026, 11, 25),
            reason="申请事项涉及相邻业主重大利益，利害关系人依法要求听证。", stops_clock=True,
            legal_basis=["《中华人民共和国行政许可法》第四十五条"],
        ),
        "special-step-visit": SpecialStepContent(
            **BASE, **addressee, number="郑市监特字〔2026〕3号", step_name="现场勘验", started_on=date(2026, 11, 25),
            reason="需核对经营场所布局与图纸是否一致。", stops_clock=False, legal_basis=BASIS[:1],
        ),
        "extension-notice": ExtensionContent(
            **BASE, **addressee, number="郑市监延字〔2026〕1号", days=10, decide_by=date(2027, 1, 6),
            provisional=True, reason="案情复杂，需要进一步核实经营场所的合法使用证明。",
            legal_basis=["《中华人民共和国行政许可法》第四十二条"],
        ),
        "result-notice": ResultContent(
            **(BASE | addressee | {"item_name": "企业注销登记"}), number="郑市监结字〔2026〕8号", item_kind="registration",
            applied_on=date(2026, 11, 23), addressee_id_masked="9241**********3K", result="准予注销登记通知书",
            opinion="清算报告完整，税务已清缴。", legal_basis=BASIS,
        ),
        "not-taken-notice": NotTakenContent(
            **BASE, number="金水区一件事拒字〔2026〕2号", addressee="郑州市金水区老张烩面馆", bundle_name="开饭店",
            addressee_id_masked="9241**********3K", applied_on=date(2026, 11, 23),
            items=["食品经营许可", "公众聚集场所投入使用、营业前消防安全检查"],
            reasons=["经营场所在新密市，应当向新密市的综合受理窗口申请。"],
            defects=[Defect(material="经营场所平面图", problem="不齐全：缺第 2 页", cure="请补齐后重新提交")],
            legal_basis=BASIS[1:], clerk_name="李明", remedy=remedy_text("金水区人民政府", "有管辖权的人民法院", what="告知"),
        ),
        "ending-notice": EndingContent(
            **BASE, number="金水区一件事终字〔2026〕3号", addressee="郑州市金水区老张烩面馆", bundle_name="开饭店",
            cause="expired", addressee_id_masked="9241**********3K", applied_on=date(2026, 10, 8), told_on=date(2026, 10, 9),
            told_by="金水区一件事告字〔2026〕5号", due_on=date(2026, 11, 20), ended_on=date(2026, 11, 23),
            items=["食品经营许可", "公众聚集场所投入使用、营业前消防安全检查"], originals="本办件没有留存申请人的纸质原件。",
            remedy=remedy_text("金水区人民政府", "有管辖权的人民法院", what="告知"),
        ),
        "ending-notice-item": EndingContent(
            **BASE, number="金水区一件事终字〔2026〕4号", addressee="张三", bundle_name="开饭店", cause="item",
            front="食品经营许可", applied_on=date(2026, 11, 20), ended_on=date(2026, 11, 23), items=["食品经营许可"],
            originals="纸质原件继续用于办理其他事项；需要取回只用于上述事项的原件的，请与金水区综合受理窗口联系。",
        ),
        "ending-notice-case": EndingContent(
            **BASE, number="金水区一件事终字〔2026〕5号", addressee="张三", bundle_name="开饭店", cause="case",
            applied_on=date(2026, 11, 20), ended_on=date(2026, 11, 23), items=["食品经营许可"],
            originals="提交的纸质原件由金水区综合受理窗口统一退还，请凭有效证件领取并在签收单上签名。",
        ),
        "revocation-decision": RevocationContent(
            **BASE, **addressee, number="郑市监撤字〔2026〕1号", addressee_id_masked="9241**********3K", title="食品经营许可证",
            certificate_no="ZZ4101052026000001Z", granted_on=date(2026, 11, 23), revoked_on=date(2027, 3, 2),
            reason="取得许可后擅自拆除食品处理区的隔断，不再具备许可条件，经责令改正逾期没有改正。",
            basis="《中华人民共和国行政许可法》第六十九条", remedy=remedy_text("郑州市人民政府", "郑州铁路运输法院"),
        ),
        "joint-record": JointRecordContent(
            **BASE, number="郑市监联字〔2026〕1号", title="联合勘验记录", bundle_name="开饭店",
            holder_name="郑州市金水区老张烩面馆", met_at=datetime(2026, 11, 26, 9, 30), place="金水区花园路 88 号附 3 号",
            organiser="金水区市场监管部门",
            opinions=[
                DepartmentOpinion(department="市场监管部门", items="食品经营许可", opinion="符合要求", person="李明",
                                  text="布局与平面图一致，食品处理区面积符合要求。"),
                DepartmentOpinion(department="消防救援机构", items="公众聚集场所投入使用、营业前消防安全检查",
                                  opinion="整改后符合", person="王强", text="疏散指示标志缺两处，补装后符合。"),
            ],
            record="各部门一次到场完成勘验；申请人补装疏散指示标志并提交照片后，各事项分别作出决定。",
        ),
        "delivery-record": DeliveryContent(
            **BASE, addressee="郑州市金水区老张烩面馆", item_name="食品经营许可", number="郑市监送字〔2026〕9号",
            documents=[DeliveredDocument(title="食品经营许可证", number="JY24101050001234"),
                       DeliveredDocument(title="不予许可决定书", number="郑市监不许字〔2026〕3号", copies=2)],
            way="窗口领取", place="市政务服务中心二楼出件窗口", delivered_at=datetime(2026, 12, 8, 10, 30),
            receiver_name="张三", receiver_relation="本人", server_name="李明",
        ),
        "handover-ledger": HandoverContent(
            **BASE, number="金水区一件事移字〔2026〕1号", bundle_name="开饭店（餐饮店）", lead="金水区市场监管部门",
            originals=[Original(name="经营场所平面图"), Original(name="食品安全管理制度", copies=2)], handed_by="窗口 王一",
            handed_at=datetime(2026, 11, 24, 10, 5), receiver_name="李明", received_by="牵头岗 李明",
            received_at=datetime(2026, 11, 24, 10, 20), note="平面图为蓝图一张",
        ),
        "promise-letter": PromiseContent(
            **BASE, number="金水区一件事诺字〔2026〕1号", bundle_name="开饭店（餐饮店）", window="金水区综合受理窗口",
            lines=[PromisedMaterial(material="经营场所平面图", item="食品经营许可", kind="容缺受理", due="2026年12月1日前"),
                   PromisedMaterial(material="从业人员健康证明", item="食品经营许可", kind="告知承诺", due="不需补交")],
            consequences=["容缺受理：逾期不补交的，部门可以依法作出不予许可的决定。",
                          "告知承诺：承诺不实的，部门可以依法撤销决定。"],
            signed_name="张三", signed_at=datetime(2026, 11, 24, 10, 5),
        ),
    }  # fmt: skip


SAMPLES = _samples()


@pytest.fixture(scope="session")
def samples() -> dict:
    """Every sample by name; the name starts with the paper's kind."""
    return SAMPLES


@pytest.fixture(scope="session")
def receipt_of():
    return long_receipt
