"""The longest and the barest contents of every paper: 30 lines, names of 60 to 100 characters, nothing that may be left out."""

from dataclasses import MISSING, fields, replace
from datetime import date, datetime

from onething.papers import (
    AuthorityContent,
    Defect,
    DeliveredDocument,
    DepartmentOpinion,
    Detail,
    GuidanceItem,
    GuidanceMaterial,
    LabelContent,
    Original,
    PaperContent,
    PromisedMaterial,
    ReceiptItem,
    ReceiptMaterial,
    SlipContent,
    SlipLine,
    SubmissionContent,
)
from tests.papers.conftest import BASE, BASIS, LONG_ITEM, SAMPLES

COUNT = 30
LONG_NAME = (
    "河南省郑州市航空港经济综合实验区花园路街道综合服务中心下属包装装潢印刷品制造仓储物流与商贸服务有限责任公司"
    "（原郑州市金水区农业路街道第二轻工业包装装潢印刷品联合经营公司）郑州航空港区第十二分公司"
)
LONG_OFFICE = "郑州航空港经济综合实验区自然资源规划建设和生态环境综合行政管理部门"
LONG_ADDRESS = (
    "河南省郑州市郑州航空港经济综合实验区花园路街道办事处农业路社区居民委员会" + "东三街 128 号院附 3 号楼 12 单元 2501 室" * 3
)
SENTENCES = "现场核查发现食品处理区与卫生间直接相连，且未设置独立排风，不符合审查要求；限期内没有整改。"


def _each(make) -> list:
    return [make(n) for n in range(1, COUNT + 1)]


SLIP = SlipContent(
    **BASE, number="41010520261123000001M-签1", what="results", bundle_name="开饭店", addressee="张三",
    lines=[SlipLine(name="食品经营许可证", number="JY14101050000012")], clerk_name="李明",
)  # fmt: skip
LABEL = LabelContent(
    **BASE, number="41010520261123000001M--1", receiver_name="张三", receiver_phone="13800000001",
    receiver_address="郑州市金水区花园路 1 号", order_no="41010520261123000001M:1", inside=["食品经营许可证"],
)  # fmt: skip
SUBMITTED = SubmissionContent(
    **BASE, number="41010520261123000001M", bundle_name="开饭店", applicant_name="张三", applicant_id_masked="4101**********0012",
    channel="网上申请", submitted_at=datetime(2026, 11, 23, 10, 0), looked_by=datetime(2026, 11, 23, 12, 0),
    items=[ReceiptItem(name="食品经营许可", department="市场监管部门", due=date(2026, 12, 7), due_note="前")],
    materials=[ReceiptMaterial(name="场所平面图")], notes="自提交起 2 个工作小时。",
)  # fmt: skip
AUTHORITY = AuthorityContent(**BASE, number="2026-1", bundle_name="开饭店", items=["食品经营许可", "消防安全检查"])
ALL = SAMPLES | {"authority-letter": AUTHORITY} | {"collection-slip": SLIP, "courier-label": LABEL, "submission-slip": SUBMITTED}
GROWN = {
    "guidance-notice": {
        "gaps": _each(lambda n: f"材料{n}：{SENTENCES}"), "said": _each(lambda n: f"第{n}问？{LONG_NAME[:40]}"),
        "items": _each(lambda n: GuidanceItem(name=f"{n}{LONG_ITEM}", department=LONG_OFFICE, limit=SENTENCES,
                                              result=LONG_ITEM)),
        "materials": _each(lambda n: GuidanceMaterial(name=f"{n}{LONG_ITEM}", form="PDF、JPG、PNG", note=SENTENCES * 2)),
        "steps": _each(lambda n: f"{n}：{SENTENCES}"), "notes": _each(lambda n: SENTENCES), "answer": SENTENCES * 20,
        "question": SENTENCES * 10, "place": LONG_ADDRESS, "adviser_name": LONG_NAME,
    },
    "licence": {
        "details": [Detail(label=f"登记项目{n}", value=LONG_ADDRESS[:60]) for n in range(1, 4)], "holder_name": LONG_NAME,
        "legal_basis": BASIS, "title": LONG_ITEM[:30], "number": "JY2410105000" + "1234567890" * 5,
    },
    "acceptance-notice": {"legal_basis": BASIS * 15, "item_name": LONG_ITEM * 2, "bundle_name": LONG_ITEM},
    "refusal-decision": {"reasons": _each(lambda n: f"{n}：{SENTENCES}"), "legal_basis": BASIS * 15, "item_name": LONG_ITEM * 2},
    "receipt": {
        "items": _each(lambda n: ReceiptItem(name=f"{n}{LONG_ITEM}", department=LONG_OFFICE, due=date(2027, 1, 31),
                                             due_note="前")),
        "materials": _each(lambda n: ReceiptMaterial(name=f"{n}{LONG_ITEM}", form="告知承诺", note=LONG_OFFICE)),
        "applicant_name": LONG_NAME, "agent_name": LONG_NAME, "window": LONG_OFFICE, "clerk_name": LONG_NAME[:20],
        "bundle_name": LONG_ITEM,
    },
    "correction-notice": {
        "defects": _each(lambda n: Defect(material=f"{n}{LONG_ITEM}", problem=SENTENCES, cure=SENTENCES * 3, basis=BASIS[1])),
        "how": SENTENCES * 4, "clerk_name": LONG_NAME[:20],
    },
    "special-step-notice": {"reason": SENTENCES * 30, "item_name": LONG_ITEM * 2},
    "extension-notice": {"reason": SENTENCES * 30, "item_name": LONG_ITEM * 2},
    "result-notice": {"opinion": SENTENCES * 30, "legal_basis": BASIS * 15, "item_name": LONG_ITEM * 2, "result": LONG_ITEM},
    "not-taken-notice": {
        "items": _each(lambda n: f"{n}{LONG_ITEM}"), "reasons": [SENTENCES * 30], "legal_basis": BASIS * 15,
        "defects": _each(lambda n: Defect(material=f"{n}{LONG_ITEM}", problem=SENTENCES, cure=SENTENCES, basis=BASIS[1])),
        "bundle_name": LONG_ITEM, "clerk_name": LONG_NAME[:20],
    },
    "ending-notice": {"items": _each(lambda n: f"{n}{LONG_ITEM}"), "bundle_name": LONG_ITEM, "originals": SENTENCES * 8},
    "revocation-decision": {
        "reason": SENTENCES * 30, "basis": "；".join(BASIS * 15), "item_name": LONG_ITEM * 2, "title": LONG_ITEM,
    },
    "joint-record": {
        "opinions": _each(lambda n: DepartmentOpinion(department=LONG_OFFICE, items=LONG_ITEM * 2, opinion="整改后符合",
                                                      text=SENTENCES * 3, person=LONG_NAME[:15])),
        "record": SENTENCES * 30, "holder_name": LONG_NAME, "place": LONG_ADDRESS, "organiser": LONG_OFFICE,
    },
    "delivery-record": {
        "documents": _each(lambda n: DeliveredDocument(title=LONG_ITEM, number=f"金水区一件事不字〔2026〕{n}号")),
        "item_name": LONG_ITEM, "place": LONG_ADDRESS, "receiver_name": LONG_NAME, "receiver_relation": LONG_NAME[:30],
        "proof_no": "SF" + "1234567890" * 8, "failure_reason": SENTENCES * 4, "server_name": LONG_NAME[:30],
        "remarks": SENTENCES * 8,
    },
    "handover-ledger": {
        "originals": _each(lambda n: Original(name=f"{n}{LONG_ITEM}", copies=n)), "lead": LONG_OFFICE, "note": SENTENCES * 6,
        "handed_by": LONG_NAME[:40], "receiver_name": LONG_NAME[:40], "received_by": LONG_NAME[:40], "bundle_name": LONG_ITEM,
    },
    "promise-letter": {
        "lines": _each(lambda n: PromisedMaterial(material=f"{n}{LONG_ITEM}", item=LONG_ITEM * 2, kind="容缺受理",
                                                  due="收件之日起 10 个工作日内")),
        "consequences": _each(lambda n: f"{n}：{SENTENCES}"), "signed_name": LONG_NAME, "bundle_name": LONG_ITEM,
    },
    "collection-slip": {
        "lines": _each(lambda n: SlipLine(name=f"{n}{LONG_ITEM}", number="JY2410105000" + "1234567890" * 4)),
        "bundle_name": LONG_ITEM, "clerk_name": LONG_NAME[:40],
    },
    "submission-slip": {
        "items": _each(lambda n: ReceiptItem(name=f"{n}{LONG_ITEM}", department=LONG_OFFICE, due=date(2027, 1, 31),
                                             due_note="前")),
        "materials": _each(lambda n: ReceiptMaterial(name=f"{n}{LONG_ITEM}", form="共享获取", note=LONG_OFFICE)),
        "applicant_name": LONG_NAME, "bundle_name": LONG_ITEM, "notes": SENTENCES * 4, "channel": LONG_OFFICE[:20],
    },
    "authority-letter": {"items": _each(lambda n: f"{n}{LONG_ITEM}"), "bundle_name": LONG_ITEM},
    "courier-label": {
        "receiver_name": LONG_NAME, "receiver_address": LONG_ADDRESS, "sender_address": LONG_ADDRESS,
        "waybill": "SF" + "1234567890" * 4, "inside": [LONG_ITEM] * 2,
    },
}  # fmt: skip


def _whom(content: PaperContent) -> dict:
    return {"addressee": LONG_NAME} if hasattr(content, "addressee") else {}


def _bare(content: PaperContent) -> PaperContent:
    """Without anything that has a default, but for the licence's orientation and the slip's kind."""
    optional = {f.name: f.default for f in fields(content) if f.default is not MISSING and f.name not in ("demo", "orientation")}
    return replace(content, **optional)


LONGEST = {kind: replace(ALL[kind], issuer=LONG_OFFICE, **(_whom(ALL[kind]) | grown)) for kind, grown in GROWN.items()}
BAREST = {kind: _bare(ALL[kind]) for kind in GROWN}
