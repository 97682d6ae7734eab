"""Every error leaves by one door: problem+json for programs, a page with the cure for people."""

from __future__ import annotations

import logging
import re
import traceback
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException

from api.pages import page_of, render
from onething.errors import InvalidInput, NotFound, OneThingError, TooMany
from onething.store.sealing import SealBroken

log = logging.getLogger("onething.api")
API = "/api/"
MOST_FAULTS = 50
"""So many faults are told: a hostile body may have any number."""
SENTENCES = {
    404: ("没有这个页面或资源；请核对地址", "not-found"),
    405: ("这个地址不支持此操作；请从页面上的按钮操作", "method-not-allowed"),
    413: ("提交的内容过大；请压缩后重试", "body-too-large"),
}
FIELD_SENTENCES = {
    "extra_forbidden": "不接受字段“{field}”；请删去后重试",
    "missing": "缺少字段“{field}”；请补上后重试",
    "json_invalid": "请求内容不是合法的 JSON；请检查引号和逗号",
}
TITLES = {
    400: "请求有误", 401: "需要登录", 403: "不能这样操作", 404: "没有找到", 405: "不支持此操作", 409: "现在不能这样做",
    413: "文件过大", 415: "文件格式不对", 422: "内容需要修改", 429: "操作太频繁", 503: "服务暂时不可用",
}


TITLES_BY_CODE = {"already-rated": "您已经评价过了", "login-refused": "登录没有成功"}


class LoginRequired(OneThingError):
    """Nobody is logged in, or the login has run out (S20)."""

    default_code = "login-required"
    default_status = 401

    def __init__(self) -> None:
        super().__init__("您还没有登录，或者登录已超时；请登录后继续，已保存的内容不会丢失")


def install(app: FastAPI) -> None:
    for kind in (OneThingError, RequestValidationError, HTTPException, Exception):
        app.add_exception_handler(kind, answer)


def answer(request: Request, error: Exception) -> Response:
    plain = as_onething_error(request, error)
    if isinstance(plain, SealBroken):  # found by a page that was drawn after its session had ended
        request.app.state.tools.store.tell(plain)
    headers = _headers(error) | ({"Retry-After": str(plain.retry_after)} if isinstance(plain, TooMany) else {})
    # What nobody expected is answered outside of the shield.
    headers |= {**request.app.state.headers, "Cache-Control": "no-store"}
    if request.url.path.startswith(API):
        return JSONResponse(problem(plain), plain.status, headers, media_type="application/problem+json")
    target = _target(request) if plain.status == 401 else ""
    page = {"error": plain, "title": _title(plain), "target": target, "back": _back(request)}
    response = render(request, "error.html", page, status=plain.status)
    response.headers.update(headers)
    return response


def _headers(error: Exception) -> dict[str, str]:
    """`Allow` of a 405, `Retry-After` of what may be asked again later."""
    return dict(getattr(error, "headers", None) or {})


def problem(error: OneThingError) -> dict[str, Any]:
    """RFC 9457, with our stable `code`, the `field` at fault, and in `errors` everything that was found at once."""
    body = {
        "type": f"urn:onething:problem:{error.code}", "title": TITLES.get(error.status, "系统出错了"),
        "status": error.status, "detail": error.message, "code": error.code,
    }
    if not isinstance(error, InvalidInput):
        return body
    found = [{"field": one.field, "code": one.code, "detail": one.message} for one in error.all[:MOST_FAULTS]]
    return body | ({"field": error.field} if error.field else {}) | {"errors": found}


def as_onething_error(request: Request, error: Exception) -> OneThingError:
    """Whatever was raised, as a sentence a person can act on."""
    if isinstance(error, OneThingError):
        return error
    if isinstance(error.__cause__, OneThingError):  # the body limit, wrapped by the form parser
        return error.__cause__
    if isinstance(error, RequestValidationError):
        return _invalid(error)
    if isinstance(error, HTTPException):
        sentence, code = SENTENCES.get(error.status_code, ("请求有误；请返回后重试", "bad-request"))
        kind = NotFound if error.status_code == 404 else OneThingError
        return kind(sentence, code=code, status=error.status_code)
    # Type and place only: messages of foreign errors can carry personal data.
    place = "".join(traceback.format_tb(error.__traceback__)[-6:])
    log.error("unexpected %s on %s\n%s", type(error).__name__, request.scope.get("route"), place)
    return OneThingError("系统出了问题，您的内容没有提交；请稍后再试", code="internal", status=500)


def _invalid(error: RequestValidationError) -> InvalidInput:
    """Each field once: what could have been one of several kinds is found wrong once for each of them."""
    found: dict[str, InvalidInput] = {}
    for one in error.errors():
        path = ".".join(str(part) for part in one["loc"][1:]) or "body"
        field = path[:200].encode(errors="replace").decode()  # a name somebody made up may be no text at all
        sentence = FIELD_SENTENCES.get(one["type"], "字段“{field}”的内容不对；请对照接口说明改正")
        code = str(one["type"]).replace("_", "-")
        found.setdefault(field, InvalidInput(sentence.format(field=field), field=field, code=code))
    first, *others = found.values()
    first.others = tuple(others)
    return first


def _title(error: OneThingError) -> str:
    return TITLES_BY_CODE.get(error.code) or TITLES.get(error.status, "系统出错了")


def _back(request: Request) -> str:
    """The page whose form was sent, or the case that the page is about; "" where neither is known."""
    if request.method != "GET":
        return page_of(request, "")
    case = re.match(r"/cases/\w+(?=/)", request.url.path)
    return case[0] if case else ""


def _target(request: Request) -> str:
    """Where to go on after the login: the page itself, or the page whose form was sent."""
    query = f"?{request.url.query}" if request.method == "GET" and request.url.query else ""
    return page_of(request, "/cases") + query
