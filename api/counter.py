"""窗口代办: apply for who stands here in one dense form, with the record of who acted (R38, R41, R46)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

from starlette.datastructures import FormData

from api import applicant as applicants
from api import drafts
from api.application_forms import read, shared_values
from api.consenting import Agreed, asked_for
from api.counter_visit import seen
from api.local_time import local_day
from api.masking import mask_id
from api.routes.draft_pages import PAGES
from api.submission import submit
from onething.application_form import check_form, fields_for
from onething.bootstrap import Tools
from onething.catalogue import Bundle
from onething.consents import Part
from onething.eligibility import check_choice, check_materials, check_place
from onething.errors import InvalidInput, OneThingError
from onething.promises import check_promises, kinds_for
from onething.store import Account, Application, accounts, audit, window
from onething.vocabulary import Channel, ConsentWay, DeliveryMode
from onething.window import COUNTER_CASE, RELATIONS

Data = dict[str, Any]
PAPER = "paper"


def read_page(tools: Tools, bundle: Bundle, data: Data, form: FormData) -> tuple[Data, list[OneThingError]]:
    """The draft with what the form said, and everything that is still wrong, in the order of the page."""
    form = FormData([*form.multi_items(), *((key, "yes" if said else "no") for key, said in seen(tools, bundle, data).items())])
    answers, faults = drafts.read_answers(tools.catalogue, bundle, form, data["items"])
    found: list[OneThingError] = list(faults)
    was = data["items"] if data["asked"] else []  # whose fields were on the page
    if not data["asked"]:
        if faults:
            return data | {"answers": answers}, found
        data = drafts.after_answers(tools.catalogue, bundle, data, answers)
    else:
        ticked, answers = drafts.read_items(bundle, form, answers)
        data = drafts.after_answers(tools.catalogue, bundle, data | {"items": ticked}, answers)
        if data["items"] != ticked:
            found.append(InvalidInput("回答改变了要办的事项；请核对事项和材料", field="items", code="items-follow"))
    try:
        check_choice(tools.catalogue, bundle, data["items"], data["answers"])
        check_place(tools.catalogue, bundle, data["items"], data["district"])
    except OneThingError as error:
        wrong_choice = InvalidInput(error.message, field="items", code=error.code)
        return _form(tools, bundle, _details(data, form), form, was)[0], [*found, wrong_choice]
    data = _details(data, form)
    data, more = _form(tools, bundle, data, form, was)
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


def _form(tools: Tools, bundle: Bundle, data: Data, form: FormData, was: Collection[str]) -> tuple[Data, list[InvalidInput]]:
    """What was typed, also for items that are not chosen any more; judged for those that are. `was`: items of the page."""
    every = fields_for(tools.catalogue, bundle, [row.item for row in bundle.rows])
    shown = {need.field.key for need in fields_for(tools.catalogue, bundle, was)}
    before = {key: value for key, value in data["form"].items() if key not in shown}
    data = data | {"form": before | read(every, form, data["shared"])}
    needs = fields_for(tools.catalogue, bundle, data["items"])
    return data, check_form(needs, drafts.form_values(data, needs), local_day(tools.clock.now()))


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
        "questions": [one for one in tools.catalogue.questions_of(bundle) if one.key != applicants.AGENT],
        "later": {one.question for one in bundle.situations},
        "relation": RELATIONS[data["relation"]], "consents": consents_of(tools, bundle, data),
    }


def consents_of(tools: Tools, bundle: Bundle, data: Data) -> list[Part]:
    return asked_for(tools, drafts.wish_of(tools.catalogue, bundle, data))
