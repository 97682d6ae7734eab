"""Papers drawn at the counter when they are needed: the slip a recipient signs, the courier's label."""

from __future__ import annotations

from typing import Any

from fastapi.responses import Response

from api.local_time import local_day
from api.shield import FRAMED
from api.withdrawal import affected
from onething.bootstrap import Tools
from onething.cases import may_withdraw_item
from onething.custody import APPLICANT
from onething.deliveries import in_scope, parcel
from onething.errors import Conflict
from onething.papers import LabelContent, SlipContent, SlipLine, heading_of, render
from onething.store import Account, Application, certificates, custody, deliveries, documents, effects
from onething.vocabulary import DECISIONS, DeliveryState, DeliveryWay, ItemState, OutsideSystem
from onething.window import address_of, contact_of

READY = (DeliveryState.AT_WINDOW, DeliveryState.UNDELIVERED)


def inline(content: bytes, name: str, media_type: str = "application/pdf") -> Response:
    """Shown in the browser, from where it is printed; kept nowhere."""
    headers = {**FRAMED, "Cache-Control": "no-store", "Content-Disposition": f'inline; filename="{name}"'}
    return Response(content, media_type=media_type, headers=headers)


def slip(session: Any, tools: Tools, account: Account, case: Application, what: str, scope: str) -> bytes:
    """签收单 in duplicate, of the results of `scope` that lie at the window, or of the originals that go back; the request to
    withdraw the item `scope`, or all that is undecided."""
    catalogue = tools.catalogue_of(case)
    if what == "withdrawal":
        ending = affected(catalogue.bundle(case.bundle), case, scope) if scope else [row.item for row in case.items]
        open_ones = [row.item for row in case.items if row.item in ending and may_withdraw_item(ItemState(row.state))]
        lines = [SlipLine(name=catalogue.items[item].name) for item in open_ones]
    elif what == "originals":
        held = [key for key, holder in custody.holders(session, case.number).items() if holder != APPLICANT]
        lines = [SlipLine(name=catalogue.materials[key].name, copies=catalogue.materials[key].copies) for key in held]
    else:
        what, lines = "results", _results(session, tools, case, scope)
    if not lines:
        raise Conflict("现在没有可以签收的内容；请刷新页面后核对", code="nothing-to-sign-for")
    kind, name = {"originals": "退", "withdrawal": "撤"}.get(what, "签"), catalogue.bundle(case.bundle).short_name
    count = len(deliveries.attempts(session, case.number)) + 1
    office = "发证窗口" if what == "results" else "综合受理窗口"
    return render(SlipContent(
        **shared(tools, case, f"{case.number}-{kind}{count}", office), what=what, bundle_name=name,
        addressee=case.applicant["name"], lines=lines, clerk_name=account.name,
    ))


def _results(session: Any, tools: Tools, case: Application, scope: str) -> list[SlipLine]:
    """Licences, refusals and result notices that are handed over together."""
    catalogue, stored = tools.catalogue_of(case), deliveries.of_case(session, case.number)
    ready = [item for item, row in stored.items() if row.state in READY]
    items = in_scope(catalogue.bundle(case.bundle), ready, scope)
    lines = [
        SlipLine(name=f"{catalogue.items[row.item].name}：{row.title}", number=row.certificate_no)
        for row in certificates.issued(session, [case.number])[case.number] if row.item in items
    ]
    lines += [
        SlipLine(name=f"{catalogue.items[row.item].name}：{heading_of(row.name)}", number=row.paper_no)
        for row in documents.papers(session, case.number) if row.paper_kind in DECISIONS and row.item in items
    ]
    return lines or [SlipLine(name=f"{catalogue.items[item].name}：办理结果告知") for item in items]


def label(session: Any, tools: Tools, case: Application, scope: str) -> bytes:
    """寄递面单 of the next attempt; the number of the courier's order once it is known."""
    inside = _results(session, tools, case, scope)
    if case.delivery_way != DeliveryWay.COURIER or not inside:
        raise Conflict("这个办件现在没有要邮寄的结果；请刷新页面后核对", code="nothing-to-send")
    order = parcel(case.number, scope, len(deliveries.attempts(session, case.number, scope)) + 1)
    key = f"{OutsideSystem.COURIER}:{order}"
    waybill = next((effect.receipt for effect in effects.of_case(session, case.number) if effect.key == key), "")
    receiver = case.applicant
    return render(LabelContent(
        **shared(tools, case, order.replace(":", "-")), receiver_name=receiver["name"], receiver_phone=receiver.get("phone", ""),
        receiver_address=receiver.get("address", ""), order_no=order.replace("::", ":"), waybill=waybill,
        sender_address=address_of(tools.catalogue.districts[case.district]),
        inside=[f"{line.name} {line.number}".strip() for line in inside],
    ))


def shared(tools: Tools, case: Application, number: str, office: str = "发证窗口") -> dict[str, Any]:
    """What every paper says that is drawn here and not kept."""
    district = tools.catalogue.districts[case.district]
    return {
        "number": number, "application_no": case.number, "issuer": f"{district.name}{office}",
        "issued_on": local_day(tools.clock.now()), "verify_url": f"{tools.settings.base_url}/cases/{case.number}",
        "contact": contact_of(district), "demo": tools.settings.demo,
    }
