"""个人中心 and 我的数据: what one has here, who looked at it, and what one may do with it (R101, S25)."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from api import consent_view, own_data, own_export, personal
from api.context import FormDep, ToolsDep, Visitor, VisitorDep
from api.pages import render
from api.paging import pages
from onething.bootstrap import Tools
from onething.cases import FINAL_CASE_STATES, OPEN_CASE_STATES
from onething.catalogue.retention import kept_data
from onething.errors import InvalidInput, NotAllowed
from onething.store import accounts, applications, certificates, own

router = APIRouter(include_in_schema=False)
DATA = "/me/data"
DONE = {"contact": "电话和地址已保存。", "deleted": "已删除您选择的内容。", "consent": "同意已经撤回，结果见下面的记录。"}


@router.get("/me")
def me(request: Request, tools: ToolsDep, visitor: VisitorDep) -> Response:
    account, most = _citizen(visitor).account, personal.MOST
    with tools.store.reading() as session:
        counts = applications.counts_of_account(session, account.id)
        page: dict[str, Any] = {
            "yours": personal.cases_of(session, tools, account, personal.WAIT_FOR_APPLICANT, most, held=True),
            "active": personal.cases_of(session, tools, account, OPEN_CASE_STATES - personal.WAIT_FOR_APPLICANT, most, held=True),
            "active_count": sum(counts[state] for state in OPEN_CASE_STATES),
            "ended": personal.cases_of(session, tools, account, FINAL_CASE_STATES, most),
            "ended_count": sum(counts[state] for state in FINAL_CASE_STATES),
            "certificates": personal.certificates_of(session, tools, account, most),
            "notices": own.notices(session, account.id, 8),
            "drafts": [
                (row, tools.catalogue.in_district(row.data["district"]).bundle(row.bundle))
                for row in accounts.drafts_of(session, account.id)
            ],
        }
    return render(request, "me.html", page)


@router.get("/me/certificates")
def my_certificates(request: Request, tools: ToolsDep, visitor: VisitorDep, page: str = "") -> Response:
    """View, download and show what was issued (R101)."""
    with tools.store.reading() as session:
        shown = pages(page, certificates.count_of_account(session, visitor.account.id))
        rows = personal.certificates_of(session, tools, visitor.account, shown.size, shown.skip)
    return render(request, "certificates.html", {"rows": rows, "pages": shown})


@router.get(DATA)
def my_data(request: Request, tools: ToolsDep, visitor: VisitorDep, done: str = "") -> Response:
    return _page(request, tools, visitor, done=done)


@router.get(f"{DATA}/export.zip")
def export(tools: ToolsDep, visitor: VisitorDep) -> Response:
    return own_export.send(tools, _citizen(visitor).account)


@router.post(f"{DATA}/contact")
def change_contact(request: Request, tools: ToolsDep, visitor: VisitorDep, form: FormDep) -> Response:
    sent = {name: str(form.get(name) or "") for name in ("phone", "address")}
    try:
        with tools.store.transaction() as session:
            own_data.change_contact(session, tools, _citizen(visitor).account, sent["phone"], sent["address"])
    except InvalidInput as error:
        return _page(request, tools, visitor, errors=[error], sent=sent)
    return RedirectResponse(f"{DATA}?done=contact", 303)


@router.post(f"{DATA}/deletion")
def delete(request: Request, tools: ToolsDep, visitor: VisitorDep, form: FormDep) -> Response:
    try:
        with tools.store.transaction() as session:
            own_data.delete(session, tools, _citizen(visitor).account, [str(kind) for kind in form.getlist("kinds")])
    except InvalidInput as error:
        return _page(request, tools, visitor, errors=[error])
    return RedirectResponse(f"{DATA}?done=deleted", 303)


def _page(
    request: Request, tools: Tools, visitor: Visitor, *, errors: list[InvalidInput] | None = None,
    sent: dict[str, str] | None = None, done: str = "",
) -> Response:
    account = _citizen(visitor).account
    with tools.store.reading() as session:
        row = accounts.get(session, account.id)
        counts = {"drafts": len(accounts.drafts_of(session, account.id)), "uploads": len(own_data.unused(session, account))}
        page = {
            "accesses": own_data.accesses(session, tools, account), "most": own_data.SHOWN, "account": row,
            "sent": sent or {"phone": row.phone, "address": row.address}, "deletable": own_data.DELETABLE,
            "counts": counts | {"contact": int(bool(row.phone or row.address))}, "kept": kept_data(tools.settings.home),
            "consents": consent_view.lines(session, tools, account), "errors": errors or [], "done": DONE.get(done, ""),
        }
    return render(request, "my_data.html", page, 422 if errors else 200)


def _citizen(visitor: Visitor) -> Visitor:
    """Staff have no cases of their own under a staff account."""
    if not visitor.is_citizen:
        raise NotAllowed("个人中心只对申请人账号开放；请用个人或者单位账号登录", code="not-an-applicant")
    return visitor
