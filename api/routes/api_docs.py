"""接口说明: the description of the API as a page for people; no script, nothing from elsewhere."""

from __future__ import annotations

import json
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from api.context import MaybeVisitorDep
from api.description import REFUSED, describe, operations
from api.pages import render

router = APIRouter(include_in_schema=False)
GROUPS = {
    "catalogue": "一件事和办事指南", "answers": "智能问答", "login": "登录", "documents": "文件和证照", "applications": "办件",
    "guidance": "咨询和预审", "supervision": "督办", "verify": "证照核验", "callbacks": "外部系统回报",
}


@router.get("/api/v1/docs")
def api_docs(request: Request, visitor: MaybeVisitorDep) -> HTMLResponse:
    groups: dict[str, list[dict[str, Any]]] = {}
    for (method, path), operation in operations(describe(request.app)).items():
        tag = operation.get("tags", [""])[0]
        groups.setdefault(GROUPS.get(tag, tag or "其他"), []).append(_shown(method, path, operation))
    return render(request, "api_docs.html", {"groups": groups, "refused": REFUSED})


def _shown(method: str, path: str, operation: dict[str, Any]) -> dict[str, Any]:
    good = next(status for status in operation["responses"] if status.startswith("2"))
    login = operation.get("security", [{}])[0]
    return {
        "method": method, "path": path, "name": operation["operationId"], "summary": operation["summary"],
        "description": operation.get("description", ""), "parameters": operation.get("parameters", []),
        "asked": _example(operation.get("requestBody", {})), "good": good,
        "answered": _example(operation["responses"][good]),
        "refusals": [status for status in operation["responses"] if status >= "4"],
        "needs": "登录和令牌" if "csrf" in login else "登录" if login else "",
    }


def _example(content: dict[str, Any]) -> str:
    example = content.get("content", {}).get("application/json", {}).get("example")
    return json.dumps(example, ensure_ascii=False, indent=2) if example is not None else ""
