"""填写申请表: what registers know is filled in, the rest is asked; what is said to be wrong goes to its office (R114, R115)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

import structlog
from starlette.datastructures import FormData

from api import applicant as applicants
from api.context import Visitor
from onething.application_form import FieldNeed, Value, fields_for, read_value, said
from onething.bootstrap import Tools
from onething.catalogue import Bundle
from onething.catalogue.facts import FormField
from onething.gateways import GatewayError
from onething.store import Account, DataDispute, accounts, audit, guides, outbox

Data = dict[str, Any]
log = structlog.get_logger(__name__)


def shared_values(tools: Tools, account: Account, id_no: str, needs: Iterable[FieldNeed]) -> dict[str, Value]:
    """What registers know of the fields that are asked."""
    return known(tools, account, id_no, (need.field for need in needs))


def known(tools: Tools, account: Account, id_no: str, fields: Iterable[FormField]) -> dict[str, Value]:
    """Each register is asked once, and only about whoever is logged in; one that fails leaves its fields to be filled in."""
    if not id_no or id_no != account.id_no:
        return {}
    wanted = {field.key: field for field in fields if field.shared}
    found: dict[str, Any] = {}
    for dataset in dict.fromkeys(field.shared.dataset for field in wanted.values() if field.shared):
        try:
            found |= tools.registers.look_up(dataset, id_no)
        except GatewayError as error:
            log.warning("a register did not answer", dataset=dataset, error=error.message)
    values = {key: read_value(field, found.get(key)) for key, field in wanted.items()}
    return {key: value for key, value in values.items() if value is not None}


def complete_form(tools: Tools, account: Account, wish: Any) -> Any:
    """A wish of the API with what registers know where it says nothing; what it says otherwise becomes a dispute."""
    local = tools.in_district(wish.district)
    if wish.bundle not in local.catalogue.bundles:
        return wish
    needs = fields_for(local.catalogue, local.catalogue.bundle(wish.bundle), wish.items)
    shared = shared_values(tools, account, applicants.tidy(wish.applicant)["id_no"], needs)
    return replace(wish, form={**shared, **wish.form}, shared=shared)


def fetch(tools: Tools, visitor: Visitor, bundle: Bundle, draft_id: str, data: Data) -> Data:
    """The draft with what registers know for the chosen items, and with what that proposes for other fields: once, so that
    what somebody takes out stays out."""
    fields = {need.field.key: need.field for need in fields_for(tools.catalogue, bundle, data["items"])}
    sources = {field.starts_as: tools.catalogue.fields[field.starts_as] for field in fields.values() if field.starts_as}
    found = known(tools, visitor.account, data["applicant"]["id_no"], (fields | sources).values())
    shared, before = {key: value for key, value in found.items() if key in fields}, data.get("proposed", {})
    proposed = {key: found[field.starts_as] for key, field in fields.items() if field.starts_as in found and key not in before}
    if shared == data.get("shared", {}) and not proposed:
        return data
    data = data | {"shared": shared, "form": {**proposed, **data["form"]}, "proposed": {**before, **proposed}}
    with tools.store.transaction() as session:
        accounts.save_draft(accounts.draft(session, draft_id, visitor.account.id), data, tools.clock.now())
    return data


def read(needs: Iterable[FieldNeed], form: FormData, shared: Mapping[str, Value]) -> dict[str, Value]:
    """What was typed. A shared field left alone is not typed."""
    found: dict[str, Value] = {}
    for need in needs:
        field = need.field
        name = f"form.{field.key}"
        raw = form.getlist(name) if field.type == "checks" else form.get(name)
        value = read_value(field, raw)
        if value is not None and value != shared.get(field.key):
            found[field.key] = value
    return found


def raise_disputes(
    session: Any, account: Account, number: str, needs: Iterable[FieldNeed], values: Mapping[str, Any],
    shared: Mapping[str, Any], now: datetime,
) -> None:
    """Where the applicant says something else than the register, the office that shares the data is told."""
    for need in needs:
        field = need.field
        key = field.key
        if field.shared is None or key not in shared or values.get(key) in (None, shared[key]):
            continue
        guides.dispute(session, DataDispute(
            number=number, field=key, department=field.shared.department, dataset=field.shared.dataset,
            shared=said(field, shared[key]), stated=said(field, values[key]), raised_at=now, answer="", answered_by="",
        ))
        outbox.put(
            session, now, f"dispute:{number}:{key}", "push", what="data-dispute", event=key, number=number,
            department=field.shared.department, dataset=field.shared.dataset,
        )
        audit.record(
            session, now, account.subject, "dispute-data", number=number, field=key, dataset=field.shared.dataset
        )
