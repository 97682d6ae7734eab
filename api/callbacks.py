"""Callbacks of outside systems: signed, fresh, not seen before, about a case that the system has to do with (S18)."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError

from api.schemas_callbacks import OutsideEvent
from onething.bootstrap import Tools
from onething.errors import Conflict, InvalidInput, NotFound, OneThingError
from onething.gateways import CallbackKeys
from onething.gateways.signing import BadSignature, Message, Signed, verify
from onething.store import Application, CallbackEvent, applications, audit, callbacks
from onething.vocabulary import CallbackKind, DeliveryWay, OutsideSystem

PATH = "/api/v1/callbacks/"
BODY_CAP = 64 * 1024
A_MINUTE = 600
"""Messages that are taken under one key in a minute."""
KINDS: Mapping[str, frozenset[CallbackKind]] = {
    OutsideSystem.COURIER: frozenset({CallbackKind.SENT_OUT, CallbackKind.SIGNED_FOR, CallbackKind.RETURNED}),
    OutsideSystem.DEPARTMENTS: frozenset({CallbackKind.DECIDED}),
    OutsideSystem.PLATFORM: frozenset({CallbackKind.RECEIVED, CallbackKind.REJECTED}),
}


def take(tools: Tools, known: CallbackKeys, system: str, headers: Mapping[str, str], body: bytes) -> CallbackEvent:
    """The event as it is kept. A repeated event gives the first one; a repeated message is refused."""
    now = tools.clock.now()
    keys = known.keys.get(system, {}) if system in KINDS else {}
    signed = verify(keys, Message("POST", f"{PATH}{system}", body), headers, now)
    told = _read(body)
    if told.kind not in KINDS[system]:
        raise InvalidInput("这个系统不报告这类事件；请核对 kind", field="kind", code="wrong-kind")
    digest = hashlib.sha256(body).hexdigest()
    with tools.store.transaction() as session:
        _let_in(session, signed, now)
        department = known.department_of.get(signed.key_id, "")
        _concerned(session, system, department, told)
        row = callbacks.event(session, system, department, told.event)
        if row is not None and row.digest != digest:
            raise Conflict("这个事件编号已用于其他内容；请使用新的事件编号", code="event-changed")
        return row or _keep(session, told, signed.key_id, system, department, digest, now)


def _let_in(session: Any, signed: Signed, now: datetime) -> None:
    if callbacks.taken_since(session, signed.key_id, now - timedelta(minutes=1)) >= A_MINUTE:
        raise OneThingError("回调过于频繁；请一分钟后再发", code="too-many", status=429)
    if not callbacks.use_nonce(session, signed.key_id, signed.nonce, now, signed.expires_at):
        raise BadSignature("这个请求已经收到过；重发时请重新签名", code="replayed")


def _read(body: bytes) -> OutsideEvent:
    try:
        return OutsideEvent.model_validate_json(body)
    except ValidationError as error:
        details = error.errors(include_url=False, include_input=False, include_context=False)
        raise RequestValidationError([{**one, "loc": ("body", *one["loc"])} for one in details]) from error


def _concerned(session: Any, system: str, department: str, told: OutsideEvent) -> None:
    """The case is locked. One that the system has nothing to do with looks just like one that is not there (S10)."""
    try:
        case = applications.lock(session, told.number)
    except NotFound:
        case = None
    if case is None or not _has_to_do(case, system, department, told.item):
        raise NotFound("没有这个办件或事项；请核对编号", code="unknown-order")


def _has_to_do(case: Application, system: str, department: str, item: str) -> bool:
    items = [row for row in case.items if item in ("", row.item)]
    if system == OutsideSystem.DEPARTMENTS:
        return any(row.department == department for row in items)
    if system == OutsideSystem.COURIER:
        return bool(items) and case.delivery_way == DeliveryWay.COURIER
    return bool(items)


def _keep(
    session: Any, told: OutsideEvent, key_id: str, system: str, department: str, digest: str, now: datetime
) -> CallbackEvent:
    row = CallbackEvent(
        system=system, event=told.event, number=told.number, item=told.item, department=department, kind=told.kind,
        order_key=told.order, receipt=told.receipt, note=told.note, happened_at=told.at, received_at=now, key_id=key_id,
        digest=digest,
    )
    callbacks.record(session, row)
    audit.record(
        session, now, OutsideSystem(system).label, f"callback-{told.kind}", number=told.number, item=told.item,
        event=told.event, key=key_id, **({"department": department} if department else {}),
    )
    return row
