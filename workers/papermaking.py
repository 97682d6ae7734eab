"""From rows to papers: gather what a paper says, draw it, sign it, keep it with the case."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from onething import numbers
from onething.catalogue import Item, Material
from onething.deadlines import CHINA
from onething.estimates import estimate, steps_of
from onething.papers import HandoverContent, Original, PromiseContent, PromisedMaterial, file_name, heading_of, render
from onething.papers import content as papers
from onething.papers.payload import chinese_date, chinese_time
from onething.papers.signing import sign
from onething.store import (
    Application,
    ApplicationItem,
    DeliveryAttempt,
    IntakeCheck,
    PaperHandover,
    Promise,
    applications,
    certificates,
    documents,
    intake,
    window,
)
from onething.vocabulary import DECISIONS, Channel, Clock, DeliveryWay, PaperKind, PromiseKind
from onething.window import COUNTER_CASE, DELIVER, agent_of, contact_of
from workers.desk import Desk

SERIES = {
    PaperKind.RECEIPT: "收", PaperKind.CORRECTION_NOTICE: "告", PaperKind.ACCEPTANCE_NOTICE: "受",
    PaperKind.REFUSAL_DECISION: "不", PaperKind.DELIVERY_RECORD: "送", PaperKind.HANDOVER_LEDGER: "移",
    PaperKind.PROMISE_LETTER: "诺", PaperKind.SPECIAL_STEP_NOTICE: "特", PaperKind.EXTENSION_NOTICE: "延",
    PaperKind.JOINT_RECORD: "联", PaperKind.REVOCATION_DECISION: "撤",
    PaperKind.RESULT_NOTICE: "结", PaperKind.NOT_TAKEN_NOTICE: "拒", PaperKind.ENDING_NOTICE: "终",
}


def local_date(at: datetime) -> date:
    return at.astimezone(CHINA).date()


def holder(application: Application) -> str:
    return application.applicant.get("organisation") or application.applicant["name"]


def masked_id(application: Application) -> str:
    return numbers.masked_id(application.applicant.get("id_no", ""))


def issuer(desk: Desk, application: Application, department: str) -> str:
    """The deciding authority as papers name it: district and department."""
    catalogue = desk.catalogue(application)
    return f"{catalogue.districts[application.district].name}{catalogue.department_name(department)}"


def receipt(session: Any, desk: Desk, application: Application, actor: str, acceptance_due: datetime) -> None:
    catalogue, calendar, bundle = desk.catalogue(application), desk.tools.calendar, desk.bundle(application)
    now = desk.tools.clock.now()
    found = estimate(calendar, steps_of(catalogue, bundle, [row.item for row in application.items]), now, received_at=now)
    items = [
        papers.ReceiptItem(
            name=catalogue.items[row.item].name, department=catalogue.department_name(row.department),
            due=local_date(found.items[row.item].due), due_note="前",
        )
        for row in application.items
    ]
    materials = [
        _received(catalogue.materials[m.key], m.source, application.channel)
        for m in applications.materials(session, application.number)
    ] + [
        papers.ReceiptMaterial(
            name=catalogue.materials[row.key].name, copies=0, form=PromiseKind(row.kind).label,
            note=f"{chinese_date(local_date(row.due_at))}前补交" if row.due_at else "",
        )
        for row in intake.promises(session, application.number) if row.handed_in_at is None
    ] or [papers.ReceiptMaterial(name="无需提交材料", form="—")]
    office = f"{catalogue.districts[application.district].name}综合受理窗口"
    shared = shared_content(session, desk, application, PaperKind.RECEIPT, office)
    act = window.newest_act(session, application.number, COUNTER_CASE)
    shared["verify_url"] = f"{desk.tools.settings.base_url}/cases/{application.number}"  # 扫码查进度, also at terminals
    keep(session, desk, application, papers.ReceiptContent(
        **shared, bundle_name=bundle.name, applicant_name=holder(application),
        applicant_id_masked=masked_id(application), agent_name=agent_of(act, application.applicant),
        received_at=now.astimezone(CHINA),
        channel=Channel(application.channel).label, window=office, clerk_name=desk.staff_name(actor),
        items=items, materials=materials, expected_on=local_date(found.ends.due),
        expected_note="前（暂定）" if found.provisional else "前",
        notes=f"是否受理于 {chinese_time(acceptance_due.astimezone(CHINA))} 前告知。"
              + _intake_note(session, desk, application) + found.note,
    ))


def _received(material: Material, source: str, channel: str) -> papers.ReceiptMaterial:
    """Paper comes in as many copies as the guide asks for; a file is one."""
    if source == "government":
        return papers.ReceiptMaterial(name=material.name, form="共享获取")
    on_paper = channel == Channel.WINDOW
    return papers.ReceiptMaterial(
        name=material.name, form="纸质原件" if on_paper else "电子件", copies=material.copies if on_paper else 1
    )


def _intake_note(session: Any, desk: Desk, application: Application) -> str:
    """How "2小时" was read for what came in last (R60)."""
    clock = next(c for c in applications.clocks(session, application.number) if c.clock == Clock.INTAKE)
    calendar = desk.tools.calendar
    return calendar.intake_explanation(clock.started_at, calendar.counter(application.channel, application.district))


def correction_notice(
    session: Any, desk: Desk, application: Application, check: IntakeCheck, lines: Iterable[tuple[str, str, str]],
    due: datetime,
) -> None:
    """One notice; `lines` are (material, problem, cure), one for each defect; `due` ends the applicant's time for them. A
    second telling is marked (R59)."""
    office = f"{desk.tools.catalogue.districts[application.district].name}综合受理窗口"
    shared = shared_content(session, desk, application, PaperKind.CORRECTION_NOTICE, office)
    online = "登录，在“我的办件”中按列出的问题一次补齐，再提交"
    where = f"带补齐的材料到{office}，也可以{online}" if application.channel == Channel.WINDOW else online
    defects = [papers.Defect(material=name, problem=problem, cure=cure) for name, problem, cure in lines]
    keep(session, desk, application, papers.CorrectionContent(
        **shared, addressee=holder(application), bundle_name=desk.bundle(application).name,
        applied_on=local_date(application.submitted_at), defects=defects, clerk_name=desk.staff_name(check.clerk),
        how=f"请在 {chinese_date(local_date(due))}前{where}；逾期未补正的，"
        "本次申请终止，可以重新申请（期限待核实）。" + (
            f"本次为再次告知，理由：{check.late_reason}。" if check.late_reason else ""
        ),
    ))


def originals(session: Any, desk: Desk, application: Application) -> list[dict[str, Any]]:
    """Paper taken in at the counter: what the lead department is to receive. Online cases have none."""
    if application.channel != Channel.WINDOW:
        return []
    known = desk.catalogue(application).materials
    return [{"key": row.key, "name": known[row.key].name, "copies": known[row.key].copies}
            for row in applications.materials(session, application.number) if row.source == "applicant"]


def promise_letter(session: Any, desk: Desk, application: Application, rows: Sequence[Promise]) -> None:
    """承诺书 of the whole case: every material, every consequence, the applicant's typed name (R47)."""
    catalogue = desk.catalogue(application)
    office = f"{catalogue.districts[application.district].name}综合受理窗口"
    lines = [
        PromisedMaterial(
            material=catalogue.materials[row.key].name, item=catalogue.items[row.item].name,
            kind=PromiseKind(row.kind).label,
            due=f"收件之日起 {row.days} 个工作日内" if row.kind == PromiseKind.TOLERANCE else "不需补交",
        )
        for row in rows
    ]
    keep(session, desk, application, PromiseContent(
        **shared_content(session, desk, application, PaperKind.PROMISE_LETTER, office), window=office,
        bundle_name=desk.bundle(application).name, lines=lines, consequences=[row.consequence for row in rows],
        signed_name=rows[0].signed_name, signed_at=rows[0].signed_at.astimezone(CHINA),
    ))


def handover_ledger(session: Any, desk: Desk, application: Application, row: PaperHandover) -> None:
    who = f"{desk.tools.catalogue.districts[application.district].name}综合受理窗口"
    bundle = desk.bundle(application)
    listed = [Original(name=one["name"], copies=one["copies"]) for one in row.originals]
    keep(session, desk, application, HandoverContent(
        **shared_content(session, desk, application, PaperKind.HANDOVER_LEDGER, who), bundle_name=bundle.name,
        lead=issuer(desk, application, bundle.lead), originals=listed or [Original(name="没有纸质原件", copies=0)],
        handed_by=desk.staff_name(row.handed_by), handed_at=row.handed_at.astimezone(CHINA), receiver_name=row.receiver,
        received_by=desk.staff_name(row.received_by), received_at=row.received_at.astimezone(CHINA), note=row.note,
    ))


def acceptance_notice(
    session: Any, desk: Desk, application: Application, row: ApplicationItem, due: datetime, *, deemed: bool
) -> None:
    item = desk.catalogue(application).items[row.item]
    who = issuer(desk, application, row.department)
    shared = shared_content(session, desk, application, PaperKind.ACCEPTANCE_NOTICE, who)
    provisional = any(clock.provisional for clock in applications.clocks(session, application.number)
                      if clock.item == row.item)
    keep(session, desk, application, papers.AcceptanceContent(
        **shared, addressee=holder(application), item_name=item.name, bundle_name=desk.bundle(application).name,
        received_on=local_date(application.received_at or application.submitted_at),
        accepted_on=local_date(row.accepted_at or desk.tools.clock.now()), decide_by=local_date(due),
        promised_days=item.limits.promised.days, statutory_days=item.limits.statutory.days, provisional=provisional,
        deemed=deemed, legal_basis=basis_of(item),
    ), row.item)


def delivery_record(
    session: Any, desk: Desk, application: Application, attempt: DeliveryAttempt, items: list[str]
) -> None:
    """送达回证 of what was handed over together."""
    office = f"{desk.tools.catalogue.districts[application.district].name}发证窗口"
    results = [papers.DeliveredDocument(title=c.title, number=c.certificate_no)
               for c in certificates.of_case(session, application.number) if c.document_id and c.item in items]
    results += [papers.DeliveredDocument(title=heading_of(d.name), number=d.paper_no)
                for d in documents.papers(session, application.number)
                if d.paper_kind in DECISIONS and d.item in items]
    earlier = [papers.DeliveredDocument(title="办理结果告知", number=application.number)]  # approved before there was a notice
    electronic = attempt.way == DeliveryWay.ELECTRONIC
    handed = None if electronic else window.newest_act(session, application.number, DELIVER, attempt.scope)
    keep(session, desk, application, papers.DeliveryContent(
        **shared_content(session, desk, application, PaperKind.DELIVERY_RECORD, office), addressee=holder(application),
        documents=results or earlier, way=DeliveryWay(attempt.way).label,
        place="网上办事前台“我的办件”" if electronic else office,
        delivered_at=attempt.at.astimezone(CHINA), receiver_name=attempt.receiver, proof_no=attempt.proof_no,
        receiver_relation=handed.relation if handed and handed.person == attempt.receiver else "",
        server_name=desk.staff_name(attempt.actor),
    ), attempt.scope)


def signed(desk: Desk, paper: papers.PaperContent, *, number: str | None = None) -> bytes:
    """The paper as PDF/A with the issuer's signature; `number` lets the signer refuse a second content for it."""
    return sign(
        render(paper), authority=desk.authority, signer=paper.issuer, reason=paper.heading, location="郑州",
        number=number,
    )


def basis_of(item: Item) -> list[str]:
    return [f"{basis.law}{basis.article}" for basis in item.basis]


def shared_content(session: Any, desk: Desk, application: Application, kind: PaperKind, who: str) -> dict[str, Any]:
    """What all papers of a case carry; takes the next number of the series of this kind."""
    now = desk.tools.clock.now()
    year = local_date(now).year
    serial = applications.next_in_series(session, f"paper/{kind}/{application.district}/{year}")
    return {
        "number": paper_number(desk, application.district, SERIES[kind], year, serial),
        "application_no": application.number, "issuer": who, "issued_on": local_date(now),
        "contact": contact_of(desk.tools.catalogue.districts[application.district]),
        "verify_url": verify_url(desk), "demo": desk.tools.settings.demo,
    }


def verify_url(desk: Desk) -> str:
    """The address of this one paper; who does not have the paper cannot guess it."""
    return f"{desk.tools.settings.base_url}/verify/{secrets.token_urlsafe(16)}"


def token_of(paper: papers.PaperContent) -> str | None:
    """None where the QR code leads elsewhere, as on a receipt."""
    before, _, token = paper.verify_url.rpartition("/")
    return token if before.endswith("/verify") else None


def paper_number(desk: Desk, district: str, series: str, year: int, serial: int) -> str:
    """发文字号 as GB/T 9704 has it: code of the office, year in 〔〕, serial without 第 and without leading noughts."""
    return f"{desk.tools.catalogue.districts[district].name}一件事{series}字〔{year}〕{serial}号"


def keep(session: Any, desk: Desk, application: Application, paper: papers.PaperContent, item: str = "") -> None:
    documents.add(
        session, desk.tools.clock.now(), application.account_id, file_name(paper), "application/pdf",
        signed(desk, paper), number=application.number, item=item, paper_kind=paper.kind, paper_no=paper.number,
        verify_token=token_of(paper),
    )
