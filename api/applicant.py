"""Who applies and how results reach them: one check for the pages and the API."""

from __future__ import annotations

import re
from collections.abc import Container, Mapping

from stdnum.cn import ric

from onething import names
from onething.catalogue import Bundle
from onething.catalogue.conditions import Answer
from onething.errors import InvalidInput
from onething.numbers import is_credit_code
from onething.store import Account
from onething.vocabulary import Audience, DeliveryMode, DeliveryWay

LETTER = "power-of-attorney"
"""The material that goes along with an application for somebody else."""
FIELDS = ("name", "id_no", "phone", "address")
AGENT_FIELDS = ("agent_name", "agent_id_no")
"""受托人, there only where somebody was sent: the letter of authority is among the materials then."""
AGENT = "agent"
"""The question whether somebody else was sent, which at the counter is seen; and who that is, of `RELATIONS`."""
PHONE = re.compile(r"^(1[3-9]\d{9}|0\d{2,3}-?\d{7,8})$")
WRONG_ACCOUNT = "您用的是个人账号。为自己的企业、店铺申请的，请换用营业执照的账号登录；受委托的，请选择委托办理"
LONGEST = {"name": 100, "id_no": 18, "phone": 20, "address": 200}


def tidy(applicant: Mapping[str, str]) -> dict[str, str]:
    """Spaces, hyphens and small letters are people's habits, not faults."""
    clean = {field: " ".join(str(applicant.get(field) or "").split()) for field in FIELDS}
    clean["id_no"] = re.sub(r"[\s-]", "", clean["id_no"]).upper()
    clean["phone"] = clean["phone"].replace(" ", "")
    agent = {field: " ".join(str(applicant.get(field) or "").split()) for field in AGENT_FIELDS}
    agent["agent_id_no"] = re.sub(r"[\s-]", "", agent["agent_id_no"]).upper()
    return clean | {field: text for field, text in agent.items() if text}


def without_agent(applicant: Mapping[str, str]) -> dict[str, str]:
    return {field: text for field, text in applicant.items() if field not in AGENT_FIELDS}


def agent_faults(applicant: Mapping[str, str]) -> list[InvalidInput]:
    """What is wrong with who was sent."""
    name, id_no, found = applicant.get("agent_name", ""), applicant.get("agent_id_no", ""), []
    if not name or len(name) > LONGEST["name"]:
        found.append(InvalidInput(
            f"请填写受托人的姓名，最多 {LONGEST['name']} 个字", field="applicant.agent_name", code="agent-missing"
        ))
    if not ric.is_valid(id_no):
        found.append(InvalidInput(
            "受托人的身份证号码不正确；请对照身份证填写 18 位号码", field="applicant.agent_id_no", code="agent-id"
        ))
    elif id_no == applicant["id_no"]:
        found.append(InvalidInput(
            "受托人和申请人是同一个人；本人办理的，请在“回答问题”一步选择不委托他人",
            field="applicant.agent_id_no", code="agent-self",
        ))
    return found


def faults(
    bundle: Bundle | None, applicant: Mapping[str, str], delivery_way: str, delivery_mode: str = DeliveryMode.UNIFIED,
    sent: bool = False,
) -> list[InvalidInput]:
    """Everything wrong with the tidied `applicant`, in the order of the form; empty when all is well. Without a bundle any
    number will do that is one. `sent`: somebody was sent, whose name and number have to be there."""
    found = [
        InvalidInput(f"{LABELS[field]}太长；最多 {limit} 个字", field=f"applicant.{field}", code="too-long")
        for field, limit in LONGEST.items() if len(applicant[field]) > limit
    ]
    if not applicant["name"]:
        found.append(InvalidInput(f"请填写“{labels(bundle)[0]}”", field="applicant.name", code="name-missing"))
    found += id_faults(bundle, applicant["id_no"])
    if not PHONE.match(applicant["phone"]):
        found.append(InvalidInput(
            "请填写 11 位手机号码，或带区号的固定电话，如 0371-67180000", field="applicant.phone", code="phone"
        ))
    return found + (agent_faults(applicant) if sent else []) + delivery_faults(applicant, delivery_way, delivery_mode)


def id_faults(bundle: Bundle | None, id_no: str) -> list[InvalidInput]:
    if not id_no:
        return [InvalidInput(f"请填写“{labels(bundle)[1]}”", field="applicant.id_no", code="id-missing")]
    if bundle is not None and company_only(bundle):
        valid, sentence = is_credit_code(id_no), "统一社会信用代码不正确；请对照营业执照填写 18 位代码"
    elif bundle is None or bundle.audience == Audience.ENTERPRISE:
        valid = is_credit_code(id_no) or ric.is_valid(id_no)
        sentence = "证件号码不正确；请填写 18 位统一社会信用代码或居民身份证号码"
    else:
        valid, sentence = ric.is_valid(id_no), "居民身份证号码不正确；请对照身份证填写 18 位号码"
    return [] if valid else [InvalidInput(sentence, field="applicant.id_no", code="id-number")]


def labels(bundle: Bundle | None) -> tuple[str, str]:
    """What name and number of the applicant are called on the form."""
    if bundle is None:
        return "姓名或单位名称", "证件号码"
    if company_only(bundle):
        return "企业名称", "统一社会信用代码"
    if bundle.audience == Audience.ENTERPRISE:
        return "姓名或单位名称", "统一社会信用代码或居民身份证号码"
    return "姓名", "居民身份证号码"


def company_only(bundle: Bundle) -> bool:
    """Bundles that need a business licence first can only be applied for by its holder (R23)."""
    return bundle.audience == Audience.ENTERPRISE and bundle.licence_first


def is_person(account: Account) -> bool:
    """Whether an account is known to be a person's own; of one without a number nobody knows."""
    return bool(account.id_no) and not is_company(account.id_no)


def only_sent(bundle: Bundle, account: Account) -> bool:
    """A person's account: it can apply for what only a licence's holder may have as somebody who was sent, not otherwise."""
    return company_only(bundle) and is_person(account)


def sent_by_nobody(bundle: Bundle, account: Account, answers: Mapping[str, Answer]) -> list[InvalidInput]:
    """Said at the question, not three pages later where number and account differ."""
    if not only_sent(bundle, account) or answers.get(AGENT) is not False:
        return []
    return [InvalidInput(WRONG_ACCOUNT, field=AGENT, code="not-the-holder")]


def is_company(id_no: str) -> bool:
    """Whether an account already is that of a company."""
    return is_credit_code(id_no)


def is_incorporated(id_no: str) -> bool:
    """A company, not a 个体工商户: the second sign of its number is 1, theirs is 2 (GB 32100-2015)."""
    return is_company(id_no) and id_no.startswith("91")


def delivery_faults(applicant: Mapping[str, str], delivery_way: str, delivery_mode: str) -> list[InvalidInput]:
    """Everything wrong with how the applicant wants the results (R94, R99)."""
    found = []
    if delivery_mode not in {str(mode) for mode in DeliveryMode}:
        found.append(InvalidInput("请选择统一领取还是分别领取", field="delivery_mode", code="delivery-mode"))
    if delivery_way not in {str(way) for way in DeliveryWay}:
        found.append(InvalidInput("请选择结果领取方式", field="delivery_way", code="delivery-way"))
    if delivery_way == DeliveryWay.COURIER and len(applicant["address"]) < 6:
        found.append(InvalidInput("选择邮寄送达时，请填写详细的收件地址", field="applicant.address", code="address-missing"))
    return found


LABELS = {"name": "姓名或单位名称", "id_no": "证件号码", "phone": "联系电话", "address": "收件地址"}


def not_oneself(account: Account, applicant: Mapping[str, str], documents: Container[str]) -> list[InvalidInput]:
    """Online one applies as whom the login has proved, or for somebody else with a letter of authority, which the window
    checks (S10)."""
    if not account.id_no or LETTER in documents:
        return []
    for field, own in (("id_no", account.id_no), ("name", account.name)):
        if names.unmarked(applicant[field]) != names.unmarked(own):
            if is_person(account) and is_company(applicant["id_no"]):
                return [InvalidInput(WRONG_ACCOUNT, field=f"applicant.{field}", code="not-oneself")]
            return [InvalidInput(
                f"{LABELS[field]}与登录的账号不一致；替别人办理的，请在“回答问题”一步选择委托办理，或者由本人登录申请",
                field=f"applicant.{field}", code="not-oneself",
            )]
    return []
