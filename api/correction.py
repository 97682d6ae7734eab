"""补正: replace the materials the window named and mend the form, all at once, and hand the case in again."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from starlette.datastructures import FormData

from api.application_forms import raise_disputes, read
from api.local_time import local_day, time_text
from api.submission import own_upload, start_intake_clock
from api.uploads import check_case_size
from onething.application_form import (
    FieldNeed,
    Value,
    check_form,
    fields_of,
    named_in,
    read_value,
    said,
    sections,
    tidied,
)
from onething.bootstrap import Tools
from onething.catalogue.facts import FormField
from onething.eligibility import needs_of
from onething.engine.contract import Message
from onething.errors import Conflict, InvalidInput, refuse
from onething.intake import APPLICATION_FORM, FORM_NAME, Judgement, sentences, wanting
from onething.store import Account, Application, Material, applications, audit, documents, intake, notices, outbox
from onething.vocabulary import CaseState, Clock


@dataclass(frozen=True)
class Mark:
    """What the window wants put right. `fields`: keys of the form's fields that may be changed."""

    key: str
    name: str
    problem: str
    fields: tuple[str, ...] = ()


@dataclass(frozen=True)
class OpenForm:
    """The application form while the window wants it mended: the fields that may be changed, what registers said, what else it
    says there. `kept` are the others, with what they say, where the window named single fields."""

    needs: list[FieldNeed]
    shared: Mapping[str, Value]
    typed: Mapping[str, Value]
    kept: Sequence[tuple[FormField, Value | None]] = ()
    said = staticmethod(said)

    @property
    def sections(self) -> dict[str, list[FieldNeed]]:
        return sections(self.needs)

    def posted(self, form: FormData) -> OpenForm:
        """As a browser sent it."""
        return replace(self, typed=read(self.needs, form, self.shared))

    @property
    def values(self) -> dict[str, Value]:
        return {**self.shared, **self.typed}


def open_form(session: Any, tools: Tools, application: Application) -> OpenForm | None:
    """None where the window did not mark it. Single fields that it named are open alone, else the whole form is."""
    return _opened(tools, application, intake.last_judgements(session, application.number).get(APPLICATION_FORM))


def _opened(tools: Tools, application: Application, judged: Judgement | None) -> OpenForm | None:
    if judged is None or not judged.faults:
        return None
    needs, form = fields_of(tools.catalogue_of(application), application), application.form
    asked = named_in(judged.problem, needs) or needs
    said_there = {need.field.key: form[need.field.key] for need in asked if need.field.key in form}
    shared = {key: value for key, value in said_there.items() if key in application.form_sources}
    typed = {key: value for key, value in said_there.items() if key not in shared}
    return OpenForm(asked, shared, typed, [(need.field, form.get(need.field.key)) for need in needs if need not in asked])


def marks(session: Any, tools: Tools, application: Application) -> list[Mark]:
    """What the last look found wanting, in its order; nothing unless a correction is due."""
    if application.state != CaseState.CORRECTION:
        return []
    judged = intake.last_judgements(session, application.number)
    known, opened = tools.catalogue_of(application).materials, _opened(tools, application, judged.get(APPLICATION_FORM))
    fields = tuple(need.field.key for need in opened.needs) if opened else ()
    return [
        Mark(key, FORM_NAME, found.problem, fields) if key == APPLICATION_FORM
        else Mark(key, known[key].name if key in known else key, sentences(found)[0])
        for key, found in judged.items() if found.faults
    ]


def require_due(application: Application) -> None:
    if application.state != CaseState.CORRECTION:
        raise Conflict("这个办件目前不需要补正；请在办件页面查看进度", code="no-correction-due")


def _nothing_sent(form: bool, files: bool) -> str:
    if form:
        return "请修改申请表，或者至少重新上传一份材料后再提交" if files else "请修改窗口指出的栏目后再提交"
    return "请至少重新上传一份材料后再提交"


def correct(
    session: Any, tools: Tools, account: Account, application: Application, replacements: Mapping[str, str],
    form: Mapping[str, Any] | None = None, refused: Mapping[str, InvalidInput] | None = None,
) -> None:
    """New versions for the materials in `replacements` (key -> document id), and `form` as a whole where it was marked; the
    window has 2 hours again. `refused`: what was wrong with files that came along, told with everything else."""
    require_due(application)
    judged = intake.last_judgements(session, application.number)
    opened, needs = _opened(tools, application, judged.get(APPLICATION_FORM)), _replaceable(tools, application, judged)
    faults = [one for fault in (refused or {}).values() for one in fault.all]
    faults += _faults_of_form(opened, form, local_day(tools.clock.now()))
    mended = not faults and form is not None and _mend_form(session, tools, account, application, opened, form)
    if not (faults or replacements or mended):
        raise InvalidInput(_nothing_sent(bool(opened), bool(needs)), field="materials", code="no-material")
    refuse([*faults, *_left_out(needs, judged, {*replacements, *(refused or {})})])
    _refuse_unwanted(tools, application, needs, replacements)
    now, number = tools.clock.now(), application.number
    files = {
        key: _replace(session, tools, account, application, key, document_id) for key, document_id in replacements.items()
    }
    check_case_size(session, number)
    for row in intake.promises(session, number):
        if row.key in replacements:  # promised at first, here now
            row.handed_in_at = now
    applications.set_case_state(application, CaseState.SUBMITTED)
    applications.end_clock(session, number, Clock.CORRECTION, "", now)
    deadline = start_intake_clock(session, tools, application, now)
    audit.record(session, now, account.subject, "correct", number=number, materials=sorted(replacements), files=files)
    round_no = max(row.version for row in applications.materials(session, number))
    notices.give(
        session, now, number, f"corrected-{application.version}",
        f"办件 {number} 的补正材料已收到，综合受理窗口将在 {time_text(deadline.due)} 前再次审查。",
    )
    outbox.put(
        session, now, f"correlate:{number}:corrected:{application.version}-{round_no}", "correlate",
        message=Message.MATERIALS_CORRECTED, number=number,
        variables={"intake_due": {"$date": deadline.due.isoformat()}},
    )


def _faults_of_form(opened: OpenForm | None, form: Mapping[str, Any] | None, today: date) -> Sequence[InvalidInput]:
    if form is None:
        return []
    if opened is None:
        raise InvalidInput("窗口没有要求修改申请表；请只提交需要补正的材料", field="form", code="form-not-marked")
    kept = {field.key for field, _ in opened.kept}
    refused = [
        InvalidInput(
            f"窗口没有要求修改“{field.label}”；请只修改窗口指出的栏目，其他内容有误的请到窗口说明",
            field=f"form.{field.key}", code="form-field-not-marked",
        )
        for field, value in opened.kept if field.key in form and read_value(field, form[field.key]) != value
    ]
    return refused + check_form(opened.needs, {key: value for key, value in form.items() if key not in kept}, today)


def _mend_form(
    session: Any, tools: Tools, account: Account, application: Application, opened: OpenForm, form: Mapping[str, Any]
) -> bool:
    """Whether it says anything else now. What it said before stays on record; a register that is contradicted is told (R115)."""
    before = application.form
    values = {field.key: value for field, value in opened.kept if value is not None} | tidied(opened.needs, form)
    changed = sorted(key for key in before.keys() | values.keys() if before.get(key) != values.get(key))
    if not changed:
        return False
    now, number = tools.clock.now(), application.number
    sources = {key: dataset for key, dataset in application.form_sources.items() if key not in changed}
    applications.replace_form(session, application, values, sources, now)
    raise_disputes(session, account, number, opened.needs, values, opened.shared, now)
    audit.record(session, now, account.subject, "correct-form", number=number, fields=changed)
    return True


def _left_out(needs: list[Any], judged: Mapping[str, Judgement], given: Container[str]) -> list[InvalidInput]:
    """What the window marked is put right at once, or the next notice would name the rest again (R43)."""
    marked = wanting(judged)
    return [
        InvalidInput(
            f"“{need.material.name}”还没有重新上传；请把窗口指出的材料一次补齐后再提交",
            field=f"material-{need.material.key}", code="correction-incomplete",
        )
        for need in needs if need.material.key in marked and need.material.key not in given
    ]


def replaceable(session: Any, tools: Tools, application: Application) -> list[Any]:
    """What an applicant may upload again: exactly what the window marked, also of what government holds, because fetching it
    failed (R112). Where it told in words alone what is wrong, any material may be meant."""
    return _replaceable(tools, application, intake.last_judgements(session, application.number))


def _replaceable(tools: Tools, application: Application, judged: Mapping[str, Judgement]) -> list[Any]:
    marked, opened = wanting(judged), _opened(tools, application, judged.get(APPLICATION_FORM))
    in_words = not marked or (opened is not None and not opened.kept)
    return [need for need in _needs(tools, application) if need.material.key in marked or (in_words and need.upload)]


def _needs(tools: Tools, application: Application) -> list[Any]:
    catalogue = tools.catalogue_of(application)
    return needs_of(catalogue, catalogue.bundle(application.bundle), application)


def _refuse_unwanted(tools: Tools, application: Application, needs: list[Any], given: Iterable[str]) -> None:
    known = {need.material.key for need in needs}
    key = next((key for key in given if key not in known), None)
    if key is None:
        return
    name = next((need.material.name for need in _needs(tools, application) if need.upload and need.material.key == key), "")
    if name:
        sentence, code = f"窗口没有指出“{name}”；请只重新提交窗口指出的材料，其他材料有误的请到窗口说明", "material-not-marked"
    else:
        sentence, code = f"这个办件不需要材料“{key}”；请移除后再提交", "unknown-material"
    raise InvalidInput(sentence, field=f"materials.{key}", code=code)


def _replace(
    session: Any, tools: Tools, account: Account, application: Application, key: str, document_id: str
) -> list[str]:
    """The SHA-256 of the file before, empty where there was none, and of the new one."""
    now, number = tools.clock.now(), application.number
    new = own_upload(session, account, key, document_id, number)
    new.number = number
    before = {row.key: row.document_id for row in applications.materials(session, number)}
    if key in before:
        applications.add_material_version(session, number, key, document_id, now)
    else:  # it was optional and left out at first
        session.add(Material(
            number=number, key=key, version=1, source="applicant", document_id=document_id, created_at=now
        ))
    old = documents.get(session, before[key]).sha256 if before.get(key) else ""
    return [old, new.sha256]
