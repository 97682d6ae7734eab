"""The OpenAPI description: what FastAPI knows of a route, and what follows from it for every caller.

Which refusals a route may answer follows from what it asks for: a login, a token, a body, something in its address.
Only those that follow from nothing (409 mostly) are named at the route by `refusals`.
"""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from api.examples import composed
from api.schemas import Fault, Problem

Operation = dict[str, Any]
REFUSED: Mapping[int, tuple[str, str, str]] = {
    400: ("请求读不懂，例如 JSON 写错、内容被截断", "bad-request", "请求有误；请返回后重试"),
    401: ("没有登录，或者登录已超时", "login-required", "您还没有登录，或者登录已超时；请登录后继续，已保存的内容不会丢失"),
    403: ("不能这样做：没有权限，或者缺少令牌 X-CSRF-Token", "csrf", "页面已过期或请求不是从本网站发出；请刷新页面后重试"),
    404: ("没有找到，或者不是您的", "unknown-case", "没有编号为 41010520261126000001O 的办件；请核对编号"),
    409: ("现在不能这样做：状态已变，或者同一个键已用于其他内容", "already-decided", "审批决定已经作出，不能再撤回"),
    413: ("内容过大", "body-too-large", "提交的内容过长；请缩短后重试"),
    415: ("内容的格式不对", "wrong-content-type", "不接受这种格式的内容；请按 application/json 发送"),
    422: ("内容需要修改；`field` 指出是哪一处，`errors` 一次列出全部", "missing", "缺少字段“bundle”；请补上后重试"),
    429: ("操作太频繁；`Retry-After` 秒之后再试", "too-many", "操作太频繁；请稍后再试"),
    503: ("暂时不可用；原样再试即可", "store-unavailable", "数据库暂时不可用；请稍后再试"),
}
RETRY_AFTER = {"Retry-After": {"description": "秒", "required": False, "schema": {"type": "string", "pattern": r"^\d+$"}}}


def refusals(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """For `responses=` of a route: what it may refuse beyond what follows from its parameters."""
    return {status: {"description": REFUSED[status][0]} for status in statuses}


def describe(app: FastAPI) -> dict[str, Any]:
    """The whole description; made once, it does not change while the front door runs."""
    if app.openapi_schema is None:
        described = get_openapi(
            title=app.title, version=app.version, description=app.description, routes=app.routes, tags=app.openapi_tags,
        )
        parts = described["components"]
        for kind in (Fault, Problem):
            schema = kind.model_json_schema(ref_template="#/components/schemas/{model}")
            schema.pop("$defs", None)
            parts["schemas"][kind.__name__] = schema
        parts["responses"] = {_name(status): _refusal(status) for status in REFUSED}
        for operation in operations(described).values():
            _complete(operation, parts["schemas"])
        for unused in ("HTTPValidationError", "ValidationError"):
            parts["schemas"].pop(unused, None)
        app.openapi_schema = described
    return app.openapi_schema


def operations(described: Mapping[str, Any]) -> dict[tuple[str, str], Operation]:
    """Each operation by (METHOD, path), in the order of the description."""
    return {
        (method.upper(), path): operation
        for path, methods in described["paths"].items() for method, operation in methods.items()
    }


def _complete(operation: Operation, schemas: Mapping[str, Any]) -> None:
    if "security" in operation:  # both at once; FastAPI lists them as a choice
        operation["security"] = [{name: [] for entry in operation["security"] for name in entry}]
    answers = operation["responses"]
    answers.pop("4XX", None)
    named = {int(status) for status in answers if int(status) >= 400}
    for status in sorted(named | _follow(operation)):
        answers[str(status)] = {"$ref": f"#/components/responses/{_name(status)}"}
    operation["responses"] = dict(sorted(answers.items()))
    contents = [operation.get("requestBody", {}), *(answers[status] for status in answers if status.startswith("2"))]
    for content in contents:
        for kind, media in content.get("content", {}).items():
            if kind == "application/json" and "example" not in media and media.get("schema"):
                media["example"] = composed(media["schema"], schemas)


def _follow(operation: Operation) -> set[int]:
    """The refusals that what the route asks for brings along."""
    found, asked = {429, 503}, operation.get("parameters", [])
    security = operation.get("security", [{}])[0]
    if security:
        found.add(401)
    if "csrf" in security:
        found.add(403)
    if asked:
        found.add(422)
    if any(parameter["in"] == "path" for parameter in asked):
        found.add(404)
    return found | ({400, 403, 413, 415, 422} if "requestBody" in operation else set())


def _name(status: int) -> str:
    return HTTPStatus(status).name.title().replace("_", "")


def _refusal(status: int) -> dict[str, Any]:
    meaning, code, sentence = REFUSED[status]
    example = {
        "type": f"urn:onething:problem:{code}", "title": meaning, "status": status, "detail": sentence, "code": code,
    }
    if status == 422:
        example |= {"field": "bundle", "errors": [{"field": "bundle", "code": code, "detail": sentence}]}
    content = {"schema": {"$ref": "#/components/schemas/Problem"}, "example": example}
    headers = {"headers": RETRY_AFTER} if status in (429, 503) else {}
    return {"description": meaning, "content": {"application/problem+json": content}, **headers}
