"""Answers and choices -> items and materials. Pure; used by pages, API and workers alike (R24-R26, R111, R112)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from onething.catalogue import Bundle, Catalogue, Material, Row
from onething.catalogue.conditions import Answer, holds, variables_of
from onething.catalogue.levels import offered_in
from onething.catalogue.models import MaterialUse
from onething.errors import InvalidInput, NotFound

LICENCE_FROM = ("start-company", "register-self-employed")
"""The things that end with a business licence (R23)."""


@dataclass(frozen=True)
class Offer:
    """A row as shown to one applicant: whether it is needed, may be chosen, and why."""

    row: Row
    needed: bool
    reason: str
    unsure: bool = False


@dataclass(frozen=True)
class MaterialNeed:
    """One material for the chosen items, asked once however many items use it.

    `origin`: the chosen item whose result it is; then nobody brings or fetches it. `conditions`: when it is needed, where
    that depends on answers which were not given yet; empty if it is needed anyway.
    """

    material: Material
    items: tuple[str, ...]
    required: bool
    tolerance_days: int = 0
    commitment: bool = False
    origin: str = ""
    conditions: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def upload(self) -> bool:
        return self.material.source == "applicant" and not self.origin

    @property
    def fetched(self) -> bool:
        return self.material.source == "government" and not self.origin


def offers(bundle: Bundle, answers: Mapping[str, Answer], unsure: Collection[str] = ()) -> list[Offer]:
    """Every row with its reason; rows of another situation than the answered one are left out. What hangs on a question of
    `unsure` stays in: the applicant could not tell."""
    return [_offer(bundle, row, answers, unsure) for row in bundle.rows if _fits(bundle, row, answers)]


def open_questions(catalogue: Catalogue, bundle: Bundle) -> set[str]:
    """Yes-or-no questions that one may leave open: they only decide whether an item is needed, no material hangs on them."""
    asked = {question.key for question in catalogue.questions_of(bundle) if question.type == "boolean"}
    deciding = {name for row in bundle.rows if row.when for name in variables_of(row.when)}
    uses = [use for row in bundle.rows for use in catalogue.items[row.item].materials]
    return asked & deciding - {name for use in uses if use.when for name in variables_of(use.when)}


def unsure_of(catalogue: Catalogue, bundle: Bundle, answers: Mapping[str, Answer]) -> set[str]:
    """The questions that were left open."""
    return open_questions(catalogue, bundle) - answers.keys()


def kept_unsure(catalogue: Catalogue, bundle: Bundle, items: Iterable[str], answers: Mapping[str, Answer]) -> list[str]:
    """Those of `items` that stay in only because the applicant could not tell."""
    unsure = unsure_of(catalogue, bundle, answers)
    rows = [row for row in map(bundle.row, items) if row is not None]
    return [row.item for row in rows if _doubtful(row, answers, unsure)]


def licence_from(bundle: Bundle) -> tuple[str, ...]:
    """Where the business licence comes from; what is for 个体工商户 alone needs theirs."""
    return LICENCE_FROM[1:] if bundle.companies_take else LICENCE_FROM


def idle_questions(
    catalogue: Catalogue, bundle: Bundle, answers: Mapping[str, Answer], chosen: Collection[str] = (),
    unsure: Collection[str] = (),
) -> set[str]:
    """Questions whose answer changes nothing: all that hangs on them belongs to items which the other answers rule out and
    which were not chosen all the same. `unsure`: what was answered with 不清楚; how an item is done that may not be needed at
    all is not asked either (`if_sure`)."""
    only_if_sure = {question.key for question in catalogue.questions_of(bundle) if question.if_sure}

    def idle(key: str) -> bool:
        others = {name: answer for name, answer in answers.items() if name != key}
        possible = [row for row in bundle.rows if row.item in chosen or _possible(bundle, row, others)]
        if key in only_if_sure:
            possible = [row for row in possible if not _doubtful(row, others, unsure)]
        return key not in _deciding(catalogue, possible)

    return {key for key in _deciding(catalogue, bundle.rows) if idle(key)}


def _possible(bundle: Bundle, row: Row, answers: Mapping[str, Answer]) -> bool:
    known = row.when and variables_of(row.when) <= answers.keys()
    return _fits(bundle, row, answers) and not (known and not holds(row.when or "", answers))


def _doubtful(row: Row, answers: Mapping[str, Answer], unsure: Collection[str]) -> bool:
    return bool(row.when and variables_of(row.when) & set(unsure) and not holds(row.when, answers))


def _deciding(catalogue: Catalogue, rows: Collection[Row]) -> set[str]:
    """Questions on which one of these items, or a material of one, depends."""
    uses = [use for row in rows for use in catalogue.items[row.item].materials]
    return {name for text in (*(row.when for row in rows), *(use.when for use in uses)) if text for name in variables_of(text)}


def _fits(bundle: Bundle, row: Row, answers: Mapping[str, Answer]) -> bool:
    if not row.situation:
        return True
    answer = answers.get(_situation_question(bundle, row.situation))
    return answer in (None, "", row.option)


def _situation_question(bundle: Bundle, group: str) -> str:
    return next(s.question for s in bundle.situations if s.group == group)


def _offer(bundle: Bundle, row: Row, answers: Mapping[str, Answer], unsure: Collection[str]) -> Offer:
    if row.parallel:
        return Offer(row, True, "依法应当并行办理，须一并选择")
    if row.when:
        needed = holds(row.when, answers)
        if _doubtful(row, answers, unsure):
            return Offer(row, True, "您不清楚是否需要办理，先保留；不需要的，窗口会告诉您", unsure=True)
        reason = row.because if needed else row.otherwise
        return Offer(row, needed, reason or f"根据您的回答{'需要' if needed else '不需要'}办理")
    if row.situation:
        return Offer(row, answers.get(_situation_question(bundle, row.situation)) == row.option, "按您的情形办理")
    return Offer(row, True, row.remark or "可根据需要选择")


def check_answers(catalogue: Catalogue, bundle: Bundle, answers: Mapping[str, Answer]) -> None:
    """Refuse an answer to a question that is not asked, or one that is not among the options."""
    questions = {question.key: question for question in catalogue.questions_of(bundle)}
    for key, answer in answers.items():
        question = questions.get(key)
        if question is None:
            raise InvalidInput(f"“{bundle.short_name}”没有问题“{key}”；请按页面上的问题作答", field=f"answers.{key}")
        allowed = {option.value for option in question.options}
        if question.type == "choice" and answer not in allowed:
            raise InvalidInput(f"“{question.text}”的回答不在选项中；请重新选择", field=f"answers.{key}")
        if question.type == "boolean" and not isinstance(answer, bool):
            raise InvalidInput(f"“{question.text}”请回答是或否", field=f"answers.{key}")
        if question.type == "number" and (isinstance(answer, bool) or not isinstance(answer, int | float)):
            raise InvalidInput(f"“{question.text}”请填写数字", field=f"answers.{key}")


def check_choice(catalogue: Catalogue, bundle: Bundle, chosen: Collection[str], answers: Mapping[str, Answer]) -> None:
    """Refuse a choice the law or the plan excludes; raises `InvalidInput` or `NotFound` with the cure."""
    if not chosen:
        raise InvalidInput("您还没有选择事项；请至少选择一个事项", field="items", code="no-item")
    for item in chosen:
        if bundle.row(item) is None:
            raise NotFound(f"“{bundle.short_name}”中没有事项“{item}”；请从办事指南中选择", code="unknown-item")
    if len(set(chosen)) != len(list(chosen)):
        raise InvalidInput("同一事项选择了两次；请只选择一次", field="items", code="duplicate-item")
    _check_situations(catalogue, bundle, chosen, answers)
    _check_blocks(catalogue, bundle, chosen)


def not_offered(bundle: Bundle, district: str) -> list[str]:
    """What a case in `district` cannot have, as counties alone decide it; a block goes as a whole. Nothing where no district
    was said."""
    away = [row for row in bundle.rows if not offered_in(row.levels, district)]
    blocks = {row.parallel for row in away if row.parallel}
    return [row.item for row in bundle.rows if row in away or row.parallel in blocks]


def check_place(catalogue: Catalogue, bundle: Bundle, chosen: Collection[str], district: str) -> None:
    """Refuse in 市本级 what its offices may not decide; raises `InvalidInput` with the cure."""
    if wrong := [item for item in not_offered(bundle, district) if item in chosen]:
        names = "、".join(f"“{catalogue.items[item].name}”" for item in wrong)
        raise InvalidInput(
            f"{names}由所在区县办理，市本级不办理；请在所在区县申请，或者不选", field="items", code="decided-by-counties"
        )


def _check_situations(
    catalogue: Catalogue, bundle: Bundle, chosen: Collection[str], answers: Mapping[str, Answer]
) -> None:
    for situation in bundle.situations:
        rows = [row for row in bundle.rows if row.situation == situation.group and row.item in chosen]
        options = {row.option for row in rows}
        if len(options) > 1:
            names = "、".join(f"“{catalogue.items[row.item].name}”" for row in rows)
            raise InvalidInput(
                f"{names}属于互斥的情形（{situation.title}），只能选择其中一种",
                field="items", code="exclusive-situations",
            )
        answer = answers.get(situation.question)
        if options and answer not in (None, "", *options):
            raise InvalidInput(
                f"所选事项与您对“{situation.title}”的回答不一致；请修改回答或重新选择事项",
                field="items", code="situation-mismatch",
            )


def _check_blocks(catalogue: Catalogue, bundle: Bundle, chosen: Collection[str]) -> None:
    for group in dict.fromkeys(row.parallel for row in bundle.rows if row.parallel):
        block = bundle.block(group)
        missing = [item for item in block if item not in chosen]
        if missing and len(missing) < len(block):
            names = "、".join(f"“{catalogue.items[item].name}”" for item in missing)
            raise InvalidInput(
                f"依法并行办理的事项不能拆开办理；请同时选择{names}", field="items", code="parallel-block-split"
            )


def in_row_order(bundle: Bundle, chosen: Collection[str]) -> list[str]:
    return [row.item for row in bundle.rows if row.item in chosen]


def materials_for(
    catalogue: Catalogue, bundle: Bundle, chosen: Collection[str], answers: Mapping[str, Answer] | None
) -> list[MaterialNeed]:
    """Materials of the chosen items, merged by key, in the order they first appear. Without `answers` (a guide) those that
    depend on one are listed with their condition."""
    uses: dict[str, list[tuple[str, MaterialUse]]] = {}
    for item in in_row_order(bundle, chosen):
        for use in catalogue.items[item].materials:
            if answers is None or use.when is None or holds(use.when, answers):
                uses.setdefault(use.key, []).append((item, use))
    return [_need(catalogue.materials[key], found, chosen) for key, found in uses.items()]


def needs_of(catalogue: Catalogue, bundle: Bundle, case: Any) -> list[MaterialNeed]:
    """The materials of a case: for its items and the answers it was handed in with."""
    return materials_for(catalogue, bundle, [row.item for row in case.items], case.answers)


def _need(material: Material, uses: list[tuple[str, MaterialUse]], chosen: Collection[str]) -> MaterialNeed:
    always = any(use.when is None for _, use in uses)
    return MaterialNeed(
        material, items=tuple(item for item, _ in uses), required=any(use.required for _, use in uses),
        tolerance_days=min(use.tolerance_days for _, use in uses), commitment=all(use.promise for _, use in uses),
        origin=next((item for item in material.result_of if item in chosen), ""),
        conditions=() if always else tuple(dict.fromkeys(use.when for _, use in uses if use.when)),
        notes=tuple(dict.fromkeys(use.note for _, use in uses if use.note)),
    )


def missing_materials(
    needs: Iterable[MaterialNeed], provided: Collection[str], promised: Collection[str] = ()
) -> list[MaterialNeed]:
    """What has to be uploaded still; `promised` ones may be missing (R46)."""
    there = {*provided, *promised}
    return [need for need in needs if need.upload and need.required and need.material.key not in there]


def check_materials(
    needs: Collection[MaterialNeed], provided: Collection[str], promised: Collection[str] = ()
) -> None:
    """Refuse a missing required upload or one nobody asked for; `promised` ones may be missing (R46)."""
    known = {need.material.key for need in needs if need.upload}
    for key in provided:
        if key not in known:
            raise InvalidInput(f"不需要材料“{key}”；请移除后再提交", field=f"materials.{key}", code="unknown-material")
    if missing := [need.material.name for need in missing_materials(needs, provided, promised)]:
        raise InvalidInput(
            f"还缺少材料：{'、'.join(missing)}；请补齐后再提交", field="materials", code="missing-material"
        )
