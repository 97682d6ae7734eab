"""窗口代办: find or create the applicant, and apply for them in one dense form, with the record of who acted (R38, R41, R46)."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from starlette.datastructures import FormData

from api import applicant as applicants
from api import drafts
from api.application_forms import read, shared_values
from api.consenting import Agreed, asked_for
from api.masking import mask_id
from api.routes.draft_pages import PAGES
from api.submission import submit
from api.window import own_district
from api.window_acts import check_identity
from onething.application_form import check_form, fields_for
from onething.bootstrap import Tools
from onething.catalogue import Bundle
from onething.consents import Part
from onething.eligibility import check_choice, check_materials
from onething.errors import InvalidInput, OneThingError
from onething.promises import check_promises, kinds_for
from onething.store import Account, Application, accounts, audit, window
from onething.vocabulary import Channel, ConsentWay, DeliveryMode, DeliveryWay, Role
from onething.window import COUNTER_CASE, RELATIONS

Data = dict[str, Any]
PAPER = "paper"
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


def faults_of(bundle: Bundle | None, visit: Visit) -> list[InvalidInput]:
    """Everything wrong with the first form, in its order."""
    if bundle is None:
        return [InvalidInput("请选择要办的一件事", field="bundle", code="bundle-missing")]
    found = applicants.faults(bundle, visit.applicant, ELECTRONIC)
    if visit.relation not in RELATIONS:
        found.append(InvalidInput("请选择来办理的是本人、法定代表人还是代办人", field="relation", code="relation-missing"))
    elif visit.relation == "self" and applicants.is_company(visit.applicant["id_no"]):
        found.append(InvalidInput("企业申请请选择“法定代表人”或“代办人”，并登记其身份证件", field="relation", code="relation"))
    elif visit.relation != "self":
        if not visit.agent:
            found.append(InvalidInput("请填写来办理人的姓名", field="agent.name", code="agent-missing"))
        try:
            check_identity(visit.agent_id, "agent.id_no")
        except InvalidInput as error:
            found.append(error)
    return found


def account_of(session: Any, visit: Visit) -> Account:
    """The account with this number, or a new one. Raises `InvalidInput` when the number belongs to another name."""
    known = window.applicants(session, visit.applicant["id_no"])
    same = [row for row in known if accounts.plain(row.name) == accounts.plain(visit.applicant["name"])]
    if known and not same:
        raise InvalidInput(
            "这个证件号码登记的是另一个姓名或名称；请对照证件核对", field="applicant.name", code="name-differs"
        )
    return same[0] if same else accounts.ensure(
        session, f"{accounts.COUNTER}{uuid.uuid4()}", str(Role.CITIZEN), visit.applicant["name"], id_no=visit.applicant["id_no"],
        phone=visit.applicant["phone"],
    )


def begin(session: Any, tools: Tools, clerk: Account, bundle: Bundle, visit: Visit) -> str:
    """A draft of the clerk's, about the applicant; its id. `tools` are those of the clerk's district."""
    owner = account_of(session, visit)
    data = drafts.fresh(tools.catalogue, owner, bundle, own_district(clerk)) | {
        "applicant": dict(visit.applicant), "detailed": True, "account": owner.id, "papers": [],
        "relation": visit.relation, "agent": visit.agent, "agent_id": visit.agent_id,
        "delivery_way": str(DeliveryWay.COUNTER), "asked": not tools.catalogue.questions_of(bundle),
    }
    audit.record(session, tools.clock.now(), clerk.subject, "identify-applicant", applicant=owner.subject, bundle=bundle.slug)
    return accounts.new_draft(session, clerk.id, bundle.slug, data, tools.clock.now()).id


def read_page(tools: Tools, bundle: Bundle, data: Data, form: FormData) -> tuple[Data, list[OneThingError]]:
    """The draft with what the form said, and everything that is still wrong, in the order of the page."""
    answers, faults = drafts.read_answers(tools.catalogue, bundle, form, data["items"])
    changed = any(answers.get(key) != data["answers"].get(key) for key in answers) or not data["asked"]
    if faults and not data["asked"]:
        return data | {"answers": answers}, list(faults)
    if changed:
        data = drafts.after_answers(tools.catalogue, bundle, data, answers)
    else:
        items, answers = drafts.read_items(bundle, form, answers)
        data = data | {"items": items, "answers": answers}
    found: list[OneThingError] = list(faults)
    try:
        check_choice(tools.catalogue, bundle, data["items"], data["answers"])
    except OneThingError as error:
        return data, [*found, InvalidInput(error.message, field="items", code=error.code)]
    data = _details(data, form)
    data, more = _form(tools, bundle, data, form)
    data, missing = _materials(tools, bundle, data, form)
    wrong = applicants.faults(bundle, data["applicant"], data["delivery_way"], data["delivery_mode"])
    return data, [*found, *more, *missing, *wrong]


def _details(data: Data, form: FormData) -> Data:
    changed = {name: str(form.get(f"applicant.{name}", data["applicant"][name]) or "") for name in ("phone", "address")}
    return data | {
        "applicant": applicants.tidy(data["applicant"] | changed),
        "delivery_way": str(form.get("delivery_way") or data["delivery_way"]),
        "delivery_mode": str(form.get("delivery_mode") or DeliveryMode.UNIFIED),
        "signature": " ".join(str(form.get("signature") or "").split())[:100],
    }


def _form(tools: Tools, bundle: Bundle, data: Data, form: FormData) -> tuple[Data, list[InvalidInput]]:
    needs = fields_for(tools.catalogue, bundle, data["items"])
    data = data | {"form": data["form"] | read(needs, form, data["shared"])}
    return data, check_form(needs, drafts.form_values(data, needs))


def _materials(tools: Tools, bundle: Bundle, data: Data, form: FormData) -> tuple[Data, list[InvalidInput]]:
    """On the counter, promised for later, or missing."""
    needs = [need for need in drafts.needs_for(tools.catalogue, bundle, data) if need.upload]
    chosen = {need.material.key: str(form.get(f"material.{need.material.key}") or "") for need in needs}
    papers = [key for key, how in chosen.items() if how == PAPER]
    promised = {n.material.key: chosen[n.material.key] for n in needs if chosen[n.material.key] in kinds_for(n)}
    data = data | {"papers": papers, "promises": promised}
    try:
        check_materials(needs, papers, promised)
        check_promises(needs, papers, promised, data["signature"], data["applicant"]["name"])
    except InvalidInput as error:
        return data, [error]
    return data, []


def with_registers(session: Any, tools: Tools, bundle: Bundle, data: Data) -> Data:
    """What registers know of the applicant, who stands here or sent somebody."""
    needs = fields_for(tools.catalogue, bundle, data["items"])
    owner = accounts.get(session, data["account"])
    return data | {"shared": shared_values(tools, owner, data["applicant"]["id_no"], needs)}


def hand_in(
    session: Any, tools: Tools, clerk: Account, draft_id: str, bundle: Bundle, data: Data, parts: Mapping[str, int]
) -> Application:
    """The case, handed in at the window for the applicant; the draft ends with it. `parts` were agreed to separately."""
    agent = data["relation"] != "self"
    person = data["agent"] if agent else data["applicant"]["name"]
    wish = replace(
        drafts.wish_of(tools.catalogue, bundle, data), channel=Channel.WINDOW, papers=tuple(data["papers"]), documents={},
        agreed=Agreed(parts, ConsentWay.COUNTER, person, RELATIONS[data["relation"]], clerk.subject),
    )
    application = submit(session, tools, accounts.get(session, data["account"]), f"counter:{draft_id}", wish)
    id_no = data["agent_id"] if agent else data["applicant"]["id_no"]
    now = tools.clock.now()
    row = window.record(
        session, application, COUNTER_CASE, clerk.subject, now, person=person, person_id=mask_id(id_no),
        relation=RELATIONS[data["relation"]],
    )
    audit.record(
        session, now, clerk.subject, "act-for-applicant", number=application.number, relation=data["relation"], act=row.act_no
    )
    accounts.delete_draft(session, accounts.draft(session, draft_id, clerk.id))
    return application


def page(tools: Tools, bundle: Bundle, data: Data) -> dict[str, Any]:
    """What the dense form shows, section by section."""
    return {
        **PAGES["items"](tools, bundle, data), **PAGES["form"](tools, bundle, data), **PAGES["materials"](tools, bundle, data),
        "questions": tools.catalogue.questions_of(bundle), "later": {one.question for one in bundle.situations},
        "relation": RELATIONS[data["relation"]], "consents": consents_of(tools, bundle, data),
    }


def consents_of(tools: Tools, bundle: Bundle, data: Data) -> list[Part]:
    return asked_for(tools, drafts.wish_of(tools.catalogue, bundle, data))
