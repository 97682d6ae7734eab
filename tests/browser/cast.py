"""Who lives in the house: one case for each state that a page has something of its own to say about."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

from onething.application_form import examples, fields_for
from onething.cli.demo import SAMPLE_PDF
from onething.store import (
    accounts,
    applications,
    certificates,
    consents,
    documents,
    guidance,
    notices,
    outbox,
    ratings,
    window,
)
from onething.uploads import MIB
from onething.vocabulary import FileSafety
from tests.api.conftest import Person
from tests.browser.house import CITIZEN, COMPANY, DISTRICT, DRAIN, FIRE, FOOD, MONDAY, SIGN, House
from tests.machine.drivers import intake_answer
from workers import publishing

RESTAURANT, HOTEL, NEWBORN, TOBACCO = "open-restaurant", "open-hotel", "newborn", "open-tobacco-liquor-shop"
LARGE = {"fire_area_reached": True}
WINDOW, DELIVERY = f"window-{DISTRICT}", f"delivery-{DISTRICT}"
Ids = dict[str, str]


def furnish(house: House) -> Ids:
    """Name -> number, id or token, as the paths in `pages.py` use them."""
    publishing.publish(house.tools)
    found = overdue(house)
    owner = Person(house.app, COMPANY)
    makers: tuple[Callable[[House, Person], Ids], ...] = (
        finished, unrated, not_taken, correction, named, under_way, agreed, withdrawn, at_the_counter, to_collect, parcel,
        waiting, asked, drafts, apart, registered, unsafe,
    )
    for make in makers:
        found |= make(house, owner)
    return found


def whole(house: House, **more: object) -> str:
    """开饭店 with all four items."""
    return house.apply(COMPANY, RESTAURANT, (FOOD, SIGN, FIRE, DRAIN), answers=LARGE, **more)  # type: ignore[arg-type]


def end(house: House, owner: Person, number: str) -> None:
    """One item granted, one withdrawn, one refused, one not accepted."""
    house.review(number)
    house.accept(number, FOOD, DRAIN)
    house.accept(number, FIRE, acceptance_decision="refuse", acceptance_reason="场所面积没有达到需要检查的标准")
    owner.send(f"/cases/{number}/withdrawal", {"item": SIGN})
    house.visit(number)
    house.decide(number, FOOD)
    house.decide(number, DRAIN, approval_decision="refuse", approval_reason="检测井的位置与排水管网图不一致")
    house.deliver(number)


def finished(house: House, owner: Person) -> Ids:
    number = whole(house)
    end(house, owner, number)
    sent = {"grade": "dissatisfied", "q.wrong": "slow", "q.visits": "twice", "text": "排水许可让我跑了两次。"}
    assert owner.send(f"/cases/{number}/rating", sent).status_code == 303
    certificate = owner.get("/api/v1/certificates").json()[0]
    with house.tools.store.reading() as session:
        made, papers = certificates.of_case(session, number)[0], documents.papers(session, number)
        pdf = documents.content(session, documents.get(session, str(made.document_id)))
        paper = next(row.verify_token for row in papers if row.verify_token)
    files = {
        "certificate_file": pdf, "unsigned_file": SAMPLE_PDF, "broken_file": b"no PDF at all",
        "large_file": SAMPLE_PDF.ljust(3 * MIB),
    }
    for name, content in files.items():
        (house.tools.settings.var_dir / f"{name}.pdf").write_bytes(content)
    return {
        "ended": number, "certificate": certificate["verify_url"].rpartition("/")[2], "paper": str(paper),
        **{name: str(house.tools.settings.var_dir / f"{name}.pdf") for name in files},
    }


def unrated(house: House, owner: Person) -> Ids:
    number = whole(house)
    end(house, owner, number)
    with house.tools.store.transaction() as session:
        notices.give(session, house.clock.now(), number, "delivered", "办理结果已送达。")
        ratings.offer(session, house.clock.now(), number, notices.key_of(number, "delivered"))
        link = ratings.token_of_notice(session, notices.key_of(number, "delivered"))
        assert link
        made = certificates.of_case(session, number)[0]
    words = {
        f"reason-{made.certificate_no}": "擅自拆除食品处理区的隔断",
        f"basis-{made.certificate_no}": "《中华人民共和国行政许可法》第六十九条",
    }
    head = Person(house.app, f"head-market-regulation-{DISTRICT}")
    assert head.send(f"/staff/cases/{number}/certificates/{made.certificate_no}/revocation", words).status_code == 303
    return {"unrated": number, "link": link, "revoked": made.verify_token}


def not_taken(house: House, _owner: Person) -> Ids:
    number = whole(house)
    house.review(number, intake_decision="rejected", intake_reason="营业执照的经营范围不包括餐饮服务")
    return {"not_taken": number}


def correction(house: House, owner: Person) -> Ids:
    number = whole(house)
    house.review(number, **{**intake_answer(False), "intake_reason": "申请表的经营面积与平面图不一致"})
    return {"correction": number}


def named(house: House, owner: Person) -> Ids:
    """All materials are in order; two fields of the form are not."""
    number = whole(house)
    reason = "请修改申请表的“经营场所地址”、“经营面积”：与租赁合同不一致"
    house.review(number, **{**intake_answer(True), "intake_decision": "correction", "intake_reason": reason})
    return {"named": number}


def under_way(house: House, owner: Person) -> Ids:
    """A promise is owed, a hearing stops one clock, a visit is arranged, questions are asked and answered."""
    promises = {"management-rules": "tolerance"}
    number = house.apply(COMPANY, RESTAURANT, (FOOD, SIGN, DRAIN), promises=promises, mode="separate")
    house.review(number)
    house.accept(number, FOOD, SIGN, DRAIN)
    house.visit(number, done=False)
    hearing = {"approval_decision": "special", "special_kind": "hearing", "procedure_reason": "相邻商户要求听证"}
    house.step(number, "approval", "decide", SIGN, **hearing)
    questions = f"/cases/{number}/questions"
    reviewer = f"reviewer-urban-management-{DISTRICT}"
    for office, words in ((WINDOW, "营业执照正在变更地址，要不要重新提交？"), (reviewer, "检测井要几个？")):
        assert owner.send(questions, {"office": office, "question": words}).status_code == 303
    clerk = Person(house.app, WINDOW)
    page = clerk.get(f"/staff/cases/{number}").text
    answer = page.partition(f"/staff/cases/{number}/questions/")[2].partition('"')[0]
    assert clerk.send(f"/staff/cases/{number}/questions/{answer}", {"answer": "不用，系统会取到新的。"}).status_code == 303
    with house.tools.store.reading() as session:
        file = next(row.document_id for row in applications.materials(session, number) if row.document_id)
    return {"under_way": number, "document": str(file)}


def agreed(house: House, _owner: Person) -> Ids:
    """A birth, where sensitive data asks for a consent of its own, which may be taken back."""
    items = ("birth-registration", "vaccination-certificate")
    number = house.apply(CITIZEN, NEWBORN, items)
    with house.tools.store.reading() as session:
        rows = consents.of_account(session, applications.get(session, number).account_id, 50)
        consent = next(row.id for row, case in rows if case.number == number and row.kind == "separate")
    return {"consent": consent}


def withdrawn(house: House, owner: Person) -> Ids:
    number = whole(house)
    house.review(number)
    assert owner.send(f"/cases/{number}/withdrawal").status_code == 303
    house.step(number, "withdrawal", "record")
    return {"withdrawn": number}


def at_the_counter(house: House, _owner: Person) -> Ids:
    """Originals are taken in, to be scanned and handed over; another such case has just been withdrawn."""
    number = house.apply(COMPANY, HOTEL, ("public-place-hygiene-permit",), on_paper=True)
    house.review(number)
    back = house.apply(COMPANY, HOTEL, ("public-place-hygiene-permit",), on_paper=True)
    house.review(back)
    Person(house.app, COMPANY).send(f"/cases/{back}/withdrawal")
    house.step(back, "withdrawal", "record")
    return {"counter": number, "originals": back}


def to_collect(house: House, _owner: Person) -> Ids:
    number = house.apply(COMPANY, RESTAURANT, (SIGN,), way="counter")
    house.review(number)
    house.accept(number, SIGN)
    house.decide(number, SIGN)
    house.step(number, "delivery", "prepare")
    return {"collect": number}


def parcel(house: House, _owner: Person) -> Ids:
    number = house.apply(COMPANY, RESTAURANT, (SIGN,), way="courier")
    house.review(number)
    house.accept(number, SIGN)
    house.decide(number, SIGN)
    house.deliver(number, delivery_outcome="failed", delivery_reason="无人签收，退回窗口", handover_receiver="")
    house.step(number, "delivery", "prepare")
    return {"parcel": number}


def overdue(house: House) -> Ids:
    """Handed in on Friday, and nobody has looked by Monday."""
    house.clock.set(MONDAY - timedelta(days=3))
    number = whole(house)
    house.clock.set(MONDAY)
    house.watch.look()
    return {"overdue": number}


def apart(house: House, _owner: Person) -> Ids:
    """A department without a system of its own has a part in it."""
    number = house.apply(COMPANY, TOBACCO, ("tobacco-retail-license",))
    house.review(number)
    return {"apart": number}


def registered(house: House, _owner: Person) -> Ids:
    """The window has judged two cases: the engine is being told of one, and has not taken the other."""
    clerk, found = Person(house.app, WINDOW), {}
    for name in ("registered", "returned"):
        found[name] = house.apply(COMPANY, HOTEL, ("public-place-hygiene-permit",), on_paper=True)
        address = f"/staff/window/{found[name]}"
        judged = dict.fromkeys(re.findall(r'name="((?:complete|legal)\.[^"]+)"', clerk.get(address).text), "yes")
        assert clerk.send(f"{address}/acts/intake-review", judged | {"decision": "accepted"}).status_code == 303
    with house.tools.store.transaction() as session:
        [act] = window.of_case(session, found["returned"])
        [entry] = outbox.keyed(session, act.promise)
        entry.done_at = house.clock.now() - timedelta(minutes=5)
    return found


def unsafe(house: House, owner: Person) -> Ids:
    """A draft with a file that waits for the virus scanner and one that the scanner has found something in."""
    with house.tools.store.transaction() as session:
        account = next(one for one in accounts.all_accounts(session) if one.subject == COMPANY)
        full = next(row for row in accounts.drafts_of(session, account.id) if len(row.data["documents"]) == 2)
        files = {key: documents.add(session, house.clock.now(), account.id, f"{key}.pdf", "application/pdf", SAMPLE_PDF,
                                    waiting=True).id for key in full.data["documents"]}
        documents.settle(session, files["management-rules"], FileSafety.INFECTED)
        draft = accounts.new_draft(session, account.id, RESTAURANT, full.data | {"documents": files}, house.clock.now())
        return {"unsafe": draft.id}


def waiting(house: House, _owner: Person) -> Ids:
    return {"waiting": whole(house), "window_waiting": house.apply(
        COMPANY, HOTEL, ("public-place-hygiene-permit",), on_paper=True)}


def asked(house: House, owner: Person) -> Ids:
    """One consultation is answered, one waits."""
    body = {"kind": "question", "bundle": RESTAURANT, "district": DISTRICT, "items": [FOOD], "answers": LARGE}
    numbers = [
        owner.post("/api/v1/guidance", body | {"question": words}, {"Idempotency-Key": f"asked-before-{place}"}).json()["number"]
        for place, words in enumerate(("租的房子能不能办？", "阁楼算不算面积？"))
    ]
    with house.tools.store.transaction() as session:
        row = guidance.get(session, numbers[0])
        guidance.answer(
            row, house.clock.now(), row.adviser_group, "金水区市场监管部门咨询辅导员", text="可以，请带租赁合同。",
            gaps=("平面图没有标明洗消区", "缺少食品安全自查制度"), notice={}, guide_version="2026-1",
        )
    return {"answered": numbers[0], "question": numbers[1]}


def drafts(house: House, owner: Person) -> Ids:
    """One draft that has reached the last page, one that has not begun, one at the counter, one of a citizen."""
    first = owner.send(f"/apply/{RESTAURANT}").headers["location"]
    draft = first.split("/")[2]
    base = f"/drafts/{draft}"
    owner.send(first, answers(house))
    owner.send(f"{base}/items", {"item": [FOOD, FIRE], "district": DISTRICT})
    person = {"applicant.name": "郑州示例餐饮有限公司（演示）", "applicant.id_no": "91410100MA0000000T",
              "applicant.phone": "13800000004", "delivery_way": "electronic", "delivery_mode": "unified"}
    owner.send(f"{base}/details", person)
    owner.get(f"{base}/form")
    with house.tools.store.transaction() as session:
        account = next(one for one in accounts.all_accounts(session) if one.subject == COMPANY)
        row = accounts.draft(session, draft, account.id)
        accounts.save_draft(row, row.data | {"formed": True, "form": dict(example_form(house))}, house.clock.now())
    for key in ("premises-plan", "management-rules"):
        owner.send(f"{base}/materials/{key}", files={"file": (f"{key}.pdf", SAMPLE_PDF)})
    with house.tools.store.transaction() as session:
        account = next(one for one in accounts.all_accounts(session) if one.subject == COMPANY)
        full = accounts.draft(session, draft, account.id).data
        changes = {"items": {}, "details": {}, "form": {}, "materials": {"documents": {}}}
        spoilt = {
            f"spoilt_{step}": accounts.new_draft(session, account.id, RESTAURANT, full | changed, house.clock.now()).id
            for step, changed in changes.items()
        }
    begun = owner.send(f"/apply/{RESTAURANT}").headers["location"].split("/")[2]
    family = Person(house.app, CITIZEN).send(f"/apply/{NEWBORN}").headers["location"].split("/")[2]
    with house.tools.store.transaction() as session:
        account = next(one for one in accounts.all_accounts(session) if one.subject == CITIZEN)
        undecided = accounts.draft(session, family, account.id).data | {"asked": True}
        open_family = accounts.new_draft(session, account.id, NEWBORN, undecided, house.clock.now()).id
    sent = {"bundle": RESTAURANT, "relation": "legal",
            "agent.name": "张三", "agent.id_no": "410102199001010012", "applicant.name": "郑州示例餐饮有限公司（演示）",
            "applicant.id_no": "91410100MA0000000T", "applicant.phone": "13800000004"}
    clerk = Person(house.app, WINDOW)
    counter = clerk.send("/staff/window/new", sent).headers["location"]
    clerk.send(counter, answers(house) | {"action": "save"})
    return spoilt | {"draft": draft, "begun": begun, "family": family, "open_family": open_family,
                     "counter_draft": counter.rpartition("/")[2]}


def example_form(house: House) -> dict[str, object]:
    catalogue = house.tools.catalogue.in_district(DISTRICT)
    return dict(examples(fields_for(catalogue, catalogue.bundle(RESTAURANT), [FOOD, FIRE])))


def answers(house: House) -> dict[str, str]:
    """To every question: the first choice, or no."""
    catalogue = house.tools.catalogue.in_district(DISTRICT)
    return {
        question.key: question.options[0].value if question.options else "no"
        for question in catalogue.questions_of(catalogue.bundle(RESTAURANT))
    }
