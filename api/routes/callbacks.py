"""Where outside systems call back. No session and no CSRF token: the message itself is signed."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool

from api import callbacks
from api.context import ToolsDep
from api.description import refusals
from api.parameters import System
from api.schemas_callbacks import EventTaken, OutsideEvent
from onething.errors import InvalidInput
from onething.gateways import signing

router = APIRouter(prefix="/callbacks", tags=["callbacks"])
HEADERS = (signing.ALGORITHM, signing.KEY_ID, signing.TIME, signing.NONCE, signing.SIGNATURE)
SIGNED_BODY = {
    "parameters": [{"in": "header", "name": name, "required": True, "schema": {"type": "string"}} for name in HEADERS],
    "requestBody": {"required": True, "content": {"application/json": {"schema": OutsideEvent.model_json_schema()}}},
}


@router.post("/{system}", summary="外部系统回报事件", responses=refusals(401, 403, 409), openapi_extra=SIGNED_BODY)
async def take_callback(system: System, request: Request, tools: ToolsDep) -> EventTaken:
    """courier, departments or platform. Signed as docs/gateways.md says; repeat it with a new nonce until it is answered 200."""
    body = await _capped(request)
    row = await run_in_threadpool(callbacks.take, tools, request.app.state.callback_keys, system, request.headers, body)
    return EventTaken(event=row.event, received_at=row.received_at.isoformat())


async def _capped(request: Request) -> bytes:
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > callbacks.BODY_CAP:
            raise InvalidInput("回调内容过长；每次请只报告一个事件", code="body-too-large", status=413)
    return body
