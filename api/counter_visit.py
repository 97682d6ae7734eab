"""Who stands at the counter and for whom: identify or create the applicant, and open the form for them (R38, R41)."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from api import applicant as applicants
from api import drafts
from api.window import own_district
from api.window_acts import identity_faults
from onething import names
from onething.bootstrap import Tools
from onething.catalogue import Bundle
from onething.errors import InvalidInput
from onething.store import Account, accounts, audit, window
from onething.vocabulary import DeliveryMode, DeliveryWay, Role
from onething.window import RELATIONS

ELECTRONIC = str(DeliveryWay.ELECTRONIC)


@dataclass(frozen=True)
class Visit:
    """Who stands at the counter, and for whom."""

    applicant: Mapping[str, str]
    relation: str
    agent: str = ""
    agent_id: str = ""


def visit_of(form: Mapping[str, Any]) -> Visit:
    applicant = applicants.tidy({name: str(form.get(f"applicant.{name}") or "") for name in applicants.FIELDS})
    agent_id = "".join(str(form.get("agent.id_no") or "").split()).upper()
    agent = " ".join(str(form.get("agent.name") or "").split())[:100]
    return Visit(applicant, str(form.get("relation") or ""), agent, agent_id)


def faults_of(session: Any, bundle: Bundle | None, visit: Visit) -> list[InvalidInput]:
    """Everything wrong with the first form, in its order."""
    found = [] if bundle else [InvalidInput("请选择要办的一件事", field="bundle", code="bundle-missing")]
    if visit.relation not in RELATIONS:
        found.append(InvalidInput("请选择来办理的是本人、法定代表人还是代办人", field="relation", code="relation-missing"))
    elif visit.relation == "self" and applicants.is_company(visit.applicant["id_no"]):
        found.append(InvalidInput("企业申请请选择“法定代表人”或“代办人”，并登记其身份证件", field="relation", code="relation"))
    elif visit.relation != "self":
        if not visit.agent:
            found.append(InvalidInput("请填写来办理人的姓名", field="agent.name", code="agent-missing"))
        found += identity_faults(visit.agent_id, "agent.id_no")
    found += applicants.faults(bundle, visit.applicant, ELECTRONIC)
    try:
        _known(session, visit.applicant)
    except InvalidInput as error:
        found.append(error)
    return found


def _known(session: Any, applicant: Mapping[str, str]) -> Account | None:
    """The account with this number. Raises `InvalidInput` when the number belongs to another name."""
    known = window.applicants(session, applicant["id_no"]) if applicant["id_no"] else []
    same = [row for row in known if names.unmarked(row.name) == names.unmarked(applicant["name"])]
    if known and not same and applicant["name"]:
        raise InvalidInput(
            "这个证件号码登记的是另一个姓名或名称；请对照证件核对", field="applicant.name", code="name-differs"
        )
    return same[0] if same else None


def filled_in(session: Any, tools: Tools, clerk: Account, visit: Visit) -> tuple[Visit, str]:
    """The visit with what is known of the number where nothing was typed, and a sentence on what was found. On record."""
    number = visit.applicant["id_no"]
    for fault in applicants.id_faults(None, number):
        raise fault
    known = window.applicants(session, number)
    if not known:
        return visit, "没有登记过这个号码；请对照证件填写，提交时自动建立"
    row = known[0]
    audit.record(session, tools.clock.now(), clerk.subject, "find-applicant", applicant=row.subject)
    found = {name: typed or str(getattr(row, name)) for name, typed in visit.applicant.items()}
    return replace(visit, applicant=found), "已按证件号码填入登记的信息；请对照证件核对"


def begin(session: Any, tools: Tools, clerk: Account, bundle: Bundle, visit: Visit) -> str:
    """A draft of the clerk's, about the applicant; its id. `tools` are those of the clerk's district."""
    owner = _known(session, visit.applicant) or accounts.ensure(
        session, f"{accounts.COUNTER}{uuid.uuid4()}", str(Role.CITIZEN), visit.applicant["name"], id_no=visit.applicant["id_no"],
        phone=visit.applicant["phone"],
    )
    data = drafts.fresh(tools.catalogue, owner, bundle, own_district(clerk)) | {
        "applicant": dict(visit.applicant), "detailed": True, "account": owner.id, "papers": [],
        "relation": visit.relation, "agent": visit.agent, "agent_id": visit.agent_id,
        "delivery_way": str(DeliveryWay.COUNTER), "delivery_mode": str(DeliveryMode.UNIFIED),
    }
    if all(question.key == applicants.AGENT for question in tools.catalogue.questions_of(bundle)):
        data = drafts.after_answers(tools.catalogue, bundle, data, seen(tools, bundle, data))
    audit.record(session, tools.clock.now(), clerk.subject, "identify-applicant", applicant=owner.subject, bundle=bundle.slug)
    return accounts.new_draft(session, clerk.id, bundle.slug, data, tools.clock.now()).id


def seen(tools: Tools, bundle: Bundle, data: drafts.Data) -> dict[str, bool]:
    """Answers to questions that need not be asked of somebody who stands here."""
    asked = {one.key for one in tools.catalogue.questions_of(bundle)}
    return {applicants.AGENT: data["relation"] == applicants.AGENT} if applicants.AGENT in asked else {}
