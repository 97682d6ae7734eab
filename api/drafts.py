"""The application being written: five steps over one draft; what each step reads and when it is done. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from starlette.datastructures import FormData

from api import applicant as applicants
from api.submission import Wish
from onething.application_form import FieldNeed, Value, check_form, fields_for
from onething.catalogue import Bundle, Catalogue, Question
from onething.catalogue.conditions import Answer
from onething.eligibility import (
    MaterialNeed,
    check_answers,
    check_choice,
    check_materials,
    check_place,
    idle_questions,
    in_row_order,
    materials_for,
    not_offered,
    offers,
    open_questions,
    unsure_of,
)
from onething.errors import InvalidInput, OneThingError
from onething.promises import kinds_for
from onething.store import Account
from onething.vocabulary import DeliveryMode

STEPS = {
    "questions": "回答问题", "items": "选择事项", "details": "申请人信息", "form": "填写申请表", "materials": "上传材料",
    "review": "核对并提交",
}
LATER = "later"
YES_NO = {"yes": True, "no": False}
Data = dict[str, Any]


def fresh(catalogue: Catalogue, account: Account, bundle: Bundle, district: str, *, placed: bool = True) -> Data:
    """A draft filled in from the account; without questions all items are suggested at once."""
    items = [] if catalogue.questions_of(bundle) else called_for(catalogue, bundle, {}, district if placed else "")
    return {
        "district": district, "placed": placed, "answers": {}, "asked": False, "items": items,
        "applicant": own(account, bundle), "detailed": False,
        "delivery_way": "", "delivery_mode": "",  # nothing is ticked before somebody did it (R94)
        "documents": {}, "promises": {}, "signature": "", "form": dict(bundle.presets), "shared": {}, "formed": False,
    }


def own(account: Account, bundle: Bundle) -> dict[str, str]:
    """Who applies, as the account says; a person is not the company whose licence it takes, but may be who it sent."""
    reached = {"phone": account.phone, "address": account.address}
    if applicants.only_sent(bundle, account):
        return {"name": "", "id_no": "", **reached, "agent_name": account.name, "agent_id_no": account.id_no}
    return {"name": account.name, "id_no": account.id_no, **reached}


def steps_of(catalogue: Catalogue, bundle: Bundle, data: Data) -> list[str]:
    """Without questions or fields of its own a bundle has fewer pages; before items are chosen the form counts as one."""
    left_out = set() if catalogue.questions_of(bundle) else {"questions"}
    if data["items"] and not fields_for(catalogue, bundle, data["items"]):
        left_out.add("form")
    return [step for step in STEPS if step not in left_out]


def step_after(catalogue: Catalogue, bundle: Bundle, data: Data, step: str) -> str:
    steps = steps_of(catalogue, bundle, data)
    return steps[steps.index(step) + 1]


def step_before(catalogue: Catalogue, bundle: Bundle, data: Data, step: str) -> str:
    """Empty for the first one."""
    steps = steps_of(catalogue, bundle, data)
    return steps[steps.index(step) - 1] if steps.index(step) else ""


def without_registers(data: Data) -> Data:
    """Somebody else applies: what registers said of the one before is not theirs, and the form is looked at again."""
    proposed = data.get("proposed", {})
    typed = {key: value for key, value in data["form"].items() if proposed.get(key) != value}
    return data | {"shared": {}, "form": typed, "proposed": {}, "formed": False}


def form_values(data: Data, needs: Iterable[FieldNeed]) -> dict[str, Value]:
    """What the form says as a whole: what registers know, over it what the applicant wrote; only fields that are asked."""
    merged = {**data.get("shared", {}), **data.get("form", {})}
    return {need.field.key: merged[need.field.key] for need in needs if merged.get(need.field.key) not in (None, "")}


def disputed(data: Data, needs: Iterable[FieldNeed]) -> dict[str, Value]:
    """Key -> what the register said, where the applicant says something else (R115)."""
    shared, stated = data.get("shared", {}), data.get("form", {})
    keys = [need.field.key for need in needs]
    return {key: shared[key] for key in keys if key in shared and stated.get(key) not in (None, "", shared[key])}


def open_step(catalogue: Catalogue, bundle: Bundle, data: Data) -> str:
    """The first step that still needs something; later pages lead back to it."""
    if catalogue.questions_of(bundle) and not data["asked"]:
        return "questions"
    try:
        check_answers(catalogue, bundle, data["answers"])
        check_choice(catalogue, bundle, data["items"], data["answers"])
        check_place(catalogue, bundle, data["items"], place_of(data))
    except OneThingError:
        return "items"
    if not data.get("placed", True):
        return "items"
    if unanswered(catalogue, bundle, data):
        return "questions"
    sent = represented(catalogue, bundle, data)
    if not data["detailed"] or applicants.faults(bundle, data["applicant"], data["delivery_way"], mode_of(data), sent):
        return "details"
    fields = fields_for(catalogue, bundle, data["items"])
    if fields and (not data.get("formed") or check_form(fields, form_values(data, fields))):
        return "form"
    try:
        check_materials(
            needs_for(catalogue, bundle, data), wanted_documents(catalogue, bundle, data),
            wanted_promises(catalogue, bundle, data),
        )
    except OneThingError:
        return "materials"
    return "review"


def read_answers(
    catalogue: Catalogue, bundle: Bundle, form: FormData, chosen: Collection[str] = ()
) -> tuple[dict[str, Answer], list[InvalidInput]]:
    """Answers and what is wrong with them. A question behind a situation may be put off to the next step; one that changes
    nothing any more, also not for what was `chosen`, need not be answered."""
    asked = catalogue.questions_of(bundle)
    texts = {question.key: str(form.get(question.key) or "").strip() for question in asked}
    said = {question.key: _answer(question, texts[question.key]) for question in asked}
    answers, open_ones = {key: answer for key, answer in said.items() if answer is not None}, put_off(catalogue, bundle, form)
    idle = idle_questions(catalogue, bundle, answers, chosen)
    doubtful = idle_questions(catalogue, bundle, answers, chosen, open_ones) - idle
    answers = {key: answer for key, answer in answers.items() if key not in doubtful}  # said before the other became unsure
    needless = open_ones | idle | doubtful
    return answers, [_unanswered(question) for question in asked if question.key not in answers.keys() | needless]


def put_off(catalogue: Catalogue, bundle: Bundle, form: FormData) -> set[str]:
    """Questions that were answered with 不清楚."""
    return {key for key in may_stay_open(catalogue, bundle) if form.get(key) == LATER}


def _unanswered(question: Question) -> InvalidInput:
    sentence = f"“{question.text}”请填写数字" if question.type == "number" else f"请回答：{question.text}"
    return InvalidInput(sentence, field=question.key, code="answer-missing")


def silenced(catalogue: Catalogue, bundle: Bundle, chosen: Collection[str]) -> dict[str, list[str]]:
    """Question -> the single answers to others (`key=value` as the page sends them) that make it idle."""
    found: dict[str, list[str]] = {}
    for other in catalogue.questions_of(bundle):
        sent = YES_NO if other.type == "boolean" else {one.value: one.value for one in other.options}
        idle = {text: idle_questions(catalogue, bundle, {other.key: answer}, chosen) for text, answer in sent.items()}
        if other.key in may_stay_open(catalogue, bundle):
            idle[LATER] = idle_questions(catalogue, bundle, {}, chosen, {other.key})
        for text, keys in idle.items():
            for key in sorted(keys - {other.key}):
                found.setdefault(key, []).append(f"{other.key}={text}")
    return found


def unanswered(catalogue: Catalogue, bundle: Bundle, data: Data) -> bool:
    """Whether something was chosen about which a question was passed by, as it changed nothing then."""
    keys = {question.key for question in catalogue.questions_of(bundle)} - may_stay_open(catalogue, bundle)
    unsure = unsure_of(catalogue, bundle, data["answers"])
    return bool(keys - data["answers"].keys() - idle_questions(catalogue, bundle, data["answers"], data["items"], unsure))


def _answer(question: Question, text: str) -> Answer | None:
    if question.type == "boolean":
        return YES_NO.get(text)
    if question.type == "choice":
        return text if text in {option.value for option in question.options} else None
    try:
        number = float(text)
    except ValueError:
        return None
    return None if not 0 <= number < 1e9 else int(number) if number.is_integer() else number


def read_items(bundle: Bundle, form: FormData, answers: Mapping[str, Answer]) -> tuple[list[str], dict[str, Answer]]:
    """Chosen items, and the answers with the situations that were decided here instead of in the questions."""
    chosen = [str(value) for value in form.getlist("item")]
    for group in form.getlist("block"):
        chosen += bundle.block(str(group))
    decided = dict(answers)
    for situation in bundle.situations:
        option = str(form.get(f"situation.{situation.group}") or "")
        if option:
            decided[situation.question] = option
            chosen += [r.item for r in bundle.rows if r.situation == situation.group and r.option == option]
    unknown = [item for item in chosen if bundle.row(item) is None]
    return in_row_order(bundle, chosen) + unknown, decided


def may_stay_open(catalogue: Catalogue, bundle: Bundle) -> set[str]:
    """Questions one may pass by: a situation is chosen in the next step, an item that may be needed stays in."""
    return {situation.question for situation in bundle.situations} | open_questions(catalogue, bundle)


def called_for(catalogue: Catalogue, bundle: Bundle, answers: Mapping[str, Answer], district: str) -> list[str]:
    """What the answers need, and what may be needed where one could not tell, of what is offered in `district`."""
    away, shown = not_offered(bundle, district), offers(bundle, answers, unsure_of(catalogue, bundle, answers))
    return [offer.row.item for offer in shown if offer.needed and offer.row.item not in away]


def place_of(data: Data) -> str:
    """The district of the draft; empty while it has to be asked, and of a choice that is no draft."""
    return str(data.get("district", "")) if data.get("placed", True) else ""


def by_hand(catalogue: Catalogue, bundle: Bundle, data: Data) -> list[str]:
    """Chosen although the answers so far do not call for it: other answers leave it chosen."""
    before = called_for(catalogue, bundle, data["answers"], place_of(data)) if data["asked"] else []
    return [item for item in data["items"] if item not in before]


def after_answers(catalogue: Catalogue, bundle: Bundle, data: Data, answers: dict[str, Answer]) -> Data:
    """New answers may call for other items: those are added, what only the old answers called for goes, and what was chosen
    or left out by hand stays so."""
    wanted = called_for(catalogue, bundle, answers, place_of(data))
    if data["asked"]:
        before = called_for(catalogue, bundle, data["answers"], place_of(data))
        kept = [item for item in data["items"] if item in wanted or item not in before]
        wanted = in_row_order(bundle, {*kept, *(item for item in wanted if item not in before)})
    return data | {"answers": answers, "asked": True, "items": wanted}


def gained(catalogue: Catalogue, bundle: Bundle, data: Data, before: str) -> list[str]:
    """What the answers call for and is offered where the draft is now, but was not in the district `before`."""
    away = not_offered(bundle, before)
    return [item for item in called_for(catalogue, bundle, data["answers"], place_of(data)) if item in away]


def moved(old: Catalogue, new: Catalogue, bundle: Bundle, data: Data, before: str) -> Data:
    """The draft in another district: what is not asked or offered there goes, what only there is offered and called for is
    chosen; what only it asks opens the questions again."""
    asked = {question.key for question in new.questions_of(bundle)}
    known = {question.key for question in old.questions_of(old.bundle(bundle.slug))}
    return data | {
        "answers": {key: answer for key, answer in data["answers"].items() if key in asked},
        "items": in_row_order(bundle, [*data["items"], *gained(new, bundle, data, before)]),
        "asked": data["asked"] and asked <= known,
    }


def needs_for(catalogue: Catalogue, bundle: Bundle, data: Data) -> list[MaterialNeed]:
    """The materials this draft calls for as it stands."""
    return materials_for(catalogue, bundle, data["items"], data["answers"])


def mode_of(data: Data) -> str:
    """One result comes at once anyway; of several it has to be said."""
    return data.get("delivery_mode", "") if len(data["items"]) > 1 else str(DeliveryMode.UNIFIED)


def represented(catalogue: Catalogue, bundle: Bundle, data: Data) -> bool:
    """Whether somebody else was sent: a letter of authority goes along."""
    return any(need.material.key == applicants.LETTER for need in needs_for(catalogue, bundle, data))


def wanted_documents(catalogue: Catalogue, bundle: Bundle, data: Data) -> dict[str, str]:
    """Uploads that the chosen items ask for; those of items no longer chosen are kept in the draft but not sent."""
    asked = {need.material.key for need in needs_for(catalogue, bundle, data) if need.upload}
    return {key: document for key, document in data["documents"].items() if key in asked}


def wanted_promises(catalogue: Catalogue, bundle: Bundle, data: Data) -> dict[str, str]:
    """Promises for materials that are still asked for, still missing, and may be promised (R48)."""
    chosen, documents = data.get("promises", {}), wanted_documents(catalogue, bundle, data)
    return {
        need.material.key: chosen[need.material.key] for need in needs_for(catalogue, bundle, data)
        if need.material.key not in documents and chosen.get(need.material.key) in kinds_for(need)
    }


def wish_of(catalogue: Catalogue, bundle: Bundle, data: Data) -> Wish:
    fields = fields_for(catalogue, bundle, data["items"])
    values, known = form_values(data, fields), data.get("shared", {})
    applicant = data["applicant"] if represented(catalogue, bundle, data) else applicants.without_agent(data["applicant"])
    return Wish(
        form=values, shared={key: known[key] for key in values if key in known},
        bundle=bundle.slug, district=data["district"], items=tuple(data["items"]), answers=data["answers"],
        applicant=applicant, delivery_way=data["delivery_way"],
        delivery_mode=mode_of(data),
        documents=wanted_documents(catalogue, bundle, data), promises=wanted_promises(catalogue, bundle, data),
        signature=data.get("signature", ""),
    )
