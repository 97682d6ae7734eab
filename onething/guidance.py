"""咨询辅导: what an adviser tells one applicant for this choice, from the catalogue alone. Pure (R33, R34, R37)."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

from pydantic import BaseModel, ConfigDict

from onething.catalogue import Bundle, Catalogue
from onething.catalogue.conditions import Answer
from onething.catalogue.models import Limit
from onething.catalogue.wording import quoted
from onething.deadlines import WorkCalendar
from onething.eligibility import MaterialNeed, idle_questions, in_row_order, materials_for, offers, unsure_of
from onething.errors import InvalidInput
from onething.vocabulary import GuidanceKind

LONGEST_QUESTION = 500
NUMBERING = re.compile(r"^\s*(?:[（(]?\d{1,2}[)）.、．](?!\d)\s*|[-·•]\s*)?")


class Part(BaseModel):
    model_config = ConfigDict(frozen=True)


class ToldItem(Part):
    """One chosen item: who decides it, by when, what comes of it."""

    name: str
    department: str
    promised: Limit
    statutory: Limit
    result: str
    fronts: tuple[str, ...]


class ToldMaterial(Part):
    """`upload` False: government holds it and the applicant hands in nothing."""

    name: str
    items: tuple[str, ...]
    required: bool
    upload: bool
    copies: int
    formats: tuple[str, ...]
    note: str
    confirmed: bool


class Notification(Part):
    """一次性告知: everything for this choice, told once. Kept with the answer as it was told."""

    bundle: str
    bundle_name: str
    district_name: str
    guide_version: str
    said: tuple[tuple[str, str], ...]
    items: tuple[ToldItem, ...]
    materials: tuple[ToldMaterial, ...]
    steps: tuple[str, ...]
    notes: tuple[str, ...]


def answer_due(calendar: WorkCalendar, asked_at: datetime) -> datetime:
    """By when an adviser is to answer: as a case is accepted, though no clock watches it (R36)."""
    return calendar.acceptance_due(asked_at).due


def check_question(kind: GuidanceKind, question: str, documents: Collection[str]) -> str:
    """The tidied question; a question must ask something, a pre-check must have something to look at."""
    text = question.strip()
    if kind == GuidanceKind.QUESTION and not text:
        raise InvalidInput("请写下您想咨询的问题", field="question", code="question-missing")
    if len(text) > LONGEST_QUESTION:
        raise InvalidInput(f"问题太长；最多 {LONGEST_QUESTION} 个字", field="question", code="too-long")
    if kind == GuidanceKind.PRE_CHECK and not documents:
        raise InvalidInput("还没有可以预审的材料；请先上传至少一份材料", field="materials", code="nothing-to-check")
    return text


def gap_lines(text: str) -> tuple[str, ...]:
    """The adviser's gaps, one per line, without the numbering they may carry."""
    return tuple(line for raw in text.splitlines() if (line := NUMBERING.sub("", raw, count=1).strip()))


def missing_names(needs: Iterable[MaterialNeed], provided: Collection[str]) -> tuple[str, ...]:
    """Required uploads that the draft does not hold yet: shown to the adviser so that none is overlooked."""
    return tuple(n.material.name for n in needs if n.upload and n.required and n.material.key not in provided)


def notification(
    catalogue: Catalogue, bundle: Bundle, district: str, chosen: Collection[str], answers: Mapping[str, Answer]
) -> Notification:
    """Materials, steps, limits and notes for the chosen items and the answers given (R33)."""
    rows = [bundle.row(item) for item in in_row_order(bundle, chosen)]
    names = {row.item: catalogue.items[row.item].name for row in bundle.rows}
    questions = {question.key: question for question in catalogue.questions_of(bundle)}
    return Notification(
        bundle=bundle.slug, bundle_name=bundle.name, district_name=catalogue.districts[district].name,
        guide_version=catalogue.version(bundle.slug),
        said=tuple((q.text, q.said(answers[key])) for key, q in questions.items() if answers.get(key) not in (None, "")),
        items=tuple(
            ToldItem(
                name=names[row.item], department=catalogue.department_name(row.department),
                promised=catalogue.items[row.item].limits.promised,
                statutory=catalogue.items[row.item].limits.statutory, result=catalogue.items[row.item].result.name,
                fronts=tuple(names[front] for front in row.after if front in chosen),
            )
            for row in rows if row
        ),
        materials=tuple(_material(need, names) for need in materials_for(catalogue, bundle, chosen, answers)),
        steps=_steps(catalogue, bundle, chosen), notes=_notes(catalogue, bundle, chosen, answers, names),
    )


def _material(need: MaterialNeed, names: Mapping[str, str]) -> ToldMaterial:
    material = need.material
    return ToldMaterial(
        name=material.name, items=tuple(names[item] for item in need.items), required=need.required,
        upload=need.upload, copies=material.copies, formats=material.formats, note=material.note,
        confirmed=material.confirmed,
    )


def _steps(catalogue: Catalogue, bundle: Bundle, chosen: Collection[str]) -> tuple[str, ...]:
    items = [catalogue.items[item] for item in in_row_order(bundle, chosen)]
    judged = [item for item in items if item.has_acceptance_decision]
    steps = [
        "申请：网上一次填写、一次上传，或者到综合受理窗口一次提交。",
        "收件：综合受理窗口在 2 个工作小时内审查；齐全、合法的出具收件回执，需要补正的一次告知全部内容。",
    ]
    if judged:
        steps.append("受理：各办理部门自收件起 1 个工作日内决定是否受理，办理时限自受理起分别计算。")
    if len(judged) < len(items):
        others = "、".join(f"“{item.name}”" for item in items if not item.has_acceptance_decision)
        steps.append(f"{others}不需要受理决定，收件后直接转办。")
    waits = []
    for front in in_row_order(bundle, chosen):
        if backs := in_row_order(bundle, set(bundle.backs_of(front)) & set(chosen)):
            names = quoted(catalogue.items[back].name for back in backs)
            waits.append(f"“{catalogue.items[front].name}”的结果出来后，再对{names}作出决定")
    if waits:
        steps.append(f"审批：{'；'.join(waits)}；其他事项同时办理，互不等待。")
    elif len(items) > 1:
        steps.append("审批：所选事项同时办理，互不等待。")
    steps.append("送达：按您选择的方式送达（电子送达、窗口领取或邮寄送达）。")
    return tuple(steps)


def _notes(
    catalogue: Catalogue, bundle: Bundle, chosen: Collection[str], answers: Mapping[str, Answer], names: Mapping[str, str]
) -> tuple[str, ...]:
    notes = ["需先行取得营业执照；还没有的，请先办理企业开办。"] if bundle.licence_first else []
    calls = [offer.row for offer in offers(bundle, answers) if offer.needed and offer.row.item not in chosen]
    asked = {situation.group: situation.question for situation in bundle.situations}
    notes += [
        f"根据您的回答，“{names[row.item]}”也需要办理，您这次没有选择。" for row in calls
        if row.when or (row.situation and answers.get(asked[row.situation]) == row.option)
    ]
    for item in in_row_order(bundle, chosen):
        left = [front for front in bundle.fronts_of(item) if front not in chosen and not _excluded(bundle, front, chosen)]
        if left:
            fronts = "或".join(f"“{names[front]}”" for front in left)
            notes.append(f"“{names[item]}”要用到{fronts}的结果；您没有一并选择，请确认已经办好。")
    idle = idle_questions(catalogue, bundle, answers, chosen, unsure_of(catalogue, bundle, answers))
    notes += [
        f"您还没有回答“{question.text}”；回答不同，需要办理的事项可能不同。{question.note}"
        for question in catalogue.questions_of(bundle) if question.key not in idle and answers.get(question.key) in (None, "")
    ]
    return (*notes, *bundle.notes)


def _excluded(bundle: Bundle, item: str, chosen: Collection[str]) -> bool:
    """Whether `item` belongs to a situation of which another option was chosen."""
    row = bundle.row(item)
    return bool(row and row.situation) and any(
        other.situation == row.situation and other.item in chosen for other in bundle.rows
    )
